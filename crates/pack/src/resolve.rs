//! From files to one tree: the files of a folder joined, imports beside them, parents below them.

use crate::bounds::{FILES_MAX, PARENTS_MAX};
use crate::extend;
use crate::library::{Library, is_name};
use crate::node::{Item, Node, Table, Value};
use crate::reading::Reading;
use schoolkeeper_core::diagnostic::Source;
use std::ops::Range;

/// Tables of a pack.
pub(crate) const TABLES: &[&str] = &[
    "pack",
    "param",
    "role",
    "audience",
    "class",
    "list",
    "ladder",
    "form",
    "entry",
    "schedule",
    "aim",
    "tag",
    "term",
    "law",
    "companion",
    "clause",
    "control",
    "example",
];
/// Tables of a file of shared tables; `retention` rows make a schedule named as the file.
const SHARED_TABLES: &[&str] = &["list", "ladder", "form", "audience", "schedule", "retention"];

/// Reads a pack with everything it imports and extends. `chain` names the packs that led here.
pub(crate) fn resolve(
    reading: &mut Reading,
    library: &Library,
    id: &str,
    files: Vec<Source>,
    chain: &mut Vec<String>,
) -> Option<Table> {
    if reading.sources.len() + files.len() > FILES_MAX {
        reading.nowhere(format!("the pack `{id}` has more than {FILES_MAX} files with all it imports and extends"));
        return None;
    }
    let mut own = Table::default();
    let mut whole = true;
    for source in files {
        match reading.file(source) {
            Some(mut table) => {
                carry_sections(&mut table);
                reading.join(&mut own, table);
            }
            None => whole = false,
        }
    }
    if !whole {
        return None;
    }
    reading.only_keys(&own, TABLES, "a pack has");
    let Some(head) = own.item("pack").cloned() else {
        let start = reading.sources.last().map_or(0, |last| last.text.len());
        let at = reading.sources.iter().map(|source| source.text.len() + 1).sum::<usize>() - start - 1;
        reading.error_hint("`[pack]` is missing", at..at, "begin with `[pack]`, `id`, `title` and `language = 1`");
        return None;
    };
    let head = reading.table("pack", &head.node)?.clone();
    check_id(reading, &head, id);
    for (name, range) in names(reading, &head, "imports") {
        import(reading, library, &name, &range, &mut own);
    }
    chain.push(id.to_owned());
    match head.get("extends") {
        Some(Node { value: Value::Text(parent), range }) => {
            let parent = extended(reading, library, parent, range, chain)?;
            Some(extend::merge(reading, parent, own))
        }
        // What else it may be is refused with the rest of the head.
        _ => Some(own),
    }
}

/// The heading is carried on from the clause above, within one file.
fn carry_sections(table: &mut Table) {
    let Some(Node { value: Value::List(clauses), .. }) = table.get_mut("clause") else { return };
    let mut above: Option<Item> = None;
    for clause in clauses {
        let Value::Table(clause) = &mut clause.value else { continue };
        match (clause.item("section"), &above) {
            (Some(section), _) => above = Some(section.clone()),
            (None, Some(section)) => clause.items.push(section.clone()),
            (None, None) => {}
        }
    }
}

fn check_id(reading: &mut Reading, head: &Table, id: &str) {
    let Some((found, range)) = head.get("id").and_then(|node| Some((node.text()?, node.range.clone()))) else { return };
    if !is_name(found) {
        let hint = "an id has small letters, digits and `-` between them, as in `hill-trust`";
        reading.error_hint(format!("`{}` is no id", crate::suggest::short(found)), range, hint);
    } else if found != id {
        let hint = format!("call the file `{found}.toml` (or the folder `{found}`), or change the id");
        reading.error_hint(format!("the pack `{found}` stands in a file named `{id}`"), range, hint);
    }
}

/// The texts of a list of names in the head.
fn names(reading: &mut Reading, head: &Table, key: &str) -> Vec<(String, Range<usize>)> {
    let items = head.get(key).and_then(Node::list).unwrap_or_default();
    if items.len() > FILES_MAX {
        reading.error(format!("`{key}` names more than {FILES_MAX} files"), items[0].range.clone());
        return Vec::new();
    }
    items.iter().filter_map(|node| Some((node.text()?.to_owned(), node.range.clone()))).collect()
}

fn import(reading: &mut Reading, library: &Library, name: &str, range: &Range<usize>, own: &mut Table) {
    let file = name.strip_prefix("common/").filter(|file| is_name(file));
    let Some(file) = file else {
        let hint = "imports are files of shared tables, named as in `common/incident-forms`";
        reading.error_hint(format!("`{}` is no import", crate::suggest::short(name)), range.clone(), hint);
        return;
    };
    let source = match library.common(name) {
        Ok(Some(source)) => source,
        Ok(None) => {
            let hint = format!("put `{name}.toml` beside the pack");
            reading.error_hint(format!("the import `{name}` is not there"), range.clone(), hint);
            return;
        }
        Err(message) => return reading.error(message, range.clone()),
    };
    let known = reading.sources.iter().any(|known| known.path == source.path);
    if known || reading.sources.len() >= FILES_MAX {
        let why = if known { "is imported twice" } else { "is one file too many" };
        reading.error(format!("`{name}` {why}"), range.clone());
        return;
    }
    let Some(mut table) = reading.file(source) else { return };
    reading.only_keys(&table, SHARED_TABLES, "a file of shared tables has");
    if let Some(mut rows) = table.take("retention") {
        let range = rows.range.clone();
        file.clone_into(&mut rows.key);
        let named = Table { items: vec![rows] };
        let schedule = Node { range: range.clone(), value: Value::Table(named) };
        let item = Item { key: "schedule".to_owned(), range, node: schedule };
        reading.join(&mut table, Table { items: vec![item] });
    }
    table.items.retain(|item| SHARED_TABLES.contains(&item.key.as_str()));
    reading.join(own, table);
}

fn extended(
    reading: &mut Reading,
    library: &Library,
    parent: &str,
    range: &Range<usize>,
    chain: &mut Vec<String>,
) -> Option<Table> {
    if chain.iter().any(|id| id == parent) {
        let circle = chain.join("` extends `");
        reading.error_hint(
            format!("`{circle}` extends `{parent}`: packs that extend each other in a circle"),
            range.clone(),
            "take one `extends` out",
        );
        return None;
    }
    if chain.len() > PARENTS_MAX {
        reading.error(format!("more than {PARENTS_MAX} packs extend one another"), range.clone());
        return None;
    }
    let files = if is_name(parent) { library.pack(parent) } else { Ok(None) };
    match files {
        Ok(Some(files)) => resolve(reading, library, parent, files, chain),
        Ok(None) => {
            let ids = library.ids();
            let hint = crate::suggest::hint(parent, ids.iter().map(String::as_str), "the library has");
            let message = format!("the pack `{}` that this one extends is not there", crate::suggest::short(parent));
            reading.error_hint(message, range.clone(), hint);
            None
        }
        Err(message) => {
            reading.error(message, range.clone());
            None
        }
    }
}
