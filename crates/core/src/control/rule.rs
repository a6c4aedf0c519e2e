//! Type `rule`: a predicate over subjects, perhaps refusing acts.

use super::{Expr, SpanOrParam, yes};
use crate::id::Name;
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

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
