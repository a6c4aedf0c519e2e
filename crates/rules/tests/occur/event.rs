//! Duties that an event begins.

use crate::school::{School, at, day, school, text, texts};
use schoolkeeper_core::standing::{Missing, Standing};
use schoolkeeper_core::value::Value;

const TOLD: &str = r#"
[control.it]
type = "duty"
title = "Tell staff about a new owner"
owner = ["premises-staff"]
on = "information-asset.changed:owner"
within = "5 working days"
evidence = ["note"]
"#;

fn changed(school: &mut School, name: &str, when: &str) -> Value {
    let asset = Value::Ref(school.put("information-asset", &[("name", text(name))]));
    changed_again(school, &asset, when);
    asset
}

fn changed_again(school: &mut School, asset: &Value, when: &str) {
    let values = [
        ("register", text("information-asset")),
        ("field", text("owner")),
        ("entry", asset.clone()),
        ("at", Value::Instant(at(when))),
    ];
    school.put("change", &values);
}

#[test]
fn without_an_event_it_is_kept_only_when_the_source_has_a_census() {
    let open = school(TOLD, "2026-11-20T09:00");
    assert_eq!(open.result().missing, [Missing::census(&"information-asset".into())]);
    let closed = open.census("information-asset");
    assert_eq!(closed.result().standing, Standing::Kept);
    assert_eq!(closed.result().valid_until, Some(at("2027-09-01T00:00")));
}

#[test]
fn an_event_is_due_within_its_time_and_broken_after_it() {
    let mut school = school(TOLD, "2026-11-20T09:00");
    let asset = changed(&mut school, "Payroll", "2026-11-18T10:00");
    let result = school.result();
    assert_eq!((result.standing, result.due_on), (Standing::Due, Some("2026-11-25".parse().unwrap())));
    assert_eq!(result.valid_until, Some(at("2026-11-26T00:00")));
    let late = school.now("2026-11-26T00:00");
    assert_eq!(late.result().standing, Standing::Broken);
    assert_eq!(late.result().findings[0].since, at("2026-11-26T00:00"));
    let done = late.done("2026-11-25", &[("on", day("2026-11-26")), ("entry", asset), ("shown", texts(&["note"]))]);
    assert_eq!(done.result().standing, Standing::Kept);
}

#[test]
fn each_event_is_answered_by_itself_and_an_entry_counts_once() {
    let mut school = school(TOLD, "2026-11-20T09:00");
    let payroll = changed(&mut school, "Payroll", "2026-11-02T10:00");
    changed(&mut school, "Minutes", "2026-11-19T10:00");
    changed_again(&mut school, &payroll, "2026-11-19T12:00");
    let note = ("shown", texts(&["note"]));
    let school = school.done("2026-11-09", &[("entry", payroll.clone()), note.clone()]);
    let result = school.result();
    assert_eq!((result.standing, result.counts.subjects, result.counts.due), (Standing::Due, 2, 2));
    let school = school.now("2026-11-27T09:00").done("2026-11-26", &[("entry", payroll), note]);
    assert_eq!((school.result().counts.kept, school.result().counts.broken), (1, 1));
}

#[test]
fn what_happened_before_the_policy_was_in_force_asks_for_nothing() {
    let mut school = school(TOLD, "2026-11-20T09:00").census("information-asset").in_force("2026-11-10T00:00");
    changed(&mut school, "Payroll", "2026-11-02T10:00");
    assert_eq!(school.result().standing, Standing::Kept);
}

#[test]
fn a_due_date_after_an_event_is_pulled_forward_over_christmas() {
    let mut school = school(TOLD, "2026-12-17T09:00");
    changed(&mut school, "Payroll", "2026-12-16T10:00");
    assert_eq!(school.result().due_on, Some("2026-12-18".parse().unwrap()));
    let mut hours = crate::school::school(&TOLD.replace("5 working days", "72 hours"), "2026-12-24T09:00");
    changed(&mut hours, "Payroll", "2026-12-23T17:00");
    assert_eq!(hours.result().valid_until, Some(at("2026-12-26T17:00")), "elapsed time never stops");
}

#[test]
fn a_duty_follows_another_duty_and_a_case() {
    let after = TOLD.replace("information-asset.changed:owner", "review.done");
    let mut school = school(&after, "2026-11-20T09:00");
    assert_eq!(school.result().standing, Standing::Kept, "what is done here is known by nature");
    let values = [("control", text("review")), ("occurrence", day("2026-11-20")), ("on", day("2026-11-19"))];
    school.put("done", &values);
    assert_eq!(school.result().due_on, Some("2026-11-26".parse().unwrap()));
    let opened = TOLD.replace("information-asset.changed:owner", "case.opened:leaver");
    let mut school = crate::school::school(&opened, "2026-11-20T09:00");
    school.put("case", &[("type", text("leaver")), ("opened_at", Value::Instant(at("2026-11-19T09:00")))]);
    school.put("case", &[("type", text("other")), ("opened_at", Value::Instant(at("2026-11-19T09:00")))]);
    assert_eq!((school.result().standing, school.result().counts.due), (Standing::Due, 1));
}

const PLANNED: &str = r#"
[control.it]
type = "duty"
title = "Finish what was planned"
owner = ["owner"]
on = "improvement.reaches:target_on"
for = "improvement"
where = "improvement.finished_on == null"
window = "14 days"
evidence = ["note"]
"#;

#[test]
fn each_entry_is_due_on_the_day_it_names_itself() {
    let mut school = school(PLANNED, "2026-11-20T09:00").census("improvement");
    let values = |name: &str, on: &str| [("name", text(name)), ("target_on", day(on))].to_vec();
    let lock = Value::Ref(school.put("improvement", &values("Lock", "2026-12-08")));
    school.put("improvement", &values("Grid", "2026-12-26"));
    school.put("improvement", &[("name", text("No day"))]);
    let result = school.result();
    assert_eq!((result.standing, result.counts.due), (Standing::Kept, 0), "both are to come");
    assert_eq!(result.valid_until, Some(at("2026-11-24T00:00")), "the first opens two weeks before");
    let near = school.now("2026-12-07T09:00");
    let result = near.result();
    assert_eq!((result.standing, result.counts.due), (Standing::Due, 2));
    assert_eq!(result.due_on, Some("2026-12-08".parse().unwrap()), "Boxing Day is pulled forward to the 18th");
    let late = near.now("2026-12-09T09:00");
    assert_eq!((late.result().counts.broken, late.result().counts.due), (1, 1));
    let done = late.done("2026-12-08", &[("entry", lock), ("shown", texts(&["note"]))]);
    assert_eq!((done.result().counts.kept, done.result().counts.due), (1, 1));
    let christmas = done.now("2026-12-19T09:00");
    assert_eq!(christmas.result().counts.broken, 1, "it was due on the last staff day before the holiday");
}
