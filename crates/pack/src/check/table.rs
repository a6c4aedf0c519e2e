//! The head, roles, audiences, classes, ladders, named entries and words of a pack.

use super::{Checker, catalogue, who};
use crate::library::is_name;
use crate::suggest;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, NamedEntry};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::phrase::{Span, Who};
use schoolkeeper_core::schema::{Field, FieldType};
use serde_spanned::Spanned;
use std::str::FromStr;

/// The one version of the language.
const LANGUAGE: u32 = 1;

pub(super) fn check(checker: &mut Checker<'_>) {
    names(checker);
    head(checker);
    who::check_collisions(checker);
    roles(checker);
    classes(checker);
    for (name, ladder) in &checker.pack.ladders {
        checker.at("ladder", name);
        if ladder.steps.is_empty() {
            let place = checker.name();
            checker.error_hint(format!("the ladder `{name}` has no steps"), place, "add a step with `at` and `tell`");
        }
        for step in &ladder.steps {
            who::check(checker, &step.tell, None);
        }
    }
    for (name, entry) in &checker.pack.entries {
        checker.at("entry", name);
        named_entry(checker, entry);
    }
    laws(checker);
}

/// Kebab-case where the language asks for it; params are snake_case, since expressions have no `-`.
fn names(checker: &mut Checker<'_>) {
    let pack = checker.pack;
    let kebab: [(&str, Vec<&Name>); 8] = [
        ("role", pack.roles.keys().collect()),
        ("audience", pack.audiences.keys().collect()),
        ("list", pack.lists.keys().collect()),
        ("ladder", pack.ladders.keys().collect()),
        ("form", pack.forms.keys().collect()),
        ("entry", pack.entries.keys().collect()),
        ("schedule", pack.schedules.keys().collect()),
        ("control", pack.controls.keys().collect()),
    ];
    for (kind, names) in kebab {
        for name in names {
            if !is_name(name) {
                checker.at(kind, name);
                let place = checker.name();
                let hint = "small letters, digits and `-` between them, as in `office-backup`";
                checker.error_hint(format!("`{}` is no name of a {kind}", suggest::short(name)), place, hint);
            }
        }
    }
    for name in pack.params.keys() {
        if !is_name(&name.replace('_', "-")) || name.contains('-') {
            checker.at("param", name);
            let place = checker.name();
            let hint = "small letters, digits and `_` between them, as in `backup_gap`";
            checker.error_hint(format!("`{}` is no name of a param", suggest::short(name)), place, hint);
        }
    }
}

fn head(checker: &mut Checker<'_>) {
    let head = &checker.pack.head;
    "pack".clone_into(&mut checker.key);
    if head.language != LANGUAGE {
        let place = checker.pack.place_of(head.id.span());
        let hint = format!("write `language = {LANGUAGE}`");
        checker.error_hint(format!("version {} of the language is not known here", head.language), place, hint);
    }
    who::check(checker, &head.owner, None);
}

fn roles(checker: &mut Checker<'_>) {
    let pack = checker.pack;
    for (name, role) in &pack.roles {
        checker.at("role", name);
        if let Some(acts_as) = &role.acts_as {
            let place = checker.find(acts_as);
            checker.known("the base role", acts_as, place, BaseRole::ALL.iter().map(|role| role.name()));
        } else {
            let place = checker.name();
            let hint =
                "add `acts_as = …`: head, office, technician, protection, safeguarding, governor, staff or guest";
            checker.error_hint(format!("the role `{name}` does not say what it may do"), place, hint);
        }
        let others = pack.roles.keys().map(|name| &**name);
        let named: Vec<Name> = role.held_by.iter().chain(&role.not_with).chain(&role.requires).cloned().collect();
        checker.known_all("the role", &named, others);
        if let Some(chain) = circle(checker, name) {
            let place = checker.find(&chain);
            checker.error_hint(format!("the role `{name}` is held by itself"), place, "take one `held_by` out");
        }
    }
}

/// The `held_by` that leads back to the role.
fn circle(checker: &Checker<'_>, name: &Name) -> Option<Name> {
    let mut at = checker.pack.roles.get(name)?.held_by.clone()?;
    for _ in 0..checker.pack.roles.len() {
        if at == *name {
            return checker.pack.roles.get(name)?.held_by.clone();
        }
        at = checker.pack.roles.get(&at)?.held_by.clone()?;
    }
    None
}

