//! The records of an example as lists that are brought in: one a register and source, what others point to first.

use super::plan::{Trial, later, long_ago, mark};
use crate::House;
use crate::bring_in::List;
use crate::census::Vouch;
use jiff::Timestamp;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::{FieldType, Register, RegisterKind, Schemas};
use schoolkeeper_store::School;
use schoolkeeper_store::census::How;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// The records of an example, with somebody to act and somebody in each post its duty rests on.
fn with_people(trial: &Trial) -> BTreeMap<Name, Vec<Map<String, Json>>> {
    let mut given = trial.example.given.clone();
    if trial.people.is_empty() || given.contains_key("appointment") {
        return given;
    }
    let row = |cells: &[(&str, &str)]| {
        cells.iter().map(|(name, text)| ((*name).to_owned(), Json::String((*text).to_owned()))).collect::<Map<_, _>>()
    };
    let name = |post: &Name| format!("Made-up {post}");
    // Checked before they began, which some policies ask before they let anybody hold a post.
    let person =
        |post: &Name| row(&[("key", &name(post)), ("name", &name(post)), ("kind", "staff"), ("dbs_on", "2020-01-06")]);
    given.entry(Name::from("person")).or_default().extend(trial.people.iter().map(person));
    let held = |post: &&Name| &***post != "actor";
    let posts: Vec<_> =
        trial.people.iter().filter(held).map(|post| row(&[("person", &name(post)), ("role", post)])).collect();
    if !posts.is_empty() {
        given.insert(Name::from("appointment"), posts);
    }
    given
}

/// What of an example comes in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// What has been there since a day.
    Early(Timestamp),
    /// Everything but who holds which post.
    Records,
    /// Who holds which post: only once a policy names the posts.
    Posts,
}

/// What entries are called, by key or name.
pub type Called = BTreeMap<(Name, String), String>;

/// Brings everything in; `Err` says what cannot come in, without names of this example.
pub async fn bring_in(house: &House, school: &School, trial: &Trial, when: When) -> Result<Called, String> {
    let early = if let When::Early(early) = when { Some(early) } else { None };
    let given = &with_people(trial);
    let called = called(&house.schemas, given)?;
    let actor = house.operator();
    let late: BTreeSet<&str> = match early {
        None => BTreeSet::new(),
        Some(early) => given.values().flatten().filter(|row| since(row) > early).filter_map(key).collect(),
    };
    for register in in_order(&house.schemas, given) {
        if (&*register == "appointment") != (when == When::Posts) {
            continue;
        }
        let schema = house.schemas.get(&register).ok_or("a register that is not there")?;
        let there: Vec<Map<String, Json>> = given[&register]
            .iter()
            .filter(|row| early.is_none_or(|early| since(row) <= early && !names_any(row, &late)))
            .map(|row| early.map_or_else(|| row.clone(), |early| as_of(row, early)))
            .collect();
        if there.is_empty() {
            if early.is_none() && !schema.closed {
                let none = Vouch { none: true, how: How::Stocktake, until: None };
                house.vouch(&actor, school, &*register, none).await.map_err(|error| plain(&error.to_string()))?;
            }
            continue;
        }
        for (source, rows) in by_source(schema, &there)? {
            let (csv, map) = csv(schema, &rows, &called)?;
            let list = List {
                register: &register,
                file: "list.csv",
                bytes: csv.as_bytes(),
                map: Some(&map),
                source: Some(&source),
                confirm_left: true,
                ..List::default()
            };
            let done = house.bring_in(&actor, school, &list).await;
            let done = done.map_err(|error| format!("{register}: {}", first_line(&error.to_string())))?;
            if let Some(line) = done.text.lines().find(|line| line.contains("left out")) {
                return Err(format!("{register}: {}", plain(line)));
            }
        }
    }
    Ok(called)
}

/// Since when a record is there.
fn since(row: &Map<String, Json>) -> Timestamp {
    mark(row).unwrap_or_else(long_ago)
}

/// A record without what only became so later.
fn as_of(row: &Map<String, Json>, early: Timestamp) -> Map<String, Json> {
    let mut row = row.clone();
    let not_yet: Vec<String> = later(&row).filter(|(_, at)| *at > early).map(|(field, _)| field.to_owned()).collect();
    row.retain(|field, _| !not_yet.contains(field));
    row
}

fn key(row: &Map<String, Json>) -> Option<&str> {
    row.get("key").and_then(Json::as_str)
}

