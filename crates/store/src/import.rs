//! Imports: a whole plan in one transaction, and the list of what was brought in. Undoing is in `undo`.
//!
//! Invariant: after a commit either everything of the plan is there, its history and its census included, or nothing.

use crate::document::Packed;
use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::reach::Reached;
use crate::save::{Batch, EntryChange, NewEntry, Version};
use crate::sql::{CHUNK, Row, at, count, id, json, list, maybe_at, statements, text};
use crate::transaction::{Read, Write};
use crate::webhook::Event;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId};
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::world::Census;
use sea_orm::Value;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO import (id, school, register, source, part, file_hash, mapping, created_count, \
        changed_count, unchanged_count, left_count, census_as_of, census_before, actor, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    GET = "SELECT id, school, register, source, part, file_hash, created_count, changed_count, unchanged_count, \
        left_count, census_as_of, census_before, actor, at, undone_at FROM import WHERE id = $1";
    LIST = "SELECT id, school, register, source, part, file_hash, created_count, changed_count, unchanged_count, \
        left_count, census_as_of, census_before, actor, at, undone_at FROM import \
        WHERE school = $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4";
    TURN = "SELECT number FROM import_turn WHERE school = $1 AND register = $2";
    TAKE_TURN = "INSERT INTO import_turn (school, register, number) VALUES ($1, $2, 1) \
        ON CONFLICT (school, register) DO UPDATE SET number = import_turn.number + 1 WHERE import_turn.number = $3";
}

/// From so many new entries on the planner is told.
const MANY: usize = 1000;

/// Everything an import will do.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// A fresh id.
    pub import: ImportId,
    /// Where.
    pub school: SchoolId,
    /// Whose word: `intune`, a file's label. Documents are kept per source.
    pub source: Name,
    /// Only part of the source: nothing leaves and no census is given.
    pub part: bool,
    /// The instant the source speaks of; the facts of the plan carry it too.
    pub at: Timestamp,
    /// How many lists it knows to have been brought into this register; with another one since, it is a conflict.
    /// `None` takes its turn whenever it comes.
    pub turn: Option<i64>,
    /// SHA-256 of the file, hexadecimal.
    pub file_hash: String,
    /// Which column went into which field.
    pub mapping: serde_json::Value,
    /// Entries nobody knew.
    pub creates: Vec<NewEntry<Packed>>,
    /// Entries of which the source says something else now.
    pub updates: Vec<EntryChange<Packed>>,
    /// Entries of which it says the same: only the instant it was last said moves on.
    pub unchanged: Vec<EntryId>,
    /// Entries that are no longer in the source.
    pub left: Vec<EntryId>,
    /// "These are all of them".
    pub census: Option<Census>,
}

/// An import that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredImport {
    /// Its id.
    pub id: ImportId,
    /// Where.
    pub school: SchoolId,
    /// Into which register.
    pub register: Name,
    /// Whose word.
    pub source: Name,
    /// Only part of the source.
    pub part: bool,
    /// SHA-256 of the file, hexadecimal.
    pub file_hash: String,
    /// Entries created.
    pub created: u64,
    /// Entries changed.
    pub changed: u64,
    /// Entries confirmed as they were.
    pub unchanged: u64,
    /// Entries that left.
    pub left: u64,
    /// On whose behalf: `person:ID`, `operator`, `system:REASON`.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

