//! Changing one table in the text of a pack: what a form says goes to its place, everything else stays as it was written.
//!
//! Invariant: a text that is changed here was TOML before and is TOML after; nothing is read from anywhere else.

use crate::bounds;
use crate::field::{Field, Typed};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// Which table: its kind and its name, number or id. The head is `("pack", "")`.
pub type TableName<'a> = (&'a str, &'a str);

/// Kinds whose tables stand in a list and have an `id`.
const ROWS: &[&str] = &["clause", "term", "law", "companion", "aim", "tag"];

/// What stands in the fields of a table, as a form shows it; `None` when the table is not in this text.
pub fn shown(text: &str, table: TableName<'_>, fields: &[Field]) -> Option<Vec<(&'static str, String)>> {
    let mut document: DocumentMut = parsed(text).ok()?;
    let table = find(&mut document, table)?;
    Some(fields.iter().filter_map(|field| Some((field.key, as_typed(field.typed, table.get(field.key)?)))).collect())
}

/// The type of a control, when it stands in this text.
pub fn control_type(text: &str, name: &str) -> Option<String> {
    let mut document: DocumentMut = parsed(text).ok()?;
    find(&mut document, ("control", name))?.get("type")?.as_str().map(str::to_owned)
}

/// The text with other values in a table, which is added when it is not there; an empty value takes its key out.
/// `Err` says of which field what is wrong.
pub fn change(
    text: &str,
    table: TableName<'_>,
    say: &[(Field, String)],
) -> Result<String, Vec<(&'static str, String)>> {
    let mut document = parsed(text).map_err(|why| vec![("", why)])?;
    let mut values = Vec::new();
    let mut wrong = Vec::new();
    for (field, typed) in say {
        match value(field.typed, typed) {
            Ok(value) => values.push((field.key, value)),
            Err(why) => wrong.push((field.key, why)),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    if find(&mut document, table).is_none() {
        add(&mut document, table).ok_or_else(|| vec![("", "this table cannot be added by a form".to_owned())])?;
    }
    let Some(found) = find(&mut document, table) else {
        return Err(vec![("", "this table cannot be changed by a form".to_owned())]);
    };
    for (key, value) in values {
        put(found, key, value);
    }
    Ok(document.to_string())
}

/// The text without a table; `None` when it is not there.
pub fn remove(text: &str, (kind, name): TableName<'_>) -> Option<String> {
    let mut document = parsed(text).ok()?;
    let rows = ROWS.contains(&kind);
    match document.get_mut(kind)? {
        Item::ArrayOfTables(all) if rows => {
            let at = all.iter().position(|one| one.get("id").and_then(Item::as_str) == Some(name))?;
            all.remove(at);
        }
        other if !rows && kind != "pack" => drop(other.as_table_like_mut()?.remove(name)?),
        _ => return None,
    }
    Some(document.to_string())
}

/// Whether a text is TOML within the bounds of a pack; `Err` is a sentence.
pub fn well_formed(text: &str) -> Result<(), String> {
    parsed(text).map(drop)
}

fn parsed(text: &str) -> Result<DocumentMut, String> {
    if let Some(fault) = bounds::check(text, 0) {
        return Err(fault.message);
    }
    text.parse().map_err(|fault: toml_edit::TomlError| format!("this is not TOML: {}", fault.message()))
}

fn find<'d>(document: &'d mut DocumentMut, (kind, name): TableName<'_>) -> Option<&'d mut dyn TableLike> {
    let item = document.get_mut(kind)?;
    if kind == "pack" {
        return item.as_table_like_mut();
    }
    if !ROWS.contains(&kind) {
        return item.as_table_like_mut()?.get_mut(name)?.as_table_like_mut();
    }
    let is_it = |table: &dyn TableLike| table.get("id").and_then(Item::as_str) == Some(name);
    match item {
        Item::ArrayOfTables(all) => {
            all.iter_mut().find(|one| is_it(*one as &dyn TableLike)).map(|one| one as &mut dyn TableLike)
        }
        Item::Value(Value::Array(all)) => {
            let tables = all.iter_mut().filter_map(Value::as_inline_table_mut);
            let mut tables = tables.filter(|one| is_it(*one as &dyn TableLike));
            tables.next().map(|one| one as &mut dyn TableLike)
        }
        _ => None,
    }
}

fn add(document: &mut DocumentMut, (kind, name): TableName<'_>) -> Option<()> {
    if kind == "pack" {
        return None;
    }
    if ROWS.contains(&kind) {
        let mut row = Table::new();
        row.insert("id", toml_edit::value(name));
        let all = document.entry(kind).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        all.as_array_of_tables_mut()?.push(row);
        return Some(());
    }
    let mut all = Table::new();
    all.set_implicit(true);
    let all = document.entry(kind).or_insert(Item::Table(all)).as_table_like_mut()?;
    let new = match kind {
        "control" => Item::Table(Table::new()),
        _ => Item::Value(Value::InlineTable(InlineTable::new())),
    };
    all.insert(name, new);
    Some(())
}

/// Puts a value in its place unless it stands there already; none takes the key out. A comment beside it stays.
fn put(table: &mut dyn TableLike, key: &str, new: Option<Value>) {
    let Some(mut new) = new else {
        table.remove(key);
        return;
    };
    if let Some(known) = table.get(key) {
        if known.clone().into_value().is_ok_and(|known| plain(&known) == plain(&new)) {
            return;
        }
        if let Some(known) = known.as_value() {
            *new.decor_mut() = known.decor().clone();
        }
    }
    table.insert(key, Item::Value(new));
}

/// A value without the blanks and comments around it.
fn plain(value: &Value) -> String {
    let mut value = value.clone();
    value.decor_mut().clear();
    value.to_string().trim().to_owned()
}

/// What a key holds, as the form shows it.
fn as_typed(typed: Typed, item: &Item) -> String {
    let raw = || item.clone().into_value().map_or_else(|_| item.to_string(), |value| plain(&value));
    let texts = || -> Option<Vec<&str>> { item.as_array()?.iter().map(Value::as_str).collect() };
    match typed {
        Typed::Names => texts().map_or_else(raw, |all| all.join(", ")),
        Typed::Sentences => texts().map_or_else(raw, |all| all.join("\n")),
        Typed::Toml => raw(),
        _ => item.as_str().map_or_else(raw, str::to_owned),
    }
}

/// What was typed, as a value; none when nothing was.
fn value(typed: Typed, text: &str) -> Result<Option<Value>, String> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let texts = |parts: Vec<&str>| {
        let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
        Value::Array(parts.map(|part| part.trim_matches('"')).collect::<Array>())
    };
    Ok(Some(match typed {
        Typed::Line if text.contains('\n') => return Err("Write it in one line".to_owned()),
        Typed::Names => texts(text.split([',', '\n']).collect()),
        Typed::Sentences => texts(text.lines().collect()),
        Typed::Choice(all) if !all.contains(&text) => return Err(format!("Choose one of: {}", all.join(", "))),
        Typed::Line | Typed::Text | Typed::Choice(_) => Value::from(text),
        Typed::Switch => match text {
            "true" => Value::from(true),
            "false" => Value::from(false),
            _ => return Err("Choose yes or no".to_owned()),
        },
        Typed::Plain => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => Value::from(number),
            (_, Ok(number)) if number.is_finite() => Value::from(number),
            _ if text == "true" || text == "false" => Value::from(text == "true"),
            _ if text.starts_with('[') => toml(text)?,
            _ => Value::from(text),
        },
        Typed::Toml => toml(text)?,
    }))
}

fn toml(text: &str) -> Result<Value, String> {
    if let Some(fault) = bounds::check(text, 0) {
        return Err(fault.message);
    }
    let read = text.parse::<Value>();
    read.map_err(|_| {
        "This is no value of the pack language. Texts stand in quotes, lists in [ ], parts in { }".to_owned()
    })
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
