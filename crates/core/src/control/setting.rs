//! Type `setting`: a value something must have.

use super::{Expr, SpanOrParam};
use crate::id::Name;
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;
use std::collections::BTreeMap;

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
