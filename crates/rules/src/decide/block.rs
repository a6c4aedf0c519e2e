//! Agreements that must be signed before an act.

use super::{Answer, Asked, names};
use crate::flow::agreement;
use crate::flow::record::Row;
use schoolkeeper_core::control::Agreement;
use schoolkeeper_core::value::Value;

/// Who an act is about when it is not the actor: fields of the form, then of the entry acted on.
const CONCERNED: [&str; 3] = ["person", "holder", "requester"];

/// Refuses while the person concerned must sign and has not.
pub fn ask(asked: &Asked<'_>, spec: &Agreement, answer: &mut Answer) {
    if !spec.blocks.iter().any(|act| names(act.get_ref(), asked.tried.act)) {
        return;
    }
    let on = asked.tried.on.map(|(register, row)| Row::at(asked.ctx.world, register, row));
    let Some(person) = concerned(asked, on) else {
        let title = &asked.control.control.title;
        return asked.refuse(answer, format!("{title}: say for whom it is, so that their signature can be looked up"));
    };
    // What is signed for each record of its own is signed for the one the act is done by.
    let by = asked.tried.form.get("entry").and_then(Value::as_ref_id).filter(|_| spec.per.is_some());
    if let Some(refusal) = agreement::blocks(asked.ctx, asked.control, spec, person, by.or(on.map(Row::id))) {
        asked.refuse(answer, refusal.0);
    }
}

/// The person the act is about: the one acted on, or to whom something is given; else the actor.
fn concerned(asked: &Asked<'_>, on: Option<Row<'_>>) -> Option<usize> {
    let form = CONCERNED.iter().find_map(|field| asked.tried.form.get(field).and_then(Value::as_ref_id));
    let entry = on.and_then(|on| match on.kind() {
        "person" => Some(on.id()),
        _ => CONCERNED.iter().find_map(|field| on.one(field)),
    });
    match form.or(entry) {
        Some(id) => asked.ctx.world.table_of("person").and_then(|people| people.row(id)),
        None => asked.tried.person,
    }
}
