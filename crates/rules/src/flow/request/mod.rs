//! Permissions: somebody asks, others decide stage by stage, a grant begins and ends.
//!
//! Invariant: a grant exists only after every stage said yes, and nobody ever decides their own request: where nobody
//! else is left at a stage, who stands above them does.

mod ask;
mod decide;
mod grant;
mod judge;
mod second;

pub use ask::{answer, ask};
pub use decide::{Decision, decide, deciders, lacks, may_decide};
pub use grant::{covers, end, is_renewed, last_day, things_in};
pub use judge::{Detection, granted_rules, judge, judge_beside, opening};
pub use second::{is_own, names as deciding};

use super::record::Row;
use super::telling::{Course, Told, of_course};
use super::{change::Refusal, clock};
use crate::compiled::CompiledControl;
use crate::judge::Ctx;
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::control::{Control, Request, Stage};
use schoolkeeper_core::id::{EntryId, Name};

/// Requests of a control, in the order they were asked.
pub fn requests<'w>(ctx: Ctx<'w>, control: &CompiledControl) -> impl Iterator<Item = Row<'w>> + use<'w> {
    named(ctx, "request", "control", control)
}

/// Grants of a control.
pub fn grants<'w>(ctx: Ctx<'w>, control: &CompiledControl) -> impl Iterator<Item = Row<'w>> + use<'w> {
    named(ctx, "grant", "request", control)
}

/// Entries whose `field` names the control, now or before it was renamed.
pub(crate) fn named<'w>(
    ctx: Ctx<'w>,
    register: &'static str,
    field: &'static str,
    control: &CompiledControl,
) -> impl Iterator<Item = Row<'w>> + use<'w> {
    let (id, was) = (control.control.id.clone(), control.control.was.clone());
    Row::all(ctx.world, register).filter(move |row| {
        let name = row.text(field);
        name == Some(&*id) || (was.is_some() && name == was.as_deref())
    })
}

/// Whether a request still waits for a decision.
pub fn is_waiting(request: Row<'_>) -> bool {
    matches!(request.text("outcome"), None | Some("waiting"))
}

/// The stage a request waits at, counted from 1, with its flags for the page (`step_up`, `signed`).
pub fn stage_of<'s>(spec: &'s Request, request: Row<'_>) -> Option<(usize, &'s Stage)> {
    let at = usize::try_from(request.number("stage").unwrap_or(1)).ok()?;
    spec.stages.get(at.checked_sub(1)?).map(|stage| (at, stage))
}

/// First instant at which the decision of the stage is late; `None` without a limit, or when it cannot be told.
pub fn due_at(ctx: Ctx<'_>, spec: &Request, request: Row<'_>) -> Option<Timestamp> {
    let (_, stage) = stage_of(spec, request)?;
    clock::deadline(ctx, stage.within.as_ref()?, stage_since(request)?).ok()
}

/// The last day a permission would have if it were given now; `None` without an end, or when it cannot be told.
pub fn would_end(ctx: Ctx<'_>, spec: &Request, request: Row<'_>) -> Option<Date> {
    let form = request.value("form")?;
    ask::last_day(ctx, spec, form, ask::first_day(ctx, form)).ok().flatten()
}

fn stage_since(request: Row<'_>) -> Option<Timestamp> {
    request.instant("stage_since").or_else(|| request.instant("asked_at"))
}

/// The request acted on, when it belongs to the control.
fn find<'w>(ctx: Ctx<'w>, control: &CompiledControl, id: Option<EntryId>) -> Result<Row<'w>, Refusal> {
    requests(ctx, control)
        .find(|row| Some(row.id()) == id)
        .ok_or_else(|| Refusal("there is no such request\nhint: look it up in the list of requests".to_owned()))
}

fn find_grant<'w>(ctx: Ctx<'w>, control: &CompiledControl, id: Option<EntryId>) -> Result<Row<'w>, Refusal> {
    grants(ctx, control)
        .find(|row| Some(row.id()) == id)
        .ok_or_else(|| Refusal("there is no such permission\nhint: look it up in the list of permissions".to_owned()))
}

/// What should have been told by an instant about every request and grant of a control.
pub(super) fn told_by(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request, by: Timestamp) -> Vec<Told> {
    let quiet = Control { tell: Vec::new(), ladder: None, ..control.control.clone() };
    let mut out = Vec::new();
    for request in requests(ctx, control) {
        out.extend(of_course(ctx, &control.control, &course(ctx, spec, request), by));
        for stage in later_stages(ctx, spec, request) {
            out.extend(of_course(ctx, &quiet, &stage, by));
        }
    }
    for end in grants(ctx, control).flat_map(|grant| grant::end_courses(ctx, control, spec, grant)) {
        out.extend(of_course(ctx, &quiet, &end, by));
    }
    out
}

fn course(ctx: Ctx<'_>, spec: &Request, request: Row<'_>) -> Course {
    Course {
        entry: Some(request.id()),
        opened: request.instant("asked_at"),
        due: due_at(ctx, spec, request),
        closed: request.instant("decided_at").filter(|_| !is_waiting(request)),
        changed: request.items("decisions").iter().filter_map(|row| row.get("at")?.as_instant()).collect(),
        to: spec.stages.first().map_or_else(Vec::new, |stage| second::names(ctx, stage, request)),
        back_to: vec![Name::from("requester")],
        ..Course::default()
    }
}

/// Those who decide a later stage are told when the request reaches them.
fn later_stages(ctx: Ctx<'_>, spec: &Request, request: Row<'_>) -> Vec<Course> {
    let reached = stage_of(spec, request).map_or(0, |(at, _)| at);
    let since = |stage: usize| {
        let decided = request.items("decisions").iter().filter(|row| decide::row_stage(row) == stage);
        decided.filter_map(|row| row.get("at")?.as_instant()).max()
    };
    let stages = spec.stages.iter().enumerate().skip(1).take_while(|(at, _)| *at < reached);
    let course = |(at, stage): (usize, &Stage)| Course {
        entry: Some(request.id()),
        opened: since(at),
        to: second::names(ctx, stage, request),
        ..Course::default()
    };
    stages.map(course).collect()
}
