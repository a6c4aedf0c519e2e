//! The engine *evaluate*: the standing of every control and clause of a pack in a world.
//!
//! Each control type has a `judge(ctx, control, spec) -> Judged` in the engine that owns it:
//! evaluate: rule, setting, retention, access · occur: duty, job · flow: request, agreement, case, channel.
//! Invariant: pure; two evaluations of the same (pack, params, world) are equal.

mod about;
mod access;
mod clause;
pub mod grant;
mod incremental;
pub(crate) mod known;
pub mod message;
mod params;
mod reads;
mod retention;
pub mod rule;
mod setting;
pub mod training;
pub mod wanted;

pub use clause::Controls;
pub(crate) use clause::stands_here;
pub use incremental::{Changed, incremental};
pub use params::{params, value as literal};

use crate::compiled::{CompiledControl, CompiledPack};
use crate::flow::request::{self, Detection};
use crate::flow::{agreement, case, channel};
use crate::judge::{Ctx, Judged, Judgement};
use crate::occur;
use schoolkeeper_core::clause::Clause;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::{ClauseResult, ControlResult, Missing, Standing};
use schoolkeeper_core::world::{Params, World};

/// Where a pack stands at one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// Every control: its judgements and their fold.
    pub controls: Controls,
    /// Every clause, in the policy's order.
    pub clauses: Vec<ClauseResult>,
}

/// Judges every control of a pack and folds its clauses.
pub fn evaluate(pack: &CompiledPack, params: &Params, world: &World) -> Evaluation {
    let ctx = Ctx { pack, params, world };
    let controls: Controls =
        pack.controls.iter().map(|(name, compiled)| (name.clone(), control(ctx, compiled))).collect();
    let clauses = pack.pack.clauses.iter().map(|clause| clause::result(ctx, &controls, clause)).collect();
    Evaluation { controls, clauses }
}

/// One clause as if it bound this control only: what an example of the control proves about the clause.
pub fn narrowed(ctx: Ctx<'_>, clause: &Clause, compiled: &CompiledControl) -> ClauseResult {
    let id = &compiled.control.id;
    let controls = Controls::from([(id.clone(), control(ctx, compiled))]);
    let mut alone = clause.clone();
    alone.controls.retain(|name| name.get_ref() == id);
    clause::result(ctx, &controls, &alone)
}

/// One control, for all its subjects.
pub fn control(ctx: Ctx<'_>, control: &CompiledControl) -> (Judged, ControlResult) {
    if !stands_here(ctx, control) {
        return (Judged::default(), elsewhere(&control.control.id, !ctx.world.place.trust));
    }
    let judged = judge(ctx, control);
    let result = judged.fold(&control.control.id, ctx.world, |_, _| true);
    (judged, result)
}

fn judge(ctx: Ctx<'_>, control: &CompiledControl) -> Judged {
    let mut judged = match &control.control.kind {
        ControlKind::Setting(spec) => setting::judge(ctx, control, spec),
        ControlKind::Rule(spec) => rule::judge(ctx, control, spec),
        ControlKind::Access(_) => access::judge(ctx, control),
        ControlKind::Retention(spec) => retention::judge(ctx, control, spec),
        ControlKind::Duty(spec) => occur::duty::judge(ctx, control, spec),
        ControlKind::Job(spec) => occur::job::judge(ctx, control, spec),
        ControlKind::Request(spec) => request::judge_beside(ctx, control, spec, detection(ctx, control)),
        ControlKind::Agreement(spec) => agreement::judge(ctx, control, spec),
        ControlKind::Case(spec) => case::judge(ctx, control, spec),
        ControlKind::Channel(spec) => channel::judge(ctx, control, spec),
    };
    judged.all.extend(blanks(ctx, control));
    judged
}

/// Whether a rule that looks for the request's grants is kept.
fn detection(ctx: Ctx<'_>, request: &CompiledControl) -> Detection {
    let rules = request::granted_rules(ctx, &request.control.id);
    let kept = |rule: &CompiledControl| control(ctx, rule).1.standing == Standing::Kept;
    let any = rules.iter().filter_map(|name| ctx.pack.controls.get(name)).any(kept);
    if any { Detection::Kept } else { Detection::Nothing }
}

/// A blank that an expression of the control speaks of: nobody can say what is asked.
fn blanks(ctx: Ctx<'_>, control: &CompiledControl) -> Option<Judgement> {
    let blank = reads::params(control).into_iter().filter(|name| !ctx.params.contains_key(name));
    let missing: Vec<_> = blank.map(|name| Missing::Param { name }).collect();
    (!missing.is_empty()).then(|| Judgement { missing, ..Judgement::whole(Standing::Unknown) })
}

/// The result of a control that does not stand in this world.
fn elsewhere(control: &Name, inherited: bool) -> ControlResult {
    ControlResult { inherited, ..ControlResult::none(control.clone()) }
}
