//! The queue: work pushed in the transaction of the change that wants it, claimed by one process at a time.
//!
//! Invariants: a job is run by the process that holds it and by nobody else; of one kind and key at most one waits
//! and at most one runs; what is done goes and its runs stay; what could not be done stays as *dead* until somebody
//! tries it again or gives it up. Documents hold ids and words, never names or free text.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{Row, at, id, json, maybe_id, maybe_text, name_of, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Schools, Scope};
use schoolkeeper_core::id::OrganisationId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

// A claimer names the kinds it knows as `,one,two,`: what it does not know waits for somebody who does. The outer
// condition is looked at again by PostgreSQL after waiting for another claimer of the same row.
statements! {
    PUSH = "INSERT INTO job (id, kind, key, organisation, document, stage, attempts, run_at) \
        VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6) \
        ON CONFLICT (kind, key) WHERE stage = 'waiting' AND key IS NOT NULL DO UPDATE SET run_at = excluded.run_at \
        WHERE job.attempts = 0 AND excluded.run_at < job.run_at";
    ANY_DUE = "SELECT id FROM job WHERE stage = 'waiting' AND run_at <= $1 AND $2 LIKE '%,' || kind || ',%' LIMIT 1";
    CLAIM = "UPDATE job SET stage = 'running', holder = $1, attempts = attempts + 1 WHERE stage = 'waiting' AND id = (\
        SELECT id FROM job AS one WHERE stage = 'waiting' AND run_at <= $2 AND $3 LIKE '%,' || kind || ',%' \
        AND EXISTS (SELECT name FROM lease WHERE lease.holder = $1) \
        AND NOT EXISTS (SELECT id FROM job AS other \
            WHERE other.stage = 'running' AND other.kind = one.kind AND other.key = one.key) \
        ORDER BY run_at, id LIMIT 1) RETURNING id, kind, key, organisation, document, stage, attempts, run_at, holder";
    AGAIN = "UPDATE job SET stage = 'waiting', holder = NULL, attempts = $3, run_at = $4 \
        WHERE id = $1 AND stage = 'running' AND holder = $2 AND NOT EXISTS (SELECT id FROM job AS other \
            WHERE other.stage = 'waiting' AND other.kind = job.kind AND other.key = job.key)";
    DEAD = "UPDATE job SET stage = 'dead', holder = NULL WHERE id = $1 AND stage = 'running' AND holder = $2";
    GONE = "DELETE FROM job WHERE id = $1 AND stage = 'running' AND holder = $2";
    FORGET_DEAD = "DELETE FROM job WHERE stage = 'dead' AND kind = $1 AND key = $2 AND id <> $3";
    RUN_STARTED = "INSERT INTO job_run (id, job, kind, organisation, attempt, started_at, counts) \
        VALUES ($1, $2, $3, $4, $5, $6, '{}')";
    RUN_ENDED = "UPDATE job_run SET ended_at = $2, ending = $3, counts = $4, why = $5 \
        WHERE job = $1 AND ended_at IS NULL";
    ORPHANS = "SELECT id, kind, key, organisation, document, stage, attempts, run_at, holder FROM job \
        WHERE stage = 'running' AND NOT EXISTS (SELECT name FROM lease WHERE lease.holder = job.holder) \
        ORDER BY id LIMIT 100";
    LIST = "SELECT id, kind, key, organisation, document, stage, attempts, run_at, holder FROM job \
        WHERE stage = $1 AND ($2 OR organisation IS NULL OR organisation = $3) ORDER BY run_at, id LIMIT $4";
    LENGTH = "SELECT stage, COUNT(*) AS number FROM job GROUP BY stage ORDER BY stage";
    RETRY = "UPDATE job SET stage = 'waiting', attempts = 0, run_at = $2 WHERE id = $1 AND stage = 'dead' \
        AND NOT EXISTS (SELECT id FROM job AS other \
            WHERE other.stage = 'waiting' AND other.kind = job.kind AND other.key = job.key)";
    WAITS = "SELECT id FROM job WHERE kind = $1 AND key = $2 AND stage <> 'dead' AND ($3 OR organisation = $4) LIMIT 1";
    GIVE_UP = "DELETE FROM job WHERE id = $1 AND stage = 'dead'";
    GET = "SELECT id, kind, key, organisation, document, stage, attempts, run_at, holder FROM job WHERE id = $1";
}

/// Longest reason that is kept of a run, in characters.
const WHY_MAX: usize = 500;

/// Work to be done later.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Name of its handler.
    pub kind: &'static str,
    /// While one of this kind and key waits, there is no second one.
    pub key: Option<String>,
    /// What the handler is given: ids and words only.
    pub document: Value,
    /// Not before.
    pub run_at: Timestamp,
    /// Whose; `None` for work of the whole installation.
    pub organisation: Option<OrganisationId>,
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It waits for its time, or for a process that knows its kind.
    Waiting,
    /// A process runs it.
    Running,
    /// Every attempt failed.
    Dead,
}

impl Stage {
    /// All.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Running, Self::Dead];
}

