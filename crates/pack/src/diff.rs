//! What changed between two versions of a pack, by ids.

use schoolkeeper_core::pack::Pack;

/// Sentences, one per change.
pub fn diff(_old: &Pack, _new: &Pack) -> Vec<String> {
    Vec::new()
}
