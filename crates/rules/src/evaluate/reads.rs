//! Which blanks an expression speaks of. Its registers and fields: [`crate::expr::Reads`].

use crate::compiled::CompiledControl;
use schoolkeeper_core::id::Name;
use std::collections::BTreeSet;

/// Params the control's expressions name.
pub fn params(control: &CompiledControl) -> BTreeSet<Name> {
    control.expressions.values().flat_map(|expression| expression.reads().params().iter().cloned()).collect()
}
