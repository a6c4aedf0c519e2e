//! The list of one register: searched, filtered, sorted, by page.

use super::asked::{Chip, Fault, ListAsked, Meant, Reading};
use super::cell::Words;
use super::filter::{self, FilterShown};
use super::sight::RowSight;
use super::{capital, complete, number};
use crate::entry::is_changeable;
use crate::{Error, House, dates};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{Field, Register, Schemas};
use schoolkeeper_core::world::stale_at;
use schoolkeeper_store::entry::{HAND, StoredEntry};
use schoolkeeper_store::listing::{By, Listing, Sort, Spot, Turn};
use schoolkeeper_store::{Read, School, fold};
use std::collections::BTreeMap;

/// How far entries are counted.
pub(crate) const COUNTED_MAX: u32 = 10_001;

/// One page of a list.
#[derive(Debug)]
pub struct ListShown {
    /// The register's id.
    pub register: String,
    /// *Devices*.
    pub title: String,
    /// *devices*.
    pub many: String,
    /// *device*.
    pub one: String,
    /// *Complete as of …*.
    pub complete: Option<String>,
    /// There is nothing in the list at all.
    pub empty: bool,
    /// *46 of 84 devices*, *84 devices*.
    pub hits: String,
    /// *46 devices*.
    pub fitting: String,
    /// Headings.
    pub columns: Vec<ListColumn>,
    /// Entries.
    pub rows: Vec<ListRow>,
    /// What it can be narrowed by.
    pub filters: Vec<FilterShown>,
    /// What it is narrowed by.
    pub chips: Vec<Chip>,
    /// Every field that can be a column, and whether it is one.
    pub fields: Vec<(Name, String, bool)>,
    /// The row before which the page before ends.
    pub previous: Option<Spot>,
    /// The row after which the next page begins.
    pub next: Option<Spot>,
    /// Its entries can be changed here.
    pub may_change: bool,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumn {
    /// The field.
    pub field: Name,
    /// What people read.
    pub label: String,
    /// It can be sorted by.
    pub sorts: bool,
    /// It is sorted by; `true`: the last first.
    pub sorted: Option<bool>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// Its id.
    pub id: EntryId,
    /// Its version.
    pub version: i64,
    /// One cell for each column; the first names it.
    pub cells: Vec<String>,
}

/// A question put to a list, ready to be asked.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    pub(crate) school: &'a School,
    pub(crate) register: &'a Register,
    pub(crate) asked: &'a ListAsked,
    pub(crate) sight: RowSight,
    pub(crate) calendar: Calendar,
    pub(crate) meant: Meant,
}

impl Question<'_> {
    /// As the store is asked.
    pub(crate) fn listing(&self) -> Listing<'_> {
        Listing {
            school: self.school.id,
            register: self.register,
            gone: self.asked.removed,
            words: fold::search(&self.asked.search),
            narrow: self.meant.narrow.clone(),
            sort: self.asked.order(self.register),
        }
    }

    /// The same list without search and filters.
    fn whole(&self) -> Listing<'_> {
        Listing { words: Vec::new(), narrow: Vec::new(), ..self.listing() }
    }
}

/// One page of entries, and the rows around it.
#[derive(Clone, Debug)]
pub struct Turned {
    /// The entries.
    pub entries: Vec<StoredEntry>,
    /// The row before which the page before ends.
    pub previous: Option<Spot>,
    /// The row after which the next page begins.
    pub next: Option<Spot>,
}

