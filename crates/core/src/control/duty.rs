//! Type `duty`: work that comes again.

use super::{Expr, SpanOrParam, yes};
use crate::id::Name;
use crate::phrase::{Every, Evidence, OrParam, Who};
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

/// Type `duty`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Who does it.
    pub owner: Who,
    /// How often.
    #[serde(default)]
    pub every: Option<Spanned<OrParam<Every>>>,
    /// Asked on days without staff too: each period is due on its last day, whatever day that is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub holidays: bool,
    /// Time of day or of the period, in words: `after-hours`, `start of term`.
    #[serde(default)]
    pub at: Option<String>,
    /// `REGISTER/ENTRY` that lists the dates.
    #[serde(default)]
    pub dates: Option<Spanned<String>>,
    /// The event that creates one.
    #[serde(default)]
    pub on: Option<Spanned<String>>,
    /// Time from that event.
    #[serde(default)]
    pub within: Option<SpanOrParam>,
    /// How long before its due date it is open; the whole period when left out.
    #[serde(default)]
    pub window: Option<SpanOrParam>,
    /// Register: one per entry.
    #[serde(default, rename = "for")]
    pub subject: Option<Spanned<Name>>,
    /// Which entries.
    #[serde(default, rename = "where")]
    pub filter: Option<Expr>,
    /// A few entries drawn fairly and repeatably.
    #[serde(default)]
    pub sample: Option<Sample>,
    /// Items to answer.
    #[serde(default)]
    pub checklist: Vec<CheckItem>,
    /// What to show.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// True when the registers agree with what was ticked.
    #[serde(default)]
    pub measured: Option<Expr>,
    /// A second person's signature.
    #[serde(default)]
    pub countersign: Who,
    /// Participants besides the owner.
    #[serde(default)]
    pub with: Vec<Participants>,
    /// Name of a report from the closed catalogue.
    #[serde(default)]
    pub report: Option<Spanned<Name>>,
    /// Who gets the report.
    #[serde(default)]
    pub send_to: Who,
    /// A `[list]` of texts to begin a notice from.
    #[serde(default)]
    pub texts: Option<Spanned<Name>>,
    /// A decision for each of a list.
    #[serde(default)]
    pub decide_each: Option<DecideEach>,
    /// What a new version of the policy asks otherwise is planned when it is published: an improvement for each
    /// statement, to be finished when this task is due.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plan: bool,
    /// Who may skip one, with a reason.
    #[serde(default)]
    pub skip: Option<Skip>,
}

/// Entries drawn at random from hash(control, occurrence, checkpoint).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Register.
    #[serde(rename = "for")]
    pub subject: Spanned<Name>,
    /// How many.
    pub count: u32,
}

/// One line of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckItem {
    /// Its name in `done.items`.
    pub name: Name,
    /// The question.
    pub says: String,
    /// The answer that is a problem.
    #[serde(default)]
    pub bad: Option<String>,
    /// A bad answer makes a finding.
    #[serde(default)]
    pub finding: bool,
    /// Who gets that finding.
    #[serde(default)]
    pub to: Who,
    /// A bad answer begins a draft of the policy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
    /// What to show.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

/// At least one of these must take part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participants {
    /// Roles.
    pub any: Who,
}

/// A decision for each entry of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideEach {
    /// Expression that gives the list.
    pub of: Expr,
    /// Possible answers.
    pub answers: Vec<Name>,
    /// Answers that need a reason.
    #[serde(default)]
    pub reason: Vec<Name>,
    /// What an answer starts.
    #[serde(default)]
    pub task: Option<FollowUp>,
}

/// Work that follows an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// Answers.
    pub on: Vec<Name>,
    /// Who.
    pub to: Who,
    /// How soon.
    #[serde(default)]
    pub within: Option<SpanOrParam>,
}

/// Who may skip an occurrence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    /// Who.
    pub by: Who,
    /// Whether a reason is asked.
    #[serde(default = "yes")]
    pub reason: bool,
}
