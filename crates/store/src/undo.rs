//! Takes an import back: entries as they were before it, created ones gone (their last state stays in the history),
//! the census as it was.
//!
//! Invariant: only as long as nothing later has touched what the import touched; otherwise nothing changes.

use crate::document::{self, Facts, Names};
use crate::error::Error;
use crate::import::StoredImport;
use crate::key;
use crate::ledger::{About, Detail, actor};
use crate::reach::Reached;
use crate::save::{Batch, Before, Version, corrupt};
use crate::sql::{CHUNK, Row, at, id, list, maybe_at, maybe_id, maybe_text, statements, text};
use crate::transaction::Write;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::ImportId;
use schoolkeeper_core::schema::Register;
use std::collections::HashMap;
use uuid::Uuid;

statements! {
    // The lock against a second undo at the same time.
    MARK = "UPDATE import SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL";
    // Documents this import wrote last.
    STILL = "SELECT count(*) AS number FROM observation WHERE import = $1";
    // Entries it changed that moved on although their document of this source did not.
    MOVED = "SELECT count(*) AS number FROM entry_version v JOIN entry e ON e.id = v.entry \
        JOIN observation o ON o.entry = v.entry AND o.source = v.source AND o.import = v.import \
        WHERE v.import = $1 AND e.version <> v.version";
    NAMED = "SELECT count(*) AS number FROM entry_version v JOIN named_entry n ON n.entry = v.entry \
        WHERE v.import = $1 AND v.change = 'created'";
    STEPS = "SELECT entry, version, change, before_at, before_left_at, before FROM entry_version \
        WHERE import = $1 AND change IN ('created', 'changed', 'left') AND entry > $2 ORDER BY entry LIMIT 500";
    UNSEEN = "UPDATE observation SET at = at_before, at_before = NULL, import = NULL \
        WHERE import = $1 AND at_before IS NOT NULL";
}

/// Whether an import could be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undone {
    /// It is as before the import.
    Yes,
    /// It had been undone already.
    Already,
    /// So many of its entries were touched later; nothing was changed.
    Touched(u64),
}

impl Write {
    /// Undoes an import; `None` when it is not there or not reached. Pass the schema of the import's register.
    pub async fn undo_import(
        &mut self,
        scope: &Scope,
        register: &Register,
        import: ImportId,
        now: Timestamp,
    ) -> Result<Option<Undone>, Error> {
        let Some((reached, import, row)) = self.reached_import(scope, import).await? else { return Ok(None) };
        if import.register != register.id {
            return Ok(None);
        }
        if import.undone_at.is_some() || self.run(MARK, vec![id(import.id.0), at(now)]).await? == 0 {
            return Ok(Some(Undone::Already));
        }
        let touched = self.touched(&import).await?;
        if touched > 0 {
            self.run("UPDATE import SET undone_at = NULL WHERE id = $1", vec![id(import.id.0)]).await?;
            return Ok(Some(Undone::Touched(touched)));
        }
        let source = import.source.clone();
        let batch = Batch { reached, register, source, now, import: None, why: None, actor: actor(scope.by()) };
        let restored = self.take_back(&batch, import.id).await?;
        self.run(UNSEEN, vec![id(import.id.0)]).await?;
        self.census_back(reached, &import, &row).await?;
        let details = [
            ("import", Detail::Id(import.id.0)),
            ("register", Detail::Word(register.id.to_string())),
            ("restored", Detail::Count(restored)),
        ];
        self.record(scope, About::school(import.school, now), "import-undone", &details).await?;
        self.bump_generation().await?;
        Ok(Some(Undone::Yes))
    }

    async fn touched(&mut self, import: &StoredImport) -> Result<u64, Error> {
        let mut counts = [0; 3];
        for (count, sql) in counts.iter_mut().zip([STILL, MOVED, NAMED]) {
            let row = self.one("import", sql, vec![id(import.id.0)]).await?;
            *count = row.map_or(Ok(0), |row| row.int("number"))?.unsigned_abs();
        }
        let [still, moved, named] = counts;
        let wrote = import.created + import.changed + import.unchanged + import.left;
        Ok(wrote.saturating_sub(still) + moved + named)
    }

    pub(crate) async fn take_back(&mut self, batch: &Batch<'_>, import: ImportId) -> Result<i64, Error> {
        let (mut after, mut restored) = (Uuid::nil(), 0);
        loop {
            let rows = self.all("entry_version", STEPS, vec![id(import.0), id(after)]).await?;
            let steps = rows.iter().map(step).collect::<Result<Vec<_>, _>>()?;
            let Some(last) = steps.last() else { return Ok(restored) };
            after = last.entry;
            restored += steps.len() as i64;
            let (created, changed): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(|step| step.created);
            self.remove(batch, &created).await?;
            self.restore(batch, &changed).await?;
        }
    }

    pub(crate) async fn remove(&mut self, batch: &Batch<'_>, steps: &[Step]) -> Result<(), Error> {
        if steps.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = steps.iter().map(|step| step.entry).collect();
        let last = batch.before(self, &ids).await?;
        batch.note(self, versions(steps, "removed", &last)).await?;
        for (table, column) in [("listed_link", "entry"), ("entry", "id")] {
            let sql = format!("DELETE FROM {table} WHERE {column} IN ({})", list(1, ids.len()));
            self.run(&sql, ids.iter().copied().map(id).collect()).await?;
        }
        self.rename(&ids).await
    }

