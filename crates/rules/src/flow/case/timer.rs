//! The clocks and steps of one case: when each began, when it is too late, when it stopped.
//!
//! Invariant: an end is exclusive; what stops at the end or later was missed, however long ago.

use super::super::clock;
use super::super::record::Row;
use super::{completed_at, doers};
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::control::{Case, Clock, Step};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::Missing;

/// One clock or step of one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Timer {
    /// Name of the clock or step.
    pub name: Name,
    /// A step rather than a clock.
    pub is_step: bool,
    /// When it began; `None` while it has not.
    pub started: Option<Timestamp>,
    /// First instant that is too late; `Ok(None)` without a limit; `Err` says what would tell.
    pub end: Result<Option<Timestamp>, Missing>,
    /// When it was stopped, done, or ended with its case.
    pub stopped: Option<Timestamp>,
    /// Those who are to act.
    pub to: Vec<Name>,
    /// Its own ladder.
    pub ladder: Option<Name>,
    now: Timestamp,
}

impl Timer {
    /// First instant that is too late, when it has one.
    pub fn due(&self) -> Option<Timestamp> {
        self.end.as_ref().ok().copied().flatten()
    }

    /// It was not stopped in time.
    pub fn is_missed(&self) -> bool {
        self.due().is_some_and(|due| self.stopped.unwrap_or(self.now) >= due)
    }
}

/// Clocks, then steps that apply and have begun, in the order of the policy.
pub fn timers(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, case: Row<'_>) -> Vec<Timer> {
    let clocks = spec.clocks.iter().map(|clock| clock_timer(ctx, control, clock, case));
    let steps = spec.steps.iter().filter_map(|step| step_timer(ctx, control, spec, (step, case)));
    clocks.chain(steps).collect()
}

fn clock_timer(ctx: Ctx<'_>, control: &CompiledControl, clock: &Clock, case: Row<'_>) -> Timer {
    let opened = case.instant("opened_at");
    let started = match &*clock.from {
        "opened" => opened,
        "aware" => case.instant("aware_at").or(opened),
        step => completed_at(case, step),
    };
    Timer {
        name: clock.name.clone(),
        is_step: false,
        started,
        end: started.map(|from| clock::deadline(ctx, &clock.within, from)).transpose(),
        stopped: clock::earlier(stopped_by(ctx, control, clock, case), case.instant("closed_at")),
        to: Vec::new(),
        ladder: None,
        now: ctx.world.now,
    }
}

/// The first instant at which `stops` held: asked anew after each step, then over what is known now.
fn stopped_by(ctx: Ctx<'_>, control: &CompiledControl, clock: &Clock, case: Row<'_>) -> Option<Timestamp> {
    let stops = control.expr(&format!("clocks/{}", clock.name))?;
    let seen_at = |at| Scene { at, ..scene(ctx, case) };
    let mut instants: Vec<Timestamp> = case
        .items("steps")
        .iter()
        .filter_map(|row| row.get("at")?.as_instant())
        .filter(|at| *at <= ctx.world.now)
        .collect();
    instants.sort_unstable();
    let after_step = instants.into_iter().find(|at| stops.test(&seen_at(*at)).truth == Truth::True);
    after_step.or_else(|| {
        let now = seen_at(ctx.world.now);
        (stops.test(&now).truth == Truth::True).then(|| stops.since(&now, Truth::True))
    })
}

fn step_timer(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, (step, case): (&Step, Row<'_>)) -> Option<Timer> {
    let done = completed_at(case, &step.name);
    if done.is_none() && applies(ctx, control, step, case) != Truth::True {
        return None;
    }
    let started = began(ctx, control, spec, (step, case));
    let within = step.within.as_ref().zip(started);
    Some(Timer {
        name: step.name.clone(),
        is_step: true,
        started,
        end: within.map(|(within, from)| clock::deadline(ctx, within, from)).transpose(),
        stopped: clock::earlier(done, case.instant("closed_at")),
        to: doers(step).to_vec(),
        ladder: step.ladder.clone(),
        now: ctx.world.now,
    })
}

/// Whether a step applies to a case, as far as its earlier steps tell.
pub fn applies(ctx: Ctx<'_>, control: &CompiledControl, step: &Step, case: Row<'_>) -> Truth {
    match control.expr(&format!("steps/{}/when", step.name)) {
        Some(when) => when.test(&scene(ctx, case)).truth,
        None => Truth::True,
    }
}

/// A case as its expressions see it: with what was reported as `form`.
pub(super) fn scene<'w>(ctx: Ctx<'w>, case: Row<'w>) -> Scene<'w> {
    Scene { form: case.value("form"), ..Scene::now(ctx).of(case.register, case.row) }
}

/// When a step could begin: with the case, or with the last step before it. `None` while one of those is open.
pub(super) fn began(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Case,
    (step, case): (&Step, Row<'_>),
) -> Option<Timestamp> {
    let mut began = case.instant("opened_at")?;
    for before in &step.after {
        let known = spec.steps.iter().find(|step| step.name == *before.get_ref());
        match (completed_at(case, before.get_ref()), known) {
            (Some(at), _) => began = began.max(at),
            (None, Some(other)) if applies(ctx, control, other, case) == Truth::False => {}
            _ => return None,
        }
    }
    Some(began)
}
