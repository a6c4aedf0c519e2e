//! One reading of several files: the source map grows with each file, and mistakes are gathered.

use crate::bounds;
use crate::node::{self, Item, Node, Table, Value};
use crate::report::Report;
use schoolkeeper_core::diagnostic::{Diagnostic, Place, Source, locate};
use std::ops::Range;

/// Files read so far, and what is wrong in them.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Files in the order of their positions.
    pub sources: Vec<Source>,
    /// Mistakes so far; their `file` is filled in at the end.
    pub errors: Vec<Diagnostic>,
}

impl Reading {
    /// Parses one more file. `None` when it cannot be read at all; the reason is then among the errors.
    pub fn file(&mut self, source: Source) -> Option<Table> {
        let base = self.sources.iter().map(|source| source.text.len() + 1).sum();
        self.sources.push(source);
        let text = &self.sources[self.sources.len() - 1].text;
        if let Some(error) = bounds::check(text, base) {
            self.errors.push(error);
            // Its text is not shown, so it is not kept either.
            if text.len() > bounds::FILE_BYTES_MAX {
                self.sources.last_mut()?.text.clear();
            }
            return None;
        }
        let (document, errors) = toml::de::DeTable::parse_recoverable(text);
        if errors.is_empty() {
            let (table, errors) = node::from_toml(document, base);
            for (message, range) in errors {
                self.error(message, range);
            }
            return Some(table);
        }
        let errors: Vec<(String, Range<usize>)> = errors
            .iter()
            .map(|error| {
                let span = error.span().unwrap_or_default();
                (format!("this is not TOML: {}", error.message()), span.start + base..span.end + base)
            })
            .collect();
        for (message, range) in errors {
            self.error(message, range);
        }
        None
    }

    /// Adds a mistake.
    pub fn error(&mut self, message: impl Into<String>, range: Range<usize>) {
        self.errors.push(Diagnostic::error(message, Place { file: 0, range }));
    }

    /// Adds a mistake with its next step.
    pub fn error_hint(&mut self, message: impl Into<String>, range: Range<usize>, hint: impl Into<String>) {
        self.errors.push(Diagnostic::error(message, Place { file: 0, range }).hint(hint));
    }

    /// Adds a mistake that stands nowhere.
    pub fn nowhere(&mut self, message: impl Into<String>) {
        let nowhere = Place::default();
        self.errors.push(Diagnostic { place: None, ..Diagnostic::error(message, nowhere) });
    }

    /// All mistakes with their files, in the order of the files.
    pub fn report(self) -> Report {
        let mut diagnostics = self.errors;
        for place in diagnostics.iter_mut().filter_map(|diagnostic| diagnostic.place.as_mut()) {
            place.file = locate(&self.sources, place.range.start).map_or(0, |(file, _)| file);
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.place.as_ref().map(|place| place.range.start));
        diagnostics.dedup();
        Report { diagnostics, sources: self.sources }
    }

    /// Puts the tables of one file beside those of another: lists follow one another, names may stand only once.
    pub fn join(&mut self, into: &mut Table, from: Table) {
        for item in from.items {
            let Some(known) = into.items.iter_mut().find(|known| known.key == item.key) else {
                into.items.push(item);
                continue;
            };
            match (&mut known.node.value, item.node.value) {
                (Value::List(known), Value::List(more)) => known.extend(more),
                (Value::Table(known), Value::Table(more)) if item.key != "pack" && item.key != "class" => {
                    self.join_names(&item.key, known, more);
                }
                _ => self.error(format!("`{}` stands a second time", item.key), item.range),
            }
        }
    }

    /// Adds named tables of one kind; a name that is known already is a mistake.
    pub fn join_names(&mut self, kind: &str, into: &mut Table, from: Table) {
        for item in from.items {
            if into.item(&item.key).is_some() {
                let message = format!("the {kind} `{}` stands a second time", item.key);
                self.error_hint(message, item.range, "give one of them another name");
            } else {
                into.items.push(item);
            }
        }
    }

    /// Refuses keys that are not known here.
    pub fn only_keys(&mut self, table: &Table, known: &[&str], lead: &str) {
        for Item { key, range, .. } in &table.items {
            if !known.contains(&key.as_str()) {
                let hint = crate::suggest::hint(key, known.iter().copied(), lead);
                self.error_hint(format!("the table `{key}` is not known here"), range.clone(), hint);
            }
        }
    }

    /// The table in a node, or a mistake.
    pub fn table<'n>(&mut self, what: &str, node: &'n Node) -> Option<&'n Table> {
        let table = node.table();
        if table.is_none() {
            let hint = match what {
                "pack" | "class" | "fields" => format!("write `[{what}]` and its keys below"),
                _ => format!("write `[{what}.NAME]` and its keys below"),
            };
            let message = format!("`{what}` is {}, but a table belongs here", node.says());
            self.error_hint(message, node.range.clone(), hint);
        }
        table
    }

    /// The list in a node, or a mistake.
    pub fn list<'n>(&mut self, what: &str, node: &'n Node) -> Option<&'n [Node]> {
        let list = node.list();
        if list.is_none() {
            let hint = format!("write each as `[[{what}]]`");
            self.error_hint(format!("`{what}` is {}, but several belong here", node.says()), node.range.clone(), hint);
        }
        list
    }
}
