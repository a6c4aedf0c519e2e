//! Writes entries in bulk: what one source says of many entries of one register at one school.
//!
//! Invariant: entry, document, keys and history of a change are written together; an entry of another school or
//! register, or one that has moved on since it was looked at, stops the whole transaction.

use crate::document::{self, Facts, Names, Packed};
use crate::error::Error;
use crate::key;
use crate::reach::Reached;
use crate::sql::{CHUNK, VALUES_MAX, at, id, list, maybe_at, maybe_id, maybe_text, placeholders, text};
use crate::transaction::Write;
use jiff::Timestamp;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{Register, RegisterKind};
use sea_orm::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// An entry that is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry<F = Facts> {
    /// A fresh id.
    pub id: EntryId,
    /// What the source says of it.
    pub facts: F,
}

impl NewEntry {
    /// The same, for a long plan.
    pub fn pack(&self) -> NewEntry<Packed> {
        NewEntry { id: self.id, facts: Packed::of(&self.facts) }
    }
}

impl NewEntry<Packed> {
    pub(crate) fn open(&self) -> NewEntry {
        NewEntry { id: self.id, facts: self.facts.facts() }
    }
}

/// What a source now says of a known entry.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryChange<F = Facts> {
    /// The entry.
    pub id: EntryId,
    /// The version that was looked at; another one now is a conflict `entry_version`.
    pub expected_version: i64,
    /// In an observed register everything the source says; elsewhere what is not mentioned stays.
    pub facts: F,
}

impl EntryChange {
    /// The same, for a long plan.
    pub fn pack(&self) -> EntryChange<Packed> {
        EntryChange { id: self.id, expected_version: self.expected_version, facts: Packed::of(&self.facts) }
    }
}

impl EntryChange<Packed> {
    pub(crate) fn open(&self) -> EntryChange {
        EntryChange { id: self.id, expected_version: self.expected_version, facts: self.facts.facts() }
    }
}

/// What a document said before a change.
#[derive(Clone, Debug)]
pub(crate) struct Before {
    pub(crate) at: Timestamp,
    pub(crate) left_at: Option<Timestamp>,
    pub(crate) document: String,
}

impl Before {
    /// `None` when the document is none.
    pub(crate) fn facts(&self, source: &Name) -> Option<Facts> {
        document::decode(&self.document, self.at, source, &mut Names::default())
    }
}

/// One line of an entry's history.
pub(crate) struct Version<'a> {
    pub(crate) entry: Uuid,
    pub(crate) number: i64,
    pub(crate) change: &'static str,
    pub(crate) before: Option<&'a Before>,
}

/// Whose entries are written, by whom and why.
#[derive(Clone, Debug)]
pub(crate) struct Batch<'a> {
    pub(crate) reached: Reached,
    pub(crate) register: &'a Register,
    pub(crate) source: Name,
    pub(crate) now: Timestamp,
    pub(crate) import: Option<Uuid>,
    pub(crate) why: Option<String>,
    pub(crate) actor: String,
}

