//! A clause: its controls narrowed to what it is about, and the worst of them.
//!
//! Invariant: *told* yields to any kept or due, so that an agreement beside a rule never hides or colours the
//! measurement; unsigned people still make the clause broken.

use super::about::About;
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::flow::agreement;
use crate::judge::{Ctx, Judged, least};
use schoolkeeper_core::clause::{Clause, Mode};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::Level;
use schoolkeeper_core::standing::{ClauseResult, ControlResult, Counts, NoneBecause, Standing};
use serde_spanned::Spanned;
use std::collections::BTreeMap;

/// What all controls of a pack gave.
pub type Controls = BTreeMap<Name, (Judged, ControlResult)>;

/// One clause.
pub fn result(ctx: Ctx<'_>, controls: &Controls, clause: &Clause) -> ClauseResult {
    let mut out = empty(ctx, clause);
    if clause.mode == Mode::Context {
        return none(out, NoneBecause::Context);
    }
    if let Some(switch) = ctx.pack.only_if.get(clause.id.get_ref()) {
        let tested = switch.test(&Scene::now(ctx));
        out.valid_until = tested.window.until;
        match tested.truth {
            Truth::True => {}
            Truth::False => return none(out, NoneBecause::ChapterOff),
            Truth::Unknown => (out.standing, out.missing) = (Standing::Unknown, tested.missing),
        }
    }
    let names = clause.controls.iter().map(Spanned::get_ref);
    let bound: Vec<&CompiledControl> = names.filter_map(|name| ctx.pack.controls.get(name)).collect();
    let here: Vec<_> = bound.iter().copied().filter(|control| stands_here(ctx, control)).collect();
    if here.is_empty() && !bound.is_empty() {
        let elsewhere = if ctx.world.place.trust { NoneBecause::AtSchools } else { NoneBecause::AtTrust };
        return none(out, elsewhere);
    }
    let about = About::of(ctx.world, clause.about.iter().map(Spanned::get_ref));
    let results: Vec<_> = here.iter().map(|control| narrowed(ctx, controls, clause, control, &about)).collect();
    fold(&mut out, results);
    if bound.len() < clause.controls.len() || bound.is_empty() || !about.unconfirmed.is_empty() {
        raise(&mut out, Standing::Unknown);
    }
    out.missing.extend(about.unconfirmed);
    out.missing.sort();
    out.missing.dedup();
    out
}

/// Whether a control stands in this world: trust-level ones only in the trust's, or where there is none.
pub fn stands_here(ctx: Ctx<'_>, control: &CompiledControl) -> bool {
    match control.control.level {
        Level::School => !ctx.world.place.trust,
        Level::Trust => ctx.world.place.trust || ctx.world.alone,
        Level::Either => true,
    }
}

fn empty(ctx: Ctx<'_>, clause: &Clause) -> ClauseResult {
    ClauseResult {
        pack: ctx.pack.pack.head.id.get_ref().clone(),
        clause: clause.id.get_ref().clone(),
        standing: Standing::None,
        known_by: None,
        counts: Counts::default(),
        findings: Vec::new(),
        missing: Vec::new(),
        valid_until: None,
        due_on: None,
        none_because: None,
    }
}

fn none(out: ClauseResult, because: NoneBecause) -> ClauseResult {
    ClauseResult { standing: Standing::None, none_because: Some(because), ..out }
}

/// One control as this clause sees it: only its subjects, and of an agreement only versions with its article.
fn narrowed(
    ctx: Ctx<'_>,
    controls: &Controls,
    clause: &Clause,
    control: &CompiledControl,
    about: &About<'_>,
) -> ControlResult {
    let id = &control.control.id;
    let Some((judged, whole)) = controls.get(id) else { return super::elsewhere(id, false) };
    let all = about.keeps_all_of(control);
    let keep = |register, row| all || about.keeps(register, row);
    match (&control.control.kind, &clause.article) {
        (ControlKind::Agreement(spec), Some(_)) => {
            agreement::judge_article(ctx, control, spec, clause.id.get_ref()).fold(id, ctx.world, keep)
        }
        _ if all => whole.clone(),
        _ => judged.fold(id, ctx.world, keep),
    }
}

fn fold(out: &mut ClauseResult, results: Vec<ControlResult>) {
    let measured = results.iter().any(|result| matches!(result.standing, Standing::Kept | Standing::Due));
    let counts = |standing| !(standing == Standing::Told && measured);
    let worst = results.iter().map(|result| result.standing).filter(|standing| counts(*standing)).max();
    raise(out, worst.unwrap_or(Standing::None));
    for result in results {
        if result.standing == out.standing {
            out.known_by = least(out.known_by, result.known_by);
        }
        out.counts = out.counts.plus(result.counts);
        out.findings.extend(result.findings);
        out.missing.extend(result.missing);
        out.valid_until = least(out.valid_until, result.valid_until);
        out.due_on = least(out.due_on, result.due_on);
    }
}

fn raise(out: &mut ClauseResult, standing: Standing) {
    if standing > out.standing {
        (out.standing, out.known_by) = (standing, None);
    }
}
