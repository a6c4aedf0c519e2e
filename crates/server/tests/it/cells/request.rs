//! Requests and grants.

use super::{BASE, Cell, List, PEOPLE, POSTS, Run, reach};

const REQUEST: &str = r#"
mode = "evidenced"
controls = ["q"]
[control.q]
type = "request"
who = ["staff-all"]
form = "small"
stages = [{ by = ["headteacher"], within = "5 working days" }]
longest = "1 term"
at_end = [{ says = "Brought back?", evidence = ["statement"] }]
"#;
const LOCKED: &str = r#"
mode = "enforced"
controls = ["q"]
[control.q]
type = "request"
who = ["staff-all"]
form = "small"
stages = [{ by = ["headteacher"] }]
unlocks = ["log.open"]
[[example]]
control = "q"
title = "Not without"
story = [{ at = "2026-11-23T09:00", act = "log.open", actor = "it-technician", expect = "refused" }]
"#;
const DETECTED: &str = r#"
mode = "detected"
controls = ["q", "r"]
[control.q]
type = "request"
who = ["staff-all"]
form = "small"
stages = [{ by = ["headteacher"] }]
[control.r]
type = "rule"
for = "installed-software"
expect = "granted('q', installed_software.device.holder)"
"#;

const REQUEST_ASKED: &str = "Request,Asked by,Asked,Outcome,Stage\nq,M. Made-Up,20/11/2026 10:00,waiting,1\n";
const REQUEST_DECIDED: &str =
    "Request,Asked by,Asked,Outcome,Decided\nq,M. Made-Up,20/11/2026 10:00,granted,20/11/2026 12:00\n";
const REQUEST_OPEN: &str =
    "Permission,Person,From,Until,Decided\nq,M. Made-Up,20/09/2026,20/10/2026,20/09/2026 10:00\n";
const REQUEST_CLOSED: &str =
    "Permission,Person,From,Until,Decided,Closed\nq,M. Made-Up,20/09/2026,20/10/2026,20/09/2026 10:00,20/10/2026\n";
const REQUEST_CELLS: &[Cell] = &[
    Cell {
        what: "never asked, and it could happen without",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "waiting, in time",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS, List("request", REQUEST_ASKED)],
        expect: "due evidenced",
        ..BASE
    },
    Cell {
        what: "waiting too long",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS, List("request", REQUEST_ASKED)],
        now: "2026-12-01T08:00:00Z",
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "nobody may decide",
        policy: REQUEST,
        steps: &[PEOPLE, List("request", REQUEST_ASKED)],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "decided",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS, List("request", REQUEST_DECIDED)],
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "ended, and what comes at the end is open",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS, List("grant", REQUEST_OPEN)],
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "ended and closed",
        policy: REQUEST,
        steps: &[PEOPLE, POSTS, List("grant", REQUEST_CLOSED)],
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "never asked, but it can only happen inside",
        policy: LOCKED,
        steps: &[PEOPLE, POSTS],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "never asked, and a rule looks",
        policy: DETECTED,
        steps: &[PEOPLE, POSTS, Run(&["confirm", "list", "installed-software", "--none"])],
        expect: "kept stated",
        ..BASE
    },
    Cell {
        what: "never asked, and a rule finds one",
        policy: DETECTED,
        steps: &[
            PEOPLE,
            POSTS,
            List("device", "Device name,Primary user UPN\nMU-1,M. Made-Up\n"),
            List("installed-software", "Name,Device\nStarchart,MU-1\n"),
        ],
        expect: "broken measured",
        ..BASE
    },
];

#[test]
fn request() {
    reach(REQUEST_CELLS);
}
