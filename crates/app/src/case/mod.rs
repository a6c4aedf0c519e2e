//! Incidents and other courses of steps: reporting one, who sees it, working on it, closing it, who hears of it.
//!
//! Invariant: who reports, sees and works is the policy's alone, worked out by the engine *flow* row by row; the person an
//! incident concerns does not learn of it here, and whoever only reported it sees what the policy says a reporter sees.

mod due;
mod file;
mod list;
mod number;
mod opened;
mod question;
mod report;
mod see;
mod step;
mod told;
mod unnamed;
mod view;

pub use list::{CaseLine, CasesPage};
pub use number::{CaseNumbers, Counted, FEW, YearCount};
pub use question::{Common, ways};
pub use report::Report;
pub use step::{CaseAct, Worked};
pub use unnamed::UnnamedNews;
pub use view::{CasePage, CaseWords, ClockLine, PastLine, StepForm, StepLine, StepState, Whole};

pub(crate) use opened::UNOPENED;
pub(crate) use see::{Reach, found};
pub(crate) use told::news;
pub(crate) use view::title_of;

use crate::act::Before;
use crate::of::controls;
use schoolkeeper_core::control::{Case, ControlKind};
use schoolkeeper_core::id::Name;
use schoolkeeper_rules::flow::case::{doers, is_open, timers};
use schoolkeeper_rules::flow::record::Row;
use std::collections::BTreeSet;

/// Their register.
pub(crate) const CASE: &str = "case";
/// Names that mean somebody of the incident itself.
const RELATIONS: &[&str] = &["requester", "reporter", "subject", "involved", "anyone"];

/// A kind of incident of a policy of the school.
pub(crate) type Of<'b> = crate::of::Of<'b, Case>;

/// Where an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It goes on.
    Open,
    /// It goes on, and something was not done in time.
    Late,
    /// It is closed.
    Closed,
}

impl Stand {
    /// Of an incident today.
    pub(crate) fn of(of: Of<'_>, row: Row<'_>) -> Self {
        if !is_open(row) {
            Self::Closed
        } else if timers(of.ctx, of.control, of.spec, row)
            .iter()
            .any(|timer| timer.stopped.is_none() && timer.is_missed())
        {
            Self::Late
        } else {
            Self::Open
        }
    }

    /// As addresses and lists name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Late => "late",
            Self::Closed => "closed",
        }
    }
}

/// Every kind of incident that counts at the school today.
pub(crate) fn of_school(before: &Before) -> impl Iterator<Item = Of<'_>> {
    controls(before, |kind| match kind {
        ControlKind::Case(spec) => Some(spec),
        _ => None,
    })
}

/// The kind by its policy and name.
pub(crate) fn named<'b>(before: &'b Before, pack: &str, control: &str) -> Option<Of<'b>> {
    of_school(before).find(|of| **of.policy.id() == *pack && *of.control.control.id == *control)
}

/// The kind an incident is of; the first policy that has it when the record names none.
pub(crate) fn of_row<'b>(before: &'b Before, row: Row<'_>) -> Option<Of<'b>> {
    of_school(before).find(|of| crate::under::belongs(row, &of.ctx.pack.pack, &of.control.control))
}

/// Every incident with its kind.
pub(crate) fn all(before: &Before) -> impl Iterator<Item = (Of<'_>, Row<'_>)> {
    Row::all(before.world(), CASE).filter_map(|row| Some((of_row(before, row)?, row)))
}

impl Of<'_> {
    /// Everybody the policy names for such an incident, without those who are of the incident itself.
    pub(crate) fn named(&self) -> Vec<Name> {
        let steps = self.spec.steps.iter().flat_map(|step| doers(step).iter());
        let told = self.control.control.tell.iter().flat_map(|tell| tell.who.iter());
        let all = self.spec.visible_to.iter().chain(steps).chain(told);
        let mut known = BTreeSet::new();
        all.filter(|name| !RELATIONS.contains(&&***name) && known.insert((*name).clone())).cloned().collect()
    }

    /// A sentence on who may see it: closed to all but a few, or also to those who lead.
    pub(crate) fn seen_by(&self, restricted: bool) -> String {
        self.seen_by_of(&self.named(), restricted)
    }

    /// The same when these are named.
    pub(crate) fn seen_by_of(&self, names: &[Name], restricted: bool) -> String {
        let people = self.people(names);
        let only = restricted || !self.spec.visible_to.is_empty();
        match (people.is_empty(), only) {
            (true, _) => "Those who lead at the school see it.".to_owned(),
            (false, true) => format!("Only these see it: {people}."),
            (false, false) => format!("It is dealt with by {people}. Others who lead at the school see it too."),
        }
    }
}
