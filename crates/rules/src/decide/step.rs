//! Acts that are steps of a case: allowed only through an open case whose earlier steps are done.

use super::{Answer, Tried, names, refused};
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::flow::case;
use crate::flow::record::Row;
use crate::judge::Ctx;
use schoolkeeper_core::control::{ControlKind, Step, StepKind};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use serde_spanned::Spanned;

/// Several kinds of case may lead to one act: one open case that has come so far is enough.
pub fn ask(ctx: Ctx<'_>, tried: &Tried<'_>, answer: &mut Answer) {
    let ways: Vec<(&CompiledControl, &Step)> = ctx
        .pack
        .controls
        .values()
        .flat_map(|control| {
            let steps = match &control.control.kind {
                ControlKind::Case(case) => case.steps.as_slice(),
                _ => &[],
            };
            steps.iter().filter(|step| is_act(step, tried.act)).map(move |step| (control, step))
        })
        .collect();
    let mut first: Vec<(&CompiledControl, Vec<Name>)> = Vec::new();
    for (control, step) in ways {
        let cases: Vec<_> = cases(ctx, tried, &control.control.id).collect();
        if cases.iter().any(|case| lets(ctx, control, tried, *case)) {
            return;
        }
        let lacking = cases.first().map(|case| missing_steps(ctx, control, step, *case)).unwrap_or_default();
        first.push((control, lacking));
    }
    for (control, lacking) in first {
        let title = &control.control.title;
        let message = if lacking.is_empty() {
            format!("{title}: this is done only as a step of an open case, by those it names")
        } else {
            let names: Vec<_> = lacking.iter().map(|name| format!("`{name}`")).collect();
            format!("{title}: first complete {}", names.join(", "))
        };
        answer.refusals.push(refused(ctx, control, message));
    }
}

fn is_act(step: &Step, act: &str) -> bool {
    step.kind == StepKind::Act && step.act.as_ref().is_some_and(|written| names(written.get_ref(), act))
}

/// Whether a case lets the actor do the act now. The local operator is nobody in a case: only its order counts.
fn lets(ctx: Ctx<'_>, control: &CompiledControl, tried: &Tried<'_>, open: Row<'_>) -> bool {
    let ControlKind::Case(spec) = &control.control.kind else { return false };
    let steps = spec.steps.iter().filter(|step| is_act(step, tried.act));
    steps.into_iter().any(|step| match (&step.act, tried.person) {
        (Some(act), Some(person)) => case::allows_act(ctx, control, spec, (open, act.get_ref()), person),
        _ => missing_steps(ctx, control, step, open).is_empty(),
    })
}

/// Open cases of a type: the one acted on or named in the form, else all.
fn cases<'w>(ctx: Ctx<'w>, tried: &Tried<'_>, kind: &Name) -> impl Iterator<Item = Row<'w>> {
    let register = ctx.world.schemas.index("case");
    let on = tried.on.filter(|(acted, _)| Some(*acted) == register);
    let named = on.map(|(register, row)| ctx.world.table(register).rows[row].id);
    let wanted = named.or_else(|| tried.form.get("case").and_then(Value::as_ref_id));
    let kind = kind.clone();
    Row::all(ctx.world, "case").filter(move |case| {
        let named = wanted.is_none_or(|id| case.id() == id);
        named && case.text("type") == Some(&*kind) && case.value("closed_at").is_none()
    })
}

/// Steps that must come first and have not; the step itself when it does not apply.
fn missing_steps(ctx: Ctx<'_>, control: &CompiledControl, step: &Step, case: Row<'_>) -> Vec<Name> {
    let done =
        |name: &str| case.items("steps").iter().any(|row| row.get("name").and_then(Value::as_text) == Some(name));
    let mut out: Vec<Name> = step.after.iter().map(Spanned::get_ref).filter(|name| !done(name)).cloned().collect();
    if let Some(when) = control.expr(&format!("steps/{}/when", step.name)) {
        let scene = Scene::now(ctx).of(case.register, case.row);
        if when.test(&scene).truth != Truth::True {
            out.push(step.name.clone());
        }
    }
    out
}
