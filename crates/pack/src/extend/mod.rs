//! A child pack over its parent: it may add and tighten; anything else is weakening and refused with its place.
//!
//! Invariant: the merged tree holds everything the parent asked for; expressions are never compared.

mod control;
mod param;

use crate::node::{Item, Node, Table, Value};
use crate::reading::Reading;
use std::ops::Range;

/// Lists of a clause that a child may add to.
const CLAUSE_LISTS: &[&str] = &["controls", "who", "tags", "aims", "terms", "laws", "companions"];
/// Mildest first.
const SEVERITIES: &[&str] = &["may", "should", "must"];
/// Weakest first.
const MODES: &[&str] = &["context", "acknowledged", "evidenced", "detected", "enforced"];

/// Puts a child's tables over its parent's.
pub(crate) fn merge(reading: &mut Reading, parent: Table, child: Table) -> Table {
    let mut out = parent;
    let mut items = child.items;
    // Params first: they pin the parent's examples before the child's own join them.
    items.sort_by_key(|item| item.key != "param");
    for item in items {
        if out.get(&item.key).is_none() {
            out.items.push(item);
            continue;
        }
        match item.key.as_str() {
            "pack" => head(&mut out, item),
            "param" => param::merge(reading, &mut out, item),
            "control" => {
                control::refuse_excuses(reading, &out, &item);
                named(reading, &mut out, item, control::merge);
            }
            "ladder" => named(reading, &mut out, item, |reading, known, more| grow(reading, known, more, "steps")),
            "form" => named(reading, &mut out, item, |reading, known, more| grow(reading, known, more, "fields")),
            "role" => named(reading, &mut out, item, retitle),
            "clause" => rows(reading, &mut out, item, clause),
            "example" | "aim" | "tag" | "term" | "law" | "companion" => rows(reading, &mut out, item, refuse_row),
            _ => named(reading, &mut out, item, refuse_change),
        }
    }
    out
}

/// What is weakened, where, and what may be done instead.
fn refuse(reading: &mut Reading, what: &str, range: Range<usize>, hint: &str) {
    reading.error_hint(format!("{what}, which the parent pack does not allow"), range, hint);
}

/// Same content, whatever its place.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Table(a), Value::Table(b)) => {
            let has = |item: &Item| b.get(&item.key).is_some_and(|other| same(&item.node, other));
            a.items.len() == b.items.len() && a.items.iter().all(has)
        }
        (a, b) => a == b,
    }
}

/// The child's own head; who owns and reviews it is taken from the parent when it does not say.
fn head(out: &mut Table, mut item: Item) {
    let parent = out.take("pack");
    if let (Some(parent), Value::Table(child)) =
        (parent.as_ref().and_then(|item| item.node.table()), &mut item.node.value)
    {
        let missing = |key: &&&str| child.get(key).is_none();
        let inherited: Vec<Item> =
            ["owner", "review"].iter().filter(missing).filter_map(|key| parent.item(key).cloned()).collect();
        child.items.extend(inherited);
    }
    out.items.push(item);
}

/// Tables by name: new ones are added, known ones go through `change`.
fn named(reading: &mut Reading, out: &mut Table, item: Item, change: impl Fn(&mut Reading, &mut Item, Item)) {
    let Value::Table(more) = item.node.value else {
        return reading.error(format!("`{}` is a table", item.key), item.node.range);
    };
    let Some(Value::Table(known)) = out.get_mut(&item.key).map(|node| &mut node.value) else { return };
    for one in more.items {
        let renamed = |known: &&mut Item| {
            let was = known.node.table().and_then(|table| table.get("was")).and_then(Node::text);
            known.key == one.key || (item.key == "control" && was == Some(&one.key))
        };
        match known.items.iter_mut().find(renamed) {
            Some(known) => change(reading, known, one),
            None => known.items.push(one),
        }
    }
}

