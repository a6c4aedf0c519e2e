//! Where a tile stands in the tree, and under which path it is published.
//!
//! Invariant: a tile of level L holds at most 256 hashes of the tree's level 8·L.

use std::fmt::Write;
use tlog_tiles::HASH_SIZE;

/// Hashes of a full tile, and entries of a full bundle.
pub const WIDTH: usize = 256;
/// Levels of the tree within one tile.
pub(crate) const HEIGHT: u8 = 8;

/// Coordinates of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileAt {
    /// 0 holds the leaves.
    pub level: u8,
    /// Counted from the left.
    pub number: u64,
}

impl TileAt {
    /// How many hashes it holds in a tree of `size` leaves.
    pub fn width(self, size: u64) -> usize {
        let hashes = size.checked_shr(u32::from(self.level) * u32::from(HEIGHT)).unwrap_or(0);
        let first = self.number.saturating_mul(WIDTH as u64);
        usize::try_from(hashes.saturating_sub(first)).map_or(WIDTH, |width| width.min(WIDTH))
    }

    /// As C2SP tlog-tiles publishes it: `tile/0/x001/234.p/7`.
    pub fn path(self, width: usize) -> String {
        format!("tile/{}/{}", self.level, numbered(self.number, width))
    }

    /// Every tile of a tree of `size` leaves above the leaves' own, highest level last.
    pub fn above_leaves(size: u64) -> impl Iterator<Item = TileAt> {
        (1..8).flat_map(move |level| {
            let hashes = size >> (u32::from(HEIGHT) * u32::from(level));
            (0..hashes.div_ceil(WIDTH as u64)).map(move |number| TileAt { level, number })
        })
    }
}

/// How many tiles of leaves, and bundles, a tree of `size` leaves has.
pub fn blocks(size: u64) -> u64 {
    size.div_ceil(WIDTH as u64)
}

/// `tile/entries/x001/234.p/7`
pub fn entries_path(number: u64, width: usize) -> String {
    format!("tile/entries/{}", numbered(number, width))
}

/// Beside the log, in the same blocks: `records/x001/234.p/7`.
pub fn records_path(number: u64, width: usize) -> String {
    format!("records/{}", numbered(number, width))
}

fn numbered(number: u64, width: usize) -> String {
    let mut out = format!("{:03}", number % 1000);
    let mut rest = number / 1000;
    while rest > 0 {
        out = format!("x{:03}/{out}", rest % 1000);
        rest /= 1000;
    }
    if width < WIDTH {
        let _ = write!(out, ".p/{width}");
    }
    out
}

/// The hash at a place of a tile's bytes.
pub(crate) fn hash_at(tile: &[u8], at: usize) -> Option<tlog_tiles::Hash> {
    let bytes = tile.get(at * HASH_SIZE..(at + 1) * HASH_SIZE)?;
    bytes.try_into().ok().map(tlog_tiles::Hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let at = TileAt { level: 2, number: 1_234_067 };
        assert_eq!(at.path(WIDTH), "tile/2/x001/x234/067");
        assert_eq!(at.path(8), "tile/2/x001/x234/067.p/8");
        assert_eq!(entries_path(5, 1), "tile/entries/005.p/1");
        assert_eq!(records_path(1000, WIDTH), "records/x001/000");
    }

    #[test]
    fn widths_follow_the_size() {
        let at = |level, number| TileAt { level, number };
        assert_eq!(at(0, 0).width(0), 0);
        assert_eq!((at(0, 0).width(256), at(0, 1).width(256), at(1, 0).width(256)), (256, 0, 1));
        assert_eq!((at(0, 1).width(257), at(1, 0).width(65_536), at(2, 0).width(65_536)), (1, 256, 1));
        assert_eq!(TileAt::above_leaves(65_537).collect::<Vec<_>>(), [at(1, 0), at(2, 0)]);
    }
}
