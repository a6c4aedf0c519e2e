//! The row *duty* of the table of standings.

use crate::school::{School, at, day, map, school, text, texts};
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};
use schoolkeeper_core::value::Value;

const WEEKLY: &str = r#"
[control.it]
type = "duty"
title = "Clear desk"
owner = ["premises-staff"]
every = "1 week"
window = "2 days"
evidence = ["note"]
"#;

fn weekly(now: &str) -> School {
    school(WEEKLY, now)
}

#[track_caller]
fn stands(school: &School, standing: Standing, due_on: Option<&str>) {
    let result = school.result();
    let due_on = due_on.map(|day| day.parse().unwrap());
    assert_eq!((result.standing, result.due_on), (standing, due_on), "{result:#?}");
}

#[test]
fn done_with_all_evidence_is_kept_until_the_next_window_opens() {
    let school = weekly("2026-11-24T09:00").did("2026-11-20");
    stands(&school, Standing::Kept, Some("2026-11-27"));
    let result = school.result();
    assert_eq!(result.valid_until, Some(at("2026-11-25T00:00")));
    assert_eq!(result.known_by, Some(KnownBy::Stated), "a note is somebody's word");
    stands(&school.now("2026-11-24T23:59"), Standing::Kept, Some("2026-11-27"));
}

#[test]
fn inside_the_window_it_is_due_on_the_last_staff_day_of_the_week() {
    let school = weekly("2026-11-26T09:00").did("2026-11-20");
    stands(&school, Standing::Due, Some("2026-11-27"));
    let finding = &school.result().findings[0];
    assert_eq!(finding.due_at, Some(at("2026-11-28T00:00")));
    assert_eq!(finding.message, "Clear desk is due on 27 November 2026");
    stands(&school.now("2026-11-25T00:00"), Standing::Due, Some("2026-11-27"));
}

#[test]
fn done_inside_the_window_it_is_kept_and_names_the_next_date() {
    let school = weekly("2026-11-26T09:00").did("2026-11-20");
    let school = school.done("2026-11-27", &[("on", day("2026-11-26")), ("shown", texts(&["note"]))]);
    stands(&school, Standing::Kept, Some("2026-12-04"));
    stands(&school.now("2026-11-29T09:00"), Standing::Kept, Some("2026-12-04"));
}

#[test]
fn past_its_date_it_is_broken_since_the_end_of_that_day() {
    let school = weekly("2026-11-28T00:00").did("2026-11-20");
    stands(&school, Standing::Broken, Some("2026-11-27"));
    assert_eq!(school.result().findings[0].since, at("2026-11-28T00:00"));
    stands(&school.now("2026-11-27T23:59"), Standing::Due, Some("2026-11-27"));
}

#[test]
fn several_missed_ones_are_broken_since_the_first_of_them() {
    let school = weekly("2026-12-10T09:00").did("2026-11-20");
    assert_eq!(school.result().findings[0].since, at("2026-11-28T00:00"));
    assert_eq!(school.result().findings[0].message, "Clear desk was due on 4 December 2026 and is not done");
}

#[test]
fn doing_it_late_or_doing_the_next_one_early_ends_it() {
    let late = weekly("2026-12-01T09:00").did("2026-11-20");
    let late = late.done("2026-11-27", &[("on", day("2026-11-30")), ("shown", texts(&["note"]))]);
    stands(&late, Standing::Kept, Some("2026-12-04"));
    let early = weekly("2026-12-01T09:00").did("2026-11-20");
    let early = early.done("2026-12-04", &[("on", day("2026-12-01")), ("shown", texts(&["note"]))]);
    stands(&early, Standing::Kept, Some("2026-12-11"));
}

#[test]
fn never_done_yet_it_is_due_while_its_first_date_is_not_past() {
    stands(&weekly("2026-11-23T09:00"), Standing::Due, Some("2026-11-27"));
    stands(&weekly("2026-11-28T09:00"), Standing::Due, Some("2026-12-04"));
    let adopted = weekly("2026-11-27T09:00").in_force("2026-11-25T15:00");
    stands(&adopted, Standing::Due, Some("2026-11-27"));
    stands(&adopted.now("2026-11-28T09:00"), Standing::Broken, Some("2026-11-27"));
}

