//! Lists that are brought in are many acts at once: each row is asked about like a save by hand.
//!
//! Invariant: a row that a policy refuses is left out with the statement behind it, and a list with such a row is
//! not called complete.

use crate::appointment::{Posts, appointment_of};
use crate::asking::{About, Asking};
use crate::authority::{Reason, Try};
use crate::import::{Planned, Preview, Problem};
use crate::snapshot::Snapshot;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, NotAllowed, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::role::Appointment;
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::world::Entry;
use schoolkeeper_rules::decide::{looks_around, speaks_of};
use schoolkeeper_store::School;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Appointments give power, so a list of them is as many times *give somebody a role*.
pub(crate) const APPOINTMENT: &str = "appointment";
/// Rows judged at once where none of them matters to another.
const AT_ONCE: usize = 2_000;

impl House {
    /// Whether the table lets the actor change this register at all, besides bringing in lists.
    pub(crate) fn may_fill(actor: &Actor, school: &School, register: &str) -> Result<(), Error> {
        if register != APPOINTMENT {
            return Ok(());
        }
        let scope = Self::scope(actor, "role.assign")?;
        if scope.reaches_whole(school.id) { Ok(()) } else { Err(NotAllowed.into()) }
    }

    /// Leaves out the rows that a policy refuses, judged on the records as they would be with all rows: in portions,
    /// where no guard looks from one record of the register at another.
    pub(crate) async fn guard(
        &self,
        actor: &Actor,
        school: &School,
        register: &Register,
        preview: &mut Preview,
    ) -> Result<(), Error> {
        let moved: Vec<EntryId> = moved(preview).collect();
        if register.states.is_some() && !moved.is_empty() {
            let known = self.read().await?.entries_by_id(&Scope::system("guard"), school.id, &moved).await?;
            let refused = crate::entry::hold_to_moves(register, &known, preview, (actor, school.id));
            left_out(
                preview,
                refused,
                "The list is not marked as complete, because some rows move records as they cannot move.",
            );
        }
        let [save, transfer] = ["save", "move"].map(|verb| format!("{}.{verb}", register.id));
        let acts = if &*register.id == APPOINTMENT { vec!["role.assign"] } else { vec![&*save, &*transfer] };
        let read = self.read().await?;
        let live = self.live(&read, &Scope::system("guard"), school).await?;
        let is_posts = &*register.id == APPOINTMENT;
        if !is_posts && !live.iter().any(|pack| acts.iter().any(|act| speaks_of(pack, act))) {
            return Ok(());
        }
        let Some(at) = self.schemas.index(&register.id) else { return Ok(()) };
        let look = self.look_before(&read, school, About { live: &live, acts: &acts, on: &[at] }).await?;
        let all: Vec<&Planned> = preview.new.iter().chain(&preview.changed).collect();
        let mut unfit = BTreeMap::new();
        if is_posts {
            unfit = unfit_posts(self.posts(&read, school).await?, (actor, school), all.clone());
        }
        let around =
            register.builtin || is_posts || live.iter().any(|pack| acts.iter().any(|act| looks_around(pack, act, at)));
        let mut refused: BTreeMap<EntryId, Problem> = BTreeMap::new();
        let mut others = Snapshot::clone(&look);
        if !around {
            others.world.clear(at);
        }
        for portion in all.chunks(if around { all.len().max(1) } else { AT_ONCE }) {
            let mut snapshot = others.clone();
            for planned in portion {
                snapshot.world.put(at, as_it_would_be(planned, &look, (at, preview.at)));
            }
            snapshot.world.seal();
            let asking = self.asking(&read, (actor, school), Arc::new(snapshot)).await?;
            for planned in portion {
                let mut reasons = reasons_against(planned, &asking, (&acts, is_posts));
                reasons.extend(unfit.remove(&planned.id).unwrap_or_default());
                if !reasons.is_empty() {
                    refused.insert(planned.id, problem(planned, &reasons));
                }
            }
        }
        preview.new.retain(|planned| !refused.contains_key(&planned.id));
        preview.changed.retain(|planned| !refused.contains_key(&planned.id));
        let refused = refused.into_values().collect();
        left_out(preview, refused, "The list is not marked as complete, because the policy refuses some of its rows.");
        Ok(())
    }
}

