//! One job from claim to end: its attempt is caught when it breaks and stopped when it takes too long.

use super::{COUNTS, Counts, Failure, HANDLERS, Handler, SCHEDULE};
use crate::{Error, House};
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::job::{Claim, Ended, Ending, Job, Then};
use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use uuid::Uuid;

/// Attempts of a line of the schedule; its next time comes anyway.
const SCHEDULED_ATTEMPTS_MAX: u32 = 3;
/// Longest run of a job that is not named in [`LONG`].
const TIME_MAX: Duration = Duration::from_mins(10);
/// Kinds that may take longer.
const LONG: &[(&str, Duration)] = &[];
/// First pause after a failed attempt; it doubles up to the longest.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(1);
/// Jobs one call of `work_once` does at most: a job that pushes itself would go on for ever.
const ROUND_MAX: usize = 10_000;

impl House {
    /// Does what is due now, one after the other, and says how much that was. For tests and the command line.
    pub async fn work_once(&self) -> Result<usize, Error> {
        let holder = Self::new_id();
        self.tick().await?;
        for done in 0..ROUND_MAX {
            let Some(job) = self.claim(holder).await? else { return Ok(done) };
            self.attempt(&job).await?;
        }
        Ok(ROUND_MAX)
    }

    /// The next job that is due, if any.
    pub(crate) async fn claim(&self, holder: Uuid) -> Result<Option<Job>, Error> {
        let (scope, kinds, now) = (Scope::system("work"), kinds(), self.now());
        if !self.read().await?.any_job_due(&scope, &kinds, now).await? {
            return Ok(None);
        }
        let mut write = self.write().await?;
        let claim = Claim { holder, run: Self::new_id(), kinds: &kinds, now };
        let job = write.claim_job(&scope, claim).await?;
        write.commit().await?;
        Ok(job)
    }

    /// Runs a claimed job and writes how it ended.
    pub(crate) async fn attempt(&self, job: &Job) -> Result<(), Error> {
        let began = self.now();
        let limit = LONG.iter().find(|(kind, _)| *kind == job.kind).map_or(TIME_MAX, |(_, limit)| *limit);
        let counted = COUNTS.scope(RefCell::default(), async {
            let run = AssertUnwindSafe(self.run_handler(job)).catch_unwind();
            let result = tokio::time::timeout(limit, run).await;
            (result, COUNTS.with(RefCell::take))
        });
        let (result, counts) = counted.await;
        let (ending, why) = match result {
            Ok(Ok(Ok(()))) => (Ending::Done, None),
            Ok(Ok(Err(Failure::Retry(why)))) => (Ending::Retried, Some(why)),
            Ok(Ok(Err(Failure::Fail(why)))) => (Ending::Failed, Some(why)),
            Ok(Err(_)) => (Ending::Panicked, Some("the program broke inside it".to_owned())),
            Err(_) => (Ending::TimedOut, Some(format!("it took longer than {} minutes", limit.as_secs() / 60))),
        };
        let now = self.now();
        tracing::info!(kind = job.kind, ?ending, ms = now.duration_since(began).as_millis(), "a job ran");
        self.end(job, ended(job, ending, why, counts, now)).await
    }

    async fn run_handler(&self, job: &Job) -> Result<(), Failure> {
        if let Some(handler) = handler(&job.kind) {
            return (handler.run)(self, &job.document).await;
        }
        match SCHEDULE.iter().find(|line| line.name == job.kind) {
            Some(line) => (line.run)(self).await,
            None => Err(Failure::Retry("this program does not know the kind".to_owned())),
        }
    }

    async fn end(&self, job: &Job, ended: Ended) -> Result<(), Error> {
        let mut write = self.write().await?;
        let held = write.end_job(&Scope::system("work"), job, &ended).await?;
        write.commit().await?;
        if !held {
            tracing::warn!(kind = job.kind, "a job ended after it had been taken over");
        }
        Ok(())
    }
}

fn handler(kind: &str) -> Option<&'static Handler> {
    HANDLERS.iter().find(|handler| handler.kind == kind)
}

/// Every kind this program knows, as the store asks for them.
fn kinds() -> String {
    let names = HANDLERS.iter().map(|handler| handler.kind).chain(SCHEDULE.iter().map(|line| line.name));
    names.fold(",".to_owned(), |all, name| all + name + ",")
}

fn ended(job: &Job, ending: Ending, why: Option<String>, counts: Counts, now: Timestamp) -> Ended {
    let attempts_max = handler(&job.kind).map_or(SCHEDULED_ATTEMPTS_MAX, |handler| handler.attempts_max);
    let then = match ending {
        Ending::Done => Then::Gone,
        Ending::Released => Then::Again(now, job.attempts.saturating_sub(1)),
        Ending::Failed => Then::Dead,
        _ if job.attempts >= attempts_max => Then::Dead,
        _ => Then::Again(now + pause(job.attempts), job.attempts),
    };
    Ended { ending, then, counts, why, now }
}

/// 10 s, 20 s, 40 s … at most an hour.
fn pause(attempts: u32) -> SignedDuration {
    let doubled = 2_i32.checked_pow(attempts.saturating_sub(1)).unwrap_or(i32::MAX);
    PAUSE.checked_mul(doubled).map_or(PAUSE_MAX, |pause| pause.min(PAUSE_MAX))
}
