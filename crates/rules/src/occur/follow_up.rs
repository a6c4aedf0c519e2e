//! Work that an answer of a review starts: what is decided here is done where the entry itself is kept.
//!
//! Invariant: it stays open until the entry is gone or something of it changed after the decision; only the newest
//! decision about an entry counts, so an answer that is taken back leaves nothing open.

use super::subjects;
use crate::flow::clock;
use crate::flow::record::Row;
use crate::judge::Ctx;
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::control::{Control, Duty};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

/// One entry that waits for what was decided about it.
#[derive(Clone, Debug)]
pub struct FollowUp<'w> {
    /// The entry.
    pub entry: Row<'w>,
    /// What was answered: `remove`.
    pub answer: Name,
    /// The day of the decision.
    pub decided_on: Date,
    /// The last day for it, where the policy gives one and the calendar knows it.
    pub due: Option<Date>,
}

/// What the decisions of a duty still wait for.
pub fn follow_ups<'w>(ctx: Ctx<'w>, control: &Control, spec: &Duty) -> Vec<FollowUp<'w>> {
    let Some(follow) = spec.decide_each.as_ref().and_then(|each| each.task.as_ref()) else { return Vec::new() };
    let mut newest: BTreeMap<EntryId, (Timestamp, Date, Name)> = BTreeMap::new();
    for done in subjects::acts(ctx, "done", &control.id) {
        let Some(on) = done.date("on") else { continue };
        for decision in done.items("decisions") {
            let entry = decision.get("entry").and_then(Value::as_ref_id);
            let answer = decision.get("answer").and_then(Value::as_text);
            let Some((entry, answer)) = entry.zip(answer) else { continue };
            if newest.get(&entry).is_none_or(|(at, ..)| *at <= done.since()) {
                newest.insert(entry, (done.since(), on, Name::from(answer)));
            }
        }
    }
    let wanted = newest.into_iter().filter(|(_, (_, _, answer))| follow.on.contains(answer));
    let open = wanted.filter_map(|(entry, (at, decided_on, answer))| {
        let entry = Row::of(ctx.world, entry).filter(|entry| !has_changed(ctx, *entry, at))?;
        let due = follow.within.as_ref().and_then(|within| clock::deadline(ctx, within, at).ok());
        Some(FollowUp { entry, answer, decided_on, due: due.map(|due| clock::last_day(ctx, due)) })
    });
    open.collect()
}

fn has_changed(ctx: Ctx<'_>, entry: Row<'_>, after: Timestamp) -> bool {
    let facts = &ctx.world.table(entry.register).rows[entry.row].facts;
    facts.iter().flatten().any(|fact| fact.held_since > after)
}
