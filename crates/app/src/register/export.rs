//! A list as a file: exactly what is shown, with the columns by which an edited copy finds its entries again.
//!
//! Invariant: fields that are sensitive never leave; no cell can be taken for a formula.

use super::list::Question;
use super::{ListAsked, capital};
use crate::export::safe;
use crate::{Error, House, words};
use jiff::tz::TimeZone;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::{Field, FieldType};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::entry::StoredEntry;
use schoolkeeper_store::listing::{PAGE_MAX, Turn};
use schoolkeeper_store::{Read, School};
use std::collections::BTreeMap;

/// The first columns of every export: the id and version of the entry, by which an edited copy finds it again.
pub const KEY_COLUMNS: [&str; 2] = ["Record", "Version"];
/// Most rows of a file: as many as an import takes.
const ROWS_MAX: usize = 250_000;

/// Kinds of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Comma-separated.
    Csv,
    /// A workbook.
    Xlsx,
}

impl House {
    /// What a list shows, every page of it, as a file.
    pub async fn export_list(
        &self,
        actor: &Actor,
        school: &School,
        (register, kind): (&str, FileKind),
        asked: &ListAsked,
    ) -> Result<Vec<u8>, Error> {
        let schemas = self.registers_at(school).await?;
        let question = self.question(actor, school, (&schemas, register), asked).await?;
        let shown = question.asked.shown(question.register);
        let fields: Vec<&Field> = shown.into_iter().filter(|field| !field.sensitive).collect();
        let read = self.read().await?;
        let mut lines = vec![heading(&fields)];
        let mut turn = Turn { limit: PAGE_MAX, ..Turn::default() };
        loop {
            let page = question.sight.page(&read, &question.listing(), &turn).await?;
            let ids: Vec<EntryId> = page.spots.iter().map(|spot| spot.entry).collect();
            let entries = read.listed_entries(&question.sight.scope, school.id, &ids).await?;
            lines.extend(self.lines(&read, &question, &fields, &entries).await?);
            turn.from = page.spots.last().cloned();
            if !page.more || lines.len() > ROWS_MAX {
                break;
            }
        }
        let title = capital(&words::plural(&schemas, register));
        match kind {
            FileKind::Csv => csv(&lines),
            FileKind::Xlsx => workbook(&title, &lines).map_err(|error| Error::corrupt("the export", error)),
        }
    }

    async fn lines(
        &self,
        read: &Read,
        question: &Question<'_>,
        fields: &[&Field],
        entries: &[StoredEntry],
    ) -> Result<Vec<Vec<String>>, Error> {
        let mut ids = Vec::new();
        for fact in entries.iter().flat_map(|entry| fields.iter().filter_map(|field| entry.facts.get(&field.name))) {
            fact.value.each_ref(&mut |id| ids.push(id));
        }
        let names = self.called(read, question.school, ids).await?;
        let zone = question.calendar.zone();
        let line = |entry: &StoredEntry| {
            let mut cells = vec![entry.id.to_string(), entry.version.to_string()];
            let value = |field: &&Field| entry.facts.get(&field.name).map(|fact| &fact.value);
            cells.extend(
                fields
                    .iter()
                    .map(|field| value(field).map_or_else(String::new, |value| cell(field, value, (&names, zone)))),
            );
            cells
        };
        Ok(entries.iter().map(line).collect())
    }
}

fn heading(fields: &[&Field]) -> Vec<String> {
    KEY_COLUMNS.iter().map(|name| (*name).to_owned()).chain(fields.iter().map(|field| field.label.clone())).collect()
}

/// A value as an import reads it again: dates as ISO, money in pounds, blank for nothing.
fn cell(field: &Field, value: &Value, (names, zone): (&BTreeMap<EntryId, String>, &TimeZone)) -> String {
    match value {
        Value::Empty | Value::Map(_) => String::new(),
        Value::Bool(yes) => (if *yes { "Yes" } else { "No" }).to_owned(),
        Value::Int(pence) if field.kind == FieldType::Money => format!("{:.2}", *pence as f64 / 100.0),
        Value::Int(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Instant(at) => at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Value::Seconds(seconds) => super::cell::span(*seconds),
        Value::Ref(id) => names.get(id).cloned().unwrap_or_default(),
        Value::List(items) => items.iter().map(|item| cell(field, item, (names, zone))).collect::<Vec<_>>().join("; "),
    }
}

fn csv(lines: &[Vec<String>]) -> Result<Vec<u8>, Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    for line in lines {
        out.write_record(line.iter().map(|cell| safe(cell))).map_err(|error| Error::corrupt("the export", error))?;
    }
    out.into_inner().map_err(|error| Error::corrupt("the export", error.to_string()))
}

/// Every cell is text, so nothing is worked out; what an import needs and nobody reads is hidden.
fn workbook(title: &str, lines: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    sheet.set_name(if name.is_empty() { "List" } else { &name })?;
    let bold = Format::new().set_bold();
    for (row, line) in lines.iter().enumerate() {
        for (column, cell) in line.iter().enumerate() {
            let (row, column) = (row as u32, column as u16);
            if row == 0 {
                sheet.write_string_with_format(row, column, cell, &bold)?;
            } else {
                sheet.write_string(row, column, cell)?;
            }
        }
    }
    for column in 0..KEY_COLUMNS.len() {
        sheet.set_column_hidden(column as u16)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}