/// Tables in a list: new ids are added, known ones go through `change`.
fn rows(reading: &mut Reading, out: &mut Table, item: Item, change: impl Fn(&mut Reading, &mut Table, Node)) {
    let Value::List(more) = item.node.value else {
        return reading.error(format!("write each as `[[{}]]`", item.key), item.node.range);
    };
    let Some(Value::List(known)) = out.get_mut(&item.key).map(|node| &mut node.value) else { return };
    let id = |node: &Node| node.table().and_then(|table| table.get("id")?.text().map(str::to_owned));
    for one in more {
        let own = id(&one);
        let hit = known.iter_mut().find(|known| own.is_some() && id(known) == own);
        match hit.map(|node| &mut node.value) {
            Some(Value::Table(known)) => change(reading, known, one),
            _ => known.push(one),
        }
    }
}

fn refuse_row(reading: &mut Reading, _: &mut Table, one: Node) {
    refuse(reading, "this stands in the parent already and changes it", one.range, "give it an id of its own");
}

fn refuse_change(reading: &mut Reading, known: &mut Item, one: Item) {
    if !same(&known.node, &one.node) {
        let what = format!("`{}` changes a table of the parent", one.key);
        refuse(reading, &what, one.range, "give it another name");
    }
}

/// A role may be called something else; nothing more.
fn retitle(reading: &mut Reading, known: &mut Item, one: Item) {
    let (Value::Table(role), Value::Table(more)) = (&mut known.node.value, one.node.value) else { return };
    for item in more.items {
        let unchanged = role.get(&item.key).is_some_and(|node| same(node, &item.node));
        if item.key == "title" {
            role.take("title");
            role.items.push(item);
        } else if !unchanged {
            let what = format!("`{}` changes what the role `{}` is", item.key, one.key);
            refuse(reading, &what, item.range, "only its `title` may differ");
        }
    }
}

/// A ladder may get more steps and a form more fields.
fn grow(reading: &mut Reading, known: &mut Item, one: Item, list: &str) {
    let (Value::Table(table), Value::Table(more)) = (&mut known.node.value, one.node.value) else { return };
    for item in more.items {
        match (table.get_mut(&item.key).map(|node| &mut node.value), item.node.value) {
            (Some(Value::List(known)), Value::List(more)) if item.key == list => known.extend(more),
            (known, value) => {
                let node = Node { range: item.node.range, value };
                if known.is_none_or(|known| !same(&Node { range: 0..0, value: known.clone() }, &node)) {
                    let what = format!("`{}` changes `{}`", item.key, one.key);
                    refuse(reading, &what, item.range, &format!("only `{list}` may be added to"));
                }
            }
        }
    }
}

/// A clause may bind and name more, and become stricter.
fn clause(reading: &mut Reading, known: &mut Table, one: Node) {
    let Value::Table(more) = one.value else { return };
    for item in more.items {
        let key = item.key.as_str();
        let same = known.get(key).is_some_and(|node| same(node, &item.node));
        // The heading is carried on from the clause above, so it is not a wish of the child.
        if same || key == "section" {
            continue;
        }
        let rises = match key {
            "severity" => rises(SEVERITIES, known.get(key), "must", &item.node),
            "mode" => rises(MODES, known.get(key), "context", &item.node),
            "article" => known.get(key).is_none(),
            _ => false,
        };
        if rises {
            known.take(key);
            known.items.push(item);
        } else if CLAUSE_LISTS.contains(&key) {
            append(known, item);
        } else {
            let what = format!("`{key}` changes a clause of the parent");
            let hint = "a child may add controls and names, and raise `severity` and `mode`; write a clause of its own";
            refuse(reading, &what, item.range, hint);
        }
    }
}

/// The new value stands further up a list, mildest first; `default` is what a missing one means.
fn rises(order: &[&str], known: Option<&Node>, default: &str, new: &Node) -> bool {
    let rank = |text: Option<&str>| order.iter().position(|one| Some(*one) == text);
    rank(new.text()) > rank(known.map_or(Some(default), Node::text))
}

/// Adds the items of a list that are not there yet.
fn append(known: &mut Table, item: Item) {
    let (Some(node), Value::List(more)) = (known.get_mut(&item.key), &item.node.value) else {
        known.take(&item.key);
        return known.items.push(item);
    };
    let Value::List(list) = &mut node.value else { return };
    for one in more {
        if !list.iter().any(|known| same(known, one)) {
            list.push(one.clone());
        }
    }
}
