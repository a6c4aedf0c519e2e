//! Which blanks an expression speaks of. Its registers and fields: [`crate::expr::Reads`].

use crate::compiled::CompiledControl;
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
