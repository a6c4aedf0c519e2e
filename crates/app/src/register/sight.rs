//! What somebody sees of a register: the permission table, and row by row what the policies say of seeing.
//!
//! Invariant: a row that a policy does not let somebody see is not in the [`RowSight`]; what cannot be told is not seen.

use crate::asking::About;
use crate::authority::Try;
use crate::sight::own_act;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::Register;
use schoolkeeper_rules::decide::speaks_of;
use schoolkeeper_store::School;
use schoolkeeper_store::listing::{Listing, Spot, Turn};
use schoolkeeper_store::{Read, listing};
use std::collections::BTreeSet;

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
        let read = self.read().await?;
        let live = self.live(&read, &Scope::system("sight"), school).await?;
        let spoken: Vec<&str> = acts.into_iter().filter(|act| live.iter().any(|pack| speaks_of(pack, act))).collect();
        if spoken.is_empty() {
            return Ok(RowSight { scope, only: None });
        }
        let on: Vec<usize> = self.schemas.index(&register.id).into_iter().collect();
        let look = self.look_before(&read, school, About { live: &live, acts: &spoken, on: &on }).await?;
        let rows = on.iter().flat_map(|at| &look.world.table(*at).rows).take(JUDGED_MAX);
        let rows: Vec<EntryId> = rows.map(|row| row.id).collect();
        let asking = self.asking(&read, (actor, school), look).await?;
        let seen =
            |entry: &EntryId| spoken.iter().all(|act| asking.ask(&Try { on: Some(*entry), ..Try::plain(act) }).is_ok());
        let only = rows.into_iter().filter(seen).collect();
        Ok(RowSight { scope, only: Some(only) })
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
