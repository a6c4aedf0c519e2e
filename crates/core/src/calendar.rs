//! The school's calendar: terms, half terms, INSET days, bank holidays by division, the zone.
//!
//! Invariant: beyond the last known day nothing is guessed; answers are [`Beyond`].

use crate::phrase::{Every, Span};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Asked about a day the calendar does not know: *unknown: calendar ends on …*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the calendar ends on {ends_on:?}")]
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
}

impl Calendar {
    /// A calendar in Europe/London. Terms are sorted; overlaps are the caller's to refuse.
    pub fn new(division: Division, mut terms: Vec<Term>) -> Self {
        terms.sort_by_key(|term| term.from);
        let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
        Self { zone, division, terms }
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

    /// Its terms, in order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Its division.
    pub fn division(&self) -> Division {
        self.division
    }
}

#[expect(unused_imports, reason = "the phrases the arithmetic below is written in")]
use {Every as _, Span as _};
