//! Type `access`: who may do or see something.

use super::Expr;
use super::request::FormField;
use crate::id::Name;
use serde::{Deserialize, Serialize};
use serde_spanned::Spanned;

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
