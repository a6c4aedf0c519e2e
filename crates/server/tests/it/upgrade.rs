//! Records an older program left, opened by this one. The saved databases were made by the program of schema 0004.

use crate::binary::Place;
use crate::page::Served;
use schoolkeeper_testkit::{TestDatabase, execute};
use serde_json::Value;
use std::path::Path;

const SQLITE: &str = include_str!("../upgrade/0004-sqlite.sql");
const POSTGRES: &str = include_str!("../upgrade/0004-postgres.sql");
/// What the old program's `evaluate --json` said.
const STANDING: &str = include_str!("../upgrade/0004.json");
/// A little after the last instant that was written.
const LATER: &str = "2026-11-21T08:00:00Z";

/// The data folder as the old program left it.
async fn old(database: Option<&str>) -> Place {
    let place = Place::new();
    std::fs::create_dir_all(place.data()).unwrap();
    let mut settings = "sandbox = true\n".to_owned();
    match database {
        Some(url) => {
            settings = format!("{settings}database = '{url}'\n");
            execute(url, POSTGRES).await.unwrap();
        }
        None => execute(&file(&place), SQLITE).await.unwrap(),
    }
    std::fs::write(place.data().join("schoolkeeper.toml"), settings).unwrap();
    place
}

fn file(place: &Place) -> String {
    place.data().join("schoolkeeper.sqlite").to_str().unwrap().to_owned()
}

/// Standing, findings and counts are what they were; the instants of findings, too.
#[track_caller]
fn is_as_it_was(place: &Place) {
    let before: Vec<Value> = STANDING.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(place.json(&["--now", LATER]), before);
}

fn goes_on(place: &Place) {
    place
        .import(
            "device",
            "Device name,Serial number,Encrypted\nMU-9,S9,no\n",
            &["--part", "--school", "hill-made-up", "--now", LATER],
        )
        .good();
    let hill = place.json(&["--now", LATER]).into_iter().find(|line| line["id"] == "hill-made-up").unwrap();
    assert_eq!(hill["clauses"][0]["counts"]["broken"], 1, "{hill}");
}

fn is_upgraded_once_and_all_is_there(place: &Place) -> String {
    let first = place.run(&["migrate", "--now", LATER], &[]).good();
    assert!(first.out.lines().count() > 0 && first.out.lines().all(|step| step > "0004_standing"), "{}", first.out);
    let second = place.run(&["migrate", "--now", LATER], &[]).good();
    assert_eq!(second.out, "");
    assert!(second.err.contains("up to date"), "{}", second.err);
    is_as_it_was(place);
    goes_on(place);
    first.err
}

#[tokio::test(flavor = "multi_thread")]
async fn old_records_of_sqlite_are_brought_up_to_date_after_a_copy_that_works() {
    let place = old(None).await;
    let said = is_upgraded_once_and_all_is_there(&place);
    let copy = place.data().join("copies/0004_standing.sqlite");
    assert!(said.contains("copies/0004_standing.sqlite"), "{said}");
    assert_eq!(mode(&copy), 0o600);
    // The copy is the old records: they can be brought up to date again.
    let again = old(None).await;
    std::fs::copy(&copy, file(&again)).unwrap();
    is_as_it_was(&again);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_records_of_postgresql_are_brought_up_to_date() {
    let Some(database) = TestDatabase::postgres().await.unwrap() else {
        eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
        return;
    };
    let place = old(Some(database.url())).await;
    let said = is_upgraded_once_and_all_is_there(&place);
    assert!(said.contains("pg_dump"), "{said}");
    database.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_first_brings_them_up_to_date_unless_told_not_to() {
    let place = old(None).await;
    place.run(&["serve", "--no-migrate", "--port", "0"], &[]).refused(&["older version", "schoolkeeper migrate"]);
    let said = place.run(&["evaluate", "--json", "--now", LATER], &[]).good();
    assert!(said.err.contains("brought up to date") && said.err.contains("copies/"), "{}", said.err);
    is_as_it_was(&place);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_changes_nothing_and_says_so() {
    let place = old(None).await;
    // Something of another program is in the way of a later step.
    execute(&file(&place), "CREATE TABLE mail (other TEXT)").await.unwrap();
    for command in [&["migrate", "--now", LATER][..], &["serve", "--port", "0"]] {
        place.run(command, &[]).refused(&[
            "could not be brought up to date, and nothing was changed",
            "mail",
            "copies/",
        ]);
    }
    execute(&file(&place), "DROP TABLE mail").await.unwrap();
    place.run(&["migrate", "--now", LATER], &[]).good();
    is_as_it_was(&place);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_a_newer_program_are_left_alone() {
    let place = old(None).await;
    execute(&file(&place), "INSERT INTO migration VALUES ('9999_from_the_future', 1)").await.unwrap();
    for command in [&["migrate", "--now", LATER][..], &["serve", "--port", "0"], &["evaluate", "--now", LATER]] {
        place.run(command, &[]).refused(&["9999_from_the_future", "newer Schoolkeeper", "hint:"]);
    }
    assert!(!place.data().join("copies").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_needs_the_folder_alone_is_told_that_it_is_served() {
    let place = old(None).await;
    place.run(&["migrate", "--now", LATER], &[]).good();
    let served = Served::over(&place, &[]);
    let holder = format!("in use by serve (process {})", served.id());
    place.run(&["migrate"], &[]).refused(&[&holder, "hint: stop it"]);
    // Reading and writing beside it is what the lock is shared for.
    goes_on(&place);
    drop(served);
    place.run(&["migrate", "--now", LATER], &[]).good();
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
