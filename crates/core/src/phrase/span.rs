//! Spans: `26 hours`, `5 working days`, `1 term`. Hours elapse; everything longer is counted on the calendar.

use super::{PhraseError, phrase_serde, quoted};
use std::fmt;
use std::str::FromStr;

/// A number of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// How many; may be negative where a phrase allows *before* (`-7 days` in a ladder).
    pub count: i32,
    /// Of what.
    pub unit: Unit,
}

/// The units of a [`Span`], from the language specification §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Elapses.
    Minute,
    /// Elapses.
    Hour,
    /// Calendar day.
    Day,
    /// Seven calendar days.
    Week,
    /// Calendar month.
    Month,
    /// Calendar year.
    Year,
    /// Monday to Friday, not a bank holiday of the school's division.
    WorkingDay,
    /// A day with a pupil session.
    SchoolDay,
    /// A school day or an INSET day.
    StaffDay,
    /// Half of a term.
    HalfTerm,
    /// Term of the school's calendar.
    Term,
    /// 1 September to 31 August.
    SchoolYear,
}

const UNITS: [(Unit, &str); 12] = [
    (Unit::Minute, "minute"),
    (Unit::Hour, "hour"),
    (Unit::Day, "day"),
    (Unit::Week, "week"),
    (Unit::Month, "month"),
    (Unit::Year, "year"),
    (Unit::WorkingDay, "working day"),
    (Unit::SchoolDay, "school day"),
    (Unit::StaffDay, "staff day"),
    (Unit::HalfTerm, "half-term"),
    (Unit::Term, "term"),
    (Unit::SchoolYear, "school year"),
];

impl Unit {
    /// `Some(seconds)` for units that simply elapse.
    pub fn elapsed_seconds(self) -> Option<i64> {
        match self {
            Self::Minute => Some(60),
            Self::Hour => Some(3600),
            _ => None,
        }
    }

    /// Days, for units whose length does not depend on a school's calendar and that are not shorter than a day.
    pub fn fixed_days(self) -> Option<i32> {
        match self {
            Self::Day => Some(1),
            Self::Week => Some(7),
            _ => None,
        }
    }
}

impl Span {
    /// Elapsed seconds of minutes, hours, days and weeks (a day as 24 hours): how `age()` compares. `None` for calendar units.
    pub fn seconds(self) -> Option<i64> {
        let each = self.unit.elapsed_seconds().or_else(|| self.unit.fixed_days().map(|d| i64::from(d) * 86_400))?;
        Some(i64::from(self.count) * each)
    }

    /// A rough length in seconds, only for ordering spans of different units (months 30, terms 120 days).
    pub fn rough_seconds(self) -> i64 {
        let each = match self.unit {
            Unit::Minute => 60,
            Unit::Hour => 3600,
            Unit::Day => 86_400,
            Unit::WorkingDay | Unit::SchoolDay | Unit::StaffDay => 120_960,
            Unit::Week => 604_800,
            Unit::Month => 30 * 86_400,
            Unit::HalfTerm => 60 * 86_400,
            Unit::Term => 120 * 86_400,
            Unit::Year | Unit::SchoolYear => 365 * 86_400,
        };
        i64::from(self.count) * each
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = UNITS.iter().find(|(unit, _)| *unit == self.unit).map_or("", |(_, name)| name);
        let plural = if self.count.unsigned_abs() == 1 { "" } else { "s" };
        write!(f, "{} {name}{plural}", self.count)
    }
}

impl FromStr for Span {
    type Err = PhraseError;

    fn from_str(text: &str) -> Result<Self, PhraseError> {
        let bad = || {
            PhraseError(format!("{} is not a span; write a number and a unit, as in `5 working days`", quoted(text)))
        };
        let (count, name) = text.trim().split_once(' ').ok_or_else(bad)?;
        let count: i32 = count.parse().map_err(|_| bad())?;
        if count.unsigned_abs() > 100_000 {
            return Err(PhraseError(format!("{} is longer than a span may be (100000 units)", quoted(text))));
        }
        let name = name.trim();
        let single = name.strip_suffix('s').unwrap_or(name);
        let unit = UNITS.iter().find(|(_, known)| *known == single).map(|(unit, _)| *unit).ok_or_else(bad)?;
        Ok(Self { count, unit })
    }
}
phrase_serde!(Span);
