//! What changed between two versions of a pack, by the ids that findings and grants hang on.

use crate::explain::literal_words;
use crate::param::is_as_strict;
use crate::suggest::short;
use schoolkeeper_core::control::Control;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, Pack, Param};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Which way something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another name and keeps its findings and grants.
    Renamed,
    /// It says something else.
    Changed,
    /// A number moved in its stricter direction.
    Tightened,
    /// A number moved against its stricter direction.
    Loosened,
}

/// One change, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which way.
    pub kind: ChangeKind,
    /// What: `clause/ID`, `control/NAME`, `param/NAME`, … of the new version (of the old one when removed).
    pub key: String,
    /// A sentence.
    pub says: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)
    }
}

/// Every change from `old` to `new`: statements first, then how they are checked, then numbers, then the rest.
/// Examples are left out: they prove a policy and are no part of it.
pub fn diff(old: &Pack, new: &Pack) -> Vec<Change> {
    let mut out = Vec::new();
    if old.head.version != new.head.version {
        let says = format!("Version {} becomes {}.", or_none(&old.head.version), or_none(&new.head.version));
        out.push(Change { kind: ChangeKind::Changed, key: "pack".to_owned(), says });
    }
    let clauses = |pack: &Pack| by_id(pack.clauses.iter().map(|clause| (clause.id.get_ref().clone(), clause)));
    compare(&mut out, ("clause", "statement"), &clauses(old), &clauses(new));
    controls(&mut out, old, new);
    params(&mut out, old, new);
    compare(&mut out, ("role", "role"), &plain(&old.roles), &plain(&new.roles));
    compare(&mut out, ("audience", "group of people"), &plain(&old.audiences), &plain(&new.audiences));
    compare(&mut out, ("list", "list"), &plain(&old.lists), &plain(&new.lists));
    compare(&mut out, ("ladder", "reminders"), &plain(&old.ladders), &plain(&new.ladders));
    compare(&mut out, ("form", "form"), &plain(&old.forms), &plain(&new.forms));
    compare(&mut out, ("entry", "named record"), &plain(&old.entries), &plain(&new.entries));
    compare(&mut out, ("schedule", "retention table"), &plain(&old.schedules), &plain(&new.schedules));
    let aims = |pack: &Pack| by_id(pack.aims.iter().map(|one| (one.id.clone(), one)));
    compare(&mut out, ("aim", "aim"), &aims(old), &aims(new));
    let laws = |pack: &Pack| by_id(pack.laws.iter().map(|one| (one.id.clone(), one)));
    compare(&mut out, ("law", "law"), &laws(old), &laws(new));
    let terms = |pack: &Pack| by_id(pack.terms.iter().map(|one| (one.id.clone(), one)));
    compare(&mut out, ("term", "term"), &terms(old), &terms(new));
    out
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "without a number" } else { text }
}

/// Content by id, without places.
type Contents = BTreeMap<Name, Value>;

fn by_id<'p, T: Serialize + 'p>(all: impl Iterator<Item = (Name, &'p T)>) -> Contents {
    all.map(|(id, one)| (id, serde_json::to_value(one).unwrap_or_default())).collect()
}

fn plain<T: Serialize>(all: &BTreeMap<Name, T>) -> Contents {
    by_id(all.iter().map(|(name, one)| (name.clone(), one)))
}

fn compare(out: &mut Vec<Change>, (kind, noun): (&str, &str), old: &Contents, new: &Contents) {
    for (id, content) in new {
        let key = format!("{kind}/{id}");
        match old.get(id) {
            None => out.push(Change { kind: ChangeKind::Added, key, says: format!("The {noun} {id} is new.") }),
            Some(before) if before == content => {}
            Some(before) => {
                let says = format!("The {noun} {id} changes: {}.", what_changed(before, content));
                out.push(Change { kind: ChangeKind::Changed, key, says });
            }
        }
    }
    for id in old.keys().filter(|id| !new.contains_key(*id)) {
        let (key, says) = (format!("{kind}/{id}"), format!("The {noun} {id} is gone."));
        out.push(Change { kind: ChangeKind::Removed, key, says });
    }
}

/// `grace from “3 days” to “1 day” and message`: both values when they are short.
fn what_changed(old: &Value, new: &Value) -> String {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return "what it holds".to_owned();
    };
    let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed = keys.into_iter().filter(|key| old.get(*key) != new.get(*key));
    let says = changed.map(|key| {
        let name = key.replace('_', " ");
        match (text(old.get(key)), text(new.get(key))) {
            (Some(from), Some(to)) => format!("{name} from “{}” to “{}”", short(&from), short(&to)),
            _ => name,
        }
    });
    crate::suggest::and(&says.collect::<Vec<_>>())
}