/// Whether a record points to one that is not there yet.
fn names_any(row: &Map<String, Json>, keys: &BTreeSet<&str>) -> bool {
    let own = key(row);
    let named = |json: &Json| json.as_str().is_some_and(|text| Some(text) != own && keys.contains(text));
    row.values().any(|cell| named(cell) || cell.as_array().is_some_and(|items| items.iter().any(named)))
}

/// A reason without rows and names, so that many examples share it.
pub fn plain(line: &str) -> String {
    let line = line.trim().trim_start_matches("left out:").trim();
    let words: Vec<&str> = line.split_whitespace().filter(|word| !word.chars().any(|c| c.is_ascii_digit())).collect();
    words.join(" ").chars().take(90).collect()
}

fn first_line(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    plain(text.lines().find(|line| line.contains("left out")).unwrap_or(line))
}

/// What each entry is called: its name field, or its key where it has none.
fn called(schemas: &Schemas, given: &BTreeMap<Name, Vec<Map<String, Json>>>) -> Result<Called, String> {
    let mut out = Called::new();
    let mut names = BTreeSet::new();
    for (register, rows) in given {
        let schema = schemas.get(register).ok_or("a register that is not there")?;
        for row in rows {
            let Some(key) = key(row) else { continue };
            // What is named by another record has no name of its own.
            let field = schema.name_field().map(|at| &schema.fields[at]);
            let field = field.filter(|field| !matches!(field.kind, FieldType::Ref(_)));
            let own = field.and_then(|field| row.get(&*field.name)).and_then(Json::as_str);
            let name = own.unwrap_or(key).to_owned();
            let pointed_to = || given.values().flatten().any(|other| names_any(other, &BTreeSet::from([key])));
            if !names.insert((register.clone(), name.to_lowercase())) && pointed_to() {
                return Err(format!("{register}: two records of one name"));
            }
            out.insert((register.clone(), key.to_owned()), name.clone());
            out.insert((register.clone(), name.clone()), name);
        }
    }
    Ok(out)
}

/// Registers that others point to come first.
fn in_order(schemas: &Schemas, given: &BTreeMap<Name, Vec<Map<String, Json>>>) -> Vec<Name> {
    fn visit(schemas: &Schemas, name: &Name, all: &BTreeSet<Name>, seen: &mut BTreeSet<Name>, out: &mut Vec<Name>) {
        if !all.contains(name) || !seen.insert(name.clone()) {
            return;
        }
        for field in schemas.get(name).into_iter().flat_map(|schema| &schema.fields) {
            // A class is taught by somebody, and pupils are of a class: whoever teaches it comes first.
            let circle = &**name == "person" && &*field.name == "class_group";
            if let FieldType::Ref(to) | FieldType::Refs(to) = &field.kind
                && !circle
            {
                visit(schemas, to, all, seen, out);
            }
        }
        out.push(name.clone());
    }
    let all: BTreeSet<Name> = given.keys().cloned().collect();
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    // What may point to anything comes last.
    let any = |name: &Name| {
        let fields = schemas.get(name).into_iter().flat_map(|schema| &schema.fields);
        fields
            .into_iter()
            .any(|field| matches!(&field.kind, FieldType::Ref(to) | FieldType::Refs(to) if &**to == "any"))
    };
    let mut rest: Vec<Name> = all.iter().cloned().collect();
    rest.sort_by_key(any);
    for name in ["person", "system"].into_iter().map(Name::from).chain(rest) {
        visit(schemas, &name, &all, &mut seen, &mut out);
    }
    out
}

type Rows<'a> = Vec<&'a Map<String, Json>>;

fn by_source<'a>(schema: &Register, rows: &'a [Map<String, Json>]) -> Result<BTreeMap<String, Rows<'a>>, String> {
    let usual = if schema.kind == RegisterKind::Entry { "list" } else { "source" };
    let mut out: BTreeMap<String, Rows<'a>> = BTreeMap::new();
    for row in rows {
        if row.contains_key("_empty") {
            return Err("a value that is known to be none".to_owned());
        }
        if row.contains_key("_at") {
            return Err("facts that were last seen on a day of their own".to_owned());
        }
        let source = match row.get("_source") {
            None => usual,
            Some(Json::String(source)) => source,
            Some(_) => return Err("facts of several sources in one record".to_owned()),
        };
        out.entry(source.to_owned()).or_default().push(row);
    }
    Ok(out)
}