/// How one attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Well.
    Done,
    /// It asked to be tried again.
    Retried,
    /// It cannot be done.
    Failed,
    /// The program broke inside it.
    Panicked,
    /// It took longer than it may.
    TimedOut,
    /// Its process ended without a word.
    Lost,
    /// Its process was asked to stop; the attempt does not count.
    Released,
}

impl Ending {
    /// All.
    pub const ALL: [Self; 7] =
        [Self::Done, Self::Retried, Self::Failed, Self::Panicked, Self::TimedOut, Self::Lost, Self::Released];
}

/// A job as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// Name of its handler.
    pub kind: String,
    /// What makes it the same as another one.
    pub key: Option<String>,
    /// Whose.
    pub organisation: Option<OrganisationId>,
    /// What the handler is given.
    pub document: Value,
    /// Where it is.
    pub stage: Stage,
    /// Attempts begun.
    pub attempts: u32,
    /// Not before.
    pub run_at: Timestamp,
    /// The process that runs it.
    pub holder: Option<Uuid>,
}

/// Who claims what.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The process, as it holds its lease.
    pub holder: Uuid,
    /// A fresh id for the run.
    pub run: Uuid,
    /// The kinds it knows: `,one,two,`.
    pub kinds: &'a str,
    /// The instant.
    pub now: Timestamp,
}

/// What becomes of a job after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It is done.
    Gone,
    /// Another attempt at that instant, after so many that count.
    Again(Timestamp, u32),
    /// It stays until somebody decides.
    Dead,
}

/// An attempt that ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// How.
    pub ending: Ending,
    /// What follows.
    pub then: Then,
    /// What it did, counted.
    pub counts: BTreeMap<&'static str, i64>,
    /// Why it did not end well, in words without names.
    pub why: Option<String>,
    /// When.
    pub now: Timestamp,
}

impl Write {
    /// Pushes a job, with this change or not at all; one that waits already may only come earlier. `false` and nothing
    /// changed when the scope is bound to another organisation. Without an organisation it is the scope's.
    pub async fn push(&mut self, scope: &Scope, job: &NewJob) -> Result<bool, Error> {
        let organisation = job.organisation.or(scope.organisation());
        if scope.organisation().is_some_and(|own| Some(own) != organisation) {
            return Ok(false);
        }
        let values = vec![
            id(self.fresh_id()),
            text(job.kind),
            maybe_text(job.key.as_deref()),
            maybe_id(organisation.map(|id| id.0)),
            json(&job.document),
            at(job.run_at),
        ];
        self.run(PUSH, values).await?;
        Ok(true)
    }

    /// Takes the job that has waited longest, and writes that its run has begun; the system's only, and only for a
    /// process that holds a lease.
    pub async fn claim_job(&mut self, scope: &Scope, claim: Claim<'_>) -> Result<Option<Job>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        let values = vec![id(claim.holder), at(claim.now), text(claim.kinds)];
        let Some(row) = self.one("job", CLAIM, values).await? else { return Ok(None) };
        let job = from_row(&row)?;
        let values = vec![
            id(claim.run),
            id(job.id),
            text(&job.kind),
            maybe_id(job.organisation.map(|id| id.0)),
            i64::from(job.attempts).into(),
            at(claim.now),
        ];
        self.run(RUN_STARTED, values).await?;
        Ok(Some(job))
    }

    /// Writes how an attempt ended and what follows; `false` and nothing changed when the job is no longer held so.
    pub async fn end_job(&mut self, scope: &Scope, job: &Job, ended: &Ended) -> Result<bool, Error> {
        let Some(holder) = job.holder.filter(|_| scope.organisation().is_none()) else { return Ok(false) };
        let held = vec![id(job.id), id(holder)];
        let changed = match ended.then {
            Then::Gone => self.run(GONE, held).await?,
            Then::Dead => self.run(DEAD, held).await?,
            Then::Again(run_at, attempts) => {
                let values = [held.clone(), vec![i64::from(attempts).into(), at(run_at)]].concat();
                match self.run(AGAIN, values).await? {
                    // Another one of its kind and key waits already and will do the work.
                    0 => self.run(GONE, held).await?,
                    changed => changed,
                }
            }
        };
        if changed == 0 {
            return Ok(false);
        }
        if let (Some(key), Then::Gone | Then::Dead) = (&job.key, ended.then) {
            self.run(FORGET_DEAD, vec![text(&job.kind), text(key), id(job.id)]).await?;
        }
        let why = ended.why.as_ref().map(|why| why.chars().take(WHY_MAX).collect::<String>());
        let values =
            vec![id(job.id), at(ended.now), word(&ended.ending), json(&ended.counts), maybe_text(why.as_deref())];
        self.run(RUN_ENDED, values).await?;
        Ok(true)
    }

