//! Bad answers of a checklist: a problem of the place that was looked at, until somebody finds it good.

use super::doers::{Doers, doers, owner_names};
use super::doing::Doings;
use super::evidence::answer;
use super::subjects;
use crate::compiled::CompiledControl;
use crate::expr::Truth;
use crate::flow::record::Row;
use crate::judge::{Ctx, Judgement};
use jiff::Timestamp;
use schoolkeeper_core::control::{CheckItem, Duty};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::standing::{KnownBy, Standing};
use std::collections::BTreeMap;

/// A bad answer that nobody has since found good.
#[derive(Clone, Copy, Debug)]
pub struct BadAnswer<'w> {
    /// The line of the checklist.
    pub item: &'w CheckItem,
    /// What was looked at; `None` where the duty is about nothing in particular.
    pub about: Option<Row<'w>>,
    /// The day it has been so since.
    pub since: Timestamp,
}

/// Every bad answer that makes a problem and stands.
pub fn bad_answers<'w>(ctx: Ctx<'w>, control: &'w CompiledControl, spec: &'w Duty) -> Vec<BadAnswer<'w>> {
    if !spec.checklist.iter().any(makes_problem) {
        return Vec::new();
    }
    standing(ctx, spec, &Doings::of(ctx, control, spec))
}

fn standing<'w>(ctx: Ctx<'w>, spec: &'w Duty, doings: &Doings<'w>) -> Vec<BadAnswer<'w>> {
    let asked = spec.checklist.iter().filter(|item| makes_problem(item));
    let all = asked.flat_map(|item| bad(item, doings).into_iter().map(move |(entry, since)| (item, entry, since)));
    // What is gone, or is not looked at any more, cannot be found good: it ends with its entry.
    let there = |(item, entry, since): (&'w CheckItem, Option<EntryId>, Timestamp)| {
        let about = match entry {
            Some(id) => Some(Row::of(ctx.world, id).filter(|row| is_asked(ctx, (doings.control, spec), *row))?),
            None => None,
        };
        Some(BadAnswer { item, about, since })
    };
    all.filter_map(there).collect()
}

impl BadAnswer<'_> {
    /// `Server room: Is it locked? no`
    pub fn words(&self) -> String {
        format!("{}{} {}", self.place(), self.item.says, self.item.bad.as_deref().unwrap_or_default())
    }

    /// Who sees to it: whom the line names, else whoever does the task.
    pub fn doers(&self, ctx: Ctx<'_>, control: &CompiledControl, spec: &Duty) -> Doers {
        let to = Some(&self.item.to).filter(|to| !to.is_empty()).cloned();
        let to = to.unwrap_or_else(|| owner_names(ctx, &control.control.id, spec));
        doers(ctx, &to, self.about)
    }

    fn place(&self) -> String {
        self.about.map_or_else(String::new, |row| format!("{}: ", row.name()))
    }
}

fn is_asked(ctx: Ctx<'_>, (control, spec): (&CompiledControl, &Duty), row: Row<'_>) -> bool {
    let register = spec.subject.as_ref().map(serde_spanned::Spanned::get_ref);
    let passes = subjects::passes(ctx, control, (register, Some((row.register, row.row))));
    passes.truth != Truth::False
}

fn makes_problem(item: &CheckItem) -> bool {
    item.finding && item.bad.is_some()
}

/// The line that what was done answers in the way that begins a draft of the policy.
pub fn begins_draft<'s>(spec: &'s Duty, done: Row<'_>) -> Option<&'s CheckItem> {
    let is_bad = |item: &CheckItem| item.bad.is_some() && answer(item, done) == item.bad.as_deref();
    spec.checklist.iter().find(|item| item.draft && is_bad(item))
}

/// One *broken* judgement for each place and bad answer that nobody has since found good.
pub(super) fn problems<'w>(
    ctx: Ctx<'w>,
    control: &CompiledControl,
    spec: &'w Duty,
    doings: &Doings<'w>,
) -> Vec<Judgement> {
    let judgement = |one: BadAnswer<'_>| {
        let place = one.place();
        let answer = one.item.bad.as_deref().unwrap_or_default();
        let message = format!("{place}{}: {} `{answer}`", control.control.title, one.item.says);
        Judgement {
            subject: one.about.map(|row| (row.register, row.row)),
            since: Some(one.since),
            message: Some(message),
            ..Judgement::whole(Standing::Broken).known_by(KnownBy::Evidenced)
        }
    };
    standing(ctx, spec, doings).into_iter().map(judgement).collect()
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
