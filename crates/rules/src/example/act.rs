//! Examples of an act: allowed, or refused by the control they prove.

use super::build::Built;
use super::standing::holds;
use crate::compiled::{CompiledControl, CompiledPack};
use crate::decide::{Decide, Decision, Policy, Refused, Tried, decide};
use crate::flow::story::{Story, run};
use schoolkeeper_core::control::{ControlKind, FormField};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Example, ExampleAct};
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_core::value::Value;
use serde_json::Value as Json;
use serde_spanned::Spanned;
use std::collections::BTreeMap;

/// Tries the act. Refusals of other controls do not count: each example proves its own.
pub fn check(
    pack: &CompiledPack,
    control: &CompiledControl,
    example: &Example,
    act: &ExampleAct,
    built: &Built,
) -> Result<(), String> {
    check_by(decide, (pack, control), example, act, built)
}

/// The same with the `decide` that stands in front of the act somewhere.
pub fn check_by(
    decide: Decide,
    (pack, control): (&CompiledPack, &CompiledControl),
    example: &Example,
    act: &ExampleAct,
    built: &Built,
) -> Result<(), String> {
    let actor = act.actor.clone().unwrap_or_else(|| Name::from("staff"));
    let acting = built.actors.get(&actor).ok_or_else(|| format!("there is nobody `{actor}` to act"))?;
    let on = match &act.on {
        None => None,
        Some(key) => {
            let id = built.find("any", key).ok_or_else(|| format!("no entry `{key}` is given to act on"))?;
            built.world.find(id)
        }
    };
    let form = form(pack, control, built, &act.name, &act.form)?;
    let tried = Tried { act: &act.name, person: acting.person, base: &acting.base, on, form: &form };
    let policy = Policy { pack, params: &built.params };
    let refusals = match decide(&[policy], &built.world, &tried) {
        Decision::Allowed { .. } => Vec::new(),
        Decision::Refused(refusals) => refusals,
    };
    if let Some(table) = refusals.iter().find(|refused| refused.control.is_none()) {
        return Err(format!("{}: the permission table refuses `{actor}` before the policy is asked", table.message));
    }
    let own: Vec<Refused> =
        refusals.into_iter().filter(|refused| refused.control.as_ref() == Some(&control.control.id)).collect();
    compare(example, &own)
}

fn compare(example: &Example, refusals: &[Refused]) -> Result<(), String> {
    let said = refusals.iter().map(|refused| refused.message.as_str()).collect::<Vec<_>>().join("; ");
    let expect = example.expect.as_ref().map_or("allowed", |expect| expect.get_ref().as_str());
    match (expect, refusals.is_empty()) {
        ("allowed", true) => Ok(()),
        ("allowed", false) => Err(format!("expected allowed, came refused: {said}")),
        ("refused", true) => Err("expected refused, came allowed".to_owned()),
        ("refused", false) => match &example.message {
            Some(words) if !refusals.iter().any(|refused| holds(&refused.message, words)) => {
                Err(format!("message: expected words `{words}`, came `{said}`"))
            }
            _ => Ok(()),
        },
        (other, _) => Err(format!("an act is `allowed` or `refused`, not `{other}`")),
    }
}

/// What was filled in, typed by the register acted on, the control's form and its questions; else by its looks.
pub fn form(
    pack: &CompiledPack,
    control: &CompiledControl,
    built: &Built,
    act: &str,
    given: &serde_json::Map<String, Json>,
) -> Result<Value, String> {
    let schemas = &built.world.schemas;
    let register = schoolkeeper_core::act::find(act, |id| schemas.index(id).is_some()).and_then(|act| act.register);
    let fields = register.and_then(|id| schemas.get(id)).map_or(&[][..], |register| &register.fields);
    let asked = asked(pack, control);
    let mut out = BTreeMap::new();
    for (name, json) in given {
        let value = match (fields.iter().find(|field| *field.name == **name), asked.get(&**name)) {
            (Some(field), _) if !matches!(field.kind, FieldType::Back { .. }) => {
                built.read(|read| read.field(field, json))
            }
            (_, Some(kind)) => built.read(|read| read.typed(kind, json)),
            _ => built.read(|read| read.untyped(json)),
        };
        out.insert(Name::from(&**name), value.map_err(|problem| format!("form: {problem}"))?);
    }
    Ok(Value::Map(out.into()))
}

impl Built {
    /// What an example fills in at an act of a control.
    pub fn filled(
        &self,
        (pack, control): (&CompiledPack, &CompiledControl),
        act: &str,
        given: &serde_json::Map<String, Json>,
    ) -> Result<Value, String> {
        form(pack, control, self, act, given)
    }
}

/// The types of the questions a control asks.
fn asked(pack: &CompiledPack, control: &CompiledControl) -> BTreeMap<Name, FieldType> {
    let (form, own) = match &control.control.kind {
        ControlKind::Request(spec) => (Some(spec.form.get_ref()), &[][..]),
        ControlKind::Case(spec) => (spec.form.as_ref().map(Spanned::get_ref), &[][..]),
        ControlKind::Access(spec) => (None, spec.ask.as_slice()),
        _ => (None, &[][..]),
    };
    let form = form.and_then(|name| pack.pack.forms.get(name)).map_or(&[][..], |form| &form.fields);
    form.iter().chain(own).filter_map(|field| Some((field.name.clone(), kind(field)?))).collect()
}

fn kind(field: &FormField) -> Option<FieldType> {
    let to = field.to.clone().unwrap_or_else(|| Name::from("any"));
    Some(match &**field.kind.get_ref() {
        "number" => FieldType::Number,
        "money" => FieldType::Money,
        "yes-no" => FieldType::YesNo,
        "date" => FieldType::Date,
        "instant" => FieldType::Instant,
        "person" => FieldType::Ref(Name::from("person")),
        "place" => FieldType::Ref(Name::from("any")),
        "ref" => FieldType::Ref(to),
        "refs" => FieldType::Refs(to),
        "text" | "long-text" | "choice" | "signature" | "statement" => FieldType::Text,
        "file" => FieldType::File,
        "photo" => FieldType::Photo,
        _ => return None,
    })
}

/// A story: each line an act or a look, walked by the engine flow.
pub fn story(pack: &CompiledPack, control: &CompiledControl, example: &Example, built: &Built) -> Result<(), String> {
    let mut world = built.world.clone();
    let actor = |name: &str| built.actors.get(name).map(|acting| (acting.person, acting.base.clone()));
    let form = |act: &str, given: &serde_json::Map<String, Json>| form(pack, control, built, act, given);
    let story = Story { pack, params: &built.params, control, actor: &actor, form: &form };
    run(&story, &mut world, &example.story)
        .map_err(|(at, message)| format!("line {} ({}): {message}", at + 1, example.story[at].at))
}
