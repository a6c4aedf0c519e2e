//! Calendar feeds: one a person, found by the hash of the text that stands in its address.
//!
//! Invariant: whose feed it is makes it, sees it and ends it, nobody else; of somebody who cannot sign in any more none
//! is found.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{at, id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::{By, Scope};
use schoolkeeper_core::id::{EntryId, OrganisationId};

statements! {
    PUT = "INSERT INTO feed (person, organisation, hash, made_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at";
    GET = "SELECT made_at FROM feed WHERE person = $1 AND organisation = $2";
    WHOSE = "SELECT f.person, f.organisation, f.hash FROM feed f JOIN login_person p ON p.person = f.person \
        AND p.organisation = f.organisation AND p.ended_at IS NULL WHERE f.hash = $1";
    END = "DELETE FROM feed WHERE person = $1 AND organisation = $2";
}

/// Whose feed an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedOf {
    /// The person.
    pub person: EntryId,
    /// Where they are a person.
    pub organisation: OrganisationId,
    /// The hash it is kept under.
    pub hash: String,
}

impl Read {
    /// Since when the scope's person has a feed.
    pub async fn feed(&self, scope: &Scope) -> Result<Option<Timestamp>, Error> {
        let Some((person, organisation)) = own(scope) else { return Ok(None) };
        let row = self.one("feed", GET, vec![id(person.0), id(organisation.0)]).await?;
        row.map(|row| row.at("made_at")).transpose()
    }

    /// Whose feed is kept under a hash; only for the system.
    pub async fn feed_of(&self, scope: &Scope, hash: &str) -> Result<Option<FeedOf>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        let Some(row) = self.one("feed", WHOSE, vec![text(hash)]).await? else { return Ok(None) };
        let (person, organisation) = (EntryId(row.id("person")?), OrganisationId(row.id("organisation")?));
        Ok(Some(FeedOf { person, organisation, hash: row.text("hash")? }))
    }
}

impl Write {
    /// Gives the scope's person a feed, in place of the one before; `false` when it is nobody's scope.
    pub async fn keep_feed(&mut self, scope: &Scope, hash: &str, now: Timestamp) -> Result<bool, Error> {
        let Some((person, organisation)) = own(scope) else { return Ok(false) };
        self.run(PUT, vec![id(person.0), id(organisation.0), text(hash), at(now)]).await?;
        self.record_feed(scope, "feed-made", (person, organisation), now).await?;
        Ok(true)
    }

    /// Ends the feed of the scope's person; `false` when there is none.
    pub async fn end_feed(&mut self, scope: &Scope, now: Timestamp) -> Result<bool, Error> {
        let Some((person, organisation)) = own(scope) else { return Ok(false) };
        if self.run(END, vec![id(person.0), id(organisation.0)]).await? == 0 {
            return Ok(false);
        }
        self.record_feed(scope, "feed-ended", (person, organisation), now).await?;
        Ok(true)
    }

    async fn record_feed(
        &mut self,
        scope: &Scope,
        kind: &str,
        (person, organisation): (EntryId, OrganisationId),
        now: Timestamp,
    ) -> Result<(), Error> {
        let about = About { organisation: Some(organisation), school: None, now };
        self.record(scope, about, kind, &[("person", Detail::Id(person.0))]).await
    }
}

/// Whose scope it is; nobody's when a program or the system acts.
fn own(scope: &Scope) -> Option<(EntryId, OrganisationId)> {
    match scope.by() {
        By::Person(person) => scope.organisation().map(|organisation| (*person, organisation)),
        By::Token(_) | By::Operator | By::System(_) => None,
    }
}
