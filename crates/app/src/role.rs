//! Roles of a school: who holds what and since when, what is vacant, and the three changes: appoint, change, end.
//!
//! Invariant: every change goes through [`House::allow`] as *give somebody a role* and the house's own rules on powers;
//! dates take effect by themselves, because an [`schoolkeeper_core::actor::Actor`] is made anew at each request.

mod list;

pub use list::{HeldState, RoleEntries, RoleEntry, RoleOrder, RolesAsked};

use crate::appointment::{Posts, appointment_of};
use crate::authority::{Denial, Try};
use crate::vacancy::Needed;
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name, slug};
use schoolkeeper_core::role::Appointment;
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::entry::{HAND, Page};
use schoolkeeper_store::history::Change as Past;
use schoolkeeper_store::{ByHand, EntryChange, NewEntry, Read, School, StoredEntry};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The act every change of this file is.
const ACT: &str = "role.assign";
/// Longest text of a delegation or a label.
const TEXT_MAX: usize = 200;
/// Most changes an appointment's history shows.
const HISTORY_MAX: u32 = 50;

/// An appointment somebody asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewAppointment {
    /// Who.
    pub person: Option<EntryId>,
    /// The role, as packs name it.
    pub role: String,
    /// The part of the school it answers for.
    pub site: Option<EntryId>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// The role it stands in for.
    pub deputy_of: Option<String>,
    /// The minute or letter by which a leading role is handed on.
    pub delegation: String,
}

/// What may be changed of an appointment; each replaces what stood there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppointmentChange {
    /// Last day.
    pub until: Option<Date>,
    /// First day away.
    pub away_from: Option<Date>,
    /// Last day away.
    pub away_until: Option<Date>,
}

/// A role with everybody who has to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleLine {
    /// As packs name it.
    pub role: Name,
    /// As people here call it.
    pub title: String,
    /// The post it follows, as people call it.
    pub follows: Option<String>,
    /// Nobody holds it today and nobody stands in.
    pub vacant: bool,
    /// Statements that name it: id and text.
    pub needed_by: Vec<(String, String)>,
    /// Holders and deputies, those of today first.
    pub people: Vec<Holder>,
}

/// One appointment as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The appointment.
    pub appointment: Appointment,
    /// Who.
    pub name: String,
    /// Name of the site.
    pub site: Option<String>,
    /// The minute or letter.
    pub delegation: Option<String>,
    /// It counts today.
    pub today: bool,
    /// Away today.
    pub away: bool,
    /// Stands in today for the role of the line.
    pub stands_in: bool,
}

impl House {
    /// Every role of a school, vacant ones that statements need first. Past appointments are left out.
    pub async fn roles(&self, actor: &Actor, school: &School) -> Result<Vec<RoleLine>, Error> {
        let scope = self.scope_at(actor, "policy.see", school).await?;
        let read = self.read().await?;
        let posts = self.posts(&read, school).await?;
        let names = self.names(&read, school, &posts).await?;
        let needed = self.needed(&read, &scope, school).await?;
        let mut out: Vec<RoleLine> = posts.roles.iter().map(|(role, _)| line(&posts, role, &names, &needed)).collect();
        out.retain(|line| !line.people.is_empty() || !line.needed_by.is_empty());
        out.sort_by_key(|line| (!line.vacant, line.people.is_empty(), line.title.to_lowercase()));
        Ok(out)
    }

    /// Roles and appointments as forms offer them.
    pub async fn posts_of(&self, actor: &Actor, school: &School) -> Result<Posts, Error> {
        self.scope_at(actor, ACT, school).await?;
        self.posts(&self.read().await?, school).await
    }

    /// Gives somebody a role.
    pub async fn appoint(&self, actor: &Actor, school: &School, new: &NewAppointment) -> Result<EntryId, Error> {
        self.scope_at(actor, ACT, school).await?;
        let id = EntryId(Self::new_id());
        let facts = self.facts(new)?;
        let person = new.person.ok_or_else(|| Error::refused("say who it is"))?;
        let allowed = self.allow(actor, school, &Try { form: form(&facts), ..Try::plain(ACT) }).await?;
        let read = self.read().await?;
        self.person_of(&read, school, person).await?;
        let posts = self.posts(&read, school).await?;
        drop(read);
        let wanted = appointment_of(id, &facts, (!school.trust).then_some(school.id)).ok_or(Error::Missing)?;
        refuse(posts.against(actor, school, (&wanted, Some(&new.delegation))))?;
        let mut write = self.write().await?;
        write.create_entry(&allowed.scope, self.by_hand(school)?, NewEntry { id, facts }).await?;
        self.keeps_administrator(&mut write, school.organisation).await?;
        write.commit().await?;
        self.evaluate(&Actor::operator(school.organisation), school).await?;
        Ok(id)
    }

