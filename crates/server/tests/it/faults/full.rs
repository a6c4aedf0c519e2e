//! The disk is full: a message, nothing half, and everything goes on once there is room.

use super::{devices, ledger_is_whole};
use crate::binary::{ENCRYPTED, MONDAY, Place, program};
use crate::page::Served;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk of a few megabytes, gone at the end.
struct Disk(PathBuf);

impl Disk {
    /// `None` where nothing may be mounted.
    fn small(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs"]).arg(at);
        let mounted = mount.output().is_ok_and(|done| done.status.success());
        if !mounted {
            eprintln!("skipped: only root may mount a small disk");
        }
        mounted.then(|| Self(at.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn subjects(place: &Place) -> u64 {
    place.clauses(&["--now", MONDAY])[0]["counts"]["subjects"].as_u64().unwrap()
}

#[test]
fn a_full_disk_is_told_keeps_nothing_half_and_is_left_behind() {
    let place = Place::new();
    let Some(_disk) = Disk::small(&place.data()) else { return };
    let pack = place.write("outside.toml", ENCRYPTED);
    place.run(&["init", "--school", "Hill", "--sandbox", "--now", MONDAY], &[("--pack", &pack)]).good();
    place.import("device", devices(0, 20), &["--part", "--now", MONDAY]).good();
    let served = Served::over(&place, &["--now", MONDAY]);
    let (mut there, mut refused) = (subjects(&place), None);
    for round in 1..200 {
        let ran = place.import("device", devices(round, 100), &["--part", "--now", MONDAY]);
        if ran.code != 0 {
            refused = Some(ran);
            break;
        }
        there += 100;
    }
    let refused = refused.expect("3 MB are full after 20,000 devices");
    refused.refused(&["disk", "full"]);
    let page = served.get("/");
    assert!(page.status < 400, "reading needs no room: {}", page.body);
    // There is room again; the same list is taken now.
    let more = Command::new("mount").args(["-o", "remount,size=40m"]).arg(place.data()).status().unwrap();
    assert!(more.success());
    place.import("device", devices(500, 100), &["--part", "--now", MONDAY]).good();
    // The refused list is kept whole, when the disk was full only for the standing after it, or not at all.
    let after = subjects(&place);
    assert!([there + 100, there + 200].contains(&after), "half an import: {there}, then {after}");
    let doctor = place.run(&["doctor", "--json", "--now", MONDAY], &[]);
    let sound = doctor.out.lines().find(|line| line.contains("\"database\"")).unwrap();
    assert!(sound.contains("\"fine\""), "{sound}");
    ledger_is_whole(&place);
}

#[test]
fn a_full_disk_stops_no_one_from_asking_the_doctor() {
    let place = Place::new();
    let Some(_disk) = Disk::small(&place.data()) else { return };
    let pack = place.write("outside.toml", ENCRYPTED);
    place.run(&["init", "--school", "Hill", "--sandbox", "--now", MONDAY], &[("--pack", &pack)]).good();
    let ran = program().args(["doctor", "--json", "--now", MONDAY, "--data"]).arg(place.data()).output().unwrap();
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    let room = text.lines().find(|line| line.contains("\"room\"")).unwrap();
    assert!(room.contains("\"problem\"") && room.contains("make room"), "{room}");
}
