//! A policy of forty statements that nobody wrote code for: it is checked, proved, adopted and judged as it is.

use crate::binary::{MONDAY, run};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/made_up/saltmarsh.toml");

#[test]
fn a_made_up_policy_of_forty_statements_is_checked_in_a_second_and_runs_without_code() {
    let began = Instant::now();
    let checked = run(&["pack", "check", "--strict", POLICY]).good().out;
    let took = began.elapsed();
    assert!(checked.contains("40 statements") && checked.contains("0 errors, 0 warnings"), "{checked}");
    // A number to read; a busy machine must not fail it.
    eprintln!("pack check of 40 statements: {took:?}");
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert!(run(&["pack", "test", POLICY]).good().out.contains(" 0 failed"));

    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let made = ["init", "--data", data, "--school", "Saltmarsh (made up)", "--pack", POLICY, "--sandbox"];
    run(&[&made[..], &["--now", MONDAY]].concat()).good();
    let list = folder.path().join("devices.csv");
    std::fs::write(&list, "Device name,Encrypted\nSM-1,yes\nSM-2,no\n").unwrap();
    run(&["import", "device", list.to_str().unwrap(), "--data", data, "--now", MONDAY]).good();
    let stands = run(&["evaluate", "--data", data, "--now", MONDAY, "--json"]).good().out;
    let line: serde_json::Value = stands.lines().next().unwrap().parse().unwrap();
    let clauses = line["clauses"].as_array().unwrap();
    let of = |id: &str| clauses.iter().find(|clause| clause["clause"] == id).unwrap()["standing"].clone();
    assert_eq!(clauses.len(), 40);
    assert_eq!((of("2.1"), of("3.1"), of("1.1")), ("broken".into(), "unknown".into(), "none".into()));
}
