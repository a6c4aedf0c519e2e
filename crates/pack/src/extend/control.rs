//! A child's change of a parent's control: it may add guards, stages, evidence, recipients and the like, shorten
//! spans, and whatever the parent marks `open`.

use super::param::literal;
use super::{append, refuse, rises, same};
use crate::node::{Item, Node, Table, Value};
use crate::param::is_as_strict;
use crate::reading::Reading;
use schoolkeeper_core::pack::Stricter;
use schoolkeeper_core::setting::{SettingType, key as setting_key};

/// Lists that only ever ask for more.
const GROWING: &[&str] = &[
    "guards",
    "expect_also",
    "stages",
    "evidence",
    "proof",
    "tell",
    "send_to",
    "checklist",
    "conditions",
    "blocks",
    "checks",
    "clocks",
    "at_end",
    "log",
    "ask",
    "with",
    "compare",
];
/// Spans whose absence means *at once*: only shorter ones, and none where there was none.
const SHRINKING: &[&str] = &["grace", "within", "late_after"];
/// Spans whose absence means *for ever*: shorter ones, or one where there was none.
const LIMITING: &[&str] = &["unknown_max", "longest"];
/// Switches that ask for more when on.
const ON: &[&str] = &["step_up", "two_people", "watermark"];
/// Switches that ask for more when off.
const OFF: &[&str] = &["excusable", "renew"];

/// A permission of the child would excuse what its parent asks: only where the parent's rule says so.
pub(super) fn refuse_excuses(reading: &mut Reading, parent: &Table, child: &Item) {
    let Some(parent) = parent.get("control").and_then(Node::table) else { return };
    let new = child.node.table().into_iter().flat_map(|table| &table.items);
    for item in new.filter(|item| parent.get(&item.key).is_none()) {
        let excuses = item.node.table().and_then(|table| table.get("excuses")).and_then(Node::list);
        for name in excuses.unwrap_or_default() {
            let rule = name.text().and_then(|name| parent.get(name)?.table());
            if rule.is_some_and(|rule| !is_open(rule, "excused_by")) {
                let what = format!("`{}` excuses what the parent asks", item.key);
                let hint = "the rule of the parent may say `open = [\"excused_by\"]`";
                refuse(reading, &what, name.range.clone(), hint);
            }
        }
    }
}

/// The parent lets its children change this key.
fn is_open(table: &Table, key: &str) -> bool {
    let open = table.get("open").and_then(Node::list).unwrap_or_default();
    open.iter().any(|one| one.text() == Some(key))
}

pub(super) fn merge(reading: &mut Reading, known: &mut Item, one: Item) {
    let (Value::Table(table), Value::Table(more)) = (&mut known.node.value, one.node.value) else {
        return reading.error(format!("the control `{}` is a table", one.key), one.node.range);
    };
    for item in more.items {
        change(reading, &known.key, table, item);
    }
}

fn change(reading: &mut Reading, name: &str, table: &mut Table, item: Item) {
    let key = item.key.as_str();
    let old = table.get(key);
    if old.is_some_and(|node| same(node, &item.node)) {
        return;
    }
    let replaces = is_open(table, key)
        || key == "title"
        || (SHRINKING.contains(&key) && old.is_some_and(|old| is_shorter(old, &item.node)))
        || (LIMITING.contains(&key) && old.is_none_or(|old| is_shorter(old, &item.node)))
        || (ON.contains(&key) && item.node.value == Value::Bool(true))
        || (OFF.contains(&key) && item.node.value == Value::Bool(false))
        || (key == "severity" && old.is_some() && rises(super::SEVERITIES, old, "must", &item.node));
    if replaces {
        table.take(key);
        table.items.push(item);
    } else if GROWING.contains(&key) {
        append(table, item);
    } else if key == "set" {
        settings(reading, table, item);
    } else {
        let what = format!("`{key}` weakens or changes the control `{name}`");
        let may = "a child may add guards, stages, evidence, recipients and `expect_also`";
        let hint = match key {
            key if SHRINKING.contains(&key) || LIMITING.contains(&key) => "only a shorter span is stricter".to_owned(),
            "open" | "type" | "was" => may.to_owned(),
            key => format!("{may}; the parent may say `open = [\"{key}\"]`"),
        };
        refuse(reading, &what, item.range, &hint);
    }
}

fn is_shorter(old: &Node, new: &Node) -> bool {
    match (literal(old), literal(new)) {
        (Some(old), Some(new)) => is_as_strict(&old, &new, None, Stricter::Lower) == Some(true),
        _ => false,
    }
}

/// Settings merge key by key: new keys are added, known ones may become stricter.
fn settings(reading: &mut Reading, table: &mut Table, item: Item) {
    let (Some(Value::Table(known)), Value::Table(more)) =
        (table.get_mut("set").map(|node| &mut node.value), item.node.value)
    else {
        return reading.error("`set` is a table of settings", item.node.range);
    };
    for one in more.items {
        let strict =
            known.get(&one.key).is_none_or(|old| same(old, &one.node) || is_stricter(&one.key, old, &one.node));
        if strict {
            known.take(&one.key);
            known.items.push(one);
        } else {
            let what = format!("this loosens the setting `{}`", one.key);
            refuse(
                reading,
                &what,
                one.node.range,
                "a child may only make it stricter; a param is tightened under `[param]`",
            );
        }
    }
}

fn is_stricter(key: &str, old: &Node, new: &Node) -> bool {
    let Some(key) = setting_key(key) else { return false };
    if let SettingType::Choice(order) = key.kind {
        let rank = |node: &Node| order.iter().position(|one| Some(*one) == node.text());
        let (Some(old), Some(new)) = (rank(old), rank(new)) else { return false };
        return (new > old) == (key.stricter == Stricter::Higher);
    }
    match (literal(old), literal(new)) {
        (Some(old), Some(new)) => is_as_strict(&old, &new, None, key.stricter) == Some(true),
        _ => false,
    }
}
