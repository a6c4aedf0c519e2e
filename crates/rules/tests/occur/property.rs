//! What holds for every course of a duty.

use crate::school::{School, at, school};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use schoolkeeper_core::standing::Standing;
use schoolkeeper_core::value::Value;

const EVERY: [&str; 6] = ["1 day", "1 week", "2 weeks", "1 month", "1 half-term", "1 term"];

fn duty(every: usize, window: Option<u8>, done: &[u16]) -> School {
    let window = window.map_or_else(String::new, |days| format!("window = \"{days} days\"\n"));
    let every = EVERY[every];
    let text = format!("[control.it]\ntype = \"duty\"\nowner = [\"headteacher\"]\nevery = \"{every}\"\n{window}");
    let start = jiff::civil::date(2026, 9, 1);
    let school = school(&text, "2026-09-01T00:00").in_force("2026-09-01T00:00");
    done.iter().fold(school, |school, offset| {
        let on = start.checked_add(jiff::Span::new().days(i64::from(*offset))).unwrap();
        let name = school.world.calendar.period(every.parse().unwrap(), on).map_or(on, |period| period.due);
        school.did(&name.max(on).to_string())
    })
}

fn hours(count: u32) -> Timestamp {
    at("2026-09-01T00:00").checked_add(SignedDuration::from_hours(i64::from(count))).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Nothing but (registers, calendar, now) decides, so nights on which nobody looked cannot change it.
    #[test]
    fn one_evaluation_after_three_missed_nights_gives_the_same_as_three(
        every in 0_usize..6, window in prop::option::of(1_u8..9), done in prop::collection::vec(0_u16..300, 0..6), start in 0_u32..7000,
    ) {
        let mut watched = duty(every, window, &done);
        for night in 0..3 {
            watched.world.now = hours(start + night * 24);
            watched.result();
        }
        let mut rested = duty(every, window, &done);
        rested.world.now = hours(start + 48);
        prop_assert_eq!(watched.result(), rested.result());
    }

    #[test]
    fn before_valid_until_time_changes_nothing(
        every in 0_usize..6, window in prop::option::of(1_u8..9), done in prop::collection::vec(0_u16..300, 0..6),
        start in 0_u32..7000, later in 1_u32..2000,
    ) {
        let mut school = duty(every, window, &done);
        school.world.now = hours(start);
        let (then, before) = (school.world.now, school.result());
        school.world.now = hours(start + later);
        let until = before.valid_until.unwrap_or(Timestamp::MAX);
        prop_assume!(school.world.now < until && !turns_up(&school, then));
        prop_assert_eq!(school.result(), before);
    }

    #[test]
    fn a_missed_date_stays_broken_until_somebody_does_something(
        every in 0_usize..6, window in prop::option::of(1_u8..9), start in 0_u32..7000, later in 0_u32..2000,
    ) {
        let mut school = duty(every, window, &[]);
        school.world.now = hours(start);
        let before = school.result();
        school.world.now = hours(start + later);
        let after = school.result();
        if before.standing == Standing::Broken && after.standing != Standing::Unknown {
            prop_assert_eq!(after.standing, Standing::Broken);
            prop_assert_eq!(after.findings[0].since, before.findings[0].since);
        }
    }
}

/// Whether something done lies between then and now.
fn turns_up(school: &School, then: Timestamp) -> bool {
    let calendar = &school.world.calendar;
    let table = school.world.table_of("done").unwrap();
    (0..table.rows.len()).any(|row| {
        let on = school.world.value("done", row, "on").and_then(Value::as_date);
        on.is_some_and(|on| on > calendar.day(then) && on <= calendar.day(school.world.now))
    })
}