/// The page that is asked for.
async fn turned(read: &Read, question: &Question<'_>) -> Result<Turned, Error> {
    let (listing, mut turn) = (question.listing(), question.asked.page());
    let mut page = question.sight.page(read, &listing, &turn).await?;
    if page.spots.is_empty() && turn.from.is_some() {
        // What stood there has gone: from the start again.
        turn = Turn { from: None, back: false, ..turn };
        page = question.sight.page(read, &listing, &turn).await?;
    }
    let first = if turn.back { !page.more } else { turn.from.is_none() };
    let more = turn.back || page.more;
    let (previous, next) = (page.spots.first().filter(|_| !first), page.spots.last().filter(|_| more));
    let ids: Vec<EntryId> = page.spots.iter().map(|spot| spot.entry).collect();
    let entries = read.listed_entries(&question.sight.scope, question.school.id, &ids).await?;
    Ok(Turned { entries, previous: previous.cloned(), next: next.cloned() })
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
        let schemas = self.registers_at(school).await?;
        let question = self.question(actor, school, (&schemas, register), asked).await?;
        let read = self.read().await?;
        let Turned { entries, previous, next } = turned(&read, &question).await?;
        let rows = self.rows(&read, &question, &entries).await?;
        let shown = self.around(&read, &question).await?;
        let may = is_changeable(question.register) && !asked.removed;
        let may_change = may && self.scope_at(actor, &format!("{register}.save"), school).await.is_ok();
        Ok(ListShown { rows, previous, next, may_change, ..shown })
    }

    /// The same page for a program: entries as they are stored. What a filter cannot mean is in `Err`.
    pub async fn list_entries(
        &self,
        actor: &Actor,
        school: &School,
        register: &str,
        asked: &ListAsked,
    ) -> Result<Result<Turned, Vec<Fault>>, Error> {
        let schemas = self.registers_at(school).await?;
        let question = self.question(actor, school, (&schemas, register), asked).await?;
        if !question.meant.faults.is_empty() {
            return Ok(Err(question.meant.faults));
        }
        Ok(Ok(turned(&self.read().await?, &question).await?))
    }

    /// What a question means to somebody.
    pub(crate) async fn question<'a>(
        &self,
        actor: &Actor,
        school: &'a School,
        (schemas, register): (&'a Schemas, &str),
        asked: &'a ListAsked,
    ) -> Result<Question<'a>, Error> {
        let register = schemas.get(register).ok_or(Error::Missing)?;
        let sight = self.sight_of(actor, school, register).await?;
        let calendar = Calendar::new(school.division, Vec::new());
        let names = self.called(&self.read().await?, school, asked.points_to()).await?;
        let meant = asked.meant(&Reading { register, zone: calendar.zone(), names });
        Ok(Question { school, register, asked, sight, calendar, meant })
    }

    /// Entries as rows.
    pub(crate) async fn rows(
        &self,
        read: &Read,
        question: &Question<'_>,
        entries: &[StoredEntry],
    ) -> Result<Vec<ListRow>, Error> {
        let fields = question.asked.shown(question.register);
        let mut ids = Vec::new();
        for fact in entries.iter().flat_map(|entry| fields.iter().filter_map(|field| entry.facts.get(&field.name))) {
            fact.value.each_ref(&mut |id| ids.push(id));
        }
        let names = self.called(read, question.school, ids).await?;
        let words = Words { zone: question.calendar.zone().clone(), names };
        let now = self.now();
        let cell = |field: &Field, entry: &StoredEntry| {
            let fact = entry.facts.get(&field.name);
            let said = words.of(field, fact.map(|fact| &fact.value));
            let old = fact.filter(|fact| stale_at(field.stale_after, fact.at).is_some_and(|end| end <= now));
            // What counts as not known any more is shown with the day it was last heard.
            old.map_or(said.clone(), |fact| format!("{said} on {}", dates::long(question.calendar.day(fact.at))))
        };
        let row = |entry: &StoredEntry| ListRow {
            id: entry.id,
            version: entry.version,
            cells: fields.iter().map(|field| cell(field, entry)).collect(),
        };
        Ok(entries.iter().map(row).collect())
    }

    /// Everything around the rows.
    async fn around(&self, read: &Read, question: &Question<'_>) -> Result<ListShown, Error> {
        let (register, asked, scope) = (question.register, question.asked, &question.sight.scope);
        let count = question.sight.count(read, &question.listing(), COUNTED_MAX).await?;
        let narrows = asked.narrows();
        let all = if narrows { question.sight.count(read, &question.whole(), COUNTED_MAX).await? } else { count };
        let censuses = read.censuses(scope, question.school.id).await?;
        let mut sources = vec![Name::from(HAND)];
        sources.extend(
            read.sources(scope, question.school.id, &register.id).await?.into_iter().filter(|one| **one != *HAND),
        );
        let many = self.many_at(question.school, &register.id).await?;
        let shown = asked.shown(register);
        Ok(ListShown {
            register: register.id.to_string(),
            title: capital(&many),
            one: lower(&register.title),
            complete: complete(register, &censuses, &question.calendar, self.now()),
            empty: all == 0,
            hits: hits((count, all), narrows, (&lower(&register.title), &many)),
            fitting: hits((count, count), false, (&lower(&register.title), &many)),
            columns: columns(register, &shown, &asked.order(register)),
            rows: Vec::new(),
            filters: filter::panel(register, asked, &sources, &question.meant.faults),
            chips: question.meant.chips.clone(),
            fields: fields(register, &shown),
            previous: None,
            next: None,
            may_change: false,
            many,
        })
    }

    /// Names of entries.
    pub(crate) async fn called(
        &self,
        read: &Read,
        school: &School,
        mut ids: Vec<EntryId>,
    ) -> Result<BTreeMap<EntryId, String>, Error> {
        ids.sort_unstable();
        ids.dedup();
        let stored = read.entries_by_id(&Scope::system("names"), school.id, &ids).await?;
        let name = |entry: &StoredEntry| {
            let schema = self.schemas.get(&entry.register)?;
            let field = &schema.fields[schema.name_field()?];
            let name = entry.facts.get(&field.name).and_then(|fact| fact.value.as_text())?;
            Some((entry.id, name.to_owned()))
        };
        Ok(stored.iter().filter_map(name).collect())
    }
}

fn columns(register: &Register, shown: &[&Field], sort: &Sort) -> Vec<ListColumn> {
    let column = |field: &&Field| ListColumn {
        field: field.name.clone(),
        label: field.label.clone(),
        sorts: register.key_of(&field.name).is_some(),
        sorted: (sort.by == By::Field(field.name.clone())).then_some(sort.down),
    };
    shown.iter().map(column).collect()
}

fn fields(register: &Register, shown: &[&Field]) -> Vec<(Name, String, bool)> {
    let name = register.name_field();
    let other =
        register.fields.iter().enumerate().filter(|(at, field)| Some(*at) != name && super::asked::is_shown(field));
    let is_shown = |field: &Field| shown.iter().any(|one| one.name == field.name);
    other.map(|(_, field)| (field.name.clone(), field.label.clone(), is_shown(field))).collect()
}

/// `46 of 84 devices`, `1 device`, `more than 10,000 devices`.
fn hits((count, all): (u64, u64), narrows: bool, (one, many): (&str, &str)) -> String {
    let counted = |count: u64| {
        if count >= u64::from(COUNTED_MAX) { "more than 10,000".to_owned() } else { number(count) }
    };
    let things = if (if narrows { all } else { count }) == 1 { one } else { many };
    if narrows {
        format!("{} of {} {things}", counted(count), counted(all))
    } else {
        format!("{} {things}", counted(count))
    }
}

/// Without a capital, unless an abbreviation begins it.
pub(crate) fn lower(title: &str) -> String {
    let abbreviation = title.chars().take(2).filter(char::is_ascii_uppercase).count() == 2;
    let mut letters = title.chars();
    match letters.next() {
        Some(first) if !abbreviation => first.to_lowercase().chain(letters).collect(),
        _ => title.to_owned(),
    }
}
