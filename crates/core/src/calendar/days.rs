//! What kind of day a day is.

use super::{Beyond, Calendar};
use jiff::civil::{Date, Weekday};

impl Calendar {
    /// Monday to Friday, no bank holiday of the division. Needs no terms; [`Beyond`] where the list of bank holidays ends.
    pub fn is_working_day(&self, day: Date) -> Result<bool, Beyond> {
        Ok(is_weekday(day) && !self.holidays.contains(self.division, day)?)
    }

    /// A day with a pupil session.
    pub fn is_school_day(&self, day: Date) -> Result<bool, Beyond> {
        self.knows(day)?;
        let Some(term) = self.term_of(day) else { return Ok(false) };
        let on_break = term.half_from.zip(term.half_to).is_some_and(|(from, to)| from <= day && day <= to);
        let off = on_break || term.closed.contains(&day) || self.is_inset(day);
        Ok(!off && self.is_working_day(day)?)
    }

    /// A school day or an INSET day.
    pub fn is_staff_day(&self, day: Date) -> Result<bool, Beyond> {
        Ok(self.is_school_day(day)? || self.is_inset(day))
    }

    /// The last staff day on or before a day: where a date goes that would fall into a holiday.
    pub fn pull_forward(&self, day: Date) -> Result<Date, Beyond> {
        let mut at = day;
        while !self.is_staff_day(at)? {
            at = at.yesterday().map_err(|_| self.beyond())?;
        }
        Ok(at)
    }

    fn is_inset(&self, day: Date) -> bool {
        let term =
            |at: Option<&super::Term>| at.is_some_and(|term| term.inset.contains(&day) && !term.closed.contains(&day));
        let next = self.terms.partition_point(|term| term.from <= day);
        term(self.terms.get(next)) || term(next.checked_sub(1).and_then(|at| self.terms.get(at)))
    }
}

fn is_weekday(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}
