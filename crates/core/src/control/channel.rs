//! Type `channel`: which way something may leave.

use super::SpanOrParam;
use crate::id::Name;
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

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
