//! An untouched log is whole, an erased one too; what is gone, cut or rewritten is named.

use crate::log::{Log, verify};
use schoolkeeper_ledger::{Place, Signer, Tree, Verdict, Witness};

#[test]
fn an_untouched_log_of_any_size_is_whole() {
    for size in [1, 2, 255, 256, 257, 511, 512, 1000] {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::new(&[size]);
        log.export(folder.path());
        let report = verify(folder.path(), &[]);
        assert!(report.is_whole(), "{size}: {:?}", report.faults);
        assert_eq!(report.verdicts, [(0..size, Verdict::Good)]);
        assert_eq!(report.root, log.tree.root());
    }
}

#[test]
fn a_log_of_three_levels_is_whole_and_agrees_with_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(&[300, 65_536, 66_000]);
    log.export(folder.path());
    let older: Vec<Witness> = vec![
        Witness::Checkpoint(log.checkpoints[0].clone()),
        Witness::Root(log.checkpoints[1].root()),
        Witness::Checkpoint(log.checkpoints[2].clone()),
    ];
    let report = verify(folder.path(), &older);
    assert!(report.is_whole(), "{:?}", report.faults);
    let sizes: Vec<u64> = report.agree.iter().map(|(_, size)| *size).collect();
    assert_eq!(sizes, [300, 65_536, 66_000]);
}

#[test]
fn what_is_lawfully_erased_is_called_so_and_every_proof_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::new(&[300]);
    let before = log.checkpoints[0].clone();
    log.erase(&[4, 5, 260], Some("keep-rule"));
    log.export(folder.path());
    let report = verify(folder.path(), &[Witness::Checkpoint(before)]);
    assert!(report.is_whole(), "{:?}", report.faults);
    let under = Verdict::Erased("keep-rule".to_owned());
    assert_eq!(report.verdict(4), Some(&under));
    assert_eq!(report.verdict(260), Some(&under));
    assert_eq!(report.verdict(6), Some(&Verdict::Good));
    assert_eq!(report.counts()[&under], 3);
}

#[test]
fn what_is_erased_without_a_record_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::new(&[40]);
    log.erase(&[7], None);
    log.export(folder.path());
    let report = verify(folder.path(), &[]);
    assert_eq!(report.faults[0].place, Place::Record(7));
    assert_eq!(report.verdict(7), Some(&Verdict::Missing));
    assert_eq!(report.faults_total, 1);
}

#[test]
fn an_erasure_that_was_never_carried_out_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::new(&[40]);
    let kept = log.entries[7].1.clone();
    log.erase(&[6, 7], Some("keep-rule"));
    log.entries[7].1 = kept;
    log.export(folder.path());
    let report = verify(folder.path(), &[]);
    assert_eq!(report.faults[0].to_string(), "record 7 is still there although it was erased under keep-rule");
}

#[test]
fn nobody_announces_an_erasure_before_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::new(&[10]);
    log.push("erased keep-rule 12");
    log.push("one more");
    log.push("and the one to vanish");
    log.entries[12].1 = None;
    log.sign();
    log.export(folder.path());
    assert_eq!(verify(folder.path(), &[]).verdict(12), Some(&Verdict::Missing));
}

#[test]
fn a_tail_that_was_cut_and_signed_again_shows_against_an_older_checkpoint_only() {
    let (folder, log) = (tempfile::tempdir().unwrap(), Log::new(&[400]));
    let cut = Log::new(&[390]);
    cut.export(folder.path());
    assert!(verify(folder.path(), &[]).is_whole());
    let full = log.checkpoints[0].clone();
    let report = verify(folder.path(), &[Witness::Checkpoint(full.clone())]);
    assert_eq!(report.faults[0].place, Place::Records(390..400));
    let report = verify(folder.path(), &[Witness::Root(full.root())]);
    assert_eq!(report.faults[0].place, Place::Witness("witness 0".to_owned()));
}

#[test]
fn a_log_written_anew_with_its_key_shows_against_an_older_checkpoint_with_the_stretch() {
    let folder = tempfile::tempdir().unwrap();
    let true_log = Log::new(&[100, 200, 300]);
    let mut forged = Log::new(&[150]);
    forged.push("what never happened");
    while forged.tree.size() < 300 {
        forged.push(&format!("{{\"kind\":\"made-up\",\"number\":{}}}", forged.tree.size()));
    }
    forged.sign();
    forged.export(folder.path());
    assert!(verify(folder.path(), &[]).is_whole());
    let older: Vec<Witness> = true_log.checkpoints.into_iter().map(Witness::Checkpoint).collect();
    let report = verify(folder.path(), &older);
    assert_eq!(report.agree.len(), 1);
    assert_eq!(report.faults[0].place, Place::Records(100..200));
}

#[test]
fn a_gap_in_a_writers_numbers_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::new(&[10]);
    let mut tree = Tree::default();
    log.tiles.clear();
    for (index, (entry, _)) in log.entries.iter_mut().enumerate().skip(5) {
        entry.number = index as u64 + 3;
    }
    log.entries.iter().for_each(|(entry, _)| tree.push(entry.leaf(), |_, _| {}));
    log.tree = tree;
    log.sign();
    log.export(folder.path());
    let report = verify(folder.path(), &[]);
    assert_eq!(report.faults_total, 1);
    let said = report.faults[0].to_string();
    assert!(said.starts_with("before record 5, series 1") && said.contains("lacks 2 from number 6"), "{said}");
}

#[test]
fn another_key_is_not_the_logs_own() {
    let folder = tempfile::tempdir().unwrap();
    Log::new(&[10]).export(folder.path());
    let other = Signer::new("ledger.example/marlpit-made-up", &[8; 32]).unwrap();
    let exported = schoolkeeper_ledger::folder::Exported::open(folder.path(), Some(other.public().clone())).unwrap();
    let report = exported.verify(Vec::new(), crate::log::erasure, |_, _| {});
    assert_eq!(report.faults[0].place, Place::Checkpoint);
}

#[test]
fn a_folder_that_holds_something_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    assert!(schoolkeeper_ledger::folder::Export::new(folder.path()).is_err());
}