impl Batch<'_> {
    pub(crate) async fn create(
        &self,
        tx: &mut Write,
        entries: impl IntoIterator<Item = NewEntry, IntoIter: Send>,
    ) -> Result<(), Error> {
        let (mut entries, mut ids) = (entries.into_iter(), Vec::new());
        loop {
            let chunk: Vec<NewEntry> = entries.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                // Afterwards, because entries of one list may point to each other.
                return tx.relist(self.register, &ids).await;
            }
            ids.extend(chunk.iter().map(|entry| entry.id.0));
            let rows = chunk.iter().flat_map(|entry| self.entry_row(entry));
            tx.insert("entry (id, register, school, name_key, state, version, since)", 7, rows.collect(), "").await?;
            let versions =
                chunk.iter().map(|entry| Version { entry: entry.id.0, number: 1, change: "created", before: None });
            self.note(tx, versions.collect()).await?;
            self.say(tx, chunk.into_iter().map(|entry| (entry.id.0, entry.facts)).collect()).await?;
        }
    }

    pub(crate) async fn change(
        &self,
        tx: &mut Write,
        changes: impl IntoIterator<Item = EntryChange, IntoIter: Send>,
    ) -> Result<(), Error> {
        let (mut changes, mut all) = (changes.into_iter(), Vec::new());
        loop {
            let chunk: Vec<EntryChange> = changes.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return tx.relist(self.register, &all).await;
            }
            self.bump(tx, &chunk).await?;
            let ids: Vec<Uuid> = chunk.iter().map(|change| change.id.0).collect();
            let before = self.before(tx, &ids).await?;
            let said = chunk.iter().map(|change| self.renewed(change, before.get(&change.id.0)));
            let said = said.collect::<Result<Vec<_>, _>>()?;
            self.say(tx, said).await?;
            let versions = chunk.iter().map(|change| Version {
                entry: change.id.0,
                number: change.expected_version + 1,
                change: "changed",
                before: before.get(&change.id.0),
            });
            self.note(tx, versions.collect()).await?;
            all.extend(ids);
        }
    }

    /// Takes the rows' locks and moves their versions on; none may be missing.
    pub(crate) async fn bump(&self, tx: &mut Write, changes: &[EntryChange]) -> Result<(), Error> {
        // Named again, so that PostgreSQL looks them up instead of comparing every entry with every value.
        let ids: Vec<String> = (0..changes.len()).map(|at| format!("${}", 3 + at * 4)).collect();
        let sql = format!(
            "WITH v (id, expected, name_key, state) AS (VALUES {}) UPDATE entry SET version = entry.version + 1, \
             left_at = NULL, name_key = coalesce(v.name_key, entry.name_key), state = coalesce(v.state, entry.state) \
             FROM v WHERE entry.id = v.id AND entry.version = v.expected AND entry.school = $1 AND entry.register = $2 \
             AND entry.id IN ({})",
            placeholders(3, changes.len(), 4),
            ids.join(", ")
        );
        let mut values = vec![self.reached.id(), text(&self.register.id)];
        for change in changes {
            values.extend([
                id(change.id.0),
                change.expected_version.into(),
                maybe_text(key::name(self.register, &change.facts).as_deref()),
                maybe_text(key::state(&change.facts).as_deref()),
            ]);
        }
        let moved = tx.run(&sql, values).await?;
        if moved == changes.len() as u64 { Ok(()) } else { Err(Error::conflict("entry_version")) }
    }

    /// What the source said of these entries until now.
    pub(crate) async fn before(&self, tx: &Write, entries: &[Uuid]) -> Result<HashMap<Uuid, Before>, Error> {
        let sql = format!(
            "SELECT entry, at, left_at, document FROM observation WHERE source = $1 AND entry IN ({})",
            list(2, entries.len())
        );
        let mut values = vec![text(&self.source)];
        values.extend(entries.iter().copied().map(id));
        let rows = tx.all("observation", &sql, values).await?;
        let before = rows.iter().map(|row| {
            let before =
                Before { at: row.at("at")?, left_at: row.maybe_at("left_at")?, document: row.text("document")? };
            Ok((row.id("entry")?, before))
        });
        before.collect()
    }

    fn renewed(&self, change: &EntryChange, before: Option<&Before>) -> Result<(Uuid, Facts), Error> {
        let keep = self.register.kind != RegisterKind::Observed;
        let entry = change.id.0;
        let Some(before) = before.filter(|before| before.left_at.is_none() || keep) else {
            return Ok((entry, change.facts.clone()));
        };
        let known = before.facts(&self.source).ok_or_else(|| corrupt(entry))?;
        Ok((entry, document::renew(&known, change.facts.clone(), keep)))
    }

    /// Writes documents and keys.
    pub(crate) async fn say(&self, tx: &mut Write, said: Vec<(Uuid, Facts)>) -> Result<(), Error> {
        let documents = said.iter().flat_map(|(entry, facts)| {
            let document = document::encode(self.now, facts);
            [id(*entry), text(&self.source), at(self.now), maybe_id(self.import), document.into()]
        });
        let conflict = "ON CONFLICT (entry, source) DO UPDATE SET at_before = observation.at, at = excluded.at, \
            import = excluded.import, left_at = NULL, document = excluded.document";
        tx.insert("observation (entry, source, at, import, document)", 5, documents.collect(), conflict).await?;
        self.index(tx, &said).await
    }

    /// Replaces the keys this source gives these entries.
    pub(crate) async fn index(&self, tx: &mut Write, said: &[(Uuid, Facts)]) -> Result<(), Error> {
        let sql = format!("DELETE FROM entry_index WHERE source = $1 AND entry IN ({})", list(2, said.len()));
        let mut values = vec![text(&self.source)];
        values.extend(said.iter().map(|(entry, _)| id(*entry)));
        tx.run(&sql, values).await?;
        let keys = said.iter().flat_map(|(entry, facts)| {
            key::all(self.register, facts).into_iter().flat_map(|key| self.key_row(*entry, &key)).collect::<Vec<_>>()
        });
        tx.insert("entry_index (register, field, school, key, entry, source)", 6, keys.collect(), "").await
    }

    /// Writes history.
    pub(crate) async fn note(&self, tx: &mut Write, versions: Vec<Version<'_>>) -> Result<(), Error> {
        let rows = versions.iter().flat_map(|version| {
            [
                id(version.entry),
                version.number.into(),
                text(&self.register.id),
                self.reached.id(),
                text(&self.source),
                text(version.change),
                maybe_at(version.before.map(|before| before.at)),
                maybe_at(version.before.and_then(|before| before.left_at)),
                version.before.map(|before| before.document.clone()).into(),
                maybe_text(self.why.as_deref()),
                text(&self.actor),
                maybe_id(self.import),
                at(self.now),
            ]
        });
        let columns = "entry_version (entry, version, register, school, source, change, before_at, before_left_at, \
            before, why, actor, import, at)";
        tx.insert(columns, 13, rows.collect(), "").await
    }

    fn entry_row(&self, entry: &NewEntry) -> [Value; 7] {
        [
            id(entry.id.0),
            text(&self.register.id),
            self.reached.id(),
            text(key::name(self.register, &entry.facts).unwrap_or_default()),
            maybe_text(key::state(&entry.facts).as_deref()),
            1_i64.into(),
            at(self.now),
        ]
    }

    fn key_row(&self, entry: Uuid, key: &key::Key) -> [Value; 6] {
        [text(&self.register.id), text(&key.field), self.reached.id(), text(&key.key), id(entry), text(&self.source)]
    }
}

impl Write {
    /// Multi-row insert of values laid out row by row, so many columns each; nothing for no rows.
    pub(crate) async fn insert(
        &mut self,
        into: &str,
        columns: usize,
        values: Vec<Value>,
        then: &str,
    ) -> Result<(), Error> {
        for chunk in values.chunks(VALUES_MAX / columns * columns) {
            let rows = placeholders(1, chunk.len() / columns, columns);
            self.run(&format!("INSERT INTO {into} VALUES {rows} {then}"), chunk.to_vec()).await?;
        }
        Ok(())
    }
}

pub(crate) fn corrupt(entry: Uuid) -> Error {
    Error::Corrupt { table: "observation", column: "document", id: entry.to_string() }
}
