//! The preview: what an import would do, with everything it leaves out. Nothing is saved for it.
//!
//! Decided here:
//! - *Left* are entries this source spoke of before and does not speak of now; entries it never knew are not its to
//!   end. In an observed register they are marked as not in the last list and stop being counted; in a register that
//!   people keep (people, assets) they are only proposed: no record and no access ends because a name is missing.
//!   Append-only registers have no leavers.
//!   "Not in the last list" of a person is read from the instant the source last spoke of them.
//! - A complete list is marked complete only when every row found its place: a row that was refused or that nobody
//!   answered for is a thing we do not know, and *complete* would hide it.

use super::mapfile::MapFile;
use super::message::Problem;
use super::trip::Trip;
use jiff::Timestamp;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::Census;
use schoolkeeper_store::document::Packed;
use schoolkeeper_store::entry::StoredEntry;
use std::collections::{BTreeMap, BTreeSet};

/// What is known before the import.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// All registers.
    pub schemas: &'a Schemas,
    /// Where.
    pub school: SchoolId,
    /// Entries of the school and of its central office, of every register.
    pub entries: &'a [StoredEntry],
    /// Those of them that are no longer in any list. Their facts serve to recognise them, not to compare.
    pub left: &'a BTreeSet<EntryId>,
    /// Entries that were merged into another one, each with that one: a row about them is about it.
    pub merged: &'a [(StoredEntry, EntryId)],
    /// The school's calendar: its zone, and how long a census counts.
    pub calendar: &'a Calendar,
    /// The instant of the import: when its values were observed.
    pub now: Timestamp,
}

/// How somebody wants it brought in.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The import's id; new entries' ids are made from it.
    pub import: ImportId,
    /// Whose word it is: `intune`, `staff-list`.
    pub source: Name,
    /// Only some of them: nobody has left, nothing becomes complete.
    pub part: bool,
    /// Somebody confirmed that more than a tenth may have left.
    pub confirm_left: bool,
    /// Answers to the questions of an earlier preview, by row.
    pub answers: BTreeMap<u32, Answer>,
    /// It went out and came back.
    pub trip: Option<Trip>,
}

/// What somebody said about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It is this entry.
    Is(EntryId),
    /// It is somebody new.
    New,
    /// Leave it out.
    LeaveOut,
}

/// One field before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Field name.
    pub field: Name,
    /// What was known; `None` when nothing was.
    pub before: Option<Value>,
    /// What the file says; `None` when an observed field is not said any more.
    pub after: Option<Value>,
}

/// What happens to one entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Its rows in the file.
    pub rows: Vec<u32>,
    /// Its id.
    pub id: EntryId,
    /// Its version that was looked at; `None` for a new entry.
    pub version: Option<i64>,
    /// It was in no list for a while.
    pub came_back: bool,
    /// What people call it.
    pub name: String,
    /// What changes, in the register's order; empty for a new entry and when the file says what is known.
    pub changes: Vec<Change>,
    /// Everything the file says of it. Empty when this source said exactly that before.
    pub facts: Packed,
}

/// What somebody must answer; the rows are left out until then.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Question {
    /// Its rows.
    pub rows: Vec<u32>,
    /// In words.
    pub message: String,
    /// Whom it may be.
    pub candidates: Vec<(EntryId, String)>,
    /// The entry itself is clear and only some fields are left out.
    pub placed: bool,
}

/// What an import would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The import's id.
    pub import: ImportId,
    /// Where.
    pub school: SchoolId,
    /// The instant its values were observed.
    pub at: Timestamp,
    /// SHA-256 of the file, hexadecimal.
    pub file_hash: String,
    /// What somebody said about the columns, to be remembered.
    pub map: MapFile,
    /// Column → field, as it was read.
    pub columns: BTreeMap<String, Name>,
    /// Register.
    pub register: Name,
    /// Whose word.
    pub source: Name,
    /// Name of the file.
    pub file: String,
    /// Rows under the header.
    pub row_count: usize,
    /// Only some of them.
    pub part: bool,
    /// New entries.
    pub new: Vec<Planned>,
    /// Entries of which something changes.
    pub changed: Vec<Planned>,
    /// Entries of which the file says what is known.
    pub same: Vec<Planned>,
    /// Rows left out, with the reason.
    pub refused: Vec<Problem>,
    /// Rows left out until somebody answers.
    pub questions: Vec<Question>,
    /// Entries that are not in the list any more: id, version, name.
    pub left: Vec<(EntryId, i64, String)>,
    /// They are only proposed as leavers.
    pub left_is_proposal: bool,
    /// "These are all of them", when the list may say so.
    pub census: Option<Census>,
    /// What was noticed, in plain sentences.
    pub notes: Vec<String>,
    /// Why it may not be saved as it is.
    pub stop: Option<Problem>,
    /// How many entries this source spoke of before.
    pub left_of: usize,
    /// Words of columns of choices that mean nothing here.
    pub strange: Vec<Strange>,
    /// Columns that were dropped at the door, each with the reason.
    pub dropped: Vec<(String, String)>,
    /// The known export it was recognised as.
    pub shape: Option<String>,
    /// Rows that would change a record that was changed here meanwhile: row, record, version it was read at.
    pub stale: Vec<(u32, EntryId, i64)>,
    /// How many lists had been brought into this register when the records were read.
    pub turn: Option<i64>,
}

/// A word that is none of a field's choices.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Strange {
    /// The column.
    pub column: String,
    /// The field.
    pub field: Name,
    /// The word as it stands first.
    pub word: String,
    /// In how many rows.
    pub rows: usize,
    /// The choice it looks like.
    pub near: Option<String>,
}

/// What an import would do, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    /// New entries.
    pub new: usize,
    /// Entries of which something changes.
    pub changed: usize,
    /// Entries of which nothing changes.
    pub same: usize,
    /// Entries that are not in the list any more.
    pub left: usize,
    /// Rows left out.
    pub refused: usize,
    /// Questions.
    pub questions: usize,
}

impl Preview {
    /// Its numbers.
    pub fn counts(&self) -> Counts {
        Counts {
            new: self.new.len(),
            changed: self.changed.len(),
            same: self.same.len(),
            left: self.left.len(),
            refused: self.refused_rows().len(),
            questions: self.questions.len(),
        }
    }

    /// The list says what is known already.
    pub fn changes_nothing(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.left.is_empty()
    }

    /// Rows that are refused; one row may have several problems.
    pub fn refused_rows(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = self.refused.iter().filter_map(|problem| problem.place.row).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}
