//! The row *job* of the table of standings.

use crate::school::{School, at, school, text};
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};
use schoolkeeper_core::value::Value;

const NIGHTLY: &str = r#"
[control.it]
type = "job"
title = "Restore drill"
run = "restore-drill"
every = "1 day"
late_after = "6 hours"
"#;

fn ran(mut school: School, when: &str, ok: bool, entry: Option<Value>) -> School {
    let mut values = vec![("control", text("it")), ("at", Value::Instant(at(when))), ("ok", Value::Bool(ok))];
    values.extend(entry.map(|entry| ("entry", entry)));
    school.put("run", &values);
    school
}

#[test]
fn a_good_run_that_is_young_enough_is_kept_and_measured() {
    let school = ran(school(NIGHTLY, "2026-12-25T08:59"), "2026-12-24T03:00", true, None);
    let result = school.result();
    assert_eq!((result.standing, result.known_by), (Standing::Kept, Some(KnownBy::Measured)));
    assert_eq!(result.valid_until, Some(at("2026-12-25T09:00")), "machines know no holidays");
}

#[test]
fn a_run_of_another_policys_job_of_the_same_name_does_not_count() {
    let mut school = school(NIGHTLY, "2026-11-20T08:00").in_force("2026-11-19T09:00");
    let other = [("control", text("it")), ("at", Value::Instant(at("2026-11-20T03:00"))), ("ok", Value::Bool(true))];
    school.put("run", &[&other[..], &[("pack", text("another-policy"))]].concat());
    assert_eq!(school.result().standing, Standing::Due, "it has not run for this policy");
    let own = school.pack.pack.head.id.get_ref().to_string();
    school.put("run", &[&other[..], &[("pack", text(&own))]].concat());
    assert_eq!(school.result().standing, Standing::Kept);
}

#[test]
fn a_run_that_is_too_old_is_broken_since_it_was_late() {
    let school = ran(school(NIGHTLY, "2026-12-28T09:00"), "2026-12-24T03:00", true, None);
    let result = school.result();
    assert_eq!(result.standing, Standing::Broken);
    assert_eq!(result.findings[0].since, at("2026-12-25T09:00"));
    assert_eq!(result.findings[0].message, "Restore drill last ran on 24 December 2026 and is late");
}

#[test]
fn failed_runs_are_broken_since_the_first_of_them() {
    let school = ran(school(NIGHTLY, "2026-11-20T08:00"), "2026-11-17T03:00", true, None);
    let school = ran(school, "2026-11-18T03:00", false, None);
    let school = ran(school, "2026-11-19T03:00", false, None);
    assert_eq!(school.result().standing, Standing::Broken);
    assert_eq!(school.result().findings[0].since, at("2026-11-18T03:00"));
    let school = ran(school, "2026-11-20T03:00", true, None);
    assert_eq!(school.result().standing, Standing::Kept);
}

#[test]
fn a_run_that_does_not_say_how_it_went_is_unknown() {
    let mut school = school(NIGHTLY, "2026-11-20T08:00");
    school.put("run", &[("control", text("it")), ("at", Value::Instant(at("2026-11-20T03:00")))]);
    assert_eq!(school.result().missing, [Missing::Field { register: "run".into(), field: "ok".into() }]);
}

#[test]
fn before_the_first_run_it_is_due_and_then_it_was_never_set_up() {
    let not = Missing::NotSetUp { control: "it".into() };
    assert_eq!(school(NIGHTLY, "2026-11-20T08:00").result().missing, std::slice::from_ref(&not));
    let adopted = school(NIGHTLY, "2026-11-20T08:00").in_force("2026-11-19T09:00");
    let result = adopted.result();
    assert_eq!((result.standing, result.due_on), (Standing::Due, Some("2026-11-20".parse().unwrap())));
    assert_eq!(result.valid_until, Some(at("2026-11-20T15:00")));
    assert_eq!(adopted.now("2026-11-20T15:00").result().missing, [not]);
}

#[test]
fn longer_periods_are_counted_on_the_calendar() {
    let half_termly = NIGHTLY.replace("1 day", "1 half-term").replace("6 hours", "5 days");
    let school = ran(school(&half_termly, "2026-11-20T08:00"), "2026-09-08T03:00", true, None);
    assert_eq!(school.result().standing, Standing::Broken, "8 September and a half-term is 7 November, and 5 days");
    let unknown = school.without_calendar();
    assert_eq!(unknown.result().missing, [Missing::CalendarEnds { on: None }]);
}

