//! Adding spans to days and instants, and counting units between days.
//!
//! Invariant: `count(unit, a, add(a, n unit)) == n` for every unit of a day or more.

use super::{Beyond, Calendar};
use crate::phrase::{Span, Unit};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

impl Calendar {
    /// A day so many units later (earlier when negative).
    ///
    /// Working, school and staff days count the days after `day`. Months and years keep the day of the month, or
    /// take its last day. Terms and half-terms keep the distance from their start, at most their last day.
    /// Minutes and hours elapse from the start of the day and give the day they end in.
    pub fn add(&self, day: Date, span: Span) -> Result<Date, Beyond> {
        let count = i64::from(span.count);
        let later = match span.unit {
            Unit::Minute | Unit::Hour => return Ok(self.day(self.add_instant(self.start_of(day), span)?)),
            Unit::WorkingDay => return self.step(day, count, Self::is_working_day),
            Unit::SchoolDay => return self.step(day, count, Self::is_school_day),
            Unit::StaffDay => return self.step(day, count, Self::is_staff_day),
            Unit::Term | Unit::HalfTerm => return self.add_parts(day, count, span.unit),
            Unit::Day => jiff::Span::new().try_days(count),
            Unit::Week => jiff::Span::new().try_weeks(count),
            Unit::Month => jiff::Span::new().try_months(count),
            Unit::Year | Unit::SchoolYear => jiff::Span::new().try_years(count),
        };
        later.and_then(|later| day.checked_add(later)).map_err(|_| self.beyond())
    }

    /// An instant so much later. Minutes and hours elapse and never stop, so that 72 hours are 72 hours;
    /// anything longer lasts until the end of the local day it reaches.
    pub fn add_instant(&self, at: Timestamp, span: Span) -> Result<Timestamp, Beyond> {
        match span.unit.elapsed_seconds() {
            Some(each) => {
                let seconds = SignedDuration::from_secs(each * i64::from(span.count));
                at.checked_add(seconds).map_err(|_| self.beyond())
            }
            None => Ok(self.end_of(self.add(self.day(at), span)?)),
        }
    }

    /// How many whole units may be added to `from` without passing `to`; negative when `to` is earlier.
    /// Of working, school and staff days: those after `from` up to and including `to`.
    pub fn count(&self, unit: Unit, from: Date, to: Date) -> Result<i64, Beyond> {
        let days = i64::from((to - from).get_days());
        let is_unit = match unit {
            Unit::Minute | Unit::Hour => {
                let seconds = self.start_of(to).duration_since(self.start_of(from)).as_secs();
                return Ok(seconds / unit.elapsed_seconds().unwrap_or(1));
            }
            Unit::Day => return Ok(days),
            Unit::Week => return Ok(days / 7),
            Unit::Month | Unit::Year | Unit::SchoolYear | Unit::Term | Unit::HalfTerm => {
                return self.count_long(unit, from, to);
            }
            Unit::WorkingDay => Self::is_working_day,
            Unit::SchoolDay => Self::is_school_day,
            Unit::StaffDay => Self::is_staff_day,
        };
        let (mut at, mut found) = (from, 0);
        while at != to {
            at = if to > from { at.tomorrow() } else { at.yesterday() }.map_err(|_| self.beyond())?;
            found += i64::from(is_unit(self, at)?);
        }
        Ok(if to > from { found } else { -found })
    }

    fn count_long(&self, unit: Unit, from: Date, to: Date) -> Result<i64, Beyond> {
        let months = i64::from(to.year() - from.year()) * 12 + i64::from(to.month() - from.month());
        let guess = match unit {
            Unit::Month => months,
            Unit::Term | Unit::HalfTerm => {
                let parts = self.parts(unit);
                self.part_of(&parts, to)? as i64 - self.part_of(&parts, from)? as i64
            }
            _ => i64::from(to.year() - from.year()),
        };
        let passed = |count: i64| {
            let count = i32::try_from(count).map_err(|_| self.beyond())?;
            let day = self.add(from, Span { count, unit })?;
            Ok(if to >= from { day > to } else { day < to })
        };
        Ok(if guess != 0 && passed(guess)? { guess - guess.signum() } else { guess })
    }

    fn step(&self, day: Date, count: i64, is: impl Fn(&Self, Date) -> Result<bool, Beyond>) -> Result<Date, Beyond> {
        let (mut at, mut left) = (day, count.abs());
        while left > 0 {
            at = if count > 0 { at.tomorrow() } else { at.yesterday() }.map_err(|_| self.beyond())?;
            left -= i64::from(is(self, at)?);
        }
        Ok(at)
    }

    fn add_parts(&self, day: Date, count: i64, unit: Unit) -> Result<Date, Beyond> {
        let parts = self.parts(unit);
        let at = self.part_of(&parts, day)?;
        let target = usize::try_from(at as i64 + count).ok().and_then(|to| parts.get(to)).ok_or(self.beyond())?;
        let offset = (day - parts[at].0).get_days();
        let moved = target.0.checked_add(offset.days()).map_err(|_| self.beyond())?;
        Ok(moved.min(target.1))
    }

    /// First and last days of the terms, or of the parts their half-term breaks cut them into.
    pub(super) fn parts(&self, unit: Unit) -> Vec<(Date, Date)> {
        let mut out = Vec::new();
        for term in &self.terms {
            let halves = term.half_from.zip(term.half_to).filter(|_| unit == Unit::HalfTerm);
            match halves.and_then(|(from, to)| Some((from.yesterday().ok()?, to.tomorrow().ok()?))) {
                Some((before, after)) => out.extend([(term.from, before), (after, term.to)]),
                None => out.push((term.from, term.to)),
            }
        }
        out
    }

    /// Index of the part a day lies in or follows.
    pub(super) fn part_of(&self, parts: &[(Date, Date)], day: Date) -> Result<usize, Beyond> {
        self.knows(day)?;
        parts.partition_point(|(from, _)| *from <= day).checked_sub(1).ok_or(self.beyond())
    }
}
