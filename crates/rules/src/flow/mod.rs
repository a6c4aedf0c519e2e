//! The engine *flow*: requests, agreements, cases and dispatches: states, steps, stages, clocks, tellings.
//!
//! Invariant: an act is a function of (pack, params, world, act) that gives changes or a refusal; a standing is
//! a function of the world. Nothing here writes, tells or waits.

mod act;
pub mod agreement;
pub mod case;
pub mod change;
pub mod channel;
pub mod clock;
pub mod form;
pub mod people;
pub mod record;
pub mod request;
pub mod story;
pub mod telling;

pub use act::act;
pub use change::{Change, Refusal, apply};
pub use form::Acting;
pub use telling::{Told, What};

use crate::compiled::CompiledControl;
use crate::judge::{Ctx, Judgement};
use jiff::Timestamp;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};
use std::collections::BTreeSet;

/// Everything that should have been told by an instant about one control, in order and once; empty for other types.
pub fn told_by(ctx: Ctx<'_>, control: &CompiledControl, by: Timestamp) -> Vec<Told> {
    let mut out = match &control.control.kind {
        ControlKind::Request(spec) => request::told_by(ctx, control, spec, by),
        ControlKind::Agreement(spec) => agreement::told_by(ctx, control, spec, by),
        ControlKind::Case(spec) => case::told_by(ctx, control, spec, by),
        ControlKind::Channel(spec) => channel::told_by(ctx, control, spec, by),
        _ => Vec::new(),
    };
    let mut heard = BTreeSet::new();
    out.retain(|told| heard.insert((told.when, told.who.clone(), told.what.entry)));
    out.sort_by_key(|told| told.when);
    out
}

/// What the probe says of a control that refuses acts: nothing when it passed.
fn probed(ctx: Ctx<'_>, control: &CompiledControl) -> Option<Judgement> {
    let id = &control.control.id;
    match ctx.world.probes.get(id) {
        Some(true) => None,
        Some(false) => Some(Judgement {
            message: Some(format!("{}: its own examples did not come out here", control.control.title)),
            ..Judgement::whole(Standing::Broken).known_by(KnownBy::Enforced)
        }),
        None => Some(Judgement::missing(Missing::Probe { control: id.clone() })),
    }
}

/// Whether the probe of a control passed for this pack and build.
fn passed(ctx: Ctx<'_>, control: &CompiledControl) -> bool {
    ctx.world.probes.get(&control.control.id) == Some(&true)
}
