//! Exports we know by their columns, and columns that are never kept: `data/shapes.toml`.

use super::mapfile::MapFile;
use super::words::fold;
use serde::Deserialize;
use std::sync::LazyLock;

/// One known export.
#[derive(Clone, Debug)]
pub struct Shape {
    /// What people call it.
    pub title: String,
    /// Register it fills.
    pub register: String,
    /// The source its facts carry.
    pub source: String,
    /// Columns that must all be there for the export to be recognised.
    pub has: Vec<String>,
    /// What its columns mean.
    pub map: MapFile,
}

/// Columns that are not read at all.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Never {
    /// Their names.
    pub columns: Vec<String>,
    /// Why, for people.
    pub because: String,
    /// Not even when a map file asks for it.
    #[serde(default)]
    pub always: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShape {
    title: String,
    register: String,
    source: String,
    has: Vec<String>,
    map: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    shape: Vec<RawShape>,
    never: Vec<Never>,
}

static KNOWN: LazyLock<(Vec<Shape>, Vec<Never>)> = LazyLock::new(|| {
    let raw: Raw = toml::from_str(include_str!("../../data/shapes.toml")).expect("a test reads data/shapes.toml");
    let shapes = raw.shape.into_iter().map(|shape| Shape {
        title: shape.title,
        register: shape.register,
        source: shape.source,
        has: shape.has,
        map: MapFile::from_table(shape.map).expect("a test reads data/shapes.toml"),
    });
    (shapes.collect(), raw.never)
});

/// Known exports of a register.
pub fn of(register: &str) -> impl Iterator<Item = &'static Shape> {
    KNOWN.0.iter().filter(move |shape| shape.register == register)
}

/// The known export these columns belong to: the one that names the most of them.
pub fn recognise(register: &str, columns: &[String]) -> Option<&'static Shape> {
    let there: Vec<String> = columns.iter().map(|column| fold(column)).collect();
    let fits = |shape: &&Shape| shape.has.iter().all(|column| there.contains(&fold(column)));
    of(register).filter(fits).max_by_key(|shape| shape.has.len())
}

/// Why a column is never kept, if it is.
pub fn never(column: &str) -> Option<&'static Never> {
    let folded = fold(column);
    KNOWN.1.iter().find(|never| never.columns.iter().any(|name| fold(name) == folded))
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod shape_tests;
