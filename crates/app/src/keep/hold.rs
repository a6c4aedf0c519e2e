//! Holds as people place, see and lift them.

use super::run::title;
use crate::authority::Try;
use crate::{Error, House, dates};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_store::School;
use schoolkeeper_store::hold::{Covers, Hold, HoldOn, NewHold};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Longest reason, in characters.
const REASON_MAX: usize = 500;

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
        let read = self.read().await?;
        let schools: BTreeMap<SchoolId, School> =
            read.schools(&scope).await?.into_iter().map(|school| (school.id, school)).collect();
        let holds = read.holds(&scope, actor.organisation, self.now()).await?;
        let mut out = Vec::new();
        for hold in &holds {
            let Some(school) = schools.get(&hold.school) else { continue };
            let covers = self.covers(&scope, hold).await?;
            out.push(self.hold_line(hold, school, covers, self.who_did(&scope, &hold.actor).await?));
        }
        Ok(out)
    }

    fn hold_line(&self, hold: &Hold, school: &School, covers: String, who: String) -> HoldLine {
        let calendar = Calendar::new(school.division, Vec::new());
        let day = |at| dates::long(calendar.day(at));
        let since = day(hold.placed_at);
        let times = match hold.until_at {
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
        }
    }

    async fn covers(&self, scope: &Scope, hold: &Hold) -> Result<String, Error> {
        let Some(entry) = hold.entry else { return Ok(format!("All {}", lower(&title(self, &hold.register)))) };
        let name = self.entry_name(scope, entry).await?;
        Ok(match hold.covers {
            Covers::Person => format!("{name}, with everything about them"),
            _ => name,
        })
    }

    /// What people call an entry; also one that has left or was erased.
    pub(crate) async fn entry_name(&self, scope: &Scope, entry: EntryId) -> Result<String, Error> {
        let Some((_, register, kept)) = self.read().await?.keep_one(scope, entry).await? else {
            return Ok("a record that is gone".to_owned());
        };
        Ok(self.name_of(&register, &kept.facts))
    }

    pub(crate) fn name_of(&self, register: &Name, facts: &schoolkeeper_store::document::Facts) -> String {
        let schema = self.schemas.get(register);
        let field = schema.and_then(|schema| schema.name_field().map(|at| &schema.fields[at].name));
        let text = field.and_then(|field| facts.get(field)?.value.as_text().map(str::to_owned));
        let without = || {
            let title = schema.map_or_else(|| register.to_string(), |schema| schema.title.to_lowercase());
            format!("{title} without a name")
        };
        text.unwrap_or_else(without)
    }

    /// `person:ID`, `operator`, `system:…` as people read it.
    pub(crate) async fn who_did(&self, scope: &Scope, actor: &str) -> Result<String, Error> {
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
