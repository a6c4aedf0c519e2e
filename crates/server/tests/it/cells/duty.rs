//! Duties.

use super::{BASE, Cell, HEAD, List, PEOPLE, POSTS, Step, reach};
use crate::binary::{MONDAY, Place};

const DUTY: &str = r#"
mode = "evidenced"
controls = ["d"]
[control.d]
type = "duty"
owner = ["premises-staff"]
every = "1 week"
window = "2 days"
evidence = ["note"]
"#;
const PROVEN: &str = r#"
mode = "evidenced"
controls = ["d"]
[control.d]
type = "duty"
owner = ["premises-staff"]
every = "1 week"
window = "2 days"
evidence = ["photo"]
"#;
const COUNTERSIGNED: &str = r#"
mode = "evidenced"
controls = ["d"]
[control.d]
type = "duty"
owner = ["premises-staff"]
every = "1 week"
window = "2 days"
evidence = ["note"]
countersign = ["headteacher"]
"#;

const DUTY_LAST_WEEK: Step =
    List("done", "Task,Due,Done,Done by,Evidence\nd,20/11/2026,19/11/2026,premises-staff,note\n");
const DUTY_PHOTO: Step = List("done", "Task,Due,Done,Done by,Evidence\nd,20/11/2026,19/11/2026,premises-staff,photo\n");
const DUTY_NO_PROOF: Step = List("done", "Task,Due,Done,Done by\nd,20/11/2026,19/11/2026,premises-staff\n");
const DUTY_LONE: Step = List("done", "Task,Due,Done,Done by,Evidence\nd,27/11/2026,26/11/2026,premises-staff,note\n");
const DUTY_BOTH: Step = List(
    "done",
    "Task,Due,Done,Done by,Evidence,Countersigned,Countersigned by\nd,27/11/2026,26/11/2026,premises-staff,note,27/11/2026,headteacher\n",
);
const DUTY_THURSDAY: &str = "2026-11-26T15:00:00Z";
const DUTY_CELLS: &[Cell] = &[
    Cell { what: "never done, first date not past", policy: DUTY, steps: &[PEOPLE, POSTS], expect: "due -", ..BASE },
    Cell {
        what: "done last week, not open yet: somebody wrote so",
        policy: DUTY,
        steps: &[PEOPLE, POSTS, DUTY_LAST_WEEK],
        expect: "kept stated",
        ..BASE
    },
    Cell {
        what: "done last week, with proof",
        policy: PROVEN,
        steps: &[PEOPLE, POSTS, DUTY_PHOTO],
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "done without its evidence",
        policy: DUTY,
        steps: &[PEOPLE, POSTS, DUTY_NO_PROOF],
        expect: "broken -",
        ..BASE
    },
    Cell {
        what: "the window is open",
        policy: DUTY,
        steps: &[PEOPLE, POSTS, DUTY_LAST_WEEK],
        now: DUTY_THURSDAY,
        expect: "due -",
        ..BASE
    },
    Cell { what: "nobody holds the role", policy: DUTY, expect: "unknown -", ..BASE },
    Cell {
        what: "nobody holds the role, and it is overdue",
        policy: DUTY,
        now: "2026-11-30T08:00:00Z",
        expect: "broken -",
        ..BASE
    },
    Cell {
        what: "the date has passed",
        policy: DUTY,
        steps: &[PEOPLE, POSTS],
        now: "2026-11-30T08:00:00Z",
        expect: "broken -",
        ..BASE
    },
    Cell {
        what: "waiting for the countersignature",
        policy: COUNTERSIGNED,
        steps: &[PEOPLE, POSTS, DUTY_LONE],
        now: DUTY_THURSDAY,
        expect: "due -",
        ..BASE
    },
    Cell {
        what: "countersigned",
        policy: COUNTERSIGNED,
        steps: &[PEOPLE, POSTS, DUTY_BOTH],
        now: "2026-11-27T15:00:00Z",
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "beyond the calendar",
        policy: DUTY,
        steps: &[],
        now: "2028-03-01T08:00:00Z",
        expect: "broken -",
        ..BASE
    },
];

#[test]
fn duty() {
    reach(DUTY_CELLS);
    let place = Place::new();
    let pack = place.write("outside.toml", format!("{HEAD}{DUTY}"));
    place.run(&["init", "--school", "Hill", "--sandbox", "--now", MONDAY], &[("--pack", &pack)]).good();
    assert_eq!(place.standing("c", &["--now", MONDAY]), "unknown -", "a school without terms");
}
