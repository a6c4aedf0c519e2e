//! Clauses: what they bind and name.

use super::{Checker, who};
use crate::suggest;
use schoolkeeper_core::clause::{Article, Clause};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Who;
use schoolkeeper_core::schema::{FieldType, Register};
use std::collections::BTreeSet;

pub(super) fn check(checker: &mut Checker<'_>) {
    let pack = checker.pack;
    twice(checker, "aim", pack.aims.iter().map(|aim| &aim.id));
    twice(checker, "tag", pack.tags.iter().map(|tag| &tag.id));
    twice(checker, "term", pack.terms.iter().map(|term| &term.id));
    twice(checker, "law", pack.laws.iter().map(|law| &law.id));
    twice(checker, "companion", pack.companions.iter().map(|companion| &companion.id));
    let mut seen = BTreeSet::new();
    for clause in &pack.clauses {
        checker.at("clause", clause.id.get_ref());
        let place = checker.place(&clause.id);
        let id = clause.id.get_ref();
        if !seen.insert(id) {
            let hint = "paragraph numbers are unique in a pack";
            checker.error_hint(format!("the clause `{id}` stands a second time"), place.clone(), hint);
        }
        if id.is_empty() || id.len() > 40 || id.chars().any(|c| c.is_control() || c.is_whitespace()) {
            let hint = "a paragraph number such as `7.1e`, without blanks";
            checker.error_hint(format!("`{}` is no id of a clause", suggest::short(id)), place.clone(), hint);
        }
        if clause.section.is_none() {
            checker.error_hint(format!("the clause `{id}` stands under no heading"), place, "add `section = …`");
        }
        one(checker, clause);
    }
    unbound(checker);
}

fn twice<'p>(checker: &mut Checker<'p>, kind: &str, ids: impl Iterator<Item = &'p Name>) {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            checker.at(kind, id);
            let place = checker.find(id);
            checker.error(format!("the {kind} `{id}` stands a second time"), place);
        }
    }
}

fn one(checker: &mut Checker<'_>, clause: &Clause) {
    let pack = checker.pack;
    for name in &clause.controls {
        checker.known_at("the control", name, pack.controls.keys().map(|name| &**name));
    }
    who::check(checker, &Who(clause.who.clone()), None);
    checker.known_all("the tag", &clause.tags, pack.tags.iter().map(|tag| &*tag.id));
    checker.known_all("the aim", &clause.aims, pack.aims.iter().map(|aim| &*aim.id));
    checker.known_all("the term", &clause.terms, pack.terms.iter().map(|term| &*term.id));
    checker.known_all("the law", &clause.laws, pack.laws.iter().map(|law| &*law.id));
    checker.known_all("the companion", &clause.companions, pack.companions.iter().map(|companion| &*companion.id));
    for name in &clause.about {
        if checker.known_at("the entry", name, pack.entries.keys().map(|name| &**name)) {
            narrows(checker, clause, name);
        }
    }
    if let Some(article) = &clause.article {
        one_article(checker, clause, article);
    }
}

/// An entry of `about` is, or is referred to by, the subjects of at least one bound control.
fn narrows(checker: &mut Checker<'_>, clause: &Clause, name: &serde_spanned::Spanned<Name>) {
    let Some(entry) = checker.pack.entries.get(name.get_ref()) else { return };
    let of = entry.register.get_ref();
    if checker.schemas.get(of).is_none() {
        return;
    }
    let mut subjects = clause.controls.iter().filter_map(|control| {
        let subject = subject_of(&checker.pack.controls.get(control.get_ref())?.kind)?;
        checker.schemas.get(subject)
    });
    if !subjects.any(|register| register.id == *of || refers(register, of)) {
        let place = checker.place(name);
        let hint = format!("bind a control for the register `{of}`, or for one that refers to it");
        checker.error_hint(format!("no control of this clause looks at `{}`", name.get_ref()), place, hint);
    }
}

