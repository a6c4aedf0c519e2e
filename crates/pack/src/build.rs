//! From one resolved tree to [`Pack`].

use crate::bounds::TABLES_MAX;
use crate::control;
use crate::decode::read;
use crate::node::{Node, Table};
use crate::reading::Reading;
use schoolkeeper_core::diagnostic::Place;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Head, Pack, RetentionRow};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::ops::Range;

struct Build<'r> {
    reading: &'r mut Reading,
    places: BTreeMap<String, Place>,
}

/// Builds the pack. `None` when a table could not be read; the reasons are among the errors.
/// `chain` names the pack and those it extends, nearest first.
pub(crate) fn build(reading: &mut Reading, tree: &Table, chain: &[String]) -> Option<Pack> {
    let before = reading.errors.len();
    let mut build = Build { reading, places: BTreeMap::new() };
    let head: Option<Head> = tree.get("pack").and_then(|node| read(node, &mut build.reading.errors));
    let controls = build.controls(tree);
    let class = tree.item("class").and_then(|item| {
        build.note("class".to_owned(), item.extent());
        read(&item.node, &mut build.reading.errors)
    });
    let pack = Pack {
        params: build.named(tree, "param"),
        roles: build.named(tree, "role"),
        audiences: build.named(tree, "audience"),
        class,
        lists: build.named(tree, "list"),
        ladders: build.named(tree, "ladder"),
        forms: build.named(tree, "form"),
        entries: build.named(tree, "entry"),
        schedules: build.schedules(tree),
        aims: build.rows(tree, "aim"),
        tags: build.rows(tree, "tag"),
        terms: build.rows(tree, "term"),
        laws: build.rows(tree, "law"),
        companions: build.rows(tree, "companion"),
        clauses: build.rows(tree, "clause"),
        controls,
        examples: build.rows(tree, "example"),
        sources: build.reading.sources.clone(),
        places: std::mem::take(&mut build.places),
        hash: crate::hash::of(tree),
        above: chain.iter().skip(1).map(|id| Name::from(id.as_str())).collect(),
        // Last, so that the mistakes of everything else are told besides those of the head.
        head: head?,
    };
    (reading.errors.len() == before).then_some(pack)
}

impl Build<'_> {
    fn note(&mut self, key: String, range: Range<usize>) {
        self.places.insert(key, place(self.reading, range));
    }

    /// The table of named tables under `key`, bounded.
    fn table<'t>(&mut self, tree: &'t Table, key: &str) -> &'t [crate::node::Item] {
        let Some(table) = tree.get(key).and_then(|node| self.reading.table(key, node)) else { return &[] };
        if let Some(beyond) = table.items.get(TABLES_MAX) {
            self.reading.error(format!("a pack has at most {TABLES_MAX} of `{key}`"), beyond.range.clone());
            return &[];
        }
        &table.items
    }

    fn named<T: DeserializeOwned>(&mut self, tree: &Table, key: &str) -> BTreeMap<Name, T> {
        let mut out = BTreeMap::new();
        for item in self.table(tree, key) {
            self.note(format!("{key}/{}", item.key), item.extent());
            if let Some(value) = read(&item.node, &mut self.reading.errors) {
                out.insert(Name::from(item.key.as_str()), value);
            }
        }
        out
    }

    /// The nodes of a list of tables under `key`, bounded.
    fn nodes<'t>(&mut self, node: Option<&'t Node>, key: &str) -> &'t [Node] {
        let Some(list) = node.and_then(|node| self.reading.list(key, node)) else { return &[] };
        if let Some(beyond) = list.get(TABLES_MAX) {
            self.reading.error(format!("a pack has at most {TABLES_MAX} of `{key}`"), beyond.range.clone());
            return &[];
        }
        list
    }

    fn rows<T: DeserializeOwned>(&mut self, tree: &Table, key: &str) -> Vec<T> {
        let mut out = Vec::new();
        for (at, node) in self.nodes(tree.get(key), key).iter().enumerate() {
            let id = node.table().and_then(|table| table.get("id")?.text());
            let name = id.map_or_else(|| at.to_string(), str::to_owned);
            // The first of two tables with one id keeps the place; the second is refused by `check`.
            if !self.places.contains_key(&format!("{key}/{name}")) {
                self.note(format!("{key}/{name}"), node.extent());
            }
            out.extend(read(node, &mut self.reading.errors));
        }
        out
    }

    fn schedules(&mut self, tree: &Table) -> BTreeMap<Name, Vec<RetentionRow>> {
        let mut out = BTreeMap::new();
        for item in self.table(tree, "schedule") {
            self.note(format!("schedule/{}", item.key), item.extent());
            let nodes = self.nodes(Some(&item.node), &format!("schedule.{}", item.key));
            let rows = nodes.iter().filter_map(|node| read(node, &mut self.reading.errors)).collect();
            out.insert(Name::from(item.key.as_str()), rows);
        }
        out
    }

    fn controls(&mut self, tree: &Table) -> BTreeMap<Name, schoolkeeper_core::control::Control> {
        let mut out = BTreeMap::new();
        for item in self.table(tree, "control") {
            self.note(format!("control/{}", item.key), item.extent());
            let place = place(self.reading, item.extent());
            if let Some(control) = control::read(item, place, &mut self.reading.errors) {
                out.insert(Name::from(item.key.as_str()), control);
            }
        }
        out
    }
}

fn place(reading: &Reading, range: Range<usize>) -> Place {
    let file = schoolkeeper_core::diagnostic::locate(&reading.sources, range.start).map_or(0, |(file, _)| file);
    Place { file, range }
}
