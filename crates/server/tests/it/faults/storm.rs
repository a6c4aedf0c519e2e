//! Everything is killed at moments without a pattern, under load: the server with its jobs while browsers read, and
//! the imports beside it.

use super::{Spread, devices, ledger_is_whole};
use crate::binary::{ENCRYPTED, MONDAY, Place, over_postgres};
use crate::page::Served;
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const ROWS: u32 = 40;
/// Imports at once.
const WRITERS: u32 = 2;

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
        let mut imports: Vec<Child> = (first..first + WRITERS)
            .map(|number| place.begin_import(&format!("device-{number}.csv"), devices(number, ROWS)))
            .collect();
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
        let found = place.devices();
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
    assert_eq!(place.devices(), there + u64::from(ROWS));
    eprintln!(
        "{rounds} kills in {:.0} s: {acknowledged} imports acknowledged, all there; {unsaid} saved without having said so; \
         {} pages read meanwhile; {}",
        started.elapsed().as_secs_f64(),
        pages.load(Ordering::Relaxed),
        verified
    );
}

#[test]
fn twelve_kills_lose_nothing_on_sqlite() {
    is_killed(&Place::sandbox(ENCRYPTED, MONDAY), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_kills_lose_nothing_on_postgresql() {
    over_postgres(|place| is_killed(place, 12)).await;
}

#[test]
#[ignore = "long: ./test --faults"]
fn a_thousand_kills_lose_nothing_on_sqlite() {
    is_killed(&Place::sandbox(ENCRYPTED, MONDAY), 1000);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: ./test --faults"]
async fn a_thousand_kills_lose_nothing_on_postgresql() {
    over_postgres(|place| is_killed(place, 1000)).await;
}
