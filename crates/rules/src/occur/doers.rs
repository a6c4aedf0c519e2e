//! Who does a duty today.
//!
//! Invariant: a duty is never nobody's: while nobody of those it names is there, it is the headteacher's.

use crate::flow::people;
use crate::flow::record::Row;
use crate::judge::Ctx;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::{EntryId, Name};
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

/// The names a duty is for: as the school chose, else as the policy says; who stands in where that is nobody.
pub fn owner_names(ctx: Ctx<'_>, control: &Name, spec: &Duty) -> Who {
    let Some((owner, deputy)) = ctx.world.owners.get(control) else { return spec.owner.clone() };
    let held = |role: &Name| !people::all_of(ctx, std::slice::from_ref(role), None).is_empty();
    let chosen = deputy.as_ref().filter(|deputy| !held(owner) && held(deputy));
    Who(vec![chosen.unwrap_or(owner).clone()])
}

/// Who does what these names do, as seen from an entry.
pub fn doers(ctx: Ctx<'_>, who: &Who, about: Option<Row<'_>>) -> Doers {
    let people = people::all_of(ctx, &who.0, about);
    if !people.is_empty() || who.is_empty() {
        return Doers { people, stand_in: false };
    }
    Doers { people: people::holders(ctx, HEAD).into_iter().collect(), stand_in: true }
}
