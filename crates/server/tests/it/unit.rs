//! The systemd unit, read by systemd itself.

use std::process::Command;

const UNIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/schoolkeeper.service");
/// Of ten; systemd calls less than 2 *OK*. An ordinary unit has 9.6.
const EXPOSED_MAX: f64 = 2.0;

fn analyze(arguments: &[&str]) -> Option<(String, String)> {
    let Ok(done) = Command::new("systemd-analyze").args(arguments).output() else {
        eprintln!("skipped: install systemd");
        return None;
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some((text(&done.stdout), text(&done.stderr)))
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("schoolkeeper.service");
    let text = std::fs::read_to_string(UNIT).unwrap();
    let here = text.replace("/usr/local/bin/schoolkeeper", env!("CARGO_BIN_EXE_schoolkeeper"));
    assert_ne!(text, here);
    std::fs::write(&unit, here).unwrap();
    let Some((out, err)) = analyze(&["verify", unit.to_str().unwrap()]) else { return };
    assert_eq!((out.as_str(), err.as_str()), ("", ""));
}

#[test]
fn the_unit_leaves_little_to_an_intruder() {
    let Some((out, err)) = analyze(&["security", "--offline=true", "--no-pager", UNIT]) else { return };
    let line = out.lines().find(|line| line.contains("Overall exposure level")).unwrap_or_else(|| panic!("{err}"));
    let score: f64 = line.rsplit(": ").next().unwrap().split(' ').next().unwrap().parse().unwrap();
    eprintln!("exposure {score} of 10");
    assert!(score <= EXPOSED_MAX, "{out}");
}