impl Write {
    /// Carries out a plan. A conflict `entry_version` when an entry has moved on since the plan was made, and
    /// `import_turn` when another list was brought in since: both may hold the same new thing, and it must not be twice.
    /// `false` and nothing changed when the school is not reached.
    pub async fn commit_import(&mut self, scope: &Scope, register: &Register, plan: &Plan) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, plan.school).await? else { return Ok(false) };
        let turn = match plan.turn {
            Some(turn) => turn,
            None => self.import_turn(scope, plan.school, &register.id).await?,
        };
        if self.run(TAKE_TURN, vec![reached.id(), text(&register.id), turn.into()]).await? == 0 {
            return Err(Error::conflict("import_turn"));
        }
        let batch = Batch {
            reached,
            register,
            source: plan.source.clone(),
            now: plan.at,
            import: Some(plan.import.0),
            why: None,
            actor: actor(scope.by()),
        };
        self.insert_import(&batch, plan).await?;
        batch.create(self, plan.creates.iter().map(NewEntry::open)).await?;
        batch.change(self, plan.updates.iter().map(EntryChange::open)).await?;
        batch.renew(self, &plan.unchanged).await?;
        batch.leave(self, &plan.left).await?;
        if let Some(census) = &plan.census {
            self.put_census(scope, reached, &register.id, census).await?;
        }
        let details = [
            ("import", Detail::Id(plan.import.0)),
            ("register", Detail::Word(register.id.to_string())),
            ("source", Detail::Word(plan.source.to_string())),
            ("file", Detail::Word(plan.file_hash.clone())),
            ("created", Detail::Count(plan.creates.len() as i64)),
            ("changed", Detail::Count(plan.updates.len() as i64)),
            ("unchanged", Detail::Count(plan.unchanged.len() as i64)),
            ("left", Detail::Count(plan.left.len() as i64)),
            ("complete", Detail::Count(plan.census.is_some().into())),
        ];
        self.record(scope, About::school(plan.school, plan.at), "import-committed", &details).await?;
        self.announce(scope, (plan.school, Event::ImportDone, plan.at), &details).await?;
        self.bump_generation().await?;
        // Last, because it makes other large imports wait for the commit.
        if plan.creates.len() >= MANY {
            self.have_grown().await?;
        }
        Ok(true)
    }

    async fn insert_import(&mut self, batch: &Batch<'_>, plan: &Plan) -> Result<(), Error> {
        let before = self.census_before(batch.reached, &batch.register.id, &plan.source).await?;
        let values = vec![
            id(plan.import.0),
            batch.reached.id(),
            text(&batch.register.id),
            text(&plan.source),
            plan.part.into(),
            text(&plan.file_hash),
            json(&plan.mapping),
            count(plan.creates.len()),
            count(plan.updates.len()),
            count(plan.unchanged.len()),
            count(plan.left.len()),
            maybe_at(plan.census.as_ref().map(|census| census.as_of)),
            before.as_ref().map_or(Value::String(None), json),
            text(&batch.actor),
            at(plan.at),
        ];
        self.run(INSERT, values).await.map(drop)
    }
}

