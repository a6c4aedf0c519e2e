//! What is due when, for lists of tasks.

use crate::school::{School, school};
use jiff::civil::Date;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::standing::Missing;
use schoolkeeper_rules::occur::{Occurrence, occurrences};

fn due(school: &School, from: &str, to: &str) -> Result<Vec<String>, Missing> {
    let control = &school.pack.controls["it"];
    let ControlKind::Duty(spec) = &control.control.kind else { panic!("no duty") };
    let days: (Date, Date) = (from.parse().unwrap(), to.parse().unwrap());
    let found: Vec<Occurrence> = occurrences(school.ctx(), control, spec, days)?;
    Ok(found.iter().map(|one| one.due.to_string()).collect())
}

fn duty(every: &str) -> School {
    let text = format!("[control.it]\ntype = \"duty\"\nowner = [\"headteacher\"]\nevery = \"{every}\"\n");
    school(&text, "2026-11-20T09:00")
}

#[test]
fn weeks_without_a_staff_day_have_no_occurrence() {
    let weekly = duty("1 week");
    let weeks = due(&weekly, "2026-12-07", "2027-01-10").unwrap();
    assert_eq!(weeks, ["2026-12-11", "2026-12-18", "2027-01-08"]);
}

#[test]
fn a_daily_duty_is_due_on_staff_days_only() {
    let days = due(&duty("1 day"), "2026-10-22", "2026-11-03").unwrap();
    assert_eq!(days, ["2026-10-22", "2026-10-23", "2026-11-02", "2026-11-03"]);
}

#[test]
fn what_is_asked_in_the_holidays_too_is_due_on_the_last_day_of_each_period() {
    let too = |every: &str| {
        let text =
            format!("[control.it]\ntype = \"duty\"\nowner = [\"headteacher\"]\nevery = \"{every}\"\nholidays = true\n");
        school(&text, "2026-11-20T09:00")
    };
    let days = due(&too("1 day"), "2026-10-23", "2026-11-02").unwrap();
    assert_eq!(days.len(), 11, "half term and its weekends: {days:?}");
    assert_eq!(
        due(&too("1 week"), "2026-12-14", "2027-01-10").unwrap(),
        ["2026-12-20", "2026-12-27", "2027-01-03", "2027-01-10"]
    );
}

#[test]
fn termly_is_three_times_half_termly_six_times_and_yearly_once_a_school_year() {
    let year = |every| due(&duty(every), "2026-09-01", "2027-08-31").unwrap();
    assert_eq!(year("1 term"), ["2026-12-18", "2027-03-25", "2027-07-21"]);
    assert_eq!(year("1 half-term").len(), 6);
    assert_eq!(year("1 school year"), ["2027-07-21"]);
    assert_eq!(year("1 year"), year("1 school year"));
    assert_eq!(year("1 month").len(), 11, "August asks for nothing");
}

#[test]
fn beyond_the_calendar_the_list_is_cut_short_or_unknown() {
    let weekly = duty("1 week");
    assert_eq!(due(&weekly, "2027-07-19", "2028-07-01").unwrap(), ["2027-07-21"]);
    let ends = Missing::CalendarEnds { on: Some("2027-08-31".parse().unwrap()) };
    assert_eq!(due(&weekly, "2027-09-06", "2027-09-12"), Err(ends));
    assert_eq!(due(&weekly.without_calendar(), "2026-11-16", "2026-11-20"), Err(Missing::CalendarEnds { on: None }));
}
