//! The fixed forms others script: arguments, exit codes, streams, the JSON line.

use crate::binary::{MONDAY, Place, csv, run};
use serde_json::Value;

const COMMANDS: [&str; 11] =
    ["init", "import", "undo", "evaluate", "param", "confirm", "calendar", "pack", "demo", "serve", "work"];

const POLICY: &str = schoolkeeper_testkit::outside!(
    r#"
[param]
gap = { unit = "days", stricter = "lower", ask = "How old may a run be?" }
[[clause]]
id = "1"
section = "All"
text = "Devices are encrypted."
mode = "detected"
controls = ["encrypted"]
[[clause]]
id = "2"
text = "Runs are young."
mode = "detected"
controls = ["young"]
[control.encrypted]
type = "rule"
for = "device"
expect = "device.encrypted"
message = "{device.name} is not encrypted"
[control.young]
type = "rule"
for = "backup-run"
expect = "age(backup_run.finished_at) <= days(param.gap)"
"#
);

#[test]
fn every_command_has_help_on_standard_output() {
    for command in COMMANDS.iter().map(|command| vec![*command, "--help"]).chain([
        vec!["--help"],
        vec!["--version"],
        vec!["pack", "check", "--help"],
        vec!["pack", "test", "--help"],
        vec!["pack", "explain", "--help"],
        vec!["pack", "diff", "--help"],
        vec!["confirm", "entry", "--help"],
        vec!["confirm", "list", "--help"],
    ]) {
        let ran = run(&command).good();
        assert!(ran.out.len() > 10 && ran.err.is_empty(), "{command:?}: {} {}", ran.out, ran.err);
    }
}

#[test]
fn a_command_line_that_cannot_be_read_is_refused_with_nothing_on_standard_output() {
    for line in [
        &["evaluate"][..],
        &["frobnicate"],
        &["import", "person"],
        &["evaluate", "--data", "x", "--now", "yesterday"],
        &["init", "--data", "x"],
        &["serve", "--data", "x", "--port", "99999999"],
    ] {
        let ran = run(line).refused(&[]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line:?}");
    }
}

