//! Who should have been told what by an instant: a function of the world, so nothing is told twice or lost.
//!
//! Invariant: the text never carries more than the name of the control and a link to an entry.

use super::clock;
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::control::Control;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::When;

/// One telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Recipients, as the policy writes them.
    pub who: Vec<Name>,
    /// The moment it is about.
    pub moment: When,
    /// When it goes out.
    pub when: Timestamp,
    /// What it names.
    pub what: What,
}

/// All a telling may say: a name and where the link leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct What {
    /// Title of the control.
    pub name: String,
    /// The entry the link leads to; the control's own page when `None`.
    pub entry: Option<EntryId>,
}

/// The course of one request, case, dispatch …: what its tellings are counted from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// The entry.
    pub entry: Option<EntryId>,
    /// It began.
    pub opened: Option<Timestamp>,
    /// First instant that is too late.
    pub due: Option<Timestamp>,
    /// It ended.
    pub closed: Option<Timestamp>,
    /// It changed.
    pub changed: Vec<Timestamp>,
    /// A ladder of its own, before that of the control.
    pub ladder: Option<Name>,
    /// People told at its beginning besides `tell`: those who are to act.
    pub to: Vec<Name>,
    /// People told at its end besides `tell`.
    pub back_to: Vec<Name>,
}

impl Course {
    /// Whether it ran past its time before it ended.
    fn overdue(&self) -> Option<Timestamp> {
        self.due.filter(|due| self.closed.is_none_or(|closed| closed >= *due))
    }
}

/// Everything to be told over one course until `by`, in order.
pub fn of_course(ctx: Ctx<'_>, control: &Control, course: &Course, by: Timestamp) -> Vec<Told> {
    let what = What { name: control.title.clone(), entry: course.entry };
    let mut out: Vec<Told> = Vec::new();
    let mut tell = |who: &[Name], moment: When, when: Option<Timestamp>| {
        if let Some(when) = when.filter(|when| *when <= by && !who.is_empty()) {
            out.push(Told { who: who.to_vec(), moment, when, what: what.clone() });
        }
    };
    tell(&course.to, When::Opened, course.opened);
    tell(&course.back_to, When::Closed, course.closed);
    for line in &control.tell {
        let who = &line.who.0;
        match line.when {
            When::Opened => tell(who, When::Opened, course.opened),
            When::Due => tell(who, When::Due, due_day(ctx, course)),
            When::Overdue => tell(who, When::Overdue, course.overdue()),
            When::Closed => tell(who, When::Closed, course.closed),
            When::Changed => course.changed.iter().for_each(|at| tell(who, When::Changed, Some(*at))),
        }
    }
    for (who, moment, when) in rungs(ctx, control, course) {
        tell(&who, moment, Some(when));
    }
    out.sort_by_key(|told| told.when);
    out
}

/// The beginning of the last day in time, while it still runs.
fn due_day(ctx: Ctx<'_>, course: &Course) -> Option<Timestamp> {
    let start = ctx.world.calendar.start_of(clock::last_day(ctx, course.due?));
    let at = course.opened.map_or(start, |opened| opened.max(start));
    course.closed.is_none_or(|closed| closed > at).then_some(at)
}

/// The rungs of the ladder that were reached before the course ended.
fn rungs(ctx: Ctx<'_>, control: &Control, course: &Course) -> Vec<(Vec<Name>, When, Timestamp)> {
    let name = course.ladder.as_ref().or(control.ladder.as_ref());
    let ladder = name.and_then(|name| ctx.pack.pack.ladders.get(name));
    let (Some(ladder), Some(due)) = (ladder, course.due) else { return Vec::new() };
    let last_day = clock::last_day(ctx, due);
    let reached = ladder.steps.iter().filter_map(|rung| {
        let at = match rung.at.unit.elapsed_seconds() {
            Some(_) => clock::after(ctx, rung.at, due).ok()?,
            None => ctx.world.calendar.start_of(clock::add(ctx, last_day, rung.at).ok()?),
        };
        let at = course.opened.map_or(at, |opened| opened.max(at));
        let moment = if rung.at.count > 0 { When::Overdue } else { When::Due };
        course.closed.is_none_or(|closed| closed > at).then(|| (rung.tell.0.clone(), moment, at))
    });
    reached.collect()
}
