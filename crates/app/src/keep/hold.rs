//! Holds as people place, see and lift them.

use super::run::title;
use crate::authority::Try;
use crate::entry::words::name_of;
use crate::{Error, House, dates};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_store::School;
use schoolkeeper_store::hold::{Covers, Hold, HoldOn, NewHold};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Longest reason, in characters.
const REASON_MAX: usize = 500;
/// Holds that are over on one page.
const PAST_MAX: u32 = 500;

/// What somebody asks to hold.
#[derive(Clone, Debug, Default)]
pub struct HoldAsked {
    /// The record: its id, or for a person also name or e-mail; empty for a whole register.
    pub record: String,
    /// The register: of the record, or the one that is held.
    pub register: String,
    /// A person with everything that refers to them.
    pub everything: bool,
    /// Why.
    pub reason: String,
    /// When somebody looks again whether it is still needed.
    pub review_on: Option<Date>,
    /// The last day it holds; until it is lifted when `None`.
    pub until: Option<Date>,
}

/// A hold as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldLine {
    /// Its id.
    pub id: Uuid,
    /// What it covers, in words.
    pub covers: String,
    /// The school's name.
    pub school: String,
    /// Why.
    pub reason: String,
    /// Since when, and until when or when it is looked at again.
    pub times: String,
    /// Who placed it.
    pub who: String,
    /// The day of its review has come.
    pub review_due: bool,
    /// It covers nothing any more.
    pub over: bool,
}

/// One hold with all that was said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldPage {
    /// The hold.
    pub line: HoldLine,
    /// Placed, reviewed, lifted; oldest first.
    pub events: Vec<HoldEvent>,
}

/// What happened to a hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldEvent {
    /// When, as a day.
    pub when: String,
    /// What, in words.
    pub what: String,
    /// Why.
    pub why: String,
    /// Who.
    pub who: String,
}

impl House {
    /// Places a hold; gives its id.
    pub async fn place_hold(&self, actor: &Actor, school: &School, asked: &HoldAsked) -> Result<Uuid, Error> {
        let scope = self.allow(actor, school, &Try::plain("hold.place")).await?.scope;
        let on = self.hold_on(&scope, school, asked).await?;
        let calendar = Calendar::new(school.division, Vec::new());
        let today = calendar.day(self.now());
        let reason = asked.reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_MAX {
            return Err(Error::refused(
                "a hold needs a reason of at most 500 characters\nhint: name the claim or request",
            ));
        }
        let review_on = asked.review_on.or(asked.until);
        let Some(review_on) = review_on.filter(|day| *day > today) else {
            return Err(Error::refused(
                "a hold needs a day in the future on which somebody looks at it again\nhint: three months is usual",
            ));
        };
        if asked.until.is_some_and(|day| day < today) {
            return Err(Error::refused("the last day of the hold is over\nhint: choose a later one, or none"));
        }
        let until_at = asked.until.map(|day| calendar.end_of(day));
        let (id, now) = (Self::new_id(), self.now());
        let hold = NewHold { id, on, reason: reason.to_owned(), review_on, until_at, now };
        let mut write = self.write().await?;
        if !write.place_hold(&scope, &hold).await? {
            return Err(Error::refused("the record is not there any more, so it cannot be held"));
        }
        write.commit().await?;
        Ok(id)
    }

    async fn hold_on(&self, scope: &Scope, school: &School, asked: &HoldAsked) -> Result<HoldOn, Error> {
        let register = if asked.register.is_empty() { "person" } else { asked.register.as_str() };
        let register = self.schemas.get(register).ok_or_else(|| self.no_register(register))?;
        let record = asked.record.trim();
        if record.is_empty() {
            return Ok(HoldOn::Register(school.id, register.id.clone()));
        }
        let entry = self.find_entry(scope, school, &register.id, record).await?;
        Ok(if asked.everything && &*register.id == "person" { HoldOn::Person(entry) } else { HoldOn::Entry(entry) })
    }

    /// The entry somebody means: by id, or by any of the texts its register is found by.
    pub(crate) async fn find_entry(
        &self,
        scope: &Scope,
        school: &School,
        register: &str,
        text: &str,
    ) -> Result<EntryId, Error> {
        let read = self.read().await?;
        if let Ok(id) = text.parse::<Uuid>() {
            let pages = read.keep_one(scope, EntryId(id)).await?;
            let found = pages.filter(|(_, of, _)| &**of == register);
            return found.map(|_| EntryId(id)).ok_or_else(|| nobody(text));
        }
        let schema = self.schemas.get(register).ok_or_else(|| self.no_register(register))?;
        let keys = [schoolkeeper_store::key::fold(text)];
        let mut found: Vec<EntryId> = Vec::new();
        for field in schema.fields.iter().filter(|field| field.find) {
            let hits = read.entries_by_key(scope, (school.id, register), &field.name, &keys).await?;
            found.extend(hits.into_iter().map(|hit| hit.entry));
        }
        found.sort_unstable();
        found.dedup();
        match found[..] {
            [one] => Ok(one),
            [] => Err(nobody(text)),
            [..] => {
                let ids: Vec<String> = found.iter().take(5).map(EntryId::to_string).collect();
                Err(Error::refused(format!("`{text}` fits several records\nhint: use an id: {}", ids.join(", "))))
            }
        }
    }

