//! Type `request`: something somebody must permit; and the forms people fill.

use super::{Expr, SpanOrParam};
use crate::id::Name;
use crate::phrase::{Evidence, Who};
use crate::schema::Schemas;
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

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
    #[serde(default)]
    pub stages: Vec<Stage>,
    /// Whoever asks gives what is theirs to the person their form names: it counts at once, and nobody decides.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given: bool,
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
    /// Who decides instead where nobody of `by` is left beside the asker. Left out: the headteacher, and the chair of
    /// governors for what the headteacher asks.
    #[serde(default, rename = "else", skip_serializing_if = "Who::is_empty")]
    pub otherwise: Who,
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

impl FormField {
    /// A field the program itself asks for: its name, type and what people read.
    pub fn asked(name: &str, kind: &str, label: &str) -> Self {
        Self {
            name: Name::from(name),
            kind: Spanned::new(0..0, Name::from(kind)),
            label: Some(label.to_owned()),
            required: false,
            choices: Vec::new(),
            to: None,
            of: None,
            each: None,
            show_if: None,
            help: None,
            sensitive: false,
        }
    }

    /// Whether its answer names a record, is signed, or is a file: it would tell of whoever gives no name, or show them
    /// the school's records to choose from.
    pub fn tells_of_somebody(&self, schemas: &Schemas) -> bool {
        let names = ["person", "ref", "place", "file", "photo", "signature"].contains(&&**self.kind.get_ref());
        names || self.of.as_ref().is_some_and(|of| schemas.get(of).is_some())
    }

    /// The same with a sentence under it.
    #[must_use]
    pub fn with_help(self, help: &str) -> Self {
        Self { help: Some(help.to_owned()), ..self }
    }
}

fn text() -> Spanned<Name> {
    Spanned::new(0..0, Name::from("text"))
}
