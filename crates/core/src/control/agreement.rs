//! Type `agreement`: something people sign.

use super::SpanOrParam;
use crate::id::Name;
use crate::phrase::{Every, Who};
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

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
