//! Acts of examples, tried at the gate every act of the product goes through.

use super::list::Called;
use super::plan::Trial;
use super::{Ended, read};
use crate::authority::{Try, is_live};
use crate::evaluate::Evaluated;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Held};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::example::Reader;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Acts that only part of is ours, but that are asked here all the same.
const DECIDED: &[&str] = &["password.set", "sign-in", "page.see"];

/// Whether an act can be tried here.
pub fn is_tried(act: &str) -> bool {
    is_live(act) || DECIDED.contains(&act)
}

/// Tries the act and compares.
pub async fn ended(house: &House, school: &School, (own, called): (&Evaluated, &Called), trial: &Trial) -> Ended {
    let act = trial.example.act.as_ref().ok_or("no act")?;
    if !is_tried(&act.name) {
        return Err(format!("`{}` is not done in this program yet", act.name));
    }
    let on = match &act.on {
        None => None,
        Some(key) => Some(read::find(own, called, ("any", key)).ok_or("nothing of that name is there")?),
    };
    let form = form(own, called, trial)?;
    let actor = actor(own, school, called, act.actor.as_deref());
    let tried = Try { act: &act.name, on, form };
    let control = own.policy.live.pack.controls.get(&trial.control).ok_or("no such control")?;
    let clauses: Vec<String> =
        own.policy.live.pack.clauses_of(&control.id).map(|clause| clause.id.get_ref().to_string()).collect();
    let refused = match house.decided(&actor, school, &tried).await {
        Ok(_) => false,
        Err(Error::Denied(denial)) => {
            let mine =
                |id: &String| denial.reasons.iter().any(|one| one.statement.as_ref().is_some_and(|it| it.0 == *id));
            clauses.iter().any(mine)
        }
        // Whoever is shut out of an act by name does not reach it at all.
        Err(Error::NotAllowed(_)) if is_about(&control.kind, &act.name) => true,
        Err(other) => {
            return Err(format!("the act is not asked: {}", other.to_string().lines().next().unwrap_or_default()));
        }
    };
    match (trial.expect.as_str(), refused) {
        ("allowed", false) | ("refused", true) => Ok(()),
        (_, true) => Err("came out refused".to_owned()),
        (_, false) => Err("came out allowed".to_owned()),
    }
}

/// Whether a control says who may do an act.
fn is_about(control: &ControlKind, act: &str) -> bool {
    matches!(control, ControlKind::Access(access) if access.on.iter().any(|on| &**on.get_ref() == act))
}

/// Whoever acts: the person the example names, else the one made up, with every leading role.
fn actor(own: &Evaluated, school: &School, called: &Called, name: Option<&str>) -> Actor {
    let person = name.and_then(|name| read::find(own, called, ("person", name)));
    let post = name.map(|name| format!("Made-up {name}"));
    let holder = post.and_then(|post| read::find(own, called, ("person", &post)));
    let person = person.or(holder).or_else(|| read::find(own, called, ("person", "Made-up actor")));
    let bases = [BaseRole::Head, BaseRole::Office, BaseRole::Technician, BaseRole::Staff];
    let roles = bases.map(|base| Held::base(base, Some(school.id))).to_vec();
    Actor { person, organisation: school.organisation, roles, through: None }
}

fn form(own: &Evaluated, called: &Called, trial: &Trial) -> Result<Value, String> {
    let act = trial.example.act.as_ref().ok_or("no act")?;
    let schemas = &own.world.schemas;
    let register =
        schoolkeeper_core::act::find(&act.name, |id| schemas.index(id).is_some()).and_then(|act| act.register);
    let fields = register.and_then(|id| schemas.get(id)).map_or(&[][..], |register| &register.fields);
    let find = |register: &str, key: &str| read::find(own, called, (register, key));
    let reader = Reader { zone: own.world.calendar.zone(), find: &find };
    let mut out = BTreeMap::new();
    for (name, json) in &act.form {
        let field = fields.iter().find(|field| *field.name == **name);
        let value = match field.filter(|field| !matches!(field.kind, FieldType::Back { .. })) {
            Some(field) => reader.field(field, json),
            None => reader.untyped(json),
        };
        let value = value.map_err(|_| "a form that names records of other kinds".to_owned())?;
        out.insert(schoolkeeper_core::id::Name::from(name.as_str()), value);
    }
    Ok(Value::Map(out.into()))
}
