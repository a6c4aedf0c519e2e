//! Jobs.

use super::{BASE, Cell, List, TERM_BEGINS, reach};

const JOB: &str = r#"
mode = "detected"
controls = ["j"]
[control.j]
type = "job"
run = "restore-drill"
every = "1 week"
late_after = "2 days"
expect = "run.ok && run.damaged == 0"
"#;

const PLAIN_JOB: &str = "mode = \"detected\"\ncontrols = [\"j\"]\n[control.j]\ntype = \"job\"\nrun = \"restore-drill\"\nevery = \"1 week\"\nlate_after = \"2 days\"\n";

const JOB_CELLS: &[Cell] = &[
    Cell { what: "the first run is not due yet", policy: JOB, expect: "due -", ..BASE },
    Cell { what: "never run, and the time is over", policy: JOB, from: TERM_BEGINS, expect: "unknown -", ..BASE },
    Cell {
        what: "run well",
        policy: JOB,
        steps: &[List("run", "Job,At,OK,Damaged\nj,22/11/2026 02:00,yes,0\n")],
        expect: "kept measured",
        ..BASE
    },
    Cell {
        what: "failed",
        policy: JOB,
        steps: &[List("run", "Job,At,OK,Damaged\nj,22/11/2026 02:00,yes,3\n")],
        expect: "broken measured",
        ..BASE
    },
    Cell {
        what: "late",
        policy: JOB,
        steps: &[List("run", "Job,At,OK,Damaged\nj,02/11/2026 02:00,yes,0\n")],
        expect: "broken measured",
        ..BASE
    },
    Cell {
        what: "nobody said how it ended",
        policy: PLAIN_JOB,
        steps: &[List("run", "Job,At\nj,22/11/2026 02:00\n")],
        expect: "unknown -",
        ..BASE
    },
];

#[test]
fn job() {
    reach(JOB_CELLS);
}
