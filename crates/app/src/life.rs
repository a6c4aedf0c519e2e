//! The life of a policy: when it is looked at again, who approved it and when, the documents beside it.
//!
//! Invariant: what was approved is said once, in the record of the policy document; this page reads it there, and a
//! new approval is one act on that record. Policies ask the same record, so one act answers both.

use crate::appointment::Posts;
use crate::authority::Try;
use crate::entry::{Filled, Saved, Version};
use crate::number::reason;
use crate::pages::office_of;
use crate::remind::Reminder;
use crate::{Error, House, Standpoint};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::phrase::Every;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::attachment::AttachedTo;
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::entry::{Page, StoredEntry};
use schoolkeeper_store::{Read, School};
use std::collections::BTreeMap;

/// The register that holds documents of policy.
pub const REGISTER: &str = "policy-document";
/// Most documents looked at.
const DOCUMENTS_MAX: u32 = 200;
/// So many days before it is due, a review is told of.
const REVIEW_DAYS: i32 = 30;

/// The record of a policy, or of a document beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Where it is kept: the school or the trust's office, and which record.
    pub entry: Option<(String, EntryId)>,
    /// What it is called.
    pub name: String,
    /// Which version was approved.
    pub version: Option<String>,
    /// When it was approved.
    pub approved_on: Option<Date>,
    /// The minute of that: body, meeting, item.
    pub minute: Option<String>,
    /// When somebody last looked through it.
    pub reviewed_on: Option<Date>,
    /// By when it is looked at again.
    pub review_on: Option<Date>,
    /// Who keeps it, when one may see that.
    pub owner: Option<String>,
    /// Names of its files, when one may see them.
    pub files: Vec<String>,
}

/// Everything its page shows besides its versions.
#[derive(Clone, Debug)]
pub struct Life {
    /// The record of the policy itself.
    pub document: Option<Document>,
    /// The approved version is not the one in force.
    pub outgrown: bool,
    /// By when it is looked at again, and in how many days.
    pub review: Option<(Date, i32)>,
    /// Who answers for it.
    pub owners: Vec<String>,
    /// Documents beside it.
    pub beside: Vec<Document>,
    /// Whether the one who looks may put an approval on record.
    pub may_approve: bool,
}

/// An approval by governors or the trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approval {
    /// Who: governing body, trust board.
    pub body: String,
    /// Where it stands: date or number of the minute, item.
    pub minute: String,
    /// When.
    pub on: Option<Date>,
    /// By when it is looked at again.
    pub review_on: Option<Date>,
}

