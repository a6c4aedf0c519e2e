//! What a school, or its organisation for every school, calls its lists and their columns.
//!
//! Invariant: the words are part of the registers as [`House::registers_at`] gives them, so that no page, file or
//! answer of the programming interface says another one; policies see the registers without them.

use super::own::ACT;
use crate::authority::Try;
use crate::import::words::fold;
use crate::register::asked::is_shown;
use crate::{Error, House, words};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{Name, OrganisationId};
use schoolkeeper_core::naming::{Naming, WORD_MAX};
use schoolkeeper_core::schema::{Field, Register, Schemas};
use schoolkeeper_store::School;
use schoolkeeper_store::naming::StoredNaming;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A register among all that can be called otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedLine {
    /// Its id.
    pub register: Name,
    /// Several of its entries, as they are called without words of one's own.
    pub declared: String,
    /// The same as they are called here, when that is another word.
    pub many: Option<String>,
    /// How many of its columns have words of one's own.
    pub columns: usize,
}

/// The words of one register at one place.
#[derive(Debug)]
pub struct NamingShown {
    /// The register as it is called where nothing is said at this place.
    pub register: Register,
    /// Several of its entries, as they are called then.
    pub many: String,
    /// What is said at this place.
    pub stored: StoredNaming,
    /// Whether the actor may say it for every school.
    pub everywhere: bool,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamingSaved {
    /// It is so.
    Done,
    /// Nothing was changed: this is to be mended, by `one`, `many` or the name of a field.
    Mistakes(Vec<(String, String)>),
    /// Nothing was changed: somebody else changed it since it was looked at.
    MovedOn,
}

impl House {
    /// *devices*: a register's entries in the plural, as they are called at a school.
    pub async fn many_at(&self, school: &School, register: &str) -> Result<String, Error> {
        let schemas = self.registers_at(school).await?;
        Ok(words::plural(&schemas, register))
    }

    /// The registers for a page about these schools of an organisation: as they are called at the only one, else as
    /// they are called at every school.
    pub async fn registers_of(&self, schools: &[School]) -> Result<Arc<Schemas>, Error> {
        match schools {
            [] => Ok(self.schemas.clone()),
            [only] => self.registers_at(only).await,
            [first, ..] => self.registers_everywhere(first.organisation).await,
        }
    }

    async fn registers_everywhere(&self, organisation: OrganisationId) -> Result<Arc<Schemas>, Error> {
        let stored = self.read().await?.namings_everywhere(&Scope::system("registers"), organisation).await?;
        let none = stored.iter().all(|one| one.naming == Naming::default());
        Ok(if none { self.schemas.clone() } else { Arc::new(called(&self.schemas, &stored)) })
    }

    /// Every register somebody may call otherwise, with its words at a school.
    pub async fn named_registers(&self, actor: &Actor, school: &School) -> Result<Vec<NamedLine>, Error> {
        let scope = self.scope_at(actor, ACT, school).await?;
        let stored = self.read().await?.namings(&scope, school.id).await?;
        let here = self.registers_at(school).await?;
        let line = |register: &Register| {
            let (declared, many) = (words::plural(&self.schemas, &register.id), words::plural(&here, &register.id));
            let own = stored.iter().filter(|one| one.register == register.id);
            let columns: BTreeSet<&Name> = own.flat_map(|one| one.naming.fields.keys()).collect();
            let many = (many != declared).then_some(many);
            NamedLine { register: register.id.clone(), declared, many, columns: columns.len() }
        };
        let mut out: Vec<NamedLine> = self.schemas.all().iter().map(line).collect();
        out.sort_by_key(|line| (line.many.is_none() && line.columns == 0, line.declared.to_lowercase()));
        Ok(out)
    }

    /// The words of a register at a school, or for every school; missing for those who do not look after them.
    pub async fn naming(
        &self,
        actor: &Actor,
        school: &School,
        (register, everywhere): (&str, bool),
    ) -> Result<NamingShown, Error> {
        let scope = self.scope_at(actor, ACT, school).await?;
        if everywhere && !scope.reaches_all() {
            return Err(Error::Missing);
        }
        let declared = self.schemas.get(register).ok_or(Error::Missing)?;
        let all = self.read().await?.namings(&scope, school.id).await?;
        let at = |place| all.iter().find(|one| one.register == declared.id && one.school == place);
        let nothing = StoredNaming {
            organisation: school.organisation,
            school: (!everywhere).then_some(school.id),
            register: declared.id.clone(),
            naming: Naming::default(),
            version: 0,
        };
        let stored = at(nothing.school).cloned().unwrap_or(nothing);
        let above: Vec<StoredNaming> = if everywhere { Vec::new() } else { at(None).cloned().into_iter().collect() };
        let before = called(&self.schemas, &above);
        let shown = before.get(register).ok_or(Error::Missing)?.clone();
        let many = words::plural(&before, register);
        Ok(NamingShown { register: shown, many, stored, everywhere: scope.reaches_all() })
    }

