//! Running checked nodes over a world.
//!
//! Invariant: absence goes through every operator as an error goes through CEL's, so the crate `cel` is a fair oracle.

mod arithmetic;
mod compare;
mod items;
mod scalar;
mod test;

pub(super) use compare::compare;
pub(super) use items::Reach;
