//! Everything is killed at moments without a pattern, under load: the server with its jobs while browsers read, and
//! the imports beside it.

use super::{Spread, devices, ledger_is_whole};
use crate::binary::{ENCRYPTED, MONDAY, Place, TERMS, program};
use crate::page::Served;
use schoolkeeper_testkit::TestDatabase;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const ROWS: u32 = 40;
/// Imports at once.
const WRITERS: u32 = 2;

fn import(place: &Place, number: u32) -> Child {
    let file = place.write(&format!("device-{number}.csv"), devices(number, ROWS));
    let mut command = program();
    command.args(["import", "device"]).arg(&file).args(["--part", "--now", MONDAY, "--data"]).arg(place.data());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn subjects(place: &Place) -> u64 {
    place.clauses(&["--now", MONDAY])[0]["counts"]["subjects"].as_u64().unwrap()
}

/// One page after the other until told to stop; how many came whole.
fn browse(port: u16, stop: &AtomicBool, pages: &AtomicU64) {
    while !stop.load(Ordering::Relaxed) {
        if crate::page::try_get(port, "/").is_some() {
            pages.fetch_add(1, Ordering::Relaxed);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Starts everything, kills everything after a while; how many imports were acknowledged.
fn round(place: &Place, first: u32, wait: Duration, pages: &AtomicU64) -> u64 {
    let served = Served::over(place, &["--now", MONDAY]);
    let (stop, port) = (AtomicBool::new(false), served.port());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| browse(port, &stop, pages));
        }
        let mut imports: Vec<Child> = (first..first + WRITERS).map(|number| import(place, number)).collect();
        std::thread::sleep(wait);
        // SIGKILL: nobody gets to tidy up.
        drop(served);
        stop.store(true, Ordering::Relaxed);
        let done = imports.iter_mut().map(|import| {
            let acknowledged = import.try_wait().unwrap().is_some_and(|status| status.success());
            let _ = import.kill();
            import.wait().unwrap();
            u64::from(acknowledged)
        });
        done.sum()
    })
}

fn is_killed(place: &Place, rounds: u32) {
    let started = Instant::now();
    place.import("device", devices(0, ROWS), &["--part", "--now", MONDAY]).good();
    let whole = started.elapsed();
    let (mut spread, pages) = (Spread::new(7), AtomicU64::new(0));
    let (mut there, mut acknowledged, mut unsaid) = (u64::from(ROWS), 0, 0);
    for number in 0..rounds {
        // A little longer than both imports take beside each other.
        let wait = whole.mul_f64(spread.next() * 3.0);
        let said = round(place, 1 + number * WRITERS, wait, &pages);
        let found = subjects(place);
        let more =
            found.checked_sub(there).unwrap_or_else(|| panic!("round {number}: {there} were there, {found} are"));
        assert_eq!(more % u64::from(ROWS), 0, "round {number}: half an import");
        let saved = more / u64::from(ROWS);
        assert!(saved >= said, "round {number}: {said} were acknowledged, {saved} are there");
        assert!(saved <= u64::from(WRITERS), "round {number}: {saved} imports of {WRITERS}");
        (there, acknowledged, unsaid) = (found, acknowledged + said, unsaid + saved - said);
    }
    assert!(acknowledged > 0, "no import was acknowledged: the storm looks at nothing");
    let verified = ledger_is_whole(place);
    place.run(&["doctor", "--now", MONDAY], &[]).good();
    place.import("device", devices(rounds * WRITERS + 1, ROWS), &["--part", "--now", MONDAY]).good();
    assert_eq!(subjects(place), there + u64::from(ROWS));
    eprintln!(
        "{rounds} kills in {:.0} s: {acknowledged} imports acknowledged, all there; {unsaid} saved without having said so; \
         {} pages read meanwhile; {}",
        started.elapsed().as_secs_f64(),
        pages.load(Ordering::Relaxed),
        verified
    );
}

async fn on_postgres(rounds: u32) {
    let Some(database) = TestDatabase::postgres().await.unwrap() else {
        eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
        return;
    };
    let url = database.url().to_owned();
    tokio::task::spawn_blocking(move || {
        let place = Place::new();
        let pack = place.write("outside.toml", ENCRYPTED);
        let line = ["init", "--school", "Hill", "--sandbox", "--now", MONDAY, "--database", &url];
        let terms = place.write("terms.toml", TERMS);
        place.run(&line, &[("--pack", &pack), ("--calendar", &terms)]).good();
        is_killed(&place, rounds);
    })
    .await
    .unwrap();
    database.close().await.unwrap();
}

#[test]
fn twelve_kills_lose_nothing_on_sqlite() {
    is_killed(&Place::sandbox(ENCRYPTED, MONDAY), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_kills_lose_nothing_on_postgresql() {
    on_postgres(12).await;
}

#[test]
#[ignore = "long: ./test --faults"]
fn a_thousand_kills_lose_nothing_on_sqlite() {
    is_killed(&Place::sandbox(ENCRYPTED, MONDAY), 1000);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: ./test --faults"]
async fn a_thousand_kills_lose_nothing_on_postgresql() {
    on_postgres(1000).await;
}
