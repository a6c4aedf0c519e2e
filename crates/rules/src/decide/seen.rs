//! Seeing a case: only those the policy names, once it names anybody; never those it concerns, but for a step of theirs.

use super::{Answer, Asked};
use crate::flow::case::{concerns, may_see};
use crate::flow::record::Row;
use schoolkeeper_core::control::Case;

/// The act this speaks of.
pub const ACT: &str = "case.see";

/// Refuses whoever is not meant to see a case of this control. The local operator is nobody a policy names.
pub fn ask(asked: &Asked<'_>, spec: &Case, answer: &mut Answer) {
    let tried = asked.tried;
    let (Some((register, row)), Some(person)) = (tried.on.filter(|_| tried.act == ACT), tried.person) else { return };
    let case = Row::at(asked.ctx.world, register, row);
    let own = case.kind() == "case" && case.text("type") == Some(&*asked.control.control.id);
    let me = Row::at(asked.ctx.world, asked.ctx.world.schemas.index("person").unwrap_or_default(), person).id();
    let few = !spec.visible_to.is_empty() || concerns(case, me);
    if own && few && !may_see(asked.ctx, asked.control, spec, case, person) {
        asked.refuse(answer, format!("{}: you are not among those who see it", asked.control.control.title));
    }
}
