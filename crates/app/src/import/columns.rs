//! Which column is which field: a map file wins, then a known export, then the names a register declares.

use super::mapfile::MapFile;
use super::message::{Problem, Refused, quote};
use super::sheet::Sheet;
use super::words::{fold, nearest};
use super::{header, shape};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::{Field, FieldType, Register};
use std::collections::BTreeMap;

/// How one field is filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapped {
    /// Position of the field in its register.
    pub field: usize,
    /// Positions of columns in the sheet: the first one that says something counts.
    pub columns: Vec<usize>,
    /// All of them are joined with a space instead.
    pub joined: bool,
    /// Folded cell text (or `*`) → text it stands for.
    pub values: BTreeMap<String, String>,
    /// Found by its name only; nobody said so.
    pub guessed: bool,
}

/// What the columns of a sheet mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Register that is filled.
    pub register: Name,
    /// Source the known export belongs to.
    pub source: Option<Name>,
    /// The known export, in words.
    pub shape: Option<String>,
    /// Fields filled from columns, in the register's order.
    pub fields: Vec<Mapped>,
    /// Fields filled with the same text in every row whose cell is blank or missing.
    pub constants: Vec<(usize, String)>,
    /// Yes-no fields that are yes while the day in a date field has not passed.
    pub until: Vec<(usize, usize)>,
    /// What somebody said about the columns, to be remembered.
    pub said: MapFile,
    /// Columns nobody understood, with the label of the field that looks alike.
    pub unmapped: Vec<(String, Option<String>)>,
    /// What was noticed.
    pub notes: Vec<String>,
}

/// Decides which column fills which field. Refuses a sheet that cannot say which entry a row is about.
pub fn map(register: &Register, sheet: &Sheet, map: &MapFile) -> Result<Mapping, Refused> {
    let out = guess(register, sheet, map)?;
    check_enough(register, sheet, &out).map_err(|problem| Refused::new(&sheet.file, problem))?;
    Ok(out)
}

/// The same, also when it cannot say which entry a row is about: somebody is about to say more.
pub fn guess(register: &Register, sheet: &Sheet, map: &MapFile) -> Result<Mapping, Refused> {
    let refuse = |problem| Refused::new(&sheet.file, problem);
    check_fields(register, map).map_err(refuse)?;
    let shape = shape::recognise(&register.id, &sheet.columns);
    let nothing = MapFile::default();
    let layers = [map, shape.map_or(&nothing, |shape| &shape.map)];
    let mut out = Mapping {
        register: register.id.clone(),
        source: shape.map(|shape| Name::from(shape.source.as_str())),
        shape: shape.map(|shape| shape.title.clone()),
        fields: Vec::new(),
        constants: Vec::new(),
        until: until(register, layers),
        said: map.clone(),
        unmapped: Vec::new(),
        notes: map.names().filter_map(|name| not_there(name, sheet)).collect(),
    };
    for (at, field) in register.fields.iter().enumerate().filter(|(_, field)| can_import(field)) {
        let said = layers.iter().enumerate().find_map(|(at, layer)| {
            let mut found = said(layer, field, sheet)?;
            // What somebody says about a column goes before what a known export says about it.
            let other = |column: &usize| {
                layers[..at].iter().any(|over| over.field(&sheet.columns[*column]).is_some_and(|to| to != &*field.name))
            };
            found.columns.retain(|column| !other(column));
            (!found.columns.is_empty() || found.constant.is_some()).then_some(found)
        });
        let said = said.unwrap_or_else(|| Said {
            columns: named(field, sheet, &layers, &out.fields),
            guessed: true,
            ..Said::default()
        });
        out.constants.extend(said.constant.clone().map(|text| (at, text)));
        out.fields.extend((!said.columns.is_empty()).then(|| mapped(at, said, &layers, sheet)));
    }
    out.unmapped = unmapped(register, sheet, &layers, &out.fields);
    Ok(out)
}

#[derive(Default)]
struct Said {
    columns: Vec<usize>,
    joined: bool,
    guessed: bool,
    constant: Option<String>,
}

/// What one map file says about a field.
fn said(map: &MapFile, field: &Field, sheet: &Sheet) -> Option<Said> {
    let constant = map.constants.get(&*field.name).cloned();
    let at = |name: &String| sheet.columns.iter().position(|column| fold(column) == fold(name));
    for (named, joined) in [(&map.joins, true), (&map.firsts, false)] {
        let columns: Vec<usize> = named.get(&*field.name).into_iter().flatten().filter_map(at).collect();
        if !columns.is_empty() {
            return Some(Said { columns, joined, guessed: false, constant });
        }
    }
    let columns: Vec<usize> =
        (0..sheet.columns.len()).filter(|&at| map.field(&sheet.columns[at]) == Some(&field.name)).collect();
    (!columns.is_empty() || constant.is_some()).then_some(Said { columns, joined: false, guessed: false, constant })
}

fn until(register: &Register, layers: [&MapFile; 2]) -> Vec<(usize, usize)> {
    let pairs = layers.into_iter().flat_map(|layer| &layer.until);
    let positions = |(field, day): (&String, &String)| Some((register.field(field)?.0, register.field(day)?.0));
    pairs.filter_map(positions).collect()
}

