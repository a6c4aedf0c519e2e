//! What comes again, in words: duties, automatic checks, agreements.

use super::control::{event, first_up, shown};
use super::expression::says;
use super::words::{Words, plain};
use crate::check::catalogue;
use crate::suggest::{and, or};
use schoolkeeper_core::control::{Agreement, CheckItem, Duty, Job};
use schoolkeeper_core::phrase::Evidence;

pub(super) fn explain_duty(words: &Words<'_>, duty: &Duty) -> Vec<String> {
    let when = match (&duty.every, &duty.dates, &duty.on) {
        (Some(every), _, _) => format!("every {}", words.or_param(every.get_ref()).trim_start_matches("1 ")),
        (_, Some(dates), _) => {
            format!("on the dates of {}", plain(dates.get_ref().split('/').next_back().unwrap_or_default()))
        }
        (_, _, Some(on)) => event(words, on.get_ref()),
        _ => "when it is due".to_owned(),
    };
    let at = duty.at.as_ref().map(|at| format!(" ({})", plain(at))).unwrap_or_default();
    let at = if duty.holidays { at + ", in the holidays too," } else { at };
    let each = match (&duty.subject, &duty.sample) {
        (Some(subject), _) => format!(" for each {}", words.register(subject.get_ref())),
        (_, Some(sample)) => {
            format!(" for {} records drawn by lot ({})", sample.count, words.register(sample.subject.get_ref()))
        }
        _ => String::new(),
    };
    let which =
        duty.filter.as_ref().map(|filter| format!(" where {}", says(words, filter.get_ref()))).unwrap_or_default();
    let mut out = vec![format!("A task for {} {when}{at}{each}{which}.", words.who(&duty.owner))];
    if let Some(within) = &duty.within {
        out.push(format!("It is done within {}.", words.or_param(within)));
    }
    if let Some(window) = &duty.window {
        out.push(format!("It can be done from {} before its date.", words.or_param(window)));
    }
    if !duty.checklist.is_empty() {
        let asked: Vec<String> = duty.checklist.iter().map(|item| format!("“{}”", item.says)).collect();
        out.push(format!("Asked: {}.", and(&asked)));
    }
    for item in &duty.checklist {
        out.extend(bad_answer(words, item));
    }
    out.extend(shown(&duty.evidence));
    if let Some(report) = &duty.report {
        out.push(format!("It ends with {}.", catalogue::says(catalogue::REPORTS, report.get_ref())));
    }
    if !duty.send_to.is_empty() {
        out.push(format!("It goes to {}.", words.who(&duty.send_to)));
    }
    if duty.evidence.contains(&Evidence::Notice) {
        out.push("Everybody it goes to reads it here, with a receipt.".to_owned());
    }
    if duty.plan {
        out.push(
            "When a version is published, each statement it changes becomes an improvement with somebody and a day."
                .to_owned(),
        );
    }
    if let Some(measured) = &duty.measured {
        out.push(format!("The records must agree: {}.", says(words, measured.get_ref())));
    }
    if let Some(each) = &duty.decide_each {
        let answers: Vec<String> = each.answers.iter().map(|answer| plain(answer)).collect();
        out.push(format!("For each one a decision is made: {}.", or(&answers)));
    }
    if !duty.countersign.is_empty() {
        out.push(format!("{} signs as well.", first_up(&words.who(&duty.countersign))));
    }
    out
}

/// What follows a bad answer.
fn bad_answer(words: &Words<'_>, item: &CheckItem) -> Option<String> {
    let bad = item.bad.as_ref()?;
    let told = (item.finding && !item.to.is_empty()).then(|| format!("goes to {}", words.who(&item.to)));
    let draft = item.draft.then(|| "begins a draft of this policy".to_owned());
    let follows: Vec<String> = told.into_iter().chain(draft).collect();
    (!follows.is_empty()).then(|| format!("“{}” to “{}” {}.", first_up(bad), item.says, and(&follows)))
}

pub(super) fn explain_job(words: &Words<'_>, job: &Job) -> Vec<String> {
    let when = match (&job.every, &job.on) {
        (Some(every), _) => format!("every {}", words.or_param(every.get_ref()).trim_start_matches("1 ")),
        (_, Some(on)) => event(words, on.get_ref()),
        _ => "when it is due".to_owned(),
    };
    let each =
        job.subject.as_ref().map(|name| format!(" for each {}", words.register(name.get_ref()))).unwrap_or_default();
    let what = catalogue::says(catalogue::JOBS, job.run.get_ref());
    let mut out = vec![format!("An automatic check {when}{each}: Schoolkeeper {what}.")];
    if let Some(expect) = &job.expect {
        out.push(format!("It is good when {}.", says(words, expect.get_ref())));
    }
    if let Some(late) = &job.late_after {
        out.push(format!("It counts as late after {}.", words.or_param(late)));
    }
    out
}
pub(super) fn explain_agreement(words: &Words<'_>, agreement: &Agreement) -> Vec<String> {
    let what = match (&agreement.document, &agreement.articles) {
        (Some(document), _) => match document.get_ref().strip_prefix("each ") {
            Some(_) => "each document it covers".to_owned(),
            None => format!("“{}”", plain(document.get_ref().split('/').next_back().unwrap_or_default())),
        },
        _ => "the statements that belong to it".to_owned(),
    };
    let per = agreement.per.as_ref().map(|per| format!(", once for each {}", words.register(per.get_ref())));
    let mut out = vec![format!(
        "An agreement for {} to sign: {what}{}.",
        words.who(&agreement.audience),
        per.unwrap_or_default()
    )];
    if let Some(within) = &agreement.within {
        out.push(format!("They have {}.", words.or_param(within)));
    }
    if let Some(again) = &agreement.again {
        let every = again.every.map(|every| format!("every {}", every.to_string().trim_start_matches("1 ")));
        let change = again.on.as_ref().map(|_| "when it changes in substance".to_owned());
        let parts: Vec<String> = every.into_iter().chain(change).collect();
        out.push(format!("It is signed again {}.", and(&parts)));
    }
    if !agreement.sign.is_empty() {
        let ways: Vec<&str> = agreement.sign.iter().map(|way| catalogue::says(catalogue::SIGNING, way)).collect();
        out.push(format!("It can be signed {}.", or(&ways)));
    }
    if !agreement.blocks.is_empty() {
        out.push(format!("Who has not signed cannot {}.", words.acts(&agreement.blocks)));
    }
    out
}
