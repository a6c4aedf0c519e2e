//! Controls: what a clause makes the software do. Ten types, read straight from TOML.
//!
//! Invariant: a struct here is the schema of its table in a pack; unknown keys are refused.
//! Common keys (`type`, `title`, …) are split off by the pack reader into [`Control`].

use crate::clause::Severity;
use crate::id::Name;
use crate::phrase::{Every, Evidence, OrParam, Span, Tell, Who};
use crate::schema::Level;
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;
use std::collections::BTreeMap;

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

/// Type `setting`: keys of the catalogue in [`crate::setting`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Setting {
    /// Register whose entries it covers: `account`; none for settings of the platform itself.
    #[serde(default, rename = "for")]
    pub subject: Option<Spanned<Name>>,
    /// Entries it does not cover.
    #[serde(default)]
    pub except: Option<Expr>,
    /// Catalogue key → value or `$param`.
    pub set: BTreeMap<Name, Spanned<SettingValue>>,
    /// Registers that hold the same keys as observed facts.
    #[serde(default)]
    pub compare: Vec<Spanned<Name>>,
    /// Time for accounts that predate the rule.
    #[serde(default)]
    pub within: Option<SpanOrParam>,
}

/// A literal of a setting; text that starts with `$` names a param, other text may be a span or a choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SettingValue {
    /// On or off.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A choice, a span, or `$param`.
    Text(String),
}

/// Type `rule`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Register of its subjects.
    #[serde(rename = "for")]
    pub subject: Spanned<Name>,
    /// Which of them; all when left out.
    #[serde(default, rename = "where")]
    pub filter: Option<Expr>,
    /// What must hold.
    pub expect: Expr,
    /// What a child pack asks besides; filled by `extends`.
    #[serde(default)]
    pub expect_also: Vec<Expr>,
    /// Time from the first instant it is false to *broken*.
    #[serde(default)]
    pub grace: Option<SpanOrParam>,
    /// How long a subject may be unknown before it is broken; never when left out.
    #[serde(default)]
    pub unknown_max: Option<SpanOrParam>,
    /// The problem in words; `{expr}` is filled in.
    #[serde(default)]
    pub message: Option<Spanned<String>>,
    /// Requests whose grants excuse a subject.
    #[serde(default)]
    pub excused_by: Vec<Spanned<Name>>,
    /// False: no exception is possible.
    #[serde(default = "yes")]
    pub excusable: bool,
    /// Acts it refuses.
    #[serde(default)]
    pub guards: Vec<Spanned<Name>>,
    /// Case type it opens.
    #[serde(default)]
    pub opens: Option<Spanned<Name>>,
}

/// Type `duty`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Who does it.
    pub owner: Who,
    /// How often.
    #[serde(default)]
    pub every: Option<Spanned<OrParam<Every>>>,
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
    /// A decision for each of a list.
    #[serde(default)]
    pub decide_each: Option<DecideEach>,
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

/// Type `request`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who may ask.
    pub who: Who,
    /// Name of the form.
    pub form: Spanned<Name>,
    /// What the form must fulfil.
    #[serde(default)]
    pub checks: Vec<FormCheck>,
    /// Who decides, in order.
    pub stages: Vec<Stage>,
    /// Accepted one by one by the asker.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Longest grant.
    #[serde(default)]
    pub longest: Option<SpanOrParam>,
    /// Acts a grant allows.
    #[serde(default)]
    pub unlocks: Vec<Spanned<Name>>,
    /// Rules a grant excuses.
    #[serde(default)]
    pub excuses: Vec<Spanned<Name>>,
    /// What must be shown at its end.
    #[serde(default)]
    pub at_end: Vec<AtEnd>,
    /// Whether it may be renewed.
    #[serde(default)]
    pub renew: Option<bool>,
}

/// A test of a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormCheck {
    /// The field it speaks of.
    #[serde(default)]
    pub field: Option<Name>,
    /// The field's value must be in this list.
    #[serde(default)]
    pub from: Option<Spanned<Name>>,
    /// An expression over `form`.
    #[serde(default)]
    pub test: Option<Expr>,
    /// What the asker reads when it fails.
    #[serde(default)]
    pub says: Option<String>,
}

/// One stage of a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Who decides.
    pub by: Who,
    /// How many of them; all roles when left out means one of each listed role is not needed: default 1.
    #[serde(default)]
    pub any: Option<u32>,
    /// Every named role must decide.
    #[serde(default)]
    pub all: bool,
    /// Time to decide.
    #[serde(default)]
    pub within: Option<SpanOrParam>,
    /// Asks for the second factor again.
    #[serde(default)]
    pub step_up: bool,
    /// The decision is signed.
    #[serde(default)]
    pub signed: bool,
}

/// What a grant's end asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtEnd {
    /// The question.
    pub says: String,
    /// What to show.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// Escalation.
    #[serde(default)]
    pub ladder: Option<Name>,
}

/// Type `agreement`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Who signs: audiences, kinds of person, roles, relations.
    pub audience: Who,
    /// `bound`: the articles of the clauses it is bound to.
    #[serde(default)]
    pub articles: Option<Name>,
    /// `REGISTER/ENTRY`, or `each REGISTER where EXPR`.
    #[serde(default)]
    pub document: Option<Spanned<String>>,
    /// Signed together with others of this name.
    #[serde(default)]
    pub bundle: Option<Name>,
    /// Ways to sign.
    #[serde(default)]
    pub sign: Vec<Name>,
    /// Time to sign.
    #[serde(default)]
    pub within: Option<SpanOrParam>,
    /// When it is signed again.
    #[serde(default)]
    pub again: Option<Again>,
    /// Acts refused until signed.
    #[serde(default)]
    pub blocks: Vec<Spanned<Name>>,
    /// Register: one signature an entry.
    #[serde(default)]
    pub per: Option<Spanned<Name>>,
    /// Questions drawn at a signing.
    #[serde(default)]
    pub questions: Option<u32>,
}