    /// Puts a dead job back into the queue; `None` and nothing changed when it is not there, not dead or not reached.
    pub async fn retry_job(&mut self, scope: &Scope, job: Uuid, now: Timestamp) -> Result<Option<Job>, Error> {
        let Some(dead) = self.dead_job(scope, job).await? else { return Ok(None) };
        if self.run(RETRY, vec![id(job), at(now)]).await? == 0 {
            // Another one of its kind and key waits already.
            self.run(GIVE_UP, vec![id(job)]).await?;
        }
        self.record_job(scope, &dead, "job-retried", now).await?;
        Ok(Some(dead))
    }

    /// Removes a dead job; its runs stay. `None` and nothing changed as above.
    pub async fn give_up_job(&mut self, scope: &Scope, job: Uuid, now: Timestamp) -> Result<Option<Job>, Error> {
        let Some(dead) = self.dead_job(scope, job).await? else { return Ok(None) };
        self.run(GIVE_UP, vec![id(job)]).await?;
        self.record_job(scope, &dead, "job-given-up", now).await?;
        Ok(Some(dead))
    }

    async fn dead_job(&self, scope: &Scope, job: Uuid) -> Result<Option<Job>, Error> {
        Ok(self.job(scope, job).await?.filter(|job| job.stage == Stage::Dead))
    }

    async fn record_job(&mut self, scope: &Scope, job: &Job, kind: &str, now: Timestamp) -> Result<(), Error> {
        let about = About { organisation: job.organisation.or(scope.organisation()), school: None, now };
        let details = [("job", Detail::Id(job.id)), ("job-kind", Detail::Word(job.kind.clone()))];
        self.record(scope, about, kind, &details).await
    }
}

impl Read {
    /// Jobs whose process is gone: it holds no lease any more. At most 100; the system's only.
    pub async fn orphaned_jobs(&self, scope: &Scope) -> Result<Vec<Job>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        self.all("job", ORPHANS, Vec::new()).await?.iter().map(from_row).collect()
    }

    /// Jobs of a stage that a scope reaches, the oldest first; none for a scope that reaches only one's own things.
    pub async fn jobs(&self, scope: &Scope, stage: Stage, limit: u32) -> Result<Vec<Job>, Error> {
        if !sees_work(scope) {
            return Ok(Vec::new());
        }
        let organisation = maybe_id(scope.organisation().map(|id| id.0));
        let values = vec![word(&stage), scope.organisation().is_none().into(), organisation, i64::from(limit).into()];
        self.all("job", LIST, values).await?.iter().map(from_row).collect()
    }

    /// Whether a job of this kind and key waits or runs; not for a scope that does not reach it.
    pub async fn job_waits(&self, scope: &Scope, kind: &str, key: &str) -> Result<bool, Error> {
        if !sees_work(scope) {
            return Ok(false);
        }
        let organisation = maybe_id(scope.organisation().map(|id| id.0));
        let values = vec![text(kind), text(key), scope.organisation().is_none().into(), organisation];
        Ok(self.one("job", WAITS, values).await?.is_some())
    }

    /// How many jobs are where; the system's only.
    pub async fn queue_length(&self, scope: &Scope) -> Result<Vec<(Stage, i64)>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        let rows = self.all("job", LENGTH, Vec::new()).await?;
        rows.iter().map(|row| Ok((row.word("stage")?, row.int("number")?))).collect()
    }

    /// Whether one of the kinds `,one,two,` is due; the system's only.
    pub async fn any_job_due(&self, scope: &Scope, kinds: &str, now: Timestamp) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.one("job", ANY_DUE, vec![at(now), text(kinds)]).await?.is_some())
    }

    /// One job; `None` when it is not there or not reached. Work of the whole installation is reached by everybody
    /// who may see jobs.
    pub async fn job(&self, scope: &Scope, job: Uuid) -> Result<Option<Job>, Error> {
        let found = self.one("job", GET, vec![id(job)]).await?.as_ref().map(from_row).transpose()?;
        Ok(found.filter(|job| reaches(scope, job.organisation)))
    }
}

/// The word an ending is stored and counted by.
pub fn ending_word(ending: Ending) -> String {
    name_of(&ending).unwrap_or_default()
}

/// The word a stage is stored and counted by.
pub fn stage_word(stage: Stage) -> String {
    name_of(&stage).unwrap_or_default()
}

/// Whether a scope reaches work of an organisation.
fn reaches(scope: &Scope, organisation: Option<OrganisationId>) -> bool {
    let within = scope.organisation().is_none_or(|own| organisation.is_none_or(|of| of == own));
    within && sees_work(scope)
}

/// Somebody who reaches only what is their own sees no work of the house.
pub(crate) fn sees_work(scope: &Scope) -> bool {
    !matches!(scope.schools(), Schools::Some(schools) if schools.is_empty())
}

fn from_row(row: &Row) -> Result<Job, Error> {
    Ok(Job {
        id: row.id("id")?,
        kind: row.text("kind")?,
        key: row.maybe_text("key")?,
        organisation: row.maybe_id("organisation")?.map(OrganisationId),
        document: row.json("document")?,
        stage: row.word("stage")?,
        attempts: u32::try_from(row.int("attempts")?).map_err(|_| row.corrupt("attempts"))?,
        run_at: row.at("run_at")?,
        holder: row.maybe_id("holder")?,
    })
}
