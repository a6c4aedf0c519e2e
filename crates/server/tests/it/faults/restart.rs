//! PostgreSQL is restarted under load: people see an error page for a moment, and nothing acknowledged is lost.

use super::{Spread, devices, ledger_is_whole};
use crate::binary::{ENCRYPTED, MONDAY, Place};
use crate::page::{Served, try_get};
use schoolkeeper_testkit::Postgres;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

const ROWS: u32 = 40;

fn survives(restarts: u32) {
    let Some(mut postgres) = Postgres::start().unwrap() else {
        eprintln!("skipped: install PostgreSQL");
        return;
    };
    let place = Place::new();
    let pack = place.write("outside.toml", ENCRYPTED);
    let line = ["init", "--school", "Hill", "--sandbox", "--now", MONDAY, "--database", postgres.url()];
    place.run(&line, &[("--pack", &pack)]).good();
    let began = Instant::now();
    place.import("device", devices(0, ROWS), &["--part", "--now", MONDAY]).good();
    let (whole, mut spread) = (began.elapsed(), Spread::new(3));
    let served = Served::over(&place, &["--now", MONDAY]);
    let (stop, port) = (AtomicBool::new(false), served.port());
    let (acknowledged, refused, good, bad) =
        (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
    let started = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let came = try_get(port, "/").is_some_and(|status| status < 500);
                (if came { &good } else { &bad }).fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        scope.spawn(|| {
            for round in 1.. {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let ran = place.import("device", devices(round, ROWS), &["--part", "--now", MONDAY]);
                assert!(!ran.err.contains("panicked"), "{}", ran.err);
                (if ran.code == 0 { &acknowledged } else { &refused }).fetch_add(1, Ordering::Relaxed);
            }
        });
        for _ in 0..restarts {
            // Sometimes in the midst of an import, sometimes after it.
            std::thread::sleep(whole.mul_f64(1.0 + spread.next() * 4.0));
            postgres.restart().unwrap();
        }
        std::thread::sleep(whole.mul_f64(2.0));
        stop.store(true, Ordering::Relaxed);
    });
    let page = served.get("/");
    assert!(page.status < 400, "the pages do not come back: {}", page.body);
    let found = place.clauses(&["--now", MONDAY])[0]["counts"]["subjects"].as_u64().unwrap();
    let (acknowledged, refused) = (acknowledged.into_inner(), refused.into_inner());
    assert_eq!(found % u64::from(ROWS), 0, "half an import");
    assert!(found / u64::from(ROWS) > u64::from(acknowledged), "{acknowledged} acknowledged after one, {found} rows");
    assert!(acknowledged >= restarts / 5, "{acknowledged} imports were acknowledged: too few to tell anything");
    ledger_is_whole(&place);
    eprintln!(
        "{restarts} restarts in {:.0} s: {acknowledged} imports acknowledged and there, {refused} refused; {} pages, {} error pages",
        started.elapsed().as_secs_f64(),
        good.into_inner(),
        bad.into_inner()
    );
}

#[test]
fn two_restarts_of_postgresql_lose_nothing() {
    survives(2);
}

#[test]
#[ignore = "long: ./test --faults"]
fn thirty_restarts_of_postgresql_lose_nothing() {
    survives(30);
}
