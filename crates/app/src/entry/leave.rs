//! Taking an entry out of the lists with a reason, putting it back, and taking the last change back.
//!
//! Invariant: nothing is erased here; what was taken out is kept as long as the register says.

use super::save::why;
use super::{EntryAt, Version, is_kept, past};
use crate::authority::Try;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_store::history::Happened;
use schoolkeeper_store::past::Past;
use schoolkeeper_store::{ByHand, School, Write};

/// What was to be taken out or put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// It is.
    Done,
    /// Nothing was changed, because of this.
    Mistake(String),
    /// Nothing was changed: somebody else changed it since it was looked at.
    MovedOn,
}

impl House {
    /// Takes an entry out of the lists.
    pub async fn remove_entry(
        &self,
        actor: &Actor,
        school: &School,
        ((register, entry, version), reason): ((&str, EntryId, Version), &str),
    ) -> Result<Left, Error> {
        if reason.trim().is_empty() {
            return Ok(Left::Mistake("Say why it is removed".to_owned()));
        }
        let (at, scope) = self.entry_to_move(actor, school, (register, entry)).await?;
        if let Some(mistake) = self.still_needed(&at).await? {
            return Ok(Left::Mistake(mistake));
        }
        self.take_out(&scope, &at, (version, reason, false)).await
    }

    /// Puts a removed entry back.
    pub async fn restore_entry(
        &self,
        actor: &Actor,
        school: &School,
        (register, entry, version): (&str, EntryId, Version),
    ) -> Result<Left, Error> {
        let (at, scope) = self.entry_to_move(actor, school, (register, entry)).await?;
        if self.lives_on_as(&at).await?.is_some() {
            return Err(Error::Missing);
        }
        self.take_out(&scope, &at, (version, "", true)).await
    }

    /// Takes back the last change of an entry, when a person made it and nothing came after.
    pub async fn undo_entry(
        &self,
        actor: &Actor,
        school: &School,
        (register, entry, version): (&str, EntryId, Version),
    ) -> Result<Left, Error> {
        let (at, scope) = self.entry_to_move(actor, school, (register, entry)).await?;
        let newest = self.entry_past(&at, (None, 1)).await?.0;
        if newest.first().is_some_and(|line| line.what == past::ADDED) && !self.back(actor, &at).await?.is_empty() {
            let text = "Other records point to it, so it cannot be taken back. Remove it instead";
            return Ok(Left::Mistake(text.to_owned()));
        }
        let place = ByHand { school: school.id, register: &at.register, now: self.now(), why: None };
        let changed = self.last_changed(&at).await?;
        let waited = self.waited(school, &at.register.id).await?;
        let mut write = self.write().await?;
        waited.write_down(&mut write, &scope, (school.id, self.now()), changed).await?;
        match write.undo_entry(&scope, place, (entry, version.0)).await {
            Err(schoolkeeper_store::Error::Conflict { .. }) => return Ok(Left::MovedOn),
            done => drop(done?),
        }
        self.done(write, &at).await
    }

    /// What the last change of an entry changed in it.
    pub(super) async fn last_changed(&self, at: &EntryAt) -> Result<Vec<(EntryId, Name)>, Error> {
        let last = self.read().await?.entry_past(&at.scope, at.id(), (None, 1)).await?;
        let changed = last.iter().filter(|one| one.change.happened == Happened::Changed).flat_map(Past::fields);
        Ok(changed.map(|name| (at.id(), name.clone())).collect())
    }

    async fn take_out(
        &self,
        scope: &Scope,
        at: &EntryAt,
        (version, reason, back): (Version, &str, bool),
    ) -> Result<Left, Error> {
        let why = why(reason);
        let place = ByHand { school: at.school.id, register: &at.register, now: self.now(), why: why.as_deref() };
        let mut write = self.write().await?;
        match write.remove_entry(scope, place, (at.id(), version.0, back)).await {
            Err(schoolkeeper_store::Error::Conflict { .. }) => return Ok(Left::MovedOn),
            done => drop(done?),
        }
        self.done(write, at).await
    }

    async fn done(&self, mut write: Write, at: &EntryAt) -> Result<Left, Error> {
        if &*at.register.id == "person" {
            self.keeps_administrator(&mut write, at.school.organisation).await?;
        }
        write.commit().await?;
        self.evaluate_after(&at.school).await?;
        Ok(Left::Done)
    }

    /// An entry somebody may take out or put back, asked of the policies as a save.
    async fn entry_to_move(
        &self,
        actor: &Actor,
        school: &School,
        (register, entry): (&str, EntryId),
    ) -> Result<(EntryAt, Scope), Error> {
        let at = self.entry_at(actor, school, (register, entry)).await?;
        if !is_kept(&at.register) {
            return Err(Error::Missing);
        }
        let act = format!("{register}.save");
        let allowed = self.allow(actor, school, &Try { on: Some(entry), ..Try::plain(&act) }).await?;
        Ok((at, allowed.scope))
    }

    /// A person who holds a role or can sign in is first let go of.
    pub(super) async fn still_needed(&self, at: &EntryAt) -> Result<Option<String>, Error> {
        if &*at.register.id != "person" {
            return Ok(None);
        }
        let (read, system) = (self.read().await?, Scope::system("remove"));
        let today = self.today(&at.school);
        let held = read.appointments_of(&system, at.school.organisation, at.id()).await?;
        let until = |entry: &schoolkeeper_store::StoredEntry| {
            entry.facts.get("until").and_then(|fact| fact.value.as_date()).is_none_or(|until| until >= today)
        };
        if held.iter().any(until) {
            return Ok(Some("This person holds a role. End it on the page of roles first".to_owned()));
        }
        let signs_in = read.joined_to(&system, at.school.organisation).await?;
        Ok(signs_in
            .iter()
            .any(|joined| joined.person == at.id())
            .then(|| "This person can sign in. End that on the page of people who can sign in first".to_owned()))
    }
}
