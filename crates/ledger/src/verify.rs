//! Walks a whole log and names every place that does not fit.
//!
//! Records and entries come in blocks of 256 in their order, with the tile of leaves of that block; the tiles above
//! come first. The tree is built anew from the entries. Where an entry and its tile differ, the tile's parent decides
//! which of the two was changed, and the checkpoint's signature decides over all.
//!
//! Invariant: memory grows with what is wrong and with the tiles above the leaves, never with the records.

use crate::entry::Series;
use crate::frontier::Frontier;
use crate::report::{Faults, Place, Verdict};
use crate::tile::{TileAt, WIDTH, hash_at};
use crate::{Checkpoint, Entry, Error, Hash, PublicKey, Record, Tree};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use tlog_tiles::{HASH_SIZE, Tile};

/// What a record says of others that were erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Which.
    pub indexes: Vec<Range<u64>>,
    /// Under which word.
    pub under: String,
}

/// What is kept of a record beside the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Salt and text.
    Record(Record),
    /// Its place, with neither: erased.
    Gone,
    /// Something that cannot be read.
    Broken,
    /// Not even its place.
    Missing,
}

/// Up to 256 indexes.
#[derive(Clone, Debug)]
pub struct Block {
    /// As the log holds them; `None` where one is missing or broken.
    pub entries: Vec<Option<Entry>>,
    /// As they are kept beside it; as many.
    pub records: Vec<Kept>,
    /// The tile of leaves.
    pub tile: Option<Vec<u8>>,
}

/// A state of the log from elsewhere: out of minutes, a mail, a board paper.
#[derive(Clone, Debug)]
pub enum Witness {
    /// Only the 44 characters.
    Root(Hash),
    /// A whole signed checkpoint.
    Checkpoint(Checkpoint),
}

impl Witness {
    /// Reads 44 characters or a whole checkpoint.
    pub fn parse(text: &str, key: &PublicKey) -> Result<Self, Error> {
        if text.trim().contains('\n') {
            return Checkpoint::read(text.as_bytes(), key).map(Self::Checkpoint);
        }
        Hash::parse_hash(text.trim()).map(Self::Root).map_err(|_| Error::Root)
    }
}

/// One walk.
#[derive(Debug)]
pub struct Verifier {
    pub(crate) checkpoint: Option<Checkpoint>,
    erasure: fn(&[u8]) -> Option<Erasure>,
    pub(crate) above: BTreeMap<TileAt, Vec<u8>>,
    pub(crate) tree: Tree,
    /// Tiles above the leaves as they must be.
    pub(crate) built: BTreeMap<TileAt, Vec<u8>>,
    /// The unfinished block, with the leaves its tile gives: which of both holds is only known at the end.
    pub(crate) last: Option<(Vec<Hash>, Vec<Hash>)>,
    pub(crate) seen: u64,
    pub(crate) differing: Vec<Differing>,
    pub(crate) wrong: BTreeMap<u64, Verdict>,
    pub(crate) gone: Vec<u64>,
    pub(crate) erased: Vec<(Range<u64>, String)>,
    pub(crate) faults: Faults,
    pub(crate) witnesses: Vec<(String, Witness)>,
    pub(crate) roots: BTreeMap<u64, Hash>,
    pub(crate) found: Vec<(Hash, u64)>,
    frontier: Option<Frontier>,
    series: HashMap<Series, u64>,
    /// Entries that could not be read: their numbers are missed in some series, but not twice.
    unread: u64,
}

/// An index at which entry and tile differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Differing {
    pub(crate) index: u64,
    /// The tile is what the checkpoint covers.
    pub(crate) tile_holds: bool,
}

impl Verifier {
    /// `checkpoint` is the log's own, `erasure` reads a record that tells of erased ones.
    pub fn new(checkpoint: &[u8], key: &PublicKey, erasure: fn(&[u8]) -> Option<Erasure>) -> Self {
        let mut faults = Faults::default();
        let checkpoint = Checkpoint::read(checkpoint, key).map_err(|error| match error {
            Error::Checkpoint(what) => faults.add(Place::Checkpoint, what),
            other => faults.add(Place::Checkpoint, format!("cannot be used: {other}")),
        });
        Self {
            checkpoint: checkpoint.ok(),
            erasure,
            above: BTreeMap::new(),
            tree: Tree::default(),
            built: BTreeMap::new(),
            last: None,
            seen: 0,
            differing: Vec::new(),
            wrong: BTreeMap::new(),
            gone: Vec::new(),
            erased: Vec::new(),
            faults,
            witnesses: Vec::new(),
            roots: BTreeMap::new(),
            found: Vec::new(),
            frontier: None,
            series: HashMap::new(),
            unread: 0,
        }
    }

    /// The size its checkpoint tells of; `None` when that is not to be trusted.
    pub fn size(&self) -> Option<u64> {
        self.checkpoint.as_ref().map(Checkpoint::size)
    }

    /// Holds the log against a state from elsewhere; one that cannot be read is a fault. Before the first block.
    pub fn against(&mut self, name: &str, witness: Result<Witness, Error>) {
        let witness = match witness {
            Ok(witness) => witness,
            Err(error) => return self.faults.add(Place::Witness(name.to_owned()), format!("cannot be used: {error}")),
        };
        match &witness {
            Witness::Root(root) => {
                self.frontier.get_or_insert_default();
                self.found.push((*root, if *root == tlog_tiles::EMPTY_HASH { 0 } else { u64::MAX }));
            }
            Witness::Checkpoint(checkpoint) => {
                self.roots.insert(
                    checkpoint.size(),
                    if checkpoint.size() == 0 { tlog_tiles::EMPTY_HASH } else { Hash::default() },
                );
            }
        }
        self.witnesses.push((name.to_owned(), witness));
    }

