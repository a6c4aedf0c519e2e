//! The policy: overview, section, statement.

mod overview;
mod section;
mod statement;

pub use overview::overview;
pub use section::section;
pub use statement::statement;

use crate::problem::CauseLine;
use schoolkeeper_app::Standpoint;
use schoolkeeper_app::view::cause::Cause;

/// A cause as pages list it.
fn cause_line(at: &Standpoint, cause: &Cause) -> CauseLine {
    CauseLine::of(at, cause)
}