    /// Says what a register and its columns are called; empty words go back to those of the organisation or the list.
    pub async fn set_naming(
        &self,
        actor: &Actor,
        school: &School,
        (register, everywhere): (&str, bool),
        (version, naming): (i64, Naming),
    ) -> Result<NamingSaved, Error> {
        let shown = self.naming(actor, school, (register, everywhere)).await?;
        if !naming.fields.keys().all(|name| nameable(&shown.register).any(|field| field.name == *name)) {
            return Err(Error::Missing);
        }
        let schemas = self.registers_at(school).await?;
        let mistakes = unfit(&schemas, &shown, &naming);
        if !mistakes.is_empty() {
            return Ok(NamingSaved::Mistakes(mistakes));
        }
        let scope = self.allow(actor, school, &Try::plain(ACT)).await?.scope;
        let new = StoredNaming { naming, version, ..shown.stored };
        let mut write = self.write().await?;
        if !write.set_naming(&scope, &new, self.now()).await? {
            return Ok(NamingSaved::MovedOn);
        }
        write.commit().await?;
        Ok(NamingSaved::Done)
    }
}

/// The columns of a list that can be called otherwise: what one sees and fills, without fields of one's own.
pub fn nameable(register: &Register) -> impl Iterator<Item = &Field> {
    register.fields.iter().filter(|field| is_shown(field) && !field.is_own())
}

/// Registers with these words, a school's own over those for every school.
pub(super) fn called(schemas: &Schemas, stored: &[StoredNaming]) -> Schemas {
    let mut stored: Vec<&StoredNaming> = stored.iter().collect();
    stored.sort_by_key(|one| one.school.is_some());
    let named = |register: &Register| {
        let own = stored.iter().filter(|one| one.register == register.id);
        own.fold(register.clone(), |register, one| one.naming.named(register))
    };
    Schemas::new(schemas.all().iter().map(named).collect())
}

/// What is wrong with some words, beside the lists as they are called at a school.
fn unfit(schemas: &Schemas, shown: &NamingShown, naming: &Naming) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let id = &shown.register.id;
    let others = || schemas.all().iter().filter(|other| other.id != *id);
    for (part, word) in [("one", &naming.one), ("many", &naming.many)] {
        let Some(word) = word else { continue };
        let taken = others()
            .find(|other| fold(&other.title) == fold(word) || fold(&words::plural(schemas, &other.id)) == fold(word));
        let why = plain(word).or_else(|| {
            taken.map(|other| format!("Another list is called “{}” already", words::plural(schemas, &other.id)))
        });
        out.extend(why.map(|why| (part.to_owned(), why)));
    }
    let here = schemas.get(id).map_or(&[][..], |register| &register.fields);
    let own = here.iter().filter(|field| field.is_own());
    for (name, word) in &naming.fields {
        // A list that is brought in would not know which of both is meant.
        let means = |field: &&Field| {
            let known = field.import.iter().map(String::as_str).chain([field.label.as_str(), &*field.name]);
            field.name != *name
                && known
                    .chain(naming.fields.get(&field.name).map(String::as_str))
                    .any(|known| fold(known) == fold(word))
        };
        let other = shown.register.fields.iter().chain(own.clone()).find(means);
        let why = plain(word).or_else(|| other.map(|other| format!("That is what “{}” is called, too", other.label)));
        out.extend(why.map(|why| (name.to_string(), why)));
    }
    out
}

/// What is wrong with a word in itself.
fn plain(word: &str) -> Option<String> {
    if word.chars().count() > WORD_MAX {
        return Some(format!("A name may have {WORD_MAX} characters"));
    }
    if fold(word).is_empty() || word.chars().any(|letter| letter.is_control() || "<>{}[]`\\".contains(letter)) {
        return Some("Write it with letters, digits and plain punctuation".to_owned());
    }
    None
}

#[cfg(test)]
#[path = "naming_tests.rs"]
mod naming_tests;
