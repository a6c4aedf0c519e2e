//! The program is killed in the middle: no half import, nothing acknowledged is lost, the next command works.

use crate::binary::{ENCRYPTED, MONDAY, Place, over_postgres, program};
use std::fmt::Write;
use std::time::{Duration, Instant};

const ROUNDS: u32 = 20;
const ROWS: u64 = 400;

fn list(round: u32) -> String {
    let mut out = "Device name,Serial number,Encrypted\n".to_owned();
    for at in 0..ROWS {
        writeln!(out, "MU-{round}-{at},S{round}-{at},no").unwrap();
    }
    out
}

/// Imports a list and kills it after a while; whether it was acknowledged.
fn import_and_kill(place: &Place, round: u32, after: Duration) -> bool {
    let mut child = place.begin_import("device.csv", list(round));
    std::thread::sleep(after);
    let acknowledged = child.try_wait().unwrap().is_some_and(|status| status.success());
    let _ = child.kill();
    child.wait().unwrap();
    acknowledged
}

fn is_killed_twenty_times(place: &Place) {
    let started = Instant::now();
    place.import("device", list(0), &["--part", "--now", MONDAY]).good();
    let whole = started.elapsed();
    let (mut there, mut killed, mut saved_unsaid) = (ROWS, 0, 0);
    for round in 1..=ROUNDS {
        // Spread over the whole run and a little beyond, in an order that is not the order of time.
        let after = whole.mul_f64(f64::from((round * 7) % ROUNDS) / f64::from(ROUNDS) * 1.3);
        let acknowledged = import_and_kill(place, round, after);
        let found = place.devices();
        assert!(found == there || found == there + ROWS, "half an import: {found} where there were {there}");
        assert!(!acknowledged || found == there + ROWS, "an acknowledged import is lost");
        killed += u32::from(!acknowledged);
        saved_unsaid += u32::from(!acknowledged && found > there);
        there = found;
    }
    assert!(killed >= 5, "only {killed} of {ROUNDS} were killed: the test looks at nothing");
    eprintln!("{killed} killed within {whole:?}, {saved_unsaid} of them after the commit");
    place.import("device", list(ROUNDS + 1), &["--part", "--now", MONDAY]).good();
    assert_eq!(place.devices(), there + ROWS);
}

#[test]
fn no_half_import_and_nothing_acknowledged_is_lost_on_sqlite() {
    is_killed_twenty_times(&Place::sandbox(ENCRYPTED, MONDAY));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_half_import_and_nothing_acknowledged_is_lost_on_postgresql() {
    over_postgres(is_killed_twenty_times).await;
}

#[test]
fn a_killed_init_leaves_a_folder_that_can_be_made_again_or_is_whole() {
    let started = Instant::now();
    Place::sandbox(ENCRYPTED, MONDAY);
    let whole = started.elapsed();
    for round in 0..8_u32 {
        let place = Place::new();
        let pack = place.write("outside.toml", ENCRYPTED);
        let mut child = program()
            .args(["init", "--school", "Hill", "--sandbox", "--now", MONDAY, "--pack"])
            .arg(&pack)
            .arg("--data")
            .arg(place.data())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole.mul_f64(f64::from(round) / 8.0));
        let _ = child.kill();
        child.wait().unwrap();
        let looked = place.run(&["evaluate", "--json", "--now", MONDAY], &[]);
        if looked.code != 0 {
            let again = place.run(&["init", "--school", "Hill", "--sandbox", "--now", MONDAY], &[("--pack", &pack)]);
            assert!(
                again.code == 0 || again.err.contains("delete this one"),
                "round {round}: {} / {}",
                looked.err,
                again.err
            );
            eprintln!("round {round}: {} / {}", looked.err.trim(), again.err.trim());
        }
    }
}
