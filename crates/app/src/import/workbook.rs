//! XLSX: the first visible sheet with a table we know, or a named one. Formulas count with the value Excel saved.
//!
//! Cells are streamed, so a lone cell in the last corner of a sheet costs nothing.

use super::builder::Builder;
use super::delimited::is_space;
use super::header::Header;
use super::message::{Problem, quote};
use super::sheet::{COLUMNS_MAX, Cell, HEADER_ROWS_MAX, Sheet, Take};
use super::unpack;
use calamine::{CellErrorType, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::civil::{Date, DateTime, Time};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

/// Reads a workbook.
pub fn read(bytes: &[u8], header: &Header, rows: usize) -> Result<Sheet, Problem> {
    unpack::check(bytes)?;
    caught(|| read_book(bytes, header, rows))
}

/// Gives the first rows of the sheet with the list, and the names of all sheets.
pub fn top(bytes: &[u8], header: &Header, take: Take<'_>) -> Result<(Vec<String>, Option<String>), Problem> {
    unpack::check(bytes)?;
    caught(|| {
        let mut book: Book = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
        let all = book.sheets_metadata().iter();
        let seen = all.filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
        let names = seen.map(|sheet| sheet.name.clone()).take(50).collect();
        let name = choose(&mut book, header)?;
        each_row(&mut book, &name, take)?;
        Ok((names, Some(name)))
    })
}

/// The reader counts rows without a check and panics on numbers beyond all numbers: such a file is damaged.
fn caught<T>(read: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    let read = catch_unwind(AssertUnwindSafe(read));
    read.unwrap_or_else(|_| Err(damaged("a cell has an impossible place")))
}

fn read_book(bytes: &[u8], header: &Header, rows: usize) -> Result<Sheet, Problem> {
    let mut book: Book = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let name = choose(&mut book, header)?;
    let mut builder = Builder::new(header, false);
    each_row(&mut book, &name, &mut |row, cells| {
        builder.push(row, cells.into_iter())?;
        Ok(builder.len() < rows)
    })?;
    let mut sheet = builder.finish()?;
    sheet.notes.insert(0, format!("Read from the sheet `{}`.", quote(&name)));
    Ok(sheet)
}

fn choose(book: &mut Book, header: &Header) -> Result<String, Problem> {
    let all = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<(String, bool)> =
        all.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect();
    if let Some(wanted) = &header.sheet {
        let known = names.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(name, _)| name.clone());
        let titles: Vec<String> = names.iter().map(|(name, _)| format!("`{}`", quote(name))).collect();
        let hint = format!("Its sheets are {}.", titles.join(", "));
        return known.ok_or_else(|| Problem::file(format!("has no sheet `{}`", quote(wanted))).hint(hint));
    }
    let visible: Vec<String> =
        names.into_iter().filter(|(_, visible)| *visible).map(|(name, _)| name).take(50).collect();
    for name in &visible {
        let (mut seen, mut known) = (0, false);
        each_row(book, name, &mut |_, cells| {
            seen += 1;
            known |= header.score(&cells) > 0;
            Ok(!known && seen < HEADER_ROWS_MAX)
        })?;
        if known {
            return Ok(name.clone());
        }
    }
    let hint = "Open it in Excel and look which sheet holds the list.";
    visible.into_iter().next().ok_or_else(|| Problem::file("has no visible sheet").hint(hint))
}

/// Gives filled rows in order until `take` says `false`.
fn each_row(book: &mut Book, sheet: &str, take: Take<'_>) -> Result<(), Problem> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| unreadable(&error))?;
    let (mut row, mut cells) = (0, Vec::new());
    while let Some(found) = reader.next_cell().map_err(|error| unreadable(&error))? {
        let (at, column) = found.get_position();
        if at != row {
            if at < row {
                return Err(damaged("its rows are out of order"));
            }
            if !cells.is_empty() && !take(row + 1, std::mem::take(&mut cells))? {
                return Ok(());
            }
            row = at;
        }
        let cell = cell(found.get_value());
        if cell != Cell::Blank {
            // One past the limit is kept, so that the builder refuses the row with its place.
            let column = (column as usize).min(COLUMNS_MAX);
            cells.resize(cells.len().max(column + 1), Cell::Blank);
            cells[column] = cell;
        }
    }
    if !cells.is_empty() {
        take(row + 1, cells)?;
    }
    Ok(())
}

fn cell(value: &DataRef) -> Cell {
    match value {
        DataRef::Empty => Cell::Blank,
        DataRef::SharedString(text) => filled(text),
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) if number.is_finite() => Cell::Number(*number),
        DataRef::Float(_) => Cell::Fault("#NUM!"),
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::DateTime(moment) => moment_of(*moment),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => filled(text),
        DataRef::Error(error) => Cell::Fault(fault(error)),
    }
}

fn filled(text: &str) -> Cell {
    let text = text.trim_matches(is_space);
    if text.is_empty() { Cell::Blank } else { Cell::Text(text.into()) }
}

fn fault(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

fn moment_of(moment: ExcelDateTime) -> Cell {
    if moment.is_duration() {
        return Cell::Seconds((moment.as_f64() * 86_400.0).round() as i64);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = Date::new(year as i16, month as i8, day as i8);
    let time = Time::new(hour as i8, minute as i8, second as i8, 0);
    match (date, time) {
        (Ok(date), Ok(time)) => Cell::Moment(DateTime::from_parts(date, time)),
        _ => Cell::Fault("#DATE"),
    }
}

fn unreadable(error: &XlsxError) -> Problem {
    match error {
        XlsxError::Password => {
            Problem::file("has a password").hint("Open it in Excel, take the password away and save it again.")
        }
        other => damaged(&other.to_string()),
    }
}

fn damaged(why: &str) -> Problem {
    let message = format!("is a damaged workbook ({})", quote(why));
    Problem::file(message).hint("Open it in Excel, save it again as .xlsx, or export it again.")
}