#[test]
fn what_was_due_before_the_policy_was_in_force_counts_for_nothing() {
    let school = weekly("2026-11-28T09:00").in_force("2026-11-28T08:00");
    stands(&school, Standing::Due, Some("2026-12-04"));
}

#[test]
fn what_lies_in_the_future_is_not_done_yet() {
    let school = weekly("2026-11-26T09:00").did("2026-11-20").did("2026-11-27");
    stands(&school, Standing::Due, Some("2026-11-27"));
}

#[test]
fn at_christmas_2026_nothing_is_asked_and_the_last_week_of_term_answers() {
    let missed = || weekly("2026-12-26T09:00").did("2026-12-11");
    stands(&missed(), Standing::Broken, Some("2026-12-18"));
    let done = || weekly("2026-12-26T09:00").did("2026-12-11").did("2026-12-18");
    stands(&done(), Standing::Kept, Some("2027-01-08"));
    stands(&done().now("2027-01-05T09:00"), Standing::Kept, Some("2027-01-08"));
    stands(&done().now("2027-01-06T00:00"), Standing::Due, Some("2027-01-08"));
}

#[test]
fn a_due_date_in_half_term_is_pulled_forward() {
    let monthly = WEEKLY.replace("1 week", "1 half-term");
    stands(&school(&monthly, "2026-10-22T09:00"), Standing::Due, Some("2026-10-23"));
    let missed = school(&monthly, "2026-10-24T09:00").in_force("2026-09-01T09:00");
    stands(&missed, Standing::Broken, Some("2026-10-23"));
}

#[test]
fn without_a_window_it_is_open_for_its_whole_period() {
    let termly = WEEKLY.replace("1 week", "1 term").replace("window = \"2 days\"", "");
    stands(&school(&termly, "2026-09-02T09:00"), Standing::Due, Some("2026-12-18"));
    let done = school(&termly, "2026-12-31T09:00").did("2026-12-18");
    stands(&done, Standing::Kept, Some("2027-03-25"));
    stands(&done.now("2027-01-04T00:00"), Standing::Due, Some("2027-03-25"));
}

#[test]
fn a_moved_inset_day_does_not_undo_what_was_done() {
    let school = weekly("2026-11-24T09:00").done("2026-11-19", &[("shown", texts(&["note"]))]);
    stands(&school, Standing::Kept, Some("2026-11-27"));
}

#[test]
fn a_calendar_that_does_not_reach_makes_it_unknown_until_something_is_missed() {
    let school = weekly("2026-11-24T09:00").did("2026-11-20").without_calendar();
    let result = school.result();
    assert_eq!(result.standing, Standing::Unknown);
    assert_eq!(result.missing, [Missing::CalendarEnds { on: None }]);
    let ends = Some("2027-08-31".parse().unwrap());
    let result = weekly("2027-09-01T09:00").did("2027-07-21").result();
    assert_eq!(result.missing, [Missing::CalendarEnds { on: ends }]);
    let summer = weekly("2027-08-27T09:00").did("2027-07-21");
    stands(&summer, Standing::Kept, None);
    assert_eq!(summer.result().valid_until, Some(at("2027-08-30T00:00")), "the week of 30 August is not known whole");
    let missed = weekly("2027-08-27T09:00").did("2027-07-16");
    stands(&missed, Standing::Broken, Some("2027-07-21"));
    stands(&missed.now("2027-10-01T09:00"), Standing::Broken, Some("2027-07-21"));
}

