//! CSV in all its dialects. A cell that begins with `=`, `+`, `-` or `@` is text and is never worked out.

use super::builder::Builder;
use super::header::Header;
use super::message::{Problem, quote};
use super::sheet::{Cell, HEADER_ROWS_MAX, Sheet};
use csv::{ReaderBuilder, StringRecord};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A physical line longer than this is not a line of a list.
const LINE_BYTES_MAX: usize = 1 << 20;

/// Reads delimited text, as long as the sheet has room.
pub fn read(text: &str, header: &Header, rows: usize) -> Result<Sheet, Problem> {
    let mut builder = Builder::new(header, true);
    each_row(text, &mut |row, cells| {
        builder.push(row, cells.into_iter())?;
        Ok(builder.len() < rows)
    })?;
    builder.finish()
}

/// Gives rows in order until `take` says `false`.
pub fn each_row(text: &str, take: super::sheet::Take<'_>) -> Result<(), Problem> {
    let text = unix_lines(text);
    let (text, declared) = declared_delimiter(&text);
    let long = text.split('\n').position(|line| line.len() > LINE_BYTES_MAX);
    if let Some(line) = long {
        return Err(Problem::row(line as u32 + 1, "is longer than 1 MB; this is not a list")
            .hint("Export the list again as CSV, with one line for each entry."));
    }
    let delimiter = declared.unwrap_or_else(|| delimiter(text));
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let (mut breaks, mut last) = (0, (0, false));
    while reader.read_record(&mut record).map_err(|error| Problem::file(format!("cannot be read as CSV: {error}")))? {
        // The reader skips blank lines without counting them into the record's place; cells may hold line breaks.
        let (line, byte) = record.position().map_or((1, 0), |place| (place.line(), place.byte() as usize));
        let blank = text.bytes().skip(byte).take_while(|&byte| byte == b'\n').count() as u64;
        let row = line + blank - breaks;
        let inside = record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>() as u64;
        breaks += inside;
        last = (row as u32, inside > 0);
        if !take(row as u32, record.iter().map(cell).collect())? {
            return Ok(());
        }
    }
    // The csv crate closes an open quote at the end of the file without a word.
    if last.1 && text.matches('"').count() % 2 == 1 {
        return Err(Problem::row(last.0, "opens a quote (`\"`) that never closes, so it swallows the rows below it")
            .hint("Close the quote, or take it away, and drop the file again."));
    }
    Ok(())
}

/// `sep=;` in the first line: Excel's own way to say which character parts the cells.
fn declared_delimiter(text: &str) -> (&str, Option<u8>) {
    let Some((first, rest)) = text.split_once('\n') else { return (text, None) };
    match first.trim_matches('"').strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter @ (b',' | b';' | b'\t' | b'|')]) => (rest, Some(*delimiter)),
        _ => (text, None),
    }
}

/// Old exports end lines with a lone carriage return.
fn unix_lines(text: &str) -> Cow<'_, str> {
    match (text.contains('\r'), text.contains('\n')) {
        (true, true) => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        (true, false) => Cow::Owned(text.replace('\r', "\n")),
        _ => Cow::Borrowed(text),
    }
}

/// The character that parts most of the first lines into the same number of cells; of several the one that gives more
/// cells. A cell may hold the others: lists in one cell are parted by semicolons.
fn delimiter(text: &str) -> u8 {
    let alike = |delimiter: u8| -> (usize, usize) {
        let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
        for line in text.split('\n').take(HEADER_ROWS_MAX) {
            *lines.entry(outside_quotes(line, delimiter)).or_default() += 1;
        }
        lines.into_iter().filter(|(cells, _)| *cells > 0).map(|(cells, lines)| (lines, cells)).max().unwrap_or_default()
    };
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|&delimiter| alike(delimiter)).unwrap_or(b',')
}

fn outside_quotes(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    line.bytes()
        .filter(|&byte| {
            quoted ^= byte == b'"';
            byte == delimiter && !quoted
        })
        .count()
}

/// Text of a cell. `="00412"` and `'=text` are how exports protect text from Excel: the protection is taken away.
fn cell(text: &str) -> Cell {
    let text = text.trim_matches(is_space);
    let text = text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|inner| !inner.contains('"'))
        .unwrap_or(text);
    let text = match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    };
    if text.is_empty() { Cell::Blank } else { Cell::Text(text.into()) }
}

/// White space, and the invisible characters that web pages leave in cells.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{a0}' | '\u{200b}' | '\u{feff}')
}

/// How a cell is shown in messages.
pub fn show(cell: &Cell) -> String {
    match cell {
        Cell::Blank => String::new(),
        Cell::Text(text) => quote(text),
        Cell::Number(number) => number.to_string(),
        Cell::Moment(moment) => moment.to_string(),
        Cell::Seconds(seconds) => format!("{seconds} seconds"),
        Cell::Bool(value) => (if *value { "TRUE" } else { "FALSE" }).to_owned(),
        Cell::Fault(fault) => (*fault).to_owned(),
    }
}
