//! The first rows of a file as they stand, so that somebody can say which of them holds the names of the columns.

use super::cell::plain;
use super::header::Header;
use super::mapfile::MapFile;
use super::message::{Problem, Refused, quote};
use super::sheet::{Cell, HEADER_ROWS_MAX};
use super::{delimited, text, workbook};
use schoolkeeper_core::schema::Register;
use std::collections::BTreeMap;

/// Columns that are shown.
const COLUMNS_SHOWN: usize = 12;

/// The first rows of one sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Top {
    /// Sheets of the workbook; none in other files.
    pub sheets: Vec<String>,
    /// The one that is shown.
    pub sheet: Option<String>,
    /// Number and cells of each filled row.
    pub rows: Vec<(u32, Vec<String>)>,
    /// The row that holds the names, as far as can be told.
    pub header_row: u32,
}

/// Reads the first rows.
pub fn top(bytes: &[u8], file: &str, register: &Register, map: &MapFile) -> Result<Top, Refused> {
    read(bytes, &Header::of_anything(register, map)).map_err(|problem| Refused::new(file, problem))
}

fn read(bytes: &[u8], header: &Header) -> Result<Top, Problem> {
    let (mut out, mut rows) = (Top::default(), BTreeMap::new());
    let mut take = |row: u32, cells: Vec<Cell>| {
        if cells.iter().any(|cell| *cell != Cell::Blank) {
            rows.insert(row, cells);
        }
        Ok(rows.len() < HEADER_ROWS_MAX)
    };
    if bytes.starts_with(b"PK\x03\x04") {
        (out.sheets, out.sheet) = workbook::top(bytes, header, &mut take)?;
    } else {
        delimited::each_row(&text::decode(bytes)?.0, &mut take)?;
    }
    let known = header.row.filter(|row| rows.contains_key(row));
    out.header_row = match known {
        Some(row) => row,
        None => header.without_row().find(&rows)?,
    };
    let names: Vec<String> = rows[&out.header_row].iter().map(plain).collect();
    out.rows =
        rows.into_iter().map(|(row, cells)| (row, shown(header, &names, (row, out.header_row), &cells))).collect();
    Ok(out)
}

/// Cells of a row; those of columns that are never kept are not shown either.
fn shown(header: &Header, names: &[String], (row, header_row): (u32, u32), cells: &[Cell]) -> Vec<String> {
    let cells = cells.iter().take(COLUMNS_SHOWN).enumerate().map(|(at, cell)| {
        let dropped = row > header_row && names.get(at).is_some_and(|name| header.drops(name).is_some());
        if dropped { "not kept".to_owned() } else { quote(&plain(cell)) }
    });
    cells.collect()
}
