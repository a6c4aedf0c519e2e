//! The root after every single leaf, in a few hashes each: for finding the size at which a log had a given root.

use crate::Hash;
use tlog_tiles::{EMPTY_HASH, node_hash};

/// The whole subtrees of a tree, largest first.
#[derive(Debug, Default)]
pub(crate) struct Frontier {
    size: u64,
    whole: Vec<Hash>,
}

impl Frontier {
    pub(crate) fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.whole.pop().expect("one whole subtree for each bit of the size");
            hash = node_hash(left, hash);
        }
        self.whole.push(hash);
        self.size += 1;
    }

    pub(crate) fn root(&self) -> Hash {
        self.whole.iter().rev().copied().reduce(|right, left| node_hash(left, right)).unwrap_or(EMPTY_HASH)
    }
}
