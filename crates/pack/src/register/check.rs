//! What the registers say of each other and of their own fields.

use super::Read;
use crate::node::{Node, Table};
use crate::reading::Reading;
use crate::suggest;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::keep::{self, KeepFrom};
use schoolkeeper_core::schema::{Absent, Field, FieldType, Register};
use std::collections::BTreeMap;
use std::ops::Range;

/// Fields of one register that may be looked up by value.
const FIND_MAX: usize = 12;
/// Where a `ref` may point besides a register.
const ANY: &str = "any";

/// Adds the fields that references declare with `back`, then checks everything.
pub(super) fn check(reading: &mut Reading, all: &mut [Read]) {
    add_backs(reading, all);
    let registers: BTreeMap<&str, &Register> = all.iter().map(|read| (&*read.register.id, &read.register)).collect();
    for read in all.iter() {
        let check = Check { registers: &registers, read };
        check.fields(reading, &read.register.fields, &["field"]);
        check.names(reading);
        check.finds(reading);
        check.keep(reading);
    }
}

/// The place of a node by its path, or of the nearest table above it.
pub(super) fn range(tree: &Table, path: &[&str]) -> Range<usize> {
    let mut found = tree.items.first().map(|item| item.range.clone()).unwrap_or_default();
    let mut table = Some(tree);
    for key in path {
        let Some(item) = table.and_then(|table| table.item(key)) else { break };
        found = if item.node.table().is_some() { item.range.clone() } else { item.node.range.clone() };
        table = item.node.table();
    }
    found
}

/// `system = { type = "ref", to = "system", back = "backup_jobs" }` gives `system` a field `backup_jobs`.
fn add_backs(reading: &mut Reading, all: &mut [Read]) {
    let mut wanted = Vec::new();
    for read in all.iter() {
        for field in &read.register.fields {
            let (FieldType::Ref(to) | FieldType::Refs(to)) = &field.kind else { continue };
            let path = ["field", &*field.name, "back"];
            let node = path.iter().try_fold(None::<&Node>, |node, key| {
                let table = node.map_or(Some(&read.tree), Node::table)?;
                table.get(key).map(Some)
            });
            let Some(back) = node.flatten().and_then(Node::text) else { continue };
            let place = range(&read.tree, &path);
            wanted.push((to.clone(), Name::from(back), read.register.id.clone(), field.name.clone(), place));
        }
    }
    for (to, name, from, by, place) in wanted {
        let Some(target) = all.iter_mut().find(|read| read.register.id == to) else { continue };
        let kind = FieldType::Back { from, by };
        match target.register.field(&name) {
            Some((_, field)) if field.kind == kind => {}
            Some(_) => reading.error(format!("the register `{to}` has another field `{name}`"), place),
            None => target.register.fields.push(Field {
                label: crate::control::title_of(&name),
                name,
                kind,
                required: false,
                absent: Absent::Unknown,
                stale_after: None,
                import: Vec::new(),
                find: false,
                sensitive: false,
                help: None,
                when: None,
                why: false,
                retired: false,
            }),
        }
    }
}

struct Check<'a> {
    registers: &'a BTreeMap<&'a str, &'a Register>,
    read: &'a Read,
}

