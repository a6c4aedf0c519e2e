//! A policy as data: the pack, with `imports` and `extends` already resolved by the pack reader.

use crate::clause::{Aim, Clause, Companion, Law, Tag, Term};
use crate::control::{Control, FormField};
use crate::diagnostic::{Place, Source};
use crate::id::Name;
use crate::phrase::{Every, Span, Who};
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;
use std::collections::BTreeMap;

/// One whole policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pack {
    /// `[pack]`.
    pub head: Head,
    /// `[param]`.
    pub params: BTreeMap<Name, Param>,
    /// `[role]`.
    pub roles: BTreeMap<Name, Role>,
    /// `[audience]`.
    pub audiences: BTreeMap<Name, Audience>,
    /// `[class]`, mildest first.
    pub class: Option<Class>,
    /// `[list]`.
    pub lists: BTreeMap<Name, List>,
    /// `[ladder]`.
    pub ladders: BTreeMap<Name, Ladder>,
    /// `[form]`.
    pub forms: BTreeMap<Name, Form>,
    /// `[entry]`.
    pub entries: BTreeMap<Name, NamedEntry>,
    /// Retention tables by list name.
    pub schedules: BTreeMap<Name, Vec<RetentionRow>>,
    /// `[[aim]]`.
    pub aims: Vec<Aim>,
    /// `[[tag]]`.
    pub tags: Vec<Tag>,
    /// `[[term]]`.
    pub terms: Vec<Term>,
    /// `[[law]]`.
    pub laws: Vec<Law>,
    /// `[[companion]]`.
    pub companions: Vec<Companion>,
    /// `[[clause]]`, sections filled in.
    pub clauses: Vec<Clause>,
    /// `[control]`.
    pub controls: BTreeMap<Name, Control>,
    /// `[[example]]`.
    pub examples: Vec<Example>,
    /// The files it was read from; [`crate::diagnostic::Place::file`] points here.
    #[serde(skip)]
    pub sources: Vec<Source>,
    /// Where each table stands: `control/NAME`, `clause/ID`, `param/NAME`, `audience/NAME`, `example/POSITION`, …
    #[serde(skip)]
    pub places: BTreeMap<String, Place>,
    /// SHA-256 of its resolved content, hexadecimal; comments and the order of tables do not change it.
    pub hash: String,
    /// Ids of the packs it extends, nearest first.
    #[serde(skip)]
    pub above: Vec<Name>,
}

impl Pack {
    /// The pack its controls come from: the furthest one it extends, else itself. What people did under an edition of a
    /// policy stays theirs under every other edition of it.
    pub fn origin(&self) -> &Name {
        self.above.last().unwrap_or_else(|| self.head.id.get_ref())
    }

    /// Where a table stands, by its key in [`Pack::places`]; the start of the first file when it is not known.
    pub fn place(&self, key: &str) -> Place {
        self.places.get(key).cloned().unwrap_or_default()
    }

    /// The place of something with a position of its own (a `Spanned`).
    pub fn place_of(&self, range: std::ops::Range<usize>) -> Place {
        let file = crate::diagnostic::locate(&self.sources, range.start).map_or(0, |(file, _)| file);
        Place { file, range }
    }

    /// The clauses that bind a control.
    pub fn clauses_of<'a>(&'a self, control: &'a str) -> impl Iterator<Item = &'a Clause> {
        self.clauses.iter().filter(move |clause| clause.controls.iter().any(|name| &**name.get_ref() == control))
    }
}

/// `[pack]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Kebab-case id.
    pub id: Spanned<Name>,
    /// What people read.
    pub title: String,
    /// The school's version of the policy.
    #[serde(default)]
    pub version: String,
    /// Version of the pack language; 1.
    pub language: u32,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Who,
    /// How often it is reviewed.
    #[serde(default)]
    pub review: Option<Every>,
    /// Files of shared tables.
    #[serde(default)]
    pub imports: Vec<Spanned<Name>>,
    /// The pack it tightens.
    #[serde(default)]
    pub extends: Option<Spanned<Name>>,
}

/// `[param]`: the only home of numbers, names and blanks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// The value; a blank when left out.
    #[serde(default)]
    pub value: Option<Literal>,
    /// `days`, `schedule`, `count`, …: what a blank will hold.
    #[serde(default)]
    pub unit: Option<String>,
    /// Which way a child pack or school may move it.
    #[serde(default)]
    pub stricter: Option<Stricter>,
    /// `trust`, `school` or a role.
    #[serde(default)]
    pub set_by: Option<Name>,
    /// Least value.
    #[serde(default)]
    pub min: Option<f64>,
    /// Greatest value.
    #[serde(default)]
    pub max: Option<f64>,
    /// The question for a blank.
    #[serde(default)]
    pub ask: Option<String>,
}

/// A literal in a pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Literal {
    /// Yes or no.
    Bool(bool),
    /// Whole number.
    Int(i64),
    /// Other number.
    Number(f64),
    /// Text; spans and periods are read from it where they are wanted.
    Text(String),
    /// Several.
    List(Vec<Literal>),
}

/// The direction in which a param may be tightened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stricter {
    /// A smaller number, a shorter span.
    #[serde(rename = "lower")]
    Lower,
    /// A greater number.
    #[serde(rename = "higher")]
    Higher,
    /// A shorter period.
    #[serde(rename = "more often")]
    MoreOften,
    /// Switched on.
    #[serde(rename = "true")]
    True,
    /// Switched off.
    #[serde(rename = "false")]
    False,
}

