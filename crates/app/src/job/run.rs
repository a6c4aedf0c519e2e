//! One attempt at a job: it is caught when it breaks, stopped when it takes too long, and ends in words.

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
const LONG: &[(&str, Duration)] = &[
    (super::check::KIND, Duration::from_hours(6)),
    ("backup", Duration::from_hours(6)),
    ("self-backup", Duration::from_hours(6)),
    ("keep", Duration::from_hours(6)),
    ("keep-finish", Duration::from_hours(6)),
    #[cfg(test)]
    ("trial-hangs", Duration::from_millis(50)),
];
/// First pause after a failed attempt; it doubles up to the longest.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(1);

impl House {
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

    /// Runs a claimed job to its end.
    pub(crate) async fn attempt(&self, job: &Job) -> Ended {
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
            Ok(Err(_)) => (Ending::Panicked, Some("The program broke inside it; the log says where.".to_owned())),
            Err(_) => (Ending::TimedOut, Some(format!("It was stopped after {} minutes.", limit.as_secs() / 60))),
        };
        self.figures.ran(&job.kind, ending);
        let now = self.now();
        let ms = now.duration_since(began).as_millis();
        if ending == Ending::Done {
            tracing::info!(kind = job.kind, ms, "a job is done");
        } else {
            tracing::warn!(kind = job.kind, ?ending, attempt = job.attempts, ms, "a job did not go well");
        }
        ended(job, ending, why, counts, now)
    }

    async fn run_handler(&self, job: &Job) -> Result<(), Failure> {
        if let Some(handler) = handler(&job.kind) {
            return (handler.run)(self, &job.document).await;
        }
        match SCHEDULE.iter().find(|line| line.name == job.kind) {
            Some(line) => (line.run)(self).await,
            None => Err(Failure::Retry("This program does not know the kind.".to_owned())),
        }
    }

    /// Writes how an attempt ended.
    pub(crate) async fn end(&self, job: &Job, ended: &Ended) -> Result<(), Error> {
        let mut write = self.write().await?;
        let held = write.end_job(&Scope::system("work"), job, ended).await?;
        write.commit().await?;
        if !held {
            tracing::warn!(kind = job.kind, "a job ended after it had been taken over");
        }
        Ok(())
    }
}

fn handlers() -> impl Iterator<Item = &'static Handler> {
    #[cfg(test)]
    let trials = super::trials::TRIALS;
    #[cfg(not(test))]
    let trials: &[Handler] = &[];
    HANDLERS.iter().chain(trials)
}

fn handler(kind: &str) -> Option<&'static Handler> {
    handlers().find(|handler| handler.kind == kind)
}

/// Every kind this program knows, as the store asks for them: `,one,two,`.
pub(crate) fn kinds() -> String {
    let names = handlers().map(|handler| handler.kind).chain(SCHEDULE.iter().map(|line| line.name));
    names.fold(",".to_owned(), |all, name| all + name + ",")
}

/// The end of an attempt that says nothing itself: its process is gone, or was asked to stop.
pub(crate) fn lost(job: &Job, ending: Ending, now: Timestamp) -> Ended {
    let why = (ending == Ending::Lost).then(|| "The process that ran it ended.".to_owned());
    ended(job, ending, why, Counts::new(), now)
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
