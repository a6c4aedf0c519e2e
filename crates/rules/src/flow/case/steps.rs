//! Work on a case: its steps, its words, its closing and its review.

use super::super::change::{Change, Refusal, map};
use super::super::form::Acting;
use super::super::record::Row;
use super::super::{clock, people};
use super::above::{as_meant, stands_above};
use super::timer::{applies, began, scene};
use super::{completed, completed_at, concerns, doers, find, is_for_concerned, is_open, seen};
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::judge::Ctx;
use schoolkeeper_core::control::{Case, Step, StepKind, WhoOrExpr};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;

/// Completed steps one case holds at most.
const ROWS_MAX: usize = 500;
/// The words of a case people fill while they work.
const WORDS: &[&str] = &["action", "answer", "common_question", "lessons", "grounds"];
/// Completes a step. The form holds `step`, `value` where one is chosen, the evidence by its name, and may hold
/// words of the case (`action`, `answer`, `common_question`, `lessons`, `grounds`).
pub fn step(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, acting: Acting<'_>) -> Result<Vec<Change>, Refusal> {
    let case = find_open(ctx, control, acting)?;
    let name = acting.text("step").unwrap_or_default();
    let Some(step) = spec.steps.iter().find(|step| &*step.name == name) else {
        let known: Vec<Name> = spec.steps.iter().map(|step| step.name.clone()).collect();
        return Refusal::say(format!(
            "`{name}` is no step of this case\nhint: its steps are {}",
            clock::any_of(&known)
        ));
    };
    may_do(ctx, control, (step, case), acting)?;
    is_next(ctx, control, spec, (step, case))?;
    let value = value_of(step, acting)?;
    let row = map([
        ("name", Value::text(&step.name)),
        ("at", Value::Instant(ctx.world.now)),
        ("by", Value::Ref(acting.id(ctx))),
        ("value", value),
    ]);
    let mut rows = case.items("steps").to_vec();
    rows.push(row);
    let change = Change::of("case", case.id()).set("steps", Value::List(rows.into()));
    Ok(vec![with_words(change, acting)?])
}