/// When a signature ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Again {
    /// After this long.
    #[serde(default)]
    pub every: Option<Every>,
    /// `material-change`: when a new version says so.
    #[serde(default)]
    pub on: Option<Name>,
}

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

/// Type `access`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Acts.
    pub on: Vec<Spanned<Name>>,
    /// When it applies, over the subject of the act.
    #[serde(default, rename = "where")]
    pub filter: Option<Expr>,
    /// Who may: an expression over `actor` and the subject; anybody the permission table allows when left out.
    #[serde(default)]
    pub only: Option<Expr>,
    /// Asked before it is shown.
    #[serde(default)]
    pub ask: Vec<FormField>,
    /// Second factor again.
    #[serde(default)]
    pub step_up: bool,
    /// Two people at once.
    #[serde(default)]
    pub two_people: bool,
    /// Stamped with who looked.
    #[serde(default)]
    pub watermark: bool,
    /// Only for these classes of information.
    #[serde(default)]
    pub class: Vec<Name>,
}

/// Type `channel`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Classes of information it speaks of.
    #[serde(default)]
    pub class: Vec<Name>,
    /// Matters it speaks of (`school-workforce-census`).
    #[serde(default)]
    pub matter: Vec<Name>,
    /// Kinds of recipient it speaks of; all when empty.
    #[serde(default)]
    pub to: Vec<Name>,
    /// Allowed ways.
    pub by: Vec<Name>,
    /// Allowed services of those ways.
    #[serde(default)]
    pub services: Vec<Name>,
    /// How the passcode goes.
    #[serde(default)]
    pub passcode: Option<Passcode>,
    /// `list:NAME` of countries allowed.
    #[serde(default)]
    pub countries: Option<Spanned<String>>,
    /// Fields that must be written down.
    #[serde(default)]
    pub log: Vec<Name>,
    /// Proof of arrival.
    #[serde(default)]
    pub receipt: Option<Receipt>,
}

/// How a passcode goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passcode {
    /// Allowed ways.
    #[serde(default)]
    pub by: Vec<Name>,
    /// Never this way; `link` = the way the link went.
    #[serde(default)]
    pub never_by: Option<Name>,
}

/// Proof of arrival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Ways it is asked for; all when empty.
    #[serde(default, rename = "for")]
    pub ways: Vec<Name>,
    /// How soon.
    pub within: SpanOrParam,
    /// Fields it must hold.
    #[serde(default)]
    pub needs: Vec<Name>,
    /// Escalation.
    #[serde(default)]
    pub ladder: Option<Name>,
}

/// Type `retention`: one row, or a `schedule` of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Register whose entries age.
    pub register: Spanned<Name>,
    /// Which entries.
    #[serde(default, rename = "where")]
    pub filter: Option<Expr>,
    /// How long; `None` only with a schedule.
    #[serde(default)]
    pub keep: Option<SpanOrParam>,
    /// From when: an expression that gives a date.
    #[serde(default)]
    pub from: Option<Expr>,
    /// What happens then.
    #[serde(default)]
    pub then: Then,
    /// What to show.
    #[serde(default)]
    pub proof: Vec<Evidence>,
    /// Time to do it.
    #[serde(default)]
    pub within: Option<SpanOrParam>,
    /// Name of a table of rows.
    #[serde(default)]
    pub schedule: Option<Spanned<Name>>,
}

/// What happens at the end of a retention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// Destroyed.
    Destroy,
    /// Looked at by a person.
    #[default]
    Review,
    /// Given to another body.
    HandOver,
    /// Names removed.
    Anonymise,
}

/// Type `job`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// What is run, from a closed catalogue.
    pub run: Spanned<Name>,
    /// Register: one run per entry.
    #[serde(default, rename = "for")]
    pub subject: Option<Spanned<Name>>,
    /// Which entries.
    #[serde(default, rename = "where")]
    pub filter: Option<Expr>,
    /// How often.
    #[serde(default)]
    pub every: Option<Spanned<OrParam<Every>>>,
    /// The event that starts one.
    #[serde(default)]
    pub on: Option<Spanned<String>>,
    /// How late a run may be.
    #[serde(default)]
    pub late_after: Option<SpanOrParam>,
    /// What a good run is, over `run`.
    #[serde(default)]
    pub expect: Option<Expr>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its name in `form`.
    pub name: Name,
    /// One of the form field types of the specification §2.
    #[serde(rename = "type", default = "text")]
    pub kind: Spanned<Name>,
    /// What people read; derived from the name when left out.
    #[serde(default)]
    pub label: Option<String>,
    /// Must be filled.
    #[serde(default)]
    pub required: bool,
    /// Answers.
    #[serde(default)]
    pub choices: Vec<Name>,
    /// Register of a `ref`.
    #[serde(default)]
    pub to: Option<Name>,
    /// List or row type of a `list`.
    #[serde(default)]
    pub of: Option<Name>,
    /// Each item of the list needs this.
    #[serde(default)]
    pub each: Option<Name>,
    /// Shown only when this holds.
    #[serde(default)]
    pub show_if: Option<Expr>,
    /// A sentence under it.
    #[serde(default)]
    pub help: Option<String>,
    /// Dropped from exports and logs.
    #[serde(default)]
    pub sensitive: bool,
}

fn yes() -> bool {
    true
}

fn text() -> Spanned<Name> {
    Spanned::new(0..0, Name::from("text"))
}
