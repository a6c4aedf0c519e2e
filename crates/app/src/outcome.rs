//! What an evaluation leaves behind for the pages: one record per school and policy, without the problems,
//! which the store keeps one by one.
//!
//! Invariant: pages, `--json` and both databases show the same record; nothing is recomputed for a page.

use jiff::{Timestamp, civil::Date};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::{Counts, KnownBy, Missing, NoneBecause, Standing};
use serde::{Deserialize, Serialize};

/// One evaluation of one policy at one school or trust.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Pack id.
    pub pack: Name,
    /// Hash of the pack it was worked out with.
    pub pack_hash: String,
    /// As of.
    pub at: Timestamp,
    /// First instant at which time alone may change it.
    pub valid_until: Option<Timestamp>,
    /// In the order of the policy.
    pub clauses: Vec<ClauseOutcome>,
}

/// Where one statement stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClauseOutcome {
    /// Clause id.
    pub clause: Name,
    /// Its standing.
    pub standing: Standing,
    /// How it is known.
    pub known_by: Option<KnownBy>,
    /// Its subjects.
    pub counts: Counts,
    /// What would tell.
    pub missing: Vec<Missing>,
    /// First instant at which time alone may change it.
    pub valid_until: Option<Timestamp>,
    /// Next day somebody must act by.
    pub due_on: Option<Date>,
    /// Since when it has stood so, as far as was seen.
    pub since: Option<Timestamp>,
    /// Why it stands nowhere; only then.
    #[serde(default)]
    pub none_because: Option<NoneBecause>,
    /// Where it would stand if its section were started; only while it is not.
    #[serde(default)]
    pub would: Option<Standing>,
    /// For a statement about named entries: the problems that are its own. `None` = all problems of its controls.
    pub own: Option<Vec<(Name, Option<EntryId>)>>,
}

/// One problem as pages show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The control that is not kept.
    pub control: Name,
    /// The entry concerned.
    pub entry: Option<EntryId>,
    /// Broken, or due while a grace runs.
    pub standing: Standing,
    /// Since when.
    pub since: Timestamp,
    /// When the grace ends.
    pub due_at: Option<Timestamp>,
    /// In words.
    pub message: String,
}

impl Outcome {
    /// A statement by its id.
    pub fn clause(&self, id: &str) -> Option<&ClauseOutcome> {
        self.clauses.iter().find(|clause| &*clause.clause == id)
    }
}

impl ClauseOutcome {
    /// Whether a problem of one of its controls concerns this statement.
    pub fn concerns(&self, problem: &Problem) -> bool {
        match &self.own {
            None => true,
            Some(own) => own.iter().any(|(control, entry)| *control == problem.control && *entry == problem.entry),
        }
    }
}
