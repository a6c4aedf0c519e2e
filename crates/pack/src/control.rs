//! One `[control.NAME]`: its common keys and the struct of its type, split by hand so that positions survive.

use crate::decode::{self, read_beside};
use crate::node::{Item, Node, Table, Value};
use crate::suggest;
use schoolkeeper_core::clause::Severity;
use schoolkeeper_core::control::{Control, ControlKind};
use schoolkeeper_core::diagnostic::{Diagnostic, Place};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Tell;
use schoolkeeper_core::schema::Level;
use serde::Deserialize;

/// The ten types.
pub const TYPES: &[&str] =
    &["setting", "rule", "duty", "request", "agreement", "case", "access", "channel", "retention", "job"];
/// Keys every control may have, beside `type`.
pub(crate) const COMMON: &[&str] = &["title", "level", "severity", "ladder", "tell", "was", "open"];

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    title: Option<String>,
    #[serde(default)]
    level: Level,
    severity: Option<Severity>,
    ladder: Option<Name>,
    #[serde(default)]
    tell: Vec<Tell>,
    was: Option<Name>,
    #[serde(default)]
    open: Vec<Name>,
}

/// Reads one control; `place` is its whole table.
pub(crate) fn read(item: &Item, place: Place, errors: &mut Vec<Diagnostic>) -> Option<Control> {
    let Some(table) = item.node.table() else {
        let hint = format!("write `[control.{}]` and its keys below", item.key);
        let place = Place { file: 0, range: item.node.range.clone() };
        errors.push(Diagnostic::error("a control is a table", place).hint(hint));
        return None;
    };
    let (common, own): (Vec<Item>, Vec<Item>) =
        table.items.iter().filter(|key| key.key != "type").cloned().partition(|key| COMMON.contains(&key.key.as_str()));
    let part = |items| Node { range: item.node.range.clone(), value: Value::Table(Table { items }) };
    let common: Option<Common> = decode::read(&part(common), errors);
    let kind = read_kind(item, table, &part(own), errors);
    let common = common?;
    Some(Control {
        id: Name::from(item.key.as_str()),
        title: common.title.unwrap_or_else(|| title_of(&item.key)),
        level: common.level,
        severity: common.severity,
        ladder: common.ladder,
        tell: common.tell,
        was: common.was,
        open: common.open,
        place,
        kind: kind?,
    })
}

fn read_kind(item: &Item, table: &Table, own: &Node, errors: &mut Vec<Diagnostic>) -> Option<ControlKind> {
    let Some(kind) = table.get("type") else {
        let place = Place { file: 0, range: item.range.clone() };
        let types = TYPES.join("`, `");
        let message = format!("the control `{}` has no `type`", item.key);
        errors.push(Diagnostic::error(message, place).hint(format!("add `type = …`: one of `{types}`")));
        return None;
    };
    let name = kind.text().unwrap_or_default();
    Some(match name {
        "setting" => ControlKind::Setting(read_beside(own, COMMON, errors)?),
        "rule" => ControlKind::Rule(read_beside(own, COMMON, errors)?),
        "duty" => ControlKind::Duty(read_beside(own, COMMON, errors)?),
        "request" => ControlKind::Request(read_beside(own, COMMON, errors)?),
        "agreement" => ControlKind::Agreement(read_beside(own, COMMON, errors)?),
        "case" => ControlKind::Case(read_beside(own, COMMON, errors)?),
        "access" => ControlKind::Access(read_beside(own, COMMON, errors)?),
        "channel" => ControlKind::Channel(read_beside(own, COMMON, errors)?),
        "retention" => ControlKind::Retention(read_beside(own, COMMON, errors)?),
        "job" => ControlKind::Job(read_beside(own, COMMON, errors)?),
        other => {
            let place = Place { file: 0, range: kind.range.clone() };
            let hint = suggest::hint(other, TYPES.iter().copied(), "the types are");
            errors.push(
                Diagnostic::error(format!("`{}` is no type of control", suggest::short(other)), place).hint(hint),
            );
            return None;
        }
    })
}

/// `backup-runs` → `Backup runs`.
pub(crate) fn title_of(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
