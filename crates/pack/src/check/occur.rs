//! Duties, jobs and agreements: when they fall due, who does them and what they show.

use super::control::{check_closed, check_every, check_subject};
use super::{Checker, catalogue, clause, param, who};
use schoolkeeper_core::control::{Agreement, Control, Duty, Job};
use schoolkeeper_core::phrase::{Dates, Event, Evidence};
use schoolkeeper_core::schema::{FieldType, Register};
use serde_spanned::Spanned;
use std::collections::BTreeSet;
use std::str::FromStr;

/// What happens when a version is published.
const PUBLISHED: &str = "policy-document.changed:published_version";

pub(super) fn check_duty(checker: &mut Checker<'_>, duty: &Duty) {
    let subject = check_subject(checker, duty.subject.as_ref());
    let sampled = duty.sample.as_ref().and_then(|sample| checker.register(&sample.subject));
    let subject = subject.or(sampled);
    check_when(checker, duty);
    who::check(checker, &duty.owner, subject);
    if duty.owner.is_empty() {
        let place = checker.find_key("owner");
        checker.error_hint("nobody does this task", place, "name somebody in `owner`");
    }
    who::check(checker, &duty.countersign, subject);
    who::check(checker, &duty.send_to, subject);
    for participants in &duty.with {
        who::check(checker, &participants.any, subject);
    }
    if let Some(skip) = &duty.skip {
        who::check(checker, &skip.by, subject);
    }
    check_parts(checker, duty, subject);
    check_evidence(checker, duty);
    if let Some(each) = &duty.decide_each
        && let Some(task) = &each.task
    {
        who::check(checker, &task.to, subject);
        param::check_span(checker, task.within.as_ref());
        checker.known_all("the answer", &task.on, each.answers.iter().map(|name| &**name));
    }
    if let Some(each) = &duty.decide_each {
        checker.known_all("the answer", &each.reason, each.answers.iter().map(|name| &**name));
    }
}

fn check_when(checker: &mut Checker<'_>, duty: &Duty) {
    let given = [duty.every.is_some(), duty.dates.is_some(), duty.on.is_some()];
    if given.iter().filter(|given| **given).count() != 1 {
        let place = checker.find_key("owner");
        let hint = "give exactly one of `every`, `dates` and `on`";
        let message =
            if given.contains(&true) { "this task has two calendars" } else { "nothing says when this is due" };
        checker.error_hint(message, place, hint);
    }
    check_every(checker, duty.every.as_ref());
    check_event(checker, duty.on.as_ref());
    if let Some(on) = duty.on.as_ref().filter(|_| reaches(duty.on.as_ref())) {
        check_reaches(checker, duty, on);
    } else if duty.on.is_some() && duty.within.is_none() {
        let place = checker.find_key("on");
        checker.error_hint("nothing says how soon this is due", place, "add `within = …`");
    }
    if duty.on.is_none() && duty.within.is_some() {
        let place = checker.find_key("within");
        checker.error_hint("`within` counts from an event", place, "add `on = …`, or use `window`");
    }
    if duty.holidays && duty.every.is_none() {
        let place = checker.find_key("holidays");
        checker.error_hint("`holidays` is about what comes again", place, "add `every = …`, or take it out");
    }
    if duty.plan && duty.on.as_ref().is_none_or(|on| on.get_ref() != PUBLISHED) {
        let place = checker.find_key("plan");
        checker.error_hint(
            "only what a new version begins can be planned",
            place,
            format!("add `on = \"{PUBLISHED}\"`"),
        );
    }
    param::check_span(checker, duty.within.as_ref());
    param::check_span(checker, duty.window.as_ref());
    if let Some(at) = &duty.at {
        check_closed(checker, "the moment", at, catalogue::MOMENTS);
    }
    if let Some(dates) = &duty.dates {
        let place = checker.place(dates);
        match Dates::from_str(dates.get_ref()) {
            Ok(dates) => {
                let known = checker.schemas.all().iter().map(|register| &*register.id);
                checker.known("the register", &dates.register, place, known);
            }
            Err(error) => checker.error(error.to_string(), place),
        }
    }
}

