//! The ledger as scripts meet it: checkpoint, export, verify, receipt, and a verifier that is not ours.

use crate::binary::{ENCRYPTED, MONDAY, Place, run};
use std::path::Path;
use std::process::Command;

/// Later than everything written at [`MONDAY`].
const LATER: &str = "2026-11-23T10:00:00Z";

fn place() -> Place {
    let place = Place::sandbox(ENCRYPTED, MONDAY);
    place.import("device", "Device name,Encrypted\nMU-1,no\nMU-2,yes\n", &["--now", LATER]).good();
    place
}

fn exported(place: &Place) -> std::path::PathBuf {
    let folder = place.folder_path().join("exported");
    let into = folder.to_str().unwrap();
    place.run(&["ledger", "export", into, "--now", LATER], &[]).good();
    folder
}

fn verify(folder: &Path, more: &[&str]) -> crate::binary::Ran {
    run(&[&["ledger", "verify", "--folder", folder.to_str().unwrap()], more].concat())
}

#[test]
fn what_was_done_is_in_the_ledger_and_a_typed_root_and_a_kept_checkpoint_agree() {
    let place = place();
    let checkpoint = place.run(&["ledger", "checkpoint", "--now", LATER], &[]).good().out;
    let root = checkpoint.lines().nth(2).unwrap();
    assert_eq!(root.len(), 44);
    let kept = place.write("minutes.txt", &checkpoint);
    place.import("device", "Device name,Encrypted\nMU-3,yes\n", &["--part", "--now", LATER]).good();
    let against = ["ledger", "verify", "--now", LATER, "--against", root];
    let found = place.run(&against, &[("--against", &kept)]).good().out;
    assert_eq!(found.matches("agrees with").count(), 2, "{found}");
    assert!(found.contains("Nothing was changed."), "{found}");
    let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let found = place.run(&["ledger", "verify", "--now", LATER, "--against", other], &[]);
    assert_eq!(found.code, 1);
    assert!(found.out.contains("is the root of no state this log was ever in"), "{}", found.out);
}

#[test]
fn an_exported_ledger_is_checked_elsewhere_and_a_changed_byte_is_named() {
    let place = place();
    let folder = exported(&place);
    assert!(verify(&folder, &[]).good().out.contains("Nothing was changed."));
    let records = std::fs::read_dir(folder.join("records/000.p")).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&records).unwrap();
    std::fs::write(&records, text.replacen("import-committed", "import-forgotten", 1)).unwrap();
    let found = verify(&folder, &[]);
    assert_eq!(found.code, 1);
    assert!(found.out.contains("is not the one that was recorded") && found.out.contains("1 changed"), "{}", found.out);
    let again = place.run(&["ledger", "export", folder.to_str().unwrap(), "--now", LATER], &[]);
    again.refused(&["already holds files"]);
}

#[test]
fn a_receipt_holds_offline_with_the_public_key_alone() {
    let place = place();
    let folder = exported(&place);
    let receipt = place.run(&["ledger", "receipt", "0", "--now", LATER], &[]).good().out;
    let file = place.write("first.tlog-proof", &receipt);
    let key = folder.join("public-key");
    let check = |file: &Path| {
        let [file, key] = [file, &key].map(|path| path.to_str().unwrap());
        run(&["ledger", "verify", "--receipt", file, "--public-key", key])
    };
    assert!(check(&file).good().out.contains("record 0 stands in the ledger"));
    let bad = place.write("bad.tlog-proof", receipt.replacen("index 0", "index 1", 1));
    assert_eq!(check(&bad).code, 1);
    place.run(&["ledger", "receipt", "4711", "--now", LATER], &[]).refused(&["there is no record 4711", "hint:"]);
}

