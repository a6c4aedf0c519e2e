//! The made-up world of an example.
//!
//! What an author may write in `given`, besides the fields of a register:
//! `key` names an entry for references; `_held_since`, `_at` and `_source` say for all its values, or as a table for
//! some of them, since when they hold, when they were last seen and who said so; `_since` when the entry was first known;
//! `_empty` names fields that are known to have no value.
//! Values hold since the year 2000, were seen at the instant of the example, and come from `hand` in registers that
//! people keep, else from `source`. An entry of `done` may name `rooms = "all"` (any register in the plural): one each.

use super::actor::{self, Acting};
use super::calendar;
use super::read::{Reader, moment};
use crate::compiled::{CompiledControl, CompiledPack};
use crate::evaluate::{known::HAND, params};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::pack::Example;
use schoolkeeper_core::schema::{Level, Register, RegisterKind, Schemas};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::{Census, Entry, Params, Place, World};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// An example's instant when it does not say one: a Monday morning in term.
const AT: &str = "2026-11-23T09:00";
/// Since when everything has been as it is, unless an entry says otherwise.
pub(super) const LONG_AGO: &str = "2000-01-01";
/// A census given by an example counts this long.
const CENSUS_DAYS: i64 = 365;

/// The world of an example, with what its lines may name.
#[derive(Debug)]
pub struct Built {
    /// The world.
    pub world: World,
    /// The policy's numbers, with the example's.
    pub params: Params,
    /// Who the example may name as actor.
    pub actors: BTreeMap<Name, Acting>,
    ids: Ids,
}

/// What an entry is called in an example.
#[derive(Debug, Default)]
pub(super) struct Ids {
    keys: BTreeMap<String, Vec<(Name, EntryId)>>,
    names: BTreeMap<String, Vec<(Name, EntryId)>>,
    pub(super) people: BTreeMap<Name, EntryId>,
}

/// One entry of `given`, with its place in the world to be.
struct Given<'e> {
    register: usize,
    id: EntryId,
    fields: &'e Map<String, Json>,
    /// For an entry of `done` that stands for several: the one it is about.
    about: Option<EntryId>,
}

impl Built {
    /// Builds the world of an example; `Err` says what in it cannot be read.
    pub fn of(pack: &CompiledPack, control: &CompiledControl, example: &Example) -> Result<Self, String> {
        let calendar = match example.calendar.as_deref() {
            Some("none") => calendar::none(),
            None | Some("standard") => calendar::standard(),
            Some(other) => return Err(format!("there is no calendar `{other}`; leave it out, or write `none`")),
        };
        let zone = calendar.zone().clone();
        let first = example.story.first().map(|line| line.at.as_str());
        let now = moment(&zone, example.at.as_deref().or(first).unwrap_or(AT))?;
        let place = Place {
            school: SchoolId(Uuid::nil()),
            title: Name::from("Made-Up School"),
            trust: control.control.level == Level::Trust,
        };
        let mut world = World::new(place, now, calendar, pack.schemas.clone());
        let (mut ids, given) = name_entries(&pack.schemas, example)?;
        let people = actor::needed(pack, control, example);
        for (at, name) in people.iter().enumerate() {
            ids.people.insert(name.clone(), made_up_id(usize::MAX, at));
        }
        for entry in &given {
            let entry = entry.read(&world, &ids)?;
            world.put(entry.0, entry.1);
        }
        actor::put(pack, &mut world, &ids, &people, example)?;
        take_censuses(&mut world, example)?;
        take_named(pack, &mut world, example, &ids)?;
        for name in pack.controls.keys() {
            world.probes.insert(name.clone(), example.probe.unwrap_or(true));
        }
        if let Some(since) = &example.in_force_since {
            world.in_force_since.insert(control.control.id.clone(), moment(&zone, since)?);
        }
        world.seal();
        let mut own = Self { params: params(&pack.pack, &example.param), actors: BTreeMap::new(), world, ids };
        own.actors = actor::all(pack, &own, &people);
        Ok(own)
    }

    /// An entry by its key, or by its name in a register (`any` for every one).
    pub fn find(&self, register: &str, name: &str) -> Option<EntryId> {
        self.ids.find(register, name)
    }

