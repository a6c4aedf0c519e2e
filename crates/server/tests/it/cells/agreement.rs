//! Agreements.

use super::{BASE, Cell, List, PEOPLE, TERM_BEGINS, reach};

const AGREEMENT: &str = r#"
mode = "acknowledged"
controls = ["a"]
[control.a]
type = "agreement"
audience = ["staff-all"]
articles = "bound"
sign = ["browser"]
within = "5 working days"
"#;
const ARTICLE: &str = r#"
mode = "acknowledged"
controls = ["a"]
article = { words = "Tell nobody your password." }
[control.a]
type = "agreement"
audience = ["staff-all"]
articles = "bound"
sign = ["browser"]
within = "5 working days"
"#;
const BLOCKING: &str = r#"
mode = "enforced"
controls = ["a"]
[control.a]
type = "agreement"
audience = ["staff-all"]
articles = "bound"
sign = ["browser"]
within = "5 working days"
blocks = ["wifi.issue"]
[[example]]
control = "a"
title = "No Wi-Fi without"
at = "2026-11-23T09:00"
given = { person = [{ key = "mo", name = "M. Made-Up", kind = "staff", active = true }], publication = [{ agreement = "a", version = "1", published_at = "2026-09-01T08:00" }] }
story = [{ at = "2026-11-23T09:00", act = "wifi.issue", actor = "it-technician", form = { on = "mo" }, expect = "refused" }]
"#;

const AGREEMENT_OLD: &str = "Agreement,Version,Published,Articles\na,1,01/09/2026 08:00,c\n";
const AGREEMENT_NEW: &str = "Agreement,Version,Published,Articles\na,1,20/11/2026 08:00,c\n";
const AGREEMENT_OTHER: &str = "Agreement,Version,Published,Articles\na,1,01/09/2026 08:00,d\n";
const AGREEMENT_BOTH: &str = "Agreement,Person,Version,Signed,Passed,Articles\na,M. Made-Up,1,02/09/2026 10:00,yes,c\na,H. Made-Up,1,02/09/2026 10:00,yes,c\n";
const AGREEMENT_ONE: &str = "Agreement,Person,Version,Signed,Passed,Articles\na,M. Made-Up,1,02/09/2026 10:00,yes,c\n";
const AGREEMENT_FAILED: &str = "Agreement,Person,Version,Signed,Passed,Articles\na,M. Made-Up,1,02/09/2026 10:00,no,c\na,H. Made-Up,1,02/09/2026 10:00,yes,c\n";
const AGREEMENT_CELLS: &[Cell] = &[
    Cell { what: "nothing published", policy: AGREEMENT, steps: &[PEOPLE], expect: "unknown -", ..BASE },
    Cell {
        what: "no list of people",
        policy: AGREEMENT,
        steps: &[List("publication", AGREEMENT_OLD)],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "everybody signed",
        policy: AGREEMENT,
        steps: &[PEOPLE, List("publication", AGREEMENT_OLD), List("signature", AGREEMENT_BOTH)],
        expect: "kept signed",
        ..BASE
    },
    Cell {
        what: "one has not, in time",
        policy: AGREEMENT,
        steps: &[PEOPLE, List("publication", AGREEMENT_NEW), List("signature", AGREEMENT_ONE)],
        from: TERM_BEGINS,
        expect: "due signed",
        ..BASE
    },
    Cell {
        what: "one has not, too late",
        policy: AGREEMENT,
        steps: &[PEOPLE, List("publication", AGREEMENT_OLD), List("signature", AGREEMENT_ONE)],
        from: TERM_BEGINS,
        now: "2027-02-01T08:00:00Z",
        expect: "broken signed",
    },
    Cell {
        what: "one did not pass the check",
        policy: AGREEMENT,
        steps: &[PEOPLE, List("publication", AGREEMENT_OLD), List("signature", AGREEMENT_FAILED)],
        from: TERM_BEGINS,
        now: "2027-02-01T08:00:00Z",
        expect: "broken signed",
    },
    Cell {
        what: "told",
        policy: ARTICLE,
        steps: &[PEOPLE, List("publication", AGREEMENT_OLD), List("signature", AGREEMENT_BOTH)],
        expect: "told signed",
        ..BASE
    },
    Cell {
        what: "the version does not hold the article",
        policy: ARTICLE,
        steps: &[PEOPLE, List("publication", AGREEMENT_OTHER), List("signature", AGREEMENT_BOTH)],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "signed, and it blocks",
        policy: BLOCKING,
        steps: &[PEOPLE, List("publication", AGREEMENT_OLD), List("signature", AGREEMENT_BOTH)],
        expect: "kept signed",
        ..BASE
    },
];

#[test]
fn agreement() {
    reach(AGREEMENT_CELLS);
}
