//! The engine *occur*: what is due when for duties and jobs, what was done, and how they stand.
//!
//! Invariant: a pure function of (pack, params, world). Nothing is stored about an occurrence but what people did
//! (register `done`), so that three missed nights and one evaluation give the same as three evaluations.

pub mod act;
mod checklist;
mod complete;
mod dates;
mod doers;
mod doing;
pub mod duty;
pub mod event;
mod evidence;
mod follow_up;
pub mod job;
pub mod notice;
pub mod occurrence;
mod open;
mod passed;
pub mod sample;
mod series;
mod subjects;

pub use act::act;
pub use checklist::{BadAnswer, bad_answers, begins_draft};
pub use doers::{Doers, doers, owner_names};
pub use follow_up::{FollowUp, follow_ups};
pub use occurrence::{Occurrence, occurrences};
pub use open::{Open, Part, Waits, open, seen, told};
pub use passed::{Passed, passed};
pub use subjects::{census, complete, lacking};
