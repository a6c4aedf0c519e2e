//! Everything is killed at moments without a pattern, under load: the server with its jobs while browsers read, and
//! the imports beside it.

use super::{Spread, devices, ledger_is_whole};
use crate::binary::{ENCRYPTED, MONDAY, Place, over_postgres};
use crate::page::Served;
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const ROWS: u32 = 20;
/// Imports at once.
const WRITERS: u32 = 2;
/// Kills in the life of one server: of the imports under way, and the last one of everything.
const KILLS: u32 = 4;
/// Lives in one folder of the long storm, so that looking at it stays short.
const LIVES: u32 = 50;
/// Folders of the long storm: with the two above, a thousand kills.
const FOLDERS: u32 = 5;

/// One page after the other until told to stop; how many came whole.
fn browse(port: u16, stop: &AtomicBool, pages: &AtomicU64) {
    while !stop.load(Ordering::Relaxed) {
        if crate::page::try_get(port, "/").is_some() {
            pages.fetch_add(1, Ordering::Relaxed);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Kills imports that have just begun, again and again, and at last the server with them; how many were acknowledged.
fn life(place: &Place, first: u32, mut wait: impl FnMut() -> Duration, pages: &AtomicU64) -> u64 {
    let served = Served::over(place, &["--now", MONDAY]);
    let (stop, port) = (AtomicBool::new(false), served.port());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| browse(port, &stop, pages));
        }
        let mut served = Some(served);
        let kills = (0..KILLS).map(|kill| {
            let numbers = first + kill * WRITERS..first + (kill + 1) * WRITERS;
            let mut imports: Vec<Child> = numbers
                .map(|number| place.begin_import(&format!("device-{number}.csv"), devices(number, ROWS)))
                .collect();
            std::thread::sleep(wait());
            if kill + 1 == KILLS {
                // SIGKILL: nobody gets to tidy up.
                served = None;
                stop.store(true, Ordering::Relaxed);
            }
            imports.iter_mut().map(end).sum::<u64>()
        });
        kills.sum()
    })
}

/// Kills an import that still runs; one when it had said that it was done.
fn end(import: &mut Child) -> u64 {
    let acknowledged = import.try_wait().unwrap().is_some_and(|status| status.success());
    let _ = import.kill();
    import.wait().unwrap();
    u64::from(acknowledged)
}

fn is_killed(place: &Place, lives: u32, seed: u64) {
    let started = Instant::now();
    place.import("device", devices(0, ROWS), &["--part", "--now", MONDAY]).good();
    // On a busy machine the first may take long; what comes is killed early rather than late.
    let whole = started.elapsed().min(Duration::from_millis(800));
    let (mut spread, pages) = (Spread::new(seed), AtomicU64::new(0));
    let (mut there, mut acknowledged, mut unsaid) = (u64::from(ROWS), 0, 0);
    for number in 0..lives {
        // A little longer than both imports take beside each other.
        let wait = || whole.mul_f64(spread.next() * 3.0);
        let said = life(place, 1 + number * KILLS * WRITERS, wait, &pages);
        let found = place.devices();
        let more = found.checked_sub(there).unwrap_or_else(|| panic!("life {number}: {there} were there, {found} are"));
        assert_eq!(more % u64::from(ROWS), 0, "life {number}: half an import");
        let saved = more / u64::from(ROWS);
        assert!(saved >= said, "life {number}: {said} were acknowledged, {saved} are there");
        assert!(saved <= u64::from(KILLS * WRITERS), "life {number}: {saved} imports of {KILLS} times {WRITERS}");
        (there, acknowledged, unsaid) = (found, acknowledged + said, unsaid + saved - said);
    }
    assert!(acknowledged > 0, "no import was acknowledged: the storm looks at nothing");
    let verified = ledger_is_whole(place);
    place.run(&["doctor", "--now", MONDAY], &[]).good();
    place.import("device", devices(lives * KILLS * WRITERS + 1, ROWS), &["--part", "--now", MONDAY]).good();
    assert_eq!(place.devices(), there + u64::from(ROWS));
    eprintln!(
        "{} kills in {:.0} s: {acknowledged} imports acknowledged, all there; {unsaid} saved without having said so; \
         {} pages read meanwhile; {}",
        lives * KILLS,
        started.elapsed().as_secs_f64(),
        pages.load(Ordering::Relaxed),
        verified
    );
}

#[test]
fn twelve_kills_lose_nothing_on_sqlite() {
    is_killed(&Place::sandbox(ENCRYPTED, MONDAY), 3, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_kills_lose_nothing_on_postgresql() {
    over_postgres(|place| is_killed(place, 3, 7)).await;
}

#[test]
#[ignore = "long: ./test --faults"]
fn a_thousand_kills_lose_nothing_on_sqlite() {
    for folder in 0..FOLDERS {
        is_killed(&Place::sandbox(ENCRYPTED, MONDAY), LIVES, folder.into());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: ./test --faults"]
async fn a_thousand_kills_lose_nothing_on_postgresql() {
    for folder in 0..FOLDERS {
        over_postgres(move |place| is_killed(place, LIVES, folder.into())).await;
    }
}
