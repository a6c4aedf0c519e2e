//! What a school counts apart: statements of sections it has not started, and those that do not apply here.
//!
//! Invariant: pure. The rules judge every statement; only here some of them are taken out of what is counted, and what
//! they would be is kept. What does not apply here counts again by itself: on its date, or when a record comes that the
//! statement speaks of.

use crate::snapshot::Adopted;
use jiff::Timestamp;
use schoolkeeper_core::clause::Clause;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{Name, slug};
use schoolkeeper_core::standing::{ClauseResult, Counts, NoneBecause, Standing};
use schoolkeeper_core::world::World;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::evaluate::rule::concerned;
use schoolkeeper_store::not_here::{Ended, NotHere};
use std::collections::BTreeMap;

/// What was taken out of the results of one policy.
#[derive(Debug, Default)]
pub struct Apart {
    /// Where statements of sections that are not started would stand.
    pub would: BTreeMap<Name, Standing>,
    /// What does not hold any longer, and why.
    pub over: Vec<(NotHere, Ended)>,
}

/// The slug of the section a statement stands in.
pub fn section_of(clause: &Clause) -> String {
    slug(clause.section.as_deref().unwrap_or("Other statements"))
}

impl Adopted {
    /// Whether a section is started: always, unless the school goes by sections.
    pub fn is_started(&self, section: &str) -> bool {
        let known = self.sections.iter().find(|known| &*known.section == section);
        self.sections.is_empty() || known.is_some_and(|known| known.started_at.is_some())
    }

    /// Since when each control of a policy that goes by sections is started: with the first of its sections.
    pub(crate) fn started(&self) -> BTreeMap<Name, Option<Timestamp>> {
        let mut out: BTreeMap<Name, Option<Timestamp>> = BTreeMap::new();
        if self.sections.is_empty() {
            return out;
        }
        for clause in &self.live.pack.clauses {
            let section = section_of(clause);
            let known = self.sections.iter().find(|known| *known.section == *section);
            let started = known.and_then(|known| known.started_at);
            for control in &clause.controls {
                let first = out.entry(control.get_ref().clone()).or_default();
                *first = [*first, started].into_iter().flatten().min();
            }
        }
        out
    }
}

/// Takes out what is not counted.
pub(crate) fn set_apart(policy: &Adopted, world: &World, clauses: &mut [ClauseResult]) -> Apart {
    let mut out = Apart::default();
    let today = world.calendar.day(world.now);
    for result in clauses.iter_mut().filter(|result| result.standing != Standing::None) {
        let Some(clause) = policy.live.pack.clauses.iter().find(|clause| *clause.id.get_ref() == result.clause) else {
            continue;
        };
        if let Some(said) = policy.not_here.iter().find(|said| said.holds() && said.new.clause == result.clause) {
            let ended = if said.new.review_on <= today {
                Some(Ended::Review)
            } else if matching(policy, world, clause) > 0 {
                Some(Ended::Entry)
            } else {
                None
            };
            let Some(ended) = ended else {
                let until = world.calendar.start_of(said.new.review_on);
                take_out(result, NoneBecause::NotHere);
                result.valid_until = Some(result.valid_until.map_or(until, |known| known.min(until)));
                continue;
            };
            out.over.push((said.clone(), ended));
        }
        if !policy.is_started(&section_of(clause)) {
            out.would.insert(result.clause.clone(), result.standing);
            take_out(result, NoneBecause::NotStarted);
        }
    }
    out
}

/// How many records the rules of a statement speak of for certain.
pub(crate) fn matching(policy: &Adopted, world: &World, clause: &Clause) -> usize {
    let params = policy.params();
    let ctx = Ctx { pack: &policy.live, params: &params, world };
    let bound = clause.controls.iter().filter_map(|name| policy.live.controls.get(name.get_ref()));
    bound
        .filter_map(|control| match &control.control.kind {
            ControlKind::Rule(rule) => Some(concerned(ctx, control, rule)),
            _ => None,
        })
        .sum()
}

fn take_out(result: &mut ClauseResult, because: NoneBecause) {
    result.standing = Standing::None;
    result.none_because = Some(because);
    result.known_by = None;
    result.counts = Counts::default();
    result.due_on = None;
    result.findings.clear();
    result.missing.clear();
}
