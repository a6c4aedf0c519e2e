//! Back-ups from outside: made, proved, put back on the same and on the other engine, damaged, killed, out of room.

use crate::binary::{ENCRYPTED, MONDAY, Place, Ran, program};
use schoolkeeper_testkit::TestDatabase;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn list(rows: u32) -> String {
    let mut out = "Device name,Serial number,Encrypted\n".to_owned();
    for at in 0..rows {
        writeln!(out, "MU-{at},S-{at},{}", if at % 3 == 0 { "no" } else { "yes" }).unwrap();
    }
    out
}

fn filled(rows: u32) -> Place {
    let place = Place::sandbox(ENCRYPTED, MONDAY);
    place.import("device", list(rows), &["--now", MONDAY]).good();
    place
}

/// Runs a command that is not about the place's own folder.
fn run(arguments: &[&str]) -> Ran {
    crate::binary::run(arguments)
}

fn back_up(place: &Place) -> PathBuf {
    place.run(&["backup"], &[]).good();
    newest(&place.data().join("backups")).unwrap()
}

fn newest(folder: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    files.filter(|file| file.to_string_lossy().ends_with(".tar.gz.age")).max()
}

fn key_of(place: &Place) -> String {
    place.data().join("demo.key").display().to_string()
}

fn evaluated(data: &Path) -> String {
    run(&["evaluate", "--json", "--now", MONDAY, "--data", &data.display().to_string()]).good().out
}

fn restore(place: &Place, file: &Path, to: &Path, more: &[&str]) -> Ran {
    let (file, to, key) = (file.display().to_string(), to.display().to_string(), key_of(place));
    let mut arguments = vec!["restore", &file, "--data", &to, "--key-file", &key];
    arguments.extend(more);
    run(&arguments)
}

