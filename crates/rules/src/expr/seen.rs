//! Values while an expression runs: small, copied, borrowed from the world.
//!
//! Invariant: a value that moves with time carries its slope, so that a comparison can say when it turns.

use jiff::civil::Date;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One known value. Absent is `None` around it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seen<'w> {
    Empty,
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(&'w str),
    /// Days since 1970; moves with `today` when the slope is 1.
    Date(i32, i8),
    /// Microseconds since 1970; moves with `now` when the slope is 1.
    Instant(i64, i8),
    /// Microseconds; moves with `now` by the slope.
    Elapsed(i64, i8),
    /// A length of time in calendar units.
    Span(Span),
    /// An entry not yet looked up.
    Ref(EntryId),
    /// Register and row.
    Entry(usize, usize),
    Map(&'w BTreeMap<Name, Value>),
    List(&'w [Value]),
}

impl<'w> Seen<'w> {
    /// Borrows a stored value.
    pub fn of(value: &'w Value) -> Self {
        match value {
            Value::Empty => Self::Empty,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Number(value) => Self::Number(*value),
            Value::Text(value) => Self::Text(value),
            Value::Date(value) => Self::Date(day_number(*value), 0),
            Value::Instant(value) => Self::Instant(value.as_microsecond(), 0),
            Value::Seconds(value) => Self::Elapsed(value.saturating_mul(SECOND), 0),
            Value::Ref(id) => Self::Ref(*id),
            Value::List(items) => Self::List(items),
            Value::Map(map) => Self::Map(map),
        }
    }

    /// Borrows a span: elapsed when its length does not depend on the calendar.
    pub fn span(span: Span) -> Self {
        span.seconds().map_or(Self::Span(span), |seconds| Self::Elapsed(seconds.saturating_mul(SECOND), 0))
    }

    /// Known to have none.
    pub fn is_empty(self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Owns it again. A moving instant stands still.
    pub fn value(self, id_of: impl Fn(usize, usize) -> EntryId) -> Value {
        match self {
            Self::Empty => Value::Empty,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            Self::Number(value) => Value::Number(value),
            Self::Text(value) => Value::text(value),
            Self::Date(value, _) => Value::Date(date_of(value)),
            Self::Instant(value, _) => Value::Instant(super::window::instant(value)),
            Self::Elapsed(value, _) => Value::Seconds(value.div_euclid(SECOND)),
            Self::Span(span) => Value::text(span.to_string()),
            Self::Ref(id) => Value::Ref(id),
            Self::Entry(register, row) => Value::Ref(id_of(register, row)),
            Self::Map(map) => Value::Map(Arc::new(map.clone())),
            Self::List(items) => Value::List(Arc::from(items)),
        }
    }
}

/// Microseconds in a second.
pub(super) const SECOND: i64 = 1_000_000;
/// Microseconds in a day of 24 hours.
pub(super) const DAY: i64 = 86_400 * SECOND;

/// Days since 1 January 1970 (days-from-civil; plain arithmetic because every comparison of days needs it).
pub(super) fn day_number(date: Date) -> i32 {
    let (year, month, day) = (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The day of a number; ends of the calendar beyond it.
pub(super) fn date_of(number: i32) -> Date {
    let epoch = Date::constant(1970, 1, 1);
    let beyond = if number < 0 { Date::MIN } else { Date::MAX };
    let days = jiff::Span::new().try_days(i64::from(number));
    days.and_then(|days| epoch.checked_add(days)).unwrap_or(beyond)
}

#[cfg(test)]
#[path = "seen_tests.rs"]
mod seen_tests;
