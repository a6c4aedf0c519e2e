//! What an act of a policy's control writes: requests, permissions, signatures, tasks done, cases, all at once.
//!
//! Invariant: nothing is written unless the records are those the act was judged on.

use crate::error::Error;
use crate::hand::ByHand;
use crate::ledger::{About, Detail};
use crate::save::{EntryChange, NewEntry};
use crate::transaction::Write;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, SchoolId};
use schoolkeeper_core::schema::Register;

/// An act that somebody does, as it is judged.
#[derive(Clone, Copy, Debug)]
pub struct ActAt<'a> {
    /// The school.
    pub school: SchoolId,
    /// Name of the act with hyphens, as the ledger says it: `request-ask`.
    pub act: &'a str,
    /// The control it is an act of.
    pub control: &'a str,
    /// The instant of the act.
    pub now: Timestamp,
    /// The generation of the records it was judged on.
    pub generation: i64,
}

/// One entry an act writes.
#[derive(Clone, Debug)]
pub enum Written<'a> {
    /// One more.
    New(&'a Register, NewEntry),
    /// Fields that are not mentioned stay.
    Changed(&'a Register, EntryChange),
}

impl Written<'_> {
    /// The entry.
    pub fn entry(&self) -> EntryId {
        match self {
            Self::New(_, new) => new.id,
            Self::Changed(_, change) => change.id,
        }
    }
}

impl Write {
    /// Writes everything an act does, as the word of whoever does it. A conflict `generation` when the records moved
    /// since it was judged; `false` when the school is not reached. A scope of one's own things is enough: whose they
    /// are is judged with the act.
    pub async fn act(&mut self, scope: &Scope, at: ActAt<'_>, written: Vec<Written<'_>>) -> Result<bool, Error> {
        let Some(reached) = self.reach(scope, at.school).await? else { return Ok(false) };
        self.take_generation(at.generation).await?;
        let mut details = vec![("control", Detail::Word(at.control.to_owned()))];
        details.extend(written.first().map(|first| ("entry", Detail::Id(first.entry().0))));
        self.record(scope, About::school(at.school, at.now), at.act, &details).await?;
        for one in written {
            let entry = one.entry();
            let (register, kind) = match &one {
                Written::New(register, _) => (*register, "entry-created"),
                Written::Changed(register, _) => (*register, "entry-changed"),
            };
            let place = ByHand { school: at.school, register, now: at.now, why: None };
            let batch = place.batch(reached, scope);
            match one {
                Written::New(_, new) => batch.create(self, [new]).await?,
                Written::Changed(_, change) => batch.change(self, [change]).await?,
            }
            self.record_entry(scope, place, entry, kind).await?;
        }
        Ok(true)
    }

    /// Takes back what an act wrote last about one entry, while nothing came after. A conflict `entry_version` when
    /// something did; `false` when the school is not reached. A scope of one's own things is enough, as for the act.
    pub async fn undo_act(
        &mut self,
        scope: &Scope,
        place: ByHand<'_>,
        (entry, version): (EntryId, i64),
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach(scope, place.school).await? else { return Ok(false) };
        self.undo_in(scope, place, (&place.batch(reached, scope), entry, version)).await
    }

    /// Writes down what happened to records, in the change that made it happen and that the ledger tells of; `false`
    /// when the school is not reached.
    pub async fn happen(&mut self, scope: &Scope, place: ByHand<'_>, events: &[NewEntry]) -> Result<bool, Error> {
        let Some(batch) = self.batch(scope, place).await? else { return Ok(false) };
        batch.create(self, events.iter().cloned()).await?;
        Ok(true)
    }
}
