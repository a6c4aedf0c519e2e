//! Many entries changed or removed at once, by hand: kept like an import, and taken back like one.
//!
//! Invariant: all of them or none; taken back only while nothing later touched any of them.

use crate::entry::HAND;
use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::save::{Batch, EntryChange, Version};
use crate::sql::{CHUNK, at, count, id, placeholders, statements, text};
use crate::transaction::{Read, Write};
use crate::undo::Undone;
use crate::webhook::Event;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId};
use schoolkeeper_core::schema::Register;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO import (id, school, register, source, part, file_hash, mapping, created_count, \
        changed_count, unchanged_count, left_count, actor, at, act) \
        VALUES ($1, $2, $3, 'hand', $4, '', '{}', 0, $5, 0, $6, $7, $8, $9)";
    GET = "SELECT school, register, act, changed_count, left_count, at, undone_at FROM import \
        WHERE id = $1 AND act <> 'import'";
    // The lock against a second undo at the same time.
    MARK = "UPDATE import SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL AND act <> 'import'";
    UNMARK = "UPDATE import SET undone_at = NULL WHERE id = $1";
    TOUCHED = "SELECT count(*) AS number FROM entry_version v LEFT JOIN entry e ON e.id = v.entry \
        WHERE v.import = $1 AND (e.id IS NULL OR e.version <> v.version)";
}

/// What is done to many entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BulkAct {
    /// One field of each says something else.
    Change,
    /// They leave the list.
    Remove,
}

/// Where and when many entries change, and why.
#[derive(Clone, Copy, Debug)]
pub struct Bulk<'a> {
    /// A fresh id.
    pub id: ImportId,
    /// The school.
    pub school: SchoolId,
    /// The register's schema.
    pub register: &'a Register,
    /// The instant; facts should carry it too.
    pub now: Timestamp,
    /// Kept in the history, never in the ledger.
    pub why: Option<&'a str>,
}

/// A change of many entries that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBulk {
    /// Where.
    pub school: SchoolId,
    /// Of which register.
    pub register: Name,
    /// What was done.
    pub act: BulkAct,
    /// To how many.
    pub count: u64,
    /// When.
    pub at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

impl Write {
    /// Changes many entries; a conflict `entry_version` when one has moved on since it was looked at, `false` and
    /// nothing changed when the school is not reached.
    pub async fn change_many(
        &mut self,
        scope: &Scope,
        bulk: &Bulk<'_>,
        changes: &[EntryChange],
    ) -> Result<bool, Error> {
        let Some(batch) = self.bulk_batch(scope, bulk).await? else { return Ok(false) };
        self.keep_bulk(scope, bulk, (BulkAct::Change, changes.len())).await?;
        batch.change(self, changes.iter().cloned()).await?;
        Ok(true)
    }

    /// Takes many entries, by id and version, off their list; what is known of them stays with them.
    pub async fn remove_many(
        &mut self,
        scope: &Scope,
        bulk: &Bulk<'_>,
        entries: &[(EntryId, i64)],
    ) -> Result<bool, Error> {
        let Some(batch) = self.bulk_batch(scope, bulk).await? else { return Ok(false) };
        self.keep_bulk(scope, bulk, (BulkAct::Remove, entries.len())).await?;
        for chunk in entries.chunks(CHUNK) {
            let sql = format!(
                "UPDATE entry SET version = version + 1, left_at = $1 WHERE school = $2 AND register = $3 \
                 AND left_at IS NULL AND (id, version) IN (VALUES {})",
                placeholders(4, chunk.len(), 2)
            );
            let mut values = vec![at(bulk.now), batch.reached.id(), text(&bulk.register.id)];
            values.extend(chunk.iter().flat_map(|(entry, version)| [id(entry.0), (*version).into()]));
            if self.run(&sql, values).await? != chunk.len() as u64 {
                return Err(Error::conflict("entry_version"));
            }
            let ids: Vec<Uuid> = chunk.iter().map(|(entry, _)| entry.0).collect();
            let before = batch.before(self, &ids).await?;
            let versions = chunk.iter().map(|(entry, version)| Version {
                entry: entry.0,
                number: version + 1,
                change: "left",
                before: before.get(&entry.0),
            });
            batch.note(self, versions.collect()).await?;
            self.relist(bulk.register, &ids).await?;
        }
        Ok(true)
    }

