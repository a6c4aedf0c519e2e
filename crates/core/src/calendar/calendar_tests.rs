//! A made-up school year, day by day.

use super::*;
use crate::phrase::{Every, Span, Unit};
use jiff::civil::date;

fn term(name: &str, days: [Date; 4], inset: &[Date]) -> Term {
    let [from, half_from, half_to, to] = days;
    let (half_from, half_to) = (Some(half_from), Some(half_to));
    Term { name: name.to_owned(), from, to, half_from, half_to, inset: inset.to_vec(), closed: vec![] }
}

/// The year 2026/27 of a made-up school in England.
pub(super) fn year() -> Vec<Term> {
    vec![
        term(
            "autumn",
            [date(2026, 9, 1), date(2026, 10, 26), date(2026, 10, 30), date(2026, 12, 18)],
            &[date(2026, 9, 1), date(2026, 11, 2)],
        ),
        term(
            "spring",
            [date(2027, 1, 4), date(2027, 2, 15), date(2027, 2, 19), date(2027, 3, 25)],
            &[date(2027, 1, 4)],
        ),
        term(
            "summer",
            [date(2027, 4, 12), date(2027, 5, 31), date(2027, 6, 4), date(2027, 7, 21)],
            &[date(2027, 7, 22)],
        ),
    ]
}

fn english() -> Calendar {
    Calendar::new(Division::EnglandAndWales, year())
}

fn scottish() -> Calendar {
    let terms = vec![
        term("first", [date(2026, 8, 17), date(2026, 10, 12), date(2026, 10, 16), date(2026, 12, 22)], &[]),
        term("second", [date(2027, 1, 4), date(2027, 2, 15), date(2027, 2, 17), date(2027, 6, 25)], &[]),
    ];
    Calendar::new(Division::Scotland, terms)
}

fn span(text: &str) -> Span {
    text.parse().unwrap()
}