    /// Lifts a hold.
    pub async fn lift_hold(&self, actor: &Actor, hold: Uuid, because: &str) -> Result<(), Error> {
        let scope = Self::scope(actor, "hold.lift")?;
        let known = self.read().await?.hold(&scope, hold).await?.ok_or(Error::Missing)?;
        let school = self.read().await?.school(&scope, known.school).await?.ok_or(Error::Missing)?;
        let scope = self.allow(actor, &school, &Try::plain("hold.lift")).await?.scope;
        let because = because.trim();
        if because.is_empty() || because.chars().count() > REASON_MAX {
            return Err(Error::refused("lifting a hold needs a reason of at most 500 characters"));
        }
        let mut write = self.write().await?;
        if !write.lift_hold(&scope, hold, because, self.now()).await? {
            return Err(Error::Missing);
        }
        Ok(write.commit().await?)
    }

    /// The holds that run, oldest first.
    pub async fn holds(&self, actor: &Actor) -> Result<Vec<HoldLine>, Error> {
        let scope = Self::scope(actor, "keep.see")?;
        let holds = self.read().await?.holds(&scope, actor.organisation, self.now()).await?;
        self.hold_lines(&scope, &holds).await
    }

    async fn hold_lines(&self, scope: &Scope, holds: &[Hold]) -> Result<Vec<HoldLine>, Error> {
        let schools: BTreeMap<SchoolId, School> =
            self.read().await?.schools(scope).await?.into_iter().map(|school| (school.id, school)).collect();
        let mut out = Vec::new();
        for hold in holds {
            let Some(school) = schools.get(&hold.school) else { continue };
            let covers = self.covers(scope, (hold, school)).await?;
            out.push(self.hold_line(hold, school, covers, self.who_did(scope, &hold.actor).await?));
        }
        Ok(out)
    }

    /// Leaves a hold standing until another day; who may place one may say that it is still needed.
    pub async fn review_hold(
        &self,
        actor: &Actor,
        hold: Uuid,
        review_on: Option<Date>,
        because: &str,
    ) -> Result<(), Error> {
        let scope = Self::scope(actor, "hold.place")?;
        let known = self.read().await?.hold(&scope, hold).await?.ok_or(Error::Missing)?;
        let school = self.read().await?.school(&scope, known.school).await?.ok_or(Error::Missing)?;
        let scope = self.allow(actor, &school, &Try::plain("hold.place")).await?.scope;
        let because = because.trim();
        if because.is_empty() || because.chars().count() > REASON_MAX {
            return Err(Error::refused("a review needs a reason of at most 500 characters"));
        }
        let today = Calendar::new(school.division, Vec::new()).day(self.now());
        let Some(review_on) = review_on.filter(|day| *day > today) else {
            return Err(Error::refused("the next look needs a day in the future\nhint: three months is usual"));
        };
        let mut write = self.write().await?;
        if !write.review_hold(&scope, hold, (Self::new_id(), review_on, because), self.now()).await? {
            return Err(Error::refused("the hold was lifted meanwhile, so there is nothing to look at"));
        }
        Ok(write.commit().await?)
    }

    /// One hold with its history.
    pub async fn hold_page(&self, actor: &Actor, hold: Uuid) -> Result<HoldPage, Error> {
        let scope = Self::scope(actor, "keep.see")?;
        let read = self.read().await?;
        let known = read.hold(&scope, hold).await?.ok_or(Error::Missing)?;
        let school = read.school(&scope, known.school).await?.ok_or(Error::Missing)?;
        let covers = self.covers(&scope, (&known, &school)).await?;
        let line = self.hold_line(&known, &school, covers, self.who_did(&scope, &known.actor).await?);
        let calendar = Calendar::new(school.division, Vec::new());
        let day = |at| dates::long(calendar.day(at));
        let event = |when, what: String, why: &str, who| HoldEvent { when, what, why: why.to_owned(), who };
        let placed = event(day(known.placed_at), "Placed".to_owned(), &known.reason, line.who.clone());
        let mut events = vec![placed];
        for review in read.hold_reviews(&scope, hold).await? {
            let what = format!("Looked at; again on {}", dates::long(review.review_on));
            events.push(event(day(review.at), what, &review.reason, self.who_did(&scope, &review.actor).await?));
        }
        if let (Some(at), Some(by)) = (known.lifted_at, &known.lifted_by) {
            let why = known.lifted_because.as_deref().unwrap_or_default();
            events.push(event(day(at), "Lifted".to_owned(), why, self.who_did(&scope, by).await?));
        } else if let Some(until) = known.until_at.filter(|until| *until <= self.now()) {
            events.push(event(day(until), "Ended by itself".to_owned(), "", "Schoolkeeper".to_owned()));
        }
        Ok(HoldPage { line, events })
    }

