//! What the button that was pressed asks for.

use crate::entry::find;
use crate::form::Posted;
use schoolkeeper_app::pack_form::{PackForm, Typed};
use schoolkeeper_core::schema::FieldType;

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The same page once more, with what changed in it.
    Show,
    /// The page that finds an entry for this field, of this register.
    Find {
        /// The field.
        name: String,
        /// What people read for it.
        label: String,
        /// Where to look.
        register: String,
        /// It was looked for already.
        searched: bool,
    },
    /// It goes on: what this button means is the page's own.
    On,
}

/// Reads which button was pressed; what it changes of the links is changed in what was typed.
pub fn step(form: &PackForm, posted: &Posted, typed: &mut Typed) -> Step {
    let (step, name) = posted.get("step").split_once(':').unwrap_or((posted.get("step"), ""));
    let Some(asked) = form.get(name) else {
        return if matches!(step, "back" | "row") { Step::Show } else { Step::On };
    };
    let again = find::chooses_nothing(posted);
    match (step, &asked.field.kind) {
        (step, FieldType::Ref(to) | FieldType::Refs(to)) if again || matches!(step, "find" | "search") => Step::Find {
            name: name.to_owned(),
            label: asked.field.label.clone(),
            register: to.to_string(),
            searched: again || step == "search",
        },
        ("choose" | "clear", kind) => {
            find::relink(kind, step, posted, typed.entry(asked.field.name.clone()).or_default());
            Step::Show
        }
        ("back" | "row" | "find" | "search", _) => Step::Show,
        _ => Step::On,
    }
}
