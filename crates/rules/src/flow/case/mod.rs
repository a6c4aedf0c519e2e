//! Cases: incidents and other courses of steps, run against clocks until they may be closed.
//!
//! Invariant: time alone never reopens or closes a case, and nobody handles a case that concerns them.

mod above;
mod judge;
mod open;
mod seen;
mod steps;
mod timer;
mod unopened;

pub use above::{as_meant, stands_above};
pub use judge::judge;
pub use open::{ABOUT_HEAD, due_by_rule, due_to_open, open, open_about, open_for_grant, open_unnamed, own_keys};
pub use seen::{handlers, has_part, is_restricted, is_restricted_kind, may_handle, may_see, reporter_sees};
pub use steps::{act, allows_act, close, closing_lacks, is_now_for, step, step_by_act};
pub use timer::{Timer, applies, timers};
pub use unopened::{open_by, unopened};

use super::change::Refusal;
use super::record::Row;
use super::telling::{Course, Told, of_course};
use crate::compiled::CompiledControl;
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::control::{Case, Control, Step, WhoOrExpr};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::role::CHAIR;
use schoolkeeper_core::value::Value;

/// Cases of a control, in the order they were opened.
pub fn cases<'w>(ctx: Ctx<'w>, control: &CompiledControl) -> impl Iterator<Item = Row<'w>> + use<'w> {
    super::request::named(ctx, "case", "type", control)
}

/// Cases by the name of their control, whether or not the pack has it.
pub(crate) fn named_cases<'w>(ctx: Ctx<'w>, name: &str) -> impl Iterator<Item = Row<'w>> + use<'w> {
    let name = Name::from(name);
    Row::all(ctx.world, "case").filter(move |row| row.text("type") == Some(&*name))
}

/// Whether a case still runs.
pub fn is_open(case: Row<'_>) -> bool {
    case.value("closed_at").is_none()
}

/// Whether it only tries the course out.
pub fn is_exercise(case: Row<'_>) -> bool {
    case.flag("exercise") == Some(true)
}

/// The rows of a step that was completed, first to last.
pub fn completed<'w>(case: Row<'w>, step: &str) -> impl Iterator<Item = &'w Value> {
    let step = Name::from(step);
    case.items("steps").iter().filter(move |row| row.get("name").and_then(Value::as_text) == Some(&*step))
}

/// When a step was first completed.
pub fn completed_at(case: Row<'_>, step: &str) -> Option<Timestamp> {
    completed(case, step).filter_map(|row| row.get("at")?.as_instant()).min()
}

/// The names that do a step: `by` when it lists names, else `to`.
pub fn doers(step: &Step) -> &[Name] {
    match &step.by {
        Some(WhoOrExpr::Who(who)) if !who.is_empty() => &who.0,
        _ => &step.to.0,
    }
}

/// The people a case concerns.
pub fn concerns(case: Row<'_>, person: EntryId) -> bool {
    case.refs("subject").contains(&person)
}

/// Whether a step is for those the case concerns, who otherwise stay out of it.
fn is_for_concerned(step: &Step) -> bool {
    doers(step).iter().any(|name| matches!(&**name, "subject" | "involved"))
}

fn find<'w>(ctx: Ctx<'w>, control: &CompiledControl, id: Option<EntryId>) -> Result<Row<'w>, Refusal> {
    cases(ctx, control)
        .find(|row| Some(row.id()) == id)
        .ok_or_else(|| Refusal("there is no such case\nhint: look it up in the list of cases".to_owned()))
}

/// What should have been told by an instant about every case of a control.
pub(super) fn told_by(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, by: Timestamp) -> Vec<Told> {
    let quiet = Control { tell: Vec::new(), ladder: None, ..control.control.clone() };
    let mut out = Vec::new();
    for case in cases(ctx, control) {
        let timers = timers(ctx, control, spec, case);
        let to = if above::is_about_head(ctx, case) { vec![Name::from(CHAIR)] } else { Vec::new() };
        let course = Course { to, ..course(case, &timers) };
        let mut told = of_course(ctx, &control.control, &course, by);
        for timer in timers.iter().filter(|timer| timer.is_step) {
            told.extend(of_course(ctx, &quiet, &step_course(case, timer), by));
        }
        let meant = |told: Told| Told { who: as_meant(ctx, case, &told.who).into_owned(), ..told };
        out.extend(told.into_iter().map(meant));
    }
    out
}

fn course(case: Row<'_>, timers: &[Timer]) -> Course {
    let missed = timers.iter().filter(|timer| timer.is_missed()).filter_map(Timer::due).min();
    let running = timers.iter().filter(|timer| timer.stopped.is_none()).filter_map(Timer::due).min();
    Course {
        entry: Some(case.id()),
        opened: case.instant("opened_at"),
        due: missed.or(running),
        closed: case.instant("closed_at"),
        changed: case.items("steps").iter().filter_map(|row| row.get("at")?.as_instant()).collect(),
        ..Course::default()
    }
}

fn step_course(case: Row<'_>, timer: &Timer) -> Course {
    Course {
        entry: Some(case.id()),
        opened: timer.started,
        due: timer.due(),
        closed: timer.stopped,
        ladder: timer.ladder.clone(),
        to: timer.to.clone(),
        ..Course::default()
    }
}
