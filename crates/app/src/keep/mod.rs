//! Keeping and erasing: the nightly work, holds, one person's erasure and everything about one person.
//!
//! Invariant: one answer to "is this record past its time" ([`rule::Rules`]), asked by the nightly work, by the preview
//! of an import and by the page.

mod export;
mod hold;
mod page;
mod person;
mod rule;
mod run;

pub use hold::{HoldAsked, HoldLine};
pub use page::{KeepPage, KindLine, ProofLine};
pub use person::{Everything, Part};
pub use rule::Rules;
pub use run::{HANDLER, KeepLine, Report};

/// Entries read at once: with their documents a few megabytes.
const PAGE: u32 = 500;