    /// Changes the end of an appointment, or says when its holder is away.
    pub async fn change_appointment(
        &self,
        actor: &Actor,
        school: &School,
        (appointment, change): (EntryId, &AppointmentChange),
    ) -> Result<(), Error> {
        let (stored, known) = self.appointment(actor, school, appointment).await?;
        let date = |day: Option<Date>| day.map_or(Value::Empty, Value::Date);
        let set = [
            ("until", date(change.until)),
            ("away_from", date(change.away_from)),
            ("away_until", date(change.away_until)),
        ];
        let changed = set.into_iter().filter(|(field, value)| {
            let known = stored.facts.get(*field).map_or(&Value::Empty, |fact| &fact.value);
            known != value
        });
        let facts: Facts = changed.map(|(field, value)| (Name::from(field), self.fact(value))).collect();
        if facts.is_empty() {
            return Ok(());
        }
        let tried = Try { on: Some(appointment), form: form(&facts), ..Try::plain(ACT) };
        let allowed = self.allow(actor, school, &tried).await?;
        let posts = self.posts(&self.read().await?, school).await?;
        refuse(posts.untouchable(actor, school, &known.role))?;
        let mut merged = stored.facts.clone();
        merged.extend(facts.clone());
        let wanted =
            appointment_of(appointment, &merged, (!school.trust).then_some(school.id)).ok_or(Error::Missing)?;
        refuse(posts.against(actor, school, (&wanted, Some("as it was given"))))?;
        let change = EntryChange { id: appointment, expected_version: stored.version, facts };
        let mut write = self.write().await?;
        write.change_entry(&allowed.scope, self.by_hand(school)?, change).await?;
        self.keeps_administrator(&mut write, school.organisation).await?;
        write.commit().await?;
        self.evaluate(&Actor::operator(school.organisation), school).await?;
        Ok(())
    }

    /// Ends an appointment after a day.
    pub async fn end_appointment(
        &self,
        actor: &Actor,
        school: &School,
        (appointment, last): (EntryId, Date),
    ) -> Result<(), Error> {
        let (_, known) = self.appointment(actor, school, appointment).await?;
        let change = AppointmentChange { until: Some(last), away_from: known.away_from, away_until: known.away_until };
        self.change_appointment(actor, school, (appointment, &change)).await
    }

    /// One appointment of a school, for those who may change it.
    pub async fn appointment(
        &self,
        actor: &Actor,
        school: &School,
        appointment: EntryId,
    ) -> Result<(StoredEntry, Appointment), Error> {
        let scope = self.scope_at(actor, ACT, school).await?;
        let stored = self.read().await?.entry(&scope, appointment).await?;
        let stored = stored.filter(|entry| entry.school == school.id && &*entry.register == "appointment");
        let stored = stored.ok_or(Error::Missing)?;
        let read = crate::appointment::appointment(&stored, school).ok_or(Error::Missing)?;
        Ok((stored, read))
    }

    /// What happened to an appointment, newest first.
    pub async fn appointment_history(
        &self,
        actor: &Actor,
        school: &School,
        appointment: EntryId,
    ) -> Result<Vec<Past>, Error> {
        self.appointment(actor, school, appointment).await?;
        let scope = self.scope_at(actor, ACT, school).await?;
        Ok(self.read().await?.entry_history(&scope, appointment, HISTORY_MAX).await?)
    }

    /// Sets what the organisation calls a role; an empty word goes back to the policy's.
    pub async fn name_role(&self, actor: &Actor, school: &School, (role, title): (&str, &str)) -> Result<(), Error> {
        let allowed = self.allow(actor, school, &Try::plain("role.name")).await?;
        let title = text(title)?;
        let known = self.posts(&self.read().await?, school).await?.roles.get(role).is_some();
        if !known {
            return Err(Error::refused(format!("no policy here names a role `{role}`")));
        }
        let title = Some(title.as_str()).filter(|title| !title.is_empty());
        let mut write = self.write().await?;
        if !write.set_role_label(&allowed.scope, school.organisation, (role, title), self.now()).await? {
            return Err(Error::refused(
                "roles are named for all schools at once\nhint: ask somebody who leads all of them",
            ));
        }
        Ok(write.commit().await?)
    }

