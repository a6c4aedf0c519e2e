//! Words in columns of choices that are none of the choices: somebody says once what each of them means.

use super::cell::plain;
use super::columns::Mapping;
use super::message::quote;
use super::plan::Strange;
use super::sheet::{Cell, Row, Sheet};
use super::words::{fold, nearest, says_nothing};
use schoolkeeper_core::schema::{FieldType, Register};
use std::collections::BTreeMap;

/// More than these are not words of a choice.
const STRANGE_MAX: usize = 200;

/// The strange words of a sheet, column by column.
pub fn strange(register: &Register, mapping: &Mapping, (sheet, rows): (&Sheet, &[Row])) -> Vec<Strange> {
    let mut out = Vec::new();
    for mapped in &mapping.fields {
        let field = &register.fields[mapped.field];
        let FieldType::Choice(choices) = &field.kind else { continue };
        let known: Vec<String> = choices.iter().map(|choice| fold(choice)).collect();
        for &column in &mapped.columns {
            let mut found: BTreeMap<String, Strange> = BTreeMap::new();
            for row in rows {
                let cell = row.cell(column);
                if matches!(cell, Cell::Blank | Cell::Fault(_)) {
                    continue;
                }
                let word = plain(cell);
                let folded = fold(&word);
                let understood = known.contains(&folded)
                    || says_nothing(&word)
                    || mapped.values.contains_key(&folded)
                    || mapped.values.contains_key("*");
                if understood || folded.is_empty() {
                    continue;
                }
                let room = found.len() < STRANGE_MAX;
                if let Some(known) = found.get_mut(&folded) {
                    known.rows += 1;
                } else if room {
                    let near = nearest(&word, choices.iter().map(AsRef::as_ref)).map(str::to_owned);
                    let (column, field) = (sheet.columns[column].clone(), field.name.clone());
                    found.insert(folded, Strange { column, field, word: quote(&word), rows: 1, near });
                }
            }
            out.extend(found.into_values());
        }
    }
    out.truncate(STRANGE_MAX);
    out
}
