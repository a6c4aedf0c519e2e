//! Rules.

use super::{BASE, Cell, HEAD, List, Part, Run, reach};
use crate::binary::{MONDAY, Place};

const RULE: &str = r#"
mode = "detected"
controls = ["r"]
[control.r]
type = "rule"
for = "device"
where = "device.kind == 'laptop'"
expect = "device.encrypted"
grace = "5 days"
"#;
const GUARDED: &str = r#"
mode = "enforced"
controls = ["r"]
[control.r]
type = "rule"
for = "asset"
where = "asset.state == 'disposed'"
expect = "asset.disposal != null"
guards = ["asset.move"]
[[example]]
control = "r"
title = "Without proof"
at = "2026-11-23T08:00"
given = { asset = [{ key = "a", tag = "A1", state = "awaiting-disposal" }] }
act = { name = "asset.move", actor = "it-technician", on = "a", form = { state = "disposed" } }
expect = "refused"
"#;

const RULE_CELLS: &[Cell] = &[
    Cell {
        what: "all hold",
        policy: RULE,
        steps: &[List("device", "Device name,Kind,Encrypted\nA,laptop,yes\nB,tablet,no\n")],
        expect: "kept measured",
        ..BASE
    },
    Cell { what: "no list at all", policy: RULE, expect: "unknown -", ..BASE },
    Cell {
        what: "an empty list is a list",
        policy: RULE,
        steps: &[Run(&["confirm", "list", "device", "--none"])],
        expect: "kept stated",
        ..BASE
    },
    Cell {
        what: "only part of the list",
        policy: RULE,
        steps: &[Part("device", "Device name,Kind,Encrypted\nA,laptop,yes\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "false, inside the grace",
        policy: RULE,
        steps: &[List("device", "Device name,Kind,Encrypted\nA,laptop,no\n")],
        expect: "due measured",
        ..BASE
    },
    Cell {
        what: "a subject says nothing",
        policy: RULE,
        steps: &[List("device", "Device name,Kind,Encrypted\nA,laptop,\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "`where` is not known",
        policy: RULE,
        steps: &[List("device", "Device name,Kind,Encrypted\nA,,yes\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell { what: "guarded, but nobody said that there is nothing", policy: GUARDED, expect: "unknown -", ..BASE },
    Cell {
        what: "nothing happened, and the act is guarded",
        policy: GUARDED,
        steps: &[Run(&["confirm", "list", "asset", "--none"])],
        expect: "kept enforced",
        ..BASE
    },
];

#[test]
fn rule() {
    reach(RULE_CELLS);
}

const IMPATIENT: &str = "mode = \"detected\"\ncontrols = [\"r\"]\n[control.r]\ntype = \"rule\"\nfor = \"device\"\nexpect = \"device.encrypted\"\nunknown_max = \"3 days\"\n";

#[test]
fn rule_in_the_course_of_time() {
    let place = Place::sandbox(&format!("{HEAD}{RULE}"), MONDAY);
    place.import("device", "Device name,Kind,Encrypted\nA,laptop,no\n", &["--now", MONDAY]).good();
    for (now, expect) in [
        ("2026-11-23T09:00:00Z", "due measured"),
        ("2026-11-27T23:59:00Z", "due measured"),
        ("2026-11-29T08:01:00Z", "broken measured"),
        ("2026-12-27T08:00:00Z", "broken measured"),
        ("2026-12-29T08:00:00Z", "unknown -"),
    ] {
        assert_eq!(place.standing("c", &["--now", now]), expect, "{now}");
    }
    let place = Place::sandbox(&format!("{HEAD}{IMPATIENT}"), MONDAY);
    place.import("device", "Device name,Encrypted\nA,\n", &["--now", MONDAY]).good();
    assert_eq!(place.standing("c", &["--now", "2026-11-24T08:00:00Z"]), "unknown -");
    assert!(place.standing("c", &["--now", "2026-11-28T08:00:00Z"]).starts_with("broken"));
}

#[test]
fn rule_with_a_permission() {
    const EXCUSED: &str = r#"
mode = "detected"
controls = ["r"]
[control.r]
type = "rule"
for = "asset"
expect = "asset.holder != null"
excused_by = ["exception"]
[control.exception]
type = "request"
who = ["staff-all"]
form = "small"
stages = [{ by = ["headteacher"] }]
excuses = ["r"]
longest = "1 year"
"#;
    let place = Place::sandbox(&format!("{HEAD}{EXCUSED}"), MONDAY);
    let now = ["--now", MONDAY];
    place.import("person", "Name,Kind,Active\nM. Made-Up,staff,yes\n", &now).good();
    place.import("asset", "Asset Tag,Holder\nA1,\n", &now).good();
    assert!(place.standing("c", &now).starts_with("broken"));
    place.import("grant", "Permission,Person,Things,From,Until,Decided\nexception,M. Made-Up,A1,20/11/2026,30/11/2026,20/11/2026 10:00\n", &now).good();
    assert!(place.standing("c", &now).starts_with("kept"), "{:?}", place.clauses(&now));
    assert_eq!(place.clauses(&now)[0]["counts"]["excused"], 1);
    assert!(place.standing("c", &["--now", "2026-12-01T08:00:00Z"]).starts_with("broken"), "the permission has ended");
}