    /// The one person or site of a school that a text names: its name, an e-mail address or an id.
    pub async fn one_person(&self, actor: &Actor, school: &School, text: &str) -> Result<EntryId, Error> {
        let found = self.people_like(actor, school, text).await?;
        let exact: Vec<_> = found.iter().filter(|(_, name)| name.eq_ignore_ascii_case(text)).collect();
        match (exact.as_slice(), found.as_slice()) {
            ([(id, _)], _) | ([], [(id, _)]) => Ok(*id),
            ([], []) => Err(Error::refused(format!(
                "no person of {} is called `{text}`\nhint: bring in the staff list first",
                school.title
            ))),
            _ => {
                let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
                Err(Error::refused(format!(
                    "several people may be meant by `{text}`: {}\nhint: give the e-mail address",
                    names.join(", ")
                )))
            }
        }
    }

    /// The site of a school with a name.
    pub async fn one_site(&self, actor: &Actor, school: &School, text: &str) -> Result<EntryId, Error> {
        let sites = self.sites(actor, school).await?;
        let found = sites.iter().find(|(_, name)| name.eq_ignore_ascii_case(text)).map(|(id, _)| *id);
        found.ok_or_else(|| {
            let names: Vec<&str> = sites.iter().map(|(_, name)| name.as_str()).collect();
            let has = if names.is_empty() {
                "it has none; bring in a list of sites".to_owned()
            } else {
                format!("it has {}", names.join(", "))
            };
            Error::refused(format!("{} has no site `{text}`\nhint: {has}", school.title))
        })
    }

    /// The people of a school whose name or e-mail address is, or begins like, a text; at most 50.
    pub async fn people_like(
        &self,
        actor: &Actor,
        school: &School,
        like: &str,
    ) -> Result<Vec<(EntryId, String)>, Error> {
        let scope = self.scope_at(actor, ACT, school).await?;
        let read = self.read().await?;
        let page = Page { limit: 50, search: Some(like.to_owned()), ..Page::default() };
        let mut found = read.entries(&scope, school.id, "person", &page).await?.entries;
        if found.is_empty() {
            let key = [schoolkeeper_store::key::fold(like)];
            let hits = read.entries_by_key(&scope, (school.id, "person"), "email", &key).await?;
            let ids: Vec<EntryId> = hits.iter().filter(|hit| !hit.left).map(|hit| hit.entry).collect();
            found = read.entries_by_id(&scope, school.id, &ids).await?;
        }
        Ok(found.into_iter().map(|entry| (entry.id, name_of(&entry))).collect())
    }

    /// The sites of a school: id and name.
    pub async fn sites(&self, actor: &Actor, school: &School) -> Result<Vec<(EntryId, String)>, Error> {
        let scope = self.scope_at(actor, "policy.see", school).await?;
        let page = Page { limit: 200, ..Page::default() };
        let found = self.read().await?.entries(&scope, school.id, "site", &page).await?;
        Ok(found.entries.into_iter().map(|entry| (entry.id, name_of(&entry))).collect())
    }

    fn by_hand(&self, school: &School) -> Result<ByHand<'_>, Error> {
        let register: &Register = self.schemas.get("appointment").ok_or(Error::Missing)?;
        Ok(ByHand { school: school.id, register, now: self.now(), why: None })
    }

    fn fact(&self, value: Value) -> Fact {
        let now = self.now();
        Fact { value, at: now, held_since: now, source: Name::from(HAND) }
    }

    fn facts(&self, new: &NewAppointment) -> Result<Facts, Error> {
        let person = new.person.map(Value::Ref);
        let word = |text: &str| (!text.is_empty()).then(|| Value::text(text));
        let set = [
            ("person", person),
            ("role", word(&slug(&new.role))),
            ("site", new.site.map(Value::Ref)),
            ("from", new.from.map(Value::Date)),
            ("until", new.until.map(Value::Date)),
            ("deputy_of", word(&slug(new.deputy_of.as_deref().unwrap_or_default()))),
            ("delegation", word(&text(&new.delegation)?)),
        ];
        Ok(set.into_iter().filter_map(|(field, value)| Some((Name::from(field), self.fact(value?)))).collect())
    }

    /// A person of the organisation; missing when there is none.
    pub(crate) async fn person_of(&self, read: &Read, school: &School, person: EntryId) -> Result<StoredEntry, Error> {
        let system = Scope::system("roles");
        let entry = read.entry(&system, person).await?.filter(|entry| &*entry.register == "person");
        let entry = entry.ok_or(Error::Missing)?;
        let home = read.school(&system, entry.school).await?.ok_or(Error::Missing)?;
        if home.organisation == school.organisation { Ok(entry) } else { Err(Error::Missing) }
    }

    /// Names of the people and sites that appointments mention, and delegations by appointment.
    async fn names(&self, read: &Read, school: &School, posts: &Posts) -> Result<Names, Error> {
        let system = Scope::system("roles");
        let people = posts.appointments.iter().map(|one| one.person);
        let ids: Vec<EntryId> = people.chain(posts.appointments.iter().filter_map(|one| one.site)).collect();
        let found = read.entries_by_id(&system, school.id, &ids).await?;
        let mut names: BTreeMap<EntryId, String> = found.iter().map(|entry| (entry.id, name_of(entry))).collect();
        for person in posts.appointments.iter().map(|one| one.person) {
            if let Entry::Vacant(slot) = names.entry(person) {
                let name = self.person_of(read, school, person).await.map(|entry| name_of(&entry));
                slot.insert(name.unwrap_or_else(|_| "somebody who is not on record".to_owned()));
            }
        }
        let stored = read.appointments(&system, school.id).await?;
        let delegation =
            |entry: &StoredEntry| Some((entry.id, entry.facts.get("delegation")?.value.as_text()?.to_owned()));
        Ok(Names { names, delegations: stored.iter().filter_map(delegation).collect() })
    }
}

