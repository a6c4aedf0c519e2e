//! Lists that are brought in are many acts at once: each row is asked about like a save by hand.
//!
//! Invariant: a row that a policy refuses is left out with the statement behind it, and a list with such a row is
//! not called complete.

use crate::appointment::{Posts, appointment_of};
use crate::asking::About;
use crate::authority::{Reason, Try};
use crate::import::{Planned, Preview, Problem};
use crate::snapshot::Snapshot;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, NotAllowed, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::role::Appointment;
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::world::Entry;
use schoolkeeper_rules::decide::speaks_of;
use schoolkeeper_store::School;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Appointments give power, so a list of them is as many times *give somebody a role*.
pub(crate) const APPOINTMENT: &str = "appointment";

impl House {
    /// Whether the table lets the actor change this register at all, besides bringing in lists.
    pub(crate) fn may_fill(actor: &Actor, school: &School, register: &str) -> Result<(), Error> {
        if register != APPOINTMENT {
            return Ok(());
        }
        let scope = Self::scope(actor, "role.assign")?;
        if scope.reaches_whole(school.id) { Ok(()) } else { Err(NotAllowed.into()) }
    }

    /// Leaves out the rows that a policy refuses, judged on the records as they would be with all rows.
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
        let mut snapshot = Snapshot::clone(&look);
        for planned in preview.new.iter().chain(&preview.changed) {
            let known = snapshot.world.table(at).row(planned.id).map(|row| snapshot.world.table(at).rows[row].clone());
            let mut entry = known.unwrap_or(Entry { id: planned.id, since: preview.at, facts: Vec::new() });
            entry.facts.resize(register.fields.len(), None);
            for (field, slot) in register.fields.iter().zip(&mut entry.facts) {
                if let Some(fact) = planned.facts.get(&field.name) {
                    *slot = Some(fact.clone());
                }
            }
            snapshot.world.put(at, entry);
        }
        snapshot.world.seal();
        let asking = self.asking(&read, (actor, school), Arc::new(snapshot)).await?;
        let mut unfit = BTreeMap::new();
        if is_posts {
            let posts = self.posts(&read, school).await?;
            unfit = unfit_posts(posts, (actor, school), preview.new.iter().chain(&preview.changed).collect());
        }
        let mut refused: Vec<Problem> = Vec::new();
        let mut keep = |planned: &Planned| {
            let moved = planned.changes.iter().any(|change| &*change.field == "state");
            let new = planned.version.is_none();
            let tried = acts.iter().filter(|act| new || is_posts || (**act == transfer) == moved);
            let mut reasons: Vec<Reason> = Vec::new();
            for act in tried {
                let tried = Try { on: Some(planned.id), ..Try::plain(act) };
                reasons.extend(asking.ask(&tried).err().unwrap_or_default());
            }
            reasons.extend(unfit.remove(&planned.id).unwrap_or_default());
            let allowed = reasons.is_empty();
            refused.extend((!allowed).then(|| problem(planned, &reasons)));
            allowed
        };
        preview.new.retain(&mut keep);
        preview.changed.retain(&mut keep);
        left_out(preview, refused, "The list is not marked as complete, because the policy refuses some of its rows.");
        Ok(())
    }
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
            let fits = posts.appointments.contains(&new) || posts.against(actor, school, (&new, delegation)).is_empty();
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
        Some((planned.id, posts.against(actor, school, (&new, delegation))))
    };
    waiting.into_iter().filter_map(why).collect()
}

fn post<'a>(school: &School, planned: &'a Planned) -> Option<(Appointment, Option<&'a str>)> {
    let delegation = planned.facts.get("delegation").and_then(|fact| fact.value.as_text());
    let new = appointment_of(planned.id, &planned.facts, (!school.trust).then_some(school.id))?;
    Some((new, delegation))
}

fn problem(planned: &Planned, reasons: &[Reason]) -> Problem {
    let row = planned.rows.first().copied().unwrap_or_default();
    Problem::row(row, reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}
