//! Who: a list of names of roles, audiences or relations of the subject; and whom to tell when.

use crate::id::Name;
use serde::{Deserialize, Serialize};

/// Names that resolve to people: role · audience · relation (`owner`, `room.owner`, `requester`) · `anyone`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Who(pub Vec<Name>);

impl Who {
    /// Nobody is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Name> {
        self.0.iter()
    }
}

/// Whom to tell, and at which moment. The text carries no more than a name and a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tell {
    /// Recipients.
    pub who: Who,
    /// Moment.
    pub when: When,
}

/// The moments at which people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// It begins.
    Opened,
    /// It falls due.
    Due,
    /// It is late.
    Overdue,
    /// It ends.
    Closed,
    /// It changes.
    Changed,
}
