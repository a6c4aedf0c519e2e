//! A long list comes in by the command line while browsers read: nobody waits for it.

use super::{devices, percentile};
use crate::binary::{ENCRYPTED, MONDAY, Place};
use crate::page::{Served, try_get, try_sign_in};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

const BROWSERS: usize = 4;

fn is_read_meanwhile(rows: u32, p99_max: Duration) {
    let place = Place::sandbox(ENCRYPTED, MONDAY);
    place.import("device", devices(0, 100), &["--part", "--now", MONDAY]).good();
    let served = Served::over(&place, &["--now", MONDAY]);
    let (stop, times, port) = (AtomicBool::new(false), Mutex::new(Vec::new()), served.port());
    let took = std::thread::scope(|scope| {
        for _ in 0..BROWSERS {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    let status = try_get(port, "/school/hill-school").expect("a page comes");
                    assert!(status < 400, "{status}");
                    times.lock().unwrap().push(asked.elapsed());
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
        }
        let begun = Instant::now();
        let ran = place.import("device", devices(1, rows), &["--part", "--now", MONDAY]);
        stop.store(true, Ordering::Relaxed);
        ran.good();
        begun.elapsed()
    });
    let mut times = times.into_inner().unwrap();
    let (half, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
    eprintln!(
        "{rows} rows in {:.1} s; {} pages meanwhile, median {half:.1?}, p99 {p99:.1?}",
        took.as_secs_f64(),
        times.len()
    );
    assert!(p99 < p99_max, "a page took {p99:?} beside an import");
    let clauses = place.clauses(&["--now", MONDAY]);
    assert_eq!(clauses[0]["counts"]["subjects"].as_u64(), Some(u64::from(rows) + 100));
}

#[test]
fn four_browsers_read_while_a_list_comes_in() {
    is_read_meanwhile(3_000, Duration::from_secs(5));
}

#[test]
#[ignore = "long: ./test --faults"]
fn four_browsers_read_while_200_000_rows_come_in() {
    is_read_meanwhile(200_000, Duration::from_secs(5));
}

/// So many sign in, spread over a while, as before the first lesson; others read meanwhile.
fn signs_in(many: u32, within: Duration, p99_max: Duration) {
    let place = Place::sandbox(ENCRYPTED, MONDAY);
    place.import("device", devices(0, 100), &["--part", "--now", MONDAY]).good();
    let served = Served::over(&place, &["--now", MONDAY]);
    let (port, next) = (served.port(), AtomicU32::new(0));
    let (signed, pages) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let begun = Instant::now();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    assert_eq!(served.get("/manage").status, 200);
                    pages.lock().unwrap().push(asked.elapsed());
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
        }
        let browsers = (0..8).map(|_| {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= many {
                        return;
                    }
                    let at = within.mul_f64(f64::from(number) / f64::from(many));
                    std::thread::sleep(at.saturating_sub(begun.elapsed()));
                    let asked = Instant::now();
                    assert!(try_sign_in(port), "sign-in {number} is not let in");
                    signed.lock().unwrap().push(asked.elapsed());
                }
            })
        });
        let browsers: Vec<_> = browsers.collect();
        let ended: Vec<_> = browsers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        stop.store(true, Ordering::Relaxed);
        assert!(ended.iter().all(Result::is_ok), "somebody is not let in");
    });
    let (took, mut signed, mut pages) = (begun.elapsed(), signed.into_inner().unwrap(), pages.into_inner().unwrap());
    let (half, last) = (percentile(&mut signed, 50), percentile(&mut signed, 99));
    let (page, p99) = (percentile(&mut pages, 50), percentile(&mut pages, 99));
    eprintln!(
        "{many} sign-ins in {:.0} s, median {half:.1?}, p99 {last:.1?}; {} other pages meanwhile, median {page:.1?}, \
         p99 {p99:.1?}",
        took.as_secs_f64(),
        pages.len()
    );
    assert!(p99 < p99_max, "a page took {p99:?} beside sign-ins");
}

#[test]
fn forty_sign_ins_hold_nobody_up() {
    signs_in(40, Duration::from_secs(3), Duration::from_secs(5));
}

#[test]
#[ignore = "long: ./test --faults"]
fn a_thousand_sign_ins_in_a_minute_hold_nobody_up() {
    signs_in(1_000, Duration::from_mins(1), Duration::from_secs(2));
}