#[test]
fn a_folder_that_holds_no_school_is_named_with_the_next_step() {
    let place = Place::new();
    for command in
        [&["evaluate", "--json"][..], &["param"], &["confirm", "entry"], &["undo"], &["serve", "--port", "0"]]
    {
        let ran = place.run(command, &[]).refused(&["is no data folder", "hint:", "schoolkeeper init"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(!place.data().exists(), "{command:?} made the folder");
    }
}

#[test]
fn one_json_line_for_each_school_and_trust_with_every_promised_key() {
    let place = Place::new();
    let pack = place.write("outside.toml", POLICY);
    place
        .run(
            &[
                "init",
                "--school",
                "Hill School",
                "--school",
                "Vale \"Q\" School",
                "--trust",
                "Weald Trust",
                "--param",
                "gap=3",
            ],
            &[("--pack", &pack)],
        )
        .good();
    let devices = csv("Device name,Encrypted", &["laptop-1,no", "laptop-2,yes"]);
    place.import("device", &devices, &["--school", "hill-school"]).good();
    let lines = place.json(&[]);
    let names: Vec<(Option<&str>, Option<&str>)> =
        lines.iter().map(|line| (line["trust"].as_str(), line["school"].as_str())).collect();
    assert_eq!(names, [(Some("Weald Trust"), None), (None, Some("Hill School")), (None, Some("Vale \"Q\" School"))]);
    for line in &lines {
        line["at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        assert!(line["pack_hash"].as_str().is_some_and(|hash| hash.len() >= 16));
        assert_eq!(line["clauses"].as_array().unwrap().len(), 2);
        for clause in line["clauses"].as_array().unwrap() {
            has_keys(clause, &["pack", "clause", "standing", "known_by", "counts", "findings"]);
            has_keys(&clause["counts"], &["subjects", "kept", "excused", "due", "unknown", "broken"]);
            for finding in clause["findings"].as_array().unwrap() {
                has_keys(finding, &["control", "subject", "since", "message"]);
            }
        }
    }
    let hill = &lines[1]["clauses"][0];
    assert_eq!(hill["standing"], "broken");
    assert_eq!(hill["known_by"], "measured");
    assert_eq!(hill["counts"]["subjects"], 2);
    assert_eq!(hill["findings"][0]["subject"], "laptop-1");
    assert_eq!(hill["findings"][0]["message"], "laptop-1 is not encrypted");
    assert_eq!(lines[2]["clauses"][0]["standing"], "unknown", "another school's list says nothing");
    assert_eq!(place.json(&["--school", "hill-school"]).len(), 1);
    assert_eq!(place.json(&["--school", "Hill School"])[0]["school"], "Hill School");
}

#[track_caller]
fn has_keys(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "`{key}` is missing in {value}");
    }
}

#[test]
fn several_schools_ask_which_one_is_meant() {
    let place = Place::new();
    let pack = place.write("outside.toml", POLICY);
    place.run(&["init", "--school", "Hill", "--school", "Vale"], &[("--pack", &pack)]).good();
    let list = csv("Name", &["M. Made-Up"]);
    place.import("person", &list, &[]).refused(&["hill", "vale", "--school"]);
    place.import("person", &list, &["--school", "dale"]).refused(&["dale"]);
    place.import("person", &list, &["--school", "vale"]).good();
    for line in place.json(&[]) {
        assert_eq!(line["clauses"].as_array().unwrap().len(), 2, "{} is under the policy too", line["school"]);
    }
}

#[test]
fn init_makes_everything_or_nothing() {
    let place = Place::new();
    let pack = place.write("outside.toml", POLICY);
    for (more, says) in [
        (&["--school", "???"][..], "is no name for a school"),
        (&["--school", "Hill", "--school", "hill"], "two schools"),
        (&["--school", "Hill", "--param", "gap"], "gap"),
        (&["--school", "Hill", "--param", "gop=3"], "gop"),
        (&["--school", "Hill", "--param", "gap=red"], "gap"),
        (&["--school", "Hill", "--now", MONDAY], "--sandbox"),
    ] {
        let ran = place.run(&[&["init"], more].concat(), &[("--pack", &pack)]).refused(&[says]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{more:?}");
        assert!(!place.data().exists(), "{more:?} left a folder behind");
    }
    let nowhere = place.folder_path().join("nowhere.toml");
    place.run(&["init", "--school", "Hill"], &[("--pack", &nowhere)]).refused(&["nowhere"]);
    assert!(!place.data().exists());
    place.run(&["init", "--school", "Hill"], &[("--pack", &pack)]).good();
    place.run(&["init", "--school", "Hill"], &[("--pack", &pack)]).refused(&["already holds a school", "hint:"]);
}

#[test]
fn a_shipped_policy_is_known_by_its_id() {
    let place = Place::new();
    let ran = place.run(&["init", "--school", "Hill", "--pack", "skeleton"], &[]).good();
    assert_eq!(ran.out.trim(), "hill: Hill (school)");
    place.run(&["init", "--school", "Hill", "--pack", "skeletn"], &[]).refused(&[]);
}

#[test]
fn a_blank_is_set_at_the_start_or_later_and_moves_the_standing() {
    let place = Place::sandbox(POLICY, MONDAY);
    let now = ["--now", MONDAY];
    place.import("backup-job", csv("Job", &["Office data"]), &now).good();
    place.import("backup-run", csv("Job,Finished", &["Office data,2026-11-22 02:00"]), &now).good();
    assert_eq!(place.standing("2", &now), "unknown -");
    let ran = place.run(&["param", "gap=2", "--now", MONDAY], &[]).good();
    assert!(ran.out.contains("gap"), "{}", ran.out);
    assert_eq!(place.standing("2", &now), "kept measured");
    place.run(&["param", "gap=0", "--now", MONDAY], &[]).good();
    assert_eq!(place.standing("2", &now), "broken measured");
    place.run(&["param", "gop=1", "--now", MONDAY], &[]).refused(&["gop"]);
}

#[test]
fn an_import_is_shown_first_saved_whole_and_taken_back() {
    let place = Place::sandbox(POLICY, MONDAY);
    let now = ["--now", MONDAY];
    let before = place.json(&now);
    let list = csv("Device name,Encrypted", &["laptop-1,no", "laptop-2,yes"]);
    let looked = place.import("device", &list, &["--now", MONDAY, "--dry-run"]).good();
    assert!(looked.out.contains('2') && looked.out.contains("new"), "{}", looked.out);
    assert_eq!(place.json(&now), before, "a look changes nothing");
    let saved = place.import("device", &list, &now).good();
    assert!(saved.err.contains("schoolkeeper undo"), "the id is for people: {}", saved.err);
    assert_eq!(place.standing("1", &now), "broken measured");
    place.run(&["undo", "--now", MONDAY], &[]).good();
    assert_eq!(place.standing("1", &now), "unknown -");
    place.run(&["undo", "--now", MONDAY], &[]).refused(&["no such import"]);
}

#[test]
fn part_of_a_list_leaves_it_open_and_takes_nobody_away() {
    let place = Place::sandbox(POLICY, MONDAY);
    let now = ["--now", MONDAY];
    let part = ["--now", MONDAY, "--part"];
    place.import("device", csv("Device name,Encrypted", &["laptop-1,yes"]), &part).good();
    assert_eq!(place.standing("1", &now), "unknown -", "one good laptop is not all of them");
    place.import("device", csv("Device name,Encrypted", &["laptop-2,no"]), &part).good();
    assert_eq!(place.standing("1", &now), "broken measured", "one bad one is enough");
    let clause = &place.clauses(&now)[0];
    assert_eq!(clause["counts"]["subjects"], 2);
}

#[test]
fn a_map_file_says_what_the_columns_mean() {
    let place = Place::sandbox(POLICY, MONDAY);
    let map = place.write("map.toml", "\"Box\" = \"name\"\n\"Locked\" = \"encrypted\"\n[values.\"Locked\"]\n\"BL on\" = \"yes\"\n\"BL off\" = \"no\"\n");
    let map = map.to_str().unwrap();
    let list = csv("Box,Locked", &["laptop-1,BL on", "laptop-2,BL off"]);
    place.import("device", &list, &["--now", MONDAY, "--map", map]).good();
    let clause = &place.clauses(&["--now", MONDAY])[0];
    assert_eq!((&clause["counts"]["kept"], &clause["counts"]["broken"]), (&Value::from(1), &Value::from(1)));
    let bad = place.write("bad.toml", "\"Box\" = \"name\"\n\"Locked\" = \"encripted\"\n");
    place.import("device", &list, &["--now", MONDAY, "--map", bad.to_str().unwrap()]).refused(&["encripted"]);
    place.import("device", &list, &["--now", MONDAY, "--map", "/nowhere/map.toml"]).refused(&["map.toml"]);
}

#[test]
fn pack_commands_answer_by_exit_code() {
    let place = Place::new();
    let pack = place.write("outside.toml", POLICY);
    let pack = pack.to_str().unwrap();
    assert!(run(&["pack", "check", pack]).good().out.contains("0 errors"));
    assert!(run(&["pack", "explain", pack]).good().out.contains("Devices are encrypted"));
    run(&["pack", "check", "--strict", pack]).refused(&["example"]);
    let newer = place.write("newer.toml", POLICY.replace("outside", "newer").replace("are encrypted.", "are locked."));
    assert_eq!(run(&["pack", "diff", pack, pack]).good().out.trim(), "Nothing differs.");
    let differs = run(&["pack", "diff", pack, newer.to_str().unwrap()]);
    assert_eq!(differs.code, 1);
    assert!(differs.out.contains('1'), "{}", differs.out);
    assert_eq!(run(&["pack", "diff", pack, "/nowhere.toml"]).code, 2);
    run(&["pack", "check", "skeleton"]).good();
}

#[test]
fn what_stands_once_for_a_trust_stands_at_a_school_that_has_none() {
    let policy = POLICY.replace("[control.encrypted]\n", "[control.encrypted]\nlevel = \"trust\"\n");
    let alone = Place::sandbox(&policy, MONDAY);
    assert_eq!(alone.standing("1", &["--now", MONDAY]), "unknown -");
    let place = Place::new();
    let pack = place.write("outside.toml", &policy);
    let data = place.data();
    let names = ["--school", "Hill (made up)", "--trust", "Weald (made up)", "--sandbox", "--now", MONDAY];
    let paths = [data.as_os_str(), "--pack".as_ref(), pack.as_os_str()];
    let line: Vec<&std::ffi::OsStr> =
        ["init", "--data"].map(AsRef::as_ref).into_iter().chain(paths).chain(names.map(AsRef::as_ref)).collect();
    run(&line).good();
    let lines = place.json(&["--now", MONDAY]);
    let standing = |key: &str| {
        let line = lines.iter().find(|line| line.get(key).is_some()).unwrap();
        line["clauses"].as_array().unwrap().iter().find(|clause| clause["clause"] == "1").unwrap()["standing"].clone()
    };
    assert_eq!((standing("trust"), standing("school")), ("unknown".into(), "none".into()));
}
