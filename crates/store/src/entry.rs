//! Entries of registers: loaded whole for an evaluation, by page for a list, one by one for a page.
//!
//! Facts live in one document per (entry, source), people's own included (source [`HAND`]); reading merges them.

use crate::document::{self, Facts, Names};
use crate::error::Error;
use crate::key;
use crate::reach::Reached;
use crate::sql::{CHUNK, Row, id, list, statements, text};
use crate::transaction::Read;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use sea_orm::Value;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The source of what people say themselves.
pub const HAND: &str = "hand";
/// Longest page of a list.
pub const PAGE_MAX: u32 = 1000;

statements! {
    GET = "SELECT id, register, school, version, since FROM entry WHERE id = $1";
    // The central office's entries belong to the world of each of its schools.
    SNAPSHOT = "SELECT id, register, school, version, since FROM entry WHERE left_at IS NULL AND school IN ( \
        SELECT o.id FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        WHERE s.id = $1) ORDER BY since, id";
    SNAPSHOT_DOCUMENTS = "SELECT d.entry, d.source, d.at, d.document FROM entry e JOIN observation d ON d.entry = e.id \
        WHERE e.left_at IS NULL AND d.left_at IS NULL AND e.school IN ( \
        SELECT o.id FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        WHERE s.id = $1) ORDER BY d.entry, d.source";
    PAGE = "SELECT id, register, school, version, since, name_key FROM entry \
        WHERE school = $1 AND register = $2 AND left_at IS NULL AND (name_key, id) > ($3, $4) \
        ORDER BY name_key, id LIMIT $5";
    PAGE_SEARCH = "SELECT id, register, school, version, since, name_key FROM entry \
        WHERE school = $1 AND register = $2 AND left_at IS NULL AND (name_key, id) > ($3, $4) \
        AND name_key LIKE $6 ESCAPE '\\' ORDER BY name_key, id LIMIT $5";
    PAGE_OWN = "SELECT e.id, e.register, e.school, e.version, e.since, e.name_key FROM entry e \
        WHERE e.school = $1 AND e.register = $2 AND e.left_at IS NULL AND (e.name_key, e.id) > ($3, $4) \
        AND (e.id = $6 OR EXISTS (SELECT 1 FROM entry_index x WHERE x.school = $1 AND x.register = $2 \
        AND x.field = 'person' AND x.key = $7 AND x.entry = e.id)) \
        ORDER BY e.name_key, e.id LIMIT $5";
    OWNED = "SELECT entry FROM entry_index WHERE entry = $1 AND field = 'person' AND key = $2 LIMIT 1";
    COUNTS = "SELECT register, count(*) AS number FROM entry WHERE school = $1 AND left_at IS NULL \
        GROUP BY register ORDER BY register";
    COUNT = "SELECT count(*) AS number FROM entry WHERE school = $1 AND register = $2 AND left_at IS NULL";
}

/// One entry with everything that is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEntry {
    /// Its id.
    pub id: EntryId,
    /// Its register.
    pub register: Name,
    /// Where it lives; in a snapshot it may be the central office.
    pub school: SchoolId,
    /// Goes up with every change.
    pub version: i64,
    /// When it was first known.
    pub since: Timestamp,
    /// By field name, newest word of all sources.
    pub facts: Facts,
}

/// Where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Sort key of the last entry shown.
    pub name_key: String,
    /// Its id.
    pub id: EntryId,
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// After this entry; from the start when `None`.
    pub after: Option<Cursor>,
    /// At most so many; no more than [`PAGE_MAX`].
    pub limit: u32,
    /// Only entries whose name holds this text, whatever its case.
    pub search: Option<String>,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entries {
    /// By name.
    pub entries: Vec<StoredEntry>,
    /// The next page's start; `None` on the last page.
    pub next: Option<Cursor>,
}

/// An entry found by a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The key it was found by.
    pub key: String,
    /// The entry.
    pub entry: EntryId,
    /// The source that gave the key.
    pub source: Name,
    /// It is no longer in any of its sources.
    pub left: bool,
}

