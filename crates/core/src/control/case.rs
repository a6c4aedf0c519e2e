//! Type `case`: an incident or other course of steps.

use super::request::FormCheck;
use super::{Expr, SpanOrParam};
use crate::id::Name;
use crate::phrase::{Every, Evidence, Who};
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

/// Type `case`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Who may report; only `on` opens it when empty.
    #[serde(default)]
    pub report_by: Who,
    /// Name of the form.
    #[serde(default)]
    pub form: Option<Spanned<Name>>,
    /// It may be reported by somebody who does not say who they are.
    #[serde(default)]
    pub anonymous: bool,
    /// How soon somebody who deals with it opens a report; an hour when nothing is said.
    #[serde(default)]
    pub look_within: Option<SpanOrParam>,
    /// The change that opens one: `person.changed:last_day`.
    #[serde(default)]
    pub on: Option<Spanned<String>>,
    /// What the report must fulfil.
    #[serde(default)]
    pub checks: Vec<FormCheck>,
    /// Possible grounds.
    #[serde(default)]
    pub grounds: Vec<Name>,
    /// Clocks.
    #[serde(default)]
    pub clocks: Vec<Clock>,
    /// Steps.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Who sees it, besides those it names.
    #[serde(default)]
    pub visible_to: Who,
    /// What the reporter sees later.
    #[serde(default)]
    pub reporter_sees: Vec<Name>,
    /// When it may be closed.
    #[serde(default)]
    pub close_when: Option<Expr>,
    /// How long it is kept after it was closed; as the register says when nothing is said.
    #[serde(default)]
    pub keep: Option<SpanOrParam>,
    /// How often it is tried out.
    #[serde(default)]
    pub exercise: Option<Every>,
}

/// A clock of a case. Legal clocks never stop for holidays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Its name.
    pub name: Name,
    /// How long.
    pub within: SpanOrParam,
    /// `opened`, `aware`, or the name of a step.
    pub from: Name,
    /// Stops it; `done('receipt')`-like. Closing stops it too.
    #[serde(default)]
    pub stops: Option<Expr>,
}

/// A step of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: StepKind,
    /// Who does it.
    #[serde(default)]
    pub to: Who,
    /// Who decides: role names or an expression such as `granted('investigator', actor, it)`.
    #[serde(default)]
    pub by: Option<WhoOrExpr>,
    /// Answers of a `choose`.
    #[serde(default)]
    pub choices: Vec<Name>,
    /// Steps before it.
    #[serde(default)]
    pub after: Vec<Spanned<Name>>,
    /// Whether it applies.
    #[serde(default)]
    pub when: Option<Expr>,
    /// Time from the opening, or from the last step of `after`.
    #[serde(default)]
    pub within: Option<SpanOrParam>,
    /// The words of a statement or task.
    #[serde(default)]
    pub says: Option<String>,
    /// The act of an `act` step; allowed only through this case.
    #[serde(default)]
    pub act: Option<Spanned<Name>>,
    /// What to show.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// Escalation.
    #[serde(default)]
    pub ladder: Option<Name>,
}

/// Roles, or an expression over `actor` and `it`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WhoOrExpr {
    /// Role names.
    Who(Who),
    /// An expression.
    Expr(String),
}

/// Kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Work.
    Task,
    /// One of the choices.
    Choose,
    /// A decision by those named.
    Decide,
    /// Ask a person for something.
    Ask,
    /// Upload.
    File,
    /// Somebody's signed words.
    Statement,
    /// An act of the platform.
    Act,
}
