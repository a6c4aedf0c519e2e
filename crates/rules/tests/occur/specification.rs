//! The duty example of the language specification, run as every pack's examples are.

use crate::school::school;
use schoolkeeper_rules::example;

const CLEAR_DESK: &str = r#"
[role.school-business-manager]
title = "School business manager"
acts_as = "office"
[ladder]
usual = { steps = [{ at = "0 days", tell = ["owner"] }] }
[control.clear-desk]
type = "duty"
owner = ["premises-staff"]
every = "1 week"
at = "after-hours"
window = "2 days"
sample = { for = "room", count = 5 }
checklist = [{ name = "papers", says = "All papers locked away?", bad = "no", finding = true, to = ["room.owner"], evidence = ["photo"] }]
countersign = ["school-business-manager"]
ladder = "usual"
[[example]]
control = "clear-desk"
at = "2026-11-26T09:00"
given = { room = [{ name = "Hall" }, { name = "Office" }], done = [{ control = "clear-desk", occurrence = 2026-11-20, on = 2026-11-19, by = "premises-staff", items = { papers = { answer = "yes", photo = true } }, countersigned_on = 2026-11-20 }] }
expect = "due"
due_on = 2026-11-27
"#;

#[test]
fn the_clear_desk_is_due_on_the_friday() {
    runs(CLEAR_DESK);
    runs(&CLEAR_DESK.replace("room = [{ name = \"Hall\" }, { name = \"Office\" }], ", "room = [], "));
}

#[track_caller]
fn runs(policy: &str) {
    let school = school(policy, "2026-11-26T09:00");
    for example in &school.pack.pack.examples {
        example::run(&school.pack, example).unwrap_or_else(|failure| panic!("{}", failure.message));
    }
}
