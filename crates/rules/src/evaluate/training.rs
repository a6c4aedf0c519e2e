//! Who needs which course: what the rules of a policy ask of people's training.
//!
//! Invariant: the courses come out of the rules' own tests as they are judged, so that nobody keeps a second list of them.

use super::{rule, stands_here};
use crate::compiled::CompiledControl;
use crate::expr::{Scene, Truth};
use crate::judge::Ctx;
use schoolkeeper_core::control::Rule;
use schoolkeeper_core::id::{EntryId, Name};
use std::collections::BTreeMap;

/// Whether a rule asks anything of somebody's training.
pub fn asks(ctx: Ctx<'_>, control: &CompiledControl) -> bool {
    let training = ctx.world.schemas.index("training");
    training.is_some_and(|register| rule::expects(control).any(|expect| expect.reads().touches(register)))
}

/// Person and course, and whether it is certain that the rule speaks of them; of one person only when one is named.
pub fn needed(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    rule: &Rule,
    only: Option<EntryId>,
) -> BTreeMap<(EntryId, Name), bool> {
    let mut out = BTreeMap::new();
    let register = ctx.world.schemas.index(rule.subject.get_ref());
    let Some(register) = register.filter(|_| stands_here(ctx, control) && asks(ctx, control)) else { return out };
    let filter = control.expr("where");
    let people = &*ctx.world.schemas.all()[register].id == "person";
    for (row, entry) in ctx.world.table(register).rows.iter().enumerate() {
        if people && only.is_some_and(|only| only != entry.id) {
            continue;
        }
        let scene = Scene::now(ctx).of(register, row);
        let concerned = filter.map_or(Truth::True, |filter| filter.test(&scene).truth);
        if concerned == Truth::False {
            continue;
        }
        let asked = rule::expects(control).flat_map(|expect| expect.courses(&scene));
        for (course, person) in asked.filter(|(_, person)| only.is_none_or(|only| only == *person)) {
            *out.entry((person, course)).or_insert(false) |= concerned == Truth::True;
        }
    }
    out
}
