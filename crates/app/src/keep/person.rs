//! One person: everything that speaks of them, what may go, what must stay and why; and erasing it.
//!
//! Invariant: what was confirmed is what goes: the code of the second step is made of everything the preview counted.

use super::PAGE;
use super::rule::Rules;
use crate::authority::Try;
use crate::entry::words::name_of;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{FieldType, Register, Schemas};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::School;
use schoolkeeper_store::erase::{BATCH_MAX, Batch};
use schoolkeeper_store::keep::Kept;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Most records one person may have before the work is refused.
pub(super) const RECORDS_MAX: usize = 100_000;
/// Longest reason, in characters.
const REASON_MAX: usize = 200;

/// What speaks of a person.
#[derive(Clone, Debug)]
pub struct Everything {
    /// The person.
    pub person: EntryId,
    /// Their name.
    pub name: String,
    /// By register, those with something.
    pub parts: Vec<Part>,
    /// Why nothing may be erased now, in words; empty when it may.
    pub refused: Vec<String>,
    /// What the second step asks for: another one when anything has changed.
    pub code: String,
}

/// What one register says of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The register.
    pub register: Name,
    /// What people read.
    pub title: String,
    /// Records about them: these go.
    pub about: usize,
    /// Records that only mention them: these stay, and say that the name was erased.
    pub mentions: usize,
    /// Records that must be kept, and why.
    pub law: Option<(usize, String)>,
}

/// A school with its registers in its own words.
pub(super) type Place = (School, Arc<Schemas>);

/// One record that speaks of a person, where it is.
pub(super) struct Found<'a> {
    pub(super) school: &'a School,
    pub(super) register: &'a Register,
    pub(super) kept: Kept,
}

impl House {
    /// What there is about a person, and whether it may be erased.
    pub async fn everything(&self, actor: &Actor, school: &School, person: &str) -> Result<Everything, Error> {
        let scope = Self::scope(actor, "keep.erase")?;
        let person = self.find_entry(&scope, school, "person", person).await?;
        let places = self.places(&scope).await?;
        let found = self.about(&scope, &places, person).await?;
        let own = found.iter().find(|found| found.kept.id == person).ok_or(Error::Missing)?;
        let schemas = self.registers_at(school).await?;
        let name = name_of(&schemas, &own.register.id, &own.kept.facts);
        let refused = self.refused(&scope, actor, &found, person).await?;
        let parts = parts(&schemas, &found, person);
        let code = code(&found);
        Ok(Everything { person, name, parts, refused, code })
    }

    /// The schools a scope reaches, each with its registers.
    pub(super) async fn places(&self, scope: &Scope) -> Result<Vec<Place>, Error> {
        let read = self.read().await?;
        let mut out = Vec::new();
        for school in read.schools(scope).await? {
            let registers = self.known_registers(&read, &school).await?;
            out.push((school, registers));
        }
        Ok(out)
    }

