//! The sentence people read about a finding: the policy's `message` with its `{expr}` filled in.

use crate::compiled::CompiledControl;
use crate::expr::Scene;
use schoolkeeper_core::control::{ControlKind, Rule};
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::world::World;

/// The sentence for a broken subject.
pub fn of(control: &CompiledControl, scene: &Scene<'_>, subject: (usize, usize)) -> String {
    match &control.control.kind {
        ControlKind::Rule(Rule { message: Some(template), .. }) => control.message(template.get_ref(), scene),
        _ => plain(control, scene.ctx.world, subject),
    }
}

/// The sentence for a subject that was not known for too long.
pub fn unknown(control: &CompiledControl, scene: &Scene<'_>, subject: (usize, usize), patience: Span) -> String {
    format!("{}: not known for longer than {patience}", plain(control, scene.ctx.world, subject))
}

/// What is concerned, and the control's title.
pub fn plain(control: &CompiledControl, world: &World, (register, row): (usize, usize)) -> String {
    format!("{}: {}", world.name_of(register, row), control.control.title)
}
