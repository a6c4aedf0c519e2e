//! The tree a pack is before it has types: TOML with every position counted through all source files.
//!
//! Invariant: tables keep file order; dates and instants are texts in ISO form; nothing is nested deeper than
//! [`crate::bounds::DEPTH_MAX`], so recursion over a tree is safe.

use serde_spanned::Spanned;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// One value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// Bytes through all sources.
    pub range: Range<usize>,
    /// What it is.
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Yes or no.
    Bool(bool),
    /// Whole number.
    Int(i64),
    /// Other number.
    Number(f64),
    /// Text, date or instant.
    Text(String),
    /// Several.
    List(Vec<Node>),
    /// Keys and values.
    Table(Table),
}

/// Keys and values in file order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    /// Each key once.
    pub items: Vec<Item>,
}

/// One key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub range: Range<usize>,
    /// Its value.
    pub node: Node,
}

impl Item {
    /// From the key to the end of the last value below it.
    pub fn extent(&self) -> Range<usize> {
        self.range.start..self.node.end().max(self.range.end)
    }
}

impl Table {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.item(key).map(|item| &item.node)
    }

    /// The key with its value.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.items.iter_mut().find(|item| item.key == key).map(|item| &mut item.node)
    }

    /// Takes a key out.
    pub fn take(&mut self, key: &str) -> Option<Item> {
        let at = self.items.iter().position(|item| item.key == key)?;
        Some(self.items.remove(at))
    }
}

impl Node {
    /// The table, when it is one.
    pub fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The items, when it is a list.
    pub fn list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text, when it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, as people say it.
    pub fn says(&self) -> &'static str {
        match self.value {
            Value::Bool(_) => "true or false",
            Value::Int(_) => "a whole number",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// Where the last value below it ends: a table under a header has only the header as its own range.
    pub fn end(&self) -> usize {
        let below = match &self.value {
            Value::List(items) => items.iter().map(Node::end).max(),
            Value::Table(table) => table.items.iter().map(|item| item.extent().end).max(),
            _ => None,
        };
        below.map_or(self.range.end, |end| end.max(self.range.end))
    }

    /// From its first to its last byte, tables under headers included.
    pub fn extent(&self) -> Range<usize> {
        self.range.start..self.end()
    }
}

/// Turns a parsed document into a tree; `base` is the position of its first byte among all sources.
/// Numbers too large to keep become errors: message and range.
pub(crate) fn from_toml(document: Spanned<DeTable<'_>>, base: usize) -> (Table, Vec<(String, Range<usize>)>) {
    let mut errors = Vec::new();
    let table = table(document.into_inner(), base, &mut errors);
    (table, errors)
}

fn shift(range: &Range<usize>, base: usize) -> Range<usize> {
    range.start + base..range.end + base
}

fn table(table: DeTable<'_>, base: usize, errors: &mut Vec<(String, Range<usize>)>) -> Table {
    let mut items: Vec<Item> = table
        .into_iter()
        .map(|(key, value)| Item {
            range: shift(&key.span(), base),
            key: key.into_inner().into_owned(),
            node: node(value, base, errors),
        })
        .collect();
    items.sort_by_key(|item| item.range.start);
    Table { items }
}

fn node(value: Spanned<DeValue<'_>>, base: usize, errors: &mut Vec<(String, Range<usize>)>) -> Node {
    let range = shift(&value.span(), base);
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let read = i64::from_str_radix(number.as_str(), number.radix());
            Value::Int(read.unwrap_or_else(|_| {
                errors.push((format!("`{number}` is too large a number"), range.clone()));
                0
            }))
        }
        DeValue::Float(number) => Value::Number(finite(number.as_str()).unwrap_or_else(|| {
            errors.push((format!("`{number}` is not a number a policy can use"), range.clone()));
            0.0
        })),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(at) => Value::Text(at.to_string()),
        DeValue::Array(items) => Value::List(items.into_iter().map(|item| node(item, base, errors)).collect()),
        DeValue::Table(below) => Value::Table(table(below, base, errors)),
    };
    Node { range, value }
}

fn finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}
