//! One control in a few sentences, composed from its fields.

use super::words::{Words, a, plain};
use super::{decide, evaluate, flow, occur};
use crate::suggest::and;
use schoolkeeper_core::control::{Control, ControlKind};
use schoolkeeper_core::phrase::Evidence;
use schoolkeeper_core::schema::Level;

/// How it is checked, who does it, when, and what happens.
pub(super) fn explain(words: &Words<'_>, control: &Control) -> String {
    let mut out: Vec<String> = match &control.kind {
        ControlKind::Setting(setting) => decide::explain_setting(words, setting),
        ControlKind::Rule(rule) => evaluate::explain_rule(words, rule),
        ControlKind::Duty(duty) => occur::explain_duty(words, duty),
        ControlKind::Request(request) => flow::explain_request(words, request),
        ControlKind::Agreement(agreement) => occur::explain_agreement(words, agreement),
        ControlKind::Case(case) => flow::explain_case(words, case),
        ControlKind::Access(access) => decide::explain_access(words, access),
        ControlKind::Channel(channel) => decide::explain_channel(words, channel),
        ControlKind::Retention(retention) => evaluate::explain_retention(words, retention),
        ControlKind::Job(job) => occur::explain_job(words, job),
    };
    out.extend(words.told(&control.tell));
    if let Some(ladder) = control.ladder.as_ref().and_then(|name| words.pack.ladders.get(name)) {
        let steps: Vec<String> = ladder.steps.iter().map(|step| rung(words, step)).collect();
        out.push(format!("Reminders: {}.", and(&steps)));
    }
    if control.level == Level::Trust {
        out.push("This is looked at once for the whole trust.".to_owned());
    }
    out.join(" ")
}

fn rung(words: &Words<'_>, step: &schoolkeeper_core::pack::Rung) -> String {
    let who = words.who(&step.tell);
    let span = step.at;
    match span.count {
        0 => format!("{who} on the day"),
        count if count < 0 => {
            let before = schoolkeeper_core::phrase::Span { count: -count, ..span };
            format!("{who} {before} before")
        }
        _ => format!("{who} {span} after"),
    }
}

pub(super) fn first_up(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn event(words: &Words<'_>, on: &str) -> String {
    use schoolkeeper_core::phrase::Event;
    match on.parse::<Event>() {
        Ok(Event::Changed { register, field }) => {
            format!("whenever the {} of {} changes", plain(&field), a(&words.register(&register)))
        }
        Ok(Event::Done { control }) => format!("whenever “{}” was done", words.control(&control)),
        Ok(Event::Opened { case }) => format!("whenever “{}” begins", words.control(&case)),
        Ok(Event::Reaches { field, .. }) => format!("by its day “{}”", plain(&field)),
        Err(_) => plain(on),
    }
}

pub(super) fn shown(evidence: &[Evidence]) -> Option<String> {
    let names: Vec<String> = evidence.iter().map(|evidence| plain(evidence.name())).collect();
    (!names.is_empty()).then(|| format!("To show: {}.", and(&names)))
}
