//! Incidents that open by themselves: a record changed that a policy waits for, or a rule found what one is to be made of.
//!
//! Invariant: opened as of the change, so that no clock depends on when it was noticed; twice gives the same as once.

use super::of_school;
use crate::act::Before;
use crate::evaluate::{TRIES_MAX, moved};
use crate::of::controls;
use crate::snapshot::Adopted;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_rules::flow::Change;
use schoolkeeper_rules::flow::case::{due_by_rule, due_to_open};
use schoolkeeper_store::School;
use schoolkeeper_store::act::ActAt;

/// Most that are opened at once: what a first list of faults makes comes one evaluation after another.
const OPENED_MAX: usize = 100;

impl House {
    /// Opens what is due at a school; how many.
    pub(crate) async fn open_due_cases(&self, school: &School) -> Result<usize, Error> {
        let live = self.live(&self.read().await?, &Scope::system("cases"), school).await?;
        if !self.can_write() || !live.iter().any(|pack| opens_any(pack)) {
            return Ok(0);
        }
        for _ in 0..TRIES_MAX {
            let before = self.before(&Actor::operator(school.organisation), school).await?;
            let due = due(&before);
            if due.is_empty() {
                return Ok(0);
            }
            if self.write_opened(school, &before, &due).await? {
                self.evaluate(&Actor::operator(school.organisation), school).await?;
                return Ok(due.len());
            }
        }
        Err(moved())
    }

    /// `false` when the records moved since the look.
    pub(super) async fn write_opened(&self, school: &School, before: &Before, due: &[Due<'_>]) -> Result<bool, Error> {
        let scope = Scope::system("cases");
        let mut write = self.write().await?;
        let mut generation = before.generation();
        for (policy, change) in due {
            let Some(one) = self.written_new(&policy.live.pack, change) else { continue };
            let control = kind_of(change);
            let at = ActAt { school: school.id, act: "case-open", control: &control, now: self.now(), generation };
            match write.act(&scope, at, vec![one]).await {
                Ok(_) => {}
                Err(schoolkeeper_store::Error::Conflict { .. }) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
            generation = write.generation().await?;
        }
        write.commit().await?;
        Ok(true)
    }
}

/// Whether anything in a policy opens an incident by itself.
fn opens_any(pack: &CompiledPack) -> bool {
    pack.controls.values().any(|control| match &control.control.kind {
        ControlKind::Case(spec) => spec.on.is_some(),
        ControlKind::Rule(spec) => spec.opens.is_some(),
        _ => false,
    })
}

/// An incident to be, under its policy.
type Due<'b> = (&'b Adopted, Change);

fn due(before: &Before) -> Vec<Due<'_>> {
    let by_change = of_school(before)
        .flat_map(|of| due_to_open(of.ctx, of.control, of.spec).into_iter().map(move |change| (of.policy, change)));
    let mut out: Vec<Due<'_>> = by_change.collect();
    let rules = controls(before, |kind| match kind {
        ControlKind::Rule(spec) if spec.opens.is_some() => Some(spec),
        _ => None,
    });
    for of in rules {
        for change in due_by_rule(of.ctx, of.control) {
            // Two rules may find the same fault of one record.
            let known = |(policy, known): &Due<'_>| policy.id() == of.policy.id() && same(known, &change);
            if !out.iter().any(known) {
                out.push((of.policy, change));
            }
        }
    }
    out.truncate(OPENED_MAX);
    out
}

/// Of one kind, about one record.
fn same(a: &Change, b: &Change) -> bool {
    let of = |change: &Change, name: &str| {
        change.set.iter().find(|(field, _)| **field == *name).map(|(_, value)| value.clone())
    };
    ["type", "about"].iter().all(|name| of(a, name) == of(b, name))
}

/// The kind of incident a change opens.
fn kind_of(change: &Change) -> Name {
    let kind = change.set.iter().find(|(name, _)| &**name == "type");
    kind.and_then(|(_, value)| value.as_text()).map_or_else(|| Name::from(super::CASE), Name::from)
}
