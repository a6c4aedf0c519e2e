//! Guards: a rule that refuses an act, judged on the entry as it would be after it.

use super::{Answer, Asked, names};
use crate::compiled::CompiledControl;
use crate::evaluate::{grant, message, rule};
use crate::expr::{Scene, Truth};
use crate::flow::request::opening;
use crate::judge::Ctx;
use schoolkeeper_core::control::{ControlKind, Rule};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;

/// Refuses when the act would leave a subject that breaks the rule, or of which nobody could say.
pub fn ask(asked: &Asked<'_>, spec: &Rule, answer: &mut Answer) {
    if !spec.guards.iter().any(|guard| names(guard.get_ref(), asked.tried.act)) {
        return;
    }
    let world = asked.after.world(asked.ctx.world);
    let Some(register) = world.schemas.index(spec.subject.get_ref()) else { return };
    let ctx = Ctx { world, ..asked.ctx };
    let scene = Scene { ctx, ..asked.scene() };
    for row in subjects(asked, world, register) {
        subject(asked, spec, &scene.clone().of(register, row), answer);
    }
}

fn subject(asked: &Asked<'_>, spec: &Rule, scene: &Scene<'_>, answer: &mut Answer) {
    let filter = asked.control.expr("where").map(|filter| filter.test(scene));
    match filter.as_ref().map_or(Truth::True, |tested| tested.truth) {
        Truth::False => return,
        Truth::Unknown => return asked.refuse_unknown(answer, filter.map(|tested| tested.missing).unwrap_or_default()),
        Truth::True => {}
    }
    let expects: Vec<_> = rule::expects(asked.control).collect();
    let tested = rule::all(&expects, scene);
    let Some((register, row)) = scene.subject.filter(|_| tested.truth != Truth::True) else { return };
    let excuses = rule::excuses(scene.ctx.pack, &asked.control.control.id, spec);
    if grant::excusing(scene.ctx, &excuses, register, row).valid {
        return;
    }
    match tested.truth {
        Truth::Unknown => asked.refuse_unknown(answer, tested.missing),
        _ => asked.refuse(answer, message::of(asked.control, scene, (register, row)).text),
    }
    if let Some(refused) = answer.refusals.last_mut() {
        refused.who_may_allow = deciders(&opening(scene.ctx.pack, asked.control));
    }
}

/// Who decides these requests.
pub fn deciders(requests: &[&CompiledControl]) -> Vec<Name> {
    let mut out: Vec<Name> = Vec::new();
    for control in requests {
        if let ControlKind::Request(request) = &control.control.kind {
            for name in request.stages.iter().flat_map(|stage| stage.by.iter()) {
                if !out.contains(name) {
                    out.push(name.clone());
                }
            }
        }
    }
    out
}

/// What is acted on, when it is a subject of the rule; else the subjects it refers to (before or after) or that refer to it.
fn subjects(asked: &Asked<'_>, world: &World, register: usize) -> Vec<usize> {
    let Some((acted, row)) = asked.after.acted else { return Vec::new() };
    if acted == register {
        return vec![row];
    }
    let entry = &world.table(acted).rows[row];
    let before = asked.tried.on.map(|(register, row)| &asked.ctx.world.table(register).rows[row]);
    let mut ids: Vec<EntryId> = Vec::new();
    for fact in entry.facts.iter().chain(before.iter().flat_map(|entry| &entry.facts)).flatten() {
        crate::flow::record::gather_refs(&fact.value, &mut ids);
    }
    let points_here = |value: &Value| {
        let mut refs = Vec::new();
        crate::flow::record::gather_refs(value, &mut refs);
        refs.contains(&entry.id)
    };
    let rows = world.table(register).rows.iter().enumerate();
    rows.filter(|(_, subject)| {
        ids.contains(&subject.id) || subject.facts.iter().flatten().any(|fact| points_here(&fact.value))
    })
    .map(|(row, _)| row)
    .collect()
}
