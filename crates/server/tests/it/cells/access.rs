//! Access.

use super::{BASE, Cell, List, reach};

const ACCESS: &str = r#"
mode = "enforced"
controls = ["x"]
[control.x]
type = "access"
on = ["log.open"]
ask = [{ name = "reason", type = "text", required = true }]
[[example]]
control = "x"
title = "No reason"
act = { name = "log.open", actor = "it-technician" }
expect = "refused"
"#;

const ACCESS_OPEN: &str = "Control,Used,Review by\nx,20/11/2026 10:00,27/11/2026\n";
const ACCESS_DONE: &str = "Control,Used,Review by,Reviewed\nx,20/11/2026 10:00,27/11/2026,21/11/2026 09:00\n";
const ACCESS_CELLS: &[Cell] = &[
    Cell { what: "tried out", policy: ACCESS, expect: "kept enforced", ..BASE },
    Cell {
        what: "a review is open",
        policy: ACCESS,
        steps: &[List("access-review", ACCESS_OPEN)],
        expect: "due evidenced",
        ..BASE
    },
    Cell {
        what: "a review is late",
        policy: ACCESS,
        steps: &[List("access-review", ACCESS_OPEN)],
        now: "2026-11-30T08:00:00Z",
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "reviewed",
        policy: ACCESS,
        steps: &[List("access-review", ACCESS_DONE)],
        expect: "kept evidenced",
        ..BASE
    },
];

#[test]
fn access() {
    reach(ACCESS_CELLS);
}
