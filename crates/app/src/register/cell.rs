//! One value in words, as lists, exports and forms show it.

use crate::dates;
use jiff::tz::TimeZone;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{Field, FieldType};
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

/// What is shown where nobody has said anything.
pub const NOT_KNOWN: &str = "Not known";

/// How values are put into words at one school.
#[derive(Clone, Debug)]
pub struct Words {
    /// The school's zone.
    pub zone: TimeZone,
    /// Names of entries that are pointed to.
    pub names: BTreeMap<EntryId, String>,
}

impl Words {
    /// A value of a field as people read it; `None` is *not known*.
    pub fn of(&self, field: &Field, value: Option<&Value>) -> String {
        match value {
            None => NOT_KNOWN.to_owned(),
            Some(value) => self.value(&field.kind, value),
        }
    }

    fn value(&self, kind: &FieldType, value: &Value) -> String {
        match value {
            Value::Empty => "None".to_owned(),
            Value::Bool(yes) => (if *yes { "Yes" } else { "No" }).to_owned(),
            Value::Int(pence) if *kind == FieldType::Money => money(*pence),
            Value::Int(number) => number.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Text(text) if matches!(kind, FieldType::Choice(_) | FieldType::Choices(_)) => choice(text),
            Value::Text(text) => text.to_string(),
            Value::Date(date) => dates::long(*date),
            Value::Instant(instant) => dates::moment(*instant, &self.zone),
            Value::Seconds(seconds) => span(*seconds),
            Value::Ref(id) => self.names.get(id).cloned().unwrap_or_else(|| "A record that is not here".to_owned()),
            Value::List(items) if matches!(kind, FieldType::Rows(_)) => {
                items.iter().map(|item| self.value(kind, item)).collect::<Vec<_>>().join("; ")
            }
            Value::List(items) => items.iter().map(|item| self.value(kind, item)).collect::<Vec<_>>().join(", "),
            Value::Map(map) => {
                let below = |name: &str| match kind {
                    FieldType::Rows(fields) => fields.iter().find(|field| &*field.name == name),
                    _ => None,
                };
                let part = |(name, value): (&Name, &Value)| match below(name) {
                    Some(field) => format!("{}: {}", field.label, self.value(&field.kind, value)),
                    None => format!("{}: {}", choice(&name.replace('_', "-")), self.value(&FieldType::Text, value)),
                };
                map.iter().map(part).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// `awaiting-disposal` → *Awaiting disposal*.
pub fn choice(name: &str) -> String {
    super::capital(&crate::words::spelt(name))
}

/// `£795`, `£795.50`.
fn money(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let (pounds, rest) = (pence.unsigned_abs() / 100, pence.unsigned_abs() % 100);
    let pounds = super::number(pounds);
    if rest == 0 { format!("{sign}£{pounds}") } else { format!("{sign}£{pounds}.{rest:02}") }
}

/// Whose word: *People here*, *Intune*.
pub fn source(name: &str) -> String {
    if name == schoolkeeper_store::entry::HAND { "People here".to_owned() } else { choice(name) }
}

/// *90 days*, *36 hours*, *20 minutes*.
pub(crate) fn span(seconds: i64) -> String {
    let (many, unit) = match seconds {
        _ if seconds % 86_400 == 0 => (seconds / 86_400, "day"),
        _ if seconds % 3600 == 0 => (seconds / 3600, "hour"),
        _ if seconds % 60 == 0 => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    format!("{many} {unit}{}", if many == 1 { "" } else { "s" })
}