fn every(text: &str) -> Every {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_three_kinds_of_day_differ_as_their_definitions_say() {
    let calendar = english();
    let kinds = |day| {
        let staff = calendar.is_staff_day(day).unwrap();
        (calendar.is_working_day(day).unwrap(), calendar.is_school_day(day).unwrap(), staff)
    };
    assert_eq!(kinds(date(2026, 11, 20)), (true, true, true), "an ordinary Friday");
    assert_eq!(kinds(date(2026, 11, 21)), (false, false, false), "a Saturday");
    assert_eq!(kinds(date(2026, 11, 2)), (true, false, true), "an INSET day");
    assert_eq!(kinds(date(2026, 10, 27)), (true, false, false), "half term");
    assert_eq!(kinds(date(2026, 12, 25)), (false, false, false), "Christmas Day");
    assert_eq!(kinds(date(2026, 12, 28)), (false, false, false), "its substitute for Boxing Day");
    assert_eq!(kinds(date(2026, 12, 29)), (true, false, false), "a working day in the holidays");
    assert_eq!(kinds(date(2027, 5, 3)), (false, false, false), "a bank holiday inside a term");
    assert_eq!(kinds(date(2027, 7, 22)), (true, false, true), "an INSET day beside its term");
}

#[test]
fn a_closed_day_is_no_staff_day_but_still_a_working_day() {
    let mut terms = year();
    terms[0].closed.push(date(2026, 11, 20));
    let calendar = Calendar::new(Division::EnglandAndWales, terms);
    assert_eq!(calendar.is_staff_day(date(2026, 11, 20)), Ok(false));
    assert_eq!(calendar.is_working_day(date(2026, 11, 20)), Ok(true));
}

#[test]
fn bank_holidays_follow_the_division() {
    let works = |division, day| Calendar::new(division, vec![]).is_working_day(day).unwrap();
    let (england, scotland, ireland) = (Division::EnglandAndWales, Division::Scotland, Division::NorthernIreland);
    let table = [
        (date(2026, 6, 15), [true, false, true]),
        (date(2026, 11, 30), [true, false, true]),
        (date(2026, 12, 28), [false, false, false]),
        (date(2027, 1, 1), [false, false, false]),
        (date(2027, 1, 4), [true, false, true]),
        (date(2027, 3, 17), [true, true, false]),
        (date(2027, 3, 26), [false, false, false]),
        (date(2027, 3, 29), [false, true, false]),
        (date(2027, 5, 3), [false, false, false]),
        (date(2027, 5, 31), [false, false, false]),
        (date(2027, 7, 12), [true, true, false]),
        (date(2027, 8, 2), [true, false, true]),
        (date(2027, 8, 30), [false, true, false]),
        (date(2027, 11, 30), [true, false, true]),
        (date(2027, 12, 27), [false, false, false]),
        (date(2027, 12, 28), [false, false, false]),
    ];
    for (day, expected) in table {
        assert_eq!([england, scotland, ireland].map(|division| works(division, day)), expected, "{day}");
    }
}

#[test]
fn the_embedded_list_has_as_many_days_a_year_as_each_division_appoints() {
    let list = BankHolidays::embedded();
    let days = |division, year| list.of(division).iter().filter(|day| day.year() == year).count();
    for year in 2024..=2028 {
        // One more in Scotland in 2026, when its men's team played in the World Cup.
        let scotland = if year == 2026 { 10 } else { 9 };
        let counts =
            [Division::EnglandAndWales, Division::Scotland, Division::NorthernIreland].map(|one| days(one, year));
        assert_eq!(counts, [8, scotland, 10], "{year}");
    }
    assert!(list.of(Division::Scotland).iter().all(|day| day.weekday() != jiff::civil::Weekday::Sunday));
}

#[test]
fn working_days_are_known_without_terms_and_until_the_list_of_bank_holidays_ends() {
    let calendar = Calendar::new(Division::EnglandAndWales, vec![]);
    assert_eq!(calendar.add(date(2026, 12, 24), span("1 working day")), Ok(date(2026, 12, 29)));
    assert_eq!(calendar.count(Unit::WorkingDay, date(2026, 12, 23), date(2027, 1, 4)), Ok(5));
    let ends_on = Some(date(2028, 12, 31));
    assert_eq!(calendar.add(date(2028, 12, 29), span("1 working day")), Err(Beyond { ends_on }));
    assert_eq!(calendar.is_staff_day(date(2026, 11, 20)), Err(Beyond { ends_on: None }));
}

#[test]
fn the_calendar_ends_with_its_last_term_unless_that_is_the_summer_term() {
    assert_eq!(english().ends_on(), Some(date(2027, 8, 31)));
    assert_eq!(scottish().ends_on(), Some(date(2027, 7, 31)));
    let until_spring = Calendar::new(Division::EnglandAndWales, year()[..2].to_vec());
    assert_eq!(until_spring.ends_on(), Some(date(2027, 3, 25)));
    assert_eq!(until_spring.is_school_day(date(2027, 3, 26)), Err(Beyond { ends_on: Some(date(2027, 3, 25)) }));
    assert_eq!(english().starts_on(), Some(date(2026, 9, 1)));
    assert_eq!(Calendar::new(Division::EnglandAndWales, vec![]).ends_on(), None);
}

#[test]
fn seventy_two_hours_are_seventy_two_hours_over_christmas_and_over_a_change_of_clocks() {
    let calendar = english();
    let legal = span("72 hours");
    assert_eq!(calendar.add_instant(at("2026-12-24T17:00Z"), legal), Ok(at("2026-12-27T17:00Z")));
    assert_eq!(calendar.add_instant(at("2027-03-26T12:00Z"), legal), Ok(at("2027-03-29T12:00Z")));
    assert_eq!(calendar.day(at("2027-03-28T23:30Z")), date(2027, 3, 29), "summer time has begun");
    assert_eq!(calendar.day(at("2027-10-31T23:30Z")), date(2027, 10, 31), "summer time is over");
}

#[test]
fn days_last_until_the_end_of_the_local_day_they_reach() {
    let calendar = english();
    assert_eq!(calendar.add_instant(at("2026-11-20T17:00Z"), span("1 working day")), Ok(at("2026-11-24T00:00Z")));
    assert_eq!(calendar.add_instant(at("2027-03-27T17:00Z"), span("1 day")), Ok(at("2027-03-28T23:00Z")));
    assert_eq!(calendar.next_midnight(at("2027-10-31T00:30Z")), at("2027-11-01T00:00Z"), "a day of 25 hours");
    assert_eq!(calendar.next_midnight(at("2026-11-20T00:00Z")), at("2026-11-21T00:00Z"));
}

#[test]
fn months_and_years_take_the_last_day_where_the_day_is_missing() {
    let calendar = english();
    assert_eq!(calendar.add(date(2028, 2, 29), span("1 year")), Ok(date(2029, 2, 28)));
    assert_eq!(calendar.add(date(2027, 1, 31), span("1 month")), Ok(date(2027, 2, 28)));
    assert_eq!(calendar.count(Unit::Month, date(2027, 1, 31), date(2027, 2, 28)), Ok(1));
    assert_eq!(calendar.count(Unit::Month, date(2027, 1, 31), date(2027, 2, 27)), Ok(0));
    assert_eq!(calendar.add(date(2027, 3, 31), span("-1 month")), Ok(date(2027, 2, 28)));
}

#[test]
fn school_days_skip_half_term_and_inset_days() {
    let calendar = english();
    assert_eq!(calendar.add(date(2026, 10, 23), span("1 school day")), Ok(date(2026, 11, 3)));
    assert_eq!(calendar.add(date(2026, 10, 23), span("1 staff day")), Ok(date(2026, 11, 2)));
    assert_eq!(calendar.add(date(2026, 11, 3), span("-1 school day")), Ok(date(2026, 10, 23)));
    let beyond = Err(Beyond { ends_on: Some(date(2027, 8, 31)) });
    assert_eq!(calendar.add(date(2027, 7, 22), span("1 school day")), beyond);
}

#[test]
fn a_term_later_keeps_the_distance_from_the_start_of_term() {
    let calendar = english();
    assert_eq!(calendar.add(date(2026, 9, 8), span("1 term")), Ok(date(2027, 1, 11)));
    assert_eq!(calendar.add(date(2026, 12, 18), span("1 term")), Ok(date(2027, 3, 25)), "at most its last day");
    assert_eq!(calendar.add(date(2026, 9, 8), span("1 half-term")), Ok(date(2026, 11, 7)));
    assert!(calendar.add(date(2027, 5, 1), span("1 term")).is_err(), "the next year is not known");
}

#[test]
fn dates_in_holidays_are_pulled_forward_to_the_last_staff_day() {
    let calendar = english();
    assert_eq!(calendar.pull_forward(date(2026, 11, 22)), Ok(date(2026, 11, 20)));
    assert_eq!(calendar.pull_forward(date(2026, 11, 1)), Ok(date(2026, 10, 23)), "half term");
    assert_eq!(calendar.pull_forward(date(2027, 1, 3)), Ok(date(2026, 12, 18)), "Christmas");
    assert_eq!(calendar.pull_forward(date(2027, 8, 31)), Ok(date(2027, 7, 22)), "an INSET day ends the year");
    assert!(calendar.pull_forward(date(2027, 9, 1)).is_err());
}

#[test]
fn periods_are_due_on_their_last_staff_day() {
    let calendar = english();
    let due = |text, day| calendar.period(every(text), day).map(|period| (period.from, period.to, period.due));
    let day = date(2026, 11, 18);
    assert_eq!(due("1 week", day), Ok((date(2026, 11, 16), date(2026, 11, 22), date(2026, 11, 20))));
    assert_eq!(due("1 month", day), Ok((date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 30))));
    assert_eq!(due("3 months", day), Ok((date(2026, 9, 1), date(2026, 11, 30), date(2026, 11, 30))));
    assert_eq!(due("1 half-term", day), Ok((date(2026, 10, 31), date(2027, 1, 3), date(2026, 12, 18))));
    assert_eq!(due("1 term", day), Ok((date(2026, 9, 1), date(2027, 1, 3), date(2026, 12, 18))));
    assert_eq!(due("2 terms", day), Ok((date(2026, 9, 1), date(2027, 4, 11), date(2027, 3, 25))));
    assert_eq!(due("1 year", day), Ok((date(2026, 9, 1), date(2027, 8, 31), date(2027, 7, 22))));
    assert_eq!(due("1 school year", day), due("1 year", day));
    assert!(due("2 years", day).is_err(), "it ends in August 2028");
}

