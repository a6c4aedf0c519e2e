//! Expressions and the four pure engines: evaluate, occur, decide, flow.
//!
//! Invariant: everything here is a function of (pack, params, world); the world carries `now`.
//! The same functions run in production, in `pack test` and in the daily probe.

pub mod compiled;
pub mod decide;
pub mod evaluate;
pub mod example;
pub mod expr;
pub mod flow;
pub mod judge;
pub mod occur;
mod slot;

pub use compiled::{CompiledControl, CompiledPack, check, compile};
pub use decide::{Decision, Tried, decide};
pub use evaluate::{Evaluation, evaluate};
pub use judge::{Ctx, Judged, Judgement};
