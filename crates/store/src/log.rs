//! The ledger as it is kept: records in their order, tiles over them, signed checkpoints.
//!
//! Invariant: it belongs to the installation, so only the system reads it whole; `said` shows people their part.

use crate::error::Error;
use crate::ledger::{About, Detail, Said};
use crate::sql::{CHUNK, Row, at, list, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_ledger::entry::Series;
use schoolkeeper_ledger::{Entry, Erasure, Hash, Kept, Record, TileAt};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

statements! {
    GET = "SELECT origin, public_key, key_sealed FROM ledger WHERE id = 1";
    OPEN = "INSERT INTO ledger (id, origin, public_key, key_sealed, turn, opened_at) VALUES (1, $1, $2, $3, 0, $4) \
        ON CONFLICT (id) DO NOTHING";
    LAST = "SELECT size, root, note, signed_at, left_at FROM ledger_checkpoint ORDER BY size DESC LIMIT 1";
    CHECKPOINTS = "SELECT size, root, note, signed_at, left_at FROM ledger_checkpoint WHERE size > $1 \
        ORDER BY size LIMIT $2";
    // The last of each day: sizes only grow.
    OF_DAYS = "SELECT size, root, note, signed_at, left_at FROM ledger_checkpoint WHERE size IN \
        (SELECT MAX(size) FROM ledger_checkpoint WHERE signed_at >= $1 GROUP BY signed_at / 86400000000) ORDER BY size";
    LEFT = "SELECT MAX(left_at) AS left_at FROM ledger_checkpoint";
    LEAVE = "UPDATE ledger_checkpoint SET left_at = $2 WHERE size = $1";
    RECORDS = "SELECT idx, writer, slot, number, commitment, salt, kind, organisation, school, actor, document, at \
        FROM ledger_record WHERE idx >= $1 ORDER BY idx LIMIT $2";
    ENDS = "SELECT COALESCE(MAX(idx) + 1, 0) AS size FROM ledger_record";
    TILES = "SELECT level, number, hashes FROM ledger_tile WHERE level = $1 AND number >= $2 ORDER BY number LIMIT $3";
    TILE = "SELECT level, number, hashes FROM ledger_tile WHERE level = $1 AND number = $2";
    HIGHEST = "SELECT COALESCE(MAX(level), 0) AS level FROM ledger_tile";
    ERASING = "SELECT document FROM pending_record WHERE kind = 'erased' ORDER BY writer, slot, number LIMIT 1000";
}

/// The kind of the record that tells of erased ones.
const ERASED: &str = "erased";
const ERASED_TEXT: &[u8] = b"\"kind\":\"erased\"";
/// Stretches of indexes one such record names.
const RANGES_MAX: usize = 500;

/// The ledger of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Its name in every checkpoint.
    pub origin: String,
    /// What checkpoints are checked with.
    pub public_key: String,
    /// The signing key, sealed with the installation key.
    pub key_sealed: String,
}

/// A checkpoint as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Records it covers.
    pub size: u64,
    /// 44 characters.
    pub root: String,
    /// The signed note.
    pub note: String,
    /// When.
    pub signed_at: Timestamp,
    /// When it was last handed out of this machine.
    pub left_at: Option<Timestamp>,
}

/// A record in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its place, from 0.
    pub index: u64,
    /// What the tree holds of it; `None` when the row holds none.
    pub entry: Option<Entry>,
    /// What is kept of it.
    pub kept: Kept,
}

pub(crate) fn is_system(scope: &Scope) -> bool {
    scope.organisation().is_none()
}

impl Write {
    /// Opens the ledger with its key; `false` when it is open already or the scope is not the system's.
    pub async fn open_log(&mut self, scope: &Scope, log: &Log, now: Timestamp) -> Result<bool, Error> {
        if !is_system(scope) {
            return Ok(false);
        }
        let values = vec![text(&log.origin), text(&log.public_key), text(&log.key_sealed), at(now)];
        Ok(self.run(OPEN, values).await? == 1)
    }

    /// Remembers that a checkpoint was handed out of this machine.
    pub async fn leave_checkpoint(&mut self, scope: &Scope, size: u64, now: Timestamp) -> Result<bool, Error> {
        Ok(is_system(scope) && self.run(LEAVE, vec![(size as i64).into(), at(now)]).await? == 1)
    }

