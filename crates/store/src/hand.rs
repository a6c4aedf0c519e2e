//! What a person writes into a register, one entry at a time.

use crate::document;
use crate::entry::HAND;
use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::reach::Reached;
use crate::save::{Batch, EntryChange, NewEntry, Version};
use crate::sql::{at, id, statements, text};
use crate::transaction::Write;
use crate::undo;
use crate::webhook::Event;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::schema::Register;

statements! {
    REMOVE = "UPDATE entry SET version = version + 1, left_at = $5 \
        WHERE id = $1 AND version = $2 AND school = $3 AND register = $4 AND left_at IS NULL";
    PUT_BACK = "UPDATE entry SET version = version + 1, left_at = NULL \
        WHERE id = $1 AND version = $2 AND school = $3 AND register = $4 AND left_at IS NOT NULL";
    LOCK = "UPDATE entry SET version = version WHERE id = $1 AND version = $2";
    LAST = "SELECT v.entry, v.version, v.change, v.before_at, v.before_left_at, v.before FROM entry_version v \
        JOIN entry e ON e.id = v.entry AND e.version = v.version \
        WHERE v.entry = $1 AND v.version = $2 AND e.school = $3 AND e.register = $4 \
        AND v.source = 'hand' AND v.import IS NULL AND v.change <> 'restored' AND NOT EXISTS ( \
        SELECT 1 FROM entry_alias a WHERE a.entry = v.entry OR (a.lives_as = v.entry AND a.at = v.at))";
}

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

impl<'a> ByHand<'a> {
    pub(crate) fn batch(self, reached: Reached, scope: &Scope) -> Batch<'a> {
        Batch {
            reached,
            register: self.register,
            source: Name::from(HAND),
            now: self.now,
            import: None,
            why: self.why.map(ToOwned::to_owned),
            actor: actor(scope.by()),
        }
    }
}

impl Write {
    /// Adds an entry; `false` and nothing changed when the school is not reached.
    pub async fn create_entry(&mut self, scope: &Scope, place: ByHand<'_>, entry: NewEntry) -> Result<bool, Error> {
        let Some(batch) = self.batch(scope, place).await? else {
            return Ok(false);
        };
        let created = entry.id;
        batch.create(self, [entry]).await?;
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
        batch.change(self, [change]).await?;
        self.record_entry(scope, place, changed, "entry-changed").await?;
        Ok(true)
    }

    /// Replaces what people say of an entry: a field that is not mentioned is not their word any more. A conflict
    /// `entry_version` when somebody else changed it since it was looked at; `false` when the school is not reached.
    pub async fn restate_entry(
        &mut self,
        scope: &Scope,
        place: ByHand<'_>,
        change: EntryChange,
    ) -> Result<bool, Error> {
        let Some(batch) = self.batch(scope, place).await? else {
            return Ok(false);
        };
        let entry = change.id;
        self.restated(&batch, change).await?;
        self.record_entry(scope, place, entry, "entry-changed").await?;
        Ok(true)
    }

    /// Replaces what one source says of an entry, with its history.
    pub(crate) async fn restated(&mut self, batch: &Batch<'_>, change: EntryChange) -> Result<(), Error> {
        let entry = change.id;
        batch.bump(self, std::slice::from_ref(&change)).await?;
        let before = batch.before(self, &[entry.0]).await?;
        let known = before.get(&entry.0).and_then(|before| before.facts(&batch.source)).unwrap_or_default();
        batch.say(self, vec![(entry.0, document::renew(&known, change.facts, false))]).await?;
        let number = change.expected_version + 1;
        let version = Version { entry: entry.0, number, change: "changed", before: before.get(&entry.0) };
        batch.note(self, vec![version]).await?;
        self.refresh(batch.register, &[entry.0]).await
    }

