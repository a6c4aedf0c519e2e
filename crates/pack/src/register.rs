//! Registers: `registers/*.toml` into [`Schemas`].

use crate::Library;
use crate::control::title_of;
use crate::decode::read;
use crate::library::is_name;
use crate::node::{Item, Node, Table, Value};
use crate::reading::Reading;
use crate::report::Report;
use crate::suggest;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::schema::{
    Absent, Field, FieldType, Identity, Level, List, Register, RegisterKind, Schemas, States,
};
use serde::Deserialize;
use serde_spanned::Spanned;
use std::collections::BTreeMap;

const TABLES: &[&str] = &["register", "identity", "field", "states", "list"];

/// The types of fields, as they are written.
pub(crate) const FIELD_TYPES: &[&str] = &[
    "text", "long-text", "number", "money", "yes-no", "choice", "choices", "date", "instant", "span", "ref", "refs",
    "back", "list", "rows", "map", "file", "photo",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: Spanned<Name>,
    title: String,
    #[serde(default)]
    kind: RegisterKind,
    #[serde(default)]
    level: Level,
    #[serde(default)]
    builtin: bool,
    #[serde(default)]
    closed: bool,
    keep: Option<Span>,
    census: Option<Span>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldTable {
    #[serde(rename = "type")]
    kind: Spanned<String>,
    label: Option<String>,
    #[serde(default)]
    required: bool,
    absent: Option<Absent>,
    stale_after: Option<Span>,
    #[serde(default)]
    import: Vec<String>,
    #[serde(default)]
    find: bool,
    #[serde(default)]
    sensitive: bool,
    help: Option<String>,
    choices: Option<Vec<Name>>,
    to: Option<Name>,
    from: Option<Name>,
    by: Option<Name>,
    back: Option<Name>,
    fields: Option<BTreeMap<Name, serde_json::Value>>,
}

/// One register, and where its parts stand.
struct Read {
    register: Register,
    tree: Table,
}

/// Reads every register of a library; a register on an earlier shelf replaces one of the same id on a later shelf.
pub fn registers(library: &Library) -> Result<Schemas, Report> {
    let mut reading = Reading::default();
    let mut registers: Vec<Read> = Vec::new();
    match library.all_files() {
        Ok(shelves) => {
            for file in shelves.into_iter().flatten() {
                let Some(tree) = reading.file(file) else { continue };
                let Some(register) = read_register(&mut reading, &tree) else { continue };
                registers.push(Read { register, tree });
            }
        }
        Err(message) => reading.nowhere(message),
    }
    let schemas = Schemas::new(registers.iter().map(|read| read.register.clone()).collect());
    if reading.errors.is_empty() { Ok(schemas) } else { Err(reading.report()) }
}

fn read_register(reading: &mut Reading, tree: &Table) -> Option<Register> {
    let head: Head = read(tree.get("register")?, &mut reading.errors)?;
    let identity = tree.get("identity").and_then(|node| read(node, &mut reading.errors)).unwrap_or_default();
    let states: Option<States> = tree.get("states").and_then(|node| read(node, &mut reading.errors));
    let list: List = tree.get("list").and_then(|node| read(node, &mut reading.errors)).unwrap_or_default();
    let absent = match head.kind {
        RegisterKind::Observed => Absent::Unknown,
        RegisterKind::Entry | RegisterKind::Event => Absent::Empty,
    };
    let mut fields = Vec::new();
    if let Some(states) = &states {
        fields.push(state_field(states, absent));
    }
    for item in tree.get("field").and_then(Node::table).map(|table| &table.items).into_iter().flatten() {
        fields.extend(read_field(reading, item, absent));
    }
    Some(Register {
        id: head.id.into_inner(),
        title: head.title,
        kind: head.kind,
        level: head.level,
        builtin: head.builtin,
        closed: head.closed,
        keep: head.keep,
        census: head.census,
        identity,
        fields,
        states,
        list,
    })
}

fn state_field(states: &States, absent: Absent) -> Field {
    Field {
        name: "state".into(),
        label: "State".to_owned(),
        kind: FieldType::Choice(states.names()),
        required: false,
        absent,
        stale_after: None,
        import: vec!["State".to_owned()],
        find: false,
        sensitive: false,
        help: None,
    }
}

fn read_field(reading: &mut Reading, item: &Item, absent: Absent) -> Option<Field> {
    let table: FieldTable = read(&item.node, &mut reading.errors)?;
    let kind = field_type(reading, item, &table, absent)?;
    Some(Field {
        name: Name::from(item.key.as_str()),
        label: table.label.unwrap_or_else(|| title_of(&item.key)),
        kind,
        required: table.required,
        absent: table.absent.unwrap_or(absent),
        stale_after: table.stale_after,
        import: table.import,
        find: table.find,
        sensitive: table.sensitive,
        help: table.help,
    })
}

fn field_type(reading: &mut Reading, item: &Item, table: &FieldTable, absent: Absent) -> Option<FieldType> {
    let mut need = |value: Option<Name>, key: &str| {
        if value.is_none() {
            let message = format!("the field `{}` of type `{}` needs `{key}`", item.key, table.kind.get_ref());
            reading.error_hint(message, item.range.clone(), format!("add `{key} = …`"));
        }
        value
    };
    Some(match table.kind.get_ref().as_str() {
        "text" => FieldType::Text,
        "long-text" => FieldType::LongText,
        "number" => FieldType::Number,
        "money" => FieldType::Money,
        "yes-no" => FieldType::YesNo,
        "choice" => FieldType::Choice(table.choices.clone().unwrap_or_default()),
        "choices" => FieldType::Choices(table.choices.clone().unwrap_or_default()),
        "date" => FieldType::Date,
        "instant" => FieldType::Instant,
        "span" => FieldType::Span,
        "ref" => FieldType::Ref(need(table.to.clone(), "to")?),
        "refs" => FieldType::Refs(need(table.to.clone(), "to")?),
        "back" => FieldType::Back { from: need(table.from.clone(), "from")?, by: need(table.by.clone(), "by")? },
        "list" => FieldType::List,
        "map" => FieldType::Map,
        "file" => FieldType::File,
        "photo" => FieldType::Photo,
        "rows" => {
            let rows = item.node.table().and_then(|table| table.get("fields")).and_then(Node::table);
            let items = rows.map(|table| table.items.as_slice()).unwrap_or_default();
            FieldType::Rows(items.iter().filter_map(|item| read_field(reading, item, absent)).collect())
        }
        other => {
            let hint = suggest::hint(other, FIELD_TYPES.iter().copied(), "the types are");
            let message = format!("`{}` is no type of field", suggest::short(other));
            reading.error_hint(message, table.kind.span(), hint);
            return None;
        }
    })
}
