//! A watched folder: what is dropped in ends in done/, waiting/ or refused/ with a report beside it.

use crate::binary::{ENCRYPTED, MONDAY, Place};
use std::path::{Path, PathBuf};

const WATCH: [&str; 8] = ["watch", "--register", "room", "--source", "premises", "--once", "--every", "1"];
const LATER: &str = "2026-11-23T09:00:00Z";

/// What lies in a folder of the watched one, without its reports; and the reports.
fn in_folder(folder: &Path) -> (Vec<String>, String) {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().flatten().map(|file| file.path()).collect();
    names.sort();
    let (reports, files): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|path| path.to_string_lossy().ends_with(".csv.txt"));
    let said = reports.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    (files.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect(), said)
}

fn watch(place: &Place, folder: &Path, now: &str) -> String {
    place.run(&[&WATCH[..], &["--now", now, folder.to_str().unwrap()]].concat(), &[]).good().out
}

#[test]
fn a_good_list_is_brought_in_and_a_bad_one_is_told_why() {
    let place = Place::sandbox(ENCRYPTED, MONDAY);
    let folder = place.folder_path().join("drop");
    std::fs::create_dir(&folder).unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    put("rooms.csv", "Room,Building\nHall,Main\nGym,East\n");
    put("broken.csv", "Nothing,We,Know\n1,2,3\n");
    // What a copy under way has not finished is left alone.
    put(".rooms.csv", "Room\nNever\n");
    put("rooms.csv.part", "Room\nNever\n");
    let said = watch(&place, &folder, MONDAY);
    assert!(said.contains("rooms.csv: 2 rows: 2 new"), "{said}");
    let (done, report) = in_folder(&folder.join("done"));
    assert!(done.len() == 1 && done[0].ends_with("-rooms.csv") && report.contains("2 new"), "{done:?}: {report}");
    let (refused, report) = in_folder(&folder.join("refused"));
    assert!(refused.len() == 1 && report.contains("hint:"), "{refused:?}: {report}");
    assert_eq!(in_folder(&folder.join("waiting")), (Vec::new(), String::new()));
    assert!(folder.join(".rooms.csv").exists() && folder.join("rooms.csv.part").exists());
    put("rooms.csv", "Room,Building\nHall,West\nGym,East\n");
    let said = watch(&place, &folder, LATER);
    assert!(said.contains("1 changed") && said.contains("1 the same"), "the same name again is another list: {said}");
    assert_eq!(in_folder(&folder.join("done")).0.len(), 2, "nothing was written over");
}

#[test]
fn a_list_with_a_question_waits_for_somebody_and_changes_nothing() {
    let place = Place::sandbox(ENCRYPTED, MONDAY);
    let folder = place.folder_path().join("drop");
    std::fs::create_dir(&folder).unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    put("rooms.csv", "Room,Building\nHall,Main\nHall,East\n");
    watch(&place, &folder, MONDAY);
    let (waiting, report) = in_folder(&folder.join("waiting"));
    assert!(waiting.len() == 1 && report.contains("/records/room/import/"), "{waiting:?}: {report}");
    assert!(in_folder(&folder.join("done")).0.is_empty());
}