    /// Deletes salt and text of records and writes down which, and under which word. Every proof stays valid. Records
    /// that tell of an erasure stay, those already erased are passed over; says how many were erased.
    pub async fn erase_records(
        &mut self,
        scope: &Scope,
        indexes: &[u64],
        under: &str,
        now: Timestamp,
    ) -> Result<u64, Error> {
        if !is_system(scope) {
            return Ok(0);
        }
        let mut erased = Vec::new();
        for chunk in indexes.chunks(CHUNK) {
            let values: Vec<_> = chunk.iter().map(|index| (*index as i64).into()).collect();
            let within = list(1, chunk.len());
            let sql = format!(
                "SELECT idx FROM ledger_record WHERE salt IS NOT NULL AND kind <> 'erased' AND idx IN ({within})"
            );
            for row in self.all("ledger_record", &sql, values.clone()).await? {
                erased.push(row.int("idx")? as u64);
            }
            let sql = format!(
                "UPDATE ledger_record SET salt = NULL, kind = NULL, organisation = NULL, school = NULL, actor = NULL, \
                document = NULL, at = NULL WHERE salt IS NOT NULL AND kind <> 'erased' AND idx IN ({within})"
            );
            self.run(&sql, values).await?;
        }
        erased.sort_unstable();
        erased.dedup();
        let about = About { organisation: None, school: None, now };
        for ranges in ranges(&erased).chunks(RANGES_MAX) {
            let details = [
                ("indexes", Detail::Word(written(ranges))),
                ("count", Detail::Count(ranges.iter().map(|range| (range.end - range.start) as i64).sum())),
                ("under", Detail::Word(under.to_owned())),
            ];
            self.record(scope, about, ERASED, &details).await?;
        }
        Ok(erased.len() as u64)
    }
}

impl Read {
    /// The ledger's name and keys; the system's only.
    pub async fn log(&self, scope: &Scope) -> Result<Option<Log>, Error> {
        let row = if is_system(scope) { self.one("ledger", GET, Vec::new()).await? } else { None };
        let log = |row: Row| {
            let (origin, public_key) = (row.text("origin")?, row.text("public_key")?);
            Ok(Log { origin, public_key, key_sealed: row.text("key_sealed")? })
        };
        row.map(log).transpose()
    }

    /// The newest checkpoint; the system's only.
    pub async fn checkpoint(&self, scope: &Scope) -> Result<Option<StoredCheckpoint>, Error> {
        let row = if is_system(scope) { self.one("ledger_checkpoint", LAST, Vec::new()).await? } else { None };
        row.as_ref().map(checkpoint).transpose()
    }

    /// Checkpoints of more than `after` records, by size; the system's only.
    pub async fn checkpoints(&self, scope: &Scope, after: u64, limit: u32) -> Result<Vec<StoredCheckpoint>, Error> {
        if !is_system(scope) {
            return Ok(Vec::new());
        }
        let values = vec![(after as i64).into(), i64::from(limit).into()];
        self.all("ledger_checkpoint", CHECKPOINTS, values).await?.iter().map(checkpoint).collect()
    }

    /// The last checkpoint of each day since an instant; the system's only.
    pub async fn checkpoints_of_days(&self, scope: &Scope, since: Timestamp) -> Result<Vec<StoredCheckpoint>, Error> {
        if !is_system(scope) {
            return Ok(Vec::new());
        }
        self.all("ledger_checkpoint", OF_DAYS, vec![at(since)]).await?.iter().map(checkpoint).collect()
    }

    /// When a checkpoint was last handed out of this machine; the system's only.
    pub async fn checkpoint_left_at(&self, scope: &Scope) -> Result<Option<Timestamp>, Error> {
        let row = if is_system(scope) { self.one("ledger_checkpoint", LEFT, Vec::new()).await? } else { None };
        row.map_or(Ok(None), |row| row.maybe_at("left_at"))
    }

    /// Records from an index on, as they are kept; the system's only.
    pub async fn log_records(&self, scope: &Scope, from: u64, limit: u32) -> Result<Vec<StoredRecord>, Error> {
        if !is_system(scope) {
            return Ok(Vec::new());
        }
        let values = vec![(from as i64).into(), i64::from(limit).into()];
        self.all("ledger_record", RECORDS, values).await?.iter().map(record).collect()
    }