#[test]
fn a_period_that_is_all_holiday_asks_for_nothing_of_its_own() {
    let calendar = english();
    let christmas = calendar.period(every("1 week"), date(2026, 12, 25)).unwrap();
    assert!(christmas.is_holiday());
    assert_eq!(christmas.due, date(2026, 12, 18));
    let weeks: Vec<Period> =
        calendar.periods(every("1 week"), date(2026, 12, 14), date(2027, 1, 8)).map(Result::unwrap).collect();
    assert_eq!(weeks.iter().filter(|week| !week.is_holiday()).count(), 2);
    assert_eq!(weeks.len(), 4);
}

#[test]
fn a_scottish_school_year_begins_in_august() {
    let year = scottish().period(every("1 school year"), date(2026, 11, 18)).unwrap();
    assert_eq!((year.from, year.to, year.due), (date(2026, 8, 1), date(2027, 7, 31), date(2027, 6, 25)));
    assert_eq!(scottish().is_school_day(date(2027, 1, 4)), Ok(false), "2 January, moved to a Monday");
}

#[test]
fn terms_that_cannot_be_are_refused_with_their_place_and_cause() {
    assert!(check(&year()).is_empty());
    let mut overlap = year();
    overlap[1].from = date(2026, 12, 18);
    assert!(check(&overlap)[0].contains("`autumn` and `spring` overlap"), "{:?}", check(&overlap));
    let mut half = year();
    half[0].half_to = Some(date(2026, 12, 20));
    assert!(check(&half)[0].contains("must lie inside the term"));
    half[0].half_to = None;
    assert!(check(&half)[0].contains("needs both"));
    let mut backwards = year();
    backwards[0].to = date(2026, 8, 1);
    assert!(check(&backwards)[0].contains("before it begins"));
    let many: Vec<Term> = std::iter::repeat_n(year()[0].clone(), 61).collect();
    assert_eq!(check(&many).len(), 1, "one message, not a thousand");
}

#[test]
fn a_newer_list_of_bank_holidays_is_read_and_a_damaged_one_refused() {
    let feed = |days: &str| {
        let one = format!(r#"{{"division": "x", "events": [{days}]}}"#);
        format!(r#"{{"england-and-wales": {one}, "scotland": {one}, "northern-ireland": {one}}}"#)
    };
    let newer = BankHolidays::read(&feed(r#"{"title": "New", "date": "2029-05-07"}"#)).unwrap();
    let calendar = Calendar::new(Division::Scotland, vec![]).with_bank_holidays(Arc::new(newer));
    assert_eq!(calendar.is_working_day(date(2029, 5, 7)), Ok(false));
    assert_eq!(calendar.is_working_day(date(2029, 5, 8)), Ok(true));
    assert!(calendar.is_working_day(date(2026, 5, 8)).is_err());
    for bad in ["", "{}", "[]", &feed(""), &feed(r#"{"date": "1066-10-14"}"#), &feed(r#"{"date": "2026-02-30"}"#)] {
        let message = BankHolidays::read(bad).unwrap_err().to_string();
        assert!(message.contains("cannot be used") && message.contains("hint:"), "{message}");
    }
    assert!(BankHolidays::read(&" ".repeat(600_000)).is_err());
}
