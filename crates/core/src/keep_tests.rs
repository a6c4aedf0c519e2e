use super::*;
use crate::calendar::Division;

fn calendar() -> Calendar {
    Calendar::new(Division::EnglandAndWales, Vec::new())
}

fn ends(start: &str, span: &str) -> String {
    let (start, span) = (start.parse().expect("a day"), span.parse().expect("a span"));
    ends_at(start, span, &calendar()).expect("within all calendars").to_string()
}

#[test]
fn a_record_is_kept_to_the_end_of_its_last_day_whatever_the_clocks_do() {
    assert_eq!(ends("2019-11-22", "7 years"), "2026-11-23T00:00:00Z");
    assert_eq!(ends("2019-10-24", "7 years"), "2026-10-24T23:00:00Z", "summer time: midnight is an hour earlier");
    assert_eq!(ends("2019-10-25", "7 years"), "2026-10-26T00:00:00Z", "a day of 25 hours");
    assert_eq!(ends("2020-03-29", "6 years"), "2026-03-29T23:00:00Z", "a day of 23 hours");
}

#[test]
fn the_twenty_ninth_of_february_ends_on_the_twenty_eighth_of_a_common_year() {
    assert_eq!(ends("2020-02-29", "7 years"), "2027-03-01T00:00:00Z");
    assert_eq!(ends("2020-02-29", "8 years"), "2028-03-01T00:00:00Z");
    assert_eq!(ends("2026-01-31", "1 month"), "2026-03-01T00:00:00Z");
}

#[test]
fn only_whole_days_that_need_no_terms_are_times_to_keep() {
    for (span, fit) in [("7 years", true), ("1 day", true), ("3 weeks", true), ("0 days", false), ("-1 year", false)] {
        assert_eq!(is_fit(span.parse().expect("a span")), fit, "{span}");
    }
    for span in ["5 hours", "2 terms", "3 school days", "9 working days"] {
        assert!(!is_fit(span.parse().expect("a span")), "{span}");
    }
}

#[test]
fn a_tombstone_says_the_rule_and_nothing_else() {
    assert_eq!(tombstone("7 years"), "erased under the 7-year rule");
    assert_eq!(tombstone("30 days"), "erased under the 30-day rule");
    assert_eq!(tombstone("request"), "erased on request");
}

#[test]
fn names_are_taken_out_where_they_stand_as_words() {
    let names = ["Ann Lee".to_owned(), "élise".to_owned()];
    let out = |text: &str| without(text, &names, "[x]").unwrap_or_else(|| "as it was".to_owned());
    assert_eq!(out("Ann Lee's laptop, lent by Ann Lee"), "[x]'s laptop, lent by [x]");
    assert_eq!(out("Joann Lee, Ann Leeming"), "as it was");
    assert_eq!(out("by élise."), "by [x].");
    assert_eq!(out("éliseé"), "as it was");
    assert_eq!(out(""), "as it was");
}
