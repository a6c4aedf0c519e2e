//! The acts that drive requests, agreements and cases: one door for the platform and for stories.
//!
//! Invariant: `decide` is asked before; what stands here is only what the state machine itself refuses.

use super::change::{Change, Refusal};
use super::form::{Acting, bound};
use super::{agreement, case, request};
use crate::compiled::CompiledControl;
use crate::judge::Ctx;
use schoolkeeper_core::control::ControlKind;

/// Does an act of a control; `None` when the act is none of its own.
pub fn act(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    name: &str,
    acting: Acting<'_>,
) -> Option<Result<Vec<Change>, Refusal>> {
    let name = name.split(':').next().unwrap_or_default();
    if let Err(refusal) = bound(acting.form) {
        return Some(Err(refusal));
    }
    let done = match (&control.control.kind, name) {
        (ControlKind::Request(spec), "request.ask") => request::ask(ctx, control, spec, acting),
        (ControlKind::Request(spec), "request.decide") => {
            request::decide(ctx, control, spec, acting).map(|(_, changes)| changes)
        }
        (ControlKind::Request(_), "request.answer") => request::answer(ctx, control, acting),
        (ControlKind::Request(spec), "grant.end") => request::end(ctx, control, spec, acting),
        (ControlKind::Agreement(_), "agreement.publish") => agreement::publish(ctx, control, acting),
        (ControlKind::Agreement(spec), "agreement.sign") => agreement::sign(ctx, control, spec, acting),
        (ControlKind::Agreement(spec), "agreement.answer") => agreement::answer(ctx, control, spec, acting),
        (ControlKind::Case(spec), "case.open") => case::open(ctx, control, spec, acting),
        (ControlKind::Case(spec), "case.step") => case::step(ctx, control, spec, acting),
        (ControlKind::Case(_), "case.act") => case::act(ctx, control, acting),
        (ControlKind::Case(spec), "case.close") => case::close(ctx, control, spec, acting),
        (ControlKind::Case(spec), name) => case::step_by_act(ctx, control, spec, (name, acting))?,
        _ => return None,
    };
    Some(done)
}
