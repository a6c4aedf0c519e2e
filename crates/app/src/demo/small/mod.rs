//! One small school: every list of it, for an instant.

mod devices;
mod paper;
pub(super) mod people;
mod records;
mod systems;

use super::{Listing, Making};

/// All lists in the order in which they refer to each other.
pub fn all(making: &mut Making) -> Vec<Listing> {
    making.people = people::make(making);
    let mut out = people::lists(making);
    out.extend(systems::lists(making));
    out.extend(people::accounts_and_signatures(making));
    out.extend(devices::lists(making));
    out.extend(records::lists(making));
    out.extend(paper::lists(making));
    out
}
