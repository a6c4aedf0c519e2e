//! Clauses and the words of a policy: aims, tags, terms, laws, companion documents.

use crate::id::Name;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

/// The strongest honest way a clause is kept. Ordered weakest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Explains; nothing to keep.
    #[default]
    Context,
    /// People are told and sign.
    Acknowledged,
    /// People show that it was done.
    Evidenced,
    /// Read from facts.
    Detected,
    /// Refused by the platform.
    Enforced,
}

/// How strongly the policy asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good practice.
    May,
    /// Expected.
    Should,
    /// Required.
    #[default]
    Must,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Paragraph number, unique in the pack.
    pub id: Spanned<Name>,
    /// Heading; carried on from the clause above when left out.
    #[serde(default)]
    pub section: Option<String>,
    /// In our own words.
    pub text: String,
    /// Strongest honest mode.
    #[serde(default)]
    pub mode: Mode,
    /// From the policy's *must*, *should*, *may*.
    #[serde(default)]
    pub severity: Severity,
    /// Whom it concerns; role names.
    #[serde(default)]
    pub who: Vec<Name>,
    /// Controls that run it.
    #[serde(default)]
    pub controls: Vec<Spanned<Name>>,
    /// Named entries it speaks of: bound controls count only subjects that are, or refer to, these.
    #[serde(default)]
    pub about: Vec<Spanned<Name>>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<Name>,
    /// Aims it serves.
    #[serde(default)]
    pub aims: Vec<Name>,
    /// Terms it explains.
    #[serde(default)]
    pub terms: Vec<Name>,
    /// Laws it rests on.
    #[serde(default)]
    pub laws: Vec<Name>,
    /// Companion documents it names.
    #[serde(default)]
    pub companions: Vec<Name>,
    /// Makes it a paragraph of every agreement it binds.
    #[serde(default)]
    pub article: Option<Article>,
    /// Whether its chapter applies: an expression over the school, off while false.
    #[serde(default)]
    pub only_if: Option<Spanned<String>>,
}

/// A paragraph of an agreement, with an optional check question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Plain words.
    pub words: String,
    /// The question.
    #[serde(default)]
    pub ask: Option<String>,
    /// The right answer, or `$live:EXPR`.
    #[serde(default)]
    pub right: Option<String>,
    /// Wrong answers.
    #[serde(default)]
    pub wrong: Vec<String>,
    /// Acts at which the words are shown again.
    #[serde(default)]
    pub show_at: Vec<Name>,
    /// Audiences that see it; all when empty.
    #[serde(default)]
    pub audience: Vec<Name>,
}

/// What a policy wants to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aim {
    /// Name used by clauses.
    pub id: Name,
    /// In words.
    pub text: String,
}

/// A word clauses are filtered by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// Name used by clauses.
    pub id: Name,
    /// In words.
    pub title: String,
}

/// A word the policy explains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Name used by clauses.
    pub id: Name,
    /// The word itself.
    pub word: String,
    /// What it means here.
    pub means: String,
}

/// A law or standard the policy rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// Name used by clauses.
    pub id: Name,
    /// Its title.
    pub title: String,
    /// In force from.
    #[serde(default)]
    pub from: Option<Date>,
    /// In force until.
    #[serde(default)]
    pub to: Option<Date>,
    /// The one that took its place.
    #[serde(default)]
    pub replaced_by: Option<Name>,
}

/// Another document the policy leans on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companion {
    /// Name used by clauses.
    pub id: Name,
    /// Its title.
    pub title: String,
    /// Who keeps it.
    #[serde(default)]
    pub owner: Option<Name>,
}