impl Batch<'_> {
    /// The source says again what it said before.
    async fn renew(&self, tx: &mut Write, entries: &[EntryId]) -> Result<(), Error> {
        for chunk in entries.chunks(CHUNK) {
            let sql = format!(
                "UPDATE observation SET at_before = at, at = $1, import = $2 WHERE source = $3 AND left_at IS NULL \
                 AND entry IN (SELECT id FROM entry WHERE school = $4 AND register = $5 AND id IN ({}))",
                list(6, chunk.len())
            );
            self.expect_all(tx, &sql, chunk).await?;
        }
        Ok(())
    }

    /// The source no longer knows these. An entry goes when no source but people's own word is left.
    async fn leave(&self, tx: &mut Write, entries: &[EntryId]) -> Result<(), Error> {
        for chunk in entries.chunks(CHUNK) {
            let ids: Vec<Uuid> = chunk.iter().map(|entry| entry.0).collect();
            let before = self.before(tx, &ids).await?;
            let sql = format!(
                "UPDATE observation SET at_before = at, left_at = $1, import = $2 WHERE source = $3 AND left_at IS NULL \
                 AND entry IN (SELECT id FROM entry WHERE school = $4 AND register = $5 AND id IN ({}))",
                list(6, chunk.len())
            );
            self.expect_all(tx, &sql, chunk).await?;
            let versions = self.bump_left(tx, &ids).await?;
            let versions = versions.into_iter().map(|(entry, number)| Version {
                entry,
                number,
                change: "left",
                before: before.get(&entry),
            });
            self.note(tx, versions.collect()).await?;
            tx.relist(self.register, &ids).await?;
        }
        Ok(())
    }

    async fn expect_all(&self, tx: &mut Write, sql: &str, entries: &[EntryId]) -> Result<(), Error> {
        let mut values =
            vec![at(self.now), self.import.into(), text(&self.source), self.reached.id(), text(&self.register.id)];
        values.extend(entries.iter().map(|entry| id(entry.0)));
        let touched = tx.run(sql, values).await?;
        if touched == entries.len() as u64 { Ok(()) } else { Err(Error::conflict("entry_version")) }
    }

    /// Moves versions on; marks as left those with no live source.
    pub(crate) async fn bump_left(&self, tx: &mut Write, entries: &[Uuid]) -> Result<Vec<(Uuid, i64)>, Error> {
        let sql = format!(
            "UPDATE entry SET version = version + 1, left_at = CASE WHEN EXISTS (SELECT 1 FROM observation o \
             WHERE o.entry = entry.id AND o.left_at IS NULL AND o.source <> 'hand') THEN NULL ELSE $1 END \
             WHERE id IN ({}) RETURNING id, version",
            list(2, entries.len())
        );
        let mut values = vec![at(self.now)];
        values.extend(entries.iter().copied().map(id));
        let rows = tx.all("entry", &sql, values).await?;
        rows.iter().map(|row| Ok((row.id("id")?, row.int("version")?))).collect()
    }
}

impl Read {
    /// Imports of a school, newest first, those before the given one; at most `limit`.
    pub async fn imports(
        &self,
        scope: &Scope,
        school: SchoolId,
        before: Option<(Timestamp, ImportId)>,
        limit: u32,
    ) -> Result<Vec<StoredImport>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let (instant, import) = before.unwrap_or((Timestamp::MAX, ImportId(Uuid::max())));
        let values = vec![reached.id(), at(instant), id(import.0), i64::from(limit).into()];
        self.all("import", LIST, values).await?.iter().map(from_row).collect()
    }

    /// How many lists were brought into a register: what a plan is made on. 0 when it is not reached.
    pub async fn import_turn(&self, scope: &Scope, school: SchoolId, register: &str) -> Result<i64, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(0) };
        let row = self.one("import_turn", TURN, vec![reached.id(), text(register)]).await?;
        row.map_or(Ok(0), |row| row.int("number"))
    }

    /// One import; `None` when it is not there or not reached.
    pub async fn import(&self, scope: &Scope, import: ImportId) -> Result<Option<StoredImport>, Error> {
        Ok(self.reached_import(scope, import).await?.map(|(_, import, _)| import))
    }

    pub(crate) async fn reached_import(
        &self,
        scope: &Scope,
        import: ImportId,
    ) -> Result<Option<(Reached, StoredImport, Row)>, Error> {
        let Some(row) = self.one("import", GET, vec![id(import.0)]).await? else { return Ok(None) };
        let import = from_row(&row)?;
        let reached = self.reach_whole(scope, import.school).await?;
        Ok(reached.map(|reached| (reached, import, row)))
    }
}

fn from_row(row: &Row) -> Result<StoredImport, Error> {
    Ok(StoredImport {
        id: ImportId(row.id("id")?),
        school: SchoolId(row.id("school")?),
        register: Name::from(row.text("register")?),
        source: Name::from(row.text("source")?),
        part: row.flag("part")?,
        file_hash: row.text("file_hash")?,
        created: row.int("created_count")?.unsigned_abs(),
        changed: row.int("changed_count")?.unsigned_abs(),
        unchanged: row.int("unchanged_count")?.unsigned_abs(),
        left: row.int("left_count")?.unsigned_abs(),
        actor: row.text("actor")?,
        at: row.at("at")?,
        undone_at: row.maybe_at("undone_at")?,
    })
}
