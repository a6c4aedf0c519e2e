//! Sources and ages as people read them; values are put into words as lists do.

use crate::register::cell::{Words, choice};
use crate::register::list::lower;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::{Field, Register, Schemas};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::entry::HAND;
use std::collections::BTreeMap;

/// Whose word: *People here*, *Staff list*.
pub fn source(name: &str) -> String {
    if name == HAND { "People here".to_owned() } else { choice(name) }
}

/// `3 days ago`; the date always stands beside it.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(at).as_mins();
    let count = |number: i64, what: &str| format!("{number} {what}{} ago", if number == 1 { "" } else { "s" });
    match minutes {
        ..1 => "just now".to_owned(),
        1..60 => count(minutes, "minute"),
        60..1440 => count(minutes / 60, "hour"),
        1440..86_400 => count(minutes / 1440, "day"),
        86_400..1_051_200 => count(minutes / 43_800, "month"),
        _ => count(minutes / 525_600, "year"),
    }
}

/// A value; `names` says what the entries it points to are called.
pub fn value(field: &Field, value: &Value, names: &BTreeMap<EntryId, String>, zone: &TimeZone) -> String {
    Words { zone: zone.clone(), names: names.clone() }.of(field, Some(value))
}

/// What people call an entry, in the words of the registers given: those of its school.
pub(crate) fn name_of(schemas: &Schemas, register: &str, facts: &Facts) -> String {
    let schema = schemas.get(register);
    let field = schema.and_then(|schema| schema.name_field().map(|at| &schema.fields[at].name));
    let text = field.and_then(|field| facts.get(field)?.value.as_text().map(str::to_owned));
    text.unwrap_or_else(|| schema.map_or_else(|| register.to_owned(), without_a_name))
}

/// *device without a name*.
pub(crate) fn without_a_name(register: &Register) -> String {
    format!("{} without a name", lower(&register.title))
}
