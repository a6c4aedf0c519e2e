//! Channels.

use super::{BASE, Cell, List, reach};

const CHANNEL: &str = r#"
mode = "enforced"
controls = ["w"]
[control.w]
type = "channel"
class = ["confidential"]
to = ["school"]
by = ["parcel", "post"]
log = ["recipient"]
receipt = { for = ["post"], within = "10 working days", needs = ["tracking_number"] }
[class]
order = ["public", "confidential"]
[[example]]
control = "w"
title = "Not by mail"
act = { name = "dispatch.log", actor = "staff", form = { way = "mail", class = "confidential", to = "school", recipient = "x" } }
expect = "refused"
"#;
const POST: &str = r#"
mode = "evidenced"
controls = ["w"]
[control.w]
type = "channel"
by = ["post"]
[[example]]
control = "w"
title = "Not by mail"
act = { name = "dispatch.log", actor = "staff", form = { way = "mail" } }
expect = "refused"
"#;

const CHANNEL_CELLS: &[Cell] = &[
    Cell { what: "never used, and it goes inside", policy: CHANNEL, expect: "unknown -", ..BASE },
    Cell { what: "never used, outside", policy: POST, expect: "unknown -", ..BASE },
    Cell {
        what: "used as it must be",
        policy: POST,
        steps: &[List("dispatch", "Way,Sent\npost,20/11/2026 10:00\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "the receipt is awaited",
        policy: CHANNEL,
        steps: &[List("dispatch", "Way,Class,To,Recipient,Sent\npost,confidential,school,A school,20/11/2026 10:00\n")],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "the receipt is late",
        policy: CHANNEL,
        steps: &[List("dispatch", "Way,Class,To,Recipient,Sent\npost,confidential,school,A school,02/11/2026 10:00\n")],
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "the receipt came",
        policy: CHANNEL,
        steps: &[List(
            "dispatch",
            "Way,Class,To,Recipient,Sent,Received,Tracking number\npost,confidential,school,A school,02/11/2026 10:00,04/11/2026 10:00,MU1\n",
        )],
        expect: "unknown -",
        ..BASE
    },
    Cell {
        what: "another way",
        policy: CHANNEL,
        steps: &[List("dispatch", "Way,Class,To,Recipient,Sent\nmail,confidential,school,A school,20/11/2026 10:00\n")],
        expect: "broken evidenced",
        ..BASE
    },
    Cell {
        what: "of no class",
        policy: CHANNEL,
        steps: &[List("dispatch", "Way,To,Sent\nmail,school,20/11/2026 10:00\n")],
        expect: "unknown -",
        ..BASE
    },
];

#[test]
fn channel() {
    reach(CHANNEL_CELLS);
}
