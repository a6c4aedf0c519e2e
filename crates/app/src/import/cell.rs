//! One cell → one value of a field's type. What cannot be read is a problem with a reason, never a guess.

use super::group;
use super::link::Links;
use super::message::quote;
use super::moment::{self, Moment};
use super::sheet::Cell;
use super::words::{fold, says_nothing, turn_name};
use jiff::tz::TimeZone;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::{Span, Unit};
use schoolkeeper_core::schema::{Field, FieldType};
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// A value.
    Value(Value),
    /// Nothing.
    Blank,
    /// It names an entry we cannot find, with the reason.
    Unlinked(String),
}

/// What is needed to read cells.
pub struct Reader<'a> {
    /// Entries by name.
    pub links: &'a Links<'a>,
    /// Zone of date-times without one.
    pub zone: &'a TimeZone,
    /// Field whose texts are names of people, so that `Surname, Forename` is turned.
    pub name_field: Option<usize>,
}

impl Reader<'_> {
    /// Reads a cell as a field at `at`. The error says what is wrong, with the value in backticks.
    pub fn read(
        &self,
        cell: &Cell,
        at: usize,
        field: &Field,
        values: &BTreeMap<String, String>,
    ) -> Result<Reading, String> {
        if let Cell::Fault(fault) = cell {
            return Err(format!("`{fault}`: the formula in this cell has failed"));
        }
        let written = plain(cell);
        if let Some(meant) = (!values.is_empty()).then(|| values.get(&fold(&written))).flatten() {
            return self.read_text(meant, at, field);
        }
        match (self.read_cell(cell, &written, at, field), values.get("*")) {
            (Err(_), Some(meant)) => self.read_text(meant, at, field),
            (read, _) => read,
        }
    }

    fn read_cell(&self, cell: &Cell, written: &str, at: usize, field: &Field) -> Result<Reading, String> {
        match (cell, &field.kind) {
            (Cell::Blank, _) => Ok(Reading::Blank),
            (Cell::Moment(local), FieldType::Date) => Ok(Reading::Value(Value::Date(local.date()))),
            (Cell::Moment(local), FieldType::Instant) => {
                let moment = Moment { date: local.date(), time: Some(local.time()), offset: None };
                self.instant(moment, written)
            }
            (Cell::Number(serial), FieldType::Date | FieldType::Instant) => {
                let moment =
                    moment::from_serial(*serial).ok_or_else(|| format!("`{written}`: this number is not a date"))?;
                self.moment(moment, &field.kind, written)
            }
            (Cell::Seconds(seconds), FieldType::Span) => Ok(Reading::Value(Value::Seconds(*seconds))),
            (Cell::Number(pounds), FieldType::Money) => Ok(Reading::Value(Value::Int((pounds * 100.0).round() as i64))),
            _ => self.read_text(written, at, field),
        }
    }

    /// Reads text, as it stands in a cell or in a map file.
    pub fn read_text(&self, text: &str, at: usize, field: &Field) -> Result<Reading, String> {
        if says_nothing(text) {
            return Ok(Reading::Blank);
        }
        let value = match &field.kind {
            FieldType::Text if self.name_field == Some(at) => Value::text(turn_name(&one_line(text))),
            FieldType::Text | FieldType::File | FieldType::Photo => Value::text(one_line(text)),
            FieldType::LongText => Value::text(text),
            FieldType::YesNo => match yes_no(text)? {
                Some(yes) => Value::Bool(yes),
                None => return Ok(Reading::Blank),
            },
            FieldType::Number => number(text)?,
            FieldType::Money => money(text)?,
            FieldType::Date | FieldType::Instant => return self.day_or_instant(text, &field.kind),
            FieldType::Span => span(text)?,
            FieldType::Choice(choices) => choice(text, choices)?,
            FieldType::Choices(choices) => list(text, |part| choice(part, choices))?,
            FieldType::List => list(text, |part| Ok(Value::text(part)))?,
            FieldType::Ref(to) => {
                return Ok(self
                    .links
                    .find(to, text)
                    .map_or_else(Reading::Unlinked, |id| Reading::Value(Value::Ref(id))));
            }
            FieldType::Refs(to) => {
                let all = list(text, |part| self.links.find(to, part).map(Value::Ref));
                return Ok(all.map_or_else(Reading::Unlinked, Reading::Value));
            }
            FieldType::Rows(fields) => return group::rows(self, text, fields),
            FieldType::Map => return group::map(self, text),
            FieldType::Back { .. } => return Ok(Reading::Blank),
        };
        Ok(Reading::Value(value))
    }

    fn day_or_instant(&self, text: &str, kind: &FieldType) -> Result<Reading, String> {
        let moment = match text.parse::<f64>().ok().and_then(moment::from_serial) {
            Some(moment) => moment,
            None => moment::parse(text).map_err(|why| format!("`{}`: {why}", quote(text)))?,
        };
        self.moment(moment, kind, text)
    }

    fn moment(&self, moment: Moment, kind: &FieldType, written: &str) -> Result<Reading, String> {
        match kind {
            FieldType::Date => Ok(Reading::Value(Value::Date(moment.date))),
            _ => self.instant(moment, written),
        }
    }

    fn instant(&self, moment: Moment, written: &str) -> Result<Reading, String> {
        let instant =
            moment.instant(self.zone).ok_or_else(|| format!("`{}`: this time cannot be right", quote(written)))?;
        Ok(Reading::Value(Value::Instant(instant)))
    }
}