/// Columns that carry one of the field's names; only references take several, because a person may be named in many ways.
fn named(field: &Field, sheet: &Sheet, layers: &[&MapFile], taken: &[Mapped]) -> Vec<usize> {
    let names = field.import.iter().map(String::as_str).chain([field.label.as_str(), &field.name]);
    let mut out = Vec::new();
    for name in names.map(fold) {
        let free = |at: &usize| {
            let column = &sheet.columns[*at];
            fold(column) == name
                && layers.iter().all(|layer| layer.field(column).is_none())
                && !out.contains(at)
                && !taken.iter().any(|mapped| mapped.columns.contains(at))
        };
        out.extend((0..sheet.columns.len()).find(free));
    }
    out.truncate(if matches!(field.kind, FieldType::Ref(_)) { usize::MAX } else { 1 });
    out
}

fn mapped(field: usize, said: Said, layers: &[&MapFile], sheet: &Sheet) -> Mapped {
    let Said { columns, joined, guessed, .. } = said;
    let mut values = BTreeMap::new();
    for layer in layers.iter().rev() {
        values.extend(layer.values.clone());
        for &column in &columns {
            values.extend(layer.column_values.get(&fold(&sheet.columns[column])).cloned().unwrap_or_default());
        }
    }
    Mapped { field, columns, joined, values, guessed }
}

fn unmapped(
    register: &Register,
    sheet: &Sheet,
    layers: &[&MapFile],
    fields: &[Mapped],
) -> Vec<(String, Option<String>)> {
    let taken = |at: usize| fields.iter().any(|mapped| mapped.columns.contains(&at));
    let free = |label: &&Field| {
        can_import(label) && !fields.iter().any(|mapped| register.fields[mapped.field].name == label.name)
    };
    let labels: Vec<&str> = register.fields.iter().filter(free).map(|field| field.label.as_str()).collect();
    let left = sheet
        .columns
        .iter()
        .enumerate()
        .filter(|(at, name)| !taken(*at) && !layers.iter().any(|layer| layer.field(name) == Some("")));
    left.map(|(_, name)| (name.clone(), nearest(name, labels.iter().copied()).map(str::to_owned))).collect()
}

/// Fields that a cell can hold.
fn can_import(field: &Field) -> bool {
    !field.retired && !matches!(field.kind, FieldType::Back { .. })
}

fn check_fields(register: &Register, map: &MapFile) -> Result<(), Problem> {
    let named = map
        .columns
        .values()
        .filter(|field| !field.is_empty())
        .chain(map.constants.keys())
        .chain(map.joins.keys())
        .chain(map.firsts.keys());
    let named = named.chain(map.until.iter().flat_map(|(field, day)| [field, day]));
    for name in named {
        let field = register.field(name).map(|(_, field)| field);
        if field.is_some_and(can_import) {
            continue;
        }
        let known: Vec<&str> =
            register.fields.iter().filter(|field| can_import(field)).map(|field| &*field.name).collect();
        let message = match field {
            Some(_) => format!("the map file fills `{}`, which is worked out and cannot be filled", quote(name)),
            None => format!("the map file names `{}`, which `{}` does not have", quote(name), register.id),
        };
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("Its fields are {}.", known.join(", ")),
        };
        return Err(Problem::file(message).hint(hint));
    }
    Ok(())
}

fn not_there(name: &str, sheet: &Sheet) -> Option<String> {
    let there =
        sheet.columns.iter().chain(sheet.dropped.iter().map(|(name, _)| name)).any(|column| fold(column) == fold(name));
    let near = nearest(name, sheet.columns.iter().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!(" Did it become `{}`?", quote(near)));
    (!there).then(|| format!("The map file names the column `{}`, which is not in this file.{hint}", quote(name)))
}

/// A row must be able to say which entry it is about, and a new entry must be complete.
fn check_enough(register: &Register, sheet: &Sheet, mapping: &Mapping) -> Result<(), Problem> {
    let has = |name: &str| {
        let at = register.field(name).map(|(at, _)| at);
        mapping.fields.iter().any(|mapped| Some(mapped.field) == at)
            || mapping.constants.iter().any(|(field, _)| Some(*field) == at)
    };
    let columns: Vec<String> = mapping.unmapped.iter().take(8).map(|(name, _)| format!("`{}`", quote(name))).collect();
    let hint = if columns.is_empty() {
        "Export one of these columns too, or say in a map file in which row the names stand: header_row under [file]."
            .to_owned()
    } else {
        format!("Say in a map file which column it is. Not understood: {}.", columns.join(", "))
    };
    let recognised = register.identity.iter().any(|identity| identity.by.first().is_some_and(|name| has(name)));
    if !register.identity.is_empty() && !recognised {
        let which = if &*register.id == "person" {
            "who a person is".to_owned()
        } else {
            format!("which {} it is", register.title.to_lowercase())
        };
        let message = format!("has no column that says {which}. We looked for: {}", header::looked_for(register));
        return Err(Problem::row(sheet.header_row, message).hint(hint));
    }
    // A name may come from the entry that is already known; nothing else recognises a new one.
    let missing = register.fields.iter().find(|field| field.required && !field.is_own() && !has(&field.name));
    match missing {
        Some(field) if matches!(field.kind, FieldType::Ref(_)) => {
            let message = format!("has no column for `{}`, which every row needs", field.label);
            Err(Problem::row(sheet.header_row, message)
                .hint(format!("Name it for the whole file in a map file: {} = \"…\" under [const].", field.name)))
        }
        _ => Ok(()),
    }
}
