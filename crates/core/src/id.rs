//! Identifiers. Names come from packs and people; ids are made once and never change.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// A name from a pack or a schema: kebab-case for packs, controls and registers, snake_case for fields.
pub type Name = Arc<str>;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id!(
    /// One record of a register; never reused, survives merges as an alias.
    EntryId
);
uuid_id!(
    /// A school, or the central office of a trust.
    SchoolId
);
uuid_id!(
    /// A trust, an authority or a single school: nothing is shared between two of them.
    OrganisationId
);
uuid_id!(
    /// One import, so that it can be undone.
    ImportId
);

uuid_id!(
    /// Somebody who may sign in, whatever organisations they belong to.
    LoginId
);
uuid_id!(
    /// One sign-in on one browser, until it ends.
    SessionId
);

/// `Marlpit Lane Primary (made up)` → `marlpit-lane-primary-made-up`: the handle a school is named by on the command line.
pub fn slug(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}