fn reaches(on: Option<&Spanned<String>>) -> bool {
    on.is_some_and(|on| matches!(Event::from_str(on.get_ref()), Ok(Event::Reaches { .. })))
}

/// What waits for a day of an entry is about that entry, and the day is its own date.
fn check_reaches(checker: &mut Checker<'_>, duty: &Duty, on: &Spanned<String>) {
    let Ok(Event::Reaches { register, .. }) = Event::from_str(on.get_ref()) else { return };
    let place = checker.place(on);
    if duty.subject.as_ref().map(Spanned::get_ref) != Some(&register) {
        checker.error_hint("this waits for a day of something else", place, format!("add `for = \"{register}\"`"));
    }
    if duty.within.is_some() {
        let place = checker.find_key("within");
        checker.error_hint("the entry itself says by when", place, "take `within` out, or use `window`");
    }
}

/// Only a task can wait for a day to come.
pub(super) fn check_no_day(checker: &mut Checker<'_>, on: Option<&Spanned<String>>) {
    if let Some(on) = on.filter(|_| reaches(on)) {
        let place = checker.place(on);
        checker.error_hint(
            "only a task waits for a day of an entry",
            place,
            "write what happens: `REGISTER.changed:FIELD`",
        );
    }
}

/// An event names a register's field, a duty or a case.
pub(super) fn check_event(checker: &mut Checker<'_>, on: Option<&Spanned<String>>) {
    let Some(on) = on else { return };
    let place = checker.place(on);
    match Event::from_str(on.get_ref()) {
        Ok(Event::Changed { register, field }) => {
            let all = checker.schemas.all().iter().map(|register| &*register.id);
            checker.known("the register", &register, place.clone(), all);
            if let Some(known) = checker.schemas.get(&register) {
                checker.field(known, &field, place);
            }
        }
        Ok(Event::Reaches { register, field }) => {
            let all = checker.schemas.all().iter().map(|register| &*register.id);
            checker.known("the register", &register, place.clone(), all);
            let Some(known) = checker.schemas.get(&register) else { return };
            checker.field(known, &field, place.clone());
            if known.field(&field).is_some_and(|(_, field)| field.kind != FieldType::Date) {
                checker.error_hint("this is no date", place, "name a field that holds a day");
            }
        }
        Ok(Event::Done { control }) => {
            checker.control(&control, "duty", place);
        }
        Ok(Event::Opened { case }) => {
            checker.control(&case, "case", place);
        }
        Err(error) => checker.error(error.to_string(), place),
    }
}

fn check_parts(checker: &mut Checker<'_>, duty: &Duty, subject: Option<&Register>) {
    if duty.sample.is_some() && duty.subject.is_some() {
        let place = checker.find_key("sample");
        checker.error_hint("this is for each entry and for a sample", place, "take `for` or `sample` out");
    }
    if duty.sample.as_ref().is_some_and(|sample| sample.count == 0) {
        let place = checker.find_key("count");
        checker.error("a sample of none proves nothing", place);
    }
    let mut seen = BTreeSet::new();
    for item in &duty.checklist {
        let place = checker.find(&item.name);
        if !seen.insert(&item.name) {
            checker.error(format!("the question `{}` stands a second time", item.name), place.clone());
        }
        if item.finding && item.bad.is_none() {
            checker.error_hint("which answer is a problem?", place, "add `bad = \"no\"` or `bad = \"yes\"`");
        }
        if item.draft && item.bad.is_none() {
            checker.error_hint(
                "which answer begins a draft?",
                checker.find(&item.name),
                "add `bad = \"yes\"` or `bad = \"no\"`",
            );
        }
        if !item.to.is_empty() && !item.finding {
            let hint = "add `finding = true`, or take `to` out";
            checker.warning("this line tells nobody of anything", checker.find(&item.name), hint);
        }
        who::check(checker, &item.to, subject);
    }
}

