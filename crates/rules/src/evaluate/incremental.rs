//! Judging again only what a change can touch.
//!
//! Invariant: the result equals a full evaluation, as long as only the named entries changed or were added and
//! time went on. After a change of params, probes, censuses, named entries or the calendar, evaluate in full.

use super::clause::{self, stands_here};
use super::{Controls, Evaluation, reads, rule};
use crate::compiled::{CompiledControl, CompiledPack};
use crate::flow::request;
use crate::judge::{Ctx, Judged, Judgement};
use schoolkeeper_core::control::{ControlKind, Rule};
use schoolkeeper_core::schema::RegisterKind;
use schoolkeeper_core::world::{Params, World};
use std::collections::BTreeSet;

/// The evaluation after entries (register, row) changed or were added, from the one before.
pub fn incremental(
    pack: &CompiledPack,
    params: &Params,
    world: &World,
    previous: Evaluation,
    changed: &[(usize, usize)],
) -> Evaluation {
    let ctx = Ctx { pack, params, world };
    let Evaluation { mut controls, clauses } = previous;
    let touched: Vec<bool> =
        pack.controls.values().map(|control| again(ctx, &mut controls, control, changed)).collect();
    let names: BTreeSet<_> =
        pack.controls.keys().zip(touched).filter(|(_, touched)| *touched).map(|(name, _)| name).collect();
    let known = clauses.len() == pack.pack.clauses.len();
    let clauses = pack.pack.clauses.iter().enumerate().map(|(at, clause)| {
        let stale = !clause.about.is_empty()
            || clause.only_if.is_some()
            || clause.article.is_some()
            || clause.controls.iter().any(|name| names.contains(name.get_ref()));
        if known && !stale { clauses[at].clone() } else { clause::result(ctx, &controls, clause) }
    });
    let clauses = clauses.collect();
    Evaluation { controls, clauses }
}

/// Judges one control again as far as needed; true when it was.
fn again(ctx: Ctx<'_>, controls: &mut Controls, control: &CompiledControl, changed: &[(usize, usize)]) -> bool {
    let id = &control.control.id;
    let Some((judged, result)) = controls.get_mut(id).filter(|_| stands_here(ctx, control)) else {
        controls.insert(id.clone(), super::control(ctx, control));
        return true;
    };
    let over = result.valid_until.is_some_and(|until| until <= ctx.world.now);
    match touch(ctx, control, changed) {
        Touch::Nothing if !over => return false,
        Touch::Rows(rows) if !over => {
            let ControlKind::Rule(spec) = &control.control.kind else { return false };
            if !rejudge(ctx, control, spec, judged, &rows) {
                *judged = super::judge(ctx, control);
            }
        }
        _ => *judged = super::judge(ctx, control),
    }
    *result = judged.fold(id, ctx.world, |_, _| true);
    true
}

/// What of a control a change can touch.
enum Touch {
    Nothing,
    /// These rows of the rule's own register.
    Rows(BTreeSet<usize>),
    Everything,
}

fn touch(ctx: Ctx<'_>, control: &CompiledControl, changed: &[(usize, usize)]) -> Touch {
    let registers: BTreeSet<usize> = changed.iter().map(|(register, _)| *register).collect();
    if matches!(control.control.kind, ControlKind::Request(_))
        && !request::granted_rules(ctx, &control.control.id).is_empty()
    {
        return Touch::Everything;
    }
    let ControlKind::Rule(spec) = &control.control.kind else {
        return if registers.iter().any(|register| concerns(ctx, control, *register)) {
            Touch::Everything
        } else {
            Touch::Nothing
        };
    };
    let own = ctx.world.schemas.index(spec.subject.get_ref());
    let excused = !rule::excuses(ctx, &control.control.id, spec).is_empty();
    let grant = ctx.world.schemas.index("grant").filter(|_| excused);
    let reads = |register| control.expressions.values().any(|expression| reads::touches(expression, register));
    let returns = || control.expressions.values().any(|expression| reads::returns_to(expression, own));
    let linked = |register: &usize| {
        if Some(*register) == own { returns() } else { reads(*register) || Some(*register) == grant }
    };
    if registers.iter().any(linked) {
        return Touch::Everything;
    }
    let rows: BTreeSet<usize> =
        changed.iter().filter(|(register, _)| Some(*register) == own).map(|(_, row)| *row).collect();
    if rows.is_empty() { Touch::Nothing } else { Touch::Rows(rows) }
}

/// Whether a change in a register can concern a control that is no rule. What sources observe concerns only those
/// that name or read the register; everything else may be somebody's act.
fn concerns(ctx: Ctx<'_>, control: &CompiledControl, register: usize) -> bool {
    let schema = &ctx.world.schemas.all()[register];
    let named: Vec<&str> = match &control.control.kind {
        ControlKind::Setting(spec) => {
            let subject = spec.subject.iter().chain(&spec.compare).map(|name| &**name.get_ref());
            subject.chain(["system"]).collect()
        }
        ControlKind::Retention(spec) => vec![spec.register.get_ref()],
        ControlKind::Duty(spec) => {
            let sample = spec.sample.as_ref().map(|sample| &sample.subject);
            spec.subject.iter().chain(sample).map(|name| &**name.get_ref()).collect()
        }
        ControlKind::Job(spec) => spec.subject.iter().map(|name| &**name.get_ref()).collect(),
        _ => Vec::new(),
    };
    let audiences = ctx.pack.audiences.values();
    let reads = control.expressions.values().chain(audiences).any(|expression| reads::touches(expression, register));
    schema.kind != RegisterKind::Observed || reads || named.contains(&&*schema.id)
}

/// Puts new judgements of some rows in their places. False when the control must be judged in full.
fn rejudge(ctx: Ctx<'_>, control: &CompiledControl, spec: &Rule, judged: &mut Judged, rows: &BTreeSet<usize>) -> bool {
    let Ok(subjects) = rule::Subjects::new(ctx, control, spec) else { return false };
    let row_of = |judgement: &Judgement| judgement.subject.map(|(_, row)| row);
    let first = judged.all.iter().position(|judgement| judgement.subject.is_some()).unwrap_or(judged.all.len().min(1));
    for &row in rows {
        let end = judged.all[first..]
            .iter()
            .position(|judgement| judgement.subject.is_none())
            .map_or(judged.all.len(), |at| first + at);
        let place = judged.all[first..end].binary_search_by_key(&Some(row), row_of);
        match (place, subjects.subject(row)) {
            (Ok(at), Some(new)) => judged.all[first + at] = new,
            (Ok(at), None) => drop(judged.all.remove(first + at)),
            (Err(at), Some(new)) => judged.all.insert(first + at, new),
            (Err(_), None) => {}
        }
    }
    true
}
