//! What is asked for and what goes wrong, in words: requests and cases.

use super::control::{event, shown};
use super::expression::says;
use super::words::{Words, plain, title};
use crate::suggest::or;
use schoolkeeper_core::control::{Case, Request, Step, StepKind, WhoOrExpr};

pub(super) fn explain_request(words: &Words<'_>, request: &Request) -> Vec<String> {
    let mut out = vec![format!("Permission can be asked by {}.", words.who(&request.who))];
    for check in &request.checks {
        match (&check.says, &check.test) {
            (Some(says), _) => out.push(says.clone()),
            (None, Some(test)) => out.push(format!("It can be asked for only when {}.", says(words, test.get_ref()))),
            (None, None) => {}
        }
    }
    let stages: Vec<String> = request
        .stages
        .iter()
        .map(|stage| {
            let within = stage.within.as_ref().map(|span| format!(" within {}", words.or_param(span)));
            let own = Some(words.who(&stage.otherwise)).filter(|who| !who.is_empty());
            let own = own.map(|who| format!(" (by {who} for those who would decide alone what they ask)"));
            format!("{}{}{}", words.who(&stage.by), within.unwrap_or_default(), own.unwrap_or_default())
        })
        .collect();
    out.push(if request.given {
        "Whoever asks gives what is theirs: it counts at once.".to_owned()
    } else {
        format!("It is decided by {}.", stages.join(", then by "))
    });
    if !request.conditions.is_empty() {
        out.push(format!("Conditions to accept: {}.", request.conditions.join("; ")));
    }
    if let Some(longest) = &request.longest {
        out.push(format!("It ends after {} at the latest.", words.or_param(longest)));
    }
    if !request.unlocks.is_empty() {
        out.push(format!("Without it, Schoolkeeper refuses to {}.", words.acts(&request.unlocks)));
    }
    if !request.excuses.is_empty() {
        out.push(format!("It allows what {} would not.", words.controls(&request.excuses)));
    }
    for end in &request.at_end {
        out.push(format!("At its end: “{}”", end.says));
        out.extend(shown(&end.evidence));
    }
    out
}

pub(super) fn explain_case(words: &Words<'_>, case: &Case) -> Vec<String> {
    let mut out = Vec::new();
    if !case.report_by.is_empty() {
        out.push(format!("It can be reported by {}.", words.who(&case.report_by)));
    }
    if let Some(on) = &case.on {
        out.push(format!("It begins {}.", event(words, on.get_ref())));
    }
    if !case.steps.is_empty() {
        let steps: Vec<String> = case.steps.iter().map(|step| explain_step(words, step)).collect();
        out.push(format!("Steps: {}.", steps.join("; ")));
    }
    for clock in &case.clocks {
        let from = match &*clock.from {
            "opened" => "it was opened".to_owned(),
            "aware" => "somebody knew of it".to_owned(),
            step => format!("“{}”", plain(step)),
        };
        out.push(format!(
            "“{}” must be done within {} after {from}.",
            title(&clock.name),
            words.or_param(&clock.within)
        ));
    }
    if case.anonymous {
        out.push("It may be reported without saying who one is.".to_owned());
    }
    if let Some(within) = &case.look_within {
        out.push(format!("Somebody who deals with it opens a report within {}.", words.or_param(within)));
    }
    if !case.visible_to.is_empty() {
        out.push(format!("It is seen only by those it names and by {}.", words.who(&case.visible_to)));
    }
    if let Some(close) = &case.close_when {
        out.push(format!("It can be closed only when {}.", says(words, close.get_ref())));
    }
    if let Some(exercise) = &case.exercise {
        out.push(format!("It is tried out every {}.", exercise.to_string().trim_start_matches("1 ")));
    }
    out
}

fn explain_step(words: &Words<'_>, step: &Step) -> String {
    let by = match &step.by {
        Some(WhoOrExpr::Who(who)) => words.who(who),
        Some(WhoOrExpr::Expr(expr)) => format!("somebody for whom {}", says(words, expr)),
        None => words.who(&step.to),
    };
    let mut parts = vec![plain(&step.name)];
    if !by.is_empty() {
        parts.push(format!(" ({by})"));
    }
    match (step.kind, &step.act) {
        (StepKind::Choose, _) => {
            let choices: Vec<String> = step.choices.iter().map(|choice| plain(choice)).collect();
            parts.push(format!(": {}", or(&choices)));
        }
        (StepKind::Act, Some(act)) => parts.push(format!(": {}", words.acts(std::slice::from_ref(act)))),
        _ => {}
    }
    if let Some(within) = &step.within {
        parts.push(format!(", within {}", words.or_param(within)));
    }
    if let Some(when) = &step.when {
        parts.push(format!(", when {}", says(words, when.get_ref())));
    }
    parts.concat()
}
