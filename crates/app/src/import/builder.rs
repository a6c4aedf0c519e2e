//! Rows → sheet: waits for the header, drops what is never kept, counts against the limits.

use super::header::{Header, text};
use super::message::{Problem, rows};
use super::sheet::{CELL_BYTES_MAX, CELLS_MAX, COLUMNS_MAX, Cell, HEADER_ROWS_MAX, ROWS_MAX, Row, Sheet, letter};
use super::words::fold;
use std::collections::BTreeMap;

/// Takes rows in order and gives a sheet.
pub struct Builder<'h> {
    header: &'h Header,
    waiting: BTreeMap<u32, Vec<Cell>>,
    /// Positions in the file of the kept columns; `None` until the header is known.
    kept: Option<Vec<usize>>,
    width: usize,
    sheet: Sheet,
    cells: usize,
    formulas: usize,
    /// A row with too many cells is a row whose cells have moved (CSV), not one with a remark beside the table.
    moves: bool,
}

impl<'h> Builder<'h> {
    /// Nothing read yet. `moves`: in this kind of file an extra cell means that the cells of its row have moved.
    pub fn new(header: &'h Header, moves: bool) -> Self {
        let (columns, rows, refused, dropped, notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let sheet =
            Sheet { file: String::new(), hash: String::new(), header_row: 0, columns, rows, refused, dropped, notes };
        Self { header, waiting: BTreeMap::new(), kept: None, width: 0, sheet, cells: 0, formulas: 0, moves }
    }

    /// Rows taken so far, those that were refused among them.
    pub fn len(&self) -> usize {
        self.sheet.rows.len() + self.sheet.refused.len()
    }

    /// Takes the next row. An error refuses the file.
    pub fn push(&mut self, number: u32, cells: impl Iterator<Item = Cell>) -> Result<(), Problem> {
        let cells = bounded(number, cells)?;
        if cells.is_empty() {
            return Ok(());
        }
        if self.kept.is_some() {
            return self.take(number, cells);
        }
        self.waiting.insert(number, cells);
        let enough = self.waiting.len() >= HEADER_ROWS_MAX && self.header.row.is_none_or(|row| row <= number);
        if enough { self.settle() } else { Ok(()) }
    }

    /// Decides on the header and takes the rows that waited for it.
    fn settle(&mut self) -> Result<(), Problem> {
        let row = self.header.find(&self.waiting)?;
        let mut waiting = std::mem::take(&mut self.waiting);
        let names = waiting.remove(&row).unwrap_or_default();
        let skipped: Vec<u32> = waiting.keys().copied().filter(|number| *number < row).collect();
        if !skipped.is_empty() {
            let verb = if skipped.len() == 1 { "is" } else { "are" };
            self.sheet
                .notes
                .push(format!("The column names stand in row {row}; {} above {verb} not read.", rows(&skipped)));
        }
        self.sheet.header_row = row;
        self.take_names(&names);
        waiting.into_iter().filter(|(number, _)| *number > row).try_for_each(|(number, cells)| self.take(number, cells))
    }

    fn take_names(&mut self, names: &[Cell]) {
        let mut kept = Vec::new();
        for (at, cell) in names.iter().enumerate() {
            let name = super::delimited::show(cell);
            if name.is_empty() {
                self.sheet.notes.push(format!("Column {} has no name: not read.", letter(at)));
            } else if let Some(because) = self.header.drops(&name) {
                self.sheet.dropped.push((name, because.to_owned()));
            } else {
                kept.push(at);
                self.sheet.columns.push(name);
            }
        }
        self.width = names.len();
        self.kept = Some(kept);
    }

    fn take(&mut self, number: u32, mut cells: Vec<Cell>) -> Result<(), Problem> {
        if self.is_header_again(&cells) {
            return Ok(());
        }
        if self.moves && cells.len() > self.width {
            let message = format!("has {} cells, but there are {} columns", cells.len(), self.width);
            let hint = "A comma inside a value needs quotes around the value. Mend the row and drop the file again.";
            self.sheet.refused.push(Problem::row(number, message).hint(hint));
            return Ok(());
        }
        if self.sheet.rows.len() + self.sheet.refused.len() >= ROWS_MAX {
            return Err(Problem::row(number, format!("is beyond the limit of {ROWS_MAX} rows"))
                .hint("Bring it in as several files with --part."));
        }
        let kept = self.kept.as_deref().unwrap_or_default();
        let mut cells: Vec<Cell> =
            kept.iter().map(|&at| cells.get_mut(at).map_or(Cell::Blank, std::mem::take)).collect();
        cells.truncate(cells.iter().rposition(|cell| *cell != Cell::Blank).map_or(0, |at| at + 1));
        self.cells += cells.len();
        if self.cells > CELLS_MAX {
            return Err(Problem::row(number, "the list has too many cells").hint("Export fewer columns."));
        }
        self.formulas += cells.iter().filter_map(text).filter(|text| text.starts_with('=')).count();
        self.sheet.rows.push(Row { number, cells });
        Ok(())
    }

    /// Printed reports repeat their header on every page.
    fn is_header_again(&self, cells: &[Cell]) -> bool {
        let kept = self.kept.as_deref().unwrap_or_default();
        let mut pairs = kept.iter().zip(&self.sheet.columns);
        kept.len() > 1 && pairs.all(|(&at, name)| cells.get(at).and_then(text) == Some(name))
    }

    /// The sheet, without a line of totals at its end.
    pub fn finish(mut self) -> Result<Sheet, Problem> {
        if self.kept.is_none() {
            self.settle()?;
        }
        let columns = self.sheet.columns.len();
        if let Some(row) = self.sheet.rows.pop_if(|row| is_total(row, columns)) {
            self.sheet.notes.push(format!("Row {} is a line of totals: not read.", row.number));
        }
        if self.formulas > 0 {
            self.sheet.notes.push(format!("{} cells begin with `=`: kept as text, never worked out.", self.formulas));
        }
        Ok(self.sheet)
    }
}

fn is_total(row: &Row, columns: usize) -> bool {
    const WORDS: [&str; 7] = ["total", "grandtotal", "count", "endofreport", "endoflist", "printed", "generated"];
    let filled = row.cells.iter().filter(|cell| **cell != Cell::Blank).count();
    let first = row.cells.iter().find(|cell| **cell != Cell::Blank).and_then(text).map(fold).unwrap_or_default();
    columns > 2 && filled * 2 < columns.max(5) && WORDS.iter().any(|word| first.starts_with(word))
}

/// The cells of a row up to the last filled one; refuses what no list holds.
fn bounded(number: u32, cells: impl Iterator<Item = Cell>) -> Result<Vec<Cell>, Problem> {
    let mut out = Vec::new();
    let mut blanks = 0;
    for (at, cell) in cells.enumerate() {
        if cell == Cell::Blank {
            blanks += 1;
            continue;
        }
        if at >= COLUMNS_MAX {
            let hint = "Export only the columns you need.";
            return Err(Problem::row(number, format!("has more than {COLUMNS_MAX} columns")).hint(hint));
        }
        if text(&cell).is_some_and(|text| text.len() > CELL_BYTES_MAX) {
            let message = format!("is longer than {} kB", CELL_BYTES_MAX >> 10);
            let hint = "Often a quote (`\"`) that never closes. Mend it and drop the file again.";
            return Err(Problem::row(number, message).column(format!("column {}", letter(at))).hint(hint));
        }
        out.extend(std::iter::repeat_n(Cell::Blank, blanks));
        blanks = 0;
        out.push(cell);
    }
    Ok(out)
}
