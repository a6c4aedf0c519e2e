//! Where two policies of a school cannot both be met: which of them holds, as somebody decided.
//!
//! Invariant: at most one decision for each conflict of a school; a new one replaces it, and both are in the ledger.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};

/// How many are read at once.
const LIST_MAX: u32 = 1_000;

statements! {
    PUT = "INSERT INTO pack_conflict (school, conflict, holds, reason, decided_at, actor) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (school, conflict) DO UPDATE SET holds = excluded.holds, \
        reason = excluded.reason, decided_at = excluded.decided_at, actor = excluded.actor";
    LIST = "SELECT conflict, holds, reason, decided_at, actor FROM pack_conflict WHERE school = $1 \
        ORDER BY conflict LIMIT $2";
}

/// What somebody decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedConflict {
    /// Which conflict.
    pub conflict: String,
    /// The policy that holds.
    pub holds: Name,
    /// Why, in words.
    pub reason: String,
    /// When.
    pub decided_at: Timestamp,
    /// By whom: `person:ID`, `operator`.
    pub decided_by: String,
}

impl Write {
    /// Decides which policy holds; `false` and nothing changed when the school is not reached.
    pub async fn decide_conflict(
        &mut self,
        scope: &Scope,
        school: SchoolId,
        (conflict, holds, reason): (&str, &str, &str),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        let by = text(actor(scope.by()));
        let values = vec![reached.id(), text(conflict), text(holds), text(reason), at(now), by];
        self.run(PUT, values).await?;
        let details = [("conflict", Detail::Word(conflict.to_owned())), ("pack", Detail::Word(holds.to_owned()))];
        self.record(scope, About::school(school, now), "conflict-decided", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// Every decision of a school.
    pub async fn decided_conflicts(&self, scope: &Scope, school: SchoolId) -> Result<Vec<DecidedConflict>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("pack_conflict", LIST, vec![reached.id(), i64::from(LIST_MAX).into()]).await?;
        rows.iter().map(from_row).collect()
    }
}

fn from_row(row: &Row) -> Result<DecidedConflict, Error> {
    Ok(DecidedConflict {
        conflict: row.text("conflict")?,
        holds: Name::from(row.text("holds")?),
        reason: row.text("reason")?,
        decided_at: row.at("decided_at")?,
        decided_by: row.text("actor")?,
    })
}
