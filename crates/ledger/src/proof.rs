//! Inclusion and consistency proofs from tiles.
//!
//! Invariant: a proof is only made from tiles that hash up to the checkpoint's root.

use crate::tile::{HEIGHT, TileAt};
use crate::{Checkpoint, Error, Hash};
use std::cell::RefCell;
use std::collections::BTreeMap;
use tlog_tiles::{HASH_SIZE, Tile, TileHashReader, TileReader};

/// Bytes of tiles by place; a tile may be wider than needed.
pub type Tiles = BTreeMap<TileAt, Vec<u8>>;

struct Held<'a> {
    tiles: &'a Tiles,
    asked: RefCell<Vec<TileAt>>,
}

impl TileReader for Held<'_> {
    fn height(&self) -> u8 {
        HEIGHT
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let bytes = tiles.iter().map(|tile| {
            let at = TileAt { level: tile.level(), number: tile.level_index() };
            self.asked.borrow_mut().push(at);
            let held = self.tiles.get(&at).and_then(|held| held.get(..tile.width() as usize * HASH_SIZE));
            held.map(<[u8]>::to_vec).unwrap_or_default()
        });
        Ok(bytes.collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// Runs `prove` over tiles; gives its answer and the tiles it asked for.
fn over<T>(
    (size, root): (u64, Hash),
    tiles: &Tiles,
    prove: impl FnOnce(&TileHashReader<'_>) -> Result<T, tlog_tiles::Error>,
) -> (Result<T, Error>, Vec<TileAt>) {
    let held = Held { tiles, asked: RefCell::default() };
    let proof = prove(&TileHashReader::new(size, root, &held)).map_err(|_| Error::Tiles);
    (proof, held.asked.into_inner())
}

/// The tiles an inclusion proof needs.
pub fn tiles_for_inclusion(size: u64, index: u64) -> Vec<TileAt> {
    if index >= size {
        return Vec::new();
    }
    over((size, Hash::default()), &Tiles::new(), |reader| tlog_tiles::prove_record(size, index, reader)).1
}

/// That the entry of `index` is in the log, from the leaf's sibling upwards.
pub fn inclusion(checkpoint: &Checkpoint, index: u64, tiles: &Tiles) -> Result<Vec<Hash>, Error> {
    let size = checkpoint.size();
    if index >= size {
        return Err(Error::Receipt("is asked for a record the checkpoint does not cover yet"));
    }
    over((size, checkpoint.root()), tiles, |reader| tlog_tiles::prove_record(size, index, reader)).0
}

/// Checks an inclusion proof.
pub fn check_inclusion(checkpoint: &Checkpoint, index: u64, leaf: Hash, proof: &[Hash]) -> bool {
    let proof = proof.to_vec();
    tlog_tiles::check_record(&proof, checkpoint.size(), checkpoint.root(), index, leaf).is_ok()
}

/// The tiles a consistency proof needs.
pub fn tiles_for_consistency(size: u64, before: u64) -> Vec<TileAt> {
    if before == 0 || before > size {
        return Vec::new();
    }
    over((size, Hash::default()), &Tiles::new(), |reader| tlog_tiles::prove_tree(size, before, reader)).1
}

/// That the log of the checkpoint began with the log of `before` entries; nothing to prove for an empty one.
pub fn consistency(checkpoint: &Checkpoint, before: u64, tiles: &Tiles) -> Result<Vec<Hash>, Error> {
    let size = checkpoint.size();
    if before == 0 {
        return Ok(Vec::new());
    }
    if before > size {
        return Err(Error::Checkpoint("is older than the other one"));
    }
    over((size, checkpoint.root()), tiles, |reader| tlog_tiles::prove_tree(size, before, reader)).0
}

/// Checks a consistency proof.
pub fn check_consistency(after: &Checkpoint, before: &Checkpoint, proof: &[Hash]) -> bool {
    if before.size() == 0 {
        return proof.is_empty() && before.root() == tlog_tiles::EMPTY_HASH;
    }
    let proof = proof.to_vec();
    before.size() <= after.size()
        && tlog_tiles::check_tree(&proof, after.size(), after.root(), before.size(), before.root()).is_ok()
}
