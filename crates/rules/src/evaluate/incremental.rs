//! Judging again only what a change can touch.
//!
//! Invariant: the result equals a full evaluation, as long as only the named entries changed or were added and
//! time went on. After a change of params, probes, censuses, named entries or the calendar, evaluate in full.

use super::clause::{self, stands_here};
use super::{Controls, Evaluation, known, rule};
use crate::compiled::CompiledControl;
use crate::expr::{Affected, affected_subjects};
use crate::flow::request;
use crate::judge::{Ctx, Judged, Judgement};
use schoolkeeper_core::control::{ControlKind, Rule};
use schoolkeeper_core::schema::RegisterKind;
use schoolkeeper_core::world::World;
use std::collections::BTreeSet;

/// What changed since an evaluation.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'w> {
    /// The world of that evaluation; a clone of a world is cheap.
    pub before: &'w World,
    /// Register and row of every entry that changed or was added.
    pub entries: &'w [(usize, usize)],
}

/// The evaluation of `ctx` after a change, from the one before it.
pub fn incremental(ctx: Ctx<'_>, previous: Evaluation, changed: Changed<'_>) -> Evaluation {
    let Evaluation { mut controls, clauses } = previous;
    let pack = ctx.pack;
    let again = |control: &&CompiledControl| again(ctx, &mut controls, control, changed);
    let touched: BTreeSet<_> = pack.controls.values().filter(again).map(|control| &control.control.id).collect();
    let known = clauses.len() == pack.pack.clauses.len();
    let clauses = pack.pack.clauses.iter().enumerate().map(|(at, clause)| {
        let stale = !clause.about.is_empty()
            || clause.only_if.is_some()
            || clause.article.is_some()
            || clause.controls.iter().any(|name| touched.contains(name.get_ref()));
        if known && !stale { clauses[at].clone() } else { clause::result(ctx, &controls, clause) }
    });
    let clauses = clauses.collect();
    Evaluation { controls, clauses }
}

/// Judges one control again as far as needed; true when it was.
fn again(ctx: Ctx<'_>, controls: &mut Controls, control: &CompiledControl, changed: Changed<'_>) -> bool {
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

fn touch(ctx: Ctx<'_>, control: &CompiledControl, changed: Changed<'_>) -> Touch {
    let ControlKind::Rule(spec) = &control.control.kind else {
        let registers: BTreeSet<usize> = changed.entries.iter().map(|(register, _)| *register).collect();
        let any = registers.into_iter().any(|register| concerns(ctx, control, register));
        return if any { Touch::Everything } else { Touch::Nothing };
    };
    let own = ctx.world.schemas.index(spec.subject.get_ref());
    let excused = !rule::excuses(ctx.pack, &control.control.id, spec).is_empty();
    let grant = ctx.world.schemas.index("grant").filter(|_| excused);
    if grant.is_some() && changed.entries.iter().any(|(register, _)| Some(*register) == grant) {
        return Touch::Everything;
    }
    if by_hand_differs(ctx, control, own, changed) {
        return Touch::Everything;
    }
    let itself = changed.entries.iter().filter(|(register, _)| Some(*register) == own).map(|(_, row)| *row);
    let mut affected = Affected::Rows(itself.collect());
    let there = |(register, row): &&(usize, usize)| *row < changed.before.table(*register).rows.len();
    let earlier: Vec<_> = changed.entries.iter().filter(there).copied().collect();
    for expression in control.expressions.values() {
        affected = affected.and(affected_subjects(expression, changed.before, &earlier)).and(affected_subjects(
            expression,
            ctx.world,
            changed.entries,
        ));
    }
    match affected {
        Affected::All => Touch::Everything,
        Affected::Rows(rows) if rows.is_empty() => Touch::Nothing,
        Affected::Rows(rows) => Touch::Rows(rows),
    }
}

/// Whether what the rule reads elsewhere became, or is no longer, somebody's word: that colours every subject.
fn by_hand_differs(ctx: Ctx<'_>, control: &CompiledControl, own: Option<usize>, changed: Changed<'_>) -> bool {
    let Some(own) = own else { return false };
    let asked: Vec<_> = control.expr("where").into_iter().chain(rule::expects(control)).collect();
    let linked = |(register, _): &(usize, usize)| {
        *register != own && asked.iter().any(|expression| expression.reads().touches(*register))
    };
    let by_hand = |world| known::others_by_hand(world, own, &asked);
    changed.entries.iter().any(linked) && by_hand(changed.before) != by_hand(ctx.world)
}

/// Whether a change in a register can concern a control that is no rule. What sources observe concerns only those
/// that name or read the register; everything else may be somebody's act.
fn concerns(ctx: Ctx<'_>, control: &CompiledControl, register: usize) -> bool {
    let schema = &ctx.world.schemas.all()[register];
    let named: Vec<&str> = match &control.control.kind {
        ControlKind::Setting(spec) => spec.subject.iter().chain(&spec.compare).map(|name| &**name.get_ref()).collect(),
        ControlKind::Retention(spec) => vec![spec.register.get_ref()],
        ControlKind::Duty(spec) => {
            let sample = spec.sample.as_ref().map(|sample| &sample.subject);
            spec.subject.iter().chain(sample).map(|name| &**name.get_ref()).collect()
        }
        ControlKind::Job(spec) => spec.subject.iter().map(|name| &**name.get_ref()).collect(),
        _ => Vec::new(),
    };
    let beside = request::granted_rules(ctx, &control.control.id);
    let beside = beside.iter().filter_map(|name| ctx.pack.controls.get(name));
    let own = control.expressions.values().chain(beside.flat_map(|rule| rule.expressions.values()));
    let reads = own.chain(ctx.pack.audiences.values()).any(|expression| expression.reads().touches(register));
    schema.kind != RegisterKind::Observed || reads || named.contains(&&*schema.id)
}

/// Puts new judgements of some rows in their places. False when the control must be judged in full.
fn rejudge(ctx: Ctx<'_>, control: &CompiledControl, spec: &Rule, judged: &mut Judged, rows: &BTreeSet<usize>) -> bool {
    let (Ok(subjects), false) = (rule::Subjects::new(ctx, control, spec), judged.all.is_empty()) else { return false };
    let mut new = Judged::default();
    for row in rows {
        subjects.subject(*row, &mut new);
    }
    let row_of = |judgement: &Judgement| judgement.subject.map(|(_, row)| row);
    judged.all.retain(|judgement| row_of(judgement).is_none_or(|row| !rows.contains(&row)));
    judged.kept.retain(|kept| !rows.contains(&(kept.row as usize)));
    // The first judgement is of the list; blanks of the policy come last.
    for judgement in new.all {
        let before = |known: &Judgement| row_of(known).is_some_and(|row| Some(row) < row_of(&judgement));
        let at = 1 + judged.all[1..].partition_point(before);
        judged.all.insert(at, judgement);
    }
    for kept in new.kept {
        let at = judged.kept.partition_point(|known| known.row < kept.row);
        judged.kept.insert(at, kept);
    }
    true
}
