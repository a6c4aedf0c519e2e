//! Made-up people: one for each role of the policy, and one for each role or kind of person an example names as actor.
//!
//! Invariant: those nobody named never count in an audience: they are not active and of no kind.

use super::build::{Built, Ids, LONG_AGO, subject};
use super::read::moment;
use crate::compiled::{CompiledControl, CompiledPack};
use crate::flow::people;
use crate::flow::record::Row;
use crate::judge::Ctx;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::Example;
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::{Entry, World};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Somebody who may act in an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Row of the register `person`; `None` for the local operator.
    pub person: Option<usize>,
    /// Base roles here.
    pub base: Vec<BaseRole>,
}

/// The names of the people to make up: actors first, then holders of the policy's roles.
pub fn needed(pack: &CompiledPack, control: &CompiledControl, example: &Example) -> Vec<Name> {
    let mut out = named(example);
    out.retain(|name| &**name != "operator");
    let about_people = matches!(subject(control), Some("person" | "appointment" | "account"));
    if !about_people && !example.given.contains_key("appointment") {
        let posts = pack.pack.roles.iter().filter(|(_, role)| role.held_by.is_none()).map(|(name, _)| name.clone());
        out.extend(posts);
    }
    let mut seen = std::collections::BTreeSet::new();
    out.retain(|name| seen.insert(name.clone()));
    out
}

/// Actors that are no key of a given person.
fn named(example: &Example) -> Vec<Name> {
    let given = example.given.get("person").map_or(&[][..], Vec::as_slice);
    let is_key = |name: &Name| given.iter().any(|row| row.get("key").and_then(|key| key.as_str()) == Some(&**name));
    let act = example.act.iter().filter_map(|act| act.actor.clone());
    let story = example.story.iter().filter_map(|line| line.actor.clone());
    act.chain(story).filter(|name| !is_key(name)).collect()
}

/// Puts the made-up people and their appointments into the world.
pub fn put(
    pack: &CompiledPack,
    world: &mut World,
    ids: &Ids,
    people: &[Name],
    example: &Example,
) -> Result<(), String> {
    let Some(register) = world.schemas.index("person") else { return Ok(()) };
    let acting = named(example);
    for (at, name) in people.iter().enumerate() {
        let Some(&id) = ids.people.get(name) else { continue };
        let mut values = BTreeMap::from([("name", Value::text(format!("Made-up {name}")))]);
        let kind = acting.contains(name).then(|| kind_of(world, register, name));
        values.insert("kind", kind.as_ref().map_or(Value::Empty, Value::text));
        values.insert("active", Value::Bool(kind.is_some()));
        put_entry(world, "person", id, &values)?;
        let is_kind = kind.as_deref() == Some(&**name);
        let post = pack.pack.roles.get(name).and_then(|role| role.held_by.clone());
        if !is_kind && let Some(appointment) = world.schemas.index("appointment") {
            let role = post.as_ref().unwrap_or(name);
            let values = BTreeMap::from([("person", Value::Ref(id)), ("role", Value::text(role))]);
            put_entry(
                world,
                "appointment",
                EntryId(Uuid::from_u64_pair(appointment as u64 + 2000, at as u64 + 1)),
                &values,
            )?;
        }
    }
    Ok(())
}

fn put_entry(world: &mut World, register: &str, id: EntryId, values: &BTreeMap<&str, Value>) -> Result<(), String> {
    let schemas = world.schemas.clone();
    let at = schemas.index(register).ok_or_else(|| format!("there is no register `{register}`"))?;
    let long_ago = moment(world.calendar.zone(), LONG_AGO)?;
    let mut entry = Entry { id, since: long_ago, facts: vec![None; schemas.all()[at].fields.len()] };
    for (name, value) in values {
        if let Some((field, _)) = schemas.all()[at].field(name) {
            let source = Name::from("made-up");
            entry.facts[field] = Some(Fact { value: value.clone(), at: world.now, held_since: long_ago, source });
        }
    }
    world.put(at, entry);
    Ok(())
}

/// A kind of person is of that kind; everybody else works here.
fn kind_of(world: &World, register: usize, name: &str) -> Name {
    let field = world.schemas.all()[register].field("kind").map(|(_, field)| &field.kind);
    match field {
        Some(FieldType::Choice(kinds)) if kinds.iter().any(|kind| &**kind == name) => Name::from(name),
        _ => Name::from("staff"),
    }
}

/// Everybody an example may name: made-up people by role or kind, given people by key, and the operator.
pub fn all(pack: &CompiledPack, built: &Built, people: &[Name]) -> BTreeMap<Name, Acting> {
    let ctx = Ctx { pack, params: &built.params, world: &built.world };
    let mut out = BTreeMap::from([(Name::from("operator"), Acting { person: None, base: vec![BaseRole::Operator] })]);
    let row = |id: EntryId| built.world.table_of("person").and_then(|table| table.row(id));
    for name in people {
        if let Some(row) = built.find("person", name).and_then(row) {
            let mut acting = acting(ctx, row);
            acting.base.extend(BaseRole::from_name(name).filter(|role| *role != BaseRole::Operator));
            out.insert(name.clone(), acting);
        }
    }
    for given in Row::all(&built.world, "person") {
        let name = Name::from(built.called(given.id()));
        out.entry(name).or_insert_with(|| acting(ctx, given.row));
    }
    out
}

/// What somebody may do follows from their appointments and their kind.
fn acting(ctx: Ctx<'_>, row: usize) -> Acting {
    let register = ctx.world.schemas.index("person").unwrap_or_default();
    let person = Row::at(ctx.world, register, row);
    let mut base = vec![match person.text("kind") {
        Some("staff" | "agency" | "volunteer") | None => BaseRole::Staff,
        Some("governor") => BaseRole::Governor,
        Some(_) => BaseRole::Guest,
    }];
    for (name, role) in &ctx.pack.pack.roles {
        let acts_as = role.acts_as.as_deref().and_then(BaseRole::from_name);
        if let Some(acts_as) = acts_as.filter(|acts_as| !base.contains(acts_as))
            && people::holders(ctx, name).contains(&person.id())
        {
            base.push(acts_as);
        }
    }
    Acting { person: Some(row), base }
}
