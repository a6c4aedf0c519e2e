//! One field of a register.

use crate::control::title_of;
use crate::decode;
use crate::node::{Item, Node};
use crate::reading::Reading;
use crate::suggest;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::schema::{Absent, Field, FieldType, OWN, States, When};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_spanned::Spanned;

/// The types of fields, as they are written, each with the keys only it has.
const TYPES: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("long-text", &[]),
    ("number", &[]),
    ("money", &[]),
    ("yes-no", &[]),
    ("choice", &["choices"]),
    ("choices", &["choices"]),
    ("date", &[]),
    ("instant", &[]),
    ("span", &[]),
    ("ref", &["to"]),
    ("refs", &["to"]),
    ("back", &["from", "by"]),
    ("list", &[]),
    ("rows", &["fields"]),
    ("map", &[]),
    ("file", &[]),
    ("photo", &[]),
];

#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
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
    when: Option<When>,
    #[serde(default)]
    why: bool,
    #[serde(default)]
    choices: Vec<Name>,
    to: Option<Name>,
    from: Option<Name>,
    by: Option<Name>,
    #[expect(dead_code, reason = "read from the tree, when all registers are known")]
    back: Option<Name>,
    #[expect(dead_code, reason = "read from the tree, field by field")]
    fields: Option<IgnoredAny>,
}

/// Reads a field; `absent` is the register's default.
pub(super) fn read(reading: &mut Reading, item: &Item, absent: Absent) -> Option<Field> {
    if !is_field_name(&item.key) {
        let hint = "a field has small letters, digits and `_` between them, as in `serial_number`";
        reading.error_hint(format!("`{}` is no name of a field", suggest::short(&item.key)), item.range.clone(), hint);
    }
    if item.key.starts_with(OWN) {
        let hint = "names with `x_` are those of fields a school adds itself";
        reading.error_hint(format!("`{}` cannot be declared", suggest::short(&item.key)), item.range.clone(), hint);
    }
    let table: FieldTable = decode::read(&item.node, &mut reading.errors)?;
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
        when: table.when,
        why: table.why,
        retired: false,
    })
}

/// snake_case.
fn is_field_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && crate::library::is_name(&text.replace('_', "-"))
        && !text.contains('-')
}

/// The field every register with a life cycle has.
pub(super) fn of_states(states: &States, absent: Absent) -> Field {
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
        when: None,
        why: false,
        retired: false,
    }
}

fn field_type(reading: &mut Reading, item: &Item, table: &FieldTable, absent: Absent) -> Option<FieldType> {
    let name = table.kind.get_ref().as_str();
    let Some((_, keys)) = TYPES.iter().find(|(known, _)| *known == name) else {
        let hint = suggest::hint(name, TYPES.iter().map(|(known, _)| *known), "the types are");
        let message = format!("`{}` is no type of field", suggest::short(name));
        reading.error_hint(message, table.kind.span(), hint);
        return None;
    };
    if !keys_fit(reading, item, name, keys) {
        return None;
    }
    let text = |name: &Option<Name>| name.clone().unwrap_or_default();
    Some(match name {
        "long-text" => FieldType::LongText,
        "number" => FieldType::Number,
        "money" => FieldType::Money,
        "yes-no" => FieldType::YesNo,
        "choice" => FieldType::Choice(table.choices.clone()),
        "choices" => FieldType::Choices(table.choices.clone()),
        "date" => FieldType::Date,
        "instant" => FieldType::Instant,
        "span" => FieldType::Span,
        "ref" => FieldType::Ref(text(&table.to)),
        "refs" => FieldType::Refs(text(&table.to)),
        "back" => FieldType::Back { from: text(&table.from), by: text(&table.by) },
        "list" => FieldType::List,
        "rows" => FieldType::Rows(rows(reading, item, absent)),
        "map" => FieldType::Map,
        "file" => FieldType::File,
        "photo" => FieldType::Photo,
        _ => FieldType::Text,
    })
}

/// Every key the type needs is there, and none that belongs to another type.
fn keys_fit(reading: &mut Reading, item: &Item, name: &str, keys: &[&str]) -> bool {
    let Some(table) = item.node.table() else { return false };
    let mut fits = true;
    for key in keys {
        let empty = table.get(key).is_none_or(|node| node.list().is_some_and(<[Node]>::is_empty));
        if empty {
            let message = format!("the field `{}` of type `{name}` needs `{key}`", item.key);
            reading.error_hint(message, item.range.clone(), format!("add `{key} = …`"));
            fits = false;
        }
    }
    let special = TYPES.iter().flat_map(|(_, keys)| *keys);
    for other in table.items.iter().filter(|other| special.clone().any(|key| *key == other.key)) {
        if !keys.contains(&other.key.as_str()) {
            let message = format!("a field of type `{name}` has no `{}`", other.key);
            reading.error(message, other.range.clone());
            fits = false;
        }
    }
    fits
}

/// The columns of a `rows` field: plain ones, no rows within rows.
fn rows(reading: &mut Reading, item: &Item, absent: Absent) -> Vec<Field> {
    let Some(table) = item.node.table().and_then(|table| table.get("fields")) else { return Vec::new() };
    let Some(table) = reading.table("fields", table) else { return Vec::new() };
    let mut fields = Vec::new();
    for below in &table.items {
        let Some(field) = read(reading, below, absent) else { continue };
        if matches!(field.kind, FieldType::Rows(_) | FieldType::Back { .. } | FieldType::Map) || field.find {
            let message = format!("`{}` cannot stand within rows", below.key);
            reading.error_hint(message, below.range.clone(), "use texts, numbers, choices, dates and references");
        }
        fields.push(field);
    }
    fields
}
