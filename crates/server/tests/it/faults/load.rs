//! A long list comes in by the command line while browsers read: nobody waits for it.

use super::{devices, percentile};
use crate::binary::{ENCRYPTED, MONDAY, Place};
use crate::page::{Served, try_get};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
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
