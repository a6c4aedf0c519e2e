//! The school's calendar: terms, half terms, INSET days, bank holidays by division, the zone.
//!
//! - A **working day** is Monday to Friday and no bank holiday of the school's division; it needs no terms.
//! - A **school day** has a pupil session: Monday to Friday inside a term, not in its half-term break, no bank
//!   holiday, no INSET day, not closed.
//! - A **staff day** is a school day or an INSET day.
//! - A **school year** runs from 1 September to 31 August; in Scotland from 1 August to 31 July.
//! - A **half-term** is a part of a term before or after its break; a term without a break is one part.
//! - **Minutes and hours** elapse in UTC and never stop for holidays; everything longer is counted in local days.
//!
//! Invariant: beyond the last known day nothing is guessed; answers are [`Beyond`]. Known are the days from the
//! first term to the last one, with the rest of a school year whose summer term is known, as far as the list of
//! bank holidays goes.

mod arithmetic;
mod check;
mod days;
mod holidays;
mod period;

pub use check::check;
pub use holidays::{BankHolidays, HolidaysError};
pub use period::Period;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use std::sync::Arc;

/// Asked about a day the calendar does not know: *unknown: calendar ends on …*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", match ends_on {
    Some(day) => format!("the calendar ends on {day}"),
    None => "the school has no calendar yet".to_owned(),
})]
pub struct Beyond {
    /// Last known day; `None` when there is no calendar.
    pub ends_on: Option<Date>,
}

/// Part of the United Kingdom, for bank holidays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Division {
    /// The default.
    #[default]
    EnglandAndWales,
    /// Scotland.
    Scotland,
    /// Northern Ireland.
    NorthernIreland,
}

/// One term, with its half-term break and INSET days inside or beside it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// `autumn`, `spring`, `summer` or the school's own word.
    pub name: String,
    /// First staff day.
    pub from: Date,
    /// Last staff day.
    pub to: Date,
    /// First day of the half-term break, when there is one.
    #[serde(default)]
    pub half_from: Option<Date>,
    /// Last day of the half-term break.
    #[serde(default)]
    pub half_to: Option<Date>,
    /// Staff days without pupils.
    #[serde(default)]
    pub inset: Vec<Date>,
    /// Days closed for everybody.
    #[serde(default)]
    pub closed: Vec<Date>,
}

/// What a school says about its year.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    zone: TimeZone,
    division: Division,
    terms: Vec<Term>,
    holidays: Arc<BankHolidays>,
    known: Option<(Date, Date)>,
}

impl Calendar {
    /// A calendar in Europe/London with the bank holidays this program was built with.
    /// Terms are sorted; what is wrong with them is [`check`]'s to say and the caller's to refuse.
    pub fn new(division: Division, mut terms: Vec<Term>) -> Self {
        terms.sort_by_key(|term| term.from);
        let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
        Self { zone, division, terms, holidays: BankHolidays::embedded(), known: None }.with_known()
    }

    /// The same with a newer list of bank holidays.
    pub fn with_bank_holidays(mut self, holidays: Arc<BankHolidays>) -> Self {
        self.holidays = holidays;
        self.with_known()
    }

    /// The school's zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The local day of an instant.
    pub fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// The instant at which a local day begins.
    pub fn start_of(&self, day: Date) -> Timestamp {
        day.to_zoned(self.zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }

    /// The instant at which a local day is over: the start of the day after.
    pub fn end_of(&self, day: Date) -> Timestamp {
        day.tomorrow().map_or(Timestamp::MAX, |next| self.start_of(next))
    }

    /// The first local midnight after an instant.
    pub fn next_midnight(&self, at: Timestamp) -> Timestamp {
        self.end_of(self.day(at))
    }

    /// Its terms, in order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Its division.
    pub fn division(&self) -> Division {
        self.division
    }

    /// First known day; `None` when there is no calendar.
    pub fn starts_on(&self) -> Option<Date> {
        self.known.map(|(from, _)| from)
    }

    /// Last known day; `None` when there is no calendar.
    pub fn ends_on(&self) -> Option<Date> {
        self.known.map(|(_, to)| to)
    }

    /// From the first term to the last. Terms that begin or end near the ends of a school year tell its holidays too.
    fn with_known(mut self) -> Self {
        let days = || self.terms.iter().flat_map(Term::days);
        self.known = days().min().zip(days().max()).map(|(first, last)| {
            let year = self.school_year_start(first);
            let early = year.checked_add(2.months()).is_ok_and(|autumn| first < autumn);
            let next_year = self.school_year_start(last).checked_add(1.year()).unwrap_or(Date::MAX);
            let late = next_year.checked_sub(3.months()).is_ok_and(|summer| last >= summer);
            let from = if early { year } else { first };
            let to = if late { next_year.yesterday().unwrap_or(last) } else { last };
            (from.max(self.holidays.known_from()), to.min(self.holidays.known_to()))
        });
        self
    }

    /// The term a day lies in, first and last day included.
    pub fn term_of(&self, day: Date) -> Option<&Term> {
        let after = self.terms.partition_point(|term| term.from <= day);
        self.terms[..after].last().filter(|term| day <= term.to)
    }

    /// First day of the school year a day lies in: 1 September, in Scotland 1 August.
    pub fn school_year_start(&self, day: Date) -> Date {
        let month = if self.division == Division::Scotland { 8 } else { 9 };
        let year = if day.month() >= month { day.year() } else { day.year().saturating_sub(1) };
        Date::new(year, month, 1).unwrap_or(Date::MIN)
    }

    fn beyond(&self) -> Beyond {
        Beyond { ends_on: self.ends_on() }
    }

    fn knows(&self, day: Date) -> Result<(), Beyond> {
        if self.known.is_some_and(|(from, to)| from <= day && day <= to) { Ok(()) } else { Err(self.beyond()) }
    }
}

impl Term {
    fn days(&self) -> impl Iterator<Item = Date> {
        [self.from, self.to].into_iter().chain(self.inset.iter().copied())
    }
}

#[cfg(test)]
mod calendar_tests;
#[cfg(test)]
mod property_tests;
