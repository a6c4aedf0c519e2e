//! A policy's form on a page: every type of field as the part of a form it is, without JavaScript. What is asked only
//! after another answer comes with the next look at the page.
//!
//! Invariant: what was typed is never lost between two looks, and stands in no address.

mod question;
mod step;

pub use question::{Item, items};
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
        let lines = items.iter().zip(answers.iter()).map(|(item, answer)| format!("{}{PART}{}", clean(item), clean(answer)));
        out.insert(asked.field.name.clone(), lines.collect::<Vec<_>>().join("\n"));
    }
    out
}

/// What was typed as a form sends it: how a form is filled in before somebody looks at it.
pub fn sent(form: &PackForm, typed: &Typed) -> Vec<(String, String)> {
    let mut out = control::sent(&form.register(""), typed);
    for asked in &form.asked {
        let (Some(_), Some(typed)) = (&asked.rows, typed.get(&asked.field.name)) else { continue };
        for (item, answer) in typed.lines().filter_map(|line| line.split_once(PART)) {
            out.push((format!("f-{}-item", asked.field.name), item.to_owned()));
            out.push((format!("f-{}-each", asked.field.name), answer.to_owned()));
        }
    }
    out
}

/// Every entry a form points to, so that it can be named.
pub fn points_to(form: &PackForm, typed: &Typed) -> Vec<EntryId> {
    let links = form.asked.iter().filter(|asked| matches!(asked.field.kind, FieldType::Ref(_) | FieldType::Refs(_)));
    let texts = links.filter_map(|asked| typed.get(&asked.field.name));
    texts.flat_map(|text| text.lines()).filter_map(|id| id.parse().ok().map(EntryId)).collect()
}
