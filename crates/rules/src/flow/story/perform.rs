//! One act of a story: first `decide`, then the state machine, then the registers.

use super::super::act::act as of_control;
use super::super::change::{self, Change};
use super::super::form::{Acting, without};
use super::super::record::Row;
use super::super::{case, channel, request};
use super::{Actor, Story};
use crate::compiled::CompiledControl;
use crate::decide::{Decision, Policy, Tried, decide};
use crate::judge::Ctx;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::StoryLine;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;
use uuid::Uuid;

/// Who acts when a line does not say.
const ANYBODY: &str = "staff";
/// The upper half of the ids of entries a story makes.
const OWN_IDS: u64 = 0x5707_0000_0000_0000;

/// Tries an act and does it; `Ok(Some)` is its refusal in words, `Err` what the story's author must mend.
pub fn act(story: &Story<'_>, world: &mut World, line: &StoryLine, name: &str) -> Result<Option<String>, String> {
    let actor = line.actor.as_deref().unwrap_or(ANYBODY);
    let actor = (story.actor)(actor).ok_or_else(|| format!("there is nobody `{actor}` to act"))?;
    let control = acted_on(story, name)?;
    let filled = (story.form)(name, &line.form)?;
    let form = without(&filled, &["on"]);
    let on = target(story.ctx(world), control, name, filled.get("on"))?;
    let name = match name {
        "case.open" => format!("case.open:{}", control.control.id),
        name => name.to_owned(),
    };
    if let Some(refusal) = refused(story, world, (&name, &actor), (on, &form)) {
        return Ok(Some(refusal));
    }
    let ctx = story.ctx(world);
    let changes = match actor.0 {
        Some(person) => {
            let acting = Acting { person, on, form: &form };
            match of_control(ctx, control, &name, acting) {
                Some(Ok(changes)) => changes,
                Some(Err(refusal)) => return Ok(Some(refusal.0)),
                None => elsewhere(ctx, &name, acting),
            }
        }
        None => Vec::new(),
    };
    apply(world, &changes);
    Ok(None)
}

/// The control an act speaks of: of `case.open:TYPE` the case type, else the story's own.
fn acted_on<'a>(story: &Story<'a>, name: &str) -> Result<&'a CompiledControl, String> {
    match name.strip_prefix("case.open:") {
        Some(other) => story.pack.controls.get(other).ok_or_else(|| format!("there is no case `{other}`")),
        None => Ok(story.control),
    }
}

/// What is acted on: named in the form under `on` (`latest`: the newest entry of the act's register), else the newest
/// request, grant or case of the control.
fn target(ctx: Ctx<'_>, control: &CompiledControl, name: &str, on: Option<&Value>) -> Result<Option<EntryId>, String> {
    let is_register = |id: &str| ctx.world.schemas.index(id).is_some();
    let register = schoolkeeper_core::act::find(name, is_register).and_then(|act| act.register);
    match on {
        Some(Value::Ref(id)) => return Ok(Some(*id)),
        Some(Value::Text(text)) if &**text == "latest" => {
            let rows = Row::all(ctx.world, register.unwrap_or_default());
            return Ok(rows.last().map(Row::id));
        }
        Some(other) => return Err(format!("`on` names no entry: `{other:?}`")),
        None => {}
    }
    let newest = match name {
        "request.decide" | "request.answer" => request::requests(ctx, control).last(),
        "grant.end" => request::grants(ctx, control).last(),
        "case.step" | "case.act" | "case.close" | "case.see" => newest_case(ctx, control),
        _ if takes_step(control, name) => newest_case(ctx, control),
        _ => None,
    };
    Ok(newest.map(Row::id))
}

fn newest_case<'w>(ctx: Ctx<'w>, control: &CompiledControl) -> Option<Row<'w>> {
    case::cases(ctx, control).last()
}

/// Why the policy refuses: the permission table, the story's control, or a permission that is not there. Other
/// controls have stories of their own.
fn refused(
    story: &Story<'_>,
    world: &World,
    (name, actor): (&str, &Actor),
    (on, form): (Option<EntryId>, &Value),
) -> Option<String> {
    let on = on.and_then(|id| world.find(id));
    let tried = Tried { act: name, person: actor.0, base: &actor.1, on, form };
    let policy = Policy { pack: story.pack, params: story.params };
    let Decision::Refused(refusals) = decide(&[policy], world, &tried) else { return None };
    let counts = |control: &Option<Name>| {
        let Some(id) = control else { return true };
        let is_request =
            || story.pack.controls.get(id).is_some_and(|it| matches!(it.control.kind, ControlKind::Request(_)));
        *id == story.control.control.id || is_request()
    };
    let said: Vec<String> = refusals.into_iter().filter(|it| counts(&it.control)).map(|it| it.message).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// Whether an act completes a step of a case.
fn takes_step(control: &CompiledControl, act: &str) -> bool {
    let ControlKind::Case(spec) = &control.control.kind else { return false };
    spec.steps.iter().any(|step| step.act.as_ref().is_some_and(|name| &**name.get_ref() == act))
}

/// Acts outside the state machines: something sent, a record saved. Others only leave a trace.
fn elsewhere(ctx: Ctx<'_>, name: &str, acting: Acting<'_>) -> Vec<Change> {
    let Value::Map(fields) = acting.form else { return Vec::new() };
    let set: Vec<(Name, Value)> = fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    match name.rsplit_once('.') {
        Some(("parcel", "send") | ("dispatch", "log")) => {
            let mut dispatch = Change::new("dispatch").set("sent_at", Value::Instant(ctx.world.now));
            dispatch.set.extend(set);
            vec![dispatch.set("way", channel::way(name, acting.form))]
        }
        Some((register, "save" | "move")) if ctx.world.schemas.index(register).is_some() => {
            let saved = Change { register: Name::from(register), entry: acting.on, set };
            let events = changed(ctx, &saved);
            std::iter::once(saved).chain(events).collect()
        }
        _ => Vec::new(),
    }
}

/// What a save changed, for controls that wait for it.
fn changed(ctx: Ctx<'_>, saved: &Change) -> Vec<Change> {
    let Some(row) = saved.entry.and_then(|id| Row::of(ctx.world, id)) else { return Vec::new() };
    let different = saved.set.iter().filter(|(field, value)| row.value(field) != Some(value));
    let event = |(field, _): &(Name, Value)| {
        Change::new("change")
            .set("register", Value::text(&saved.register))
            .set("field", Value::text(field))
            .set("entry", Value::Ref(row.id()))
            .set("at", Value::Instant(ctx.world.now))
    };
    different.map(event).collect()
}

/// Puts changes into the world, with ids of the story's own.
pub fn apply(world: &mut World, changes: &[Change]) {
    if changes.is_empty() {
        return;
    }
    let known: usize = (0..world.schemas.all().len()).map(|register| world.table(register).rows.len()).sum();
    let mut next = known as u64;
    change::apply(world, changes, || {
        next += 1;
        EntryId(Uuid::from_u64_pair(OWN_IDS, next))
    });
}
