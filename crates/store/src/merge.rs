//! Two entries that are one: links are moved, the one that goes stays behind its id, and all of it can be taken back.
//!
//! Invariant: while anything that was touched by a merge has moved on since, taking it back changes nothing.

use crate::document::{self, Facts, Names};
use crate::error::Error;
use crate::hand::ByHand;
use crate::save::{Batch, EntryChange, Version, corrupt};
use crate::sql::{Row, at, id, json, statements, text};
use crate::transaction::{Read, Write};
use crate::undo;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_core::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Most documents that may point to an entry that is merged away.
pub const MERGE_MAX: u64 = 500;

statements! {
    POINTING = "SELECT DISTINCT x.entry, x.register, x.source FROM entry_index x \
        WHERE x.school = $1 AND x.key = $2 ORDER BY x.entry, x.source LIMIT $3";
    DOCUMENT = "SELECT o.entry, o.at, o.left_at, o.document, e.version FROM observation o JOIN entry e ON e.id = o.entry \
        WHERE o.entry = $1 AND o.source = $2 AND e.school = $3";
    WRITE = "UPDATE observation SET document = $3 WHERE entry = $1 AND source = $2";
    BUMP = "UPDATE entry SET version = version + 1 WHERE id = $1 AND version = $2";
    LEAVE = "UPDATE entry SET version = version + 1, left_at = $3 WHERE id = $1 AND version = $2 AND left_at IS NULL";
    COME_BACK = "UPDATE entry SET version = version + 1, left_at = NULL WHERE id = $1 AND version = $2";
    ALIAS = "INSERT INTO entry_alias (entry, lives_as, school, register, document, actor, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF = "SELECT entry, lives_as, school FROM entry_alias WHERE entry = $1";
    INTO = "SELECT entry, document FROM entry_alias WHERE lives_as = $1 AND school = $2 ORDER BY at DESC, entry LIMIT 100";
    OF_REGISTER = "SELECT entry, lives_as FROM entry_alias WHERE school = $1 AND register = $2 ORDER BY entry LIMIT 10000";
    FORGET = "DELETE FROM entry_alias WHERE entry = $1";
    STEP = "SELECT entry, version, change, before_at, before_left_at, before FROM entry_version \
        WHERE entry = $1 AND version = $2";
    VERSION = "SELECT version FROM entry WHERE id = $1";
}

/// A merge somebody asks for.
#[derive(Clone, Debug)]
pub struct Merging<'a> {
    /// The one that stays, and the version that was looked at.
    pub keep: (EntryId, i64),
    /// The one that goes.
    pub other: (EntryId, i64),
    /// Everything people say of the one that stays from here on.
    pub facts: Facts,
    /// The registers of what may point to it.
    pub schemas: &'a Schemas,
}

/// What a merge touched: enough to see that nothing came after it, and to take it back.
#[derive(Debug, Serialize, Deserialize)]
struct Trace {
    /// The version by which the one that stays took the other's word.
    keep: i64,
    /// Entry, register, source and version of each link that was moved.
    links: Vec<Moved>,
    /// Version of everything that was touched, after all of it.
    last: BTreeMap<Uuid, i64>,
}

type Moved = (Uuid, String, String, i64);

impl Read {
    /// The entry another one lives on as; `None` when it was not merged or is not reached.
    pub async fn alias_of(&self, scope: &Scope, entry: EntryId) -> Result<Option<EntryId>, Error> {
        let Some(row) = self.one("entry_alias", OF, vec![id(entry.0)]).await? else { return Ok(None) };
        let reached = self.reach_whole(scope, SchoolId(row.id("school")?)).await?;
        Ok(reached.map(|_| row.id("lives_as")).transpose()?.map(EntryId))
    }

    /// How many entries live on as this one, and whether the last merge could be taken back.
    pub async fn merged_into(&self, scope: &Scope, entry: EntryId) -> Result<(usize, bool), Error> {
        let Some(found) = self.entry(scope, entry).await? else { return Ok((0, false)) };
        let rows = self.all("entry_alias", INTO, vec![id(entry.0), id(found.school.0)]).await?;
        let Some(last) = rows.first() else { return Ok((0, false)) };
        Ok((rows.len(), self.is_untouched(last).await?))
    }