/// What the policies have against a row; of `acts` the second moves a record to another state.
fn reasons_against(planned: &Planned, asking: &Asking, (acts, is_posts): (&[&str], bool)) -> Vec<Reason> {
    let moved = planned.changes.iter().any(|change| &*change.field == "state");
    let tried = acts.iter().enumerate();
    let tried = tried.filter(|(at, _)| planned.version.is_none() || is_posts || (*at == 1) == moved);
    let asked = tried.filter_map(|(_, act)| asking.ask(&Try { on: Some(planned.id), ..Try::plain(act) }).err());
    asked.flatten().collect()
}

/// An entry with what a list says of it.
fn as_it_would_be(planned: &Planned, look: &Snapshot, (at, since): (usize, Timestamp)) -> Entry {
    let table = look.world.table(at);
    let known = table.row(planned.id).map(|row| table.rows[row].clone());
    let mut entry = known.unwrap_or(Entry { id: planned.id, since, facts: Vec::new() });
    let fields = &look.world.schemas.all()[at].fields;
    let mut said = planned.facts.facts();
    entry.facts.resize(fields.len(), None);
    for (field, slot) in fields.iter().zip(&mut entry.facts) {
        if let Some(fact) = said.remove(&field.name) {
            *slot = Some(fact);
        }
    }
    entry
}

/// Rows that are refused are named, and the list does not say that it is all of them.
fn left_out(preview: &mut Preview, refused: Vec<Problem>, note: &str) {
    if !refused.is_empty() {
        preview.census = None;
        preview.notes.push(note.to_owned());
        preview.refused.extend(refused);
        preview.refused.sort_by_key(|problem| problem.place.row);
    }
}

/// Known entries that a list moves to another state.
fn moved(preview: &Preview) -> impl Iterator<Item = EntryId> {
    let moves = |planned: &&Planned| planned.changes.iter().any(|change| &*change.field == "state");
    preview.changed.iter().filter(moves).map(|planned| planned.id)
}

/// The rows of a list of appointments that the house itself refuses, and why. Rows of one list stand beside each other:
/// a role that asks for another may come with it, in any order, and of two that cannot both be the first is taken.
fn unfit_posts(
    mut posts: Posts,
    (actor, school): (&Actor, &School),
    mut waiting: Vec<&Planned>,
) -> BTreeMap<EntryId, Vec<Reason>> {
    loop {
        let before = waiting.len();
        waiting.retain(|planned| {
            let Some((new, delegation)) = post(school, planned) else { return false };
            let fits = posts.appointments.contains(&new)
                || posts.against(actor, school, (&new, delegation.as_deref())).is_empty();
            if fits {
                posts.appointments.retain(|one| one.id != new.id);
                posts.appointments.push(new);
            }
            !fits
        });
        if waiting.len() == before {
            break;
        }
    }
    let why = |planned: &Planned| {
        let (new, delegation) = post(school, planned)?;
        Some((planned.id, posts.against(actor, school, (&new, delegation.as_deref()))))
    };
    waiting.into_iter().filter_map(why).collect()
}

fn post(school: &School, planned: &Planned) -> Option<(Appointment, Option<String>)> {
    let facts = planned.facts.facts();
    let delegation = facts.get("delegation").and_then(|fact| fact.value.as_text()).map(str::to_owned);
    let new = appointment_of(planned.id, &facts, (!school.trust).then_some(school.id))?;
    Some((new, delegation))
}

fn problem(planned: &Planned, reasons: &[Reason]) -> Problem {
    let row = planned.rows.first().copied().unwrap_or_default();
    Problem::row(row, reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}
