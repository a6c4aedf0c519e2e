//! Who sees and handles a case, and what its reporter hears of it.

use super::super::change::{Change, apply};
use super::super::people::{self, NameKind};
use super::super::record::Row;
use super::above::{as_meant, stands_above};
use super::timer::scene;
use super::{concerns, doers, is_for_concerned};
use crate::compiled::CompiledControl;
use crate::expr::Truth;
use crate::judge::Ctx;
use schoolkeeper_core::control::{Case, ControlKind};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;

/// Whether a person may see a case: those it is visible to, those named in it, those who do a step. The person it
/// concerns sees it only for a step of theirs; its reporter sees [`reporter_sees`].
pub fn may_see(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, case: Row<'_>, person: usize) -> bool {
    let meant = |names: &[Name]| is_meant(ctx, case, (names, person));
    let me = Row::at(ctx.world, ctx.world.schemas.index("person").unwrap_or_default(), person).id();
    let mut steps = spec.steps.iter();
    if concerns(case, me) {
        return steps.any(|step| is_for_concerned(step) && meant(doers(step)));
    }
    steps.any(|step| meant(doers(step))) || case.refs("named").contains(&me) || may_handle(ctx, control, case, person)
}

/// Whether the policy or the case names a person for it: they do a step, are told, or see it. Stricter than [`may_see`]:
/// a policy that names nobody names nobody.
pub fn has_part(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, case: Row<'_>, person: usize) -> bool {
    let me = Row::at(ctx.world, ctx.world.schemas.index("person").unwrap_or_default(), person).id();
    let named = case.refs("named").contains(&me) || !handlers(ctx, control, spec, case).is_empty();
    let does = || spec.steps.iter().any(|step| is_meant(ctx, case, (doers(step), person)));
    (named || does() || stands_above(ctx, case, person)) && may_see(ctx, control, spec, case, person)
}

/// Whether a person handles cases of this kind: the policy names them beyond a single relation of the case.
pub fn may_handle(ctx: Ctx<'_>, control: &CompiledControl, case: Row<'_>, person: usize) -> bool {
    let ControlKind::Case(spec) = &control.control.kind else { return false };
    let names = handlers(ctx, control, spec, case);
    names.is_empty() || is_meant(ctx, case, (&names, person)) || stands_above(ctx, case, person)
}

fn is_meant(ctx: Ctx<'_>, case: Row<'_>, (names, person): (&[Name], usize)) -> bool {
    people::meant(ctx, &as_meant(ctx, case, names), person, Some(case)).truth == Truth::True
}

/// Everybody the policy names for a case, without those who only report it or are concerned by it.
pub fn handlers(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, case: Row<'_>) -> Vec<Name> {
    let steps = spec.steps.iter().flat_map(|step| doers(step).iter());
    let told = control.control.tell.iter().flat_map(|tell| tell.who.iter());
    let names = spec.visible_to.iter().chain(steps).chain(told);
    let outside = ["requester", "reporter", "subject", "involved", "anyone"];
    let handles =
        |name: &&Name| !outside.contains(&&***name) && people::kind_of(ctx, name, Some(case)) != NameKind::Anyone;
    names.filter(handles).cloned().collect()
}

/// What the reporter reads of a case later: the fields the policy names, and `closed` as its instant.
pub fn reporter_sees<'w>(spec: &Case, case: Row<'w>) -> Vec<(Name, Option<&'w Value>)> {
    let field = |name: &Name| match &**name {
        "closed" => case.value("closed_at"),
        name => case.value(name),
    };
    spec.reporter_sees.iter().map(|name| (name.clone(), field(name))).collect()
}

/// Whether a policy closes a case to all but a few: an `access` control speaks of seeing it.
pub fn is_restricted(ctx: Ctx<'_>, case: Row<'_>) -> bool {
    ctx.pack.controls.values().any(|control| {
        let ControlKind::Access(access) = &control.control.kind else { return false };
        let sees = access.on.iter().any(|on| &**on.get_ref() == "case.see");
        let speaks = || control.expr("where").is_none_or(|test| test.test(&scene(ctx, case)).truth != Truth::False);
        sees && speaks()
    })
}

/// The same for a kind of case, before there is any.
pub fn is_restricted_kind(ctx: Ctx<'_>, control: &CompiledControl) -> bool {
    let made = EntryId(uuid::Uuid::nil());
    let case = Change::new("case").set("type", Value::text(&control.control.id));
    let mut world = ctx.world.clone();
    apply(&mut world, &[case], || made);
    let then = Ctx { world: &world, ..ctx };
    Row::of(&world, made).is_some_and(|case| is_restricted(then, case))
}
