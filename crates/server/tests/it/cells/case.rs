//! Cases.

use super::{BASE, Cell, List, PEOPLE, POSTS, reach};

const CASE: &str = r#"
mode = "evidenced"
controls = ["k"]
[control.k]
type = "case"
report_by = ["anyone"]
form = "small"
clocks = [{ name = "answer", within = "72 hours", from = "opened" }]
close_when = "it.grounds == 'heard'"
exercise = "1 year"
"#;

const CASE_CELLS: &[Cell] = &[
    Cell { what: "never happened and never tried", policy: CASE, steps: &[PEOPLE, POSTS], expect: "unknown -", ..BASE },
    Cell {
        what: "tried out",
        policy: CASE,
        steps: &[
            PEOPLE,
            POSTS,
            List("case", "Type,Opened,Closed,Exercise,Grounds\nk,01/10/2026 09:00,01/10/2026 10:00,yes,heard\n"),
        ],
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "tried out too long ago",
        policy: CASE,
        steps: &[
            PEOPLE,
            POSTS,
            List("case", "Type,Opened,Closed,Exercise,Grounds\nk,01/10/2025 09:00,01/10/2025 10:00,yes,heard\n"),
        ],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "the clock runs",
        policy: CASE,
        steps: &[PEOPLE, POSTS, List("case", "Type,Opened\nk,22/11/2026 09:00\n")],
        expect: "due evidenced",
        ..BASE
    },
    Cell {
        what: "the clock has run out",
        policy: CASE,
        steps: &[PEOPLE, POSTS, List("case", "Type,Opened\nk,18/11/2026 09:00\n")],
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "closed as it must be",
        policy: CASE,
        steps: &[
            PEOPLE,
            POSTS,
            List("case", "Type,Opened,Closed,Grounds\nk,18/11/2026 09:00,18/11/2026 12:00,heard\n"),
        ],
        expect: "kept evidenced",
        ..BASE
    },
    Cell {
        what: "closed without its conditions",
        policy: CASE,
        steps: &[PEOPLE, POSTS, List("case", "Type,Opened,Closed\nk,18/11/2026 09:00,18/11/2026 12:00\n")],
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "closed without, and reviewed",
        policy: CASE,
        steps: &[
            PEOPLE,
            POSTS,
            List("case", "Type,Opened,Closed,Reviewed\nk,18/11/2026 09:00,18/11/2026 12:00,19/11/2026 09:00\n"),
        ],
        expect: "kept evidenced",
        ..BASE
    },
];

#[test]
fn case() {
    reach(CASE_CELLS);
}
