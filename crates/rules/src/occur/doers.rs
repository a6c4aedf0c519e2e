//! Who does a duty today.
//!
//! Invariant: a duty is never nobody's: while nobody of those it names is there, it is the headteacher's.

use crate::flow::people;
use crate::flow::record::Row;
use crate::judge::Ctx;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::phrase::Who;
use schoolkeeper_core::role::HEAD;
use std::collections::BTreeSet;

/// The people some names mean today, deputies of whoever is away among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doers {
    /// They.
    pub people: BTreeSet<EntryId>,
    /// Nobody of those named is there: the headteacher does it.
    pub stand_in: bool,
}

/// Who does what these names do, as seen from an entry.
pub fn doers(ctx: Ctx<'_>, who: &Who, about: Option<Row<'_>>) -> Doers {
    let people = people::all_of(ctx, &who.0, about);
    if !people.is_empty() || who.is_empty() {
        return Doers { people, stand_in: false };
    }
    Doers { people: people::holders(ctx, HEAD).into_iter().collect(), stand_in: true }
}
