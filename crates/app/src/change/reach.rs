//! Whom and what else a change reaches besides statements: people, signatures, permissions, tasks.
//!
//! Invariant: people are counted and never named.

use super::of_result;
use crate::apart::set_apart;
use crate::snapshot::{Adopted, Snapshot};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::ClauseResult;
use schoolkeeper_core::world::{Params, World};
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{agreement, request};
use std::collections::BTreeSet;

/// Fields by which a record says whose it is.
const WHOSE: [&str; 3] = ["person", "holder", "owner"];

/// What a change reaches at a school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// People with a problem of theirs that would begin.
    pub people: usize,
    /// People who would be asked to sign something they are not asked to sign now.
    pub sign: usize,
    /// Permissions in force of which the policy would know nothing any more.
    pub permissions: usize,
    /// Tasks that would begin.
    pub tasks: Vec<String>,
    /// Tasks that would end.
    pub over: Vec<String>,
}

/// A policy in a school's world, judged.
pub(super) struct Judged<'a> {
    policy: &'a Adopted,
    world: World,
    params: Params,
    pub(super) clauses: Vec<ClauseResult>,
}

impl<'a> Judged<'a> {
    pub(super) fn of(policy: &'a Adopted, snapshot: &Snapshot) -> Self {
        let (world, params) = (snapshot.world_of(policy), policy.params());
        let mut clauses = schoolkeeper_rules::evaluate(&policy.live, &params, &world).clauses;
        set_apart(policy, &world, &mut clauses);
        Self { policy, world, params, clauses }
    }

    fn ctx(&self) -> Ctx<'_> {
        Ctx { pack: &self.policy.live, params: &self.params, world: &self.world }
    }

    /// Who is asked to sign what.
    fn signers(&self) -> BTreeSet<(Name, EntryId)> {
        let (ctx, mut out) = (self.ctx(), BTreeSet::new());
        let Some(register) = ctx.world.schemas.index("person") else { return out };
        for control in ctx.pack.controls.values() {
            let ControlKind::Agreement(spec) = &control.control.kind else { continue };
            let asked = agreement::signers(ctx, spec, &[]).found.into_iter().filter(|one| one.unknown.is_empty());
            let id = |person| Row::at(ctx.world, register, person).id();
            out.extend(asked.map(|one| (control.control.id.clone(), id(one.person))));
        }
        out
    }

    /// Permissions in force.
    fn permissions(&self) -> BTreeSet<EntryId> {
        let ctx = self.ctx();
        let today = ctx.world.calendar.day(ctx.world.now);
        let requests = ctx.pack.controls.values().filter(|one| matches!(one.control.kind, ControlKind::Request(_)));
        let all = requests.flat_map(|control| request::grants(ctx, control));
        all.filter(|grant| request::covers(*grant, today)).map(Row::id).collect()
    }

    /// Tasks by their names, with what people call them.
    fn tasks(&self) -> Vec<(&Name, &String)> {
        let controls = self.policy.live.controls.values().map(|control| &control.control);
        let duties = controls.filter(|control| matches!(control.kind, ControlKind::Duty(_)));
        duties.map(|control| (&control.id, &control.title)).collect()
    }
}

/// What the change from one to the other reaches; everything when the policy is new.
pub(super) fn reach(before: Option<&Judged<'_>>, after: &Judged<'_>) -> Reach {
    let had: BTreeSet<_> = before.into_iter().flat_map(|one| one.clauses.iter().flat_map(of_result)).collect();
    let begins = after.clauses.iter().flat_map(of_result).filter(|problem| !had.contains(problem));
    let people: BTreeSet<EntryId> = begins.filter_map(|(_, subject)| whose(&after.world, subject?)).collect();
    let signed = before.map(Judged::signers).unwrap_or_default();
    let sign: BTreeSet<EntryId> =
        after.signers().into_iter().filter(|one| !signed.contains(one)).map(|(_, person)| person).collect();
    let stays = after.permissions();
    let (old, new) = (before.map(Judged::tasks).unwrap_or_default(), after.tasks());
    let only_in = |these: &[(&Name, &String)], those: &[(&Name, &String)]| -> Vec<String> {
        let only = these.iter().filter(|(id, _)| those.iter().all(|(other, _)| other != id));
        only.map(|(_, title)| (*title).clone()).collect()
    };
    Reach {
        people: people.len(),
        sign: sign.len(),
        permissions: before.map_or(0, |one| one.permissions().difference(&stays).count()),
        tasks: only_in(&new, &old),
        over: only_in(&old, &new),
    }
}

/// Whose a record is; the person themselves when it is one.
fn whose(world: &World, subject: EntryId) -> Option<EntryId> {
    let row = Row::of(world, subject)?;
    if row.kind() == "person" {
        return Some(subject);
    }
    WHOSE
        .iter()
        .find_map(|field| row.one(field))
        .filter(|id| Row::of(world, *id).is_some_and(|row| row.kind() == "person"))
}
