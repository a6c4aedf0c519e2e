//! What holds for every day, span and period.

use super::calendar_tests::year;
use super::*;
use crate::phrase::{Every, Span, Unit};
use jiff::civil::date;
use proptest::prelude::*;

const LONG: [Unit; 10] = [
    Unit::Day,
    Unit::Week,
    Unit::Month,
    Unit::Year,
    Unit::WorkingDay,
    Unit::SchoolDay,
    Unit::StaffDay,
    Unit::HalfTerm,
    Unit::Term,
    Unit::SchoolYear,
];
const AGAIN: [Unit; 7] = [Unit::Day, Unit::Week, Unit::Month, Unit::Year, Unit::HalfTerm, Unit::Term, Unit::SchoolYear];

fn calendar() -> Calendar {
    Calendar::new(Division::EnglandAndWales, year())
}

fn day() -> impl Strategy<Value = Date> {
    (-100_i64..500).prop_map(|offset| date(2026, 9, 1).checked_add(offset.days()).expect("a day near 2026"))
}

fn hostile() -> impl Strategy<Value = Date> {
    prop_oneof![
        Just(Date::MIN),
        Just(Date::MAX),
        (1_i16..9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day)),
        day(),
    ]
}

proptest! {
    #[test]
    fn counting_undoes_adding(from in day(), count in -40_i32..40, unit in 0_usize..10) {
        let (calendar, unit) = (calendar(), LONG[unit]);
        if let Ok(to) = calendar.add(from, Span { count, unit }) {
            prop_assert_eq!(calendar.count(unit, from, to), Ok(i64::from(count)));
        }
    }

    #[test]
    fn adding_keeps_the_order_of_days(a in day(), b in day(), count in -40_i32..40, unit in 0_usize..10) {
        let (calendar, span) = (calendar(), Span { count, unit: LONG[unit] });
        let (a, b) = (a.min(b), a.max(b));
        if let (Ok(first), Ok(second)) = (calendar.add(a, span), calendar.add(b, span)) {
            prop_assert!(first <= second, "{first} > {second}");
        }
    }

    #[test]
    fn pulling_forward_is_never_later_and_done_once(at in day()) {
        let calendar = calendar();
        if let Ok(pulled) = calendar.pull_forward(at) {
            prop_assert!(pulled <= at);
            prop_assert_eq!(calendar.is_staff_day(pulled), Ok(true));
            prop_assert_eq!(calendar.pull_forward(pulled), Ok(pulled));
        }
    }

    #[test]
    fn periods_follow_each_other_without_gap(at in day(), count in 1_i32..7, unit in 0_usize..7) {
        let (calendar, every) = (calendar(), Every(Span { count, unit: AGAIN[unit] }));
        if let Ok(period) = calendar.period(every, at) {
            prop_assert!(period.from <= at && at <= period.to);
            prop_assert!(period.due <= period.to);
            for same in [period.from, period.to] {
                prop_assert_eq!(calendar.period(every, same), Ok(period));
            }
            let next = period.to.tomorrow().expect("a day near 2026");
            if let Ok(next) = calendar.period(every, next) {
                prop_assert_eq!(next.from.yesterday().ok(), Some(period.to));
            }
        }
    }

    #[test]
    fn nothing_is_said_about_days_beyond_the_calendar(at in day()) {
        let calendar = calendar();
        let known = date(2026, 9, 1) <= at && at <= date(2027, 8, 31);
        prop_assert_eq!(calendar.is_school_day(at).is_ok(), known);
        prop_assert_eq!(calendar.is_staff_day(at).is_ok(), known);
        prop_assert_eq!(calendar.pull_forward(at).is_ok(), known);
    }

    /// Terms nobody has checked give wrong answers at most, never a panic or an endless walk.
    #[test]
    fn hostile_terms_and_days_are_answered(
        days in prop::collection::vec((hostile(), hostile(), hostile(), hostile()), 0..5),
        at in hostile(), count in -100_000_i32..=100_000, unit in 0_usize..10,
    ) {
        let terms = days.into_iter().map(|(from, to, half_from, half_to)| {
            let (half_from, half_to) = (Some(half_from), Some(half_to));
            Term { name: String::new(), from, to, half_from, half_to, inset: vec![half_to.unwrap_or(to)], closed: vec![to] }
        });
        let terms: Vec<Term> = terms.collect();
        check(&terms);
        let (calendar, unit) = (Calendar::new(Division::Scotland, terms), LONG[unit]);
        let span = Span { count, unit };
        let _ = (calendar.add(at, span), calendar.count(unit, at, date(2026, 9, 1)), calendar.pull_forward(at));
        let _ = (calendar.add_instant(Timestamp::MAX, span), calendar.next_midnight(Timestamp::MAX));
        let every = Every(Span { count: count.abs().max(1), unit });
        let _ = (calendar.period(every, at), calendar.periods(every, Date::MIN, Date::MAX).take(5_000).count());
    }

    #[test]
    fn any_text_is_answered_as_a_list_of_bank_holidays(text in ".{0,200}") {
        prop_assert!(BankHolidays::read(&text).is_err());
    }
}