/// The list as CSV, and the map that says which column is which field.
fn csv(schema: &Register, rows: &[&Map<String, Json>], called: &Called) -> Result<(String, String), String> {
    let mut fields: BTreeSet<String> = rows.iter().flat_map(|row| row.keys()).cloned().collect();
    fields.retain(|name| name != "key" && !name.starts_with('_'));
    let named = schema.name_field().map(|at| &schema.fields[at]).filter(|field| matches!(field.kind, FieldType::Text));
    if let Some(named) = named {
        fields.insert(named.name.to_string());
    }
    let made_up = without_name(schema, &fields);
    fields.extend(made_up.iter().map(ToString::to_string));
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(fields.iter().map(|field| format!("col {field}"))).unwrap();
    for (at, row) in rows.iter().enumerate() {
        let mut cells = Vec::new();
        for name in &fields {
            let (_, field) = schema.field(name).ok_or("a field that is not there")?;
            let cell = match row.get(name) {
                Some(Json::Null) => return Err("a value that is known to be none".to_owned()),
                Some(json) => cell(&field.kind, json, called),
                None if named.is_some_and(|named| named.name == field.name) => {
                    row.get("key").and_then(Json::as_str).unwrap_or("Made-up").to_owned()
                }
                None if made_up.contains(&field.name) => format!("made-up-{at}"),
                None => String::new(),
            };
            cells.push(cell);
        }
        out.write_record(&cells).unwrap();
    }
    let map: Vec<String> = fields.iter().map(|field| format!("\"col {field}\" = \"{field}\"\n")).collect();
    Ok((String::from_utf8(out.into_inner().unwrap()).unwrap(), map.concat()))
}

/// Text columns that must be filled, or would say which record a row is, when the example gives none that do.
fn without_name(schema: &Register, fields: &BTreeSet<String>) -> Vec<Name> {
    let text = |name: &Name| schema.field(name).is_some_and(|(_, field)| matches!(field.kind, FieldType::Text));
    let given = |name: &Name| fields.contains(&**name);
    let known = schema.identity.is_empty() || schema.identity.iter().any(|one| one.by.iter().all(given));
    let fits = schema.identity.iter().find(|one| one.by.iter().all(|name| given(name) || text(name)));
    let naming = fits.filter(|_| !known).into_iter().flat_map(|one| one.by.iter().cloned());
    let required = schema.fields.iter().filter(|field| field.required).map(|field| field.name.clone());
    let wanted: BTreeSet<Name> = naming.chain(required).filter(|name| text(name) && !given(name)).collect();
    wanted.into_iter().collect()
}

fn cell(kind: &FieldType, json: &Json, called: &Called) -> String {
    let named = |to: &Name, text: &str| {
        let own = called.get(&(to.clone(), text.to_owned()));
        let any = || {
            let mut hits = called.iter().filter(|((_, key), _)| key == text);
            hits.next().map(|((register, _), name)| format!("{register}/{name}"))
        };
        own.cloned().or_else(|| (&**to == "any").then(any).flatten()).unwrap_or_else(|| text.to_owned())
    };
    match (kind, json) {
        (FieldType::Ref(to), Json::String(text)) => named(to, text),
        (FieldType::Refs(to), Json::Array(items)) => {
            let texts = items.iter().filter_map(Json::as_str).map(|text| named(to, text));
            texts.collect::<Vec<_>>().join("; ")
        }
        (FieldType::Rows(fields), Json::Array(items)) => {
            let row = |item: &Json| {
                let cells = item.as_object().into_iter().flatten().map(|(name, json)| {
                    let kind = fields.iter().find(|field| *field.name == **name).map(|field| &field.kind);
                    let text = kind.map_or_else(|| plain_text(json), |kind| cell(kind, json, called));
                    (name.clone(), Json::String(text))
                });
                Json::Object(cells.collect())
            };
            Json::Array(items.iter().map(row).collect()).to_string()
        }
        (FieldType::Map, json) => json.to_string(),
        (_, Json::Array(items)) => items.iter().map(plain_text).collect::<Vec<_>>().join("; "),
        (FieldType::File | FieldType::Photo, Json::Bool(_)) => "made-up.pdf".to_owned(),
        (FieldType::Money, Json::Number(pence)) => {
            let pence = pence.as_i64().unwrap_or_default();
            format!("{}.{:02}", pence / 100, pence % 100)
        }
        (_, json) => plain_text(json),
    }
}

fn plain_text(json: &Json) -> String {
    match json {
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
