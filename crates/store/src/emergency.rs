//! The emergency account of an organisation: the hash of its one code, and each use until somebody has reviewed it.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{Row, at, id, maybe_id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, OrganisationId};
use uuid::Uuid;

statements! {
    SET = "INSERT INTO emergency_code (organisation, hash, made_at) VALUES ($1, $2, $3) ON CONFLICT (organisation) \
        DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at";
    FIND = "SELECT organisation FROM emergency_code WHERE hash = $1";
    TAKE = "DELETE FROM emergency_code WHERE hash = $1";
    USE = "INSERT INTO emergency_use (id, organisation, at, ends_at) VALUES ($1, $2, $3, $4)";
    OPEN = "SELECT id, organisation, at, ends_at FROM emergency_use WHERE organisation = $1 AND reviewed_at IS NULL \
        ORDER BY at, id LIMIT 100";
    REVIEW = "UPDATE emergency_use SET reviewed_at = $2, reviewer = $3, words = $4 \
        WHERE id = $1 AND organisation = $5 AND reviewed_at IS NULL";
}

/// One use of the emergency account that nobody has reviewed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmergencyUse {
    /// Its id; who acts in it is recorded under this id.
    pub id: Uuid,
    /// Where.
    pub organisation: OrganisationId,
    /// When it began.
    pub at: Timestamp,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
}

impl Read {
    /// The organisation of an emergency code's hash; only for the system.
    pub async fn emergency_of(&self, scope: &Scope, hash: &str) -> Result<Option<OrganisationId>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        let row = self.one("emergency_code", FIND, vec![text(hash)]).await?;
        row.map(|row| Ok(OrganisationId(row.id("organisation")?))).transpose()
    }

    /// Uses of the emergency account in the scope's organisation that nobody has reviewed, at most 100.
    pub async fn emergency_uses(&self, scope: &Scope) -> Result<Vec<EmergencyUse>, Error> {
        let Some(organisation) = scope.organisation() else { return Ok(Vec::new()) };
        self.all("emergency_use", OPEN, vec![id(organisation.0)]).await?.iter().map(from_row).collect()
    }
}

impl Write {
    /// Sets an organisation's emergency code; the one before is worth nothing. Only who reaches all of it may.
    pub async fn set_emergency(
        &mut self,
        scope: &Scope,
        organisation: OrganisationId,
        hash: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if scope.organisation() != Some(organisation) || !scope.reaches_all() {
            return Ok(false);
        }
        self.run(SET, vec![id(organisation.0), text(hash), at(now)]).await?;
        let about = About { organisation: Some(organisation), school: None, now };
        self.record(scope, about, "emergency-code-made", &[]).await?;
        Ok(true)
    }

    /// Uses a code up; `false` when it is none, or used meanwhile. Only the system may.
    pub async fn use_emergency(&mut self, scope: &Scope, hash: &str, used: &EmergencyUse) -> Result<bool, Error> {
        if scope.organisation().is_some() || self.run(TAKE, vec![text(hash)]).await? == 0 {
            return Ok(false);
        }
        self.run(USE, vec![id(used.id), id(used.organisation.0), at(used.at), at(used.ends_at)]).await?;
        let about = About { organisation: Some(used.organisation), school: None, now: used.at };
        self.record(scope, about, "emergency-used", &[("use", Detail::Id(used.id))]).await?;
        Ok(true)
    }

    /// Somebody has looked at a use and says what it was for; `false` when it is not there or was reviewed.
    pub async fn review_emergency(
        &mut self,
        scope: &Scope,
        used: Uuid,
        (reviewer, words): (Option<EntryId>, &str),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(organisation) = scope.organisation() else { return Ok(false) };
        let reviewer = maybe_id(reviewer.map(|person| person.0));
        let values = vec![id(used), at(now), reviewer, text(words), id(organisation.0)];
        if self.run(REVIEW, values).await? == 0 {
            return Ok(false);
        }
        let about = About { organisation: Some(organisation), school: None, now };
        self.record(scope, about, "emergency-reviewed", &[("use", Detail::Id(used))]).await?;
        Ok(true)
    }
}

fn from_row(row: &Row) -> Result<EmergencyUse, Error> {
    Ok(EmergencyUse {
        id: row.id("id")?,
        organisation: OrganisationId(row.id("organisation")?),
        at: row.at("at")?,
        ends_at: row.at("ends_at")?,
    })
}
