//! Calendar feeds: what is somebody's, with its dates, for a calendar program that cannot sign in.
//!
//! Invariant: the address holds a secret of which only the hash is kept; what it gives away is the names and dates of
//! tasks, no person and no record.

use crate::mine::What;
use crate::sign_in::secret::{Secret, same};
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use std::collections::BTreeSet;

/// How the last part of an address ends, so that calendar programs know it.
const ENDS: &str = ".ics";

impl House {
    /// Since when somebody has a feed.
    pub async fn feed(&self, actor: &Actor) -> Result<Option<Timestamp>, Error> {
        Ok(self.read().await?.feed(&own(actor)?).await?)
    }

    /// Makes a feed, in place of the one before; the last part of its address is given once and never again.
    pub async fn make_feed(&self, actor: &Actor) -> Result<String, Error> {
        let (scope, secret) = (own(actor)?, Self::secret()?);
        let mut write = self.write().await?;
        if !write.keep_feed(&scope, &secret.hash(), self.now()).await? {
            return Err(Error::Missing);
        }
        write.commit().await?;
        Ok(format!("{}{ENDS}", secret.text()))
    }

    /// Ends it: whoever holds the address gets nothing more.
    pub async fn end_feed(&self, actor: &Actor) -> Result<(), Error> {
        let scope = own(actor)?;
        let mut write = self.write().await?;
        if !write.end_feed(&scope, self.now()).await? {
            return Err(Error::Missing);
        }
        Ok(write.commit().await?)
    }

    /// Whose feed an address is; missing when it is none, has ended, or they have left.
    pub async fn feed_of(&self, text: &str) -> Result<Actor, Error> {
        let secret = text.strip_suffix(ENDS).and_then(Secret::read).ok_or(Error::Missing)?;
        let (read, hash) = (self.read().await?, secret.hash());
        let found = read.feed_of(&Scope::system("feed"), &hash).await?.ok_or(Error::Missing)?;
        if !same(&found.hash, &hash) {
            return Err(Error::Missing);
        }
        let actor = self.actor_in(&read, found.person, found.organisation).await?;
        if actor.roles.is_empty() { Err(Error::Missing) } else { Ok(actor) }
    }

    /// The dates of everything that is theirs, as an iCal calendar: each thing once, by its name only.
    pub async fn mine_as_ics(&self, actor: &Actor) -> Result<String, Error> {
        let mut all = BTreeSet::new();
        for at in self.all_mine(actor).await? {
            all.extend(at.all.into_iter().filter_map(|one| {
                // The title of a problem may name a person.
                let words = if one.what == What::Fix { format!("To fix: {}", one.about) } else { one.title };
                one.due.map(|due| (due, words))
            }));
        }
        let dated = all.into_iter().map(|(due, words)| (words, due, due));
        Ok(crate::calendar::dates::ics(dated, "my-page", self.now()))
    }
}

/// Only they themselves: no program in their name, and not the emergency account.
fn own(actor: &Actor) -> Result<Scope, Error> {
    if actor.person.is_none() || actor.through.is_some() {
        return Err(Error::Missing);
    }
    House::scope(actor, "page.see")
}