    /// Takes a change of many entries back; `None` when it is not there or not reached.
    pub async fn undo_bulk(&mut self, scope: &Scope, bulk: &Bulk<'_>) -> Result<Option<Undone>, Error> {
        let Some(stored) = self.bulk(scope, bulk.id).await? else { return Ok(None) };
        if stored.register != bulk.register.id || stored.school != bulk.school {
            return Ok(None);
        }
        let Some(mut batch) = self.bulk_batch(scope, bulk).await? else { return Ok(None) };
        if self.run(MARK, vec![id(bulk.id.0), at(bulk.now)]).await? == 0 {
            return Ok(Some(Undone::Already));
        }
        let row = self.one("entry_version", TOUCHED, vec![id(bulk.id.0)]).await?;
        let touched = row.map_or(Ok(0), |row| row.int("number"))?.unsigned_abs();
        if touched > 0 {
            self.run(UNMARK, vec![id(bulk.id.0)]).await?;
            return Ok(Some(Undone::Touched(touched)));
        }
        batch.import = None;
        let restored = self.take_back(&batch, bulk.id).await?;
        let details = [
            ("bulk", Detail::Id(bulk.id.0)),
            ("register", Detail::Word(bulk.register.id.to_string())),
            ("restored", Detail::Count(restored)),
        ];
        self.record(scope, About::school(bulk.school, bulk.now), "bulk-undone", &details).await?;
        self.bump_generation().await?;
        Ok(Some(Undone::Yes))
    }

    async fn bulk_batch<'a>(&self, scope: &Scope, bulk: &Bulk<'a>) -> Result<Option<Batch<'a>>, Error> {
        let reached = self.reach_whole(scope, bulk.school).await?;
        Ok(reached.map(|reached| Batch {
            reached,
            register: bulk.register,
            source: Name::from(HAND),
            now: bulk.now,
            import: Some(bulk.id.0),
            why: bulk.why.map(ToOwned::to_owned),
            actor: actor(scope.by()),
        }))
    }

    async fn keep_bulk(&mut self, scope: &Scope, bulk: &Bulk<'_>, (act, many): (BulkAct, usize)) -> Result<(), Error> {
        let (changed, removed) = if act == BulkAct::Change { (many, 0) } else { (0, many) };
        let values = vec![
            id(bulk.id.0),
            id(bulk.school.0),
            text(&bulk.register.id),
            true.into(),
            count(changed),
            count(removed),
            text(actor(scope.by())),
            at(bulk.now),
            crate::sql::word(&act),
        ];
        self.run(INSERT, values).await?;
        let kind = if act == BulkAct::Change { "entries-changed" } else { "entries-removed" };
        let details = [
            ("bulk", Detail::Id(bulk.id.0)),
            ("register", Detail::Word(bulk.register.id.to_string())),
            ("count", Detail::Count(many as i64)),
        ];
        self.record(scope, About::school(bulk.school, bulk.now), kind, &details).await?;
        let event = if act == BulkAct::Change { Event::RecordChanged } else { Event::RecordRemoved };
        self.announce(scope, (bulk.school, event, bulk.now), &details).await?;
        self.bump_generation().await
    }
}

impl Read {
    /// A change of many entries; `None` when it is not there or not reached.
    pub async fn bulk(&self, scope: &Scope, bulk: ImportId) -> Result<Option<StoredBulk>, Error> {
        let Some(row) = self.one("import", GET, vec![id(bulk.0)]).await? else { return Ok(None) };
        let school = SchoolId(row.id("school")?);
        if self.reach_whole(scope, school).await?.is_none() {
            return Ok(None);
        }
        Ok(Some(StoredBulk {
            school,
            register: Name::from(row.text("register")?),
            act: row.word("act")?,
            count: (row.int("changed_count")? + row.int("left_count")?).unsigned_abs(),
            at: row.at("at")?,
            undone_at: row.maybe_at("undone_at")?,
        }))
    }
}
