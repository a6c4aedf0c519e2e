//! Pretended time, and two processes over one folder.

use crate::binary::{ENCRYPTED, MONDAY, Place};
use crate::page::{Served, text};
use std::time::{Duration, Instant};

/// The same with time to mend it.
fn policy() -> String {
    format!("{ENCRYPTED}grace = \"5 days\"\n")
}
const LIST: &str = "Device name,Encrypted\nMU-1,no\n";
const LATER: &str = "2026-12-07T08:00:00Z";

fn real() -> Place {
    let place = Place::new();
    let pack = place.write("outside.toml", policy());
    place.run(&["init", "--school", "Hill School"], &[("--pack", &pack)]).good();
    place
}

/// What the pages show of the clause: its stored standing and history.
fn stored(place: &Place) -> String {
    let served = Served::over(place, &[]);
    let page = served.page("/school/hill-school/policy/outside/statement/1");
    let (head, main) = page.split_once("<main").unwrap();
    format!("{}{main}", head.split("<body").next().unwrap())
}

#[test]
fn pretended_time_never_writes_into_a_real_folder() {
    let place = real();
    for line in [&["confirm", "list", "device", "--none"][..], &["undo"], &["param", "gap=3"]] {
        let ran = place.run(&[line, &["--now", LATER][..]].concat(), &[]).refused(&["hint:"]);
        assert_eq!(ran.out, "", "{line:?}");
    }
    place.import("device", LIST, &["--now", LATER]).refused(&["--now", "--sandbox"]);
    assert_eq!(place.standing("1", &[]), "unknown -", "the refused list says nothing");
}

#[test]
fn looking_at_another_day_in_a_real_folder_changes_nothing() {
    let place = real();
    place.import("device", LIST, &[]).good();
    assert_eq!(place.standing("1", &[]), "due measured");
    let before = stored(&place);
    let year: i16 = place.json(&[])[0]["at"].as_str().unwrap()[..4].parse().unwrap();
    let at = |year: i16| format!("{year}-07-01T08:00:00Z");
    assert_eq!(place.standing("1", &["--now", &at(year + 1)]).split(' ').next(), Some("unknown"), "the list has aged");
    assert_eq!(place.json(&["--now", &at(year + 1)])[0]["at"], at(year + 1).as_str());
    assert_eq!(stored(&place), before, "only a look");
    assert_eq!(place.standing("1", &[]), "due measured");
}

#[test]
fn in_a_sandbox_time_moves_forward_only() {
    let place = Place::sandbox(&policy(), MONDAY);
    place.import("device", LIST, &["--now", LATER]).good();
    place.import("device", LIST, &["--now", MONDAY]).refused(&[MONDAY, LATER, "forward"]);
    place.import("device", LIST, &["--now", LATER]).good();
    let written = place.json(&["--now", LATER]);
    place.json(&["--now", MONDAY]);
    assert_eq!(place.json(&["--now", LATER]), written, "looking back is looking, not writing");
    place.import("device", LIST, &["--now", "2026-12-08T08:00:00Z"]).good();
    place.import("device", LIST, &["--now", LATER]).refused(&["forward"]);
}

#[test]
fn the_served_page_follows_another_process_within_a_minute() {
    let place = real();
    let served = Served::over(&place, &[]);
    let page = "/school/hill-school/policy/outside/statement/1";
    assert!(text(&served.page(page)).contains("Not known yet"));
    place.import("device", "Device name,Encrypted\nMU-1,yes\n", &[]).good();
    let started = Instant::now();
    while !text(&served.page(page)).contains("● Met") {
        assert!(started.elapsed() < Duration::from_mins(1), "{}", text(&served.page(page)));
        std::thread::sleep(Duration::from_millis(200));
    }
    eprintln!("the page follows after {:?}", started.elapsed());
    place.run(&["undo"], &[]).good();
    let started = Instant::now();
    while !text(&served.page(page)).contains("Not known yet") {
        assert!(started.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn several_processes_write_at_once_and_nothing_is_lost() {
    let place = real();
    std::thread::scope(|scope| {
        for at in 0..4 {
            let place = &place;
            scope.spawn(move || {
                for part in 0..3 {
                    let file =
                        place.write(&format!("{at}-{part}.csv"), format!("Device name,Encrypted\nMU-{at}-{part},no\n"));
                    place.import_file("device", &file, &["--part"]).good();
                }
            });
        }
    });
    assert_eq!(place.clauses(&[])[0]["counts"]["subjects"], 12);
    assert!(stored(&place).contains("12"), "the page counts all twelve");
}

#[test]
fn a_program_that_serves_ends_when_it_is_asked_to() {
    let place = real();
    let served = Served::over(&place, &[]);
    let status = std::process::Command::new("kill").args(["-TERM", &served.id().to_string()]).status().unwrap();
    assert!(status.success());
    let started = Instant::now();
    while std::fs::read_to_string(format!("/proc/{}/stat", served.id())).is_ok_and(|stat| !stat.contains(") Z")) {
        assert!(started.elapsed() < Duration::from_secs(10), "still running");
        std::thread::sleep(Duration::from_millis(20));
    }
}
