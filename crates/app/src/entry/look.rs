//! What is known of an entry: names of what it points to, and what points to it.

use super::words;
use crate::register::cell::choice;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::{FieldType, Register};
use schoolkeeper_store::entry::Page;
use schoolkeeper_store::{Read, School, WholeEntry};
use std::collections::BTreeMap;

/// Most entries a search shows.
const FOUND_MAX: u32 = 20;

/// An entry somebody may see, with its register and where it is.
#[derive(Debug)]
pub struct EntryAt {
    /// Where.
    pub school: School,
    /// Its register, with the school's own fields.
    pub register: Register,
    /// What every source says.
    pub whole: WholeEntry,
    pub(crate) scope: Scope,
}

/// An entry somebody may point to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointed {
    /// Its id.
    pub id: EntryId,
    /// What people call it.
    pub name: String,
    /// What else tells it apart.
    pub more: String,
}

impl EntryAt {
    /// Its id.
    pub fn id(&self) -> EntryId {
        self.whole.entry.id
    }

    /// Every entry it points to.
    pub fn points_to(&self) -> Vec<EntryId> {
        let mut out = Vec::new();
        let words = self.whole.words.iter().flat_map(|word| word.facts.values());
        for fact in self.whole.entry.facts.values().chain(words) {
            fact.value.each_ref(&mut |id| out.push(id));
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}

impl House {
    /// What entries are called, for a page that points to them; those of other organisations stay without a name.
    pub async fn entry_names(&self, at: &EntryAt, entries: &[EntryId]) -> Result<BTreeMap<EntryId, String>, Error> {
        let read = self.read().await?;
        self.names_in(&read, &at.school, entries).await
    }

    /// The same for a form.
    pub async fn names_at(&self, school: &School, entries: &[EntryId]) -> Result<BTreeMap<EntryId, String>, Error> {
        self.names_in(&self.read().await?, school, entries).await
    }

    pub(crate) async fn names_in(
        &self,
        read: &Read,
        school: &School,
        entries: &[EntryId],
    ) -> Result<BTreeMap<EntryId, String>, Error> {
        let system = Scope::system("names");
        let schemas = self.known_registers(read, school).await?;
        let mut out: BTreeMap<EntryId, String> = BTreeMap::new();
        for found in read.entries_by_id(&system, school.id, entries).await? {
            out.insert(found.id, words::name_of(&schemas, &found.register, &found.facts));
        }
        for id in entries.iter().filter(|id| !out.contains_key(id)).copied().collect::<Vec<_>>() {
            // A person may live at another school of the organisation.
            let Some(found) = read.entry(&system, id).await? else { continue };
            let home = read.school(&system, found.school).await?;
            if home.is_some_and(|home| home.organisation == school.organisation) {
                out.insert(id, words::name_of(&schemas, &found.register, &found.facts));
            }
        }
        Ok(out)
    }

    /// Entries of a register that a text may mean, of the school and its central office; at most 20.
    pub async fn entries_like(
        &self,
        actor: &Actor,
        school: &School,
        (register, like): (&str, &str),
    ) -> Result<Vec<Pointed>, Error> {
        let (register, _) = self.register_at(actor, school, register).await?;
        let system = Scope::system("names");
        let read = self.read().await?;
        let page = Page { limit: FOUND_MAX, search: Some(like.to_owned()), ..Page::default() };
        let mut schools = read.schools(&system).await?;
        schools.retain(|one| one.id == school.id || (one.trust && one.organisation == school.organisation));
        let mut found = Vec::new();
        for place in &schools {
            found.extend(read.entries(&system, place.id, &register.id, &page).await?.entries);
        }
        let ids = found.iter().map(|entry| entry.id).collect();
        let seen = self.seen_of((actor, school), &register.id, ids).await?;
        let schemas = self.known_registers(&read, school).await?;
        let mut out = Vec::new();
        for found in found.into_iter().filter(|entry| seen.contains(&entry.id)) {
            let name = words::name_of(&schemas, &register.id, &found.facts);
            out.push(Pointed { id: found.id, name, more: more(&register, &found.facts) });
        }
        out.truncate(FOUND_MAX as usize);
        Ok(out)
    }
}

/// What tells two of one name apart: the texts of the list's other columns, at most three.
fn more(register: &Register, facts: &schoolkeeper_store::document::Facts) -> String {
    let others = register.list.columns.iter().skip(1).filter_map(|name| register.field(name));
    let plain = others.filter(|(_, field)| matches!(field.kind, FieldType::Text | FieldType::Choice(_)));
    let texts = plain.filter_map(|(_, field)| {
        let text = facts.get(&field.name)?.value.as_text()?;
        Some(if matches!(field.kind, FieldType::Choice(_)) { choice(text) } else { text.to_owned() })
    });
    texts.take(3).collect::<Vec<_>>().join(", ")
}
