//! Who decides instead of those who ask for themselves.
//!
//! Invariant: nobody decides what they ask for or what is for them; as long as somebody stands above them, a request
//! of theirs is not left to nobody.

use super::super::people::{self, Group};
use super::super::record::Row;
use super::grant;
use crate::expr::Truth;
use crate::judge::Ctx;
use schoolkeeper_core::control::Stage;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::role::{CHAIR, HEAD};

/// Whether a request was asked by a person, or is for them.
pub fn is_own(request: Row<'_>, person: EntryId) -> bool {
    request.one("requester") == Some(person) || grant::for_person(request) == Some(person)
}

/// The sides of a stage that must each say yes, as the names of those who may say it: one side, or with `all` one for
/// each name. Where too few are left beside the asker, who stands above them decides as well.
pub(super) fn sides(ctx: Ctx<'_>, stage: &Stage, request: Row<'_>) -> Vec<Vec<Name>> {
    let side = |names: &[Name], wanted: usize| {
        let group = Group::of(ctx, names, Some(request));
        let means = |person: &Row<'_>| group.has(person.row).truth == Truth::True;
        if !own(ctx, request).iter().any(&means) {
            return names.to_vec();
        }
        let others = Row::all(ctx.world, "person").filter(|person| !is_own(request, person.id()));
        match others.filter(means).take(wanted).count() {
            0 => above(ctx, stage, request),
            few if few < wanted => names.iter().cloned().chain(above(ctx, stage, request)).collect(),
            _ => names.to_vec(),
        }
    };
    if stage.all {
        return stage.by.iter().map(|name| side(std::slice::from_ref(name), 1)).collect();
    }
    vec![side(&stage.by.0, stage.any.unwrap_or(1).max(1) as usize)]
}

/// Every name of a stage under which somebody may decide.
pub fn names(ctx: Ctx<'_>, stage: &Stage, request: Row<'_>) -> Vec<Name> {
    let mut out: Vec<Name> = Vec::new();
    for name in sides(ctx, stage, request).into_iter().flatten() {
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

/// The asker, and whoever it is asked for.
fn own<'w>(ctx: Ctx<'w>, request: Row<'w>) -> Vec<Row<'w>> {
    let ids = request.one("requester").into_iter().chain(grant::for_person(request));
    ids.filter_map(|id| Row::of(ctx.world, id)).collect()
}

/// Those the policy names; else the headteacher, and the chair for what the headteacher asks.
fn above(ctx: Ctx<'_>, stage: &Stage, request: Row<'_>) -> Vec<Name> {
    if !stage.otherwise.is_empty() {
        return stage.otherwise.0.clone();
    }
    let held = |name: &str| people::holders(ctx, name).iter().any(|person| !is_own(request, *person));
    let may_be_head = !stage.by.iter().any(|name| &**name == HEAD);
    vec![Name::from(if may_be_head && held(HEAD) { HEAD } else { CHAIR })]
}
