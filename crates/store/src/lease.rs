//! Leases: what exactly one process does at a time, and which processes live. The system's only.
//!
//! Invariant: no clock decides. A holder moves its beat; whoever watches takes over a beat that has stood still over
//! several of its own, naming the holder and the beat it saw, so that of two takers one succeeds. What is written
//! under a lease asks [`Write::holds_lease`] in the same transaction: who has lost it writes nothing.

use crate::error::Error;
use crate::sql::{at, id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use uuid::Uuid;

statements! {
    LIST = "SELECT name, holder, beat, at FROM lease ORDER BY name LIMIT 10000";
    TAKE = "INSERT INTO lease (name, holder, beat, at) VALUES ($1, $2, 1, $3) ON CONFLICT (name) DO NOTHING";
    TAKE_OVER = "UPDATE lease SET holder = $2, beat = beat + 1, at = $3 WHERE name = $1 AND holder = $4 AND beat = $5";
    BEAT = "UPDATE lease SET beat = beat + 1, at = $2 WHERE holder = $1 RETURNING name";
    HOLDS = "UPDATE lease SET at = $3 WHERE name = $1 AND holder = $2";
    LEAVE = "DELETE FROM lease WHERE holder = $1";
    BURY = "DELETE FROM lease WHERE name = $1 AND holder = $2 AND beat = $3";
}

/// A lease as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is done under it.
    pub name: String,
    /// The process.
    pub holder: Uuid,
    /// How often it has said that it lives.
    pub beat: i64,
    /// When it last did, by its own clock; for people only.
    pub at: Timestamp,
}

impl Read {
    /// Every lease, by name.
    pub async fn leases(&self, scope: &Scope) -> Result<Vec<Lease>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        let rows = self.all("lease", LIST, Vec::new()).await?;
        rows.iter()
            .map(|row| {
                let (name, holder) = (row.text("name")?, row.id("holder")?);
                Ok(Lease { name, holder, beat: row.int("beat")?, at: row.at("at")? })
            })
            .collect()
    }
}

impl Write {
    /// Takes a lease that nobody holds; `false` when somebody does.
    pub async fn take_lease(&mut self, scope: &Scope, name: &str, holder: Uuid, now: Timestamp) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(TAKE, vec![text(name), id(holder), at(now)]).await? > 0)
    }

    /// Takes a lease from a holder that is thought dead; `false` when it has moved since it was `seen`.
    pub async fn take_over_lease(
        &mut self,
        scope: &Scope,
        seen: &Lease,
        holder: Uuid,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let values = vec![text(&seen.name), id(holder), at(now), id(seen.holder), seen.beat.into()];
        Ok(self.run(TAKE_OVER, values).await? > 0)
    }

    /// Says that a process lives; the names of the leases it still holds.
    pub async fn beat(&mut self, scope: &Scope, holder: Uuid, now: Timestamp) -> Result<Vec<String>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        let rows = self.all("lease", BEAT, vec![id(holder), at(now)]).await?;
        rows.iter().map(|row| row.text("name")).collect()
    }

    /// Whether a process holds a lease, until this transaction ends.
    pub async fn holds_lease(
        &mut self,
        scope: &Scope,
        name: &str,
        holder: Uuid,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(HOLDS, vec![text(name), id(holder), at(now)]).await? > 0)
    }

    /// Lets go of everything a process holds; `false` when that was nothing.
    pub async fn leave_leases(&mut self, scope: &Scope, holder: Uuid) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(LEAVE, vec![id(holder)]).await? > 0)
    }

    /// Removes the lease of a process that is thought dead; `false` when it has moved since it was `seen`.
    pub async fn bury_lease(&mut self, scope: &Scope, seen: &Lease) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(BURY, vec![text(&seen.name), id(seen.holder), seen.beat.into()]).await? > 0)
    }
}