fn check_evidence(checker: &mut Checker<'_>, duty: &Duty) {
    if let Some(report) = &duty.report {
        checker.known_at("the report", report, catalogue::names(catalogue::REPORTS));
    }
    let needs = [
        (Evidence::Report, duty.report.is_none(), "add `report = …`"),
        (Evidence::Measured, duty.measured.is_none(), "add `measured = …`"),
        (Evidence::Decisions, duty.decide_each.is_none() && duty.report.is_none(), "add `decide_each = …`"),
        (Evidence::Countersignature, duty.countersign.is_empty(), "add `countersign = …`"),
        (Evidence::Notice, duty.send_to.is_empty(), "say who reads it: add `send_to = …`"),
    ];
    if let Some(texts) = &duty.texts {
        checker.known_at("the list", texts, checker.pack.lists.keys().map(|name| &**name));
        if !duty.evidence.contains(&Evidence::Notice) {
            let place = checker.place(texts);
            checker.error_hint("no notice begins from these texts", place, "add `\"notice\"` to `evidence`");
        }
    }
    for (evidence, lacks, hint) in needs {
        if lacks && duty.evidence.contains(&evidence) {
            let place = checker.find(evidence.name());
            checker.error_hint(format!("nothing makes the evidence `{evidence}`"), place, hint);
        }
    }
}

pub(super) fn check_job(checker: &mut Checker<'_>, job: &Job) {
    checker.known_at("the automatic check", &job.run, catalogue::names(catalogue::JOBS));
    check_subject(checker, job.subject.as_ref());
    check_every(checker, job.every.as_ref());
    check_event(checker, job.on.as_ref());
    check_no_day(checker, job.on.as_ref());
    param::check_span(checker, job.late_after.as_ref());
    if job.every.is_some() == job.on.is_some() {
        let place = checker.place(&job.run);
        let message = if job.on.is_some() { "this has two calendars" } else { "nothing says when this runs" };
        checker.error_hint(message, place, "give exactly one of `every` and `on`");
    }
}

pub(super) fn check_agreement(checker: &mut Checker<'_>, control: &Control, agreement: &Agreement) {
    let per = check_subject(checker, agreement.per.as_ref());
    who::check(checker, &agreement.audience, per);
    param::check_span(checker, agreement.within.as_ref());
    checker.known_all("the way to sign", &agreement.sign, catalogue::names(catalogue::SIGNING));
    for act in &agreement.blocks {
        checker.act(act);
    }
    if let Some(articles) = &agreement.articles {
        check_closed(checker, "the articles", articles, &["bound"]);
    }
    if let Some(on) = agreement.again.as_ref().and_then(|again| again.on.as_ref()) {
        check_closed(checker, "the change", on, &["material-change"]);
    }
    let place = checker.name();
    if agreement.articles.is_some() == agreement.document.is_some() {
        let hint = "give exactly one of `articles = \"bound\"` and `document = \"REGISTER/ENTRY\"`";
        checker.error_hint("what is signed?", place.clone(), hint);
    }
    if let Some(document) = &agreement.document {
        let place = checker.place(document);
        let known = checker.schemas.all().iter().map(|register| &*register.id);
        match clause::document_register(document.get_ref()) {
            Some(register) => {
                checker.known("the register", register, place, known);
            }
            None => checker.error_hint(
                "this names no document",
                place,
                "write `policy-document/NAME` or `each policy-document where EXPRESSION`",
            ),
        }
    }
    let questions =
        checker.pack.clauses_of(&control.id).filter(|clause| clause.article.as_ref().is_some_and(|a| a.ask.is_some()));
    let asked = questions.count() as u32;
    if let Some(wanted) = agreement.questions.filter(|wanted| *wanted > asked) {
        let message = format!("{wanted} questions are drawn, but its articles have {asked}");
        checker.error_hint(message, place, "add `ask`, `right` and `wrong` to more articles");
    }
}
