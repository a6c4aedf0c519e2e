//! Forms and the checks on them.

use super::Checker;
use crate::suggest;
use schoolkeeper_core::control::{FormCheck, FormField};
use std::collections::BTreeSet;

/// The types of form fields.
const TYPES: &[&str] = &[
    "text",
    "long-text",
    "number",
    "money",
    "yes-no",
    "choice",
    "choices",
    "date",
    "instant",
    "person",
    "ref",
    "place",
    "file",
    "photo",
    "signature",
    "statement",
    "list",
];

pub(super) fn check(checker: &mut Checker<'_>) {
    for (name, form) in &checker.pack.forms {
        checker.at("form", name);
        if form.fields.is_empty() {
            let place = checker.name();
            checker.error_hint(format!("the form `{name}` asks nothing"), place, "add fields");
        }
        check_fields(checker, &form.fields);
    }
}

pub(super) fn check_fields(checker: &mut Checker<'_>, fields: &[FormField]) {
    let mut seen = BTreeSet::new();
    for field in fields {
        let place = checker.find(&field.name);
        if !seen.insert(&field.name) {
            checker.error(format!("the field `{}` stands a second time", field.name), place.clone());
        }
        if !crate::library::is_name(&field.name.replace('_', "-")) || field.name.contains('-') {
            let hint = "small letters, digits and `_` between them";
            checker.error_hint(format!("`{}` is no name of a field", suggest::short(&field.name)), place.clone(), hint);
        }
        let kind = &**field.kind.get_ref();
        // A field without a type is a text and has no place of its own.
        if field.kind.span().is_empty() || checker.known_at("the type", &field.kind, TYPES.iter().copied()) {
            check_keys(checker, field, kind, place);
        }
    }
}

fn check_keys(checker: &mut Checker<'_>, field: &FormField, kind: &str, place: schoolkeeper_core::diagnostic::Place) {
    let chooses = matches!(kind, "choice" | "choices");
    if chooses && field.choices.is_empty() && field.of.is_none() {
        checker.error_hint(format!("`{}` offers no choice", field.name), place, "add `choices = [ … ]`");
    } else if !chooses && !field.choices.is_empty() {
        checker.error_hint(
            format!("`{}` has choices and is of type {kind}", field.name),
            place,
            "use `type = \"choice\"`",
        );
    } else if kind == "ref" && field.to.is_none() {
        checker.error_hint(format!("`{}` refers to nothing", field.name), place, "add `to = \"REGISTER\"`");
    }
    if let Some(to) = &field.to {
        let place = checker.find(to);
        checker.known("the register", to, place, checker.schemas.all().iter().map(|register| &*register.id));
    }
    if let Some(of) = field.of.as_ref().filter(|_| chooses) {
        let place = checker.find(of);
        checker.known("the list", of, place, checker.pack.lists.keys().map(|name| &**name));
    }
}

/// The checks of a request or case over its form.
pub(super) fn check_checks(checker: &mut Checker<'_>, checks: &[FormCheck], form: Option<&str>) {
    let form = form.and_then(|name| checker.pack.forms.get(name));
    for check in checks {
        if let (Some(field), Some(form)) = (&check.field, form) {
            let place = checker.find(field);
            checker.known("the field of the form", field, place, form.fields.iter().map(|field| &*field.name));
        }
        if let Some(list) = &check.from {
            checker.known_at("the list", list, checker.pack.lists.keys().map(|name| &**name));
            if check.field.is_none() {
                let place = checker.place(list);
                checker.error_hint("which field must be in this list?", place, "add `field = …`");
            }
        }
        if check.field.is_none() && check.test.is_none() {
            let place = checker.find_key("checks");
            checker.error_hint("this check tests nothing", place, "add `test = …`, or `field` and `from`");
        }
    }
}
