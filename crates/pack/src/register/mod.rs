//! Registers: `registers/*.toml` into [`Schemas`].

mod check;
mod field;

use crate::Library;
use crate::decode::read;
use crate::library::is_name;
use crate::node::{Node, Table};
use crate::reading::Reading;
use crate::report::Report;
use crate::suggest;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::keep::{self, Keep, KeepFrom};
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::schema::{
    Absent, Does, Identity, Level, List, Register, RegisterKind, Schemas, Section, States,
};
use serde::Deserialize;
use serde_spanned::Spanned;

const TABLES: &[&str] = &["register", "identity", "field", "states", "list", "section", "does"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: Spanned<Name>,
    title: String,
    plural: Option<String>,
    #[serde(default)]
    kind: RegisterKind,
    #[serde(default)]
    level: Level,
    #[serde(default)]
    builtin: bool,
    #[serde(default)]
    closed: bool,
    keep: Option<Span>,
    #[serde(default)]
    keep_from: Vec<KeepFrom>,
    keep_why: Option<String>,
    keep_min: Option<Span>,
    keep_max: Option<Span>,
    keep_law: Option<String>,
    census: Option<Span>,
}

/// One register, and where its parts stand.
struct Read {
    register: Register,
    tree: Table,
}

/// Reads every register of a library; a register on an earlier shelf replaces one of the same id on a later shelf,
/// but of one with a table of its own in the product it may only add fields.
pub fn registers(library: &Library) -> Result<Schemas, Report> {
    let mut reading = Reading::default();
    let mut all: Vec<Read> = Vec::new();
    match library.all_files() {
        Ok(shelves) => {
            for shelf in shelves {
                let below = all.len();
                for file in shelf {
                    let Some(tree) = reading.file(file) else { continue };
                    let Some(register) = read_register(&mut reading, &tree) else { continue };
                    put(&mut reading, &mut all, below, Read { register, tree });
                }
            }
        }
        Err(message) => reading.nowhere(message),
    }
    check::check(&mut reading, &mut all);
    let schemas = Schemas::new(all.into_iter().map(|read| read.register).collect());
    if reading.errors.is_empty() { Ok(schemas) } else { Err(reading.report()) }
}

/// Adds a register; `below` is where its own shelf begins.
fn put(reading: &mut Reading, all: &mut Vec<Read>, below: usize, read: Read) {
    let Some(at) = all.iter().position(|known| known.register.id == read.register.id) else {
        all.push(read);
        return;
    };
    let id = &read.register.id;
    let range = check::range(&read.tree, &["register", "id"]);
    if at >= below {
        return reading.error_hint(format!("the register `{id}` stands a second time"), range, "give one another id");
    }
    let known = &all[at].register;
    let changed = |field: &&schoolkeeper_core::schema::Field| {
        !read.register.fields.iter().any(|own| own.name == field.name && own.kind == field.kind)
    };
    match known.fields.iter().find(changed).filter(|_| known.builtin) {
        Some(field) => {
            let message = format!("the register `{id}` belongs to the product and keeps its field `{}`", field.name);
            reading.error_hint(message, range, "copy the product's file and only add fields");
        }
        None => all[at] = read,
    }
}

fn read_register(reading: &mut Reading, tree: &Table) -> Option<Register> {
    reading.only_keys(tree, TABLES, "a register has");
    let Some(node) = tree.get("register") else {
        let start = reading.sources.iter().rev().skip(1).map(|source| source.text.len() + 1).sum::<usize>();
        reading.error_hint("`[register]` is missing", start..start, "begin with `[register]`, `id` and `title`");
        return None;
    };
    let head: Option<Head> = read(node, &mut reading.errors);
    if let Some(id) = head.as_ref().map(|head| &head.id).filter(|id| !is_name(id.get_ref())) {
        let hint = "an id has small letters, digits and `-` between them, as in `backup-job`";
        reading.error_hint(format!("`{}` is no id of a register", suggest::short(id.get_ref())), id.span(), hint);
    }
    let absent = match head.as_ref().map(|head| head.kind) {
        Some(RegisterKind::Observed) => Absent::Unknown,
        _ => Absent::Empty,
    };
    let identity: Vec<Identity> =
        tree.get("identity").and_then(|node| read(node, &mut reading.errors)).unwrap_or_default();
    let states: Option<States> = tree.get("states").and_then(|node| read(node, &mut reading.errors));
    let list: List = tree.get("list").and_then(|node| read(node, &mut reading.errors)).unwrap_or_default();
    let sections: Vec<Section> =
        tree.get("section").and_then(|node| read(node, &mut reading.errors)).unwrap_or_default();
    let does: Vec<Does> = tree.get("does").and_then(|node| read(node, &mut reading.errors)).unwrap_or_default();
    let mut fields: Vec<_> = states.iter().map(|states| field::of_states(states, absent)).collect();
    for item in tree.get("field").and_then(Node::table).map_or(&[][..], |table| &table.items) {
        fields.extend(field::read(reading, item, absent));
    }
    let mut head = head?;
    let keep = read_keep(&mut head);
    Some(Register {
        id: head.id.into_inner(),
        title: head.title,
        plural: head.plural,
        kind: head.kind,
        level: head.level,
        builtin: head.builtin,
        closed: head.closed,
        keep,
        census: head.census,
        identity,
        fields,
        states,
        list,
        sections,
        does,
    })
}

/// What the head says of keeping; `check` tells when it says too little.
fn read_keep(head: &mut Head) -> Option<Keep> {
    Some(Keep {
        span: head.keep?,
        from: std::mem::take(&mut head.keep_from),
        why: head.keep_why.take().unwrap_or_default(),
        min: head.keep_min.unwrap_or(keep::MIN),
        max: head.keep_max.unwrap_or(keep::MAX),
        law: head.keep_law.take(),
    })
}