#[test]
fn a_blank_period_is_named() {
    let blank = WEEKLY.replace("\"1 week\"", "\"$how_often\"");
    let blank = format!("{blank}\n[param]\nhow_often = {{ unit = \"schedule\", ask = \"How often?\" }}\n");
    let result = school(&blank, "2026-11-24T09:00").result();
    assert_eq!(result.missing, [Missing::Param { name: "how_often".into() }]);
    let set = school(&blank, "2026-11-23T09:00").param("how_often", "1 week");
    stands(&set, Standing::Due, Some("2026-11-27"));
}

#[test]
fn a_role_nobody_holds_makes_it_unknown_only_until_overdue() {
    let vacant = WEEKLY.replace("owner = [\"premises-staff\"]", "owner = [\"caretaker\"]");
    let vacant = format!("{vacant}\n[role.caretaker]\ntitle = \"Caretaker\"\nacts_as = \"staff\"\n");
    let result = school(&vacant, "2026-11-26T09:00").result();
    assert_eq!(result.standing, Standing::Unknown);
    assert_eq!(result.missing, [Missing::Role { name: "caretaker".into() }]);
    stands(&school(&vacant, "2026-11-28T09:00").did("2026-11-20"), Standing::Broken, Some("2026-11-27"));
}

#[test]
fn a_countersignature_is_waited_for_until_the_date() {
    let signed = format!("{WEEKLY}countersign = [\"headteacher\"]\n");
    let done = |more: &[(&str, Value)]| {
        let mut values = vec![("on", day("2026-11-25")), ("shown", texts(&["note"]))];
        values.extend(more.iter().cloned());
        school(&signed, "2026-11-26T09:00").did("2026-11-20").done("2026-11-27", &values)
    };
    let waiting = done(&[]);
    stands(&waiting, Standing::Broken, Some("2026-11-20"));
    let first = school(&signed, "2026-11-26T09:00")
        .done("2026-11-27", &[("on", day("2026-11-25")), ("shown", texts(&["note"]))]);
    stands(&first, Standing::Due, Some("2026-11-27"));
    assert!(first.result().findings[0].message.contains("countersignature of `headteacher`"));
    stands(&first.now("2026-11-28T00:00"), Standing::Broken, Some("2026-11-27"));
    let by = |who: &str| done(&[("countersigned_on", day("2026-11-26")), ("countersigned_by", text(who))]);
    stands(&by("headteacher"), Standing::Kept, Some("2026-12-04"));
    assert_eq!(by("headteacher").result().known_by, Some(KnownBy::Evidenced));
    stands(&by("premises-staff"), Standing::Broken, Some("2026-11-20"));
    let names =
        [("by", text("A. Made-Up")), ("countersigned_on", day("2026-11-26")), ("countersigned_by", text("A. Made-Up"))];
    stands(&done(&names), Standing::Broken, Some("2026-11-20"));
}

#[test]
fn a_tightened_policy_does_not_wipe_out_what_was_missed_before() {
    let school = weekly("2026-11-24T09:00").did("2026-11-13").in_force("2026-11-23T09:00");
    stands(&school, Standing::Broken, Some("2026-11-20"));
}

#[test]
fn evidence_that_is_not_shown_is_not_done() {
    let photo = WEEKLY.replace("[\"note\"]", "[\"note\", \"photo\", \"count\"]");
    let with = |values: &[(&str, Value)]| school(&photo, "2026-11-27T09:00").done("2026-11-27", values);
    let partly = with(&[("shown", texts(&["note", "photo"]))]);
    stands(&partly, Standing::Due, Some("2026-11-27"));
    assert!(partly.result().findings[0].message.ends_with("`count` is not shown"));
    let all = with(&[("shown", texts(&["note", "photo"])), ("count", Value::Int(3))]);
    stands(&all, Standing::Kept, Some("2026-12-04"));
    assert_eq!(all.result().known_by, Some(KnownBy::Evidenced));
}

