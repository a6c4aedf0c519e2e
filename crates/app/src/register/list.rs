//! The list of one register.

use super::cell::Words;
use super::{capital, complete};
use crate::{Error, House, words};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::entry::{Cursor, Page, StoredEntry};
use schoolkeeper_store::{Read, School};
use std::collections::BTreeMap;

/// Entries on one page.
const PAGE_SIZE: u32 = 50;

/// What is wanted of a list.
#[derive(Clone, Debug, Default)]
pub struct ListAsked {
    /// Words an entry must hold.
    pub search: String,
    /// The last entry of the page before.
    pub after: Option<(String, EntryId)>,
}

/// One page of a list.
#[derive(Debug)]
pub struct ListShown {
    /// *Devices*.
    pub title: String,
    /// *devices*.
    pub many: String,
    /// *Device*.
    pub one: String,
    /// *Complete as of …*.
    pub complete: Option<String>,
    /// How many there are in all.
    pub total: u64,
    /// Headings.
    pub columns: Vec<String>,
    /// Entries.
    pub rows: Vec<ListRow>,
    /// Where the next page begins.
    pub next: Option<(String, EntryId)>,
}

/// One entry.
#[derive(Debug)]
pub struct ListRow {
    /// Its id.
    pub id: EntryId,
    /// One cell for each column; the first names it.
    pub cells: Vec<String>,
}

impl House {
    /// One page of a register; missing when there is no such register or it is not theirs to see.
    pub async fn list(
        &self,
        actor: &Actor,
        school: &School,
        register: &str,
        asked: &ListAsked,
    ) -> Result<ListShown, Error> {
        let scope = self.scope_at(actor, "records.see", school).await?;
        let schema = self.schemas.get(register).ok_or(Error::Missing)?;
        let read = self.read().await?;
        let after = asked.after.clone().map(|(name_key, id)| Cursor { name_key, id });
        let page = Page { after, limit: PAGE_SIZE, search: Some(asked.search.clone()) };
        let found = read.entries(&scope, school.id, register, &page).await?;
        let calendar = Calendar::new(school.division, Vec::new());
        let names = self.names_of(&read, school, &found.entries).await?;
        let words = Words { zone: calendar.zone().clone(), names };
        let censuses = read.censuses(&scope, school.id).await?;
        let many = words::plural(&self.schemas, register);
        Ok(ListShown {
            title: capital(&many),
            many,
            one: schema.title.clone(),
            complete: complete(schema, &censuses, &calendar, self.now()),
            total: read.entry_count(&scope, school.id, register).await?,
            columns: columns(schema),
            rows: found.entries.iter().map(|entry| row(schema, entry, &words)).collect(),
            next: found.next.map(|next| (next.name_key, next.id)),
        })
    }

    /// Names of everything these entries point to.
    async fn names_of(
        &self,
        read: &Read,
        school: &School,
        entries: &[StoredEntry],
    ) -> Result<BTreeMap<EntryId, String>, Error> {
        let mut ids = Vec::new();
        let facts = entries.iter().flat_map(|entry| entry.facts.values());
        facts.for_each(|fact| fact.value.each_ref(&mut |id| ids.push(id)));
        ids.sort_unstable();
        ids.dedup();
        let scope = schoolkeeper_core::actor::Scope::system("names");
        let stored = read.entries_by_id(&scope, school.id, &ids).await?;
        let name = |entry: &StoredEntry| {
            let schema = self.schemas.get(&entry.register)?;
            let field = &schema.fields[schema.name_field()?];
            let name = entry.facts.get(&field.name).and_then(|fact| fact.value.as_text())?;
            Some((entry.id, name.to_owned()))
        };
        Ok(stored.iter().filter_map(name).collect())
    }
}

fn columns(schema: &Register) -> Vec<String> {
    let fields = schema.list.columns.iter().filter_map(|name| schema.field(name));
    fields.map(|(_, field)| field.label.clone()).collect()
}

fn row(schema: &Register, entry: &StoredEntry, words: &Words) -> ListRow {
    let fields = schema.list.columns.iter().filter_map(|name| schema.field(name));
    let cells = fields.map(|(_, field)| {
        let value: Option<&Value> = entry.facts.get(&field.name).map(|fact| &fact.value);
        words.of(field, value)
    });
    ListRow { id: entry.id, cells: cells.collect() }
}
