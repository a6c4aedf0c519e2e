//! A small made-up log.

use schoolkeeper_ledger::entry::Series;
use schoolkeeper_ledger::folder::{Export, Exported};
use schoolkeeper_ledger::proof::Tiles;
use schoolkeeper_ledger::tile::WIDTH;
use schoolkeeper_ledger::{Checkpoint, Entry, Erasure, Record, Report, Signer, Tree, Witness};
use std::path::Path;

/// A log in memory, with everything an export holds.
pub struct Log {
    pub signer: Signer,
    pub entries: Vec<(Entry, Option<Record>)>,
    pub tiles: Tiles,
    pub tree: Tree,
    pub checkpoints: Vec<Checkpoint>,
}

impl Log {
    /// Records 0, 1, 2 … of one writer; a checkpoint after each of the sizes.
    pub fn new(sizes: &[u64]) -> Self {
        let signer = Signer::new("ledger.example/marlpit-made-up", &[7; 32]).unwrap();
        let (entries, tiles, tree) = (Vec::new(), Tiles::new(), Tree::default());
        let mut log = Self { signer, entries, tiles, tree, checkpoints: Vec::new() };
        for size in sizes {
            while log.tree.size() < *size {
                log.push(&format!("{{\"kind\":\"made-up\",\"number\":{}}}", log.tree.size()));
            }
            log.sign();
        }
        log
    }

    pub fn push(&mut self, document: &str) {
        let index = self.tree.size();
        let mut salt = [0; 32];
        salt[..8].copy_from_slice(&index.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        let record = Record { salt, document: document.as_bytes().to_vec() };
        let series = Series { writer: [3; 16], slot: 1 };
        let entry = Entry { commitment: record.commitment(), series, number: index + 1 };
        self.tree.push(entry.leaf(), |at, tile| {
            self.tiles.insert(at, tile.to_vec());
        });
        self.entries.push((entry, Some(record)));
    }

    pub fn sign(&mut self) -> Checkpoint {
        let checkpoint = self.signer.sign(self.tree.size(), self.tree.root()).unwrap();
        self.checkpoints.push(checkpoint.clone());
        self.tiles.extend(self.tree.edge().map(|(at, tile)| (at, tile.to_vec())));
        checkpoint
    }

    /// Deletes salt and text, and with a word writes that down.
    pub fn erase(&mut self, indexes: &[u64], under: Option<&str>) {
        for index in indexes {
            self.entries[*index as usize].1 = None;
        }
        if let Some(under) = under {
            let list: Vec<String> = indexes.iter().map(u64::to_string).collect();
            self.push(&format!("erased {under} {}", list.join(",")));
        }
        self.sign();
    }

    pub fn export(&self, folder: &Path) {
        let export = Export::new(folder).unwrap();
        let size = self.tree.size();
        for (at, tile) in self.tiles.iter().filter(|(at, tile)| tile.len() == at.width(size) * 32) {
            export.tile(*at, tile).unwrap();
        }
        for (number, block) in self.entries.chunks(WIDTH).enumerate() {
            export.block(number as u64, block).unwrap();
        }
        export.finish(self.checkpoints.last().unwrap().note(), self.signer.public()).unwrap();
    }
}

/// `erased WORD 1,2,3`
pub fn erasure(document: &[u8]) -> Option<Erasure> {
    let text = std::str::from_utf8(document).ok()?;
    let (under, list) = text.strip_prefix("erased ")?.split_once(' ')?;
    let indexes = list.split(',').map(|index| index.parse().ok()).map(|index| index.map(|index| index..index + 1));
    Some(Erasure { indexes: indexes.collect::<Option<_>>()?, under: under.to_owned() })
}

pub fn verify(folder: &Path, against: &[Witness]) -> Report {
    let named = against.iter().enumerate().map(|(at, witness)| (format!("witness {at}"), Ok(witness.clone())));
    Exported::open(folder, None).unwrap().verify(named.collect(), erasure, |_, _| {})
}
