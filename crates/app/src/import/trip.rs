//! A list that went out, was worked on and came back: its rows name their records and the versions they were read at.
//!
//! Invariant: only what was changed in the file is said, in the name of whoever brings it back; a record that was
//! changed here meanwhile is left as it is.

use super::message::{Problem, quote};
use super::sheet::{Cell, Row, Sheet};
use super::words::fold;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::document::Facts;

/// Name of the first column of an export: the record.
pub const RECORD: &str = "Record";
/// Name of its second column: the version that was read.
pub const VERSION: &str = "Version";

/// How such a list is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// A blank cell empties; otherwise it leaves what is known.
    pub blank_is_empty: bool,
}

/// Whether a sheet is one that went out: its first two columns are ours.
pub fn went_out(sheet: &Sheet) -> bool {
    let named = |at: usize, name: &str| sheet.columns.get(at).is_some_and(|column| fold(column) == fold(name));
    named(0, RECORD) && named(1, VERSION)
}

/// Whether a column is one of our two.
pub fn is_ours(column: &str) -> bool {
    [RECORD, VERSION].iter().any(|name| fold(name) == fold(column))
}

/// The record a row names and the version it was read at; `None` for a row somebody added.
pub fn named(row: &Row) -> Result<Option<(EntryId, i64)>, Problem> {
    if matches!(row.cell(0), Cell::Blank) {
        return Ok(None);
    }
    let (record, version) = (super::cell::plain(row.cell(0)), super::cell::plain(row.cell(1)));
    if let (Ok(id), Ok(version)) = (record.parse().map(EntryId), version.parse()) {
        return Ok(Some((id, version)));
    }
    let problem = Problem::row(row.number, format!("names no record: `{} {}`", quote(&record), quote(&version)));
    Err(problem.hint("Leave the first two columns as they came. For something new leave both empty."))
}

/// Whether a cell says what is known. An export writes times to the minute and texts on one line.
pub fn says_the_same(known: Option<&Value>, said: &Value) -> bool {
    match (known, said) {
        (None, Value::Empty) => true,
        (None, _) => false,
        (Some(Value::Instant(known)), Value::Instant(said)) => to_the_minute(*known) == to_the_minute(*said),
        (Some(Value::Text(known)), Value::Text(said)) => known.split_whitespace().eq(said.split_whitespace()),
        (Some(known), said) => known == said,
    }
}

fn to_the_minute(at: Timestamp) -> Option<Timestamp> {
    at.round(TimestampRound::new().smallest(Unit::Minute).mode(RoundMode::Trunc)).ok()
}

/// Why a record may not go where a row says, if it may not.
pub fn wrong_move(register: &Register, known: &Facts, said: Option<&Value>) -> Option<String> {
    let states = register.states.as_ref()?;
    let (from, to) = (known.get("state")?.value.as_text()?, said?.as_text()?);
    let may = from == to || states.moves.iter().any(|step| &*step.from == from && &*step.to == to);
    (!may).then(|| format!("cannot go from `{}` to `{}`", quote(from), quote(to)))
}
