//! The sequencer: pending records get their place in the ledger, the tree grows over them, a checkpoint is signed.
//!
//! Invariant: one row is counted up first, so that only one process sequences at a time however many try; records,
//! tiles, checkpoint and the end of the pending ones are one transaction.

use crate::error::Error;
use crate::ledger::Said;
use crate::log::{is_system, tile_text};
use crate::sql::{Row, at, id, maybe_id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_ledger::entry::Series;
use schoolkeeper_ledger::{Entry, Hash, Record, Signer, TileAt, Tree};
use sea_orm::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

statements! {
    TURN = "UPDATE ledger SET turn = turn + 1 WHERE id = 1";
    WAITING = "SELECT writer, slot, number, kind, organisation, school, actor, document, at FROM pending_record \
        WHERE (writer, slot, number) > ($1, $2, $3) ORDER BY writer, slot, number LIMIT $4";
    ANY = "SELECT number FROM pending_record LIMIT 1";
    LAG = "SELECT COUNT(*) AS waiting, MIN(at) AS oldest FROM pending_record";
    LAST = "SELECT MAX(number) AS number FROM ledger_record WHERE writer = $1 AND slot = $2";
    DONE = "DELETE FROM pending_record WHERE writer = $1 AND slot = $2 AND number BETWEEN $3 AND $4";
    CHECKPOINT = "INSERT INTO ledger_checkpoint (size, root, note, signed_at) VALUES ($1, $2, $3, $4)";
}

/// Records sequenced in one transaction.
pub const BATCH: u32 = 2000;

/// What sequencing needs from outside.
#[derive(Clone, Copy, Debug)]
pub struct Sequencer<'a> {
    /// The ledger's key.
    pub signer: &'a Signer,
    /// Fresh random bytes.
    pub salt: fn() -> [u8; 32],
}

/// One transaction's worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequenced {
    /// How many records.
    pub records: u64,
    /// Size of the ledger now.
    pub size: u64,
    /// Where to go on; `None` when nothing more waits.
    pub next: Option<(Uuid, i64, i64)>,
    /// Series in which numbers are missing: writer, slot, the first number that never came.
    pub gaps: Vec<(Uuid, i64, i64)>,
}

struct Waiting {
    writer: Uuid,
    slot: i64,
    number: i64,
    said: Said,
}

impl Read {
    /// Whether records wait for the sequencer; the system's only.
    pub async fn is_waiting(&self, scope: &Scope) -> Result<bool, Error> {
        Ok(is_system(scope) && self.one("pending_record", ANY, Vec::new()).await?.is_some())
    }

    /// How many records wait for the sequencer and since when the oldest does; the system's only.
    pub async fn waiting_records(&self, scope: &Scope) -> Result<(i64, Option<Timestamp>), Error> {
        let row = if is_system(scope) { self.one("pending_record", LAG, Vec::new()).await? } else { None };
        let Some(row) = row else { return Ok((0, None)) };
        Ok((row.int("waiting")?, row.maybe_at("oldest")?))
    }

    async fn waiting(&self, (writer, slot, number): (Uuid, i64, i64)) -> Result<Vec<Waiting>, Error> {
        let values = vec![id(writer), slot.into(), number.into(), i64::from(BATCH).into()];
        let waiting = |row: &Row| {
            let said = Said {
                kind: row.text("kind")?,
                organisation: row.maybe_id("organisation")?,
                school: row.maybe_id("school")?,
                actor: row.text("actor")?,
                document: row.text("document")?,
                at: row.int("at")?,
            };
            Ok(Waiting { writer: row.id("writer")?, slot: row.int("slot")?, number: row.int("number")?, said })
        };
        self.all("pending_record", WAITING, values).await?.iter().map(waiting).collect()
    }

    /// The tree as the last checkpoint left it; refused when the tiles do not lead to its root.
    async fn tree(&self, scope: &Scope) -> Result<Tree, Error> {
        let Some(last) = self.checkpoint(scope).await? else { return Ok(Tree::default()) };
        let mut edge = BTreeMap::new();
        for at in schoolkeeper_ledger::tree::edge_of(last.size) {
            edge.insert(at, self.log_tile(at).await?);
        }
        let tree = Tree::resume(last.size, |at| edge.remove(&at).flatten()).map_err(Error::Ledger)?;
        if tree.root().to_string() == last.root {
            Ok(tree)
        } else {
            Err(Error::Ledger(schoolkeeper_ledger::Error::Tiles))
        }
    }
}