    /// Every record that is the person or refers to them, in these schools.
    pub(super) async fn about<'a>(
        &self,
        scope: &Scope,
        places: &'a [Place],
        person: EntryId,
    ) -> Result<Vec<Found<'a>>, Error> {
        let mut out = Vec::new();
        for (school, registers) in places {
            for register in registers.all() {
                self.about_in(scope, (school, register), person, &mut out).await?;
            }
        }
        Ok(out)
    }

    async fn about_in<'a>(
        &self,
        scope: &Scope,
        (school, register): (&'a School, &'a Register),
        person: EntryId,
        out: &mut Vec<Found<'a>>,
    ) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = self.read().await?.keep_page(scope, (school.id, &register.id), after, PAGE).await?;
            let (full, last) = (page.len() == PAGE as usize, page.last().map(|kept| kept.id));
            for kept in page {
                if kept.id == person || kept.refers_to(person) {
                    out.push(Found { school, register, kept });
                }
            }
            if out.len() > RECORDS_MAX {
                return Err(Error::refused(format!("more than {RECORDS_MAX} records speak of this person")));
            }
            after = last;
            if !full {
                return Ok(());
            }
        }
    }

    async fn refused(
        &self,
        scope: &Scope,
        actor: &Actor,
        found: &[Found<'_>],
        person: EntryId,
    ) -> Result<Vec<String>, Error> {
        let mut out = Vec::new();
        let holds = self.read().await?.holds(scope, actor.organisation, self.now()).await?;
        for hold in &holds {
            let going = found.iter().filter(|one| fate(one, person) == Fate::Goes);
            let held = going.filter(|one| hold.holds(one.school.id, &one.register.id, &one.kept)).count();
            if held > 0 {
                out.push(format!("A hold keeps {held} of these records: {}. Lift it first.", hold.reason));
            }
        }
        let mut rules: Vec<(&School, Rules)> = Vec::new();
        for one in found {
            if !rules.iter().any(|(school, _)| school.id == one.school.id) {
                rules.push((one.school, self.keep_rules(scope, one.school).await?));
            }
        }
        let running = |register: &str| {
            let of = found.iter().filter(|one| &*one.register.id == register);
            of.filter(|one| {
                let rules = rules.iter().find(|(school, _)| school.id == one.school.id);
                rules.is_some_and(|(_, rules)| rules.runs(one.register, &one.kept, self.now()))
            })
            .count()
        };
        for (register, says) in [
            ("case", "is open and names them. Close it first; the law asks to keep what it found."),
            ("appointment", "still gives them a role. End it first."),
            ("request", "of theirs is not decided. Decide or withdraw it first."),
        ] {
            let count = running(register);
            if count > 0 {
                let called = found.iter().find(|one| &*one.register.id == register);
                let title = called.map_or(register, |one| &*one.register.title).to_lowercase();
                out.push(format!("{count} {title} {says}"));
            }
        }
        Ok(out)
    }

    /// Erases a person and what is about them now, after the second step: `code` is the one the preview showed.
    /// Gives how many records went. What follows ([`House::keep_finish`]) is on its way as a job.
    pub async fn erase_person(
        &self,
        actor: &Actor,
        school: &School,
        (person, code): (&str, &str),
        reason: &str,
    ) -> Result<usize, Error> {
        let scope = self.allow(actor, school, &Try::plain("keep.erase")).await?.scope;
        let known = self.everything(actor, school, person).await?;
        if let Some(why) = known.refused.first() {
            return Err(Error::refused(why.clone()));
        }
        if code.trim() != known.code {
            return Err(Error::refused(
                "the records about this person have changed, or this is another code\nhint: look at the preview again",
            ));
        }
        let reason = checked_reason(reason, &known.name)?;
        let places = self.places(&scope).await?;
        let mut found = self.about(&scope, &places, known.person).await?;
        found.retain(|one| fate(one, known.person) == Fate::Goes);
        // The person last, so that being cut short leaves somebody to ask for again.
        found.sort_by_key(|one| one.kept.id == known.person);
        let mut gone = 0;
        let batches = found.chunk_by(|a, b| a.school.id == b.school.id && a.register.id == b.register.id);
        for batch in batches.flat_map(|group| group.chunks(BATCH_MAX)) {
            gone += self.erase_found(&scope, batch, reason).await?;
        }
        Ok(gone)
    }

    async fn erase_found(&self, scope: &Scope, batch: &[Found<'_>], reason: &str) -> Result<usize, Error> {
        let Some(first) = batch.first() else { return Ok(0) };
        let entries: Vec<(EntryId, i64)> = batch.iter().map(|one| (one.kept.id, one.kept.version)).collect();
        let asked = Batch {
            id: Self::new_id(),
            school: first.school.id,
            register: first.register,
            rule: "request",
            reason: Some(reason),
            entries: &entries,
            now: self.now(),
        };
        let mut write = self.write().await?;
        let erased = write.erase(scope, &asked).await?.ok_or(Error::Missing)?;
        if erased.erased.len() < entries.len() {
            return Err(Error::refused(
                "a record was held, named by a policy or changed meanwhile; what went before it is erased\nhint: look at the preview again",
            ));
        }
        write.push(scope, &super::run::finish_soon(self.now())).await?;
        write.commit().await?;
        Ok(erased.erased.len())
    }
}

fn parts(schemas: &Schemas, found: &[Found<'_>], person: EntryId) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    for one in found {
        let at = out.iter().position(|part| part.register == one.register.id).unwrap_or_else(|| {
            let (register, title) = (one.register.id.clone(), super::run::title(schemas, &one.register.id));
            out.push(Part { register, title, about: 0, mentions: 0, law: None });
            out.len() - 1
        });
        match (fate(one, person), &one.register.keep) {
            (Fate::Goes, _) => out[at].about += 1,
            (Fate::Law, Some(keep)) => {
                let why = keep.law.clone().unwrap_or_default();
                out[at].law.get_or_insert((0, why)).0 += 1;
            }
            _ => out[at].mentions += 1,
        }
    }
    out
}

/// What becomes of a record when its person asks for erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is about them.
    Goes,
    /// It only mentions them.
    Mentions,
    /// The law asks to keep it.
    Law,
}

/// A record is about the person its field `person` names; what must be kept stays, whoever it is about.
pub(super) fn fate(one: &Found<'_>, person: EntryId) -> Fate {
    let about = one.register.field("person").is_some_and(|(_, field)| matches!(&field.kind, FieldType::Ref(_)));
    let names = one.kept.facts.get("person").is_some_and(|fact| fact.value == Value::Ref(person));
    if one.kept.id == person {
        Fate::Goes
    } else if one.register.keep.as_ref().is_some_and(|keep| keep.law.is_some()) {
        Fate::Law
    } else if about && names {
        Fate::Goes
    } else {
        Fate::Mentions
    }
}

fn code(found: &[Found<'_>]) -> String {
    let mut lines: Vec<String> = found.iter().map(|one| format!("{} {}\n", one.kept.id, one.kept.version)).collect();
    lines.sort_unstable();
    let digest = Sha256::digest(lines.concat());
    format!("{:08X}", u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
}

/// The reason stays in the proof for ever, so it names nobody.
fn checked_reason<'a>(reason: &'a str, name: &str) -> Result<&'a str, Error> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        return Err(Error::refused(format!("this needs a reason of at most {REASON_MAX} characters")));
    }
    let lower = reason.to_lowercase();
    let named = name.split_whitespace().filter(|word| word.chars().count() > 2);
    let said = named.map(str::to_lowercase).find(|word| lower.split(|c: char| !c.is_alphanumeric()).any(|w| w == word));
    match said {
        Some(_) => {
            Err(Error::refused("the reason stays on file, so it must not name the person\nhint: say why, not who"))
        }
        None => Ok(reason),
    }
}
