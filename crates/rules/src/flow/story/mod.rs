//! Stories of a pack: each line an act or a look, walked through the same functions as production.
//!
//! What a line may say besides acts: `told` names who must have heard by then; `expect` a standing of the control,
//! `allowed` or `refused` of the line's act, or a state (`waiting`, `granted`, `refused`, `withdrawn`, `ended`, `open`,
//! `closed`);
//! `message` words of the refusal, or of what the standing says.
//!
//! Invariant: an act that no line expects to be refused must be allowed; time only goes forward.

mod look;
mod perform;

use crate::compiled::{CompiledControl, CompiledPack};
use crate::example::moment;
use crate::judge::Ctx;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::pack::StoryLine;
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::{Params, World};
use serde_json::{Map, Value as Json};

/// Row of the register `person` (`None` for the local operator) and base roles.
pub type Actor = (Option<usize>, Vec<BaseRole>);

/// Reads what was filled in at an act; `Err` says what cannot be read.
pub type ReadForm<'a> = dyn Fn(&str, &Map<String, Json>) -> Result<Value, String> + 'a;

/// A story's policy, and what its words mean.
pub struct Story<'a> {
    /// The policy.
    pub pack: &'a CompiledPack,
    /// Its numbers.
    pub params: &'a Params,
    /// The control whose story it is.
    pub control: &'a CompiledControl,
    /// Who an actor's name is.
    pub actor: &'a dyn Fn(&str) -> Option<Actor>,
    /// What was filled in at an act, as a [`Value::Map`].
    pub form: &'a ReadForm<'a>,
}

impl Story<'_> {
    fn ctx<'w>(&'w self, world: &'w World) -> Ctx<'w> {
        Ctx { pack: self.pack, params: self.params, world }
    }
}

/// Walks a story through a world; the error is the position of the line and what came out otherwise.
pub fn run(story: &Story<'_>, world: &mut World, lines: &[StoryLine]) -> Result<(), (usize, String)> {
    for (at, line) in lines.iter().enumerate() {
        walk(story, world, line).map_err(|message| (at, message))?;
    }
    Ok(())
}

fn walk(story: &Story<'_>, world: &mut World, line: &StoryLine) -> Result<(), String> {
    let now = moment(world.calendar.zone(), &line.at)?;
    if now < world.now {
        return Err(format!("`{}` is before the line above it", line.at));
    }
    world.now = now;
    open_due_cases(story, world);
    let refusal = match &line.act {
        Some(act) => perform::act(story, world, line, act)?,
        None => None,
    };
    open_due_cases(story, world);
    look::came_out(story, world, line, refusal.as_deref())
}

/// Changes open cases by themselves.
fn open_due_cases(story: &Story<'_>, world: &mut World) {
    let mut changes = Vec::new();
    for control in story.pack.controls.values() {
        if let ControlKind::Case(spec) = &control.control.kind {
            changes.extend(super::case::due_to_open(story.ctx(world), control, spec));
        }
    }
    perform::apply(world, &changes);
}