    /// Takes an entry out of the lists, or with `back` puts it in again; everything known of it stays. A conflict
    /// `entry_version` when it was changed since it was looked at, or is so already; `false` when not reached.
    pub async fn remove_entry(
        &mut self,
        scope: &Scope,
        place: ByHand<'_>,
        (entry, version, back): (EntryId, i64, bool),
    ) -> Result<bool, Error> {
        let Some(batch) = self.batch(scope, place).await? else {
            return Ok(false);
        };
        let mut values = vec![id(entry.0), version.into(), id(place.school.0), text(&place.register.id)];
        values.extend((!back).then(|| at(place.now)));
        if self.run(if back { PUT_BACK } else { REMOVE }, values).await? == 0 {
            return Err(Error::conflict("entry_version"));
        }
        let before = batch.before(self, &[entry.0]).await?;
        let change = if back { "restored" } else { "left" };
        let note = Version { entry: entry.0, number: version + 1, change, before: before.get(&entry.0) };
        batch.note(self, vec![note]).await?;
        self.relist(batch.register, &[entry.0]).await?;
        self.record_entry(scope, place, entry, if back { "entry-restored" } else { "entry-removed" }).await?;
        Ok(true)
    }

    /// Takes back the last change of an entry, when a person made it and nothing came after: a new entry goes, a
    /// removed one comes back. A conflict `entry_version` when there is no such change; `false` when not reached.
    pub async fn undo_entry(
        &mut self,
        scope: &Scope,
        place: ByHand<'_>,
        (entry, version): (EntryId, i64),
    ) -> Result<bool, Error> {
        let Some(batch) = self.batch(scope, place).await? else {
            return Ok(false);
        };
        self.undo_in(scope, place, (&batch, entry, version)).await
    }

    pub(crate) async fn undo_in(
        &mut self,
        scope: &Scope,
        place: ByHand<'_>,
        (batch, entry, version): (&Batch<'_>, EntryId, i64),
    ) -> Result<bool, Error> {
        let values = vec![id(entry.0), version.into(), id(place.school.0), text(&place.register.id)];
        self.run(LOCK, values[..2].to_vec()).await?;
        let row = self.one("entry_version", LAST, values).await?;
        let step = undo::step(&row.ok_or_else(|| Error::conflict("entry_version"))?)?;
        if step.created {
            self.remove(batch, &[step]).await?;
        } else {
            self.restore(batch, &[step]).await?;
        }
        self.record_entry(scope, place, entry, "entry-undone").await?;
        Ok(true)
    }

    pub(crate) async fn batch<'a>(&self, scope: &Scope, place: ByHand<'a>) -> Result<Option<Batch<'a>>, Error> {
        let reached = self.reach_whole(scope, place.school).await?;
        Ok(reached.map(|reached| place.batch(reached, scope)))
    }

    /// A record that speaks of two entries.
    pub(crate) async fn record_entries(
        &mut self,
        scope: &Scope,
        place: ByHand<'_>,
        kind: &str,
        (entry, other): (EntryId, EntryId),
    ) -> Result<(), Error> {
        let details = [
            ("entry", Detail::Id(entry.0)),
            ("other", Detail::Id(other.0)),
            ("register", Detail::Word(place.register.id.to_string())),
        ];
        self.record(scope, About::school(place.school, place.now), kind, &details).await?;
        self.announce(scope, (place.school, Event::RecordChanged, place.now), &details).await?;
        self.bump_generation().await
    }

    /// A record that speaks of one entry, and word of it to programs that wait for it.
    pub(crate) async fn record_entry(
        &mut self,
        scope: &Scope,
        place: ByHand<'_>,
        entry: EntryId,
        kind: &str,
    ) -> Result<(), Error> {
        let details = [("entry", Detail::Id(entry.0)), ("register", Detail::Word(place.register.id.to_string()))];
        self.record(scope, About::school(place.school, place.now), kind, &details).await?;
        let event = match kind {
            "entry-created" | "entry-restored" => Event::RecordCreated,
            "entry-removed" => Event::RecordRemoved,
            _ => Event::RecordChanged,
        };
        self.announce(scope, (place.school, event, place.now), &details).await?;
        self.bump_generation().await
    }
}
