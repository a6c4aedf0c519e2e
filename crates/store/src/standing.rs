//! Where each clause stood, from when to when, how that was known and why it changed. Nothing here is recomputed.

use crate::cause::Cause;
use crate::error::Error;
use crate::sql::{Row, at, id, statements, text};
use crate::transaction::Read;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_core::standing::{Counts, KnownBy, Standing};
use serde::de::DeserializeOwned;

statements! {
    NOW = "SELECT clause, from_at, to_at, standing, known_by, counts, cause FROM standing \
        WHERE school = $1 AND pack = $2 AND to_at IS NULL ORDER BY clause";
    AS_OF = "SELECT clause, from_at, to_at, standing, known_by, counts, cause FROM standing \
        WHERE school = $1 AND pack = $2 AND from_at <= $3 AND (to_at IS NULL OR to_at > $3) ORDER BY clause";
    SINCE = "SELECT clause, from_at, to_at, standing, known_by, counts, cause FROM standing \
        WHERE school = $1 AND pack = $2 AND from_at >= $3 ORDER BY from_at DESC, clause LIMIT $4";
    OF_CLAUSE = "SELECT clause, from_at, to_at, standing, known_by, counts, cause FROM standing \
        WHERE school = $1 AND pack = $2 AND clause = $3 ORDER BY from_at DESC LIMIT $4";
    OUTCOME = "SELECT outcome FROM evaluation WHERE school = $1 AND pack = $2";
    EVALUATIONS = "SELECT pack, hash, at, valid_until FROM evaluation WHERE school = $1 ORDER BY pack";
}

/// A stretch of time in which a clause stood somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// Clause id.
    pub clause: Name,
    /// The run that saw it begin.
    pub from: Timestamp,
    /// The run that saw it end; `None` while it lasts.
    pub to: Option<Timestamp>,
    /// Where it stood.
    pub standing: Standing,
    /// How that was known.
    pub known_by: Option<KnownBy>,
    /// Its subjects when last looked at.
    pub counts: Counts,
    /// Why it began.
    pub cause: Cause,
}

/// The last run of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRun {
    /// Pack id.
    pub pack: Name,
    /// SHA-256 of the pack's files it was run with.
    pub hash: String,
    /// When.
    pub at: Timestamp,
    /// First instant at which time alone may change anything.
    pub valid_until: Option<Timestamp>,
}

impl Read {
    /// Where every clause stands.
    pub async fn standings(&self, scope: &Scope, school: SchoolId, pack: &str) -> Result<Vec<Interval>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        self.current_standings(reached.school, pack).await
    }

    /// Where every clause stood at an instant.
    pub async fn standings_as_of(
        &self,
        scope: &Scope,
        school: SchoolId,
        pack: &str,
        instant: Timestamp,
    ) -> Result<Vec<Interval>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let values = vec![reached.id(), text(pack), at(instant)];
        self.all("standing", AS_OF, values).await?.iter().map(from_row).collect()
    }

    /// Changes since an instant, newest first; at most `limit`.
    pub async fn standing_changes(
        &self,
        scope: &Scope,
        (school, pack): (SchoolId, &str),
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Interval>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let values = vec![reached.id(), text(pack), at(since), i64::from(limit).into()];
        self.all("standing", SINCE, values).await?.iter().map(from_row).collect()
    }

    /// The history of one clause, newest first; at most `limit`.
    pub async fn standing_history(
        &self,
        scope: &Scope,
        (school, pack): (SchoolId, &str),
        clause: &str,
        limit: u32,
    ) -> Result<Vec<Interval>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let values = vec![reached.id(), text(pack), text(clause), i64::from(limit).into()];
        self.all("standing", OF_CLAUSE, values).await?.iter().map(from_row).collect()
    }

    /// What the last evaluation left for the pages; `None` when there was none or the school is not reached.
    pub async fn outcome<O: DeserializeOwned>(
        &self,
        scope: &Scope,
        school: SchoolId,
        pack: &str,
    ) -> Result<Option<O>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(None) };
        let row = self.one("evaluation", OUTCOME, vec![reached.id(), text(pack)]).await?;
        row.map(|row| row.json("outcome")).transpose()
    }

    /// When each pack of a school was last evaluated, and how long that holds.
    pub async fn last_runs(&self, scope: &Scope, school: SchoolId) -> Result<Vec<LastRun>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("evaluation", EVALUATIONS, vec![reached.id()]).await?;
        rows.iter()
            .map(|row| {
                Ok(LastRun {
                    pack: Name::from(row.text("pack")?),
                    hash: row.text("hash")?,
                    at: row.at("at")?,
                    valid_until: row.maybe_at("valid_until")?,
                })
            })
            .collect()
    }

    pub(crate) async fn current_standings(&self, school: SchoolId, pack: &str) -> Result<Vec<Interval>, Error> {
        self.all("standing", NOW, vec![id(school.0), text(pack)]).await?.iter().map(from_row).collect()
    }
}

fn from_row(row: &Row) -> Result<Interval, Error> {
    Ok(Interval {
        clause: Name::from(row.text("clause")?),
        from: row.at("from_at")?,
        to: row.maybe_at("to_at")?,
        standing: row.word("standing")?,
        known_by: row.maybe_word("known_by")?,
        counts: row.json("counts")?,
        cause: row.word("cause")?,
    })
}
