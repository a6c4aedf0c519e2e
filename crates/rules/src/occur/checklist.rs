//! Bad answers of a checklist: a problem of the place that was looked at, until somebody finds it good.

use super::doing::Doings;
use super::evidence::answer;
use crate::compiled::CompiledControl;
use crate::flow::record::Row;
use crate::judge::{Ctx, Judgement};
use jiff::Timestamp;
use schoolkeeper_core::control::{CheckItem, Duty};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::standing::{KnownBy, Standing};
use std::collections::BTreeMap;

/// One *broken* judgement for each place and bad answer that nobody has since found good.
pub(super) fn problems(ctx: Ctx<'_>, control: &CompiledControl, spec: &Duty, doings: &Doings<'_>) -> Vec<Judgement> {
    let mut out = Vec::new();
    for item in spec.checklist.iter().filter(|item| item.finding && item.bad.is_some()) {
        for (entry, since) in bad(item, doings) {
            let subject = entry.and_then(|id| ctx.world.find(id));
            let place =
                subject.map_or_else(String::new, |(register, row)| format!("{}: ", ctx.world.name_of(register, row)));
            let answer = item.bad.as_deref().unwrap_or_default();
            let message = format!("{place}{}: {} `{answer}`", control.control.title, item.says);
            out.push(Judgement {
                subject,
                since: Some(since),
                message: Some(message),
                ..Judgement::whole(Standing::Broken).known_by(KnownBy::Evidenced)
            });
        }
    }
    out
}

/// Places whose latest answer is bad, with the day it has been so since.
fn bad(item: &CheckItem, doings: &Doings<'_>) -> BTreeMap<Option<EntryId>, Timestamp> {
    let mut rows: Vec<(Timestamp, Option<EntryId>, Row<'_>)> =
        doings.all().filter_map(|(entry, row)| Some((row.instant("on")?, entry, row))).collect();
    rows.sort_by_key(|(on, entry, row)| (*on, row.date("occurrence"), *entry));
    let mut out = BTreeMap::new();
    for (on, entry, row) in rows {
        match answer(item, row) {
            Some(answer) if Some(answer) == item.bad.as_deref() => {
                out.entry(entry).or_insert(on);
            }
            Some(_) if entry.is_none() => out.clear(),
            Some(_) => drop(out.remove(&entry)),
            None => {}
        }
    }
    out
}
