//! What the expressions of a control read: which blanks, fields and registers can change their answer.

use crate::compiled::CompiledControl;
use crate::expr::Expression;
use schoolkeeper_core::id::Name;

/// Params the control's expressions name.
pub fn params(control: &CompiledControl) -> Vec<Name> {
    let mut out: Vec<Name> = control.expressions.values().flat_map(|expression| named(expression.text())).collect();
    out.sort();
    out.dedup();
    out
}

fn named(text: &str) -> impl Iterator<Item = Name> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.split("param.").skip(1).map(move |rest| Name::from(rest.split(|c| !is_word(c)).next().unwrap_or_default()))
}

/// Whether an expression's answer can change with a register; true when that cannot be told.
pub fn touches(_expression: &Expression, _register: usize) -> bool {
    true
}

/// Whether an expression comes back to the register of its subject through a link; true when that cannot be told.
pub fn returns_to(_expression: &Expression, _register: Option<usize>) -> bool {
    true
}