/// A change of an appointment in words; whose word it was stands in the ledger.
pub fn past_words(past: &Past, zone: &jiff::tz::TimeZone) -> String {
    use schoolkeeper_store::history::Happened;
    let what = match past.happened {
        Happened::Created => "Appointed",
        Happened::Changed => "Changed",
        Happened::Left | Happened::Removed => "Taken back",
        Happened::Restored => "Put back",
    };
    let before = past.before.iter().flatten().filter_map(|(field, fact)| match &fact.value {
        Value::Date(day) => Some(format!("{} was {}", field.replace('_', " "), crate::dates::long(*day))),
        _ => None,
    });
    let before: Vec<String> = before.collect();
    let before = if before.is_empty() { String::new() } else { format!(" ({})", before.join(", ")) };
    format!("{what} on {}{before}", crate::dates::moment(past.at, zone))
}

#[derive(Debug)]
struct Names {
    names: BTreeMap<EntryId, String>,
    delegations: BTreeMap<EntryId, String>,
}

fn line(posts: &Posts, role: &Name, names: &Names, needed: &Needed) -> RoleLine {
    let today = posts.today;
    let stand_ins = posts.roles.standing_in(&posts.appointments, role, today);
    let concerns = |one: &&Appointment| one.role == *role || one.deputy_of.as_ref() == Some(role);
    let own = posts.appointments.iter().filter(concerns);
    let current = own.filter(|one| one.until.is_none_or(|until| today <= until));
    let mut people: Vec<Holder> = current.map(|one| holder(posts, names, stand_ins.contains(&one), one)).collect();
    people.sort_by_key(|one| (!one.today, one.appointment.deputy_of.is_some(), one.appointment.from));
    let needed_by = needed.get(role).cloned().unwrap_or_default();
    let follows = posts.roles.get(role).and_then(|spec| spec.held_by.as_ref()).map(|post| posts.title(post));
    let vacant = posts.is_vacant(role) && (!needed_by.is_empty() || !people.is_empty());
    RoleLine { role: role.clone(), title: posts.title(role), follows, vacant, needed_by, people }
}

fn holder(posts: &Posts, names: &Names, stands_in: bool, one: &Appointment) -> Holder {
    Holder {
        name: names.names.get(&one.person).cloned().unwrap_or_default(),
        site: one.site.and_then(|site| names.names.get(&site).cloned()),
        delegation: names.delegations.get(&one.id).cloned(),
        today: one.counts_on(posts.today),
        away: one.is_away_on(posts.today),
        stands_in,
        appointment: one.clone(),
    }
}

pub(crate) fn refuse(reasons: Vec<crate::authority::Reason>) -> Result<(), Error> {
    if reasons.is_empty() { Ok(()) } else { Err(Error::Denied(Denial::of(ACT, reasons))) }
}

pub(crate) fn form(facts: &Facts) -> Value {
    let fields: BTreeMap<Name, Value> = facts.iter().map(|(name, fact)| (name.clone(), fact.value.clone())).collect();
    Value::Map(fields.into())
}

pub(crate) fn name_of(entry: &StoredEntry) -> String {
    let name = entry.facts.get("name").and_then(|fact| fact.value.as_text());
    name.map_or_else(|| "without a name".to_owned(), str::to_owned)
}

/// One line without control characters and blanks around it.
fn text(given: &str) -> Result<String, Error> {
    let given = given.trim();
    if given.chars().any(char::is_control) || given.chars().count() > TEXT_MAX {
        return Err(Error::refused(format!("a line of at most {TEXT_MAX} characters is wanted here")));
    }
    Ok(given.to_owned())
}
