//! Bringing in lists: a file → a table → fields → entries → a preview that nothing was saved for → one commit.
//!
//! Invariants: everything up to the commit is pure and bounded; a problem with the whole file changes nothing;
//! a refused row leaves the others; what a file does not say is never guessed.

mod builder;
pub(crate) mod cell;
pub mod columns;
mod compare;
mod delimited;
mod draft;
mod group;
mod header;
mod identity;
mod link;
pub mod mapfile;
#[cfg(test)]
mod merged_tests;
pub mod message;
pub(crate) mod moment;
pub mod plan;
mod preview;
mod rows;
pub mod save;
mod shape;
pub mod sheet;
pub(crate) mod show;
mod strange;
mod text;
pub mod top;
pub mod trip;
#[cfg(test)]
mod trip_tests;
mod unpack;
pub(crate) mod words;
mod workbook;

pub(crate) use cell::plain;
pub use columns::{Mapping, map};
pub use mapfile::MapFile;
pub use message::{Place, Problem, Refused};
pub use plan::{Answer, Before, Change, Counts, Options, Planned, Preview, Question, Strange};
pub use preview::preview;
pub use save::{Asked, Error, Looked, look, look_closely, save, undo};
pub(crate) use save::{LIST, heavy};
pub use sheet::{FILE_BYTES_MAX, Sheet, read};
