//! How a subject is known: measured by a source, or somebody's word.

use crate::expr::Expression;
use schoolkeeper_core::world::World;

/// The source of what people write by hand.
pub const HAND: &str = "hand";

/// Whether any of these fields of an entry was written by hand.
pub fn by_hand(world: &World, register: usize, row: usize, fields: &[usize]) -> bool {
    let facts = &world.table(register).rows[row].facts;
    fields.iter().any(|&field| facts[field].as_ref().is_some_and(|fact| &*fact.source == HAND))
}

/// The fields of the subject's own register that these expressions read.
pub fn own_fields(register: usize, asked: &[&Expression]) -> Vec<usize> {
    let reads = asked.iter().flat_map(|expression| expression.reads().iter());
    let mut out: Vec<usize> = reads.filter(|read| read.register == register).filter_map(|read| read.field).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Whether what these expressions read of other registers was written by hand anywhere.
/// Registers closed by nature do not count: there the act itself is the record.
pub fn others_by_hand(world: &World, register: usize, asked: &[&Expression]) -> bool {
    let reads = asked.iter().flat_map(|expression| expression.reads().iter());
    reads.filter(|read| read.register != register && !world.schemas.all()[read.register].closed).any(|read| {
        let rows = 0..world.table(read.register).rows.len();
        read.field.is_some_and(|field| rows.into_iter().any(|row| by_hand(world, read.register, row, &[field])))
    })
}