#[test]
fn a_back_up_comes_back_with_the_same_standing_and_only_once_into_a_folder() {
    let place = filled(300);
    let file = back_up(&place);
    let to = place.data().with_file_name("back");
    restore(&place, &file, &to, &[]).good();
    assert_eq!(evaluated(&to), evaluated(&place.data()));
    restore(&place, &file, &to, &[]).refused(&["already holds a school", "hint:"]);
    let drill = place.run(&["backup", "--drill"], &[]).good();
    assert!(drill.out.contains("came back"), "{}", drill.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_back_up_moves_a_school_to_the_other_engine_and_back() {
    let Some(database) = TestDatabase::postgres().await.unwrap() else {
        eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
        return;
    };
    let url = database.url().to_owned();
    tokio::task::spawn_blocking(move || {
        let place = filled(300);
        let before = evaluated(&place.data());
        let (there, back) = (place.data().with_file_name("there"), place.data().with_file_name("back"));
        restore(&place, &back_up(&place), &there, &["--database", &url]).good();
        assert!(!there.join("schoolkeeper.sqlite").exists());
        assert_eq!(evaluated(&there), before);
        run(&["backup", "--data", &there.display().to_string()]).good();
        restore(&place, &newest(&there.join("backups")).unwrap(), &back, &[]).good();
        assert_eq!(evaluated(&back), before);
        restore(&place, &back_up(&place), &place.data().with_file_name("more"), &["--database", &url])
            .refused(&["already holds a school"]);
        assert!(!place.data().with_file_name("more").join("schoolkeeper.toml").exists());
    })
    .await
    .unwrap();
    database.close().await.unwrap();
}

#[test]
fn damage_a_wrong_key_and_what_is_no_back_up_are_named_and_change_nothing() {
    let place = filled(50);
    let file = back_up(&place);
    let (bytes, to) = (std::fs::read(&file).unwrap(), place.data().with_file_name("back"));
    let broken = place.data().with_file_name("broken.tar.gz.age");
    let steps = (bytes.len() / 40).max(1);
    for at in (0..bytes.len()).step_by(steps).chain([bytes.len() - 1]) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 4;
        std::fs::write(&broken, &flipped).unwrap();
        restore(&place, &broken, &to, &[]).refused(&["broken.tar.gz.age"]);
        std::fs::write(&broken, &bytes[..at]).unwrap();
        restore(&place, &broken, &to, &[]).refused(&["broken.tar.gz.age"]);
        assert!(!to.exists(), "byte {at} left a folder");
    }
    let other = filled(1);
    std::fs::copy(&file, &broken).unwrap();
    restore(&other, &broken, &to, &[]).refused(&["another installation key", "hint:"]);
    assert!(!to.exists());
    let file = file.display().to_string();
    let to = to.display().to_string();
    run(&["restore", &file, "--data", &to]).refused(&["which key?", "--key-file"]);
}

#[test]
fn debians_age_and_tar_open_a_back_up_without_us() {
    if Command::new("age").arg("--version").output().is_err() {
        eprintln!("skipped: no age (apt install age)");
        return;
    }
    let place = filled(20);
    let file = back_up(&place);
    let script = "age -d -i \"$1\" \"$2\" | tar xz -C \"$3\"";
    let out = place.data().with_file_name("opened");
    std::fs::create_dir(&out).unwrap();
    let done = Command::new("sh").args(["-ec", script, "sh", &key_of(&place)]).arg(&file).arg(&out).status().unwrap();
    assert!(done.success());
    let entries = std::fs::read_to_string(out.join("table/entry.00001.jsonl")).unwrap();
    assert!(entries.lines().count() >= 20, "{entries}");
    let manifest = std::fs::read_to_string(out.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let rows = manifest["tables"]["entry"]["rows"].as_u64().unwrap();
    assert_eq!(rows, entries.lines().count() as u64);
    assert!(out.join("README.txt").exists());
}

#[test]
fn a_killed_back_up_and_a_killed_restore_leave_nothing_that_looks_whole() {
    let place = filled(400);
    let started = Instant::now();
    let file = back_up(&place);
    let whole = started.elapsed();
    let folder = place.data().join("backups");
    std::fs::remove_file(&file).unwrap();
    let data = place.data().display().to_string();
    for round in 0..6_u32 {
        kill_after(&["backup", "--data", &data], whole.mul_f64(f64::from(round) / 6.0));
        if let Some(file) = newest(&folder) {
            restore(&place, &file, &place.data().with_file_name(format!("whole-{round}")), &[]).good();
            std::fs::remove_file(&file).unwrap();
        }
    }
    let file = back_up(&place);
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.path()).collect();
    assert_eq!(left, std::slice::from_ref(&file), "what killed attempts left is swept by the next");
    let before = evaluated(&place.data());
    let (file, key) = (file.display().to_string(), key_of(&place));
    for round in 0..6_u32 {
        let to = place.data().with_file_name(format!("back-{round}"));
        let to_text = to.display().to_string();
        let line = ["restore", &file, "--data", &to_text, "--key-file", &key];
        kill_after(&line, whole.mul_f64(f64::from(round) / 8.0));
        if !to.join("schoolkeeper.toml").exists() {
            run(&line).good();
        }
        assert_eq!(evaluated(&to), before, "round {round}");
    }
}

fn kill_after(arguments: &[&str], after: Duration) {
    let mut child = program().args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn a_full_disk_is_named_and_the_back_ups_of_before_stay() {
    let place = filled(400);
    let first = back_up(&place);
    // No file larger than 8 KB: what a full disk does to a write, without a disk.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    let mut command = Command::new("bash");
    command.args(["-c", script, "bash", env!("CARGO_BIN_EXE_schoolkeeper"), "backup", "--to"]);
    let to = place.data().with_file_name("small");
    command.arg(&to).arg("--data").arg(place.data()).env_remove("SCHOOLKEEPER_DATABASE");
    let output = command.output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && err.contains("error:") && !err.contains("panicked"), "{err}");
    assert!(newest(&to).is_none(), "{err}");
    assert_eq!(newest(&place.data().join("backups")), Some(first));
    place.run(&["backup", "--drill"], &[]).good();
}

#[test]
fn old_back_ups_go_and_the_newest_stay() {
    let place = filled(5);
    let to = place.data().with_file_name("disk");
    let to_text = to.display().to_string();
    for _ in 0..3 {
        place.run(&["backup", "--to", &to_text, "--keep", "2"], &[]).good();
    }
    assert_eq!(std::fs::read_dir(&to).unwrap().count(), 2);
}

#[test]
fn a_back_up_of_a_newer_version_is_named_by_its_step_and_changes_nothing() {
    if Command::new("age").arg("--version").output().is_err() {
        eprintln!("skipped: no age (apt install age)");
        return;
    }
    let place = filled(20);
    let file = back_up(&place);
    // The same file, with a step that this program does not know.
    let script = "age -d -i \"$1\" \"$2\" | gunzip > \"$3/all.tar\"; tar xf \"$3/all.tar\" -C \"$3\"; cd \"$3\"; \
        sed -i 's/\"steps\": \\[/\"steps\": [\"9999_from_the_future\",/' about.json; grep -q from_the_future about.json; \
        tar tf all.tar > names; tar c -T names | gzip | age -r \"$(age-keygen -y \"$1\")\" > newer.tar.gz.age";
    let out = place.data().with_file_name("opened");
    std::fs::create_dir(&out).unwrap();
    let done = Command::new("sh").args(["-ec", script, "sh", &key_of(&place)]).arg(&file).arg(&out).status().unwrap();
    assert!(done.success());
    let to = place.data().with_file_name("back");
    restore(&place, &out.join("newer.tar.gz.age"), &to, &[]).refused(&[
        "newer Schoolkeeper",
        "9999_from_the_future",
        "nothing was changed",
        "hint:",
    ]);
    assert!(!to.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_was_altered_is_backed_up_all_the_same_and_said_aloud() {
    let place = filled(20);
    place.run(&["ledger", "verify"], &[]).good();
    let records = place.data().join("schoolkeeper.sqlite").display().to_string();
    schoolkeeper_testkit::execute(&records, "UPDATE ledger_record SET kind = 'made-up' WHERE idx = 2").await.unwrap();
    let ran = place.run(&["backup"], &[]);
    ran.refused(&["the history in it was altered: 1 places, the first: record 2", "ledger verify"]);
    let file = newest(&place.data().join("backups")).expect("a true copy is kept");
    place.run(&["backup", "--drill"], &[]).refused(&["was altered"]);
    let restored = restore(&place, &file, &place.data().with_file_name("back"), &[]).good();
    assert!(restored.err.contains("altered before it was backed up"), "{}", restored.err);
    let doctor = place.run(&["doctor"], &[]);
    assert_eq!(doctor.code, 1);
    assert!(doctor.out.contains("the history in it was altered"), "{}", doctor.out);
}