    /// Reads values as the example's author wrote them.
    pub fn read<T>(&self, with: impl FnOnce(&Reader<'_>) -> T) -> T {
        let find = |register: &str, name: &str| self.ids.find(register, name);
        with(&Reader { zone: self.world.calendar.zone(), find: &find })
    }

    /// What the example calls an entry: its key, else its name.
    pub fn called(&self, id: EntryId) -> String {
        let key = self.ids.keys.iter().find(|(_, entries)| entries.iter().any(|(_, entry)| *entry == id));
        match (key, self.world.find(id)) {
            (Some((key, _)), _) => key.clone(),
            (None, Some((register, row))) => self.world.name_of(register, row),
            (None, None) => "(gone)".to_owned(),
        }
    }
}

impl Ids {
    fn find(&self, register: &str, name: &str) -> Option<EntryId> {
        let fits = |entries: &Vec<(Name, EntryId)>| {
            let any = register == "any" || register == "key";
            entries.iter().find(|(known, _)| any || **known == *register).map(|(_, id)| *id)
        };
        let by_name = || self.names.get(name).and_then(fits).filter(|_| register != "key");
        let made_up = || self.people.get(name).copied().filter(|_| register == "person" || register == "any");
        self.keys.get(name).and_then(fits).or_else(by_name).or_else(made_up)
    }

    fn add(&mut self, register: &Register, id: EntryId, fields: &Map<String, Json>) {
        let text = |name: &str| fields.get(name).and_then(Json::as_str);
        if let Some(key) = text("key") {
            self.keys.entry(key.to_owned()).or_default().push((register.id.clone(), id));
        }
        let named = register.name_field().map(|at| &*register.fields[at].name);
        for field in named.into_iter().chain(["name"].into_iter().filter(|name| Some(*name) != named)) {
            if let Some(name) = text(field) {
                self.names.entry(name.to_owned()).or_default().push((register.id.clone(), id));
            }
        }
    }
}

fn made_up_id(register: usize, at: usize) -> EntryId {
    EntryId(Uuid::from_u64_pair(register as u64, at as u64 + 1))
}

fn name_entries<'e>(schemas: &Schemas, example: &'e Example) -> Result<(Ids, Vec<Given<'e>>), String> {
    let mut ids = Ids::default();
    let mut given = Vec::new();
    for (name, entries) in &example.given {
        let register = schemas.index(name).ok_or_else(|| format!("there is no register `{name}`"))?;
        for fields in entries {
            let id = made_up_id(register, given.len());
            ids.add(&schemas.all()[register], id, fields);
            given.push(Given { register, id, fields, about: None });
        }
    }
    let whole: Vec<Given<'_>> = std::mem::take(&mut given);
    for entry in &whole {
        match entry.parts(schemas, &whole).filter(|parts| !parts.is_empty()) {
            None => given.push(Given { ..*entry }),
            Some(parts) => {
                for (at, about) in parts.into_iter().enumerate() {
                    let id = made_up_id(entry.register + 1000, given.len() + at);
                    given.push(Given { id, about: Some(about), ..*entry });
                }
            }
        }
    }
    Ok((ids, given))
}