impl Check<'_> {
    fn fields(&self, reading: &mut Reading, fields: &[Field], above: &[&str]) {
        for field in fields {
            let path = |key| [above, &[&field.name, key]].concat();
            match &field.kind {
                FieldType::Ref(to) | FieldType::Refs(to) if &**to != ANY => {
                    self.register(reading, to, range(&self.read.tree, &path("to")));
                }
                FieldType::Back { from, by } => self.back(reading, from, by, &path("by")),
                FieldType::Rows(below) => self.fields(reading, below, &path("fields")),
                FieldType::Choice(choices) | FieldType::Choices(choices) => {
                    let twice = choices.iter().enumerate().find(|(at, choice)| choices[..*at].contains(choice));
                    if let Some((_, choice)) = twice.filter(|_| self.is_written(&field.name)) {
                        let message = format!("the choice `{choice}` stands a second time");
                        reading.error(message, range(&self.read.tree, &path("choices")));
                    }
                }
                _ => {}
            }
        }
        let hidden = self.read.register.states.is_some() && above == ["field"];
        let second = self.read.tree.get("field").and_then(Node::table).and_then(|table| table.item("state"));
        if let Some(item) = second.filter(|_| hidden) {
            let hint = "take it out: `[states]` adds it";
            reading.error_hint("a register with states has the field `state` already", item.range.clone(), hint);
        }
    }

    /// Fields that the file itself declares.
    fn is_written(&self, name: &str) -> bool {
        self.read.tree.get("field").and_then(Node::table).is_some_and(|table| table.get(name).is_some())
    }

    fn register(&self, reading: &mut Reading, id: &str, place: Range<usize>) -> bool {
        let known = self.registers.contains_key(id);
        if !known {
            let hint = suggest::hint(id, self.registers.keys().copied(), "the registers are");
            reading.error_hint(format!("no register `{}`", suggest::short(id)), place, hint);
        }
        known
    }

    fn back(&self, reading: &mut Reading, from: &str, by: &str, by_path: &[&str]) {
        let from_path = [&by_path[..by_path.len() - 1], &["from"]].concat();
        if !self.register(reading, from, range(&self.read.tree, &from_path)) {
            return;
        }
        let own = &self.read.register.id;
        let points_here = |field: &&Field| match &field.kind {
            FieldType::Ref(to) | FieldType::Refs(to) => to == own || &**to == ANY,
            _ => false,
        };
        let fields = &self.registers[from].fields;
        if !fields.iter().any(|field| &*field.name == by && points_here(&field)) {
            let names = fields.iter().filter(points_here).map(|field| &*field.name);
            let hint = suggest::hint(by, names, "its references to this one are");
            let message = format!("the register `{from}` has no reference `{}` to `{own}`", suggest::short(by));
            reading.error_hint(message, range(&self.read.tree, by_path), hint);
        }
    }

    /// Names of fields in identities, states and the list.
    fn names(&self, reading: &mut Reading) {
        let register = &self.read.register;
        for identity in self.read.tree.get("identity").and_then(Node::list).unwrap_or_default() {
            let by = identity.table().and_then(|table| table.get("by"));
            self.known_fields(reading, by, "an identity");
            if by.and_then(Node::list).is_some_and(<[Node]>::is_empty) {
                reading.error("an identity names at least one field", identity.range.clone());
            }
        }
        let list = self.read.tree.get("list").and_then(Node::table);
        for key in ["columns", "search"] {
            self.known_fields(reading, list.and_then(|list| list.get(key)), "the list");
        }
        let moves = self.read.tree.get("states").and_then(Node::table).and_then(|states| states.get("moves"));
        for one in moves.and_then(Node::list).unwrap_or_default() {
            self.known_fields(reading, one.table().and_then(|table| table.get("needs")), "a move");
        }
        for section in self.read.tree.get("section").and_then(Node::list).unwrap_or_default() {
            self.known_fields(reading, section.table().and_then(|table| table.get("fields")), "a section");
        }
        self.does(reading);
        self.whens(reading);
        if register.fields.is_empty() {
            let place = range(&self.read.tree, &["register", "id"]);
            reading.error_hint(format!("the register `{}` has no fields", register.id), place, "add a table `[field]`");
        }
    }

    /// Acts are those of the list, and on what they are acts on.
    fn does(&self, reading: &mut Reading) {
        let register = &self.read.register;
        let nodes = self.read.tree.get("does").and_then(Node::list).unwrap_or_default();
        for (does, node) in register.does.iter().zip(nodes) {
            let Some(act) = schoolkeeper_core::act::ACTS.iter().find(|act| act.name == &*does.act) else {
                let names = schoolkeeper_core::act::ACTS.iter().map(|act| act.name);
                let hint = suggest::hint(&does.act, names, "acts are");
                reading.error_hint(format!("`{}` is no act", suggest::short(&does.act)), node.range.clone(), hint);
                continue;
            };
            let to = match does.on.as_deref().map(|name| register.field(name).map(|(_, field)| &field.kind)) {
                None => Some(&*register.id),
                Some(Some(FieldType::Ref(to))) => Some(&**to),
                Some(_) => None,
            };
            if to.is_none()
                || to != act.register
                || does.when.as_ref().is_some_and(|when| register.field(when).is_none())
            {
                let message = format!("the register `{}` says `{}` of what it does not hold", register.id, act.name);
                let hint = "`when` names a field, `on` one that points to what the act is about";
                reading.error_hint(message, node.range.clone(), hint);
            }
        }
    }

    /// What a field waits for can be chosen on a form.
    fn whens(&self, reading: &mut Reading) {
        let register = &self.read.register;
        let asked = register.fields.iter().filter_map(|field| Some((field, field.when.as_ref()?)));
        for (field, when) in asked {
            let known: Vec<&str> = match register.field(&when.field).map(|(_, other)| &other.kind) {
                Some(FieldType::Choice(choices)) => choices.iter().map(|name| &**name).collect(),
                Some(FieldType::YesNo) => vec!["yes", "no"],
                _ => Vec::new(),
            };
            if when.is.is_empty() || when.is.iter().any(|one| !known.contains(&&**one)) {
                let place = range(&self.read.tree, &["field", &field.name, "when"]);
                let message = format!("the field `{}` waits for what `{}` cannot be", field.name, when.field);
                let hint = "name a field of type `choice` or `yes-no` and some of its values";
                reading.error_hint(message, place, hint);
            }
        }
    }

    fn known_fields(&self, reading: &mut Reading, names: Option<&Node>, whose: &str) {
        let register = &self.read.register;
        for node in names.and_then(Node::list).unwrap_or_default() {
            let Some(name) = node.text().filter(|name| register.field(name).is_none()) else { continue };
            let known = register.fields.iter().map(|field| &*field.name);
            let hint = suggest::hint(name, known, "the fields are");
            let message = format!("{whose} names the field `{}`, which is not there", suggest::short(name));
            reading.error_hint(message, node.range.clone(), hint);
        }
    }

    fn finds(&self, reading: &mut Reading) {
        let finds: Vec<&Field> = self.read.register.fields.iter().filter(|field| field.find).collect();
        for field in &finds {
            if matches!(field.kind, FieldType::Back { .. } | FieldType::Rows(_) | FieldType::Map) {
                let message = format!("the field `{}` cannot be looked up by value", field.name);
                reading.error_hint(message, range(&self.read.tree, &["field", &field.name]), "take `find` out");
            }
        }
        if let Some(beyond) = finds.get(FIND_MAX) {
            let message =
                format!("at most {FIND_MAX} fields of a register may have `find`; this one has {}", finds.len());
            reading.error(message, range(&self.read.tree, &["field", &beyond.name]));
        }
    }

    /// Nothing is kept for ever: each register says how long, from when and why.
    fn keep(&self, reading: &mut Reading) {
        let register = &self.read.register;
        let place = |key| range(&self.read.tree, &["register", key]);
        let Some(rule) = &register.keep else {
            let hint = "add `keep = \"7 years\"`, `keep_from = [\"left\"]` and `keep_why = \"…\"`";
            let message = format!("the register `{}` does not say how long its records are kept", register.id);
            return reading.error_hint(message, place("id"), hint);
        };
        for (key, span) in [("keep", rule.span), ("keep_min", rule.min), ("keep_max", rule.max)] {
            if !keep::is_fit(span) {
                let hint = "write days, weeks, months or years, as in `7 years`";
                reading.error_hint(format!("`{span}` is no time to keep a record"), place(key), hint);
            }
        }
        let [min, kept, max] = [rule.min, rule.span, rule.max].map(schoolkeeper_core::phrase::Span::rough_seconds);
        if kept < min || kept > max {
            let message = format!("`{}` is not between `{}` and `{}`", rule.span, rule.min, rule.max);
            reading.error_hint(message, place("keep"), "change it, or `keep_min` and `keep_max`");
        }
        if rule.from.is_empty() || rule.why.is_empty() {
            let message = format!("the register `{}` does not say from when and why its records are kept", register.id);
            let hint = "add `keep_from`: `created`, `left`, `ended` or fields, and `keep_why` with one sentence";
            reading.error_hint(message, place("keep"), hint);
        }
        for from in &rule.from {
            self.keep_from(reading, from, place("keep_from"));
        }
    }

    fn keep_from(&self, reading: &mut Reading, from: &KeepFrom, place: Range<usize>) {
        let register = &self.read.register;
        let problem = match from {
            KeepFrom::Ended if register.states.is_none() => "`ended` needs `[states]`".to_owned(),
            KeepFrom::Field(name) => match register.field(name).map(|(_, field)| &field.kind) {
                Some(FieldType::Date | FieldType::Instant) => return,
                Some(_) => format!("the field `{}` holds no day", suggest::short(name)),
                None => format!("the register has no field `{}`", suggest::short(name)),
            },
            _ => return,
        };
        let days = register.fields.iter().filter(|field| matches!(field.kind, FieldType::Date | FieldType::Instant));
        let hint = suggest::hint("", days.map(|field| &*field.name), "besides `created`, `left` and `ended` there are");
        reading.error_hint(problem, place, hint);
    }
}
