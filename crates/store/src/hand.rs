//! What a person writes into a register, one entry at a time.

use crate::entry::HAND;
use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::save::{Batch, EntryChange, NewEntry};
use crate::transaction::Write;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::schema::Register;

/// Where a person writes, when, and their reason if they gave one.
#[derive(Clone, Copy, Debug)]
pub struct ByHand<'a> {
    /// The school.
    pub school: SchoolId,
    /// The register's schema.
    pub register: &'a Register,
    /// The instant of the act; facts should carry it too.
    pub now: Timestamp,
    /// Kept in the history, never in the ledger.
    pub why: Option<&'a str>,
}

impl Write {
    /// Adds an entry; `false` and nothing changed when the school is not reached.
    pub async fn create_entry(&mut self, scope: &Scope, place: ByHand<'_>, entry: NewEntry) -> Result<bool, Error> {
        let Some(batch) = self.batch(scope, place).await? else {
            return Ok(false);
        };
        let created = entry.id;
        batch.create(self, &[entry]).await?;
        self.record_entry(scope, place, created, "entry-created").await?;
        Ok(true)
    }

    /// Changes what people say of an entry: fields that are not mentioned stay. A conflict `entry_version` when
    /// somebody else changed it since it was looked at; `false` when the school is not reached.
    pub async fn change_entry(&mut self, scope: &Scope, place: ByHand<'_>, change: EntryChange) -> Result<bool, Error> {
        let Some(batch) = self.batch(scope, place).await? else {
            return Ok(false);
        };
        let changed = change.id;
        batch.change(self, &[change]).await?;
        self.record_entry(scope, place, changed, "entry-changed").await?;
        Ok(true)
    }

    async fn batch<'a>(&self, scope: &Scope, place: ByHand<'a>) -> Result<Option<Batch<'a>>, Error> {
        let reached = self.reach_whole(scope, place.school).await?;
        Ok(reached.map(|reached| Batch {
            reached,
            register: place.register,
            source: Name::from(HAND),
            now: place.now,
            import: None,
            why: place.why.map(ToOwned::to_owned),
            actor: actor(scope.by()),
        }))
    }

    async fn record_entry(
        &mut self,
        scope: &Scope,
        place: ByHand<'_>,
        entry: EntryId,
        kind: &str,
    ) -> Result<(), Error> {
        let details = [("entry", Detail::Id(entry.0)), ("register", Detail::Word(place.register.id.to_string()))];
        self.record(scope, About::school(place.school, place.now), kind, &details).await?;
        self.bump_generation().await
    }
}