fn text(value: Option<&Value>) -> Option<String> {
    match value.unwrap_or(&Value::Null) {
        Value::Null => Some("nothing".to_owned()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A control's content without its places; its type stands beside its own keys.
fn content(control: &Control) -> Value {
    let mut value = serde_json::to_value(control).unwrap_or_default();
    if let Value::Object(table) = &mut value {
        for key in ["place", "was", "id"] {
            table.remove(key);
        }
        if let Some(Value::Object(kind)) = table.remove("kind") {
            table.extend(kind);
        }
    }
    value
}

fn controls(out: &mut Vec<Change>, old: &Pack, new: &Pack) {
    let mut before: Contents = old.controls.values().map(|control| (control.id.clone(), content(control))).collect();
    let mut after = Contents::new();
    for control in new.controls.values() {
        let was = control.was.as_ref().filter(|was| !new.controls.contains_key(&***was));
        if let Some(content) = was.and_then(|was| before.remove(was)) {
            let key = format!("control/{}", control.id);
            let was = was.map_or("", |was| &**was);
            let says = format!(
                "“{}” is now called {} and was {was}; its problems and permissions are kept.",
                control.title, control.id
            );
            out.push(Change { kind: ChangeKind::Renamed, key, says });
            before.insert(control.id.clone(), content);
        }
        after.insert(control.id.clone(), content(control));
    }
    compare(out, ("control", "check"), &before, &after);
}

fn params(out: &mut Vec<Change>, old: &Pack, new: &Pack) {
    let (mut before, mut after) = (plain(&old.params), plain(&new.params));
    for (name, param) in &new.params {
        let Some(change) = old.params.get(name).and_then(|old| moved(name, old, param)) else { continue };
        out.push(change);
        // Whatever else changed about it is told apart from the value.
        for contents in [&mut before, &mut after] {
            if let Some(Value::Object(table)) = contents.get_mut(name) {
                table.remove("value");
            }
        }
    }
    compare(out, ("param", "number"), &before, &after);
}

/// A param whose value moved.
fn moved(name: &Name, old: &Param, new: &Param) -> Option<Change> {
    if old.value == new.value {
        return None;
    }
    let unit = new.unit.as_deref();
    let strict = match (&old.value, &new.value, new.stricter) {
        (Some(from), Some(to), Some(way)) => is_as_strict(from, to, unit, way),
        _ => None,
    };
    let (kind, word) = match strict {
        Some(true) => (ChangeKind::Tightened, "is stricter"),
        Some(false) => (ChangeKind::Loosened, "is looser"),
        None => (ChangeKind::Changed, "changes"),
    };
    let says = |value: &Option<Literal>| match (value, unit) {
        (Some(Literal::Int(number)), Some(unit)) => format!("{number} {unit}"),
        (Some(value), _) => literal_words(value),
        (None, _) => "not set".to_owned(),
    };
    let says = format!("The number {name} {word}: {} becomes {}.", says(&old.value), says(&new.value));
    Some(Change { kind, key: format!("param/{name}"), says })
}
