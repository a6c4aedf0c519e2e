//! The pack language: read, check, explain, extend, compare.
//!
//! Invariant: whatever the text, reading it ends with a [`Pack`](schoolkeeper_core::pack::Pack) or with messages that
//! name place, cause and next step; it never panics and its cost is bounded (see [`bounds`]).

pub mod bounds;
mod build;
mod check;
mod conflict;
mod control;
mod decode;
mod diff;
mod edit;
mod explain;
mod extend;
mod field;
mod hash;
mod library;
mod node;
mod param;
mod reading;
mod register;
mod render;
mod report;
mod resolve;
mod spot;
mod suggest;

pub use check::{check, report_words};
pub use conflict::{Conflict, Side, conflicts};
pub use control::TYPES as CONTROL_TYPES;
pub use diff::{Change, ChangeKind, diff};
pub use edit::{
    TableName, change as change_table, control_type, remove as remove_table, shown as shown_table, well_formed,
};
pub use explain::{explain, explain_control, literal_words, param_words, params_of, people_words};
pub use field::{Field, KINDS, Typed, fields};
pub use library::{Library, is_name};
pub use param::fits;
pub use register::registers;
pub use render::render;
pub use report::Report;
pub use spot::{Spot, spots, tables};

use reading::Reading;
use schoolkeeper_core::pack::Pack;

/// Reads a pack by its id or by the path of its file or folder, with everything it imports and extends.
/// What it says is not checked yet beyond the shapes of its tables: see `check`.
pub fn load(library: &Library, what: &str) -> Result<Pack, Report> {
    let (mut reading, mut chain) = (Reading::default(), Vec::new());
    let pack = match library.open(what) {
        Ok((library, id, files)) => resolve::resolve(&mut reading, &library, &id, files, &mut chain)
            .and_then(|tree| build::build(&mut reading, &tree, &chain)),
        Err(message) => {
            reading.nowhere(message);
            None
        }
    };
    match pack {
        Some(pack) if reading.errors.is_empty() => Ok(pack),
        _ => Err(reading.report()),
    }
}
