//! Every single byte of a small log, random bytes of a larger one, dropped and swapped files and records.

use crate::log::{Log, verify};
use schoolkeeper_ledger::{Place, Verdict};
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

/// Changes one byte, looks, and puts it back.
fn flipped(folder: &Path, file: &Path, at: usize, flip: u8) -> schoolkeeper_ledger::Report {
    let good = std::fs::read(file).unwrap();
    let mut bad = good.clone();
    bad[at] ^= flip;
    std::fs::write(file, bad).unwrap();
    let report = verify(folder, &[]);
    std::fs::write(file, good).unwrap();
    report
}

#[test]
fn every_byte_of_a_small_log_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::new(&[4]);
    log.erase(&[1], Some("keep-rule"));
    log.export(folder.path());
    assert!(verify(folder.path(), &[]).is_whole());
    for file in files(folder.path()).into_iter().filter(|file| !file.ends_with("public-key")) {
        for at in 0..std::fs::metadata(&file).unwrap().len() as usize {
            for flip in [1, 0x20, 0x80] {
                let report = flipped(folder.path(), &file, at, flip);
                assert!(!report.is_whole(), "byte {at} of {} changed unnoticed", file.display());
            }
        }
    }
}

#[test]
fn a_changed_record_entry_or_tile_is_named_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    Log::new(&[600]).export(folder.path());
    let place = |file: &str, at: usize| {
        let report = flipped(folder.path(), &folder.path().join(file), at, 1);
        assert_eq!(report.faults_total, 1, "{file}: {:?}", report.faults);
        report.faults[0].place.clone()
    };
    let at = |level, number| schoolkeeper_ledger::TileAt { level, number };
    assert_eq!(place("tile/0/001", 40), Place::Tile(at(0, 1), Some(1)));
    assert_eq!(place("tile/0/002.p/88", 40), Place::Tile(at(0, 2), Some(1)));
    assert_eq!(place("tile/1/000.p/2", 0), Place::Tile(at(1, 0), Some(0)));
    assert_eq!(place("tile/entries/002.p/88", 66 * 5 + 10), Place::Entry(517));
    assert_eq!(place("tile/entries/001", 66 * 5 + 1), Place::Entry(261));
    assert_eq!(place("checkpoint", 3), Place::Checkpoint);
}

#[test]
fn random_bytes_of_a_larger_log_count() {
    let folder = tempfile::tempdir().unwrap();
    Log::new(&[1000]).export(folder.path());
    let all: Vec<PathBuf> = files(folder.path()).into_iter().filter(|file| !file.ends_with("public-key")).collect();
    let mut chance = 1u64;
    for _ in 0..300 {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let file = &all[(chance >> 33) as usize % all.len()];
        let at = (chance >> 13) as usize % std::fs::metadata(file).unwrap().len() as usize;
        let report = flipped(folder.path(), file, at, 1 << ((chance >> 60) % 7));
        assert!(!report.is_whole(), "byte {at} of {} changed unnoticed", file.display());
    }
}

#[test]
fn every_dropped_file_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    Log::new(&[600]).export(folder.path());
    for file in files(folder.path()).into_iter().filter(|file| !file.ends_with("public-key")) {
        let good = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert!(!verify(folder.path(), &[]).is_whole(), "{} dropped unnoticed", file.display());
        std::fs::write(&file, good).unwrap();
    }
}

#[test]
fn dropped_and_swapped_records_are_named() {
    let folder = tempfile::tempdir().unwrap();
    Log::new(&[300]).export(folder.path());
    let file = folder.path().join("records/000");
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let write = |lines: &[&str]| std::fs::write(&file, lines.join("\n") + "\n").unwrap();
    let mut dropped = lines.clone();
    dropped.remove(9);
    write(&dropped);
    let report = verify(folder.path(), &[]);
    assert_eq!((report.faults_total, &report.faults[0].place), (1, &Place::Record(9)));
    assert_eq!(report.verdict(9), Some(&Verdict::Missing));
    // The texts of two records change places.
    let tail = |line: &str| line.split_once('\t').unwrap().1.to_owned();
    let (a, b) = (format!("20\t{}", tail(lines[21])), format!("21\t{}", tail(lines[20])));
    let mut swapped = lines.clone();
    (swapped[20], swapped[21]) = (&a, &b);
    write(&swapped);
    let report = verify(folder.path(), &[]);
    let places: Vec<Place> = report.faults.into_iter().map(|fault| fault.place).collect();
    assert_eq!(places, [Place::Record(20), Place::Record(21)]);
}

#[test]
fn a_cut_tail_is_missed_by_the_logs_own_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    Log::new(&[600]).export(folder.path());
    for file in files(folder.path()).into_iter().filter(|file| file.to_string_lossy().contains("002.p")) {
        std::fs::remove_file(file).unwrap();
    }
    let report = verify(folder.path(), &[]);
    assert_eq!(report.faults[0].place.index(), 512);
    assert_eq!(report.verdicts.last().unwrap(), &(512..600, Verdict::Missing));
}