#[test]
fn a_report_must_be_made_and_sent_to_everybody() {
    let report = WEEKLY.replace("evidence = [\"note\"]", "report = \"school-comparison\"\nsend_to = [\"headteacher\"]");
    let with = |values: &[(&str, Value)]| school(&report, "2026-11-27T09:00").done("2026-11-27", values).result();
    assert_eq!(with(&[("sent_to", texts(&["headteacher"]))]).standing, Standing::Due);
    assert_eq!(with(&[("shown", texts(&["report"]))]).standing, Standing::Due);
    let both = [("shown", texts(&["report"])), ("sent_to", texts(&["headteacher"]))];
    assert_eq!((with(&both).standing, with(&both).known_by), (Standing::Kept, Some(KnownBy::Evidenced)));
}

#[test]
fn everybody_who_gets_it_must_have_read_it() {
    let read = WEEKLY.replace("[\"note\"]", "[\"read\"]\nsend_to = [\"headteacher\", \"premises-staff\"]");
    let sent = ("sent_to", texts(&["headteacher", "premises-staff"]));
    let with = |read_by: &[&str]| {
        school(&read, "2026-11-27T09:00")
            .done("2026-11-27", &[sent.clone(), ("read_by", texts(read_by))])
            .result()
            .standing
    };
    assert_eq!(with(&["headteacher"]), Standing::Due);
    assert_eq!(with(&["headteacher", "premises-staff"]), Standing::Kept);
}

#[test]
fn somebody_of_the_leaders_must_take_part() {
    let with = format!("{WEEKLY}with = [{{ any = [\"headteacher\"] }}]\n");
    let done = |people: &[&str]| {
        let values = [("shown", texts(&["note"])), ("with", texts(people))];
        school(&with, "2026-11-27T09:00").done("2026-11-27", &values).result().standing
    };
    assert_eq!(done(&[]), Standing::Due);
    assert_eq!(done(&["headteacher"]), Standing::Kept);
}

#[test]
fn only_who_may_skips_it_and_it_counts_apart() {
    let skip = format!("{WEEKLY}skip = {{ by = [\"headteacher\"] }}\n");
    let by = |who: &str| {
        let values = [("by", text(who)), ("skipped_because", text("training day"))];
        school(&skip, "2026-11-27T09:00").done("2026-11-27", &values)
    };
    assert_eq!(by("headteacher").result().standing, Standing::Kept);
    assert!(by("headteacher").judged().all[0].excused);
    assert_eq!(by("premises-staff").result().standing, Standing::Due);
    let none = weekly("2026-11-27T09:00").done("2026-11-27", &[("skipped_because", text("no time"))]);
    assert_eq!(none.result().standing, Standing::Due, "nobody may skip this one");
}

const ROUND: &str = r#"
[control.it]
type = "duty"
title = "Walk round"
owner = ["premises-staff"]
every = "1 month"
for = "room"
checklist = [{ name = "visible", says = "Readable through the window?", bad = "yes", finding = true }]
"#;

fn round(now: &str) -> (School, Value, Value) {
    let mut school = school(ROUND, now).census("room");
    let hall = school.put("room", &[("name", text("Hall"))]);
    let office = school.put("room", &[("name", text("Office"))]);
    (school, Value::Ref(hall), Value::Ref(office))
}

fn looked(school: School, occurrence: &str, room: &Value, answer: &str) -> School {
    let items = map(&[("visible", map(&[("answer", text(answer))]))]);
    school.done(occurrence, &[("entry", room.clone()), ("items", items)])
}

#[test]
fn one_for_each_room_stands_room_by_room() {
    let (school, hall, _) = round("2026-11-30T09:00");
    let school = looked(school, "2026-11-30", &hall, "no");
    let result = school.result();
    assert_eq!((result.standing, result.counts.kept, result.counts.due), (Standing::Due, 1, 1));
    assert_eq!(result.findings[0].message, "Office: Walk round is due on 30 November 2026");
    let result = school.now("2026-12-01T00:00").result();
    assert_eq!((result.standing, result.counts.broken), (Standing::Broken, 1));
}

#[test]
fn what_was_done_without_naming_a_room_counts_for_all() {
    let (school, _, _) = round("2026-11-30T09:00");
    let items = map(&[("visible", text("no"))]);
    let result = school.done("2026-11-30", &[("items", items)]).result();
    assert_eq!((result.standing, result.counts.kept), (Standing::Kept, 2));
}