    pub(crate) async fn restore(&mut self, batch: &Batch<'_>, steps: &[Step]) -> Result<(), Error> {
        if steps.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = steps.iter().map(|step| step.entry).collect();
        let last = batch.before(self, &ids).await?;
        batch.note(self, versions(steps, "restored", &last)).await?;
        let (known, new): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| step.before.is_some());
        self.forget(batch, &new).await?;
        let mut said = Vec::new();
        for step in known {
            said.push((step.entry, self.put_back(batch, step).await?));
        }
        if !said.is_empty() {
            batch.index(self, &said).await?;
        }
        let was_left = |step: &&Step| step.before.as_ref().is_some_and(|before| before.left_at.is_some());
        let (left, back): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(was_left);
        if !left.is_empty() {
            batch.bump_left(self, &left.iter().map(|step| step.entry).collect::<Vec<_>>()).await?;
        }
        if !back.is_empty() {
            let sql =
                format!("UPDATE entry SET version = version + 1, left_at = NULL WHERE id IN ({})", list(1, back.len()));
            self.run(&sql, back.iter().map(|step| id(step.entry)).collect()).await?;
        }
        self.refresh(batch.register, &ids).await
    }

    /// The source had said nothing of these before.
    async fn forget(&mut self, batch: &Batch<'_>, steps: &[&Step]) -> Result<(), Error> {
        if steps.is_empty() {
            return Ok(());
        }
        for table in ["observation", "entry_index"] {
            let sql = format!("DELETE FROM {table} WHERE source = $1 AND entry IN ({})", list(2, steps.len()));
            let mut values = vec![text(&batch.source)];
            values.extend(steps.iter().map(|step| id(step.entry)));
            self.run(&sql, values).await?;
        }
        Ok(())
    }

    async fn put_back(&mut self, batch: &Batch<'_>, step: &Step) -> Result<Facts, Error> {
        let before = step.before.as_ref().ok_or_else(|| corrupt(step.entry))?;
        let facts = before.facts(&batch.source).ok_or_else(|| corrupt(step.entry))?;
        let sql = "UPDATE observation SET at = $3, left_at = $4, document = $5, at_before = NULL, import = $6 \
             WHERE entry = $1 AND source = $2";
        let values = vec![
            id(step.entry),
            text(&batch.source),
            at(before.at),
            maybe_at(before.left_at),
            before.document.clone().into(),
            maybe_id(None),
        ];
        self.run(sql, values).await?;
        Ok(facts)
    }

    /// Sort key and state from what all sources say now.
    pub(crate) async fn refresh(&mut self, register: &Register, entries: &[Uuid]) -> Result<(), Error> {
        let (mut merged, mut names): (HashMap<Uuid, Facts>, _) = (HashMap::new(), Names::default());
        for chunk in entries.chunks(CHUNK) {
            for row in self.documents_of(chunk).await? {
                let source = names.name(&row.text("source")?);
                let facts = document::decode(&row.text("document")?, row.at("at")?, &source, &mut names);
                let facts = facts.ok_or_else(|| row.corrupt("document"))?;
                document::merge(merged.entry(row.id("entry")?).or_default(), facts);
            }
        }
        for (entry, facts) in merged {
            let values = vec![
                id(entry),
                text(key::name(register, &facts).unwrap_or_default()),
                maybe_text(key::state(&facts).as_deref()),
            ];
            self.run("UPDATE entry SET name_key = $2, state = $3 WHERE id = $1", values).await?;
        }
        self.relist(register, entries).await
    }

    /// Only when the import gave a census and nobody has said anything later.
    async fn census_back(&mut self, reached: Reached, import: &StoredImport, row: &Row) -> Result<(), Error> {
        let given = row.maybe_at("census_as_of")?;
        let now = self.census_before(reached, &import.register, &import.source).await?;
        if given.is_none() || now.and_then(|now| now.as_of()) != given {
            return Ok(());
        }
        let before = match row.maybe_text("census_before")? {
            Some(_) => Some(row.json("census_before")?),
            None => None,
        };
        self.restore_census(reached, (&import.register, &import.source), before).await
    }
}

/// One entry the import touched.
pub(crate) struct Step {
    pub(crate) entry: Uuid,
    version: i64,
    pub(crate) created: bool,
    before: Option<Before>,
}

impl Step {
    /// The same as a step after a version: that of the entry now.
    pub(crate) fn after(self, version: i64) -> Self {
        Self { version, ..self }
    }
}

pub(crate) fn step(row: &Row) -> Result<Step, Error> {
    let before = match (row.maybe_at("before_at")?, row.maybe_text("before")?) {
        (Some(at), Some(document)) => Some(Before { at, left_at: row.maybe_at("before_left_at")?, document }),
        _ => None,
    };
    let created = row.text("change")? == "created";
    Ok(Step { entry: row.id("entry")?, version: row.int("version")?, created, before })
}

fn versions<'a>(steps: &[Step], change: &'static str, last: &'a HashMap<Uuid, Before>) -> Vec<Version<'a>> {
    let version =
        |step: &Step| Version { entry: step.entry, number: step.version + 1, change, before: last.get(&step.entry) };
    steps.iter().map(version).collect()
}