    /// One more than the greatest index; the system's only.
    pub async fn log_size(&self, scope: &Scope) -> Result<u64, Error> {
        let row = if is_system(scope) { self.one("ledger_record", ENDS, Vec::new()).await? } else { None };
        row.map_or(Ok(0), |row| Ok(row.int("size")? as u64))
    }

    /// Tiles of a level from a number on; the system's only.
    pub async fn log_tiles(&self, scope: &Scope, from: TileAt, limit: u32) -> Result<Vec<(TileAt, Vec<u8>)>, Error> {
        if !is_system(scope) {
            return Ok(Vec::new());
        }
        let values = vec![i64::from(from.level).into(), (from.number as i64).into(), i64::from(limit).into()];
        self.all("ledger_tile", TILES, values).await?.iter().map(tile).collect()
    }

    /// The highest level that has tiles; the system's only.
    pub async fn log_height(&self, scope: &Scope) -> Result<u8, Error> {
        let row = if is_system(scope) { self.one("ledger_tile", HIGHEST, Vec::new()).await? } else { None };
        row.map_or(Ok(0), |row| u8::try_from(row.int("level")?).map_err(|_| row.corrupt("level")))
    }

    pub(crate) async fn log_tile(&self, at: TileAt) -> Result<Option<Vec<u8>>, Error> {
        let row = self.one("ledger_tile", TILE, vec![i64::from(at.level).into(), (at.number as i64).into()]).await?;
        row.map(|row| Ok(tile_of(&row.text("hashes")?))).transpose()
    }

    /// Erasures whose records still wait for the sequencer; the system's only.
    pub async fn erasing(&self, scope: &Scope) -> Result<Vec<Erasure>, Error> {
        if !is_system(scope) {
            return Ok(Vec::new());
        }
        let rows = self.all("pending_record", ERASING, Vec::new()).await?;
        rows.iter().map(|row| erasure_in(&row.json("document")?).ok_or_else(|| row.corrupt("document"))).collect()
    }
}

/// What a record's canonical text says of erased ones; `None` for every other record.
pub fn erasure(document: &[u8]) -> Option<Erasure> {
    #[derive(Deserialize)]
    struct Text {
        kind: String,
        details: BTreeMap<String, Detail>,
    }
    // Most records are of another kind, and reading each of a million takes its time.
    let likely = document.windows(ERASED_TEXT.len()).take(100).any(|part| part == ERASED_TEXT);
    let text: Text = serde_json::from_slice(document).ok().filter(|_| likely)?;
    if text.kind == ERASED { erasure_in(&text.details) } else { None }
}

fn erasure_in(details: &BTreeMap<String, Detail>) -> Option<Erasure> {
    let (Detail::Word(indexes), Detail::Word(under)) = (details.get("indexes")?, details.get("under")?) else {
        return None;
    };
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse().ok()?..last.parse::<u64>().ok()?.checked_add(1)?)
    };
    let indexes = indexes.split(',').take(RANGES_MAX).map(range).collect::<Option<_>>()?;
    Some(Erasure { indexes, under: under.clone() })
}

/// Neighbours together.
fn ranges(indexes: &[u64]) -> Vec<Range<u64>> {
    let mut out: Vec<Range<u64>> = Vec::new();
    for index in indexes {
        match out.last_mut() {
            Some(last) if last.end == *index => last.end += 1,
            _ => out.push(*index..index + 1),
        }
    }
    out
}

/// `4-9,12`
fn written(ranges: &[Range<u64>]) -> String {
    let part = |range: &Range<u64>| match range.end - range.start {
        1 => range.start.to_string(),
        _ => format!("{}-{}", range.start, range.end - 1),
    };
    ranges.iter().map(part).collect::<Vec<_>>().join(",")
}

fn checkpoint(row: &Row) -> Result<StoredCheckpoint, Error> {
    Ok(StoredCheckpoint {
        size: row.int("size")? as u64,
        root: row.text("root")?,
        note: row.text("note")?,
        signed_at: row.at("signed_at")?,
        left_at: row.maybe_at("left_at")?,
    })
}

