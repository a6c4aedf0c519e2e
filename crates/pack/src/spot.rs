//! Which table of which file a place stands in, so that a message is shown at the form it is about.

use crate::node::{Item, Node, Value};
use crate::reading::Reading;
use crate::resolve::TABLES;
use schoolkeeper_core::diagnostic::{Source, locate};

/// A table of a file, and perhaps a key of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// Which source.
    pub file: usize,
    /// Its line, counted from 1.
    pub line: usize,
    /// `control`, `clause`, `param` …; empty outside of any table.
    pub kind: String,
    /// Its name, id or position.
    pub name: String,
    /// Its key.
    pub key: Option<String>,
}

/// The tables of one file: kind and name, in their order. None when it is not TOML.
pub fn tables(source: &Source) -> Vec<(String, String)> {
    let all = read(source).unwrap_or_default();
    all.iter().flat_map(|item| parts(item).into_iter().map(|(name, _)| (item.key.clone(), name))).collect()
}

/// Where positions that count through all sources stand.
pub fn spots(sources: &[Source], places: &[usize]) -> Vec<Spot> {
    let mut known: Vec<Option<Vec<Item>>> = sources.iter().map(|_| None).collect();
    let mut one = |place: usize| {
        let (file, at) = locate(sources, place)?;
        let read = known[file].get_or_insert_with(|| read(&sources[file]).unwrap_or_default());
        let line = sources[file].text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        Some(Spot { file, line, ..within(read, at).unwrap_or_default() })
    };
    places.iter().map(|place| one(*place).unwrap_or_default()).collect()
}

fn read(source: &Source) -> Option<Vec<Item>> {
    let table = Reading::default().file(source.clone())?;
    Some(table.items.into_iter().filter(|item| TABLES.contains(&item.key.as_str())).collect())
}

/// The tables under one key of a file.
fn parts(item: &Item) -> Vec<(String, &Node)> {
    match &item.node.value {
        Value::Table(_) if ["pack", "class"].contains(&item.key.as_str()) => vec![(String::new(), &item.node)],
        Value::Table(table) => table.items.iter().map(|one| (one.key.clone(), &one.node)).collect(),
        Value::List(all) => {
            let named = |(at, node): (usize, &Node)| {
                let id = node.table().and_then(|table| table.get("id")?.text());
                id.map_or_else(|| at.to_string(), str::to_owned)
            };
            all.iter().enumerate().map(|(at, node)| (named((at, node)), node)).collect()
        }
        _ => Vec::new(),
    }
}

/// The table that begins last before a position and holds it.
fn within(all: &[Item], at: usize) -> Option<Spot> {
    let found = all.iter().flat_map(|item| {
        let keys: Vec<(String, usize)> = match &item.node.value {
            Value::Table(table) if parts(item).len() == table.items.len() => {
                table.items.iter().map(|one| (one.key.clone(), one.range.start)).collect()
            }
            _ => Vec::new(),
        };
        parts(item).into_iter().map(move |(name, node)| {
            let start = keys.iter().find(|(key, _)| *key == name).map_or(node.range.start, |(_, start)| *start);
            (item.key.clone(), name, start.min(node.range.start), node)
        })
    });
    let held = found.filter(|(_, _, start, node)| *start <= at && at <= node.end());
    let (kind, name, _, node) = held.max_by_key(|(_, _, start, _)| *start)?;
    let key = node.table().and_then(|table| table.items.iter().find(|item| item.extent().contains(&at)));
    Some(Spot { kind, name, key: key.map(|item| item.key.clone()), ..Spot::default() })
}
