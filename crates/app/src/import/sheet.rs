//! A table as it was found in a file: header, rows, cells. Nothing is understood yet.
//!
//! Invariant: bounded. A file over a limit is refused whole, before it is held in memory; columns that must
//! never be kept are not in here (they are dropped while reading).

use super::header::Header;
use super::mapfile::MapFile;
use super::message::{Problem, Refused};
use super::{delimited, text, workbook};
use jiff::civil::DateTime;
use schoolkeeper_core::schema::Register;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Largest file, in bytes.
pub const FILE_BYTES_MAX: u64 = 50 << 20;
/// Most rows under the header.
pub const ROWS_MAX: usize = 250_000;
/// Most columns.
pub const COLUMNS_MAX: usize = 300;
/// Longest cell, in bytes.
pub const CELL_BYTES_MAX: usize = 32 << 10;
/// Most cells kept of one file.
pub const CELLS_MAX: usize = 15_000_000;
/// How far down a header is looked for.
pub const HEADER_ROWS_MAX: usize = 30;

/// What stands in one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing, or only spaces.
    #[default]
    Blank,
    /// Text, without spaces around it.
    Text(Box<str>),
    /// A number of a workbook.
    Number(f64),
    /// A date or date-time of a workbook; local, without a zone.
    Moment(DateTime),
    /// A length of time of a workbook, in seconds.
    Seconds(i64),
    /// Yes or no of a workbook.
    Bool(bool),
    /// What a spreadsheet shows when a formula failed: `#REF!`.
    Fault(&'static str),
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// As a spreadsheet numbers it, from 1.
    pub number: u32,
    /// By position of the kept columns; trailing blanks are left away.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Blank)
    }
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Name of the file, for messages.
    pub file: String,
    /// SHA-256 of the file, hexadecimal.
    pub hash: String,
    /// Row of the header, as a spreadsheet numbers it.
    pub header_row: u32,
    /// Names of the kept columns.
    pub columns: Vec<String>,
    /// The rows under the header.
    pub rows: Vec<Row>,
    /// Rows that could not be read as rows.
    pub refused: Vec<Problem>,
    /// Columns that were dropped at the door, each with the reason.
    pub dropped: Vec<(String, String)>,
    /// What was noticed while reading, in plain sentences.
    pub notes: Vec<String>,
}

/// What takes rows one by one, until it says that it has enough.
pub type Take<'t> = &'t mut dyn FnMut(u32, Vec<Cell>) -> Result<bool, Problem>;

/// Rows by which somebody sees what a column is.
const SAMPLE_ROWS: usize = 30;

/// Reads the first rows of a file. A table without a name we know is one too: somebody says what its columns are.
pub fn sample(bytes: &[u8], file: &str, register: &Register, map: &MapFile) -> Result<Sheet, Refused> {
    let header = Header::of_anything(register, map);
    read_table(bytes, &header, SAMPLE_ROWS).map_err(|problem| Refused::new(file, problem)).map(|mut sheet| {
        file.clone_into(&mut sheet.file);
        sheet
    })
}

/// Reads a CSV or XLSX file as a list of a register's entries.
pub fn read(bytes: &[u8], file: &str, register: &Register, map: &MapFile) -> Result<Sheet, Refused> {
    read_table(bytes, &Header::new(register, map), usize::MAX).map_err(|problem| Refused::new(file, problem)).map(
        |mut sheet| {
            file.clone_into(&mut sheet.file);
            sheet.hash = hash(bytes);
            sheet
        },
    )
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn read_table(bytes: &[u8], header: &Header, rows: usize) -> Result<Sheet, Problem> {
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let hint = "Export fewer columns, or one school at a time.";
        return Err(Problem::file("is larger than 50 MB").hint(hint));
    }
    if bytes.is_empty() {
        return Err(Problem::file("is empty").hint("Export the list again and look at it before you drop it here."));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook::read(bytes, header, rows);
    }
    let (text, note) = text::decode(bytes)?;
    let mut sheet = delimited::read(&text, header, rows)?;
    sheet.notes.extend(note);
    Ok(sheet)
}

/// `0` → `A`, `27` → `AB`.
pub fn letter(mut column: usize) -> String {
    let mut out = Vec::new();
    loop {
        out.push(char::from(b'A' + (column % 26) as u8));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    out.iter().rev().collect()
}
