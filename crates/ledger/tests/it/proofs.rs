//! Proofs and receipts, against the checks of the crate `tlog_tiles` over hashes it stored itself.

use crate::log::Log;
use proptest::prelude::*;
use schoolkeeper_ledger::proof::{self, Tiles};
use schoolkeeper_ledger::{Hash, Receipt, Tree};
use tlog_tiles::{
    HashReader, check_record, check_tree, prove_record, prove_tree, stored_hashes_for_record_hash, tree_hash,
};

struct Stored(Vec<Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

fn stored(log: &Log) -> Stored {
    let mut out = Stored(Vec::new());
    for (index, (entry, _)) in log.entries.iter().enumerate() {
        let more = stored_hashes_for_record_hash(index as u64, entry.leaf(), &out).unwrap();
        out.0.extend(more);
    }
    out
}

fn only(tiles: &Tiles, wanted: &[schoolkeeper_ledger::TileAt]) -> Tiles {
    tiles.iter().filter(|(at, _)| wanted.contains(at)).map(|(at, tile)| (*at, tile.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn root_and_proofs_are_those_of_the_other_implementation(size in 1u64..1500, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let log = Log::new(&[size]);
        let other = stored(&log);
        let (checkpoint, root) = (&log.checkpoints[0], tree_hash(size, &other).unwrap());
        prop_assert_eq!(checkpoint.root(), root);
        let index = a.index(size as usize) as u64;
        let tiles = only(&log.tiles, &proof::tiles_for_inclusion(size, index));
        let ours = proof::inclusion(checkpoint, index, &tiles).unwrap();
        prop_assert_eq!(&ours, &prove_record(size, index, &other).unwrap());
        let leaf = log.entries[index as usize].0.leaf();
        prop_assert!(check_record(&ours, size, root, index, leaf).is_ok());
        prop_assert!(proof::check_inclusion(checkpoint, index, leaf, &ours));
        prop_assert!(!proof::check_inclusion(checkpoint, index, Hash([1; 32]), &ours));
        let before = b.index(size as usize) as u64 + 1;
        let earlier = log.signer.sign(before, tree_hash(before, &other).unwrap()).unwrap();
        let tiles = only(&log.tiles, &proof::tiles_for_consistency(size, before));
        let ours = proof::consistency(checkpoint, before, &tiles).unwrap();
        prop_assert_eq!(&ours, &prove_tree(size, before, &other).unwrap());
        prop_assert!(check_tree(&ours, size, root, before, earlier.root()).is_ok());
        prop_assert!(proof::check_consistency(checkpoint, &earlier, &ours));
        let forged = log.signer.sign(before, Hash([1; 32])).unwrap();
        prop_assert!(!proof::check_consistency(checkpoint, &forged, &ours));
    }

    #[test]
    fn a_resumed_tree_grows_as_if_it_had_never_stopped(first in 0u64..1200, more in 1u64..600) {
        let whole = Log::new(&[first + more]);
        let part = Log::new(&[first]);
        let mut tree = Tree::resume(first, |at| part.tiles.get(&at).cloned()).unwrap();
        for (entry, _) in &whole.entries[first as usize..] {
            tree.push(entry.leaf(), |at, tile| assert_eq!(whole.tiles[&at], tile));
        }
        prop_assert_eq!(tree.root(), whole.tree.root());
    }
}

fn receipt(log: &Log, index: u64) -> Receipt {
    let checkpoint = log.checkpoints.last().unwrap();
    let (entry, record) = log.entries[index as usize].clone();
    let proof = proof::inclusion(checkpoint, index, &log.tiles).unwrap();
    Receipt { index, entry, record, proof, checkpoint: checkpoint.note().to_owned() }
}

#[test]
fn a_receipt_reads_back_and_holds_offline_also_of_an_erased_record() {
    let mut log = Log::new(&[300]);
    log.erase(&[17], Some("keep-rule"));
    for index in [0, 17, 255, 256, 300] {
        let written = receipt(&log, index);
        let read = Receipt::parse(written.to_text().as_bytes()).unwrap();
        assert_eq!(read, written);
        let checkpoint = read.check(log.signer.public()).unwrap();
        assert_eq!((checkpoint.size(), read.record.is_none()), (301, index == 17));
    }
    assert!(receipt(&log, 0).to_text().starts_with("c2sp.org/tlog-proof@v1\nextra "));
}

#[test]
fn a_receipt_with_any_byte_changed_does_not_hold() {
    let log = Log::new(&[5]);
    let text = receipt(&log, 3).to_text().into_bytes();
    for at in 0..text.len() {
        for flip in [1, 0x20, 0x80] {
            let mut bad = text.clone();
            bad[at] ^= flip;
            let holds = Receipt::parse(&bad).is_ok_and(|receipt| receipt.check(log.signer.public()).is_ok());
            assert!(!holds, "byte {at} of the receipt changed unnoticed");
        }
    }
}

#[test]
fn no_text_is_a_receipt_and_none_makes_it_stop() {
    for text in ["", "\n\n", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\nx"] {
        assert!(Receipt::parse(text.as_bytes()).is_err());
    }
    let many = format!("c2sp.org/tlog-proof@v1\nextra {}\nindex 0\n{}\nx", "A".repeat(88), "A\n".repeat(100));
    assert!(Receipt::parse(many.as_bytes()).is_err());
}
