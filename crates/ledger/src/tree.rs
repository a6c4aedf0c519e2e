//! The growing tree: only the unfinished tile of each level is held.
//!
//! Invariant: the root is that of RFC 6962 over all leaves pushed so far.

use crate::tile::{HEIGHT, TileAt, WIDTH};
use crate::{Error, Hash};
use tlog_tiles::{EMPTY_HASH, HASH_SIZE, Tile, node_hash};

/// The right edge of a log's tree.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    /// Per level the bytes of the unfinished tile; may be empty.
    edge: Vec<Vec<u8>>,
}

impl Tree {
    /// Goes on where a log of `size` leaves stopped; asks for its unfinished tiles.
    pub fn resume(size: u64, mut tile: impl FnMut(TileAt) -> Option<Vec<u8>>) -> Result<Self, Error> {
        let mut edge = Vec::new();
        for at in edge_of(size) {
            let width = at.width(size);
            let bytes = if width == 0 { Vec::new() } else { tile(at).ok_or(Error::Tiles)? };
            if bytes.len() != width * HASH_SIZE {
                return Err(Error::Tiles);
            }
            edge.push(bytes);
        }
        Ok(Self { size, edge })
    }

    /// Leaves so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf; `full` gets every tile that this finishes, lowest first.
    pub fn push(&mut self, leaf: Hash, mut full: impl FnMut(TileAt, &[u8])) {
        let mut hash = leaf;
        for level in 0.. {
            if self.edge.len() == level {
                self.edge.push(Vec::with_capacity(WIDTH * HASH_SIZE));
            }
            let tile = &mut self.edge[level];
            tile.extend_from_slice(&hash.0);
            if tile.len() < WIDTH * HASH_SIZE {
                break;
            }
            let number = self.size >> (usize::from(HEIGHT) * (level + 1));
            full(TileAt { level: level as u8, number }, tile);
            hash = Tile::subtree_hash(tile);
            tile.clear();
        }
        self.size += 1;
    }

    /// The unfinished tiles, lowest first; none of them is empty.
    pub fn edge(&self) -> impl Iterator<Item = (TileAt, &[u8])> {
        let places = edge_of(self.size).zip(&self.edge);
        places.filter(|(_, tile)| !tile.is_empty()).map(|(at, tile)| (at, tile.as_slice()))
    }

    /// The root of RFC 6962.
    pub fn root(&self) -> Hash {
        let mut root: Option<Hash> = None;
        for tile in &self.edge {
            let mut end = tile.len() / HASH_SIZE;
            while end > 0 {
                let start = end - (1 << end.trailing_zeros());
                let whole = Tile::subtree_hash(&tile[start * HASH_SIZE..end * HASH_SIZE]);
                root = Some(root.map_or(whole, |right| node_hash(whole, right)));
                end = start;
            }
        }
        root.unwrap_or(EMPTY_HASH)
    }
}

/// Where the unfinished tiles of a tree of `size` leaves stand, also empty ones.
pub fn edge_of(size: u64) -> impl Iterator<Item = TileAt> {
    let level = move |level: u8| TileAt {
        level,
        number: size.checked_shr(u32::from(HEIGHT) * (u32::from(level) + 1)).unwrap_or(0),
    };
    (0..8).take_while(move |l| size >> (u32::from(HEIGHT) * u32::from(*l)) > 0).map(level)
}
