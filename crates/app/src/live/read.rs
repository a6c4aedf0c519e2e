//! What the product says after everything came in, beside what the example says.

use super::list::{self, Called, When};
use super::plan::Trial;
use super::{Ended, act, adopt};
use crate::House;
use crate::evaluate::Evaluated;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_core::standing::Finding;
use schoolkeeper_core::world::World;
use schoolkeeper_rules::evaluate::{control, narrowed};
use schoolkeeper_rules::{CompiledPack, Ctx};
use schoolkeeper_store::School;
use schoolkeeper_store::param::ParamAt;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Brings an example in and asks the product.
pub async fn ended(
    house: &House,
    school: &School,
    (live, probes): (&Arc<CompiledPack>, &BTreeMap<Name, bool>),
    trial: &Trial,
) -> Ended {
    if trial.example.calendar.is_some() {
        return Err("a world that is not made by records".to_owned());
    }
    if trial.example.census.values().any(|complete| !complete) {
        return Err("a list that is not complete".to_owned());
    }
    let called = list::bring_in(house, school, trial, When::Records).await?;
    adopt(house, school, (live, probes), trial).await;
    list::bring_in(house, school, trial, When::Posts).await?;
    set_numbers(house, school, live, trial).await?;
    confirm(house, school, (live, trial), &called).await?;
    let scope = schoolkeeper_core::actor::Scope::system("live");
    let snapshot = house.snapshot(&scope, school).await.map_err(|error| error.to_string())?;
    let worked = house.worked(snapshot).await.map_err(|error| error.to_string())?;
    let own = worked.all.into_iter().next().ok_or("no policy is in force")?;
    if trial.example.act.is_some() {
        return act::ended(house, school, (&own, &called), trial).await;
    }
    compare(&own, trial, &called)
}

/// Numbers as somebody sets them: only what the policy lets them be.
async fn set_numbers(house: &House, school: &School, live: &Arc<CompiledPack>, trial: &Trial) -> Ended {
    if trial.example.param.is_empty() {
        return Ok(());
    }
    let pack = live.pack.head.id.get_ref();
    let mut write = house.write().await.unwrap();
    for (name, literal) in &trial.example.param {
        schoolkeeper_pack::fits(&live.pack, name, literal).map_err(|_| "a number looser than the policy".to_owned())?;
        let place = ParamAt { school: school.id, pack, name, why: "an example" };
        let scope = schoolkeeper_core::actor::Scope::system("live");
        write.set_param(&scope, place, Some(literal), house.now()).await.unwrap();
    }
    write.commit().await.unwrap();
    Ok(())
}

/// Named things as somebody confirms them.
async fn confirm(house: &House, school: &School, (live, trial): (&CompiledPack, &Trial), called: &Called) -> Ended {
    let actor = house.operator();
    for (name, key) in &trial.example.named {
        let title = called.iter().find(|((_, known), _)| known == key).map_or(key.as_str(), |(_, title)| title);
        let said = house.confirm_entries(&actor, school, Some(name), Some(title)).await;
        let said = said.map_err(|_| "a named thing nobody can confirm".to_owned())?;
        if said.iter().any(|line| line.contains("hint:")) {
            return Err("a named thing without a record of its name".to_owned());
        }
    }
    if live.pack.entries.values().any(|entry| trial.example.given.contains_key(entry.register.get_ref())) {
        let _ = house.confirm_entries(&actor, school, None, None).await;
    }
    Ok(())
}

fn compare(own: &Evaluated, trial: &Trial, called: &Called) -> Ended {
    let (live, world) = (&own.policy.live, &own.world);
    let compiled = live.controls.get(&trial.control).ok_or("no such control")?;
    let params = own.policy.params();
    let ctx = Ctx { pack: live, params: &params, world };
    let (standing, findings, missing) = match &trial.example.clause {
        None => {
            let result = control(ctx, compiled).1;
            (result.standing, result.findings, result.missing)
        }
        Some(id) => {
            let clause = live.pack.clauses.iter().find(|clause| clause.id.get_ref() == id).ok_or("no such clause")?;
            let result = narrowed(ctx, clause, compiled);
            (result.standing, result.findings, result.missing)
        }
    };
    if standing.name() != trial.expect {
        let missing = missing.first().map_or_else(String::new, |one| format!(": {}", list::plain(&one.to_string())));
        return Err(format!("came out {}, not {}{missing}", standing.name(), trial.expect));
    }
    if let Some(keys) = &trial.example.finding {
        let mut found: Vec<String> = findings.iter().filter_map(|finding| name(world, finding)).collect();
        let mut wanted: Vec<String> = keys.iter().map(|key| known_as(called, key).to_lowercase()).collect();
        found.sort();
        wanted.sort();
        // A record that is called as another one is, as a run is by its back-up, is only counted.
        let own = findings.iter().all(|finding| has_own_name(world, finding));
        if found.len() != wanted.len() || (own && found != wanted) {
            return Err("problems of other records".to_owned());
        }
    }
    // Every problem the control makes stands under each of its statements that are counted.
    let bound = live.pack.clauses_of(&trial.control).filter(|clause| clause.about.is_empty());
    for clause in bound {
        let result =
            own.clauses.iter().find(|one| one.clause == *clause.id.get_ref()).ok_or("a statement is missing")?;
        let shown = result.findings.iter().filter(|finding| finding.control == trial.control).count();
        if trial.example.clause.is_none() && result.none_because.is_none() && shown != findings.len() {
            return Err(format!("statement {} shows {shown} of {} problems", clause.id.get_ref(), findings.len()));
        }
    }
    Ok(())
}

fn name(world: &World, finding: &Finding) -> Option<String> {
    let (register, row) = finding.subject.and_then(|id| world.find(id))?;
    Some(world.name_of(register, row).to_lowercase())
}

fn has_own_name(world: &World, finding: &Finding) -> bool {
    let register = finding.subject.and_then(|id| world.find(id)).map(|(register, _)| &world.schemas.all()[register]);
    let field = register.and_then(|schema| schema.name_field().map(|at| &schema.fields[at]));
    field.is_some_and(|field| matches!(field.kind, FieldType::Text))
}

fn known_as(called: &Called, key: &str) -> String {
    let found = called.iter().find(|((_, known), _)| known == key);
    found.map_or_else(|| key.to_owned(), |(_, title)| title.clone())
}

/// Finds a record of the product by what an example calls it.
pub fn find(own: &Evaluated, called: &Called, (register, key): (&str, &str)) -> Option<schoolkeeper_core::id::EntryId> {
    let fits = |id: &Name| register == "any" || register == "key" || **id == *register;
    let (of, title) =
        called.iter().find(|((of, known), _)| known == key && fits(of)).map(|((of, _), title)| (of, title))?;
    let at = own.world.schemas.index(of)?;
    let rows = &own.world.table(at).rows;
    let same = |row: &usize| own.world.name_of(at, *row).eq_ignore_ascii_case(title);
    (0..rows.len()).find(same).map(|row| rows[row].id)
}
