//! The texts entries are found by: fields declared `find` and the register's ways to recognise an entry again.
//!
//! Invariant: everything that is compared in SQL was folded here, never by an engine.

use crate::document::Facts;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::{Identity, Register};
use schoolkeeper_core::value::Value;
use std::collections::BTreeSet;

/// Longer keys are cut; PostgreSQL refuses index rows above 2,700 bytes.
const CHARACTERS_MAX: usize = 200;
const KEYS_MAX: usize = 200;

/// One key of an entry: the field (or the fields of an identity joined by `+`) and the folded value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Field name, or `name+system`.
    pub field: String,
    /// Folded value.
    pub key: String,
}

/// Lower case, single spaces, at most 200 characters: what searches and keys compare.
pub fn fold(text: &str) -> String {
    let lower = text.to_lowercase().replace('\0', "");
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.join(" ").chars().take(CHARACTERS_MAX).collect()
}

/// What LIKE needs to find a folded text anywhere.
pub(crate) fn pattern(folded: &str) -> String {
    let escaped = folded.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// A value as a key; `None` for what cannot be looked up (empty, lists, maps, blank text).
pub fn of_value(value: &Value) -> Option<String> {
    let key = match value {
        Value::Text(text) => fold(text),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) | Value::Seconds(value) => value.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Ref(id) => id.to_string(),
        _ => return None,
    };
    (!key.is_empty()).then_some(key)
}

/// The key of one way to recognise an entry; `None` when a field is missing or holds a value that means nothing.
pub fn of_identity(identity: &Identity, facts: &Facts) -> Option<Key> {
    let ignored = |key: &String| identity.ignore.iter().any(|ignore| fold(ignore) == *key);
    let parts = identity.by.iter().map(|name| of_value(&facts.get(name)?.value).filter(|key| !ignored(key)));
    let parts: Vec<String> = parts.collect::<Option<_>>()?;
    Some(Key { field: identity_field(identity), key: parts.join("\u{1f}") })
}

/// Under which name an identity is indexed.
pub fn identity_field(identity: &Identity) -> String {
    identity.by.join("+")
}

/// Every key of an entry, at most 200.
pub(crate) fn all(register: &Register, facts: &Facts) -> BTreeSet<Key> {
    let mut out = BTreeSet::new();
    for field in register.fields.iter().filter(|field| field.find) {
        let Some(fact) = facts.get(&field.name) else {
            continue;
        };
        let one = std::slice::from_ref(&fact.value);
        let values = if matches!(fact.value, Value::List(_)) { fact.value.items() } else { one };
        let keys = values.iter().filter_map(of_value);
        out.extend(keys.take(KEYS_MAX).map(|key| Key { field: field.name.to_string(), key }));
    }
    out.extend(register.identity.iter().filter_map(|identity| of_identity(identity, facts)));
    out
}

/// What a list is sorted by: the folded text of the field that names the entry. `None` when these facts do not say.
pub(crate) fn name(register: &Register, facts: &Facts) -> Option<String> {
    let field = &register.fields[register.name_field()?];
    facts.get(&field.name).map(|fact| of_value(&fact.value).unwrap_or_default())
}

/// The state these facts give.
pub(crate) fn state(facts: &Facts) -> Option<Name> {
    facts.get("state").and_then(|fact| fact.value.as_text()).map(Name::from)
}