#[test]
fn a_list_nobody_called_complete_is_unknown_and_an_empty_one_is_kept_only_with_a_census() {
    let mut open = school(ROUND, "2026-11-10T09:00");
    assert_eq!(open.result().missing, [Missing::census(&"room".into())]);
    open = open.census("room");
    let result = open.result();
    assert_eq!((result.standing, result.known_by), (Standing::Kept, Some(KnownBy::Measured)));
    assert!(result.valid_until.is_some(), "until the census ends or the next period begins");
}

#[test]
fn a_room_that_came_later_is_not_asked_about_the_time_before() {
    let (mut school, hall, office) = round("2026-12-01T09:00");
    school = looked(school, "2026-11-30", &hall, "no");
    school = looked(school, "2026-11-30", &office, "no");
    school.put_since("room", at("2026-12-01T08:00"), &[("name", text("New hut"))]);
    let result = school.result();
    assert_eq!((result.standing, result.counts.due), (Standing::Due, 3));
}

#[test]
fn a_bad_answer_is_a_problem_of_that_room_until_somebody_finds_it_good() {
    let (school, hall, office) = round("2026-11-30T09:00");
    let school = looked(school, "2026-10-23", &hall, "no");
    let school = looked(school, "2026-10-23", &office, "yes");
    let school = looked(school, "2026-11-30", &hall, "no");
    let result = school.result();
    assert_eq!((result.standing, result.counts.subjects, result.counts.broken), (Standing::Broken, 2, 1));
    assert_eq!(result.findings[0].since, at("2026-10-23T00:00"));
    assert_eq!(result.findings[0].message, "Office: Walk round: Readable through the window? `yes`");
    let still = looked(school, "2026-11-30", &office, "yes");
    assert_eq!(still.result().findings[0].since, at("2026-10-23T00:00"), "not a new problem");
    let good = looked(still.now("2026-12-18T09:00"), "2026-12-18", &office, "no");
    assert_eq!(good.result().counts.broken, 0);
}

const CENSUS: &str = r#"
[control.it]
type = "duty"
title = "Hand in the census"
owner = ["premises-staff"]
dates = "statutory-return/school-census"
window = "2 weeks"
evidence = ["receipt"]
"#;

fn dated(now: &str) -> School {
    let mut school = school(CENSUS, now);
    let row = |due: &str| map(&[("due_on", day(due)), ("year", text("2026/27"))]);
    let dates = Value::List([row("2026-10-01"), row("2027-01-03"), row("2027-05-20")].into());
    school.put("statutory-return", &[("name", text("School census")), ("dates", dates)]);
    school
}

#[test]
fn listed_dates_are_due_dates_pulled_forward_over_holidays() {
    let receipt = |school: School, date: &str| school.done(date, &[("shown", texts(&["receipt"]))]);
    let school = receipt(dated("2026-11-20T09:00"), "2026-10-01");
    stands(&school, Standing::Kept, Some("2026-12-18"));
    stands(&school.now("2026-12-04T00:00"), Standing::Due, Some("2026-12-18"));
    let missed = receipt(dated("2026-12-19T00:00"), "2026-10-01");
    stands(&missed, Standing::Broken, Some("2026-12-18"));
    stands(&receipt(missed, "2026-12-18"), Standing::Kept, Some("2027-05-20"));
}

#[test]
fn a_return_without_dates_or_without_entry_is_unknown_and_says_what_would_tell() {
    let mut none = school(CENSUS, "2026-11-20T09:00");
    assert_eq!(none.result().missing, [Missing::Entry { name: "school-census".into() }]);
    none.put("statutory-return", &[("name", text("School census"))]);
    let field = Missing::Field { register: "statutory-return".into(), field: "dates".into() };
    assert_eq!(none.result().missing, [field]);
}