#[test]
fn a_verifier_that_is_not_ours_agrees_and_finds_the_same_changes() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("skipped: install python3");
        return;
    }
    let place = place();
    let folder = exported(&place);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testkit/ledger.py");
    let other = || Command::new("python3").arg(script).arg(&folder).arg("2").output().unwrap();
    let good = other();
    let said = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(good.status.success(), "{said}{}", String::from_utf8_lossy(&good.stderr));
    let root = std::fs::read_to_string(folder.join("checkpoint")).unwrap().lines().nth(2).unwrap().to_owned();
    assert!(said.contains(&root), "{said}");
    for file in ["checkpoint", "records/000.p", "tile/0/000.p", "tile/entries/000.p"] {
        let mut file = folder.join(file);
        if file.is_dir() {
            file = std::fs::read_dir(file).unwrap().next().unwrap().unwrap().path();
        }
        let kept = std::fs::read(&file).unwrap();
        let mut bad = kept.clone();
        let at = bad.len() / 2;
        bad[at] ^= 1;
        std::fs::write(&file, bad).unwrap();
        assert!(!other().status.success(), "{} was changed unnoticed by the other one", file.display());
        assert_eq!(verify(&folder, &[]).code, 1, "{} was changed unnoticed by us", file.display());
        std::fs::write(&file, kept).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_tree_is_made_anew_from_the_records_and_goes_on() {
    let place = place();
    let now = ["--now", LATER];
    place.run(&["ledger", "repair", now[0], now[1]], &[]).good();
    let root = place.run(&["ledger", "checkpoint", now[0], now[1]], &[]).good().out;
    let root = root.lines().nth(2).unwrap().to_owned();
    let file = place.data().join("schoolkeeper.sqlite").display().to_string();
    let tamper = "UPDATE ledger_tile SET hashes = replace(hashes, substr(hashes, 1, 8), 'AAAAAAAA') WHERE level = 0";
    schoolkeeper_testkit::execute(&file, tamper).await.unwrap();
    assert_eq!(place.run(&["ledger", "verify", now[0], now[1]], &[]).code, 1);
    let more = ["--part", now[0], now[1]];
    place.import("device", "Device name,Encrypted\nMU-8,yes\n", &more).good();
    place.run(&["ledger", "checkpoint", now[0], now[1]], &[]).refused(&["tile"]);
    let repaired = place.run(&["ledger", "repair", now[0], now[1]], &[]).good();
    assert!(repaired.out.contains("made anew from the records"), "{}", repaired.out);
    let found = place.run(&["ledger", "verify", now[0], now[1], "--against", &root], &[]).good().out;
    assert!(found.contains("agrees with") && found.contains("Nothing was changed."), "{found}");
    let anew = place.folder_path().join("old").display().to_string();
    place.run(&["ledger", "repair", "--begin-anew", &anew, now[0], now[1]], &[]).refused(&["the history is whole"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_record_is_said_and_a_new_history_names_the_old_root() {
    let place = place();
    let now = ["--now", LATER];
    let root = place.run(&["ledger", "checkpoint", now[0], now[1]], &[]).good().out;
    let root = root.lines().nth(2).unwrap().to_owned();
    let file = place.data().join("schoolkeeper.sqlite").display().to_string();
    schoolkeeper_testkit::execute(&file, "DELETE FROM ledger_record WHERE idx = 1").await.unwrap();
    let repair = place.run(&["ledger", "repair", now[0], now[1]], &[]);
    assert_eq!(repair.code, 1);
    assert!(repair.out.contains("not as they were recorded") && repair.err.contains("--begin-anew"), "{}", repair.err);
    let old = place.folder_path().join("old");
    let anew = old.display().to_string();
    let said = place.run(&["ledger", "repair", "--begin-anew", &anew, now[0], now[1]], &[]).good();
    assert!(said.out.contains("names the root of the old one"), "{}", said.out);
    let kept = std::fs::read_to_string(old.join("records.jsonl")).unwrap();
    assert!(kept.contains("\"index\":0") && !kept.contains("\"index\":1,") && kept.contains("organisation-added"));
    assert!(std::fs::read_to_string(old.join("report.txt")).unwrap().contains("missing"));
    assert!(std::fs::read_to_string(old.join("checkpoints.txt")).unwrap().contains(&root));
    let found = place.run(&["ledger", "verify", now[0], now[1]], &[]).good().out;
    assert!(found.contains("Nothing was changed."), "{found}");
    let receipt = place.run(&["ledger", "receipt", "0", now[0], now[1]], &[]).good().out;
    let receipt = place.write("first.tlog-proof", receipt);
    let key = found.lines().next().unwrap().trim_start_matches("public key ").to_owned();
    let file = receipt.display().to_string();
    let first = run(&["ledger", "verify", "--receipt", &file, "--public-key", &key]).good().out;
    assert!(first.contains("ledger-restarted") && first.contains(&root), "{first}");
    place.import("device", "Device name,Encrypted\nMU-9,yes\n", &["--part", now[0], now[1]]).good();
    place.run(&["ledger", "verify", now[0], now[1]], &[]).good();
}