/// Completes a step by the act it stands for, such as `case.notify`; `None` when no step is done so.
pub fn step_by_act(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Case,
    (act, acting): (&str, Acting<'_>),
) -> Option<Result<Vec<Change>, Refusal>> {
    let is_it = |step: &&Step| step.act.as_ref().is_some_and(|name| &**name.get_ref() == act);
    let found = spec.steps.iter().find(is_it)?;
    let Value::Map(answers) = acting.form else { return None };
    let mut answers = (**answers).clone();
    answers.insert("step".into(), Value::text(&found.name));
    let form = Value::Map(answers.into());
    Some(step(ctx, control, spec, Acting { form: &form, ..acting }))
}

/// Whether a step is to be done now, and a person may do it.
pub fn is_now_for(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Case,
    (step, case): (&Step, Row<'_>),
    person: usize,
) -> bool {
    let nothing = map([]);
    let acting = Acting { person, on: Some(case.id()), form: &nothing };
    is_open(case)
        && may_do(ctx, control, (step, case), acting).is_ok()
        && is_next(ctx, control, spec, (step, case)).is_ok()
}

fn find_open<'w>(ctx: Ctx<'w>, control: &CompiledControl, acting: Acting<'_>) -> Result<Row<'w>, Refusal> {
    let case = find(ctx, control, acting.on)?;
    if is_open(case) {
        return Ok(case);
    }
    Refusal::say("this case is closed\nhint: open a new one if something has happened since")
}

fn with_words(mut change: Change, acting: Acting<'_>) -> Result<Change, Refusal> {
    for word in WORDS {
        match acting.answer(word) {
            Some(Value::Text(text)) => {
                change = change.set(word, Value::Text(text.clone()));
            }
            Some(_) => {
                return Refusal::say(format!("`{word}` is not a text\nhint: answer it in words"));
            }
            None => {}
        }
    }
    Ok(change)
}

/// A refusal when a person may not do a step: the case concerns them, or the policy names others.
fn may_do(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    (step, case): (&Step, Row<'_>),
    acting: Acting<'_>,
) -> Result<(), Refusal> {
    let names = &*as_meant(ctx, case, doers(step));
    if concerns(case, acting.id(ctx)) && !is_for_concerned(step) {
        return Refusal::say("this case concerns you\nhint: leave it to another of those who handle it");
    }
    let good = match &step.by {
        Some(WhoOrExpr::Expr(_)) => {
            let seen = Scene { actor: Some(acting.person), ..scene(ctx, case) };
            let by = control.expr(&format!("steps/{}/by", step.name));
            let is_by = by.is_some_and(|by| by.test(&seen).truth == Truth::True);
            is_by || stands_above(ctx, case, acting.person)
        }
        _ if names.is_empty() => seen::may_handle(ctx, control, case, acting.person),
        _ => people::meant(ctx, names, acting.person, Some(case)).truth == Truth::True,
    };
    if good {
        return Ok(());
    }
    let who = if names.is_empty() { "those the policy names".to_owned() } else { clock::any_of(names) };
    Refusal::say(format!("the step `{}` is for {who}\nhint: leave it to them", step.name))
}

/// A refusal when a step is not to be done now.
fn is_next(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Case,
    (step, case): (&Step, Row<'_>),
) -> Result<(), Refusal> {
    let again = matches!(step.kind, StepKind::Choose | StepKind::Decide);
    if !again && completed(case, &step.name).next().is_some() {
        return Refusal::say(format!("the step `{}` is done\nhint: go on with the next one", step.name));
    }
    if case.items("steps").len() >= ROWS_MAX {
        return Refusal::say(format!("this case holds {ROWS_MAX} steps\nhint: close it and open another"));
    }
    match applies(ctx, control, step, case) {
        Truth::True => {}
        Truth::False => {
            return Refusal::say(format!("the step `{}` does not apply here\nhint: leave it out", step.name));
        }
        Truth::Unknown => {
            return Refusal::say(format!(
                "nobody can say yet whether `{}` applies\nhint: do the steps before it",
                step.name
            ));
        }
    }
    if began(ctx, control, spec, (step, case)).is_none() {
        let open: Vec<Name> = step.after.iter().map(|name| name.get_ref().clone()).collect();
        let open: Vec<Name> = open.into_iter().filter(|name| completed_at(case, name).is_none()).collect();
        return Refusal::say(format!(
            "the step `{}` comes after {}\nhint: do that first",
            step.name,
            clock::any_of(&open)
        ));
    }
    Ok(())
}

fn value_of(step: &Step, acting: Acting<'_>) -> Result<Value, Refusal> {
    let value = match acting.answer("value") {
        Some(Value::Bool(yes)) => Some(Value::text(if *yes { "yes" } else { "no" })),
        other => other.cloned(),
    };
    let chosen = value.as_ref().and_then(Value::as_text);
    let known = |text: &str| step.choices.is_empty() || step.choices.iter().any(|choice| &**choice == text);
    if step.kind == StepKind::Choose && !chosen.is_some_and(known) {
        let choices = clock::any_of(&step.choices);
        return Refusal::say(format!("`{}` asks for a choice\nhint: answer `value` with {choices}", step.name));
    }
    for kind in &step.evidence {
        let alone = step.evidence.len() == 1 && value.is_some();
        if !alone && acting.answer(kind.name()).is_none() {
            return Refusal::say(format!("`{}` asks for a {kind}\nhint: answer `{kind}`", step.name));
        }
    }
    let shown = step.evidence.iter().find_map(|kind| acting.answer(kind.name()).cloned());
    match value.or(shown) {
        Some(Value::Text(text)) => Ok(Value::Text(text)),
        None => Ok(Value::Empty),
        Some(_) => Refusal::say(format!("`{}` asks for a text\nhint: answer `value` in words", step.name)),
    }
}

/// Whether a case lets a person do an act that only its step allows: the step is next and theirs.
pub fn allows_act(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Case,
    (case, act): (Row<'_>, &str),
    person: usize,
) -> bool {
    let mut steps = spec.steps.iter().filter(|step| step.act.as_ref().is_some_and(|name| &**name.get_ref() == act));
    steps.any(|step| is_now_for(ctx, control, spec, (step, case), person))
}

/// Fills words of a case, or reviews a closed one: `review = true` by a second person, whom it does not concern.
pub fn act(ctx: Ctx<'_>, control: &CompiledControl, acting: Acting<'_>) -> Result<Vec<Change>, Refusal> {
    let case = find(ctx, control, acting.on)?;
    handles(ctx, control, case, acting)?;
    if acting.form.get("review") == Some(&Value::Bool(true)) {
        let me = Value::Ref(acting.id(ctx));
        let last = case.items("steps").last().and_then(|row| row.get("by"));
        if last == Some(&me) || case.one("reporter") == Some(acting.id(ctx)) {
            return Refusal::say("a second person reviews\nhint: leave it to somebody who did not work on this case");
        }
        return Ok(vec![Change::of("case", case.id()).set("reviewed_at", Value::Instant(ctx.world.now))]);
    }
    let case = find_open(ctx, control, acting)?;
    let change = with_words(Change::of("case", case.id()), acting)?;
    if change.set.is_empty() {
        return Refusal::say("nothing was filled\nhint: answer `action`, `answer`, `lessons` or `grounds`");
    }
    Ok(vec![change])
}

fn handles(ctx: Ctx<'_>, control: &CompiledControl, case: Row<'_>, acting: Acting<'_>) -> Result<(), Refusal> {
    if concerns(case, acting.id(ctx)) {
        return Refusal::say("this case concerns you\nhint: leave it to another of those who handle it");
    }
    if !seen::may_handle(ctx, control, case, acting.person) {
        return Refusal::say("this case is handled by others\nhint: leave it to those the policy names");
    }
    Ok(())
}

/// Closes a case, when everything its closing asks for is there. The form may hold words of the case.
pub fn close(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, acting: Acting<'_>) -> Result<Vec<Change>, Refusal> {
    let case = find_open(ctx, control, acting)?;
    handles(ctx, control, case, acting)?;
    let words = with_words(Change::of("case", case.id()), acting)?;
    let mut world = ctx.world.clone();
    super::super::change::apply(&mut world, std::slice::from_ref(&words), || case.id());
    let then = Ctx { world: &world, ..ctx };
    let filled = Row::at(&world, case.register, case.row);
    if let Some(lacks) = closing_lacks(then, control, spec, filled) {
        return Refusal::say(format!("this case cannot be closed yet: {lacks}\nhint: do what is open, then close it"));
    }
    Ok(vec![words.set("closed_at", Value::Instant(ctx.world.now))])
}

/// What still keeps a case from being closed; `None` when nothing does.
pub fn closing_lacks(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, case: Row<'_>) -> Option<String> {
    if let Some(test) = control.expr("close_when") {
        let truth = test.test(&scene(ctx, case)).truth;
        return (truth != Truth::True).then(|| format!("`{}` does not hold", test.text()));
    }
    let open = spec
        .steps
        .iter()
        .find(|step| completed(case, &step.name).next().is_none() && applies(ctx, control, step, case) != Truth::False);
    open.map(|step| format!("the step `{}` is open", step.name))
}
