//! Params of a child: a blank may be filled, a value may move in its `stricter` direction, inside `min` … `max`.

use super::{refuse, same};
use crate::decode::read;
use crate::node::{Item, Node, Table, Value};
use crate::param::{Fault, bounds_words, fault, kind_words};
use crate::reading::Reading;
use schoolkeeper_core::pack::{Literal, Param};

pub(super) fn merge(reading: &mut Reading, out: &mut Table, item: Item) {
    let Value::Table(more) = item.node.value else {
        return reading.error("`param` is a table", item.node.range);
    };
    let mut moved = Vec::new();
    let Some(Value::Table(known)) = out.get_mut("param").map(|node| &mut node.value) else { return };
    for one in more.items {
        match known.items.iter_mut().find(|known| known.key == one.key) {
            Some(known) => moved.extend(tighten(reading, known, one)),
            None => known.items.push(one),
        }
    }
    pin(out, &moved);
}

/// Takes the child's value over; gives the parent's back when it had one.
fn tighten(reading: &mut Reading, known: &mut Item, one: Item) -> Option<Item> {
    let param: Param = read(&known.node, &mut Vec::new())?;
    let (Value::Table(table), Value::Table(more)) = (&mut known.node.value, one.node.value) else {
        reading.error(format!("the param `{}` is a table", one.key), one.node.range);
        return None;
    };
    let mut before = None;
    for item in more.items {
        if table.get(&item.key).is_some_and(|node| same(node, &item.node)) {
            continue;
        }
        if item.key != "value" {
            let what = format!("`{}` changes the param `{}`", item.key, one.key);
            refuse(reading, &what, item.range, "a child gives a `value` and nothing else");
            continue;
        }
        let Some(value) = literal(&item.node) else {
            reading.error("this is no value of a param", item.node.range);
            continue;
        };
        match refusal(&param, &value) {
            None => {
                before = table.take("value").map(|old| Item { key: one.key.clone(), ..old });
                table.items.push(item);
            }
            Some((what, hint)) => refuse(reading, &format!("this {what} `{}`", one.key), item.node.range, &hint),
        }
    }
    before
}

pub(super) fn literal(node: &Node) -> Option<Literal> {
    read(node, &mut Vec::new())
}

/// Why a child may not give this value: what it does, and what would be right.
fn refusal(param: &Param, value: &Literal) -> Option<(&'static str, String)> {
    let old = param.value.as_ref().map_or_else(|| "it".to_owned(), says);
    Some(match fault(param, value)? {
        Fault::Kind => ("value does not fit", kind_words(param)),
        Fault::Outside => ("value lies outside the bounds of", format!("it lies {}", bounds_words(param))),
        Fault::NoDirection => {
            ("value changes", "the parent names no direction in which it may be tightened".to_owned())
        }
        Fault::Looser => ("value loosens", format!("stricter than {old} is {}", param.stricter.map_or("", way_says))),
        Fault::Incomparable => ("value cannot be compared with that of", format!("write it in the same unit as {old}")),
    })
}

fn says(value: &Literal) -> String {
    serde_json::to_string(value).map_or_else(|_| "it".to_owned(), |text| format!("`{}`", text.trim_matches('"')))
}

fn way_says(way: schoolkeeper_core::pack::Stricter) -> &'static str {
    use schoolkeeper_core::pack::Stricter;
    match way {
        Stricter::Lower => "less",
        Stricter::Higher => "more",
        Stricter::MoreOften => "more often",
        Stricter::True => "`true`",
        Stricter::False => "`false`",
    }
}

/// The parent's examples go on showing the parent's numbers.
fn pin(out: &mut Table, moved: &[Item]) {
    let Some(Value::List(examples)) = out.get_mut("example").map(|node| &mut node.value) else { return };
    for example in examples {
        let range = example.range.clone();
        let Value::Table(table) = &mut example.value else { continue };
        if table.get("param").is_none() && !moved.is_empty() {
            let node = Node { range: range.clone(), value: Value::Table(Table::default()) };
            table.items.push(Item { key: "param".to_owned(), range, node });
        }
        let Some(Value::Table(params)) = table.get_mut("param").map(|node| &mut node.value) else { continue };
        for item in moved {
            if params.get(&item.key).is_none() {
                params.items.push(item.clone());
            }
        }
    }
}
