//! How a case control stands (specification §6, row *case*).

use super::super::record::Row;
use super::super::{clock, people};
use super::{Timer, cases, closing_lacks, doers, is_exercise, is_open, timers};
use crate::compiled::CompiledControl;
use crate::judge::{Ctx, Judged, Judgement};
use jiff::Timestamp;
use schoolkeeper_core::control::Case;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};

/// Every case that is open or closed within the look-back; when there is none, whether the school is ready for one.
pub fn judge(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case) -> Judged {
    let recent = cases(ctx, control).filter(|case| !is_exercise(*case) && is_recent(ctx, *case));
    let mut all: Vec<Judgement> = recent.map(|case| judge_case(ctx, control, spec, case)).collect();
    if all.is_empty() {
        all.extend(ready(ctx, control, spec));
    }
    Judged::of(all)
}

/// When a closed case stops colouring the standing.
fn forgotten_at(ctx: Ctx<'_>, case: Row<'_>) -> Option<Timestamp> {
    clock::after(ctx, clock::LOOK_BACK, case.instant("closed_at")?).ok()
}

fn is_recent(ctx: Ctx<'_>, case: Row<'_>) -> bool {
    is_open(case) || forgotten_at(ctx, case).is_none_or(|at| at > ctx.world.now)
}

fn judge_case(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, case: Row<'_>) -> Judgement {
    let of = |standing| Judgement::of(case.register, case.row, standing).known_by(KnownBy::Evidenced);
    let timers = timers(ctx, control, spec, case);
    let forgotten = forgotten_at(ctx, case);
    let title = &control.control.title;
    let reviewed = case.instant("reviewed_at");
    let counts = |at: Timestamp| reviewed.is_none_or(|reviewed| at > reviewed);
    let missed = timers.iter().filter(|timer| timer.is_missed() && timer.due().is_some_and(counts));
    if let Some(first) = missed.min_by_key(|timer| timer.due()) {
        let due = first.due();
        let day = due.map(|due| clock::last_day(ctx, due).to_string()).unwrap_or_default();
        return Judgement {
            since: due,
            due_at: due,
            message: Some(format!("{title}: `{}` was not done in time, by {day}", first.name)),
            valid_until: clock::earlier(forgotten, next_end(ctx, &timers)),
            ..of(Standing::Broken)
        };
    }
    let closed = case.instant("closed_at");
    if let (Some(closed), Some(lacks)) = (closed.filter(|at| counts(*at)), closing_lacks(ctx, control, spec, case)) {
        return Judgement {
            since: Some(closed),
            message: Some(format!("{title}: closed although {lacks}")),
            valid_until: forgotten,
            ..of(Standing::Broken)
        };
    }
    let missing: Vec<Missing> = timers.iter().filter_map(|timer| timer.end.clone().err()).collect();
    if !missing.is_empty() && closed.is_none() {
        return Judgement { missing, known_by: None, ..of(Standing::Unknown) };
    }
    match closed {
        Some(_) => of(Standing::Kept).until(forgotten),
        None => running(ctx, control, case, &timers),
    }
}

fn running(ctx: Ctx<'_>, control: &CompiledControl, case: Row<'_>, timers: &[Timer]) -> Judgement {
    let next = next_end(ctx, timers);
    Judgement {
        since: case.instant("opened_at"),
        due_at: next,
        due_on: next.map(|next| clock::last_day(ctx, next)),
        message: Some(format!("{}: open", control.control.title)),
        valid_until: next,
        known_by: Some(KnownBy::Evidenced),
        ..Judgement::of(case.register, case.row, Standing::Due)
    }
}

fn next_end(ctx: Ctx<'_>, timers: &[Timer]) -> Option<Timestamp> {
    let running = timers.iter().filter(|timer| timer.stopped.is_none());
    running.filter_map(Timer::due).filter(|due| *due > ctx.world.now).min()
}

/// Nothing has happened: the roles are held, and the course was gone through in time.
fn ready(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case) -> Vec<Judgement> {
    let names: Vec<Name> = names(control, spec);
    let vacant = people::vacant(ctx, &names, None);
    let mut all: Vec<Judgement> = vacant.into_iter().map(|name| Judgement::missing(Missing::Role { name })).collect();
    let until = names.iter().filter_map(|role| people::holders_until(ctx, role)).min();
    let tested = match tested(ctx, control, spec) {
        Ok(ends) => Judgement::whole(Standing::Kept).known_by(KnownBy::Evidenced).until(clock::earlier(ends, until)),
        Err(missing) => Judgement::missing(missing).until(until),
    };
    all.push(tested);
    all
}

/// Every role that has something to do or to hear.
fn names(control: &CompiledControl, spec: &Case) -> Vec<Name> {
    let steps = spec.steps.iter().flat_map(|step| doers(step).iter());
    let told = control.control.tell.iter().flat_map(|tell| tell.who.iter());
    let mut names: Vec<Name> = steps.chain(told).filter(|name| !RELATIONS.contains(&&***name)).cloned().collect();
    names.sort();
    names.dedup();
    names
}

/// Words that mean somebody of the case itself, whom no appointment makes.
const RELATIONS: &[&str] = &["requester", "reporter", "subject", "involved", "owner", "manager"];

/// Until when the last case or exercise shows that the course works: `Ok(None)` for ever.
fn tested(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case) -> Result<Option<Timestamp>, Missing> {
    let never = || Missing::NeverTested { control: control.control.id.clone() };
    let last = cases(ctx, control).filter_map(|case| case.instant("closed_at")).max().ok_or_else(never)?;
    let Some(every) = &spec.exercise else { return Ok(None) };
    let ends = clock::after(ctx, every.0, last)?;
    if ends > ctx.world.now { Ok(Some(ends)) } else { Err(never()) }
}