/// `[role]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What people read.
    pub title: String,
    /// Base role of the permission table.
    pub acts_as: Option<Name>,
    /// Follows that post; without it people are appointed.
    #[serde(default)]
    pub held_by: Option<Name>,
    /// One holder per school.
    #[serde(default)]
    pub one_per_school: bool,
    /// Roles the same person may not hold.
    #[serde(default)]
    pub not_with: Vec<Name>,
    /// Roles the same person must hold, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Name>,
    /// Where it is held.
    #[serde(default)]
    pub level: crate::schema::Level,
}

/// `[audience]`: people picked by an expression over `person`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    /// What people read.
    #[serde(default)]
    pub title: Option<String>,
    /// The expression.
    #[serde(rename = "where")]
    pub filter: Spanned<String>,
}

/// `[class]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Mildest first.
    pub order: Vec<Name>,
    /// This pack's class → the other pack's.
    #[serde(default)]
    pub same_as: BTreeMap<Name, Name>,
}

/// `[list]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// What its items are.
    #[serde(default)]
    pub of: Option<Name>,
    /// The items.
    #[serde(default)]
    pub items: Vec<String>,
}

/// `[ladder]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Steps.
    pub steps: Vec<Rung>,
}

/// One step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Before (negative) or after the due date.
    pub at: Span,
    /// Whom to tell.
    pub tell: Who,
}

/// `[form]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// What people read.
    #[serde(default)]
    pub title: Option<String>,
    /// Questions in order.
    pub fields: Vec<FormField>,
}

/// `[entry]`: a named thing the school confirms; unconfirmed = unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedEntry {
    /// Its register.
    pub register: Spanned<Name>,
    /// Field values it is proposed with.
    #[serde(default)]
    pub set: BTreeMap<Name, Spanned<Literal>>,
}

/// One row of a retention schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRow {
    /// Name of the series; compared with the register's `series` field.
    pub series: Name,
    /// How long.
    pub keep: Span,
    /// Name of the date field it counts from.
    pub from: Name,
    /// What happens then.
    pub then: crate::control::Then,
    /// Statute or practice it rests on.
    #[serde(default)]
    pub why: Option<String>,
}

/// `[[example]]`: a small world, an instant, perhaps an act, and what must come out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The control it proves.
    pub control: Spanned<Name>,
    /// What it shows, in words.
    #[serde(default)]
    pub title: Option<String>,
    /// Local date and time, or date.
    #[serde(default)]
    pub at: Option<String>,
    /// Register → entries; `key` names an entry for references.
    #[serde(default)]
    pub given: BTreeMap<Name, Vec<serde_json::Map<String, serde_json::Value>>>,
    /// Register → whether its list is complete; registers in `given` are complete unless said otherwise here.
    #[serde(default)]
    pub census: BTreeMap<Name, bool>,
    /// `[entry]` name → key in `given`; names whose own register and name match are found by themselves.
    #[serde(default)]
    pub named: BTreeMap<Name, String>,
    /// Values of params for this example.
    #[serde(default)]
    pub param: BTreeMap<Name, Literal>,
    /// Whether the control's probe has passed; true when left out.
    #[serde(default)]
    pub probe: Option<bool>,
    /// Since when the control has been in force, local date and time or date; always, when left out.
    #[serde(default)]
    pub in_force_since: Option<String>,
    /// Without a calendar when `none`.
    #[serde(default)]
    pub calendar: Option<Name>,
    /// The clause whose `about` narrows the subjects.
    #[serde(default)]
    pub clause: Option<Name>,
    /// The act tried.
    #[serde(default)]
    pub act: Option<ExampleAct>,
    /// A standing, `allowed`, `refused`, …
    #[serde(default)]
    pub expect: Option<Spanned<String>>,
    /// Exactly these subjects have findings.
    #[serde(default)]
    pub finding: Option<Vec<String>>,
    /// Since when the first finding is.
    #[serde(default)]
    pub since: Option<String>,
    /// Next due date.
    #[serde(default)]
    pub due_on: Option<jiff::civil::Date>,
    /// Words the message or refusal must hold.
    #[serde(default)]
    pub message: Option<String>,
    /// How it is known.
    #[serde(default)]
    pub known_by: Option<crate::standing::KnownBy>,
    /// A story: each line an act or a look.
    #[serde(default)]
    pub story: Vec<StoryLine>,
}

/// The act of an example.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleAct {
    /// Name from the list of acts.
    pub name: Name,
    /// Key of a person in `given`, or a role or kind of person that is made up.
    #[serde(default)]
    pub actor: Option<Name>,
    /// Key of the entry acted on.
    #[serde(default)]
    pub on: Option<String>,
    /// What was filled in: for a save or move the entry as it would be after the act.
    #[serde(default)]
    pub form: serde_json::Map<String, serde_json::Value>,
}

/// One line of a story.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryLine {
    /// Local date and time.
    pub at: String,
    /// An act.
    #[serde(default)]
    pub act: Option<Name>,
    /// Who acts.
    #[serde(default)]
    pub actor: Option<Name>,
    /// What was filled in.
    #[serde(default)]
    pub form: serde_json::Map<String, serde_json::Value>,
    /// Who must have been told by this line.
    #[serde(default)]
    pub told: Vec<Name>,
    /// A standing, `allowed`, `refused`, or a state such as `granted`.
    #[serde(default)]
    pub expect: Option<String>,
    /// Words of the refusal or message.
    #[serde(default)]
    pub message: Option<String>,
}
