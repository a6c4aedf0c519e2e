//! Type `retention`: how long something is kept.

use super::{Expr, SpanOrParam};
use crate::id::Name;
use crate::phrase::Evidence;
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

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