impl Read {
    /// Every entry of every register at a school, and those of its organisation's central office, oldest first.
    /// Two queries, whatever the size. Empty when the school is not reached.
    pub async fn snapshot(&self, scope: &Scope, school: SchoolId) -> Result<Vec<StoredEntry>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else {
            return Ok(Vec::new());
        };
        let rows = self.all("entry", SNAPSHOT, vec![reached.id()]).await?;
        let mut entries = from_rows(&rows)?;
        drop(rows);
        let documents = self.all("observation", SNAPSHOT_DOCUMENTS, vec![reached.id()]).await?;
        fill(&mut entries, &documents)?;
        Ok(entries)
    }

    /// The same of some registers only.
    pub async fn snapshot_of(
        &self,
        scope: &Scope,
        school: SchoolId,
        registers: &[&str],
    ) -> Result<Vec<StoredEntry>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        if registers.is_empty() {
            return Ok(Vec::new());
        }
        let of = format!(
            "e.left_at IS NULL AND e.register IN ({}) AND e.school IN ( \
             SELECT o.id FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
             WHERE s.id = $1)",
            list(2, registers.len())
        );
        let values = || std::iter::once(reached.id()).chain(registers.iter().map(text)).collect::<Vec<Value>>();
        let sql = format!(
            "SELECT e.id, e.register, e.school, e.version, e.since FROM entry e WHERE {of} ORDER BY e.since, e.id"
        );
        let mut entries = from_rows(&self.all("entry", &sql, values()).await?)?;
        let sql = format!(
            "SELECT d.entry, d.source, d.at, d.document FROM entry e JOIN observation d ON d.entry = e.id \
             WHERE d.left_at IS NULL AND {of} ORDER BY d.entry, d.source"
        );
        fill(&mut entries, &self.all("observation", &sql, values()).await?)?;
        Ok(entries)
    }

    /// One page of a register at a school, by name.
    pub async fn entries(
        &self,
        scope: &Scope,
        school: SchoolId,
        register: &str,
        page: &Page,
    ) -> Result<Entries, Error> {
        let Some(reached) = self.reach(scope, school).await? else {
            return Ok(Entries::default());
        };
        let limit = page.limit.clamp(1, PAGE_MAX);
        let (name_key, after) =
            page.after.as_ref().map_or((String::new(), Uuid::nil()), |cursor| (cursor.name_key.clone(), cursor.id.0));
        let mut values = vec![reached.id(), text(register), text(name_key), id(after), i64::from(limit + 1).into()];
        let sql = match (reached.own, page.search.as_deref().map(key::fold)) {
            (Some(own), _) => {
                values.extend([id(own), text(own.to_string())]);
                PAGE_OWN
            }
            (None, Some(search)) if !search.is_empty() => {
                values.push(text(key::pattern(&search)));
                PAGE_SEARCH
            }
            _ => PAGE,
        };
        let mut rows = self.all("entry", sql, values).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let last = rows.last().filter(|_| more);
        let next = last
            .map(|row| Ok::<_, Error>(Cursor { name_key: row.text("name_key")?, id: EntryId(row.id("id")?) }))
            .transpose()?;
        Ok(Entries { entries: self.filled(&rows).await?, next })
    }

    /// One entry; `None` when it is not there or not reached. Also one that has left.
    pub async fn entry(&self, scope: &Scope, entry: EntryId) -> Result<Option<StoredEntry>, Error> {
        let Some(row) = self.one("entry", GET, vec![id(entry.0)]).await? else {
            return Ok(None);
        };
        let Some(reached) = self.reach(scope, SchoolId(row.id("school")?)).await? else {
            return Ok(None);
        };
        if !self.owns(reached, entry).await? {
            return Ok(None);
        }
        Ok(self.filled(&[row]).await?.pop())
    }

    /// Some entries by id, in no order; those that are not there or not reached are left out.
    pub async fn entries_by_id(
        &self,
        scope: &Scope,
        school: SchoolId,
        entries: &[EntryId],
    ) -> Result<Vec<StoredEntry>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let mut rows = Vec::new();
        for chunk in entries.chunks(CHUNK) {
            let sql = format!(
                "SELECT id, register, school, version, since FROM entry WHERE id IN ({}) AND school IN ( \
                 SELECT o.id FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
                 WHERE s.id = $1)",
                list(2, chunk.len())
            );
            let values = std::iter::once(reached.id()).chain(chunk.iter().map(|entry| id(entry.0)));
            rows.extend(self.all("entry", &sql, values.collect()).await?);
        }
        self.filled(&rows).await
    }

    /// How many entries a register has at a school; 0 when it is not reached.
    pub async fn entry_count(&self, scope: &Scope, school: SchoolId, register: &str) -> Result<u64, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else {
            return Ok(0);
        };
        let row = self.one("entry", COUNT, vec![reached.id(), text(register)]).await?;
        row.map_or(Ok(0), |row| Ok(row.int("number")?.unsigned_abs()))
    }

    /// How many entries each register has at a school, those that have none left out.
    pub async fn entry_counts(&self, scope: &Scope, school: SchoolId) -> Result<BTreeMap<Name, u64>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(BTreeMap::new()) };
        let rows = self.all("entry", COUNTS, vec![reached.id()]).await?;
        rows.iter().map(|row| Ok((Name::from(row.text("register")?), row.int("number")?.unsigned_abs()))).collect()
    }

    /// Entries whose `field` (or identity, see [`key::identity_field`]) has one of the keys, those that have left
    /// included. Keys are folded by [`key::of_value`].
    pub async fn entries_by_key(
        &self,
        scope: &Scope,
        (school, register): (SchoolId, &str),
        field: &str,
        keys: &[String],
    ) -> Result<Vec<Hit>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else {
            return Ok(Vec::new());
        };
        let mut hits = Vec::new();
        for chunk in keys.chunks(CHUNK) {
            let sql = format!(
                "SELECT x.key, x.entry, x.source, e.left_at FROM entry_index x JOIN entry e ON e.id = x.entry \
                 WHERE x.school = $1 AND x.register = $2 AND x.field = $3 AND x.key IN ({}) ORDER BY x.key, x.entry, x.source",
                list(4, chunk.len())
            );
            let mut values = vec![reached.id(), text(register), text(field)];
            values.extend(chunk.iter().map(text));
            for row in self.all("entry_index", &sql, values).await? {
                hits.push(Hit {
                    key: row.text("key")?,
                    entry: EntryId(row.id("entry")?),
                    source: Name::from(row.text("source")?),
                    left: row.maybe_at("left_at")?.is_some(),
                });
            }
        }
        Ok(hits)
    }

    /// Whether a scope that reaches only one's own things reaches this entry.
    pub(crate) async fn owns(&self, reached: Reached, entry: EntryId) -> Result<bool, Error> {
        match reached.own {
            None => Ok(true),
            Some(own) if own == entry.0 => Ok(true),
            Some(own) => Ok(self.one("entry_index", OWNED, vec![id(entry.0), text(own.to_string())]).await?.is_some()),
        }
    }

    pub(crate) async fn filled(&self, rows: &[Row]) -> Result<Vec<StoredEntry>, Error> {
        let mut entries = from_rows(rows)?;
        let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.0).collect();
        let mut documents = Vec::new();
        for chunk in ids.chunks(CHUNK) {
            documents.extend(self.documents_of(chunk).await?);
        }
        fill(&mut entries, &documents)?;
        Ok(entries)
    }

    /// Live documents of some entries.
    pub(crate) async fn documents_of(&self, entries: &[Uuid]) -> Result<Vec<Row>, Error> {
        let sql = format!(
            "SELECT entry, source, at, document FROM observation WHERE left_at IS NULL AND entry IN ({}) ORDER BY entry, source",
            list(1, entries.len())
        );
        self.all("observation", &sql, entries.iter().copied().map(id).collect::<Vec<Value>>()).await
    }
}

fn from_rows(rows: &[Row]) -> Result<Vec<StoredEntry>, Error> {
    let mut names = Names::default();
    rows.iter()
        .map(|row| {
            Ok(StoredEntry {
                id: EntryId(row.id("id")?),
                register: names.name(&row.text("register")?),
                school: SchoolId(row.id("school")?),
                version: row.int("version")?,
                since: row.at("since")?,
                facts: Facts::new(),
            })
        })
        .collect()
}

fn fill(entries: &mut [StoredEntry], documents: &[Row]) -> Result<(), Error> {
    let at: HashMap<Uuid, usize> = entries.iter().enumerate().map(|(at, entry)| (entry.id.0, at)).collect();
    let mut names = Names::default();
    for row in documents {
        let source = names.name(&row.text("source")?);
        let facts = document::decode(&row.text("document")?, row.at("at")?, &source, &mut names);
        let facts = facts.ok_or_else(|| row.corrupt("document"))?;
        if let Some(&at) = at.get(&row.id("entry")?) {
            document::merge(&mut entries[at].facts, facts);
        }
    }
    Ok(())
}
