//! Controls: what a clause makes the software do. Ten types, read straight from TOML.
//!
//! Invariant: a struct here is the schema of its table in a pack; unknown keys are refused.
//! Common keys (`type`, `title`, …) are split off by the pack reader into [`Control`].

mod access;
mod agreement;
mod case;
mod channel;
mod duty;
mod job;
mod request;
mod retention;
mod rule;
mod setting;

pub use access::Access;
pub use agreement::{Again, Agreement};
pub use case::{Case, Clock, Step, StepKind, WhoOrExpr};
pub use channel::{Channel, Passcode, Receipt};
pub use duty::{CheckItem, DecideEach, Duty, FollowUp, Participants, Sample, Skip};
pub use job::Job;
pub use request::{AtEnd, FormCheck, FormField, Request, Stage};
pub use retention::{Retention, Then};
pub use rule::Rule;
pub use setting::{Setting, SettingValue};

use crate::clause::Severity;
use crate::id::Name;
use crate::phrase::{OrParam, Span, Tell};
use crate::schema::Level;
use serde::Serialize;
use serde_spanned::Spanned;

/// An expression with its place in the file of its control.
pub type Expr = Spanned<String>;
/// A span, or a param that holds one.
pub type SpanOrParam = OrParam<Span>;

/// One control of a pack.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Control {
    /// Its name, unique in the pack.
    pub id: Name,
    /// What people read; derived from the name when left out.
    pub title: String,
    /// One standing per school, or one for the trust.
    pub level: Level,
    /// Overrides the clause's severity in ranking.
    pub severity: Option<Severity>,
    /// Name of the escalation ladder.
    pub ladder: Option<Name>,
    /// Whom to tell when.
    pub tell: Vec<Tell>,
    /// Its former name: keeps findings and grants.
    pub was: Option<Name>,
    /// Kinds of weakening a child pack may do here.
    pub open: Vec<Name>,
    /// Bytes of its table in its file, and the file.
    pub place: crate::diagnostic::Place,
    /// What it is.
    pub kind: ControlKind,
}

/// The ten types.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
#[expect(clippy::large_enum_variant, reason = "a pack has tens of controls, each read once")]
pub enum ControlKind {
    /// A value something must have.
    Setting(Setting),
    /// A predicate over subjects, perhaps refusing acts.
    Rule(Rule),
    /// Work that comes again.
    Duty(Duty),
    /// Something somebody must permit.
    Request(Request),
    /// Something people sign.
    Agreement(Agreement),
    /// An incident or other course of steps.
    Case(Case),
    /// Who may do or see something.
    Access(Access),
    /// Which way something may leave.
    Channel(Channel),
    /// How long something is kept.
    Retention(Retention),
    /// What Schoolkeeper runs by itself.
    Job(Job),
}

impl ControlKind {
    /// As written in `type`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Setting(_) => "setting",
            Self::Rule(_) => "rule",
            Self::Duty(_) => "duty",
            Self::Request(_) => "request",
            Self::Agreement(_) => "agreement",
            Self::Case(_) => "case",
            Self::Access(_) => "access",
            Self::Channel(_) => "channel",
            Self::Retention(_) => "retention",
            Self::Job(_) => "job",
        }
    }
}

/// Serde default.
fn yes() -> bool {
    true
}
