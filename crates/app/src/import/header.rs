//! Finding the header: real files have titles, dates and blank lines above it.

use super::mapfile::MapFile;
use super::message::{Problem, quote};
use super::sheet::Cell;
use super::words::fold;
use super::{shape, sheet::HEADER_ROWS_MAX};
use schoolkeeper_core::schema::{FieldType, Register};
use std::collections::{BTreeMap, BTreeSet};

/// What is known about the columns before the file is opened.
#[derive(Clone)]
pub struct Header {
    /// Folded names of columns somebody may use.
    known: BTreeSet<String>,
    /// Folded names that a map file or the register itself asks for.
    asked: BTreeSet<String>,
    /// Row chosen by hand.
    pub row: Option<u32>,
    /// Sheet chosen by hand.
    pub sheet: Option<String>,
    /// A table without a name we know is one too: somebody says what its columns are.
    any: bool,
    looked_for: String,
}

impl Header {
    /// Collects the names of a register's fields, of known exports and of a map file.
    pub fn new(register: &Register, map: &MapFile) -> Self {
        let fields = register.fields.iter().filter(|field| !matches!(field.kind, FieldType::Back { .. }));
        let mut asked: BTreeSet<String> = map.names().map(fold).collect();
        for field in fields {
            asked.extend(field.import.iter().map(String::as_str).chain([&*field.label, &*field.name]).map(fold));
        }
        let mut known = asked.clone();
        for shape in shape::of(&register.id) {
            known.extend(shape.map.names().chain(shape.has.iter().map(String::as_str)).map(fold));
        }
        known.remove("");
        let (row, sheet) = (map.header_row, map.sheet.clone());
        Self { known, asked, row, sheet, any: false, looked_for: looked_for(register) }
    }

    /// The same for a table of which somebody will say what its columns are.
    pub fn of_anything(register: &Register, map: &MapFile) -> Self {
        Self { any: true, ..Self::new(register, map) }
    }

    /// The same without the row chosen by hand.
    pub fn without_row(&self) -> Self {
        Self { row: None, ..self.clone() }
    }

    /// How many known names a row holds.
    pub fn score(&self, cells: &[Cell]) -> usize {
        let folded: BTreeSet<String> = cells.iter().filter_map(text).map(fold).collect();
        folded.intersection(&self.known).count()
    }

    /// Why a column is not read, if it is not.
    pub fn drops(&self, column: &str) -> Option<&'static str> {
        let never = shape::never(column)?;
        (never.always || !self.asked.contains(&fold(column))).then_some(never.because.as_str())
    }

    /// Position of the header among the first rows: the most known names, the earliest of equals.
    pub fn find(&self, rows: &BTreeMap<u32, Vec<Cell>>) -> Result<u32, Problem> {
        if let Some(row) = self.row {
            let there = rows.contains_key(&row);
            let hint = "Rows are counted as your spreadsheet shows them.";
            return there
                .then_some(row)
                .ok_or_else(|| Problem::row(row, "was named as the header, but it is empty").hint(hint));
        }
        let best = rows.iter().rev().max_by_key(|(_, cells)| self.score(cells));
        match best {
            Some((row, cells)) if self.score(cells) > 0 => Ok(*row),
            Some(_) if self.any => Ok(widest(rows)),
            Some(_) => Err(self.missing(rows)),
            None => {
                Err(Problem::file("holds no rows")
                    .hint("Export the list again and look at it before you drop it here."))
            }
        }
    }

    fn missing(&self, rows: &BTreeMap<u32, Vec<Cell>>) -> Problem {
        let widest = rows.iter().rev().max_by_key(|(_, cells)| cells.iter().filter_map(text).count());
        let (row, names) = widest.map_or((1, Vec::new()), |(row, cells)| {
            (*row, cells.iter().filter_map(text).take(6).map(|name| format!("`{}`", quote(name))).collect())
        });
        let message = format!(
            "no row of the first {HEADER_ROWS_MAX} holds a column name we know. We looked for: {}. Row {row} says {}",
            self.looked_for,
            names.join(", "),
        );
        Problem::file(message).hint("Say in a map file which column is what, and in which row the names stand.")
    }
}

/// The row with the most texts, the earliest of equals: names of columns are texts, and there is one for each.
fn widest(rows: &BTreeMap<u32, Vec<Cell>>) -> u32 {
    let texts = |cells: &[Cell]| cells.iter().filter_map(text).count();
    rows.iter().rev().max_by_key(|(_, cells)| texts(cells)).map_or(1, |(row, _)| *row)
}

/// The fields that recognise an entry, by their labels; without any, the required ones.
pub fn looked_for(register: &Register) -> String {
    let named: Vec<&str> = register.identity.iter().flat_map(|identity| &identity.by).map(AsRef::as_ref).collect();
    let wanted = |field: &&schoolkeeper_core::schema::Field| {
        if named.is_empty() { field.required } else { named.contains(&&*field.name) }
    };
    let labels: Vec<&str> = register.fields.iter().filter(wanted).map(|field| field.label.as_str()).collect();
    labels.join(", ")
}

/// The text of a cell, when it is one.
pub fn text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}
