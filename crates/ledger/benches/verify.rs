//! A log of a million records, grown and walked from its tiles, beside what is promised.
//! `cargo bench -p schoolkeeper-ledger`
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops where it stands")]

use schoolkeeper_ledger::entry::Series;
use schoolkeeper_ledger::tile::{WIDTH, blocks};
use schoolkeeper_ledger::{Block, Entry, Kept, Record, Signer, TileAt, Tree, Verifier};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const RECORDS: u64 = 1_000_000;

fn say(what: &str, took: Duration, promised: Duration) {
    let ratio = took.as_secs_f64() / promised.as_secs_f64();
    println!("{what:<44} {took:>10.2?}   promised {promised:>6.1?}   {ratio:.2} of it");
}

fn record(index: u64) -> Record {
    let mut salt = [0; 32];
    salt[..8].copy_from_slice(&index.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    let document = format!(
        "{{\"at\":{index},\"kind\":\"finding-opened\",\"school\":\"0190a5f2-0000-7000-8000-000000000000\",\
        \"actor\":\"operator\",\"details\":{{\"control\":{{\"word\":\"encrypted\"}},\"subject\":{{\"count\":{index}}}}}}}"
    );
    Record { salt, document: document.into_bytes() }
}

fn main() {
    let signer = Signer::new("ledger.example/bench", &[1; 32]).unwrap();
    let (mut tree, mut tiles, mut entries) = (Tree::default(), BTreeMap::new(), Vec::new());
    let begun = Instant::now();
    for index in 0..RECORDS {
        let series = Series { writer: [1; 16], slot: 1 };
        let entry = Entry { commitment: record(index).commitment(), series, number: index + 1 };
        tree.push(entry.leaf(), |at, tile| {
            tiles.insert(at, tile.to_vec());
        });
        entries.push(entry);
    }
    let grown = begun.elapsed();
    tiles.extend(tree.edge().map(|(at, tile)| (at, tile.to_vec())));
    let checkpoint = signer.sign(tree.size(), tree.root()).unwrap();
    say("a million records committed and grown", grown, Duration::from_secs(100));

    let walk = || {
        let mut verifier = Verifier::new(checkpoint.note().as_bytes(), signer.public(), |_| None);
        for at in TileAt::above_leaves(RECORDS) {
            verifier.above(at, tiles[&at].clone());
        }
        let mut took = Duration::ZERO;
        for number in 0..blocks(RECORDS) {
            let at = TileAt { level: 0, number };
            let first = number as usize * WIDTH;
            let known = &entries[first..first + at.width(RECORDS)];
            let records = (first as u64..).zip(known).map(|(index, _)| Kept::Record(record(index)));
            let block = Block {
                entries: known.iter().copied().map(Some).collect(),
                records: records.collect(),
                tile: Some(tiles[&at].clone()),
            };
            let begun = Instant::now();
            verifier.block(block);
            took += begun.elapsed();
        }
        let begun = Instant::now();
        let report = verifier.finish();
        assert_eq!(report.root, tree.root());
        assert!(report.is_whole());
        took + begun.elapsed()
    };
    say("a million records verified with their texts", walk(), Duration::from_secs(3));
}