    /// The holds that are over, newest first.
    pub async fn past_holds(&self, actor: &Actor) -> Result<Vec<HoldLine>, Error> {
        let scope = Self::scope(actor, "keep.see")?;
        let holds = self.read().await?.past_holds(&scope, actor.organisation, self.now(), PAST_MAX).await?;
        self.hold_lines(&scope, &holds).await
    }

    /// Holds that run and that are over, as CSV.
    pub async fn holds_csv(&self, actor: &Actor) -> Result<Vec<u8>, Error> {
        let all = self.holds(actor).await?.into_iter().chain(self.past_holds(actor).await?);
        let rows = all.map(|line| {
            let state = if line.over { "over" } else { "running" };
            vec![line.covers, line.school, line.reason, line.times, line.who, state.to_owned()]
        });
        super::csv_of(&["Covers", "School", "Why", "When", "Placed by", "State"], rows)
    }

    fn hold_line(&self, hold: &Hold, school: &School, covers: String, who: String) -> HoldLine {
        let calendar = Calendar::new(school.division, Vec::new());
        let day = |at| dates::long(calendar.day(at));
        let since = day(hold.placed_at);
        let times = match hold.until_at {
            _ if hold.lifted_at.is_some() => format!("From {since} to {}", hold.lifted_at.map(day).unwrap_or_default()),
            Some(until) => {
                let last = until.saturating_sub(jiff::SignedDuration::from_nanos(1)).unwrap_or(until);
                format!("Since {since}, until {}", day(last))
            }
            None => format!("Since {since}, until it is lifted; looked at again on {}", dates::long(hold.review_on)),
        };
        HoldLine {
            id: hold.id,
            covers,
            school: school.title.clone(),
            reason: hold.reason.clone(),
            times,
            who,
            review_due: hold.review_on <= calendar.day(self.now()),
            over: hold.lifted_at.is_some() || hold.until_at.is_some_and(|until| until <= self.now()),
        }
    }

    async fn covers(&self, scope: &Scope, (hold, school): (&Hold, &School)) -> Result<String, Error> {
        let Some(entry) = hold.entry else {
            let schemas = self.registers_at(school).await?;
            return Ok(format!("All {}", lower(&title(&schemas, &hold.register))));
        };
        let name = self.entry_name(scope, entry).await?;
        Ok(match hold.covers {
            Covers::Person => format!("{name}, with everything about them"),
            _ => name,
        })
    }

    /// What people call an entry; also one that has left or was erased.
    pub(crate) async fn entry_name(&self, scope: &Scope, entry: EntryId) -> Result<String, Error> {
        let read = self.read().await?;
        let Some((school, register, kept)) = read.keep_one(scope, entry).await? else {
            return Ok("a record that is gone".to_owned());
        };
        let schemas = match read.school(&Scope::system("names"), school).await? {
            Some(school) => self.known_registers(&read, &school).await?,
            None => self.schemas.clone(),
        };
        Ok(name_of(&schemas, &register, &kept.facts))
    }

    /// `person:ID`, `operator`, `system:…` as people read it.
    pub(crate) async fn who_did(&self, scope: &Scope, actor: &str) -> Result<String, Error> {
        if let Some(token) = actor.strip_prefix("token:").and_then(|id| id.parse().ok()) {
            let says = self.token_says(token).await?;
            return Ok(says.unwrap_or_else(|| "a program".to_owned()));
        }
        match actor.strip_prefix("person:").and_then(|id| id.parse().ok()) {
            Some(id) => self.entry_name(scope, EntryId(id)).await,
            None if actor == "operator" => Ok("the administrator of the machine".to_owned()),
            None => Ok("Schoolkeeper".to_owned()),
        }
    }
}

fn nobody(text: &str) -> Error {
    Error::refused(format!("there is no record `{text}`\nhint: use the name, the e-mail or the id as in the records"))
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