    /// A tile above the leaves. Before the first block.
    pub fn above(&mut self, at: TileAt, tile: Vec<u8>) {
        self.above.insert(at, tile);
    }

    /// An erasure that the log will only hold in a moment.
    pub fn erasing(&mut self, erasure: Erasure) {
        let size = self.size().unwrap_or(u64::MAX);
        self.note_erasure(erasure, size);
    }

    /// Something that does not belong to the log.
    pub fn stray(&mut self, name: impl Into<String>) {
        self.faults.add(Place::Stray(name.into()), "does not belong to this log");
    }

    /// The next indexes, in their order; every block but the last is full.
    pub fn block(&mut self, block: Block) {
        let number = self.seen / WIDTH as u64;
        let first = self.seen;
        self.seen += block.entries.len() as u64;
        let width = block.entries.len();
        let at = TileAt { level: 0, number };
        let tile = block.tile.filter(|tile| tile.len() == width * HASH_SIZE);
        if tile.is_none() {
            self.faults.add(Place::Tile(at, None), "is missing or has another length");
        }
        for (place, (entry, record)) in block.entries.iter().zip(block.records).enumerate() {
            let tile = tile.as_ref().and_then(|tile| hash_at(tile, place));
            self.index(first + place as u64, entry.as_ref(), record, tile);
        }
        let by_tile = |place: usize| tile.as_ref().and_then(|tile| hash_at(tile, place));
        let from_entries: Vec<Hash> = block
            .entries
            .iter()
            .enumerate()
            .map(|(place, entry)| entry.as_ref().map(Entry::leaf).or_else(|| by_tile(place)).unwrap_or_default())
            .collect();
        let from_tile: Vec<Hash> =
            from_entries.iter().enumerate().map(|(place, leaf)| by_tile(place).unwrap_or(*leaf)).collect();
        let parent = TileAt { level: 1, number: number / WIDTH as u64 };
        let parent = self.above.get(&parent).and_then(|tile| hash_at(tile, number as usize % WIDTH));
        let tile_holds = parent.is_some() && parent == tile.as_ref().map(|tile| Tile::subtree_hash(tile));
        for (place, (entry, tile)) in from_entries.iter().zip(&from_tile).enumerate() {
            if entry != tile {
                self.differing.push(Differing { index: first + place as u64, tile_holds });
            }
        }
        if width < WIDTH {
            self.last = Some((from_entries, from_tile));
        } else {
            self.grow(if tile_holds { from_tile } else { from_entries });
        }
    }

    /// A record against its entry, and its place in its series.
    fn index(&mut self, index: u64, entry: Option<&Entry>, record: Kept, tile: Option<Hash>) {
        let Some(entry) = entry else {
            self.faults.add(Place::Entry(index), "is missing or cannot be read");
            self.wrong.insert(index, Verdict::Missing);
            self.unread += 1;
            return;
        };
        let last = self.series.entry(entry.series).or_default();
        let expected = last.wrapping_add(1);
        *last = entry.number;
        let absent = entry.number.saturating_sub(expected);
        if absent > 0 && absent <= self.unread {
            self.unread -= absent;
        } else if absent > 0 {
            let what = format!("lacks {absent} from number {expected}: written down once, never put into the log");
            self.faults.add(Place::Series(entry.series, index), what);
        } else if entry.number < expected {
            self.faults.add(Place::Series(entry.series, index), format!("goes back to number {}", entry.number));
        }
        match record {
            Kept::Record(record) if record.commitment() == entry.commitment => {
                if let Some(erasure) = (self.erasure)(&record.document) {
                    self.note_erasure(erasure, index);
                }
            }
            // The record leads to the hash of the tile: then it is the entry that was changed, which is told later.
            Kept::Record(record) if tile == Some(Entry { commitment: record.commitment(), ..*entry }.leaf()) => {
                self.wrong.insert(index, Verdict::Changed);
            }
            Kept::Record(_) | Kept::Broken => {
                self.faults.add(Place::Record(index), "is not the one that was recorded");
                self.wrong.insert(index, Verdict::Changed);
            }
            Kept::Gone => self.gone.push(index),
            Kept::Missing => {
                self.faults.add(Place::Record(index), "is missing");
                self.wrong.insert(index, Verdict::Missing);
            }
        }
    }

    /// Nothing can be erased before it was recorded.
    fn note_erasure(&mut self, erasure: Erasure, before: u64) {
        let ranges = erasure.indexes.into_iter().filter(|range| range.start < range.end && range.end <= before);
        self.erased.extend(ranges.map(|range| (range, erasure.under.clone())));
    }

    pub(crate) fn grow(&mut self, leaves: Vec<Hash>) {
        let built = &mut self.built;
        for leaf in leaves {
            self.tree.push(leaf, |at, tile| {
                if at.level > 0 {
                    built.insert(at, tile.to_vec());
                }
            });
            let size = self.tree.size();
            if let Some(root) = self.roots.get_mut(&size) {
                *root = self.tree.root();
            }
            if let Some(frontier) = &mut self.frontier {
                frontier.push(leaf);
                let root = frontier.root();
                for found in self.found.iter_mut().filter(|found| found.0 == root) {
                    found.1 = found.1.min(size);
                }
            }
        }
    }
}