/// The text of a cell; whole numbers without a decimal point, as people see them.
pub fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.to_string(),
        Cell::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Cell::Moment(local) if local.time() == jiff::civil::Time::midnight() => local.date().to_string(),
        other => super::delimited::show(other),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const YES: [&str; 20] = [
    "yes",
    "y",
    "true",
    "1",
    "on",
    "enabled",
    "active",
    "ok",
    "good",
    "success",
    "successful",
    "succeeded",
    "completed",
    "compliant",
    "encrypted",
    "enrolled",
    "registered",
    "enforced",
    "ticked",
    "x",
];
const NO: [&str; 22] = [
    "no",
    "n",
    "false",
    "0",
    "off",
    "disabled",
    "inactive",
    "suspended",
    "deprovisioned",
    "archived",
    "blocked",
    "left",
    "failed",
    "failure",
    "error",
    "noncompliant",
    "notcompliant",
    "unencrypted",
    "notencrypted",
    "notenrolled",
    "notregistered",
    "none",
];
/// A back-up that ended with a warning is neither good nor failed until somebody says so.
const NOBODY_KNOWS: [&str; 6] = ["unknown", "notapplicable", "notevaluated", "notreported", "pending", "warning"];

/// Yes, no, or a word that says neither.
fn yes_no(text: &str) -> Result<Option<bool>, String> {
    let folded = fold(text);
    let is_in = |words: &[&str]| words.contains(&folded.as_str());
    if is_in(&YES) || text == "✓" {
        Ok(Some(true))
    } else if is_in(&NO) {
        Ok(Some(false))
    } else if is_in(&NOBODY_KNOWS) {
        Ok(None)
    } else {
        Err(format!("`{}`: neither yes nor no", quote(text)))
    }
}

pub(crate) fn number(text: &str) -> Result<Value, String> {
    let plain: String = text.chars().filter(|c| *c != ',' && !c.is_whitespace()).collect();
    let plain = plain.trim_end_matches('%');
    if let Ok(whole) = plain.parse::<i64>() {
        return Ok(Value::Int(whole));
    }
    match plain.parse::<f64>() {
        Ok(number) if number.is_finite() && number.fract() == 0.0 && number.abs() < 1e15 => {
            Ok(Value::Int(number as i64))
        }
        Ok(number) if number.is_finite() => Ok(Value::Number(number)),
        _ => Err(format!("`{}`: this is not a number", quote(text))),
    }
}

pub(crate) fn money(text: &str) -> Result<Value, String> {
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | '£') && !c.is_whitespace()).collect();
    let pounds = plain.parse::<f64>().ok().filter(|pounds| pounds.is_finite() && pounds.abs() < 1e12);
    let pounds = pounds.ok_or_else(|| format!("`{}`: this is not an amount of money", quote(text)))?;
    Ok(Value::Int((pounds * 100.0).round() as i64))
}

/// Months and years as people mean them of a length; a term or a working day has none.
fn length(span: Span) -> Option<i64> {
    span.seconds().or_else(|| matches!(span.unit, Unit::Month | Unit::Year).then(|| span.rough_seconds()))
}

pub(crate) fn span(text: &str) -> Result<Value, String> {
    let seconds = text.parse::<Span>().ok().and_then(length);
    seconds
        .map(Value::Seconds)
        .ok_or_else(|| format!("`{}`: write a length of time such as `26 hours` or `3 days`", quote(text)))
}

fn choice(text: &str, choices: &[Name]) -> Result<Value, String> {
    let folded = fold(text);
    let found = choices.iter().find(|choice| fold(choice) == folded);
    found.map(|choice| Value::Text(choice.clone())).ok_or_else(|| {
        let known: Vec<&str> = choices.iter().map(AsRef::as_ref).collect();
        format!("`{}`: we know {}", quote(text), known.join(", "))
    })
}

/// Parts at `;`, `|` or line breaks.
fn list(text: &str, read: impl Fn(&str) -> Result<Value, String>) -> Result<Value, String> {
    let parts = text.split([';', '|', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let items: Vec<Value> = parts.map(read).collect::<Result<_, _>>()?;
    Ok(Value::List(Arc::from(items)))
}

#[cfg(test)]
#[path = "cell_tests.rs"]
mod cell_tests;
