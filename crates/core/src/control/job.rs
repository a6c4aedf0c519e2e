//! Type `job`: what Schoolkeeper runs by itself.

use super::{Expr, SpanOrParam};
use crate::id::Name;
use crate::phrase::{Every, OrParam};
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

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
