//! Every mistake we try: numbers nudged, items and conjuncts dropped, whole controls taken out.

#[cfg(test)]
#[path = "kinds_tests.rs"]
mod kinds_tests;

use super::conjunct;
use super::edit::{Mutation, Path};
use toml::{Table, Value};

/// Lists whose items are dropped one by one, wherever they stand in a control.
const LISTS: &[&str] = &[
    "guards",
    "blocks",
    "unlocks",
    "excuses",
    "excused_by",
    "on",
    "steps",
    "stages",
    "checks",
    "clocks",
    "evidence",
    "checklist",
    "ask",
    "compare",
    "at_end",
    "with",
    "class",
    "matter",
    "services",
    "log",
    "needs",
    "grounds",
    "after",
    "audience",
    "who",
    "by",
    "report_by",
    "send_to",
    "conditions",
    "visible_to",
    "answers",
    "reason",
];
/// Tables whose keys are dropped one by one.
const TABLES: &[&str] = &["set"];
/// Expressions whose conjuncts are dropped one by one.
const EXPRESSIONS: &[&str] = &["where", "expect", "measured", "only", "except", "close_when", "test", "when", "stops"];
/// Parts dropped as a whole.
const PARTS: &[&str] = &["receipt", "grace", "unknown_max", "longest"];
/// Yes-no values turned round.
const SWITCHES: &[&str] = &["step_up", "two_people", "excusable"];

/// Every mutation of a pack's tree.
pub fn all(tree: &Table) -> Vec<Mutation> {
    let mut out = Vec::new();
    let root = Path::default();
    for (name, param) in tables(tree, "param") {
        nudged(&root.key("param").key(name), param, &mut out);
    }
    for (name, list) in tables(tree, "list") {
        walk(&root.key("list").key(name), list, &["items"], &mut out);
    }
    for (name, rows) in tree.get("schedule").and_then(Value::as_table).into_iter().flatten() {
        schedule(&root.key("schedule").key(name), rows, &mut out);
    }
    for (name, audience) in tables(tree, "audience") {
        walk(&root.key("audience").key(name), audience, LISTS, &mut out);
    }
    for (name, control) in tables(tree, "control") {
        let path = root.key("control").key(name);
        out.push(path.drop(&format!("{}: dropped", path.says())));
        walk(&path, control, LISTS, &mut out);
    }
    out
}

fn tables<'t>(tree: &'t Table, key: &str) -> impl Iterator<Item = (&'t String, &'t Table)> {
    let named = tree.get(key).and_then(Value::as_table).into_iter().flatten();
    named.filter_map(|(name, value)| Some((name, value.as_table()?)))
}

/// A param a little milder and a little stricter; a blank filled in.
fn nudged(path: &Path, param: &Table, out: &mut Vec<Mutation>) {
    let at = path.key("value");
    let values = match param.get("value") {
        None => vec![blank(param)],
        Some(value) => nudges(value),
    };
    out.extend(values.into_iter().map(|value| at.set(value.clone(), &format!("{}: {}", path.says(), plain(&value)))));
}

fn blank(param: &Table) -> Value {
    match param.get("unit").and_then(Value::as_str) {
        Some("schedule") => Value::from("1 term"),
        _ => Value::from("90 days"),
    }
}

/// One more and one less; `true` for `false`. Text is a number and a unit, or stays as it is.
fn nudges(value: &Value) -> Vec<Value> {
    match value {
        Value::Boolean(yes) => vec![Value::from(!yes)],
        Value::Integer(count) => vec![Value::from(count - 1), Value::from(count + 1)],
        Value::Float(number) => vec![Value::from(number * 0.9), Value::from(number * 1.1)],
        Value::String(text) => spans(text),
        _ => Vec::new(),
    }
}

fn spans(text: &str) -> Vec<Value> {
    let Some((count, unit)) = text.split_once(' ') else { return Vec::new() };
    let Ok(count) = count.parse::<i64>() else { return Vec::new() };
    let fewer = (count > 1).then(|| format!("{} {unit}", count - 1));
    [fewer, Some(format!("{} {unit}", count + 1))].into_iter().flatten().map(Value::from).collect()
}

fn schedule(path: &Path, rows: &Value, out: &mut Vec<Mutation>) {
    for (at, row) in rows.as_array().into_iter().flatten().enumerate() {
        let series = row.get("series").and_then(Value::as_str).unwrap_or_default();
        let here = path.at(at);
        out.push(here.drop(&format!("{}: without `{series}`", path.says())));
        for keep in row.get("keep").map(nudges).into_iter().flatten() {
            let what = format!("{}: `{series}` {}", path.says(), plain(&keep));
            out.push(here.key("keep").set(keep, &what));
        }
    }
}

/// Drops the parts of one table and of everything inside it.
fn walk(path: &Path, table: &Table, lists: &[&str], out: &mut Vec<Mutation>) {
    for (key, value) in table.iter().filter(|(key, _)| *key != "tell") {
        let here = path.key(key);
        match value {
            Value::String(text) if EXPRESSIONS.contains(&key.as_str()) => conjuncts(&here, text, out),
            Value::Array(items) if lists.contains(&key.as_str()) => items_of(&here, items, out),
            Value::Table(inner) if TABLES.contains(&key.as_str()) => {
                let each = inner.keys().map(|name| here.key(name).drop(&format!("{}: without `{name}`", here.says())));
                out.extend(each);
            }
            Value::Boolean(yes) if SWITCHES.contains(&key.as_str()) => {
                out.push(here.set(Value::from(!yes), &format!("{}: {}", here.says(), !yes)));
            }
            _ => {}
        }
        if PARTS.contains(&key.as_str()) {
            out.push(here.drop(&format!("{}: dropped", here.says())));
        }
        inside(&here, value, lists, out);
    }
}

fn inside(path: &Path, value: &Value, lists: &[&str], out: &mut Vec<Mutation>) {
    match value {
        Value::Table(inner) => walk(path, inner, lists, out),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                inside(&path.at(at), item, lists, out);
            }
        }
        _ => {}
    }
}

fn items_of(path: &Path, items: &[Value], out: &mut Vec<Mutation>) {
    for (at, item) in items.iter().enumerate() {
        out.push(path.at(at).drop(&format!("{}: without {}", path.says(), item_name(item, at))));
    }
}

fn item_name(item: &Value, at: usize) -> String {
    let named = ["name", "field", "says", "by"].iter().find_map(|key| item.get(key));
    match item.as_str().or_else(|| named.and_then(Value::as_str)) {
        Some(name) => format!("`{name}`"),
        None => format!("number {}", at + 1),
    }
}

fn conjuncts(path: &Path, text: &str, out: &mut Vec<Mutation>) {
    for (gone, rest) in conjunct::without_each(text) {
        out.push(path.set(Value::from(rest), &format!("{}: without `{gone}`", path.says())));
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