    /// Every entry of a register that lives on as another: old and new, for recognising rows of lists. At most 10,000.
    pub async fn aliases(
        &self,
        scope: &Scope,
        school: SchoolId,
        register: &str,
    ) -> Result<Vec<(EntryId, EntryId)>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("entry_alias", OF_REGISTER, vec![reached.id(), text(register)]).await?;
        rows.iter().map(|row| Ok((EntryId(row.id("entry")?), EntryId(row.id("lives_as")?)))).collect()
    }

    async fn is_untouched(&self, row: &Row) -> Result<bool, Error> {
        let trace: Trace = row.json("document")?;
        for (entry, version) in trace.last {
            if self.version_of(entry).await? != Some(version) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn version_of(&self, entry: Uuid) -> Result<Option<i64>, Error> {
        self.one("entry", VERSION, vec![id(entry)]).await?.map(|row| row.int("version")).transpose()
    }
}

impl Write {
    /// Merges two entries of one register; says how many documents pointed to the one that goes. When these are more
    /// than [`MERGE_MAX`] nothing may be committed. `None` when not reached.
    pub async fn merge_entries(
        &mut self,
        scope: &Scope,
        place: ByHand<'_>,
        merging: &Merging<'_>,
    ) -> Result<Option<u64>, Error> {
        let Some(batch) = self.batch(scope, place).await? else { return Ok(None) };
        let (keep, other) = (merging.keep.0.0, merging.other.0.0);
        let change = EntryChange { id: merging.keep.0, expected_version: merging.keep.1, facts: merging.facts.clone() };
        self.restated(&batch, change).await?;
        if self.run(LEAVE, vec![id(other), merging.other.1.into(), at(place.now)]).await? == 0 {
            return Err(Error::conflict("entry_version"));
        }
        let before = batch.before(self, &[other]).await?;
        let note = Version { entry: other, number: merging.other.1 + 1, change: "left", before: before.get(&other) };
        batch.note(self, vec![note]).await?;
        self.relist(batch.register, &[other]).await?;
        let values = vec![batch.reached.id(), text(other.to_string()), (MERGE_MAX as i64 + 1).into()];
        let pointing = self.all("entry_index", POINTING, values).await?;
        let (mut links, count): (Vec<Moved>, u64) = (Vec::new(), pointing.len() as u64);
        for row in &pointing {
            links.extend(self.relink(&batch, merging.schemas, row, (other, keep)).await?);
        }
        let mut last = BTreeMap::from([(keep, merging.keep.1 + 1), (other, merging.other.1 + 1)]);
        last.extend(links.iter().map(|(entry, _, _, version)| (*entry, *version)));
        let trace = Trace { keep: merging.keep.1 + 1, links, last };
        let values = vec![
            id(other),
            id(keep),
            batch.reached.id(),
            text(&place.register.id),
            json(&trace),
            text(&batch.actor),
            at(place.now),
        ];
        self.run(ALIAS, values).await?;
        self.record_entries(scope, place, "entry-merged", (merging.keep.0, merging.other.0)).await?;
        Ok(Some(count))
    }

    /// Takes the last merge into an entry back. A conflict `entry_version` when anything it touched has moved on;
    /// `false` when there is none or it is not reached.
    pub async fn unmerge_entry(
        &mut self,
        scope: &Scope,
        place: ByHand<'_>,
        (keep, schemas): (EntryId, &Schemas),
    ) -> Result<bool, Error> {
        let Some(batch) = self.batch(scope, place).await? else { return Ok(false) };
        let rows = self.all("entry_alias", INTO, vec![id(keep.0), batch.reached.id()]).await?;
        let Some(row) = rows.first() else { return Ok(false) };
        if !self.is_untouched(row).await? {
            return Err(Error::conflict("entry_version"));
        }
        let (trace, other): (Trace, Uuid) = (row.json("document")?, row.id("entry")?);
        for (entry, register, source, version) in trace.links.iter().rev() {
            let Some(register) = schemas.get(register) else { continue };
            let of = Batch { register, source: Name::from(source.as_str()), ..batch.clone() };
            self.step_back(&of, (*entry, *version)).await?;
        }
        self.step_back(&batch, (keep.0, trace.keep)).await?;
        let version = self.version_of(other).await?.unwrap_or_default();
        if self.run(COME_BACK, vec![id(other), version.into()]).await? == 0 {
            return Err(Error::conflict("entry_version"));
        }
        let before = batch.before(self, &[other]).await?;
        let note = Version { entry: other, number: version + 1, change: "restored", before: before.get(&other) };
        batch.note(self, vec![note]).await?;
        self.relist(batch.register, &[other]).await?;
        self.run(FORGET, vec![id(other)]).await?;
        self.record_entries(scope, place, "entry-unmerged", (keep, EntryId(other))).await?;
        Ok(true)
    }

    /// Points one document to the entry that stays; says what was written. A document whose keys only look like the
    /// id is left as it is.
    async fn relink(
        &mut self,
        batch: &Batch<'_>,
        schemas: &Schemas,
        row: &Row,
        (other, keep): (Uuid, Uuid),
    ) -> Result<Option<Moved>, Error> {
        let (entry, register, source) = (row.id("entry")?, row.text("register")?, row.text("source")?);
        let Some(schema) = schemas.get(&register).filter(|_| entry != keep && entry != other) else { return Ok(None) };
        let values = vec![id(entry), text(&source), batch.reached.id()];
        let Some(known) = self.one("observation", DOCUMENT, values).await? else { return Ok(None) };
        let (said_at, version) = (known.at("at")?, known.int("version")?);
        let name = Name::from(source.as_str());
        let facts = document::decode(&known.text("document")?, said_at, &name, &mut Names::default());
        let mut facts = facts.ok_or_else(|| corrupt(entry))?;
        if !repoint(&mut facts, EntryId(other), EntryId(keep)) {
            return Ok(None);
        }
        let of = Batch { register: schema, source: name, ..batch.clone() };
        let before = of.before(self, &[entry]).await?;
        if self.run(BUMP, vec![id(entry), version.into()]).await? == 0 {
            return Err(Error::conflict("entry_version"));
        }
        self.run(WRITE, vec![id(entry), text(&source), document::encode(said_at, &facts).into()]).await?;
        if known.maybe_at("left_at")?.is_none() {
            of.index(self, &[(entry, facts)]).await?;
        }
        let note = Version { entry, number: version + 1, change: "changed", before: before.get(&entry) };
        of.note(self, vec![note]).await?;
        self.relist(schema, &[entry]).await?;
        Ok(Some((entry, register, source, version + 1)))
    }

    /// Takes one step of a merge back.
    async fn step_back(&mut self, of: &Batch<'_>, (entry, version): (Uuid, i64)) -> Result<(), Error> {
        let row = self.one("entry_version", STEP, vec![id(entry), version.into()]).await?;
        let step = undo::step(&row.ok_or_else(|| Error::conflict("entry_version"))?)?;
        let now = self.version_of(entry).await?.unwrap_or_default();
        self.restore(of, &[step.after(now)]).await
    }
}

/// Replaces a link everywhere; whether there was one.
fn repoint(facts: &mut Facts, other: EntryId, keep: EntryId) -> bool {
    let mut found = false;
    for fact in facts.values_mut() {
        fact.value = pointed(&fact.value, other, keep, &mut found);
    }
    found
}

fn pointed(value: &Value, other: EntryId, keep: EntryId, found: &mut bool) -> Value {
    match value {
        Value::Ref(id) if *id == other => {
            *found = true;
            Value::Ref(keep)
        }
        Value::List(items) => Value::List(items.iter().map(|item| pointed(item, other, keep, found)).collect()),
        Value::Map(map) => {
            let parts = map.iter().map(|(name, value)| (name.clone(), pointed(value, other, keep, found)));
            Value::Map(parts.collect::<BTreeMap<_, _>>().into())
        }
        known => known.clone(),
    }
}
