//! Periods that come again, for duties and jobs.
//!
//! Invariant: the periods of one [`Every`] follow each other without gap or overlap, and do not depend on when
//! somebody asks. Several days, weeks, months or years are counted from the start of the school year 2020;
//! several terms or half-terms from the start of each school year. A year is a school year.

use super::{Beyond, Calendar};
use crate::phrase::{Every, Unit};
use jiff::{Span, ToSpan, civil::Date};

/// One period of an [`Every`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Last staff day on or before `to`. Before `from` when the whole period is holiday: then it asks for nothing
    /// of its own, and the period that holds `due` answers for it too.
    pub due: Date,
}

impl Period {
    /// No staff day lies in it.
    pub fn is_holiday(&self) -> bool {
        self.due < self.from
    }
}

impl Calendar {
    /// The period a day lies in.
    pub fn period(&self, every: Every, day: Date) -> Result<Period, Beyond> {
        let (from, to) = self.bounds(every, day)?;
        Ok(Period { from, to, due: self.pull_forward(to)? })
    }

    /// The periods that touch the days from `from` to `to`, in order; ends after the first it does not know.
    pub fn periods(&self, every: Every, from: Date, to: Date) -> impl Iterator<Item = Result<Period, Beyond>> {
        let mut next = Some(from);
        std::iter::from_fn(move || {
            let at = next.take().filter(|at| *at <= to)?;
            let period = self.period(every, at);
            next = period.ok().and_then(|period| period.to.tomorrow().ok());
            Some(period)
        })
    }

    fn bounds(&self, every: Every, day: Date) -> Result<(Date, Date), Beyond> {
        let count = i64::from(every.0.count);
        let epoch = self.school_year_start(Date::constant(2020, 9, 1));
        let bounds = match every.0.unit {
            Unit::Day => fixed(epoch, count, day),
            Unit::Week => fixed(monday(epoch), count * 7, day),
            Unit::Month => months(epoch, count, day),
            Unit::Year | Unit::SchoolYear => months(epoch, count * 12, day),
            Unit::Term | Unit::HalfTerm => return self.bounds_of_parts(every, day),
            // `Every` is never read with a shorter or counted unit.
            _ => None,
        };
        bounds.ok_or(self.beyond())
    }

    fn bounds_of_parts(&self, every: Every, day: Date) -> Result<(Date, Date), Beyond> {
        let parts = self.parts(every.0.unit);
        let group = |at: usize| {
            let year = self.year_of(parts[at]);
            let before = (0..at).rev().take_while(|&other| self.year_of(parts[other]) == year).count();
            (year, before as i64 / i64::from(every.0.count))
        };
        let known_from = self.starts_on().ok_or(self.beyond())?;
        let at = match self.part_of(&parts, day) {
            Err(_) if day >= known_from && parts.first().is_some_and(|(from, _)| day < *from) => 0,
            other => other?,
        };
        let mine = group(at);
        let first = (0..=at).rev().take_while(|&other| group(other) == mine).last().unwrap_or(at);
        let last = (at..parts.len()).take_while(|&other| group(other) == mine).last().unwrap_or(at);
        let from = if first == 0 { known_from } else { parts[first].0 };
        let to = match parts.get(last + 1) {
            Some((next, _)) => next.yesterday().map_err(|_| self.beyond())?,
            None => self.ends_on().ok_or(self.beyond())?,
        };
        Ok((from, to))
    }

    /// The school year a part belongs to: that of its middle, as some schools begin in the last days of August.
    fn year_of(&self, (from, to): (Date, Date)) -> Date {
        let half = (to - from).get_days() / 2;
        self.school_year_start(from.checked_add(half.days()).unwrap_or(from))
    }
}

fn fixed(epoch: Date, length: i64, day: Date) -> Option<(Date, Date)> {
    let offset = i64::from((day - epoch).get_days()).rem_euclid(length);
    let from = day.checked_sub(Span::new().try_days(offset).ok()?).ok()?;
    Some((from, from.checked_add(Span::new().try_days(length - 1).ok()?).ok()?))
}

fn months(epoch: Date, length: i64, day: Date) -> Option<(Date, Date)> {
    let passed = i64::from(day.year() - epoch.year()) * 12 + i64::from(day.month() - epoch.month());
    let first = day.first_of_month();
    let from = first.checked_sub(Span::new().try_months(passed.rem_euclid(length)).ok()?).ok()?;
    Some((from, from.checked_add(Span::new().try_months(length).ok()?).ok()?.yesterday().ok()?))
}

fn monday(day: Date) -> Date {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(back.days()).unwrap_or(day)
}
