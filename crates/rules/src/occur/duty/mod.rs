//! How a duty stands.
//!
//! - **When it begins to count.** An occurrence counts when it is due on or after the day the control came into force
//!   at the school (`World::in_force_since`), or the earliest occurrence anybody did, whichever is earlier. Where
//!   neither is known, what passed before today counts for nothing: the next occurrence is *due*.
//! - **Late is not lost.** An occurrence done after its date is done; one done before its window opens too. Doing the
//!   upcoming one answers for those missed before it.
//! - **Since.** A missed occurrence is broken from the end of its due date, and so are those missed after it.
//! - What lies before the calendar's first day is not asked about.

mod after_event;
mod asked;
mod one;
mod sampled;

use super::checklist;
use super::doing::Doings;
use super::occurrence::Occurrence;
use super::series::{Moment, Series};
use super::subjects;
use crate::compiled::CompiledControl;
use crate::flow::clock;
use crate::flow::people::{self, NameKind};
use crate::judge::{Ctx, Judged, Judgement};
use jiff::civil::Date;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Who;
use schoolkeeper_core::standing::{Missing, Standing};

/// Judges a duty: the control as a whole, or each entry it is for.
pub fn judge(ctx: Ctx<'_>, control: &CompiledControl, spec: &Duty) -> Judged {
    let course = Course::new(ctx, control, spec);
    let stands = course.stand().unwrap_or_else(|missing| vec![Judgement::missing(missing)]);
    let mut all = stands;
    for problem in checklist::problems(ctx, control, spec, &course.doings) {
        merge(&mut all, problem);
    }
    all.extend([&spec.owner, &spec.countersign].into_iter().filter_map(|who| vacancy(ctx, who)));
    Judged::of(all)
}

/// One subject has one judgement: the worse, with what both say.
fn merge(all: &mut Vec<Judgement>, other: Judgement) {
    let Some(known) =
        all.iter_mut().find(|known| known.subject == other.subject && known.standing != Standing::Unknown)
    else {
        all.push(other);
        return;
    };
    let until = clock::earlier(known.valid_until, other.valid_until);
    let due_on = [known.due_on, other.due_on].into_iter().flatten().min();
    let both = known.standing == other.standing;
    let (mut worse, better) =
        if other.standing > known.standing { (other, known.clone()) } else { (known.clone(), other) };
    if both {
        worse.since = clock::earlier(worse.since, better.since);
        let words: Vec<String> = [worse.message.take(), better.message].into_iter().flatten().collect();
        worse.message = (!words.is_empty()).then(|| words.join("; "));
    }
    worse.missing.extend(better.missing);
    *known = Judgement { valid_until: until, due_on, ..worse };
}

/// Nobody holds any of the roles: nobody will do it. What is overdue stays broken, which is worse.
fn vacancy(ctx: Ctx<'_>, who: &Who) -> Option<Judgement> {
    let roles = who.iter().all(|name| people::kind_of(ctx, name, None) == NameKind::Role);
    let vacant = people::vacant(ctx, &who.0, None);
    if who.is_empty() || !roles || vacant.len() < who.0.len() {
        return None;
    }
    let until = who.iter().filter_map(|name| people::holders_until(ctx, name)).min();
    let missing = vacant.into_iter().map(|name| Missing::Role { name }).collect();
    Some(Judgement { missing, ..Judgement::whole(Standing::Unknown).until(until) })
}

/// A duty with everything that was done for it.
pub(super) struct Course<'w> {
    ctx: Ctx<'w>,
    control: &'w CompiledControl,
    spec: &'w Duty,
    pub(super) doings: Doings<'w>,
    pub(super) today: Date,
}

/// What is asked of one subject.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    /// The one that is past its date and counts.
    pub last: Option<Occurrence>,
    /// The one to come.
    pub upcoming: Option<Occurrence>,
    /// What it is about.
    pub subject: Option<(usize, usize)>,
}

impl<'w> Course<'w> {
    pub(super) fn new(ctx: Ctx<'w>, control: &'w CompiledControl, spec: &'w Duty) -> Self {
        let today = ctx.world.calendar.day(ctx.world.now);
        Self { ctx, control, spec, doings: Doings::of(ctx, control, spec), today }
    }

    fn in_force(&self) -> Option<Date> {
        self.ctx.world.in_force_since.get(&self.control.control.id).map(|at| self.ctx.world.calendar.day(*at))
    }

    /// The day from which occurrences count.
    pub(super) fn start(&self) -> Date {
        [self.in_force(), self.doings.earliest()].into_iter().flatten().min().unwrap_or(self.today)
    }

    /// Its occurrences as far as they count; `None` for a duty that waits for events.
    fn series(&self) -> Result<Option<Series<'w>>, Missing> {
        Series::new(self.ctx, self.spec, self.start())
    }

    /// An occurrence that passed before the last one, by a day that means it.
    pub(super) fn passed(&self, day: Date, subject: Option<(usize, usize)>) -> Option<Occurrence> {
        let series = self.series().ok().flatten().filter(|_| self.spec.sample.is_none())?;
        series.passed(day).filter(|one| subject.is_none_or(|subject| self.existed(subject, one)))
    }

    fn stand(&self) -> Result<Vec<Judgement>, Missing> {
        let Some(series) = self.series()? else { return self.events() };
        let moment = series.now()?;
        match (&self.spec.sample, &self.spec.subject) {
            (Some(sample), _) => Ok(self.sampled(&series, &moment, sample)),
            (None, Some(subject)) => Ok(self.each(&series, &moment, subject.get_ref())),
            (None, None) => {
                let asked = Asked { last: moment.last, upcoming: moment.upcoming.clone().ok(), subject: None };
                Ok(vec![self.one(&series, &moment, asked)])
            }
        }
    }

    fn each(&self, series: &Series<'_>, moment: &Moment, register: &Name) -> Vec<Judgement> {
        let census = subjects::census(self.ctx, register, self.control.expr("where"));
        let Some(subjects) = subjects::of(self.ctx, self.control, register) else { return vec![census] };
        let until = clock::earlier(census.valid_until, subjects.until);
        let mut all = vec![census.until(clock::earlier(until, moment.until))];
        all.extend(subjects.unsure);
        for row in subjects.rows {
            let subject = (subjects.register, row);
            let last = moment.last.filter(|one| self.existed(subject, one));
            let asked = Asked { last, upcoming: moment.upcoming.clone().ok(), subject: Some(subject) };
            all.push(self.one(series, moment, asked));
        }
        all
    }

    /// An entry that came later than an occurrence was due was not asked for then.
    pub(super) fn existed(&self, (register, row): (usize, usize), one: &Occurrence) -> bool {
        one.late_at.is_none_or(|late| self.ctx.world.table(register).rows[row].since < late)
    }
}