impl Given<'_> {
    /// For `rooms = "all"`: the entries of that register.
    fn parts(&self, schemas: &Schemas, all: &[Given<'_>]) -> Option<Vec<EntryId>> {
        if &*schemas.all()[self.register].id != "done" {
            return None;
        }
        let plural = |name: &String| self.fields.get(name).and_then(Json::as_str) == Some("all");
        let name = self.fields.keys().find(|name| plural(name))?;
        let register = schemas.all().iter().position(|register| format!("{}s", register.subject()) == **name)?;
        Some(all.iter().filter(|entry| entry.register == register).map(|entry| entry.id).collect())
    }

    fn read(&self, world: &World, ids: &Ids) -> Result<(usize, Entry), String> {
        let (schema, zone) = (&world.schemas.all()[self.register], world.calendar.zone());
        let problem = |problem: String| format!("an entry of `{}`: {problem}", schema.id);
        let find = |register: &str, name: &str| ids.find(register, name);
        let reader = Reader { zone, find: &find };
        let since = match self.fields.get("_since").and_then(Json::as_str) {
            Some(text) => moment(zone, text).map_err(problem)?,
            None => moment(zone, LONG_AGO)?,
        };
        let mut entry = Entry { id: self.id, since, facts: vec![None; schema.fields.len()] };
        for (name, json) in self.fields.iter().filter(|(name, _)| *name != "key" && !name.starts_with('_')) {
            let Some((at, field)) = schema.field(name) else {
                if self.about.is_some() && json.as_str() == Some("all") {
                    continue;
                }
                return Err(problem(format!("there is no field `{name}`")));
            };
            let value = reader.field(field, json).map_err(problem)?;
            entry.facts[at] = Some(self.fact(world, name, value).map_err(problem)?);
        }
        for name in self.fields.get("_empty").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
            let (at, _) = schema.field(name).ok_or_else(|| problem(format!("there is no field `{name}`")))?;
            entry.facts[at] = Some(self.fact(world, name, Value::Empty).map_err(problem)?);
        }
        if let (Some(about), Some((at, _))) = (self.about, schema.field("entry")) {
            entry.facts[at] = Some(self.fact(world, "entry", Value::Ref(about))?);
        }
        if let (Some(states), Some((at, _))) = (&schema.states, schema.field("state"))
            && entry.facts[at].is_none()
        {
            entry.facts[at] = Some(self.fact(world, "state", Value::text(&states.first))?);
        }
        Ok((self.register, entry))
    }

    fn fact(&self, world: &World, field: &str, value: Value) -> Result<Fact, String> {
        let zone = world.calendar.zone();
        let schema = &world.schemas.all()[self.register];
        let by_hand = schema.kind == RegisterKind::Entry && !schema.closed;
        let source = self.said("_source", field).unwrap_or(if by_hand { HAND } else { "source" });
        let at = self.said("_at", field).map_or(Ok(world.now), |text| moment(zone, text))?;
        let held_since = moment(zone, self.said("_held_since", field).unwrap_or(LONG_AGO))?;
        Ok(Fact { value, at, held_since, source: Name::from(source) })
    }

    /// `_source = "x"` for all fields, `_source = { field = "x" }` for one.
    fn said(&self, what: &str, field: &str) -> Option<&str> {
        match self.fields.get(what)? {
            Json::String(text) => Some(text),
            Json::Object(fields) => fields.get(field).and_then(Json::as_str),
            _ => None,
        }
    }
}

/// Lists in `given` are complete, unless the example says otherwise.
fn take_censuses(world: &mut World, example: &Example) -> Result<(), String> {
    let schemas = world.schemas.clone();
    let said = example.census.keys().filter(|name| !example.given.contains_key(*name));
    for name in example.given.keys().chain(said) {
        let register = schemas.index(name).ok_or_else(|| format!("there is no register `{name}`"))?;
        let complete = example.census.get(name).copied().unwrap_or(true);
        if complete {
            world.put_census(register, census(world.now, &schemas.all()[register]));
        }
    }
    Ok(())
}

fn census(now: Timestamp, schema: &Register) -> Census {
    let stated = schema.kind == RegisterKind::Entry && !schema.closed;
    let ends_at = now.saturating_add(SignedDuration::from_hours(24 * CENSUS_DAYS)).unwrap_or(Timestamp::MAX);
    Census { source: Name::from(if stated { HAND } else { "source" }), as_of: now, ends_at, stated }
}

/// Named entries: as the example says, else by the name they are proposed with.
fn take_named(pack: &CompiledPack, world: &mut World, example: &Example, ids: &Ids) -> Result<(), String> {
    for (name, key) in &example.named {
        let id = ids.find("any", key).ok_or_else(|| format!("`named`: no entry `{key}` is given"))?;
        world.named.insert(name.clone(), id);
    }
    for (name, entry) in &pack.pack.entries {
        let register = entry.register.get_ref();
        let proposed = entry.set.get("name").map(|literal| crate::evaluate::literal(literal.get_ref()));
        let by_name = proposed.as_ref().and_then(Value::as_text).and_then(|text| ids.find(register, text));
        if let Some(id) = by_name.or_else(|| ids.find(register, name)) {
            world.named.entry(name.clone()).or_insert(id);
        }
    }
    Ok(())
}

/// The register a control's standing is about, when it is about one.
pub(super) fn subject(control: &CompiledControl) -> Option<&str> {
    match &control.control.kind {
        ControlKind::Rule(spec) => Some(spec.subject.get_ref()),
        ControlKind::Setting(spec) => spec.subject.as_ref().map(|name| &**name.get_ref()),
        ControlKind::Retention(spec) => Some(spec.register.get_ref()),
        ControlKind::Duty(spec) => spec.subject.as_ref().map(|name| &**name.get_ref()),
        ControlKind::Job(spec) => spec.subject.as_ref().map(|name| &**name.get_ref()),
        _ => None,
    }
}
