//! Which policies anybody may read on a page without signing in.
//!
//! Invariant: no row, no page; switching it on and off are both in the ledger.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{at, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::SchoolId;
use serde::{Deserialize, Serialize};

statements! {
    PUT = "INSERT INTO policy_page (school, pack, found, since_at, actor) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (school, pack) DO UPDATE SET found = excluded.found, since_at = excluded.since_at, \
        actor = excluded.actor";
    REMOVE = "DELETE FROM policy_page WHERE school = $1 AND pack = $2";
    GET = "SELECT found, since_at, actor FROM policy_page WHERE school = $1 AND pack = $2";
}

/// Whether search engines may list the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Found {
    /// They may.
    Index,
    /// They may not.
    NoIndex,
}

impl Found {
    /// All.
    pub const ALL: &'static [Self] = &[Self::Index, Self::NoIndex];
}

/// The public page of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyPage {
    /// Whether search engines may list it.
    pub found: Found,
    /// Since when it is there.
    pub since_at: Timestamp,
    /// Who said so: `person:ID`, `operator`.
    pub by: String,
}

impl Write {
    /// Switches the page on as said, or with `None` off; `false` and nothing changed when the school is not reached,
    /// or there was no page to switch off.
    pub async fn set_policy_page(
        &mut self,
        scope: &Scope,
        (school, pack): (SchoolId, &str),
        found: Option<Found>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        let mut values = vec![reached.id(), text(pack)];
        let (kind, done) = match found {
            Some(found) => {
                values.extend([word(&found), at(now), text(actor(scope.by()))]);
                ("policy-published", self.run(PUT, values).await?)
            }
            None => ("policy-unpublished", self.run(REMOVE, values).await?),
        };
        if done == 0 {
            return Ok(false);
        }
        let details = [("pack", Detail::Word(pack.to_owned()))];
        self.record(scope, About::school(school, now), kind, &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// The public page of a policy, while there is one.
    pub async fn policy_page(&self, scope: &Scope, school: SchoolId, pack: &str) -> Result<Option<PolicyPage>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(None) };
        let row = self.one("policy_page", GET, vec![reached.id(), text(pack)]).await?;
        row.map(|row| {
            Ok(PolicyPage { found: row.word("found")?, since_at: row.at("since_at")?, by: row.text("actor")? })
        })
        .transpose()
    }
}
