//! One row of a sheet → values of a register's fields, with everything that is wrong in it.

use super::cell::{Reader, Reading, plain};
use super::columns::{Mapped, Mapping};
use super::identity::{Candidates, Values};
use super::message::{Problem, quote};
use super::sheet::{Cell, Row, Sheet};
use super::trip::Trip;
use jiff::civil::Date;
use schoolkeeper_core::schema::{Absent, Field, FieldType, Register};
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

/// What a row says.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// By field position. *Empty* where a blank cell means *none*.
    pub values: Values,
    /// References that may lead to other rows of the same file: field and text.
    pub later: Vec<(usize, String)>,
    /// References that lead nowhere.
    pub unlinked: Vec<Unlinked>,
    /// What is wrong; a row with problems is refused, but still tells who it is about.
    pub problems: Vec<Problem>,
}

/// A reference that leads nowhere; the field is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlinked {
    /// Row in the file.
    pub row: u32,
    /// Field position.
    pub field: usize,
    /// Why.
    pub why: String,
}

/// Reads rows.
pub struct RowReader<'a> {
    pub register: &'a Register,
    pub sheet: &'a Sheet,
    pub mapping: &'a Mapping,
    pub cells: Reader<'a>,
    pub candidates: &'a Candidates,
    /// Day of the import, for fields that hold until a day.
    pub today: Date,
    /// Values that stand in every row.
    pub constants: Vec<(usize, Value)>,
    /// The list went out and came back.
    pub trip: Option<Trip>,
}

impl RowReader<'_> {
    /// Reads a row.
    pub fn read(&self, row: &Row) -> Said {
        let mut said = Said::default();
        for (at, value) in &self.constants {
            said.values.set(*at, Some(value.clone()));
        }
        for mapped in &self.mapping.fields {
            match self.field(row, mapped) {
                Ok(Reading::Value(value)) => said.values.set(mapped.field, Some(value)),
                Ok(Reading::Blank) if said.values.get(mapped.field).is_none() => {
                    said.values.set(mapped.field, self.blank(mapped.field));
                }
                Ok(Reading::Blank) => {}
                Ok(Reading::Unlinked(why)) => self.unlinked(row, mapped, why, &mut said),
                Err((column, why)) => {
                    said.problems.push(Problem::row(row.number, why).column(&self.sheet.columns[column]));
                }
            }
        }
        for &(field, day) in &self.mapping.until {
            let passed = said.values.get(day).and_then(Value::as_date).is_some_and(|day| day < self.today);
            if said.values.says_nothing(field) {
                said.values.set(field, Some(Value::Bool(!passed)));
            }
        }
        said
    }

    /// The first column that says something; for references the first that leads somewhere.
    fn field(&self, row: &Row, mapped: &Mapped) -> Result<Reading, (usize, String)> {
        let field = &self.register.fields[mapped.field];
        let first = mapped.columns.first().copied().unwrap_or_default();
        if mapped.joined {
            let parts = mapped.columns.iter().map(|&column| plain(row.cell(column))).filter(|part| !part.is_empty());
            let text = parts.collect::<Vec<_>>().join(" ");
            return self.cells.read_text(&text, mapped.field, field).map_err(|why| (first, why));
        }
        let mut found = Reading::Blank;
        for &column in &mapped.columns {
            let cell = row.cell(column);
            if self.means_nothing(cell, mapped.field) {
                continue;
            }
            if let Cell::Text(text) = cell
                && is_shortened(text)
                && self.candidates.fields().any(|key| key == mapped.field)
            {
                let why = format!("`{}`: Excel has shortened this number; its last digits are lost", quote(text));
                return Err((column, why));
            }
            match self.cells.read(cell, mapped.field, field, &mapped.values).map_err(|why| (column, why))? {
                Reading::Value(value) => return Ok(Reading::Value(value)),
                Reading::Unlinked(why) if found == Reading::Blank => found = Reading::Unlinked(why),
                Reading::Unlinked(_) | Reading::Blank => {}
            }
        }
        Ok(found)
    }

    fn means_nothing(&self, cell: &Cell, field: usize) -> bool {
        matches!(cell, Cell::Text(text) if self.candidates.is_ignored(field, text))
    }

    /// A blank empties a field that people fill, never one that recognises the entry or that every entry needs.
    fn blank(&self, at: usize) -> Option<Value> {
        let field = &self.register.fields[at];
        if let Some(trip) = self.trip {
            return (trip.blank_is_empty && !field.required).then_some(Value::Empty);
        }
        let may = field.absent == Absent::Empty && !field.required && !self.candidates.fields().any(|key| key == at);
        may.then_some(Value::Empty)
    }

    fn unlinked(&self, row: &Row, mapped: &Mapped, why: String, said: &mut Said) {
        let field = &self.register.fields[mapped.field];
        let texts = mapped.columns.iter().map(|&column| plain(row.cell(column))).find(|text| !text.is_empty());
        if self.may_be_here(field) {
            said.later.push((mapped.field, texts.unwrap_or_default()));
        } else if field.required {
            let column = mapped.columns.first().map_or("", |&column| self.sheet.columns[column].as_str());
            let problem = Problem::row(row.number, why).column(column);
            said.problems.push(problem.hint("Bring in that list first, or mend the name here."));
        } else {
            said.unlinked.push(Unlinked { row: row.number, field: mapped.field, why });
        }
    }

    fn may_be_here(&self, field: &Field) -> bool {
        matches!(&field.kind, FieldType::Ref(to) if *to == self.register.id)
    }
}

