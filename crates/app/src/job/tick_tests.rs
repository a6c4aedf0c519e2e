//! When the lines of the schedule come round, over missed nights and clocks that move.

use super::zone;
use crate::job::{HANDLERS, SCHEDULE, When};
use jiff::civil::time;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

fn t(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The instants at which a line runs when the clock is looked at every so often, from the last run on.
fn runs(when: When, mut last: Timestamp, looks: impl IntoIterator<Item = Timestamp>) -> Vec<String> {
    let mut out = Vec::new();
    for now in looks {
        if when.next(last, now, &zone()) <= now {
            out.push(now.to_string());
            last = now;
        }
    }
    out
}

fn each_ten_minutes(from: &str, hours: i64) -> Vec<Timestamp> {
    (0..hours * 6).map(|step| t(from) + SignedDuration::from_mins(10 * step)).collect()
}

const NIGHT: When = When::Daily(time(1, 30, 0, 0));

#[test]
fn three_missed_nights_are_caught_up_once() {
    let found = runs(NIGHT, t("2026-11-01T01:30:00Z"), each_ten_minutes("2026-11-04T09:00:00Z", 24));
    assert_eq!(found, ["2026-11-04T09:00:00Z", "2026-11-05T01:30:00Z"]);
}

#[test]
fn a_time_that_comes_twice_in_october_runs_once() {
    let found = runs(NIGHT, t("2026-10-24T00:30:00Z"), each_ten_minutes("2026-10-24T12:00:00Z", 40));
    assert_eq!(found, ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"], "British summer time ends between them");
}

#[test]
fn a_time_that_does_not_come_in_march_runs_all_the_same() {
    let found = runs(NIGHT, t("2026-03-28T01:30:00Z"), each_ten_minutes("2026-03-28T12:00:00Z", 40));
    assert_eq!(found, ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"], "half past one is skipped on the 29th");
}

#[test]
fn a_clock_set_back_by_an_hour_runs_no_night_twice() {
    let mut looks = each_ten_minutes("2026-11-04T01:00:00Z", 1);
    looks.extend(each_ten_minutes("2026-11-04T00:50:00Z", 23));
    assert_eq!(runs(NIGHT, t("2026-11-03T01:30:00Z"), looks), ["2026-11-04T01:30:00Z"]);
}

#[test]
fn a_clock_that_was_years_ahead_is_forgotten_when_it_is_put_right() {
    for when in [NIGHT, When::Every(SignedDuration::from_mins(30))] {
        let found = runs(when, t("2031-01-01T00:00:00Z"), each_ten_minutes("2026-11-04T12:00:00Z", 1));
        assert_eq!(found[0], "2026-11-04T12:00:00Z", "{when:?}");
    }
}

#[test]
fn a_clock_that_leaps_ahead_runs_each_line_once() {
    let looks = [t("2026-11-04T12:00:00Z"), t("2027-02-04T12:00:00Z"), t("2027-02-04T12:00:05Z")];
    let found = runs(When::Every(SignedDuration::from_secs(10)), t("2026-11-04T11:59:55Z"), looks);
    assert_eq!(found, ["2027-02-04T12:00:00Z"]);
}

#[test]
fn no_two_kinds_share_a_name() {
    let names: Vec<&str> = HANDLERS.iter().map(|one| one.kind).chain(SCHEDULE.iter().map(|one| one.name)).collect();
    assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len(), "{names:?}");
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    assert!(names.iter().all(|name| plain(name)), "{names:?}");
}
