//! How much memory a back-up takes, with its proof, and a restore.

use super::devices;
use crate::binary::{ENCRYPTED, MONDAY, Place, program};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// The promise.
const MEMORY_MAX: u64 = 300;

/// The most memory that a process or a child of it ever held, in MB, and how long it took.
fn peak(arguments: &[&str]) -> (u64, Duration) {
    let begun = Instant::now();
    let mut child = program().args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut most = 0;
    let ended = loop {
        for id in family(child.id()) {
            let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
            let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
            most = most.max(kilobytes / 1024);
        }
        match child.try_wait().unwrap() {
            Some(ended) => break ended,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    assert!(ended.success(), "{arguments:?}");
    (most, begun.elapsed())
}

/// A process and the children of its threads.
fn family(id: u32) -> Vec<u32> {
    let mut out = vec![id];
    for task in std::fs::read_dir(Path::new("/proc").join(id.to_string()).join("task")).into_iter().flatten().flatten()
    {
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        out.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
    }
    out
}

fn fits(rows: u32) {
    let place = Place::sandbox(ENCRYPTED, MONDAY);
    place.import("device", devices(0, rows), &["--now", MONDAY]).good();
    let data = place.data().display().to_string();
    let (backup, took) = peak(&["backup", "--data", &data]);
    let file = std::fs::read_dir(place.data().join("backups")).unwrap().flatten().next().unwrap().path();
    let (file, to) = (file.display().to_string(), place.data().with_file_name("back").display().to_string());
    let key = place.data().join("demo.key").display().to_string();
    let (restore, back) = peak(&["restore", &file, "--data", &to, "--key-file", &key]);
    let size = std::fs::metadata(&file).unwrap().len();
    eprintln!(
        "{rows} entries: back-up and proof {backup} MB in {:.1} s, {:.1} MB on disk; restore {restore} MB in {:.1} s",
        took.as_secs_f64(),
        size as f64 / 1e6,
        back.as_secs_f64()
    );
    assert!(backup > 5 && restore > 5, "nothing was measured");
    assert!(backup < MEMORY_MAX && restore < MEMORY_MAX, "more than {MEMORY_MAX} MB");
}

#[test]
fn a_back_up_of_five_thousand_entries_keeps_its_memory() {
    fits(5_000);
}

#[test]
#[ignore = "long: ./test --faults"]
fn a_back_up_of_100_000_entries_keeps_its_memory() {
    fits(100_000);
}