/// `5.01E+11`: what Excel makes of a long number.
fn is_shortened(text: &str) -> bool {
    text.split_once("E+").is_some_and(|(number, power)| number.parse::<f64>().is_ok() && power.parse::<u8>().is_ok())
}

/// Constants of a mapping as values. One that cannot be read refuses the file.
pub fn constants(register: &Register, mapping: &Mapping, cells: &Reader) -> Result<Vec<(usize, Value)>, Problem> {
    let mut out = Vec::new();
    for (at, text) in &mapping.constants {
        let field = &register.fields[*at];
        let hint = "Mend it in the map file, or bring in the list it names first.";
        let wrong = |why: String| {
            Problem::file(format!("the map file says {} = `{}`: {why}", field.name, quote(text))).hint(hint)
        };
        match cells.read_text(text, *at, field).map_err(wrong)? {
            Reading::Value(value) => out.push((*at, value)),
            Reading::Unlinked(why) => return Err(wrong(why)),
            Reading::Blank => {}
        }
    }
    Ok(out)
}

/// A column that was only guessed to hold choices, and of which no cell is one, is not that field.
pub fn drop_wrong_guesses(register: &Register, mapping: &mut Mapping, (sheet, rows): (&Sheet, &[Row]), cells: &Reader) {
    let (fields, notes) = (std::mem::take(&mut mapping.fields), &mut mapping.notes);
    mapping.fields = fields.into_iter().filter(|mapped| {
        let field = &register.fields[mapped.field];
        let (FieldType::Choice(choices), true) = (&field.kind, mapped.guessed) else { return true };
        let column = mapped.columns[0];
        let mut filled = rows.iter().map(|row| row.cell(column)).filter(|cell| **cell != Cell::Blank).peekable();
        let Some(example) = filled.peek().map(|cell| plain(cell)) else { return true };
        let readable = filled.any(|cell| matches!(cells.read(cell, mapped.field, field, &mapped.values), Ok(Reading::Value(_))));
        if !readable {
            let known: Vec<&str> = choices.iter().map(AsRef::as_ref).collect();
            notes.push(format!(
                "Column `{}` says things like `{}`, none of which is a {} we know ({}): not read. Say in a map file what they mean, under [values].",
                quote(&sheet.columns[column]), quote(&example), field.label.to_lowercase(), known.join(", "),
            ));
        }
        readable
    }).collect();
}

/// Unlinked references in plain sentences, one for each field and reason that most rows share.
pub fn unlinked_notes(register: &Register, unlinked: &[Unlinked]) -> Vec<String> {
    let mut by_field: BTreeMap<usize, Vec<&Unlinked>> = BTreeMap::new();
    for one in unlinked {
        by_field.entry(one.field).or_default().push(one);
    }
    let note = |(field, all): (usize, Vec<&Unlinked>)| {
        let label = &register.fields[field].label;
        let numbers: Vec<u32> = all.iter().map(|one| one.row).collect();
        let example = all.first().map_or("", |one| one.why.as_str());
        format!("{label}: left out in {} ({example}).", super::message::rows(&numbers))
    };
    by_field.into_iter().map(note).collect()
}
