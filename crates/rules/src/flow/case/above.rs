//! Who acts in an incident that is about the headteacher: the chair, whether or not the policy names them.
//!
//! Invariant: whom a case concerns never acts in it, and no case about the headteacher is left to those below them alone.

use super::super::people::{self, NameKind, holders, kind_of};
use super::super::record::Row;
use super::concerns;
use crate::expr::Truth;
use crate::judge::Ctx;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::role::{CHAIR, HEAD};
use std::borrow::Cow;

/// Whether a case concerns somebody who leads the school today.
pub(super) fn is_about_head(ctx: Ctx<'_>, case: Row<'_>) -> bool {
    case.value("subject").is_some() && holders(ctx, HEAD).into_iter().any(|head| concerns(case, head))
}

/// Whether a person stands above the headteacher in a case that is about them, and is not concerned by it.
pub fn stands_above(ctx: Ctx<'_>, case: Row<'_>, person: usize) -> bool {
    let me = || Row::at(ctx.world, ctx.world.schemas.index("person").unwrap_or_default(), person).id();
    is_about_head(ctx, case)
        && people::meant(ctx, &[Name::from(CHAIR)], person, Some(case)).truth == Truth::True
        && !concerns(case, me())
}

/// Some names of a policy as a case means them: a post that only those hold whom a case about the headteacher concerns
/// is the chair's in it.
pub fn as_meant<'n>(ctx: Ctx<'_>, case: Row<'_>, names: &'n [Name]) -> Cow<'n, [Name]> {
    if !is_about_head(ctx, case) {
        return Cow::Borrowed(names);
    }
    let gone = |name: &Name| {
        let held = holders(ctx, name);
        kind_of(ctx, name, Some(case)) == NameKind::Role
            && !held.is_empty()
            && held.into_iter().all(|person| concerns(case, person))
    };
    let mut out: Vec<Name> = Vec::new();
    for name in names {
        let name = if gone(name) { Name::from(CHAIR) } else { name.clone() };
        if !out.contains(&name) {
            out.push(name);
        }
    }
    Cow::Owned(out)
}
