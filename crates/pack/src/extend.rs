//! A child pack over its parent: it may add and tighten; anything else is weakening and refused with its place.

use crate::node::Table;
use crate::reading::Reading;

/// Puts a child's tables over its parent's.
pub(crate) fn merge(reading: &mut Reading, mut parent: Table, child: Table) -> Table {
    parent.take("pack");
    reading.join(&mut parent, child);
    parent
}