#[test]
fn one_for_each_entry_stands_by_itself() {
    let each = format!("{NIGHTLY}for = \"share\"\n");
    let mut school = school(&each, "2026-11-20T08:00").census("share");
    let staff = Value::Ref(school.put("share", &[("path", text("Staff"))]));
    let pupils = Value::Ref(school.put("share", &[("path", text("Pupils"))]));
    school.put_since("share", at("2026-11-20T07:00"), &[("path", text("New"))]);
    let school = ran(school, "2026-11-20T03:00", true, Some(staff));
    let school = ran(school, "2026-11-18T03:00", true, Some(pupils));
    let counts = school.result().counts;
    assert_eq!((counts.kept, counts.broken, counts.due), (1, 1, 1));
}

#[test]
fn a_job_after_an_event_wants_a_good_run_after_it() {
    let after = NIGHTLY.replace("every = \"1 day\"", "on = \"clear-out.done\"").replace("6 hours", "5 days");
    let mut school = school(&after, "2026-11-20T08:00");
    assert_eq!(school.result().standing, Standing::Kept, "nothing happened");
    let values =
        [("occurrence", "2026-11-18"), ("on", "2026-11-18")].map(|(name, day)| (name, crate::school::day(day)));
    school.put("done", &[[("control", text("clear-out"))].as_slice(), &values].concat());
    assert_eq!(school.result().standing, Standing::Due);
    let early = ran(school, "2026-11-17T03:00", true, None);
    assert_eq!(early.result().standing, Standing::Due, "that was before");
    let late = early.now("2026-11-23T00:00");
    assert_eq!(late.result().standing, Standing::Broken);
    assert_eq!(ran(late, "2026-11-22T03:00", true, None).result().standing, Standing::Kept);
}

#[test]
fn a_run_is_as_good_as_the_policy_expects() {
    let strict = format!("{NIGHTLY}expect = \"run.ok && run.files_compared > 0 && run.damaged == 0\"\n");
    let with = |compared: Option<i64>, damaged: i64| {
        let mut school = school(&strict, "2026-11-20T08:00");
        let mut values = vec![("control", text("it")), ("at", Value::Instant(at("2026-11-20T03:00")))];
        values.extend([("ok", Value::Bool(true)), ("damaged", Value::Int(damaged))]);
        values.extend(compared.map(|count| ("files_compared", Value::Int(count))));
        school.put("run", &values);
        school.result()
    };
    assert_eq!(with(Some(12), 0).standing, Standing::Kept);
    assert_eq!(with(Some(12), 1).standing, Standing::Broken);
    assert_eq!(with(Some(0), 0).standing, Standing::Broken);
    assert_ne!(with(None, 0).standing, Standing::Kept, "nobody says how many files were compared");
}

fn wanted(school: &School) -> Vec<Option<schoolkeeper_core::id::EntryId>> {
    let ctx = schoolkeeper_rules::Ctx { pack: &school.pack, params: &school.params, world: &school.world };
    schoolkeeper_rules::occur::job::wanted(ctx).into_iter().map(|wanted| wanted.entry).collect()
}

#[test]
fn a_run_is_wanted_when_the_last_one_is_older_than_every() {
    assert_eq!(wanted(&school(NIGHTLY, "2026-11-20T08:00")), [None], "the first at once");
    let ran = ran(school(NIGHTLY, "2026-11-21T02:59"), "2026-11-20T03:00", false, None);
    assert!(wanted(&ran).is_empty(), "a failed one waits for its time");
    assert_eq!(wanted(&ran.now("2026-11-21T03:00")), [None], "and comes before it is late");
}

#[test]
fn a_run_is_wanted_for_each_entry_that_has_none_young_enough() {
    let mut school = school(&format!("{NIGHTLY}for = \"share\"\n"), "2026-11-20T08:00").census("share");
    let staff = school.put("share", &[("path", text("Staff"))]);
    let pupils = school.put("share", &[("path", text("Pupils"))]);
    assert_eq!(wanted(&school).len(), 2);
    let school = ran(school, "2026-11-20T03:00", true, Some(Value::Ref(staff)));
    assert_eq!(wanted(&school), [Some(pupils)]);
}

#[test]
fn an_event_wants_one_run_after_it() {
    let after = NIGHTLY.replace("every = \"1 day\"", "on = \"clear-out.done\"").replace("6 hours", "5 days");
    let mut school = school(&after, "2026-11-20T08:00");
    assert!(wanted(&school).is_empty(), "nothing happened");
    let values =
        [("occurrence", "2026-11-18"), ("on", "2026-11-18")].map(|(name, day)| (name, crate::school::day(day)));
    school.put("done", &[[("control", text("clear-out"))].as_slice(), &values].concat());
    assert_eq!(wanted(&school).len(), 1);
    assert!(wanted(&ran(school, "2026-11-19T12:00", true, None)).is_empty());
}
