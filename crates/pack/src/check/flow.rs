//! Requests and cases: forms, stages, steps, clocks.

use super::occur::{check_event, check_no_day};
use super::{Checker, form, param, who};
use schoolkeeper_core::control::{Case, Request, Step, StepKind, WhoOrExpr};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::keep::is_fit;
use schoolkeeper_core::phrase::OrParam;
use serde_spanned::Spanned;
use std::collections::{BTreeMap, BTreeSet};

/// Where clocks may begin besides a step.
const CLOCK_STARTS: &[&str] = &["opened", "aware"];
/// What a reporter may see later.
const SEEN: &[&str] = &["answer", "action", "closed", "steps", "state"];

pub(super) fn check_request(checker: &mut Checker<'_>, request: &Request) {
    who::check(checker, &request.who, None);
    form_of(checker, &request.form);
    form::check_checks(checker, &request.checks, Some(request.form.get_ref()));
    if request.given {
        check_given(checker, request);
    } else if request.stages.is_empty() {
        let place = checker.place(&request.form);
        checker.error_hint("nobody decides this request", place, "add a stage: `stages = [{ by = [ … ] }]`");
    }
    for stage in &request.stages {
        who::check(checker, &stage.by, None);
        who::check(checker, &stage.otherwise, None);
        param::check_span(checker, stage.within.as_ref());
        if stage.by.is_empty() {
            let place = checker.find_key("stages");
            checker.error_hint("nobody decides at this stage", place, "name somebody in `by`");
        }
        if stage.any == Some(0) {
            let place = checker.find_key("any");
            checker.error_hint("a stage that nobody decides", place, "`any` is at least 1");
        }
    }
    param::check_span(checker, request.longest.as_ref());
    for act in &request.unlocks {
        checker.act(act);
    }
    for rule in &request.excuses {
        let place = checker.place(rule);
        if let Some(control) = checker.control(rule.get_ref(), "rule", place.clone())
            && let schoolkeeper_core::control::ControlKind::Rule(rule) = &control.kind
            && !rule.excusable
        {
            let hint = "its rule says `excusable = false`";
            checker.error_hint(format!("`{}` cannot be excused", control.id), place, hint);
        }
    }
    for end in &request.at_end {
        checker.ladder(end.ladder.as_ref());
    }
}

/// What people give each other is theirs, names to whom, and neither opens nor excuses anything of the school's.
fn check_given(checker: &mut Checker<'_>, request: &Request) {
    let place = checker.find_key("given");
    if !request.stages.is_empty() {
        checker.error_hint("this counts at once, and is decided", place.clone(), "take `given` or `stages` out");
    }
    if !request.unlocks.is_empty() || !request.excuses.is_empty() {
        let hint = "take `unlocks` and `excuses` out, or let somebody decide";
        checker.error_hint("what nobody decides allows nothing else", place.clone(), hint);
    }
    let form = checker.pack.forms.get(request.form.get_ref());
    let person = form.and_then(|form| form.fields.iter().find(|field| *field.name == *"person"));
    let named = person.is_some_and(|field| field.required && field.to.as_deref() == Some("person"));
    if !named {
        checker.error_hint(
            "nobody is named who gets it",
            place,
            "add to its form: `person = { type = \"ref\", to = \"person\", required = true }`",
        );
    }
}

fn form_of(checker: &mut Checker<'_>, form: &Spanned<Name>) {
    checker.known_at("the form", form, checker.pack.forms.keys().map(|name| &**name));
}