fn classes(checker: &mut Checker<'_>) {
    let Some(class) = &checker.pack.class else { return };
    "class".clone_into(&mut checker.key);
    let own: Vec<Name> = class.same_as.keys().cloned().collect();
    checker.known_all("the class", &own, class.order.iter().map(|name| &**name));
    for (at, name) in class.order.iter().enumerate() {
        if class.order[..at].contains(name) {
            let place = checker.find(name);
            checker.error(format!("the class `{name}` stands a second time"), place);
        }
    }
}

fn named_entry(checker: &mut Checker<'_>, entry: &NamedEntry) {
    let Some(register) = checker.register(&entry.register) else { return };
    for (name, value) in &entry.set {
        match register.field(name) {
            Some((_, field)) => fits(checker, field, value),
            None => checker.field(register, name, checker.find(name)),
        }
    }
}

/// A literal fits the type of a field.
fn fits(checker: &mut Checker<'_>, field: &Field, value: &Spanned<Literal>) {
    let fault = match (&field.kind, value.get_ref()) {
        (FieldType::Choice(choices), Literal::Text(text)) => {
            let place = checker.place(value);
            checker.known("the choice", text, place, choices.iter().map(|choice| &**choice));
            return;
        }
        (FieldType::Choices(choices), Literal::List(items)) => {
            for item in items {
                if let Literal::Text(text) = item {
                    let place = checker.place(value);
                    checker.known("the choice", text, place, choices.iter().map(|choice| &**choice));
                }
            }
            return;
        }
        (FieldType::YesNo, Literal::Bool(_))
        | (FieldType::Number | FieldType::Money, Literal::Int(_) | Literal::Number(_))
        | (
            FieldType::Text | FieldType::LongText | FieldType::Ref(_) | FieldType::File | FieldType::Photo,
            Literal::Text(_),
        )
        | (FieldType::List | FieldType::Refs(_), Literal::List(_)) => None,
        (FieldType::Date, Literal::Text(text)) => {
            jiff::civil::Date::from_str(text).err().map(|_| "a date such as 2026-11-21 belongs here")
        }
        (FieldType::Instant, Literal::Text(text)) => {
            jiff::civil::DateTime::from_str(text).err().map(|_| "an instant such as 2026-11-21T08:00 belongs here")
        }
        (FieldType::Span, Literal::Text(text)) => {
            Span::from_str(text).err().map(|_| "a span such as `5 days` belongs here")
        }
        (FieldType::YesNo, _) => Some("`true` or `false` belongs here"),
        (FieldType::Number | FieldType::Money, _) => Some("a number belongs here"),
        (FieldType::List | FieldType::Refs(_) | FieldType::Choices(_), _) => Some("a list in `[ ]` belongs here"),
        (FieldType::Back { .. }, _) => Some("this field is never filled in; it lists what points here"),
        (FieldType::Rows(_) | FieldType::Map, _) => Some("this field cannot be set here"),
        _ => Some("a text in quotes belongs here"),
    };
    if let Some(hint) = fault {
        let place = checker.place(value);
        checker.error_hint(format!("this does not fit the field `{}`", field.name), place, hint);
    }
}

fn laws(checker: &mut Checker<'_>) {
    let pack = checker.pack;
    for law in &pack.laws {
        checker.at("law", &law.id);
        if let Some(other) = &law.replaced_by {
            let place = checker.find(other);
            checker.known("the law", other, place, pack.laws.iter().map(|law| &*law.id));
        }
        if let (Some(from), Some(to)) = (law.from, law.to)
            && from > to
        {
            let place = checker.find(&law.id);
            checker.error(format!("the law `{}` ends before it begins", law.id), place);
        }
    }
    for companion in &pack.companions {
        checker.at("companion", &companion.id);
        who::check(checker, &Who(companion.owner.iter().cloned().collect()), None);
    }
    for control in pack.controls.values() {
        checker.at("control", &control.id);
        checker.known_all("the opening", &control.open, catalogue::OPENINGS.iter().copied());
    }
}