const COUNT: &str = r#"
[control.it]
type = "duty"
title = "Count the tapes"
owner = ["premises-staff"]
every = "1 month"
for = "store"
where = "store.media.exists(m, m.kind == 'tape')"
evidence = ["count"]
measured = "done.count == store.media.filter(m, m.kind == 'tape').size()"
"#;

fn tapes(now: &str) -> (School, Value) {
    let mut school = school(COUNT, now).census("store").census("backup-medium");
    let safe = Value::Ref(school.put("store", &[("name", text("Safe"))]));
    school.put("store", &[("name", text("Empty cupboard"))]);
    for tag in ["T1", "T2"] {
        school.put("backup-medium", &[("label", text(tag)), ("kind", text("tape")), ("place", safe.clone())]);
    }
    (school, safe)
}

#[test]
fn only_entries_that_pass_the_test_are_asked_about() {
    let (school, _) = tapes("2026-11-10T09:00");
    let result = school.result();
    assert_eq!((result.standing, result.counts.subjects, result.counts.due), (Standing::Due, 1, 1), "{result:#?}");
}

#[test]
fn what_the_records_contradict_is_broken_whatever_was_ticked() {
    let counted = |count: i64| {
        let (school, safe) = tapes("2026-11-30T09:00");
        school.done("2026-11-30", &[("entry", safe), ("count", Value::Int(count)), ("on", day("2026-11-27"))])
    };
    let right = counted(2).result();
    assert_eq!((right.standing, right.known_by), (Standing::Kept, Some(KnownBy::Measured)), "{right:#?}");
    let wrong = counted(3).result();
    assert_eq!(wrong.standing, Standing::Broken);
    assert_eq!(wrong.findings[0].since, at("2026-11-27T00:00"));
    assert!(wrong.findings[0].message.contains("do not agree"), "{}", wrong.findings[0].message);
}

#[test]
fn the_count_is_compared_with_the_records_of_that_day() {
    let (mut school, safe) = tapes("2026-11-30T09:00");
    let bought = [("label", text("T3")), ("kind", text("tape")), ("place", safe.clone())];
    school.put_since("backup-medium", at("2026-11-29T09:00"), &bought);
    let done = school.done("2026-11-30", &[("entry", safe), ("count", Value::Int(2)), ("on", day("2026-11-27"))]);
    assert_eq!(done.result().standing, Standing::Kept, "the third tape came two days later");
}

const REVIEW: &str = r#"
[control.it]
type = "duty"
title = "Go through the rights"
owner = ["premises-staff"]
every = "1 term"
for = "system"
decide_each = { of = "system.rights", answers = ["keep", "remove"], reason = ["keep"] }
evidence = ["decisions"]
"#;

#[test]
fn every_right_wants_a_decision_and_keeping_it_a_reason() {
    let review = |answers: &[(&str, Option<&str>)]| {
        let mut school = school(REVIEW, "2026-12-18T09:00").census("system").census("system-right");
        let system = Value::Ref(school.put("system", &[("name", text("Pupil records"))]));
        let rights = ["A", "B"].map(|_| Value::Ref(school.put("system-right", &[("system", system.clone())])));
        let rows = answers.iter().zip(rights).map(|((answer, reason), right)| {
            let mut row = vec![("entry", right), ("answer", text(answer))];
            row.extend(reason.map(|reason| ("reason", text(reason))));
            map(&row)
        });
        let decisions = Value::List(rows.collect());
        school.done("2026-12-18", &[("entry", system), ("decisions", decisions)]).result()
    };
    let all = review(&[("keep", Some("form tutor")), ("remove", None)]);
    assert_eq!((all.standing, all.known_by), (Standing::Kept, Some(KnownBy::Evidenced)), "{all:#?}");
    for partly in [&[("remove", None)][..], &[("keep", None), ("remove", None)], &[("burn", None), ("remove", None)]] {
        let result = review(partly);
        assert_eq!(result.standing, Standing::Due);
        assert!(result.findings[0].message.contains("1 of 2 are not decided"), "{}", result.findings[0].message);
    }
}
