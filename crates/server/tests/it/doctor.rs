//! `doctor` on folders that are sound and on folders that are not.

use crate::binary::{ENCRYPTED, MONDAY, Place, TERMS};
use crate::page::Served;
use schoolkeeper_testkit::{TestDatabase, execute};
use serde_json::Value;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn place() -> Place {
    let place = Place::new();
    make(&place, &[]);
    place
}

fn make(place: &Place, more: &[&str]) {
    let (pack, terms) = (place.write("outside.toml", ENCRYPTED), place.write("terms.toml", TERMS));
    let line = [&["init", "--school", "Hill", "--sandbox", "--now", MONDAY], more].concat();
    place.run(&line, &[("--pack", &pack), ("--calendar", &terms)]).good();
}

/// What a check said; the exit code of the whole.
fn check(place: &Place, name: &str, more: &[&str]) -> (i32, Value) {
    let ran = place.run(&[&["doctor", "--json"], more].concat(), &[]);
    assert!(ran.err.is_empty() || ran.code == 2, "{}", ran.err);
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found = lines.into_iter().find(|line| line["name"] == name);
    (ran.code, found.unwrap_or_else(|| panic!("nothing is said of {name}: {}", ran.out)))
}

/// It says so, ends with 1, and says how it is mended.
#[track_caller]
fn problem(place: &Place, name: &str, more: &[&str], says: &str) {
    let (code, check) = check(place, name, more);
    assert_eq!((code, check["verdict"].as_str()), (1, Some("problem")), "{check}");
    assert!(check.to_string().contains(says), "{check}");
    assert_ne!(check["mend"], "", "{check}");
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn file(place: &Place) -> String {
    place.data().join("schoolkeeper.sqlite").to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_folder_is_told_in_plain_words_and_nothing_is_changed() {
    let place = place();
    // What `init` left in the journal would otherwise move into the file with whoever closes it next.
    execute(&file(&place), "PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    let before = std::fs::read(file(&place)).unwrap();
    let ran = place.run(&["doctor", "--now", MONDAY], &[]).good();
    assert!(ran.out.ends_with("Nothing is wrong.\n"), "{}", ran.out);
    for name in ["settings", "permissions", "file-system", "room", "key", "schema", "database", "clock", "calendar"] {
        assert!(ran.out.contains(&format!(" {name}: ")), "{name} is missing: {}", ran.out);
    }
    assert_eq!(std::fs::read(file(&place)).unwrap(), before);
    let served = Served::over(&place, &[]);
    let (_, holders) = check(&place, "processes", &["--now", MONDAY]);
    assert!(holders.to_string().contains(&format!("serve (process {})", served.id())), "{holders}");
}

#[test]
fn what_others_can_read_is_a_problem() {
    let place = place();
    mode(&place.data(), 0o755);
    problem(&place, "permissions", &["--now", MONDAY], "chmod 700");
    mode(&place.data(), 0o700);
    mode(&place.data().join("schoolkeeper.toml"), 0o644);
    problem(&place, "permissions", &["--now", MONDAY], "chmod 600");
    mode(&place.data().join("schoolkeeper.toml"), 0o600);
    mode(&place.data().join("demo.key"), 0o644);
    problem(&place, "key", &["--now", MONDAY], "demo.key");
    std::fs::remove_file(place.data().join("demo.key")).unwrap();
    problem(&place, "key", &["--now", MONDAY], "demo.key");
}

#[test]
fn a_clock_before_the_newest_record_is_a_problem_and_terms_that_end_are_told() {
    let place = place();
    problem(&place, "clock", &["--now", "2026-11-20T08:00:00Z"], "newest record");
    let (code, check) = check(&place, "calendar", &["--now", "2027-11-20T08:00:00Z"]);
    assert_eq!((code, check["verdict"].as_str()), (0, Some("advice")), "{check}");
    problem(&place, "calendar", &["--now", "2028-11-20T08:00:00Z"], "17");
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_missing_older_and_newer_records_are_problems() {
    let place = place();
    execute(&file(&place), "INSERT INTO migration VALUES ('9999_from_the_future', 1)").await.unwrap();
    problem(&place, "schema", &["--now", MONDAY], "newer Schoolkeeper");
    execute(&file(&place), "DELETE FROM migration WHERE name >= '0005'").await.unwrap();
    problem(&place, "schema", &["--now", MONDAY], "schoolkeeper migrate");
    std::fs::remove_file(file(&place)).unwrap();
    problem(&place, "schema", &["--now", MONDAY], "restore");
    std::fs::write(file(&place), vec![7_u8; 20_000]).unwrap();
    let ran = place.run(&["doctor", "--now", MONDAY], &[]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("PROBLEM"), "{}", ran.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_a_disk_has_lost_is_found() {
    let place = place();
    let list: String = (0..2000)
        .fold("Device name,Serial number,Encrypted\n".to_owned(), |list, n| list + &format!("MU-{n},S{n},yes\n"));
    place.import("device", list, &["--now", MONDAY]).good();
    execute(&file(&place), "PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    let mut bytes = std::fs::read(file(&place)).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0x55);
    std::fs::write(file(&place), bytes).unwrap();
    problem(&place, "database", &["--now", MONDAY], "restore");
}

#[test]
fn an_address_that_leads_nowhere_and_settings_nobody_knows_are_problems() {
    let place = place();
    let settings = place.data().join("schoolkeeper.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{text}base_url = \"https://policy.hill.invalid\"\nproxy = \"10.0.0.2\"\n"))
        .unwrap();
    problem(&place, "address", &["--now", MONDAY], "leads nowhere");
    std::fs::write(&settings, format!("{text}base_url = \"http://localhost:1\"\n")).unwrap();
    problem(&place, "address", &["--now", MONDAY], "nothing answers");
    std::fs::write(&settings, format!("{text}base_ulr = \"http://localhost:1\"\n")).unwrap();
    problem(&place, "settings", &["--now", MONDAY], "did you mean `base_url`");
    let nowhere = Place::new();
    nowhere.run(&["doctor"], &[]).refused(&["no data folder"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_is_read_too() {
    let Some(database) = TestDatabase::postgres().await.unwrap() else {
        eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
        return;
    };
    let place = Place::new();
    make(&place, &["--database", database.url()]);
    let (code, found) = check(&place, "database", &["--now", MONDAY]);
    assert_eq!((code, found["verdict"].as_str()), (0, Some("fine")), "{found}");
    database.close().await.unwrap();
    problem(&place, "database", &["--now", MONDAY], "does not exist");
}

#[test]
fn the_doctor_answers_for_back_ups_mail_and_administrators() {
    let place = Place::new();
    let (pack, terms) = (place.write("outside.toml", ENCRYPTED), place.write("terms.toml", TERMS));
    place.run(&["init", "--school", "Hill"], &[("--pack", &pack), ("--calendar", &terms)]).good();
    problem(&place, "backup", &[], "none has come back yet");
    let (_, mail) = check(&place, "mail", &[]);
    assert_eq!(mail["verdict"], "advice", "{mail}");
    assert!(mail.to_string().contains("not set up for Hill"), "{mail}");
    let (_, people) = check(&place, "administrators", &[]);
    assert!(people.to_string().contains("nobody can sign in yet"), "{people}");
    place.run(&["backup"], &[]).good();
    let (_, backup) = check(&place, "backup", &[]);
    assert_eq!(backup["verdict"], "fine", "{backup}");
    let nowhere = place.data().with_file_name("a-file");
    std::fs::write(&nowhere, "in the way").unwrap();
    assert_ne!(place.run(&["backup"], &[("--to", &nowhere)]).code, 0);
    problem(&place, "backup", &[], "the last one failed");
    let from = ["mail", "set", "--host", "mail.hill.example", "--port", "587", "--from", "office@hill.example"];
    place.run(&from, &[]).good();
    let (_, mail) = check(&place, "mail", &[]);
    assert_eq!(mail["verdict"], "cannot-tell", "{mail}");
    drop(Served::over(&place, &[]));
    let (_, people) = check(&place, "administrators", &[]);
    assert_eq!(people["verdict"], "advice", "{people}");
    assert!(people.to_string().contains("only one person"), "{people}");
}

#[test]
fn a_certificate_for_another_name_is_named() {
    let place = place();
    let line = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=made-up -days 60 -keyout key -out pem \
        -addext subjectAltName=DNS:policy.hill.example";
    let made =
        std::process::Command::new("openssl").args(line.split_whitespace()).current_dir(place.folder_path()).output();
    if !made.is_ok_and(|made| made.status.success()) {
        eprintln!("skipped: install openssl");
        return;
    }
    let (pem, key) = (place.folder_path().join("pem"), place.folder_path().join("key"));
    let settings = place.data().join("schoolkeeper.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let with = |name: &str| {
        let tls = format!("tls = {{ certificate = '{}', key = '{}' }}", pem.display(), key.display());
        std::fs::write(&settings, format!("base_url = \"https://{name}\"\n{tls}\n{text}")).unwrap();
    };
    with("other.hill.example");
    problem(&place, "certificate", &["--now", MONDAY], "not for `other.hill.example`");
    with("policy.hill.example");
    let (_, right) = check(&place, "certificate", &["--now", MONDAY]);
    assert_eq!(right["verdict"], "fine", "{right}");
}
