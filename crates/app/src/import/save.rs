//! From a file to the records of a school, and back.
//!
//! Invariant: looking changes nothing; saving is one transaction that fails when a record has moved on since the look.

use super::columns::{self, Mapping};
use super::mapfile::MapFile;
use super::message::{Problem, Refused, quote};
use super::plan::{Answer, Before, Options, Planned, Preview};
use super::sheet::{self, Sheet};
use super::trip::{self, Trip};
use crate::event::Waited;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId, slug};
use schoolkeeper_core::schema::{Register, Schemas};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::Undone;
use schoolkeeper_store::entry::{HAND, StoredEntry};
use schoolkeeper_store::import::Plan;
use schoolkeeper_store::mapping::MappingOf;
use schoolkeeper_store::{EntryChange, NewEntry, Read, Store, document::Facts, key};
use std::collections::{BTreeMap, BTreeSet};

/// The source of a list that nobody named and no known export has.
pub(crate) const LIST: &str = "list";

/// A list somebody wants to bring in.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// All registers.
    pub schemas: &'a Schemas,
    /// The school's calendar.
    pub calendar: &'a Calendar,
    /// Where.
    pub school: SchoolId,
    /// Into which register.
    pub register: &'a str,
    /// Name of the file, for messages.
    pub file: &'a str,
    /// The file.
    pub bytes: &'a [u8],
    /// What its columns mean; without one, what was said the last time.
    pub map: Option<&'a MapFile>,
    /// Whose word it is; without one, the known export or `list`.
    pub source: Option<&'a str>,
    /// Only some of them.
    pub part: bool,
    /// More than a tenth may have left.
    pub confirm_left: bool,
    /// Answers to the questions of an earlier look.
    pub answers: BTreeMap<u32, Answer>,
    /// In a list that went out and came back a blank cell empties.
    pub blank_is_empty: bool,
    /// A fresh id; the same for look and save.
    pub import: ImportId,
    /// The instant it is brought in.
    pub now: Timestamp,
}

/// Why a list was not brought in. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// There is no such school, or it is not yours to see.
    #[error("there is no such school")]
    NoSchool,
    /// Somebody changed a record since the look.
    #[error("a record was changed since you looked\nhint: Look at the list again and save then.")]
    MovedOn,
    /// The database.
    #[error("the records could not be reached")]
    Store(#[source] schoolkeeper_store::Error),
}

impl From<schoolkeeper_store::Error> for Error {
    fn from(error: schoolkeeper_store::Error) -> Self {
        match error {
            schoolkeeper_store::Error::Conflict { .. } => Self::MovedOn,
            other => Self::Store(other),
        }
    }
}

/// What bringing in a list would do.
pub async fn look(store: &Store, scope: &Scope, asked: &Asked<'_>) -> Result<Preview, Error> {
    look_closely(store, scope, asked).await.map(|looked| looked.preview)
}

/// A preview with what it was made from, to show it.
#[derive(Debug)]
pub struct Looked {
    /// What would be done.
    pub preview: Preview,
    /// The file; of its rows those that were refused.
    pub sheet: Sheet,
    /// The records.
    pub entries: Vec<StoredEntry>,
}

/// The same with the file and the records it was made from.
pub async fn look_closely(store: &Store, scope: &Scope, asked: &Asked<'_>) -> Result<Looked, Error> {
    let register = asked.schemas.get(asked.register).ok_or_else(|| no_register(asked))?;
    let read = store.read().await?;
    if read.school(scope, asked.school).await?.is_none() {
        return Err(Error::NoSchool);
    }
    let (mut sheet, mapping) = understand(&read, scope, asked, register).await?;
    let trip = trip::went_out(&sheet).then_some(Trip { blank_is_empty: asked.blank_is_empty });
    let options = Options {
        import: asked.import,
        // What somebody changes in an export is their own word.
        source: if trip.is_some() { HAND.into() } else { source(asked, Some(&mapping))? },
        part: asked.part || trip.is_some(),
        confirm_left: asked.confirm_left,
        answers: asked.answers.clone(),
        trip,
    };
    let mut entries = read.snapshot(scope, asked.school).await?;
    let (school, schemas, calendar, now) = (asked.school, asked.schemas, asked.calendar, asked.now);
    let (nobody, merged) = (BTreeSet::new(), merged(&read, scope, (school, register)).await?);
    let before = Before { schemas, school, entries: &entries, left: &nobody, merged: &merged, calendar, now };
    let mut preview = heavy(|| super::preview(&before, &mut sheet, &mapping, &options))?;
    let returning = returning(&read, scope, register, &preview).await?;
    if !returning.is_empty() {
        let left = returning.iter().map(|entry| entry.id).collect();
        entries.extend(returning);
        let before = Before { schemas, school, entries: &entries, left: &left, merged: &merged, calendar, now };
        drop(preview);
        preview = heavy(|| {
            sheet = sheet::read(asked.bytes, asked.file, register, &mapping.said)?;
            super::preview(&before, &mut sheet, &mapping, &options)
        })?;
    }
    preview.turn = Some(read.import_turn(scope, school, &register.id).await?);
    Ok(Looked { preview, sheet, entries })
}

