//! Fields a school added itself, and the registers as they are with them and with its own words.
//!
//! Invariant: everything that shows, writes, lists or reads entries of a school asks [`House::registers_at`], so that
//! these fields and words are nowhere forgotten; policies see the registers without them.

use super::naming::called;
use crate::authority::Try;
use crate::kept::{At, Kept};
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_core::own_field::{
    EVER_MAX, HELP_MAX, LABEL_MAX, LIVE_MAX, OPTION_MAX, OPTIONS_MAX, OwnAt, OwnField, OwnKind, name_of, with_own,
};
use schoolkeeper_core::schema::{Register, Schemas};
pub use schoolkeeper_store::own_field::StoredOwn;
use schoolkeeper_store::{Read, School};
use std::sync::Arc;
use uuid::Uuid;

/// The act of making such fields, and of calling lists and columns otherwise.
pub(super) const ACT: &str = "fields.set";

/// Registers as they were last read, by school.
pub(crate) type KnownRegisters = Kept<SchoolId, (), Schemas>;

/// Most schools whose registers are held at once.
pub(crate) const REGISTERS_MAX: usize = 1_000;

/// The fields of one register at a school, for those who look after them.
#[derive(Debug)]
pub struct OwnShown {
    /// The register without them.
    pub register: Register,
    /// Those in use, in the order people see.
    pub live: Vec<StoredOwn>,
    /// Those that are asked for no more.
    pub retired: Vec<StoredOwn>,
    /// Whether the actor may make fields for all schools of the organisation.
    pub everywhere: bool,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnSaved {
    /// It is so.
    Done,
    /// Nothing was changed: this is to be mended, field by field (`label`, `options`, `help`, `section`, `kind`).
    Mistakes(Vec<(&'static str, String)>),
    /// Nothing was changed: somebody else changed it since it was looked at.
    MovedOn,
}

/// What is done with a field besides changing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnAct {
    /// One place up.
    Up,
    /// One place down.
    Down,
    /// Asked for no more.
    Retire,
    /// Asked for again.
    Restore,
}

impl House {
    /// The registers as they are at a school, with the fields it added itself and the words it uses.
    pub async fn registers_at(&self, school: &School) -> Result<Arc<Schemas>, Error> {
        self.known_registers(&self.read().await?, school).await
    }

    /// The same for somebody who is reading already.
    pub(crate) async fn known_registers(&self, read: &Read, school: &School) -> Result<Arc<Schemas>, Error> {
        let at = At { generation: read.generation().await?, also: () };
        if let Some(found) = self.own.get(&school.id, &at) {
            return Ok(found);
        }
        let found = self.registers_in(read, school).await?;
        self.own.keep(school.id, at, (&found, 1));
        Ok(found)
    }

    pub(crate) async fn registers_in(&self, read: &Read, school: &School) -> Result<Arc<Schemas>, Error> {
        let system = Scope::system("registers");
        let own = read.own_fields(&system, school.id).await?;
        let words = read.namings(&system, school.id).await?;
        let called = (!words.is_empty()).then(|| Arc::new(called(&self.schemas, &words)));
        let called = called.unwrap_or_else(|| self.schemas.clone());
        if own.is_empty() {
            return Ok(called);
        }
        let registers = called.all().iter().map(|register| {
            let own: Vec<&StoredOwn> = own.iter().filter(|own| own.register == register.id).collect();
            if own.is_empty() { register.clone() } else { joined(register, &own) }
        });
        Ok(Arc::new(Schemas::new(registers.collect())))
    }

    /// The fields of a register that a school or its organisation added; missing for those who do not look after them.
    pub async fn own_fields(&self, actor: &Actor, school: &School, register: &str) -> Result<OwnShown, Error> {
        let scope = self.scope_at(actor, ACT, school).await?;
        let read = self.read().await?;
        // As it is called here, without fields of its own.
        let called = called(&self.schemas, &read.namings(&scope, school.id).await?);
        let register = called.get(register).filter(|register| crate::entry::is_kept(register));
        let register = register.ok_or(Error::Missing)?.clone();
        let mut all = read.own_fields(&scope, school.id).await?;
        all.retain(|own| own.register == register.id);
        all.sort_by_key(|own| (own.place, own.number));
        let (retired, live) = all.into_iter().partition(|own| own.retired_at.is_some());
        Ok(OwnShown { register, live, retired, everywhere: scope.reaches_all() })
    }

    /// Adds a field at a school, or at every school of the organisation.
    pub async fn add_own_field(
        &self,
        actor: &Actor,
        (school, register): (&School, &str),
        (own, everywhere): (OwnField, bool),
    ) -> Result<OwnSaved, Error> {
        let shown = self.own_fields(actor, school, register).await?;
        let mut mistakes = unfit(&shown, &own, None);
        if shown.live.len() >= LIVE_MAX {
            mistakes.insert(0, ("label", format!("There are {LIVE_MAX} fields of your own already. Retire one first")));
        }
        let scope = self.allow(actor, school, &Try::plain(ACT)).await?.scope;
        let mut write = self.write().await?;
        let names = write.own_names(&scope, school.organisation, register).await?;
        if names.len() >= EVER_MAX {
            mistakes.push(("label", format!("{EVER_MAX} fields were made for this list over time, which is the most")));
        }
        if !mistakes.is_empty() {
            return Ok(OwnSaved::Mistakes(mistakes));
        }
        let new = StoredOwn {
            id: Self::new_id(),
            organisation: school.organisation,
            school: (!everywhere).then_some(school.id),
            register: shown.register.id.clone(),
            name: name_of(&own.label, |name| names.iter().any(|(known, _)| **known == *name)),
            number: names.last().map_or(0, |(_, number)| *number) + 1,
            place: shown.live.iter().chain(&shown.retired).map(|own| own.place).max().unwrap_or(0) + 1,
            own,
            version: 1,
            added_at: self.now(),
            retired_at: None,
        };
        if !write.add_own_field(&scope, &new).await? {
            return Err(Error::Missing);
        }
        write.commit().await?;
        Ok(OwnSaved::Done)
    }

    /// Changes what a field is called and how it is asked for; its type stays, and no option of a choice goes.
    pub async fn change_own_field(
        &self,
        actor: &Actor,
        (school, register): (&School, &str),
        ((id, version), own): ((Uuid, i64), OwnField),
    ) -> Result<OwnSaved, Error> {
        let shown = self.own_fields(actor, school, register).await?;
        let known = shown.live.iter().find(|known| known.id == id).ok_or(Error::Missing)?;
        let mistakes = unfit(&shown, &own, Some(known));
        if !mistakes.is_empty() {
            return Ok(OwnSaved::Mistakes(mistakes));
        }
        let changed = StoredOwn { own, version, ..known.clone() };
        self.set_own(actor, school, &[changed]).await
    }

    /// Moves, retires or brings back a field.
    pub async fn move_own_field(
        &self,
        actor: &Actor,
        (school, register): (&School, &str),
        (id, act): (Uuid, OwnAct),
    ) -> Result<OwnSaved, Error> {
        let shown = self.own_fields(actor, school, register).await?;
        let at = shown.live.iter().position(|own| own.id == id);
        let changed = match (act, at) {
            (OwnAct::Retire, Some(at)) => {
                vec![StoredOwn { retired_at: Some(self.now()), ..shown.live[at].clone() }]
            }
            (OwnAct::Up | OwnAct::Down, Some(at)) => {
                let other = if act == OwnAct::Up { at.checked_sub(1) } else { Some(at + 1) };
                let Some(other) = other.and_then(|other| shown.live.get(other)) else { return Ok(OwnSaved::Done) };
                let this = &shown.live[at];
                vec![StoredOwn { place: other.place, ..this.clone() }, StoredOwn { place: this.place, ..other.clone() }]
            }
            (OwnAct::Restore, _) => {
                let known = shown.retired.iter().find(|own| own.id == id).ok_or(Error::Missing)?;
                if shown.live.len() >= LIVE_MAX {
                    let text = format!("There are {LIVE_MAX} fields of your own already. Retire one first");
                    return Ok(OwnSaved::Mistakes(vec![("label", text)]));
                }
                vec![StoredOwn { retired_at: None, ..known.clone() }]
            }
            (_, None) => return Err(Error::Missing),
        };
        self.set_own(actor, school, &changed).await
    }

    async fn set_own(&self, actor: &Actor, school: &School, changed: &[StoredOwn]) -> Result<OwnSaved, Error> {
        let scope = self.allow(actor, school, &Try::plain(ACT)).await?.scope;
        if changed.iter().any(|own| own.school.is_none()) && !scope.reaches_all() {
            let text = "This field is asked for at every school. Somebody for the whole organisation changes it";
            return Ok(OwnSaved::Mistakes(vec![("label", text.to_owned())]));
        }
        let mut write = self.write().await?;
        for own in changed {
            if !write.set_own_field(&scope, own, self.now()).await? {
                return Ok(OwnSaved::MovedOn);
            }
        }
        write.commit().await?;
        Ok(OwnSaved::Done)
    }
}

/// A register with these fields.
fn joined(register: &Register, own: &[&StoredOwn]) -> Register {
    let at: Vec<OwnAt<'_>> =
        own.iter().map(|own| OwnAt { name: &own.name, own: &own.own, retired: own.retired_at.is_some() }).collect();
    let mut order: Vec<&&StoredOwn> = own.iter().collect();
    order.sort_by_key(|own| (own.place, own.number));
    let order: Vec<Name> = order.into_iter().map(|own| own.name.clone()).collect();
    with_own(register, &at, &order)
}

/// What is wrong with a field.
fn unfit(shown: &OwnShown, own: &OwnField, known: Option<&StoredOwn>) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let same = |label: &str| label.trim().eq_ignore_ascii_case(own.label.trim());
    let others = shown.live.iter().filter(|other| known.is_none_or(|known| known.id != other.id));
    if own.label.trim().is_empty() {
        out.push(("label", "Say what the field is called".to_owned()));
    } else if own.label.chars().count() > LABEL_MAX {
        out.push(("label", format!("The name may have {LABEL_MAX} characters")));
    } else if shown.register.fields.iter().any(|field| same(&field.label))
        || others.clone().any(|one| same(&one.own.label))
    {
        out.push(("label", "This list has a field of that name already".to_owned()));
    }
    if own.help.as_ref().is_some_and(|help| help.chars().count() > HELP_MAX) {
        out.push(("help", format!("The help may have {HELP_MAX} characters")));
    }
    let is_there = |title: &String| shown.register.sections.iter().any(|section| section.title == *title);
    if own.section.as_ref().is_some_and(|section| !is_there(section)) {
        out.push(("section", "Choose where it stands".to_owned()));
    }
    out.extend(options(&own.kind, known.map(|known| &known.own.kind)).map(|text| ("options", text)));
    if known.is_some_and(|known| known.own.kind.word() != own.kind.word()) {
        out.push(("kind", "What kind of answer it is stays as it is. Retire it and add another one".to_owned()));
    }
    out
}

fn options(kind: &OwnKind, known: Option<&OwnKind>) -> Option<String> {
    let OwnKind::Choice(options) = kind else { return None };
    let fold = |option: &Name| option.to_lowercase();
    let mut folded: Vec<String> = options.iter().map(fold).collect();
    folded.sort_unstable();
    folded.dedup();
    let plain = |c: char| c.is_alphanumeric() || "-&()+./'".contains(c);
    if options.len() < 2 {
        return Some("Write at least two options, one on each line".to_owned());
    }
    if options.len() > OPTIONS_MAX || options.iter().any(|option| option.chars().count() > OPTION_MAX) {
        return Some(format!("At most {OPTIONS_MAX} options of {OPTION_MAX} characters"));
    }
    if folded.len() < options.len() {
        return Some("Two options are the same".to_owned());
    }
    if let Some(odd) = options.iter().find(|option| !option.chars().all(plain)) {
        return Some(format!("Write “{}” with letters, digits and - & ( ) + . / ' only", odd.replace('-', " ")));
    }
    if options.iter().any(|option| ["none", "unknown"].contains(&&*fold(option))) {
        return Some("“None” and “unknown” are there by themselves".to_owned());
    }
    match known {
        Some(OwnKind::Choice(known)) if !known.iter().all(|one| options.contains(one)) => {
            Some("Options may be added, not taken away or renamed: records may say them".to_owned())
        }
        _ => None,
    }
}
