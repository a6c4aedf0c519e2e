//! A policy's form on a page: every type of field as the part of a form it is, without JavaScript. What is asked only
//! after another answer comes with the next look at the page.
//!
//! Invariant: what was typed is never lost between two looks, and stands in no address.

mod choose;
mod file;
mod question;
mod sheet;
mod step;

pub(crate) use choose::{Choosing, Looked, There, first_school, statements};
pub use file::{Files, again, answered, refused};
pub use question::{Item, items};
pub use sheet::{Next, Sheet, Wrong, answers, drawn_unnamed, mistakes};
pub use step::{Step, step};

use crate::entry::control;
use crate::form::Posted;
use schoolkeeper_app::pack_form::{PART, PackForm, Typed};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::FieldType;

/// What a form sent, field by field.
pub fn typed(form: &PackForm, posted: &Posted) -> Typed {
    let mut out = control::typed(&form.register(""), posted);
    for asked in form.asked.iter().filter(|asked| asked.rows.is_some()) {
        let [items, answers] = ["item", "each"].map(|part| posted.all(&format!("f-{}-{part}", asked.field.name)));
        let clean = |text: &&str| text.replace([PART, '\n', '\r'], " ");
        let lines =
            items.iter().zip(answers.iter()).map(|(item, answer)| format!("{}{PART}{}", clean(item), clean(answer)));
        out.insert(asked.field.name.clone(), lines.collect::<Vec<_>>().join("\n"));
    }
    out
}

/// Every entry a form points to, so that it can be named.
pub fn points_to(form: &PackForm, typed: &Typed) -> Vec<EntryId> {
    let links = form.asked.iter().filter(|asked| matches!(asked.field.kind, FieldType::Ref(_) | FieldType::Refs(_)));
    let texts = links.filter_map(|asked| typed.get(&asked.field.name));
    texts.flat_map(|text| text.lines()).filter_map(|id| id.parse().ok().map(EntryId)).collect()
}