impl Looked {
    /// Reads the rows that were refused again, as they stand in the file: a file to mend is made of them.
    pub(crate) fn recall_refused(&mut self, asked: &Asked<'_>, register: &Register) -> Result<(), Refused> {
        let refused = self.preview.refused_rows();
        if !refused.is_empty() {
            self.sheet = heavy(|| sheet::read(asked.bytes, asked.file, register, &self.preview.map))?;
            self.sheet.rows.retain(|row| refused.binary_search(&row.number).is_ok());
        }
        Ok(())
    }
}

/// Long work between two waits: other requests go on meanwhile, where there is more than one thread.
pub(crate) fn heavy<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// Saves what a look showed, in one transaction.
pub async fn save(
    store: &Store,
    scope: &Scope,
    (register, waited): (&Register, &Waited),
    preview: &Preview,
) -> Result<(), Error> {
    if let Some(problem) = &preview.stop {
        return Err(Refused::new(&preview.file, problem.clone()).into());
    }
    let plan = plan(preview);
    let mut tx = store.write_tx().await?;
    if !tx.commit_import(scope, register, &plan).await? {
        return Err(Error::NoSchool);
    }
    waited.write_down(&mut tx, scope, (preview.school, preview.at), waited.brought(preview)).await?;
    let of = MappingOf { school: preview.school, register: &preview.register, source: &preview.source };
    if *preview.source != *HAND {
        let map = serde_json::to_value(&preview.map).expect("a map file is texts and numbers");
        tx.remember_mapping(scope, of, &map, preview.at).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes an import back, as long as nothing later has touched what it touched.
pub async fn undo(
    store: &Store,
    scope: &Scope,
    (school, register, waited): (SchoolId, &Register, &Waited),
    (import, now): (ImportId, Timestamp),
) -> Result<Undone, Error> {
    let mut tx = store.write_tx().await?;
    let changed = waited.taken_back(&tx, scope, import).await?;
    let undone = tx.undo_import(scope, register, import, now).await?.ok_or(Error::NoSchool)?;
    if undone == Undone::Yes {
        waited.write_down(&mut tx, scope, (school, now), changed).await?;
    }
    tx.commit().await?;
    Ok(undone)
}

fn plan(preview: &Preview) -> Plan {
    let change = |planned: &Planned| EntryChange {
        id: planned.id,
        expected_version: planned.version.unwrap_or_default(),
        facts: planned.facts.clone(),
    };
    // What somebody left as it was in an export is not said again in their name.
    let same = preview.same.iter().filter(|_| *preview.source != *HAND);
    let (unchanged, renewed): (Vec<_>, Vec<_>) = same.partition(|planned| planned.facts.is_empty());
    let left = preview.left.iter().map(|(id, ..)| *id);
    Plan {
        import: preview.import,
        school: preview.school,
        source: preview.source.clone(),
        part: preview.part,
        turn: preview.turn,
        at: preview.at,
        file_hash: preview.file_hash.clone(),
        mapping: serde_json::json!(preview.columns),
        creates: preview.new.iter().map(|new| NewEntry { id: new.id, facts: new.facts.clone() }).collect(),
        updates: preview.changed.iter().chain(renewed).map(change).collect(),
        unchanged: unchanged.into_iter().map(|planned| planned.id).collect(),
        left: if preview.left_is_proposal { Vec::new() } else { left.collect() },
        census: preview.census.clone(),
    }
}

/// Reads the file with the map that was given, or the one that was used the last time.
async fn understand(
    read: &Read,
    scope: &Scope,
    asked: &Asked<'_>,
    register: &Register,
) -> Result<(Sheet, Mapping), Error> {
    let with = |map: &MapFile| -> Result<(Sheet, Mapping), Refused> {
        heavy(|| {
            let sheet = sheet::read(asked.bytes, asked.file, register, map)?;
            let mapping = columns::map(register, &sheet, map)?;
            Ok((sheet, mapping))
        })
    };
    if let Some(map) = asked.map {
        return Ok(with(map)?);
    }
    let plain = with(&MapFile::default());
    let source = source(asked, plain.as_ref().ok().map(|(_, mapping)| mapping))?;
    let of = MappingOf { school: asked.school, register: &register.id, source: &source };
    let remembered = read.mapping(scope, of).await?.and_then(|map| serde_json::from_value::<MapFile>(map).ok());
    match remembered.filter(|map| *map != MapFile::default()) {
        Some(map) => Ok(with(&map)?),
        None => Ok(plain?),
    }
}

/// Entries that were merged into another one, each with the one it lives on as now.
async fn merged(
    read: &Read,
    scope: &Scope,
    (school, register): (SchoolId, &Register),
) -> Result<Vec<(StoredEntry, EntryId)>, Error> {
    let lives_as: BTreeMap<EntryId, EntryId> = read.aliases(scope, school, &register.id).await?.into_iter().collect();
    let ids: Vec<EntryId> = lives_as.keys().copied().collect();
    let last = |mut id: EntryId| {
        // What was merged into something that was merged itself; never in a ring, but bounded all the same.
        for _ in 0..lives_as.len() {
            let Some(next) = lives_as.get(&id) else { break };
            id = *next;
        }
        id
    };
    let entries = read.entries_by_id(scope, school, &ids).await?;
    Ok(entries.into_iter().map(|entry| (last(entry.id), entry)).map(|(last, entry)| (entry, last)).collect())
}

/// Entries that are in no list any more but carry a key of a row that seems new. Only what they were recognised by
/// is known of them.
async fn returning(
    read: &Read,
    scope: &Scope,
    register: &Register,
    preview: &Preview,
) -> Result<Vec<StoredEntry>, Error> {
    let mut found: BTreeMap<EntryId, Facts> = BTreeMap::new();
    for identity in register.identity.iter().filter(|identity| identity.by.len() == 1) {
        let keys = preview.new.iter().filter_map(|planned| key::of_identity(identity, &planned.facts.facts()));
        let keys: BTreeSet<String> = keys.map(|key| key.key).collect();
        let keys: Vec<String> = keys.into_iter().collect();
        let at = (preview.school, &*register.id);
        let hits = read.entries_by_key(scope, at, &key::identity_field(identity), &keys).await?;
        for hit in hits.into_iter().filter(|hit| hit.left) {
            let (at, held_since) = (preview.at, preview.at);
            let fact = Fact { value: Value::text(&hit.key), at, held_since, source: hit.source };
            found.entry(hit.entry).or_default().insert(identity.by[0].clone(), fact);
        }
    }
    let mut entries = Vec::new();
    for (id, facts) in found {
        entries.extend(read.entry(scope, id).await?.map(|entry| StoredEntry { facts, ..entry }));
    }
    Ok(entries)
}

/// The name facts carry. What people say themselves cannot be brought in from a file.
fn source(asked: &Asked, mapping: Option<&Mapping>) -> Result<Name, Refused> {
    let Some(named) = asked.source else {
        return Ok(mapping.and_then(|mapping| mapping.source.clone()).unwrap_or_else(|| LIST.into()));
    };
    let slug = slug(named);
    if slug.is_empty() || slug.len() > 60 || slug == HAND {
        let message = format!("`{}` cannot be the name of a source", quote(named));
        let hint = "Name the system the list comes from, such as `arbor` or `intune`.";
        return Err(Refused::new(asked.file, Problem::file(message).hint(hint)));
    }
    Ok(slug.into())
}

fn no_register(asked: &Asked) -> Refused {
    let names = asked.schemas.all().iter().map(|register| &*register.id);
    let near = super::words::nearest(asked.register, names);
    let problem = Problem::file(format!("there is no register `{}`", quote(asked.register)));
    let hint = near.map_or_else(
        || "The registers are listed by the command that explains a policy.".to_owned(),
        |near| format!("Did you mean `{near}`?"),
    );
    Refused::new(asked.file, problem.hint(hint))
}
