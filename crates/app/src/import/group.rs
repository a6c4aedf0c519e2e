//! Several named values in one cell: rows (`name: domain, on: yes; name: public, on: no`) and maps
//! (`papers: yes; notes: none left out`), or the same as JSON.
//!
//! Invariant: bounded in number and depth; a part that cannot be read refuses the cell, never half of it.

use super::cell::{Reader, Reading};
use super::message::quote;
use super::moment;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::Field;
use schoolkeeper_core::value::Value;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Most rows, or named values, of one cell.
const PARTS_MAX: usize = 500;

/// Rows of named values, each read as its own field. `Err` names the part.
pub fn rows(reader: &Reader<'_>, text: &str, fields: &[Field]) -> Result<Reading, String> {
    let mut out = Vec::new();
    for row in records(text)? {
        let mut values = BTreeMap::new();
        for (name, written) in row {
            let field = fields.iter().find(|field| same(&field.name, &name) || same(&field.label, &name));
            let field = field.ok_or_else(|| {
                let known: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
                format!("`{}`: a row has {}", quote(&name), known.join(", "))
            })?;
            match reader.read_text(&written, usize::MAX, field)? {
                Reading::Value(value) => drop(values.insert(field.name.clone(), value)),
                Reading::Blank => {}
                unlinked @ Reading::Unlinked(_) => return Ok(unlinked),
            }
        }
        out.push(Value::Map(values.into()));
    }
    Ok(Reading::Value(Value::List(out.into())))
}

/// Named values as given.
pub fn map(reader: &Reader<'_>, text: &str) -> Result<Reading, String> {
    if text.trim_start().starts_with('{') {
        return untyped(reader, &json(text)?).map(Reading::Value);
    }
    let mut values = BTreeMap::new();
    for part in parts(text, ';')? {
        let (name, value) = named(&part)?;
        values.insert(Name::from(name.as_str()), looks(reader, &value));
    }
    Ok(Reading::Value(Value::Map(values.into())))
}

type Record = Vec<(String, String)>;

fn records(text: &str) -> Result<Vec<Record>, String> {
    if !text.trim_start().starts_with('[') {
        return parts(text, ';')?.iter().map(|row| parts(row, ',')?.iter().map(|part| named(part)).collect()).collect();
    }
    let Json::Array(items) = json(text)? else { return Err(not_read(text)) };
    items
        .iter()
        .map(|item| match item {
            Json::Object(map) => Ok(map.iter().map(|(name, value)| (name.clone(), plain(value))).collect()),
            _ => Err(not_read(text)),
        })
        .collect()
}

fn parts(text: &str, by: char) -> Result<Vec<String>, String> {
    let parts: Vec<String> = text.split(by).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if parts.len() > PARTS_MAX { Err(format!("a cell holds at most {PARTS_MAX} parts")) } else { Ok(parts) }
}

/// `name: value` or `name=value`.
fn named(part: &str) -> Result<(String, String), String> {
    let at = part.find([':', '=']).ok_or_else(|| format!("`{}`: write `name: value`", quote(part)))?;
    Ok((part[..at].trim().to_owned(), part[at + 1..].trim().to_owned()))
}

/// serde_json stops at a depth of 128.
fn json(text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|_| not_read(text))
}

fn not_read(text: &str) -> String {
    format!("`{}`: write `name: value; name: value`, or JSON", quote(text))
}

fn plain(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

fn untyped(reader: &Reader<'_>, json: &Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::Empty,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Number(number.as_f64().ok_or_else(|| not_read(&number.to_string()))?),
        },
        Json::String(text) => looks(reader, text),
        Json::Array(items) => {
            let items: Vec<Value> = items.iter().map(|item| untyped(reader, item)).collect::<Result<_, _>>()?;
            Value::List(items.into())
        }
        Json::Object(map) => {
            let values = map.iter().map(|(name, value)| Ok((Name::from(name.as_str()), untyped(reader, value)?)));
            Value::Map(values.collect::<Result<BTreeMap<_, _>, String>>()?.into())
        }
    })
}

/// Text that is plainly a day or an instant is one.
fn looks(reader: &Reader<'_>, text: &str) -> Value {
    let digits = text.len() >= 8 && text.starts_with(|first: char| first.is_ascii_digit());
    match moment::parse(text).ok().filter(|_| digits) {
        Some(moment) if moment.time.is_none() => Value::Date(moment.date),
        Some(moment) => moment.instant(reader.zone).map_or_else(|| Value::text(text), Value::Instant),
        None => Value::text(text),
    }
}

fn same(known: &str, written: &str) -> bool {
    super::words::fold(known) == super::words::fold(written)
}
