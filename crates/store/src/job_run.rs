//! What each attempt at a job did: the history behind the queue.

use crate::error::Error;
use crate::job::{Ending, sees_work};
use crate::sql::{Row, at, id, maybe_id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::OrganisationId;
use std::collections::BTreeMap;
use uuid::Uuid;

statements! {
    LIST = "SELECT id, job, kind, organisation, attempt, started_at, ended_at, ending, counts, why FROM job_run \
        WHERE (started_at, id) < ($1, $2) AND ($3 OR organisation IS NULL OR organisation = $4) \
        AND ($5 = '' OR kind = $5) AND ($6 OR coalesce(ending, '') <> 'done' OR counts <> '{}') \
        ORDER BY started_at DESC, id DESC LIMIT $7";
    FORGET_IDLE = "DELETE FROM job_run WHERE ending = 'done' AND counts = '{}' AND started_at < $1";
}

/// One attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: Uuid,
    /// The job.
    pub job: Uuid,
    /// Name of its handler.
    pub kind: String,
    /// Whose.
    pub organisation: Option<OrganisationId>,
    /// The how manieth.
    pub attempt: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs.
    pub ended_at: Option<Timestamp>,
    /// How.
    pub ending: Option<Ending>,
    /// What it did, counted.
    pub counts: BTreeMap<String, i64>,
    /// Why it did not end well.
    pub why: Option<String>,
}

/// Which runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunsPage<'a> {
    /// Of one kind.
    pub kind: Option<&'a str>,
    /// Without those that went well and had nothing to do.
    pub without_idle: bool,
    /// Older than this one.
    pub before: Option<(Timestamp, Uuid)>,
    /// At most.
    pub limit: u32,
}

impl Read {
    /// Runs a scope reaches, the latest first; none for a scope that reaches only one's own things.
    pub async fn job_runs(&self, scope: &Scope, page: &RunsPage<'_>) -> Result<Vec<Run>, Error> {
        if !sees_work(scope) {
            return Ok(Vec::new());
        }
        let (before, before_id) = page.before.unwrap_or((Timestamp::MAX, Uuid::max()));
        let values = vec![
            at(before),
            id(before_id),
            scope.organisation().is_none().into(),
            maybe_id(scope.organisation().map(|id| id.0)),
            text(page.kind.unwrap_or_default()),
            (!page.without_idle).into(),
            i64::from(page.limit).into(),
        ];
        self.all("job_run", LIST, values).await?.iter().map(from_row).collect()
    }
}

impl Write {
    /// Removes the runs that began before, went well and had nothing to do; how many. The system's only.
    pub async fn forget_idle_runs(&mut self, scope: &Scope, before: Timestamp) -> Result<u64, Error> {
        if scope.organisation().is_some() {
            return Ok(0);
        }
        self.run(FORGET_IDLE, vec![at(before)]).await
    }
}

fn from_row(row: &Row) -> Result<Run, Error> {
    Ok(Run {
        id: row.id("id")?,
        job: row.id("job")?,
        kind: row.text("kind")?,
        organisation: row.maybe_id("organisation")?.map(OrganisationId),
        attempt: row.int("attempt")?,
        started_at: row.at("started_at")?,
        ended_at: row.maybe_at("ended_at")?,
        ending: row.maybe_word("ending")?,
        counts: row.json("counts")?,
        why: row.maybe_text("why")?,
    })
}
