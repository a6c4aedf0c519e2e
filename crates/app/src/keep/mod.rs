//! Keeping and erasing: the nightly work, holds, one person's erasure and everything about one person.
//!
//! Invariant: one answer to "is this record past its time" ([`rule::Rules`]), asked by the nightly work, by the preview
//! of an import and by the page.

use crate::Error;
use schoolkeeper_core::actor::Scope;

mod copies;
mod due;
mod export;
mod files;
mod hold;
mod page;
mod person;
mod rule;
mod run;

pub use copies::OldCopy;
pub use due::DueLine;
pub use hold::{HoldAsked, HoldEvent, HoldLine, HoldPage};
pub use page::{KeepPage, KindLine, ProofLine};
pub use person::{Everything, Part};
pub use rule::Rules;
pub use run::{HANDLER, KeepLine, Report};

/// Entries read at once: with their documents a few megabytes.
const PAGE: u32 = 500;

/// Rows under a head as CSV; no cell begins a formula.
fn csv_of(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, Error> {
    let failed = |error: csv::Error| Error::corrupt("the export", error);
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(head).map_err(failed)?;
    for row in rows {
        csv.write_record(row.iter().map(|cell| crate::export::safe(cell))).map_err(failed)?;
    }
    csv.into_inner().map_err(|error| Error::corrupt("the export", error.to_string()))
}

/// For what belongs to the installation.
fn system() -> Scope {
    Scope::system("keep")
}