/// The register a control looks at.
pub(super) fn subject_of(kind: &ControlKind) -> Option<&str> {
    let spanned = match kind {
        ControlKind::Setting(setting) => setting.subject.as_ref(),
        ControlKind::Rule(rule) => Some(&rule.subject),
        ControlKind::Duty(duty) => duty.subject.as_ref().or(duty.sample.as_ref().map(|sample| &sample.subject)),
        ControlKind::Agreement(agreement) => agreement.per.as_ref(),
        ControlKind::Retention(retention) => Some(&retention.register),
        ControlKind::Job(job) => job.subject.as_ref(),
        ControlKind::Request(_) | ControlKind::Case(_) | ControlKind::Access(_) | ControlKind::Channel(_) => None,
    };
    let document = match kind {
        ControlKind::Agreement(agreement) => {
            agreement.document.as_ref().and_then(|text| document_register(text.get_ref()))
        }
        _ => None,
    };
    spanned.map(|name| &**name.get_ref()).or(document)
}

/// The register of `REGISTER/ENTRY` or `each REGISTER where …`.
pub(super) fn document_register(text: &str) -> Option<&str> {
    match text.strip_prefix("each ") {
        Some(rest) => rest.split(' ').next(),
        None => text.split_once('/').map(|(register, _)| register),
    }
}

fn refers(register: &Register, to: &str) -> bool {
    register.fields.iter().any(|field| match &field.kind {
        FieldType::Ref(target) | FieldType::Refs(target) => matches!(&**target, "any") || &**target == to,
        FieldType::Back { from, .. } => &**from == to,
        FieldType::Rows(fields) => {
            fields.iter().any(|field| matches!(&field.kind, FieldType::Ref(target) if &**target == to))
        }
        _ => false,
    })
}

fn one_article(checker: &mut Checker<'_>, clause: &Clause, article: &Article) {
    let pack = checker.pack;
    let place = checker.find(&article.words);
    let bound = clause.controls.iter().filter_map(|name| pack.controls.get(name.get_ref()));
    if !bound.clone().any(|control| matches!(&control.kind, ControlKind::Agreement(_))) {
        let hint = "bind an agreement with `articles = \"bound\"`";
        checker.error_hint("an article stands in no agreement", place.clone(), hint);
    }
    if article.ask.is_some() && (article.right.is_none() || article.wrong.is_empty()) {
        let live = article.right.as_deref().is_some_and(|right| right.starts_with("$live:"));
        if !live {
            let hint = "add `right = …` and `wrong = [ … ]`";
            checker.error_hint("a question needs its right answer and wrong ones", place.clone(), hint);
        }
    }
    if article.ask.is_none() && (article.right.is_some() || !article.wrong.is_empty()) {
        checker.error_hint("answers without a question", place, "add `ask = …`");
    }
    for act in &article.show_at {
        let place = checker.find(act);
        checker.act_text(act, place);
    }
    who::check(checker, &Who(article.audience.clone()), None);
}

/// Controls nobody binds and nothing names do nothing.
fn unbound(checker: &mut Checker<'_>) {
    let pack = checker.pack;
    let bound: BTreeSet<&str> =
        pack.clauses.iter().flat_map(|clause| &clause.controls).map(|name| &**name.get_ref()).collect();
    for control in pack.controls.values() {
        if bound.contains(&*control.id) || is_named(checker, &control.id) {
            continue;
        }
        checker.at("control", &control.id);
        let place = checker.name();
        checker.warning(
            format!("no clause binds the control `{}`", control.id),
            place,
            format!("add `\"{}\"` to the `controls` of a clause, or take it out", control.id),
        );
    }
}

/// Another control leans on it: an exception, a case that is opened, a permission that is asked for.
fn is_named(checker: &Checker<'_>, name: &str) -> bool {
    checker.pack.controls.values().any(|control| match &control.kind {
        ControlKind::Rule(rule) => {
            let named = rule.excused_by.iter().chain(&rule.opens).any(|other| &**other.get_ref() == name);
            named || rule.expect.get_ref().contains(&format!("'{name}'"))
        }
        ControlKind::Request(request) => {
            request.unlocks.iter().any(|act| act.get_ref().split_once(':').is_some_and(|(_, case)| case == name))
        }
        ControlKind::Access(access) => access.only.iter().any(|only| only.get_ref().contains(&format!("'{name}'"))),
        _ => false,
    })
}
