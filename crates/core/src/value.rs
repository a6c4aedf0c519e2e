//! What is known: values, and facts that carry when and from whom a value came.
//!
//! Invariant: *absent* (nobody said) is the lack of a [`Fact`]; *empty* (known to have none)
//! is [`Value::Empty`]. The two are never mapped to each other.

use crate::id::{EntryId, Name};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One observed or entered value. Stored as externally tagged JSON, so it reads back without a schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Known to have none: `null` in expressions.
    Empty,
    /// Yes or no.
    Bool(bool),
    /// Whole number; counts and money in pence.
    Int(i64),
    /// Other number.
    Number(f64),
    /// Text, choice, role or file name.
    Text(Arc<str>),
    /// Day in the school's zone.
    Date(Date),
    /// Instant.
    Instant(Timestamp),
    /// Elapsed seconds: fields of type `span`.
    Seconds(i64),
    /// Another entry; the field's schema names its register.
    Ref(EntryId),
    /// Several values of one type: `list`, `choices`, `refs`.
    List(Arc<[Value]>),
    /// A group of named values: one row of `rows`, or a `map`.
    Map(Arc<BTreeMap<Name, Value>>),
}

impl Value {
    /// Text from anything that reads as text.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Arc::from(text.as_ref()))
    }

    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entry it points to, when it is a reference.
    pub fn as_ref_id(&self) -> Option<EntryId> {
        match self {
            Self::Ref(id) => Some(*id),
            _ => None,
        }
    }

    /// The yes-no, when it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The instant, when it is one.
    pub fn as_instant(&self) -> Option<Timestamp> {
        match self {
            Self::Instant(value) => Some(*value),
            _ => None,
        }
    }

    /// The date, when it is one.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Self::Date(value) => Some(*value),
            _ => None,
        }
    }

    /// The items of a list; empty for anything else.
    pub fn items(&self) -> &[Value] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// Every entry it points to, also from within lists and maps.
    pub fn each_ref(&self, see: &mut impl FnMut(EntryId)) {
        match self {
            Self::Ref(id) => see(*id),
            Self::List(items) => items.iter().for_each(|item| item.each_ref(see)),
            Self::Map(map) => map.values().for_each(|item| item.each_ref(see)),
            _ => {}
        }
    }

    /// A named part of a map.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Map(map) => map.get(name),
            _ => None,
        }
    }
}

/// A value with its provenance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What is known.
    pub value: Value,
    /// When it was last observed or said.
    pub at: Timestamp,
    /// First seen with this value, without a break since.
    pub held_since: Timestamp,
    /// The source that said so: `intune`, `hand`, a file's label.
    pub source: Name,
}
