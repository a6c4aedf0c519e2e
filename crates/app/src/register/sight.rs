//! What somebody sees of a register: the permission table, and row by row what the policies say of seeing.
//!
//! Invariant: a row that a policy does not let somebody see is not in the [`RowSight`]; what cannot be told is not seen.

use crate::asking::{About, Asking};
use crate::authority::Try;
use crate::sight::own_act;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::Register;
use schoolkeeper_rules::decide::speaks_of;
use schoolkeeper_store::School;
use schoolkeeper_store::listing::{Listing, Spot, Turn};
use schoolkeeper_store::{Read, StoredEntry, listing};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most rows of a register whose rows are judged one by one.
const JUDGED_MAX: usize = 20_000;

/// What somebody sees of a register.
#[derive(Debug)]
pub struct RowSight {
    /// How far it reaches.
    pub scope: Scope,
    /// The rows they see, when policies say so row by row.
    only: Option<BTreeSet<EntryId>>,
}

/// Somebody before the policies that speak of seeing a register.
struct Eyes {
    asking: Asking,
    acts: Vec<&'static str>,
    /// The register.
    on: Vec<usize>,
}

/// The acts by which entries of a register are seen, the widest first.
fn acts_of_seeing(register: &str) -> Vec<&'static str> {
    std::iter::once("records.see").chain(own_act(register)).collect()
}

/// Whether seeing its entries is an act of its own, besides seeing records.
pub(super) fn has_own_act(register: &Register) -> bool {
    acts_of_seeing(&register.id).len() > 1
}

impl House {
    /// What somebody sees of a register; not allowed when it is nothing.
    pub(crate) async fn sight_of(
        &self,
        actor: &Actor,
        school: &School,
        register: &Register,
    ) -> Result<RowSight, Error> {
        let acts = acts_of_seeing(&register.id);
        let mut scope = self.scope_at(actor, acts[0], school).await?;
        for act in &acts[1..] {
            scope = self.scope_at(actor, act, school).await?;
        }
        let eyes = self.eyes((actor, school), &register.id, None).await?;
        let only = eyes.map(|eyes| eyes.rows());
        Ok(RowSight { scope, only })
    }

    /// Whether somebody sees one entry of a register, as far as policies say so row by row; also one that has left.
    pub(crate) async fn sees_entry(
        &self,
        place: (&Actor, &School),
        register: &Register,
        entry: &StoredEntry,
    ) -> Result<bool, Error> {
        let eyes = self.eyes(place, &register.id, Some(entry)).await?;
        Ok(eyes.is_none_or(|eyes| eyes.see(entry.id)))
    }

    /// Those of some entries of a register that somebody sees, as far as policies say so row by row.
    pub(crate) async fn seen_of(
        &self,
        place: (&Actor, &School),
        register: &str,
        mut entries: Vec<EntryId>,
    ) -> Result<Vec<EntryId>, Error> {
        if let Some(eyes) = self.eyes(place, register, None).await? {
            entries.retain(|entry| eyes.asking.world().find(*entry).is_some() && eyes.see(*entry));
        }
        Ok(entries)
    }

    /// What the policies say of seeing a register's rows; nothing when none of them speaks of it or of the actor. An
    /// entry that is in no list any more is judged by what was known of it.
    async fn eyes(
        &self,
        (actor, school): (&Actor, &School),
        register: &str,
        gone: Option<&StoredEntry>,
    ) -> Result<Option<Eyes>, Error> {
        let read = self.read().await?;
        let live = self.live(&read, &Scope::system("sight"), school).await?;
        let acts = acts_of_seeing(register).into_iter();
        let acts: Vec<&'static str> = acts.filter(|act| live.iter().any(|pack| speaks_of(pack, act))).collect();
        // The local operator is nobody a policy names.
        if acts.is_empty() || actor.person.is_none() {
            return Ok(None);
        }
        let on: Vec<usize> = self.schemas.index(register).into_iter().collect();
        let mut look = self.look_before(&read, school, About { live: &live, acts: &acts, on: &on }).await?;
        if let (Some(gone), [at]) = (gone.filter(|gone| look.world.find(gone.id).is_none()), &on[..]) {
            look = Arc::new(look.with(*at, gone));
        }
        let asking = self.asking(&read, (actor, school), look).await?;
        Ok((!asking.is_nobody()).then_some(Eyes { asking, acts, on }))
    }
}

impl Eyes {
    /// The rows of the list they see, of as many as are judged one by one.
    fn rows(&self) -> BTreeSet<EntryId> {
        let world = self.asking.world();
        let all = self.on.iter().flat_map(|at| &world.table(*at).rows).take(JUDGED_MAX);
        all.map(|row| row.id).filter(|entry| self.see(*entry)).collect()
    }

    fn see(&self, entry: EntryId) -> bool {
        self.acts.iter().all(|act| self.asking.ask(&Try { on: Some(entry), ..Try::plain(act) }).is_ok())
    }
}

impl RowSight {
    /// Whether a row is seen, as far as policies say so row by row.
    pub fn sees(&self, entry: EntryId) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&entry))
    }

    /// One page of what is seen.
    pub(crate) async fn page(&self, read: &Read, wanted: &Listing<'_>, turn: &Turn) -> Result<listing::Listed, Error> {
        if self.only.is_none() {
            return Ok(read.listing(&self.scope, wanted, turn).await?);
        }
        let mut turn = turn.clone();
        let limit = turn.limit as usize;
        turn.limit = listing::PAGE_MAX;
        let mut seen: Vec<Spot> = Vec::new();
        loop {
            let page = read.listing(&self.scope, wanted, &turn).await?;
            let end = if turn.back { page.spots.first() } else { page.spots.last() };
            turn.from = end.cloned();
            let mut fitting: Vec<Spot> = page.spots.into_iter().filter(|spot| self.sees(spot.entry)).collect();
            if turn.back {
                fitting.append(&mut seen);
                seen = fitting;
            } else {
                seen.append(&mut fitting);
            }
            if seen.len() > limit || !page.more {
                break;
            }
        }
        let more = seen.len() > limit;
        if turn.back {
            seen.drain(..seen.len() - limit.min(seen.len()));
        } else {
            seen.truncate(limit);
        }
        Ok(listing::Listed { spots: seen, more })
    }

    /// How many are seen, counted up to `most`.
    pub(crate) async fn count(&self, read: &Read, wanted: &Listing<'_>, most: u32) -> Result<u64, Error> {
        if self.only.is_none() {
            return Ok(read.listing_count(&self.scope, wanted, most).await?);
        }
        let mut turn = Turn { limit: listing::PAGE_MAX, ..Turn::default() };
        let mut count = 0;
        loop {
            let page = read.listing(&self.scope, wanted, &turn).await?;
            count += page.spots.iter().filter(|spot| self.sees(spot.entry)).count() as u64;
            turn.from = page.spots.last().cloned();
            if !page.more || count >= u64::from(most) {
                return Ok(count.min(u64::from(most)));
            }
        }
    }
}
