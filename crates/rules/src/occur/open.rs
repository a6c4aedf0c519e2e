//! What waits for somebody now: occurrences that are open or late, each with those it waits for.
//!
//! Invariant: what stands here is what the standing calls *due* or *broken*; doing it is what ends that.

use super::act::named;
use super::doers::{Doers, doers, owner_names};
use super::doing::State;
use super::duty::{self, Asked};
use super::occurrence::Occurrence;
use super::passed::is_missed;
use crate::compiled::CompiledControl;
use crate::flow::people;
use crate::flow::record::Row;
use crate::flow::telling::{Course, Told, of_course};
use crate::judge::Ctx;
use jiff::civil::Date;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::{EntryId, Name};
use std::collections::BTreeSet;

/// What it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// Somebody does it.
    Doing,
    /// A second person signs what was done.
    Countersigning,
    /// The records agree with what was written down.
    Records,
    /// Nothing: it is done, or was left out.
    Nothing,
}

/// What somebody has to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// It is theirs.
    Owner,
    /// They take part.
    Helper,
    /// They sign what another did.
    Countersigner,
}

/// One occurrence for one subject, not done yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// The duty.
    pub control: Name,
    /// When it is due.
    pub one: Occurrence,
    /// What it is about: register and row.
    pub subject: Option<(usize, usize)>,
    /// It is past its date.
    pub late: bool,
    /// What it waits for.
    pub waits: Waits,
    /// Whose it is.
    pub owners: Doers,
    /// Who takes part.
    pub helpers: BTreeSet<EntryId>,
    /// Who signs after it was done.
    pub countersigners: Doers,
    /// What somebody wrote down and is not all.
    pub begun: Option<EntryId>,
    /// What is lacking of it, in words.
    pub lacking: Option<String>,
    /// The statements it proves.
    pub clauses: Vec<Name>,
}

impl Open {
    /// What a person has to do with it now.
    pub fn part_of(&self, person: EntryId) -> Option<Part> {
        match self.waits {
            Waits::Nothing => None,
            Waits::Countersigning => self.countersigners.people.contains(&person).then_some(Part::Countersigner),
            _ if self.owners.people.contains(&person) => Some(Part::Owner),
            _ => self.helpers.contains(&person).then_some(Part::Helper),
        }
    }
}

/// Everything of a duty that is open or late now, the earliest first; nothing while nobody can say what is due.
pub fn open(ctx: Ctx<'_>, control: &CompiledControl, spec: &Duty) -> Vec<Open> {
    let course = duty::Course::new(ctx, control, spec);
    let mut out: Vec<Open> = Vec::new();
    for asked in course.asked().unwrap_or_default() {
        out.extend(of_asked(ctx, &course, (control, spec), asked));
    }
    out.sort_by_key(|open| (open.one.due, open.subject));
    out
}

/// One occurrence by its due date, done or not, as far as it can be done now; `None` when there is none such.
pub fn seen(
    ctx: Ctx<'_>,
    (control, spec): (&CompiledControl, &Duty),
    (due, entry): (Date, Option<EntryId>),
) -> Option<Open> {
    let course = duty::Course::new(ctx, control, spec);
    let (one, subject) = named(&course, ctx, (due, entry)).ok()?;
    Some(look(ctx, &course, (control, spec), (one, subject)))
}

/// The last rung of its ladder, and of its tellings, that an open occurrence has reached: names as the policy writes
/// them, and when.
pub fn told(ctx: Ctx<'_>, control: &CompiledControl, open: &Open) -> Option<Told> {
    let entry = open.subject.map(|(register, row)| Row::at(ctx.world, register, row).id());
    let opened = Some(ctx.world.calendar.start_of(open.one.opens));
    let course = Course { entry, opened, due: open.one.late_at, ..Course::default() };
    of_course(ctx, &control.control, &course, ctx.world.now).pop()
}

/// Doing the one to come answers for the one before; what opens later is not asked yet.
fn of_asked(ctx: Ctx<'_>, course: &duty::Course<'_>, of: (&CompiledControl, &Duty), asked: Asked) -> Vec<Open> {
    let look = |one: Occurrence| look(ctx, course, of, (one, asked.subject));
    let upcoming = asked.upcoming.map(look);
    if upcoming.as_ref().is_some_and(|one| one.waits == Waits::Nothing) {
        return Vec::new();
    }
    let opened = upcoming.filter(|one| one.one.opens <= course.today);
    // Of what was missed nothing is left to do once somebody said why.
    let explained = |one: &Occurrence| course.doings.found(one, asked.subject).1.is_some_and(is_missed);
    let last = asked.last.filter(|one| !explained(one));
    let both = last.map(look).into_iter().chain(opened);
    both.filter(|one| one.waits != Waits::Nothing).collect()
}

fn look(
    ctx: Ctx<'_>,
    course: &duty::Course<'_>,
    (control, spec): (&CompiledControl, &Duty),
    (one, subject): (Occurrence, Option<(usize, usize)>),
) -> Open {
    let (state, row) = course.doings.found(&one, subject);
    let (waits, lacking) = match state {
        State::Done { .. } => (Waits::Nothing, None),
        State::Not(why) if row.is_some_and(|row| course.doings.awaits_second(row, subject)) => {
            (Waits::Countersigning, why)
        }
        State::Not(why) => (Waits::Doing, why),
        State::Contradicted(_) | State::Unsure(_) => (Waits::Records, None),
    };
    let about = subject.map(|(register, row)| Row::at(ctx.world, register, row));
    Open {
        control: control.control.id.clone(),
        late: one.late_at.is_some_and(|late| late <= ctx.world.now),
        one,
        subject,
        waits,
        owners: doers(ctx, &owner_names(ctx, &control.control.id, spec), about),
        helpers: spec.with.iter().flat_map(|with| people::all_of(ctx, &with.any.0, about)).collect(),
        countersigners: doers(ctx, &spec.countersign, about),
        begun: row.map(Row::id),
        lacking,
        clauses: ctx.pack.pack.clauses_of(&control.control.id).map(|one| one.id.get_ref().clone()).collect(),
    }
}
