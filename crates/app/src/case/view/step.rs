//! The steps of an incident: done, to be done now, waiting, not needed; and what whoever looks fills in to do one.

use super::super::Of;
use super::title_of;
use crate::dates;
use crate::request::{moment, name_of};
use jiff::civil::Date;
use schoolkeeper_core::control::{Step, StepKind};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Evidence;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::expr::Truth;
use schoolkeeper_rules::flow::case::{Timer, applies, as_meant, completed, completed_at, doers, is_now_for, is_open};
use schoolkeeper_rules::flow::clock::last_day;
use schoolkeeper_rules::flow::record::Row;

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Done.
    Done,
    /// To be done now.
    Now,
    /// To be done now, and late.
    Late,
    /// It waits for others.
    Waits,
    /// It does not apply.
    Not,
}

/// One step.
#[derive(Clone, Debug)]
pub struct StepLine {
    /// Its name.
    pub name: Name,
    /// What it is called.
    pub title: String,
    /// What it asks for, in words.
    pub says: Option<String>,
    /// Who does it.
    pub who: String,
    /// Where it stands.
    pub state: StepState,
    /// When it is to be done by, or for what it waits.
    pub more: String,
    /// What was done: `Blocked, A. Sample, 23 November 2026, 9am`.
    pub done: Vec<String>,
    /// What whoever looks fills in to do it.
    pub form: Option<StepForm>,
}

/// What a step asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepForm {
    /// What it is.
    pub kind: StepKind,
    /// Its choices: value and words.
    pub choices: Vec<(Name, String)>,
    /// What is to be shown.
    pub evidence: Vec<Evidence>,
    /// The act it is, when it is more than a note.
    pub act: Option<Name>,
}

pub(super) fn line(of: Of<'_>, row: Row<'_>, (step, timers): (&Step, &[Timer]), me: Option<usize>) -> StepLine {
    let timer = timers.iter().find(|timer| timer.is_step && timer.name == step.name);
    let done: Vec<String> = completed(row, &step.name).map(|one| done_words(of, one)).collect();
    let due = timer.and_then(Timer::due);
    let by = due.map(|due| last_day(of.ctx, due));
    let truth = applies(of.ctx, of.control, step, row);
    let begun = timer.is_some_and(|timer| timer.started.is_some());
    let state = match (done.is_empty(), is_open(row), truth) {
        (false, ..) => StepState::Done,
        (true, true, Truth::True) if begun && timer.is_some_and(Timer::is_missed) => StepState::Late,
        (true, true, Truth::True) if begun => StepState::Now,
        (true, true, Truth::True | Truth::Unknown) => StepState::Waits,
        _ => StepState::Not,
    };
    let does = me.is_some_and(|me| is_now_for(of.ctx, of.control, of.spec, (step, row), me));
    // A choice may be made anew: only while nothing else waits on the page.
    let form = (does && (state != StepState::Done || step.kind == StepKind::Choose)).then(|| step_form(step));
    StepLine {
        name: step.name.clone(),
        title: title_of(&step.name),
        says: step.says.clone(),
        who: of.people(&as_meant(of.ctx, row, doers(step))),
        state,
        more: more(of, row, (step, state, by)),
        done,
        form,
    }
}

fn more(of: Of<'_>, row: Row<'_>, (step, state, by): (&Step, StepState, Option<Date>)) -> String {
    match (state, by) {
        (StepState::Now, Some(by)) => format!("by {}", dates::with_weekday(by)),
        (StepState::Late, Some(by)) => format!("was due {}", dates::with_weekday(by)),
        (StepState::Waits, _) => {
            let open = step.after.iter().filter(|name| completed_at(row, name.get_ref()).is_none());
            let open: Vec<String> = open.map(|name| title_of(name.get_ref())).collect();
            let waits = if open.is_empty() { "what comes before it".to_owned() } else { open.join(", ") };
            format!("waits for: {waits}")
        }
        (StepState::Not, _) if !is_open(row) && applies(of.ctx, of.control, step, row) == Truth::True => {
            "was not done".to_owned()
        }
        (StepState::Not, _) => "not needed here".to_owned(),
        _ => String::new(),
    }
}

fn step_form(step: &Step) -> StepForm {
    StepForm {
        kind: step.kind,
        choices: step.choices.iter().map(|name| (name.clone(), title_of(name))).collect(),
        evidence: step.evidence.clone(),
        act: step.act.as_ref().map(|act| act.get_ref().clone()),
    }
}

/// `Blocked, A. Sample, 23 November 2026, 9am`.
fn done_words(of: Of<'_>, one: &Value) -> String {
    let name = one.get("name").and_then(Value::as_text).unwrap_or_default();
    let said = one.get("value").and_then(Value::as_text).map(|value| value_words(of, (name, value)));
    let by = name_of(of.ctx, one.get("by").and_then(Value::as_ref_id));
    let at = one.get("at").and_then(Value::as_instant).map(|at| moment(of.ctx, at)).unwrap_or_default();
    said.into_iter().chain([by, at]).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A choice as people read it; other words as they were written.
pub(in super::super) fn value_words(of: Of<'_>, (step, value): (&str, &str)) -> String {
    let chosen = of.spec.steps.iter().find(|known| *known.name == *step);
    let is_choice = chosen.is_some_and(|step| step.choices.iter().any(|choice| **choice == *value));
    if is_choice { title_of(value) } else { value.to_owned() }
}