/// What became of it: the record, or what is to be mended field by field.
pub type Approved = Result<EntryId, Vec<(&'static str, String)>>;

impl House {
    /// The life of a policy as far as somebody sees it.
    pub async fn life(&self, actor: &Actor, at: &Standpoint) -> Result<Life, Error> {
        self.scope_at(actor, "policy.see", &at.school).await?;
        let (read, pack) = (self.read().await?, &at.pack.pack);
        let all = documents(&read, &at.school).await?;
        let seen = self.scope_at(actor, "records.see", &at.school).await.is_ok();
        let own = all.iter().find(|(_, entry)| is_named(entry, &pack.head.title));
        let document = match own {
            Some((school, entry)) => Some(self.document(&read, (school, entry), seen).await?),
            None => None,
        };
        let mut beside = Vec::new();
        for (school, entry) in all.iter().filter(|(_, entry)| is_beside(entry, pack)) {
            beside.push(self.document(&read, (school, entry), seen).await?);
        }
        let missing = pack.companions.iter().filter(|other| beside.iter().all(|one| !same(&one.name, &other.title)));
        let missing: Vec<Document> =
            missing.map(|other| Document { name: other.title.clone(), ..Document::default() }).collect();
        beside.extend(missing);
        let today = at.calendar.day(self.now());
        let review = review_by(pack, document.as_ref(), &at.calendar);
        Ok(Life {
            outgrown: document.as_ref().is_some_and(|known| {
                known.approved_on.is_some() && known.version.as_deref() != Some(&*pack.head.version)
            }),
            document,
            review: review.map(|day| (day, (day - today).get_days())),
            owners: pack.head.owner.iter().map(|name| at.role_title(name)).collect(),
            beside,
            may_approve: self.scope_at(actor, "policy-document.save", &at.school).await.is_ok()
                && self.scope_at(actor, "policy.publish", &at.school).await.is_ok(),
        })
    }

    /// Puts an approval on the policy's record, which is made when there is none yet.
    pub async fn approve_policy(&self, actor: &Actor, at: &Standpoint, new: &Approval) -> Result<Approved, Error> {
        self.allow(actor, &at.school, &Try::plain("policy.publish")).await?;
        let today = at.calendar.day(self.now());
        let mistakes = mistakes(new, today);
        let (true, Some(on)) = (mistakes.is_empty(), new.on) else { return Ok(Err(mistakes)) };
        let pack = &at.pack.pack;
        let mut say = BTreeMap::from([
            (Name::from("approved_on"), Value::Date(on)),
            (Name::from("approved_version"), Value::text(&pack.head.version)),
            (Name::from("approved_minute"), Value::text(format!("{}: {}", new.body.trim(), new.minute.trim()))),
        ]);
        say.extend(new.review_on.map(|day| (Name::from("review_on"), Value::Date(day))));
        // What was adopted before it was approved is said to be published now, in the same change.
        let system = Scope::system("published");
        if self.read().await?.policy_page(&system, at.school.id, pack.head.id.get_ref()).await?.is_some() {
            say.insert(Name::from("published_version"), Value::text(&pack.head.version));
        }
        let why = format!("Approved by {}", new.body.trim());
        Ok(Ok(self.say_of_policy(actor, (&at.school, &pack.head.title), say, why).await?))
    }

    /// Says on a policy's record which version everybody can read now, for whoever may write there: what it asks of each
    /// new version begins with that.
    pub(crate) async fn say_published(&self, actor: &Actor, school: &School, pack: &Pack) -> Result<(), Error> {
        let version = Value::text(&pack.head.version);
        let known = documents(&self.read().await?, school).await?;
        let known = known.iter().find(|(place, one)| *place == school.slug && is_named(one, &pack.head.title));
        let said = known.and_then(|(_, one)| one.facts.get("published_version")).is_some_and(|it| it.value == version);
        if said || self.scope_at(actor, "policy-document.save", school).await.is_err() {
            return Ok(());
        }
        let say = BTreeMap::from([(Name::from("published_version"), version)]);
        match self.say_of_policy(actor, (school, &pack.head.title), say, "Published".to_owned()).await {
            // Where the policy asks for an approval first, it is said with that.
            Err(Error::Denied(_)) => Ok(()),
            said => said.map(drop),
        }
    }

    async fn say_of_policy(
        &self,
        actor: &Actor,
        (school, title): (&School, &str),
        mut say: BTreeMap<Name, Value>,
        why: String,
    ) -> Result<EntryId, Error> {
        let known = documents(&self.read().await?, school).await?;
        let known = known.iter().find(|(place, one)| *place == school.slug && is_named(one, title));
        let saved = if let Some((_, entry)) = known {
            let filled = Filled { say, why, ..Filled::default() };
            let place = (REGISTER, entry.id, Version(entry.version));
            self.change_entry(actor, school, (place, &filled)).await?
        } else {
            say.insert(Name::from("name"), Value::text(title));
            let filled = Filled { say, why, another: true, ..Filled::default() };
            self.create_entry(actor, school, (REGISTER, &filled)).await?
        };
        match saved {
            Saved::Done(id) => Ok(id),
            Saved::Mistakes(found) => {
                Err(Error::refused(found.into_iter().map(|(_, why)| why).collect::<Vec<_>>().join(". ")))
            }
            Saved::Same(_) | Saved::MovedOn => {
                Err(Error::refused("somebody else changed this record meanwhile\nhint: look at it and send it again"))
            }
        }
    }

    /// Reviews that are due soon, for whoever answers for the policy.
    pub(crate) async fn reviews_due(
        &self,
        read: &Read,
        school: &School,
        (calendar, posts): (&Calendar, &Posts),
    ) -> Result<Vec<Reminder>, Error> {
        let (today, mut out) = (calendar.day(self.now()), Vec::new());
        let all = documents(read, school).await?;
        for live in self.live(read, &Scope::system("reminders"), school).await? {
            let pack = &live.pack;
            let own = all.iter().find(|(place, entry)| *place == school.slug && is_named(entry, &pack.head.title));
            let Some((_, entry)) = own else { continue };
            let known = said(&entry.facts);
            let Some(day) = review_by(pack, Some(&known), calendar) else { continue };
            if (day - today).get_days() <= REVIEW_DAYS {
                let id = pack.head.id.get_ref();
                out.push(Reminder {
                    people: posts.doers(pack.head.owner.0.first().map(|owner| &**owner), None),
                    by: Some(day),
                    link: format!("/school/{}/policy/{id}/life", school.slug),
                    key: format!("review:{}:{id}:{day}", school.id),
                });
            }
        }
        Ok(out)
    }

    /// What anybody may know of a policy's approval: its record without people, and when it is looked at again.
    pub(crate) async fn approved(
        &self,
        read: &Read,
        at: &Standpoint,
    ) -> Result<(Option<Document>, Option<Date>), Error> {
        let all = documents(read, &at.school).await?;
        let own = all.iter().find(|(_, entry)| is_named(entry, &at.pack.pack.head.title));
        let known = own.map(|(_, entry)| said(&entry.facts));
        let review = review_by(&at.pack.pack, known.as_ref(), &at.calendar);
        Ok((known, review))
    }

    async fn document(
        &self,
        read: &Read,
        (school, entry): (&str, &StoredEntry),
        seen: bool,
    ) -> Result<Document, Error> {
        let facts = &entry.facts;
        let system = Scope::system("documents");
        let owner = facts.get("owner").and_then(|fact| fact.value.as_ref_id()).filter(|_| seen);
        let owner = match owner {
            Some(id) => Some(self.entry_name(&system, id).await?),
            None => None,
        };
        let files = if seen {
            let to = AttachedTo { school: entry.school, register: REGISTER, owner: entry.id.0 };
            let all = read.attachments(&system, to).await?;
            all.into_iter().filter(|file| file.removed_at.is_none()).map(|file| file.name).collect()
        } else {
            Vec::new()
        };
        let entry = seen.then(|| (school.to_owned(), entry.id));
        Ok(Document { entry, owner, files, ..said(facts) })
    }
}

/// What a record says of a document.
fn said(facts: &Facts) -> Document {
    let text = |name: &str| facts.get(name).and_then(|fact| fact.value.as_text()).map(str::to_owned);
    let day = |name: &str| facts.get(name).and_then(|fact| fact.value.as_date());
    Document {
        name: text("name").unwrap_or_default(),
        version: text("approved_version"),
        approved_on: day("approved_on"),
        minute: text("approved_minute"),
        reviewed_on: day("reviewed_on"),
        review_on: day("review_on"),
        ..Document::default()
    }
}

/// Documents of a school, its own first, then those its trust keeps for all; each with the place's address.
async fn documents(read: &Read, school: &School) -> Result<Vec<(String, StoredEntry)>, Error> {
    let system = Scope::system("documents");
    let mut places = vec![school.clone()];
    places.extend(office_of(read, school).await?);
    let mut out = Vec::new();
    for place in places {
        let page = Page { limit: DOCUMENTS_MAX, ..Page::default() };
        let found = read.entries(&system, place.id, REGISTER, &page).await?;
        out.extend(found.entries.into_iter().map(|entry| (place.slug.clone(), entry)));
    }
    Ok(out)
}

fn is_named(entry: &StoredEntry, title: &str) -> bool {
    entry.facts.get("name").and_then(|fact| fact.value.as_text()).is_some_and(|name| same(name, title))
}

/// Whether two titles name the same document, however they are written.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// It belongs to the policy: it is one of the signing set, or the policy names it.
fn is_beside(entry: &StoredEntry, pack: &Pack) -> bool {
    let companion = entry.facts.get("companion").and_then(|fact| fact.value.as_bool()) == Some(true);
    let named = pack.companions.iter().any(|other| is_named(entry, &other.title));
    (companion || named) && !is_named(entry, &pack.head.title)
}

/// By when a policy is looked at again: as its record says, else so long after it was approved as it says itself.
fn review_by(pack: &Pack, known: Option<&Document>, calendar: &Calendar) -> Option<Date> {
    let known = known?;
    let after = |every: Every| calendar.add(known.reviewed_on.max(known.approved_on)?, every.0).ok();
    known.review_on.or_else(|| pack.head.review.and_then(after))
}

fn mistakes(new: &Approval, today: Date) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if reason(&new.body).is_err() {
        out.push(("body", "Say who approved it, as in: Governing body".to_owned()));
    }
    match new.on {
        None => out.push(("on", "Say on which day it was approved".to_owned())),
        Some(day) if day > today => out.push(("on", "This day is still to come".to_owned())),
        Some(_) => {}
    }
    if reason(&new.minute).is_err() {
        out.push(("minute", "Say where it stands in the minutes, as in: item 7".to_owned()));
    }
    if new.review_on.is_some_and(|day| day <= today) {
        out.push(("review_on", "This day is over: say when it is looked at next".to_owned()));
    }
    out
}
