//! A school in which a story of an example is lived through: its records under ids of their own, its policy in force.

use super::plan::long_ago;
use crate::House;
use crate::policy::BUILD;
use schoolkeeper_core::actor::{Actor, Held, Scope};
use schoolkeeper_core::calendar::Division;
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_core::pack::{Example, StoryLine};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_rules::example::{Built, standard_calendar};
use schoolkeeper_store::census::{ListOf, Vouched};
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::pack::AdoptedPack;
use schoolkeeper_store::param::ParamAt;
use schoolkeeper_store::probe::Tried;
use schoolkeeper_store::{ByHand, NewEntry, School};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The records of a story under ids of their own: many schools live in one house.
pub fn own(at: usize, id: EntryId) -> EntryId {
    EntryId(Uuid::from_u128(id.0.as_u128() ^ ((at as u128 + 1) << 32)))
}

pub fn owned(at: usize, value: &Value) -> Value {
    match value {
        Value::Ref(id) => Value::Ref(own(at, *id)),
        Value::List(items) => Value::List(items.iter().map(|item| owned(at, item)).collect()),
        Value::Map(map) => {
            let fields = map.iter().map(|(name, value)| (name.clone(), owned(at, value)));
            Value::Map(fields.collect::<BTreeMap<_, _>>().into())
        }
        other => other.clone(),
    }
}

/// Whether a story needs nothing but records.
pub fn is_whole(example: &Example) -> bool {
    example.calendar.is_none() && example.probe.is_none() && example.in_force_since.is_none()
}

/// Who acts in a line.
pub fn actor(at: usize, school: &School, built: &Built, line: &StoryLine) -> Actor {
    let people = built.world.table_of("person").unwrap();
    let acting = &built.actors[line.actor.as_deref().unwrap_or("staff")];
    let person = acting.person.map(|row| own(at, people.rows[row].id));
    let roles = acting.base.iter().map(|base| Held::base(*base, Some(school.id))).collect();
    Actor { person, organisation: school.organisation, roles, through: None }
}

/// The school, with everything the example gives.
pub async fn school(house: &House, live: &CompiledPack, (story, example): (usize, &Example), built: &Built) -> School {
    let system = Scope::system("live");
    let school = School {
        id: SchoolId(House::new_id()),
        organisation: house.operator().organisation,
        slug: format!("made-up-{story}"),
        title: "Made-Up School".to_owned(),
        // A school of no trust is its own central office.
        trust: false,
        division: Division::EnglandAndWales,
        created_at: long_ago(),
    };
    let mut write = house.write().await.unwrap();
    write.add_school(&system, &school).await.unwrap();
    write.set_terms(&system, school.id, standard_calendar().terms(), long_ago()).await.unwrap();
    for register in built.world.schemas.all() {
        let at = built.world.schemas.index(&register.id).unwrap();
        for entry in &built.world.table(at).rows {
            let said = register.fields.iter().zip(&entry.facts).filter_map(|(field, fact)| {
                let mut fact = fact.clone()?;
                fact.value = owned(story, &fact.value);
                Some((field.name.clone(), fact))
            });
            let facts: Facts = said.collect();
            let place = ByHand { school: school.id, register, now: entry.since, why: None };
            write.create_entry(&system, place, NewEntry { id: own(story, entry.id), facts }).await.unwrap();
        }
    }
    for register in built.world.schemas.all() {
        let at = built.world.schemas.index(&register.id).unwrap();
        for census in &built.world.table(at).censuses {
            let said = Vouched::plain(census.clone());
            write.confirm_census(&system, ListOf::whole(school.id, &register.id), &said, house.now()).await.unwrap();
        }
    }
    let pack = live.pack.head.id.get_ref();
    let hash = live.pack.hash.clone();
    let adopted =
        AdoptedPack { school: school.id, pack: pack.clone(), hash, sources: Vec::new(), adopted_at: long_ago() };
    write.adopt_pack(&system, &adopted).await.unwrap();
    for (name, literal) in &example.param {
        let place = ParamAt { school: school.id, pack, name, why: "an example" };
        write.set_param(&system, place, Some(literal), long_ago()).await.unwrap();
    }
    let tried = Tried { school: school.id, pack, hash: &live.pack.hash, build: BUILD };
    let probes = live.pack.controls.keys().map(|control| (control.clone(), true)).collect();
    write.set_probes(&system, tried, &probes, house.now()).await.unwrap();
    write.commit().await.unwrap();
    school
}