pub(super) fn check_case(checker: &mut Checker<'_>, case: &Case) {
    let register = checker.schemas.get("case");
    who::check(checker, &case.report_by, register);
    who::check(checker, &case.visible_to, register);
    if let Some(form) = &case.form {
        form_of(checker, form);
    }
    check_event(checker, case.on.as_ref());
    check_no_day(checker, case.on.as_ref());
    form::check_checks(checker, &case.checks, case.form.as_ref().map(|form| &**form.get_ref()));
    checker.known_all("what the reporter sees:", &case.reporter_sees, SEEN.iter().copied());
    let names: Vec<&str> = case.steps.iter().map(|step| &*step.name).collect();
    param::check_span(checker, case.keep.as_ref());
    param::check_span(checker, case.look_within.as_ref());
    check_unnamed(checker, case);
    if let Some(OrParam::Is(span)) =
        case.keep.as_ref().filter(|keep| matches!(keep, OrParam::Is(span) if !is_fit(*span)))
    {
        let (message, place) = (format!("`{span}` is no time to keep a case"), checker.find_key("keep"));
        checker.error_hint(message, place, "write days, weeks, months or years, as in `25 years`");
    }
    for clock in &case.clocks {
        param::check_span(checker, Some(&clock.within));
        let place = checker.find(&clock.from);
        checker.known(
            "the start of a clock",
            &clock.from,
            place,
            CLOCK_STARTS.iter().copied().chain(names.iter().copied()),
        );
    }
    twice(checker, "clock", case.clocks.iter().map(|clock| &clock.name));
    twice(checker, "step", case.steps.iter().map(|step| &step.name));
    for step in &case.steps {
        check_step(checker, step, &names);
    }
    check_circle(checker, &case.steps);
}

/// Whoever does not say who they are is shown no record to choose from, and hands in nothing that tells of them.
fn check_unnamed(checker: &mut Checker<'_>, case: &Case) {
    let form = case.form.as_ref().filter(|_| case.anonymous);
    let form = form.and_then(|name| checker.pack.forms.get(name.get_ref()));
    let fields = form.iter().flat_map(|form| &form.fields);
    let needed = fields.filter(|field| field.required && field.tells_of_somebody(checker.schemas));
    for name in needed.map(|field| field.name.clone()).collect::<Vec<_>>() {
        let place = checker.find(&name);
        let hint = "leave `required` out; whoever gives no name is not asked it";
        checker.error_hint(format!("`{name}` cannot be asked of somebody who gives no name"), place, hint);
    }
}

fn twice<'n>(checker: &mut Checker<'_>, kind: &str, names: impl Iterator<Item = &'n Name>) {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            let place = checker.find(name);
            checker.error(format!("the {kind} `{name}` stands a second time"), place);
        }
    }
}

fn check_step(checker: &mut Checker<'_>, step: &Step, names: &[&str]) {
    let register = checker.schemas.get("case");
    who::check(checker, &step.to, register);
    if let Some(WhoOrExpr::Who(by)) = &step.by {
        who::check(checker, by, register);
    }
    for name in &step.after {
        checker.known_at("the step", name, names.iter().copied());
    }
    param::check_span(checker, step.within.as_ref());
    checker.ladder(step.ladder.as_ref());
    if let Some(act) = &step.act {
        checker.act(act);
    }
    let place = checker.find(&step.name);
    let fault = match step.kind {
        StepKind::Choose if step.choices.is_empty() => Some("add `choices = [ … ]`"),
        StepKind::Act if step.act.is_none() => Some("add `act = …`"),
        StepKind::Statement if step.says.is_none() => Some("add `says = …`, the words that are signed"),
        StepKind::Choose | StepKind::Act | StepKind::Statement => None,
        _ if step.act.is_some() => Some("only a step of kind `act` has `act`"),
        _ => None,
    };
    if let Some(hint) = fault {
        checker.error_hint(format!("the step `{}` is not whole", step.name), place, hint);
    }
}

/// Steps that wait for one another for ever.
fn check_circle(checker: &mut Checker<'_>, steps: &[Step]) {
    let after: BTreeMap<&str, Vec<&str>> =
        steps.iter().map(|step| (&*step.name, step.after.iter().map(|name| &**name.get_ref()).collect())).collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    loop {
        let ready = after.iter().filter(|(name, after)| {
            !done.contains(*name) && after.iter().all(|one| done.contains(one) || !has(steps, one))
        });
        let more: Vec<&str> = ready.map(|(name, _)| *name).collect();
        if more.is_empty() {
            break;
        }
        done.extend(more);
    }
    let waiting: Vec<String> =
        after.keys().filter(|name| !done.contains(*name)).map(|name| format!("`{name}`")).collect();
    if let Some(first) = steps.iter().find(|step| !done.contains(&*step.name)).and_then(|step| step.after.first()) {
        let place = checker.place(first);
        let message = format!("the steps {} wait for one another for ever", crate::suggest::and(&waiting));
        checker.error_hint(message, place, "take one of their `after` out");
    }
}

fn has(steps: &[Step], name: &str) -> bool {
    steps.iter().any(|step| &*step.name == name)
}