impl Write {
    /// Sequences what waits `after` a place, at most [`BATCH`] records; `None` when nothing does, or the ledger was
    /// never opened, or the scope is not the system's.
    pub async fn sequence(
        &mut self,
        scope: &Scope,
        sequencer: Sequencer<'_>,
        after: Option<(Uuid, i64, i64)>,
        now: Timestamp,
    ) -> Result<Option<Sequenced>, Error> {
        if !is_system(scope) || self.run(TURN, Vec::new()).await? == 0 {
            return Ok(None);
        }
        let waiting = self.waiting(after.unwrap_or((Uuid::nil(), 0, 0))).await?;
        let Some(last) = waiting.last() else { return Ok(None) };
        let next = (waiting.len() == BATCH as usize).then_some((last.writer, last.slot, last.number));
        let series = series(&waiting);
        let mut gaps = Vec::new();
        for ((writer, slot), numbers) in &series {
            let row = self.one("ledger_record", LAST, vec![id(*writer), (*slot).into()]).await?;
            let before = row.map_or(Ok(None), |row| row.maybe_int("number"))?.unwrap_or(0);
            let expected = std::iter::once(&before).chain(numbers).zip(numbers);
            gaps.extend(expected.filter(|(a, b)| *a + 1 != **b).map(|(a, _)| (*writer, *slot, a + 1)));
        }
        let mut tree = self.tree(scope).await?;
        let (records, tiles) = grow(&mut tree, in_order(waiting), sequencer.salt);
        let count = (records.len() / COLUMNS) as u64;
        self.insert(INTO, COLUMNS, records, "").await?;
        let tiles = tiles
            .iter()
            .flat_map(|(at, tile)| [i64::from(at.level).into(), (at.number as i64).into(), tile_text(tile).into()]);
        let replace = "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes";
        self.insert("ledger_tile (level, number, hashes)", 3, tiles.collect(), replace).await?;
        let checkpoint = sequencer.signer.sign(tree.size(), tree.root()).map_err(Error::Ledger)?;
        let (size, root) = ((tree.size() as i64).into(), text(checkpoint.root().to_string()));
        self.run(CHECKPOINT, vec![size, root, text(checkpoint.note()), at(now)]).await?;
        for ((writer, slot), numbers) in series {
            let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { continue };
            self.run(DONE, vec![id(writer), slot.into(), (*first).into(), (*last).into()]).await?;
        }
        Ok(Some(Sequenced { records: count, size: tree.size(), next, gaps }))
    }
}

const INTO: &str =
    "ledger_record (idx, writer, slot, number, commitment, salt, kind, organisation, school, actor, document, at)";
const COLUMNS: usize = 12;

/// The numbers of each series.
fn series(waiting: &[Waiting]) -> BTreeMap<(Uuid, i64), Vec<i64>> {
    let mut out: BTreeMap<(Uuid, i64), Vec<i64>> = BTreeMap::new();
    for one in waiting {
        out.entry((one.writer, one.slot)).or_default().push(one.number);
    }
    out
}

/// By instant, as far as each series keeps its own order: a clock that was set back moves nothing before its past.
fn in_order(waiting: Vec<Waiting>) -> Vec<Waiting> {
    let mut latest: BTreeMap<(Uuid, i64), i64> = BTreeMap::new();
    let mut keyed: Vec<(i64, Waiting)> = waiting
        .into_iter()
        .map(|one| {
            let latest = latest.entry((one.writer, one.slot)).or_insert(one.said.at);
            *latest = one.said.at.max(*latest);
            (*latest, one)
        })
        .collect();
    keyed.sort_by_key(|(at, _)| *at);
    keyed.into_iter().map(|(_, one)| one).collect()
}

/// Appends the records; gives their rows, and the tiles that are new or wider.
fn grow(tree: &mut Tree, waiting: Vec<Waiting>, salt: fn() -> [u8; 32]) -> (Vec<Value>, BTreeMap<TileAt, Vec<u8>>) {
    let mut rows = Vec::with_capacity(waiting.len() * COLUMNS);
    let mut tiles = BTreeMap::new();
    for one in waiting {
        let record = Record { salt: salt(), document: one.said.canonical() };
        let series = Series { writer: one.writer.into_bytes(), slot: one.slot as u64 };
        let entry = Entry { commitment: record.commitment(), series, number: one.number as u64 };
        let index = tree.size() as i64;
        tree.push(entry.leaf(), |at, tile| {
            tiles.insert(at, tile.to_vec());
        });
        rows.extend([
            index.into(),
            id(one.writer),
            one.slot.into(),
            one.number.into(),
            text(Hash(entry.commitment).to_string()),
            text(Hash(record.salt).to_string()),
            text(one.said.kind),
            maybe_id(one.said.organisation),
            maybe_id(one.said.school),
            text(one.said.actor),
            text(one.said.document),
            one.said.at.into(),
        ]);
    }
    tiles.extend(tree.edge().map(|(at, tile)| (at, tile.to_vec())));
    (rows, tiles)
}
