//! Permissions that count now: they excuse a subject from a rule and unlock an act.
//!
//! Invariant: a grant for named things covers those only; one without things covers its person.

use crate::flow::clock;
use crate::flow::record::Row;
use crate::judge::Ctx;
use jiff::Timestamp;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::world::World;

/// What a search for permissions found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// One counts now.
    pub valid: bool,
    /// When time alone may change that: the last of the valid ones ends, or the first of the coming ones begins.
    pub changes_at: Option<Timestamp>,
}

/// Permissions of these requests for an entry, or for the person who holds it.
pub fn excusing(ctx: Ctx<'_>, requests: &[Name], register: usize, row: usize) -> Found {
    if requests.is_empty() {
        return Found::default();
    }
    let subject = Row::at(ctx.world, register, row);
    let holders: Vec<EntryId> = ["holder", "person"].iter().filter_map(|field| subject.one(field)).collect();
    let id = subject.id();
    search(ctx.world, requests, |grant| {
        let things = grant.refs("things");
        let person = grant.one("person");
        let for_person = person == Some(id) || person.is_some_and(|person| holders.contains(&person));
        things.contains(&id) || (things.is_empty() && for_person)
    })
}

/// Permissions of these requests for a person, and for the thing when the permission names things.
pub fn unlocking(world: &World, requests: &[Name], person: Option<EntryId>, thing: Option<EntryId>) -> Found {
    search(world, requests, |grant| {
        let things = grant.refs("things");
        let theirs = person.is_some() && grant.one("person") == person;
        theirs && (things.is_empty() || thing.is_some_and(|thing| things.contains(&thing)))
    })
}

fn search(world: &World, requests: &[Name], covers: impl Fn(Row<'_>) -> bool) -> Found {
    let mut found = Found::default();
    let mut end_of_valid: Option<Option<Timestamp>> = None;
    let mut coming = None;
    for grant in Row::all(world, "grant") {
        let named = grant.text("request").is_some_and(|name| requests.iter().any(|request| &**request == name));
        if !named || !covers(grant) {
            continue;
        }
        let (from, end) = window(world, grant);
        if end.is_some_and(|end| end <= world.now) {
            continue;
        }
        if from.is_some_and(|from| from > world.now) {
            coming = clock::earlier(coming, from);
            continue;
        }
        end_of_valid = Some(match end_of_valid {
            None => end,
            Some(known) => known.zip(end).map(|(a, b)| a.max(b)),
        });
    }
    found.valid = end_of_valid.is_some();
    found.changes_at = end_of_valid.unwrap_or(coming);
    found
}

/// From the first day's beginning to the last day's end; ended early, it counts until that day begins.
fn window(world: &World, grant: Row<'_>) -> (Option<Timestamp>, Option<Timestamp>) {
    let calendar = &world.calendar;
    let from = grant.date("from").map(|day| calendar.start_of(day));
    let after_last = grant.date("until").and_then(|day| day.tomorrow().ok()).map(|day| calendar.start_of(day));
    let ended = grant.date("ended_on").map(|day| calendar.start_of(day));
    (from, clock::earlier(after_last, ended))
}
