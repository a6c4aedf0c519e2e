//! Where a duty is in its course: the occurrence that passed last, and the one to come.

use super::dates;
use super::occurrence::{Occurrence, asked, ends, every_of, next, of_period};
use crate::flow::clock;
use crate::judge::Ctx;
use jiff::{Timestamp, civil::Date};
use schoolkeeper_core::calendar::Period;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::phrase::Every;
use schoolkeeper_core::standing::Missing;

/// Most occurrences anybody walks through: 20 years of school days.
pub(super) const MOST: usize = 4_000;

/// The occurrences of a duty, walked from today.
pub(super) struct Series<'w> {
    ctx: Ctx<'w>,
    spec: &'w Duty,
    cadence: Cadence,
    start: Date,
}

enum Cadence {
    Every(Every),
    Listed(Vec<Occurrence>),
}

/// The occurrences around now.
pub(super) struct Moment {
    /// The last one that is past its date and counts.
    pub last: Option<Occurrence>,
    /// The next one whose date is not past; `Err` when nobody can say.
    pub upcoming: Result<Occurrence, Missing>,
    /// Due date of the one after that.
    pub following: Option<Date>,
    /// First instant at which time alone changes these or opens the upcoming one.
    pub until: Option<Timestamp>,
    /// First day of the period today lies in; `None` when the calendar does not reach today.
    pub here: Option<Date>,
}

impl Moment {
    /// Whether the upcoming occurrence may be done.
    pub fn is_open(&self, today: Date) -> bool {
        self.upcoming.as_ref().is_ok_and(|one| one.opens <= today)
    }
}

impl<'w> Series<'w> {
    /// `start`: occurrences due before it count for nothing.
    /// `None` for a duty that waits for events.
    pub fn new(ctx: Ctx<'w>, spec: &'w Duty, start: Date) -> Result<Option<Self>, Missing> {
        let cadence = match (&spec.every, &spec.dates) {
            (Some(every), _) => Cadence::Every(every_of(ctx, every.get_ref())?),
            (None, Some(dates)) => Cadence::Listed(dates::listed(ctx, spec, dates.get_ref())?),
            (None, None) => return Ok(None),
        };
        Ok(Some(Self { ctx, spec, cadence, start }))
    }

    /// Last and next.
    pub fn now(&self) -> Result<Moment, Missing> {
        let today = self.ctx.world.calendar.day(self.ctx.world.now);
        match &self.cadence {
            Cadence::Every(every) => self.in_periods(*every, today),
            Cadence::Listed(listed) => Ok(self.in_list(listed, today)),
        }
    }

    /// The one before, when it counts and the calendar knows it.
    pub fn before(&self, one: &Occurrence) -> Option<Occurrence> {
        let found = match &self.cadence {
            Cadence::Listed(listed) => listed.iter().rfind(|other| other.due < one.due).copied(),
            Cadence::Every(every) => {
                let period = self.working(*every, one.from.yesterday().ok()?).ok()?;
                of_period(self.ctx, self.spec, period).ok()
            }
        };
        found.filter(|one| self.counts(one))
    }

    /// The one a day of the past means, when it counts and the calendar knows it.
    pub fn passed(&self, day: Date) -> Option<Occurrence> {
        let found = match &self.cadence {
            Cadence::Listed(listed) => listed.iter().find(|one| one.is_named(day)).copied(),
            Cadence::Every(every) => of_period(self.ctx, self.spec, self.working(*every, day).ok()?).ok(),
        };
        found.filter(|one| self.counts(one) && one.late_at.is_some_and(|late| late <= self.ctx.world.now))
    }

    fn counts(&self, one: &Occurrence) -> bool {
        one.due >= self.start
    }

    fn in_periods(&self, every: Every, today: Date) -> Result<Moment, Missing> {
        let calendar = &self.ctx.world.calendar;
        let here = match calendar.period(every, today) {
            Ok(period) => period,
            Err(beyond) => return self.beyond(every, today).ok_or_else(|| ends(beyond)),
        };
        let current = of_period(self.ctx, self.spec, self.working(every, today)?)?;
        let (last, upcoming) = if today <= current.due {
            (self.before(&current), Ok(current))
        } else {
            (Some(current), self.after(every, &current))
        };
        let until = match &upcoming {
            Ok(one) => self.turns(one),
            Err(_) => Some(calendar.end_of(here.to)),
        };
        let following = upcoming.as_ref().ok().and_then(|one| self.after(every, one).ok()).map(|one| one.due);
        let last = last.filter(|one| one.due >= self.start);
        Ok(Moment { last, upcoming, following, until, here: Some(here.from) })
    }

    /// Past the end of the calendar only what was missed before it is known.
    fn beyond(&self, every: Every, today: Date) -> Option<Moment> {
        let ends_on = self.ctx.world.calendar.ends_on().filter(|end| *end < today)?;
        let mut days = std::iter::successors(Some(ends_on), |day| day.yesterday().ok()).take(MOST);
        let period = days.find_map(|day| self.working(every, day).ok())?;
        let last = of_period(self.ctx, self.spec, period).ok().filter(|one| one.due >= self.start);
        let upcoming = Err(Missing::CalendarEnds { on: Some(ends_on) });
        Some(Moment { last, upcoming, following: None, until: None, here: None })
    }

    /// The occurrence of the first period after one that is not all holiday.
    fn after(&self, every: Every, one: &Occurrence) -> Result<Occurrence, Missing> {
        for period in self.ctx.world.calendar.periods(every, next(one.to), Date::MAX).take(MOST) {
            if let Some(period) = asked(self.spec, period.map_err(ends)?) {
                return of_period(self.ctx, self.spec, period);
            }
        }
        Err(Missing::CalendarEnds { on: self.ctx.world.calendar.ends_on() })
    }

    fn in_list(&self, listed: &[Occurrence], today: Date) -> Moment {
        let (past, coming): (Vec<Occurrence>, Vec<Occurrence>) = listed.iter().partition(|one| one.due < today);
        let last = past.last().filter(|one| one.due >= self.start).copied();
        let (upcoming, until) = match coming.first() {
            Some(one) => (Ok(*one), self.turns(one)),
            None => (Err(self.no_more_dates()), None),
        };
        let here = Some(past.last().map_or(self.start.min(today), |one| next(one.due)));
        let following = coming.get(1).map(|one| one.due);
        Moment { last, upcoming, following, until, here }
    }

    fn no_more_dates(&self) -> Missing {
        let dates = self.spec.dates.as_ref().map_or("", |dates| dates.get_ref());
        let register = dates.split('/').next().unwrap_or_default();
        Missing::Field { register: register.into(), field: "dates".into() }
    }

    /// The next instant at which an occurrence opens or is late.
    fn turns(&self, one: &Occurrence) -> Option<Timestamp> {
        let opens = self.ctx.world.calendar.start_of(one.opens);
        clock::earlier(clock::ahead(self.ctx, Some(opens)), clock::ahead(self.ctx, one.late_at))
    }

    /// The period of a day; for a holiday, the one that answers for it.
    fn working(&self, every: Every, day: Date) -> Result<Period, Missing> {
        let calendar = &self.ctx.world.calendar;
        let period = calendar.period(every, day).map_err(ends)?;
        asked(self.spec, period).map_or_else(|| calendar.period(every, period.due).map_err(ends), Ok)
    }
}