/// A tile as it is kept: its hashes, one a line.
pub(crate) fn tile_text(tile: &[u8]) -> String {
    let mut out = String::with_capacity(tile.len() * 3 / 2);
    for hash in tile.chunks_exact(32) {
        let _ = writeln!(out, "{}", Hash(hash.try_into().expect("chunks of 32")));
    }
    out
}

/// Empty when somebody wrote something else there: no tile is.
fn tile_of(text: &str) -> Vec<u8> {
    let hash = |line: &[u8]| match line {
        [hash @ .., b'\n'] => Hash::parse_hash(std::str::from_utf8(hash).ok()?).ok(),
        _ => None,
    };
    let hashes: Option<Vec<Hash>> = text.as_bytes().chunks(45).map(hash).collect();
    hashes.unwrap_or_default().into_iter().flat_map(|hash| hash.0).collect()
}

fn tile(row: &Row) -> Result<(TileAt, Vec<u8>), Error> {
    let level = u8::try_from(row.int("level")?).map_err(|_| row.corrupt("level"))?;
    Ok((TileAt { level, number: row.int("number")? as u64 }, tile_of(&row.text("hashes")?)))
}

/// Whatever somebody wrote into the row, it must be told apart and not make the walk stop.
fn record(row: &Row) -> Result<StoredRecord, Error> {
    let commitment = row.text("commitment").ok().and_then(|text| Hash::parse_hash(&text).ok());
    let entry = || {
        let series = Series { writer: row.id("writer").ok()?.into_bytes(), slot: row.int("slot").ok()? as u64 };
        Some(Entry { commitment: commitment?.0, series, number: row.int("number").ok()? as u64 })
    };
    Ok(StoredRecord { index: row.int("idx")? as u64, entry: entry(), kept: kept(row).unwrap_or(Kept::Broken) })
}

fn kept(row: &Row) -> Option<Kept> {
    let (organisation, school) = (row.maybe_id("organisation").ok()?, row.maybe_id("school").ok()?);
    let texts = ["salt", "kind", "actor", "document"].map(|column| row.maybe_text(column).ok());
    let [salt, kind, actor, document] = texts;
    let (salt, kind, actor, document, at) = (salt?, kind?, actor?, document?, row.maybe_int("at").ok()?);
    match (salt, kind, actor, document, at) {
        (Some(salt), Some(kind), Some(actor), Some(document), Some(at)) => {
            let said = Said { kind, organisation, school, actor, document, at };
            Some(Kept::Record(Record { salt: Hash::parse_hash(&salt).ok()?.0, document: said.canonical() }))
        }
        (None, None, None, None, None) if organisation.is_none() && school.is_none() => Some(Kept::Gone),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_of_an_erasure_reads_back() {
        let ranges = ranges(&[1, 2, 3, 7, 9, 10]);
        assert_eq!(written(&ranges), "1-3,7,9-10");
        let details = BTreeMap::from([
            ("indexes".to_owned(), Detail::Word(written(&ranges))),
            ("under".to_owned(), Detail::Word("keep-rule".to_owned())),
        ]);
        let document = serde_json::to_string(&details).unwrap();
        let said =
            Said { kind: ERASED.into(), organisation: None, school: None, actor: "operator".into(), document, at: 1 };
        let read = erasure(&said.canonical()).unwrap();
        assert_eq!((read.indexes, read.under.as_str()), (ranges, "keep-rule"));
        let other = Said { kind: "evaluated".to_owned(), ..said };
        assert_eq!(erasure(&other.canonical()), None);
    }

    #[test]
    fn a_canonical_text_is_one_line_whatever_stands_in_the_columns() {
        let base = Said {
            kind: "k\n\"".into(),
            organisation: None,
            school: Some(uuid::Uuid::from_u128(1)),
            actor: "operator".into(),
            document: "{\"a\":\n1}".into(),
            at: 5,
        };
        for document in ["{\"a\":\n1}", "not json", "{\"a\":1}", "{\"a\":1},\"b\":{}"] {
            let text = String::from_utf8(Said { document: document.into(), ..base.clone() }.canonical()).unwrap();
            assert!(!text.contains('\n'), "{text}");
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
    }
}
