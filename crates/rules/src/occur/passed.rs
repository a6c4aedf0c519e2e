//! Occurrences that passed: which were done, which nobody said a word about, and saying why one was not done.
//!
//! Invariant: what was missed stays missed. A word about it is kept beside it and makes nothing done.

use super::act::{date, named, no_date};
use super::complete::{entries, may_do, record};
use super::doers::owner_names;
use super::doing::State;
use super::duty::Course;
use super::occurrence::{Occurrence, occurrences};
use crate::compiled::CompiledControl;
use crate::flow::change::{Change, Refusal};
use crate::flow::form::Acting;
use crate::flow::record::Row;
use crate::judge::Ctx;
use jiff::civil::Date;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::value::Value;

/// Longest word about what was missed, in characters.
const WORD_MAX: usize = 500;

/// One that is past its date, over everything it was asked about then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Done, for so many.
    pub done: usize,
    /// Left out by somebody who may.
    pub left_out: usize,
    /// Not done, and somebody said why.
    pub explained: usize,
    /// Begun, and not all of it.
    pub begun: usize,
    /// Nobody wrote down anything; one nameless where it is about nothing in particular.
    pub silent: Vec<Option<EntryId>>,
}

impl Passed {
    /// So many were asked about.
    pub fn asked(&self) -> usize {
        self.done + self.left_out + self.explained + self.begun + self.silent.len()
    }
}

/// What passed in some days and counts, in order; nothing while nobody can say what was due.
pub fn passed(
    ctx: Ctx<'_>,
    (control, spec): (&CompiledControl, &Duty),
    days: (Date, Date),
) -> Vec<(Occurrence, Passed)> {
    let course = Course::new(ctx, control, spec);
    let Ok(asked) = course.asked() else { return Vec::new() };
    let all = occurrences(ctx, control, spec, days).unwrap_or_default();
    let start = course.start();
    let gone = all.into_iter().filter(|one| start <= one.due && one.due < course.today);
    gone.map(|one| {
        let mut passed = Passed::default();
        let here = asked.iter().map(|asked| asked.subject);
        for subject in here.filter(|subject| subject.is_none_or(|subject| course.existed(subject, &one))) {
            let entry = || subject.map(|(register, row)| Row::at(ctx.world, register, row).id());
            match course.doings.found(&one, subject) {
                (State::Done { skipped: true, .. }, _) => passed.left_out += 1,
                (State::Done { .. }, _) => passed.done += 1,
                (_, None) => passed.silent.push(entry()),
                (_, Some(row)) if is_missed(row) => passed.explained += 1,
                _ => passed.begun += 1,
            }
        }
        (one, passed)
    })
    .collect()
}

/// Whether a record says that it was not done.
pub(super) fn is_missed(row: Row<'_>) -> bool {
    row.text("missed_because").is_some_and(|why| !why.trim().is_empty())
}

/// Somebody says why it was not done. The form holds `occurrence`, `entry` or `entries`, and `missed_because`.
pub(super) fn explain(
    ctx: Ctx<'_>,
    (control, spec): (&CompiledControl, &Duty),
    acting: Acting<'_>,
) -> Result<Vec<Change>, Refusal> {
    let why = acting.text("missed_because").map(str::trim).unwrap_or_default();
    if why.is_empty() || why.chars().count() > WORD_MAX {
        return Refusal::say(format!(
            "it is not said what happened\nhint: write a sentence of at most {WORD_MAX} characters"
        ));
    }
    let Some(due) = date(acting, "occurrence") else { return no_date() };
    let owners = owner_names(ctx, &control.control.id, spec);
    let course = Course::new(ctx, control, spec);
    let mut changes = Vec::new();
    for entry in entries(acting)? {
        let (one, subject) = named(&course, ctx, (due, entry))?;
        if one.late_at.is_none_or(|late| late > ctx.world.now) {
            return Refusal::say("this is not late yet\nhint: do it, or say tomorrow why it was not done");
        }
        let about = subject.map(|(register, row)| Row::at(ctx.world, register, row));
        let by = may_do(ctx, (&owners, spec), acting, about)?;
        let change = record(ctx, control, (&course, &one, subject), acting)?
            .set("by", Value::text(by))
            .set("on", Value::Date(course.today))
            .set("missed_because", Value::text(why));
        changes.push(change);
    }
    Ok(changes)
}
