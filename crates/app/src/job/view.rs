//! What the page *Automatic checks* shows, and what people may do there.

use super::run::kinds;
use super::tick::zone;
use super::{Line, SCHEDULE};
use crate::authority::Try;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_store::Read;
use schoolkeeper_store::job_run::RunsPage;
use uuid::Uuid;

pub use schoolkeeper_store::job::{Ending, Job, Stage};
pub use schoolkeeper_store::job_run::Run;

/// Jobs of a stage that are shown; the page says when there are more.
pub const SHOWN_MAX: u32 = 200;
/// Runs on one page of the history.
pub const RUNS: u32 = 25;
/// Runs of a kind that are looked through for those of one job.
const LOOKED_THROUGH: u32 = 200;

/// A line of the schedule with what it last did.
#[derive(Debug)]
pub struct Timed {
    /// The line's name.
    pub name: &'static str,
    /// What it does.
    pub says: &'static str,
    /// Its last run.
    pub last: Option<Run>,
    /// Its next time; `None` before it has been seen.
    pub next: Option<Timestamp>,
}

/// Everything on the page.
#[derive(Debug)]
pub struct Jobs {
    /// Some process works.
    pub works: bool,
    /// The schedule.
    pub schedule: Vec<Timed>,
    /// What runs now.
    pub running: Vec<Job>,
    /// What could not be done.
    pub dead: Vec<Job>,
    /// What waits for a program that knows it.
    pub unknown: Vec<Job>,
    /// The history, the latest first.
    pub runs: Vec<Run>,
    /// There are older ones.
    pub more: bool,
}

/// Which part of the history.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunsAsked {
    /// Also runs that had nothing to do.
    pub all: bool,
    /// Older than this one.
    pub before: Option<(Timestamp, Uuid)>,
}

impl House {
    /// The page *Automatic checks*.
    pub async fn jobs(&self, actor: &Actor, asked: &RunsAsked) -> Result<Jobs, Error> {
        let scope = Self::scope(actor, "job.see")?;
        let read = self.read().await?;
        let known = read.schedule(&scope).await?;
        let mut schedule = Vec::new();
        for line in SCHEDULE {
            let next = known.get(line.name).map(|last| line.when.next(*last, self.now(), &zone()));
            schedule.push(Timed { name: line.name, says: line.says, last: last(&read, &scope, line).await?, next });
        }
        let page =
            RunsPage { kind: None, without_idle: !asked.all, before: asked.before, limit: RUNS.saturating_add(1) };
        let mut runs = read.job_runs(&scope, &page).await?;
        let more = runs.len() > RUNS as usize;
        runs.truncate(RUNS as usize);
        let kinds = kinds();
        let mut waiting = read.jobs(&scope, Stage::Waiting, SHOWN_MAX).await?;
        waiting.retain(|job| !kinds.contains(&format!(",{},", job.kind)));
        Ok(Jobs {
            works: !read.leases(&Scope::system("jobs")).await?.is_empty(),
            schedule,
            running: read.jobs(&scope, Stage::Running, SHOWN_MAX).await?,
            dead: read.jobs(&scope, Stage::Dead, SHOWN_MAX).await?,
            unknown: waiting,
            runs,
            more,
        })
    }

    /// A job that could not be done, with its attempts, the latest first.
    pub async fn dead_job(&self, actor: &Actor, job: Uuid) -> Result<(Job, Vec<Run>), Error> {
        let scope = Self::scope(actor, "job.see")?;
        let read = self.read().await?;
        let job = read.job(&scope, job).await?.filter(|job| job.stage == Stage::Dead).ok_or(Error::Missing)?;
        let page = RunsPage { kind: Some(&job.kind), limit: LOOKED_THROUGH, ..RunsPage::default() };
        let runs = read.job_runs(&scope, &page).await?.into_iter().filter(|run| run.job == job.id).collect();
        Ok((job, runs))
    }

    /// Tries a dead job again; says its kind.
    pub async fn retry_job(&self, actor: &Actor, job: Uuid) -> Result<String, Error> {
        let scope = self.allow_throughout(actor, &Try::plain("job.retry")).await?;
        let mut write = self.write().await?;
        let job = write.retry_job(&scope, job, self.now()).await?.ok_or(Error::Missing)?;
        write.commit().await?;
        Ok(job.kind)
    }

    /// Gives a dead job up; says its kind.
    pub async fn give_up_job(&self, actor: &Actor, job: Uuid) -> Result<String, Error> {
        let scope = self.allow_throughout(actor, &Try::plain("job.retry")).await?;
        let mut write = self.write().await?;
        let job = write.give_up_job(&scope, job, self.now()).await?.ok_or(Error::Missing)?;
        write.commit().await?;
        Ok(job.kind)
    }
}

async fn last(read: &Read, scope: &Scope, line: &Line) -> Result<Option<Run>, Error> {
    let page = RunsPage { kind: Some(line.name), limit: 1, ..RunsPage::default() };
    Ok(read.job_runs(scope, &page).await?.into_iter().next())
}
