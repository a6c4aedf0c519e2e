//! Makes jobs of the lines of the schedule whose time has come.
//!
//! Invariant: a line's mark and its job are written together; however many times were missed, one job catches up.

use super::run::lost;
use super::{Failure, Line, SCHEDULE, When, count};
use crate::{Error, House};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_store::NewJob;
use schoolkeeper_store::job::Ending;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How long a run that had nothing to do is known; of the others the rules for keeping records speak.
const IDLE_KNOWN: SignedDuration = SignedDuration::from_hours(24);

impl House {
    /// Pushes what is due, and puts back what a process that is gone was doing.
    pub(crate) async fn tick(&self, holder: Uuid) -> Result<(), Error> {
        let (scope, now, zone) = (Scope::system("schedule"), self.now(), zone());
        let read = self.read().await?;
        let (known, orphans) = (read.schedule(&scope).await?, read.orphaned_jobs(&scope).await?);
        drop(read);
        let due: Vec<&Line> = SCHEDULE.iter().filter(|line| is_due(line, &known, now, &zone)).collect();
        if due.is_empty() && orphans.is_empty() {
            return Ok(());
        }
        let mut write = self.write().await?;
        if !write.holds_lease(&scope, "schedule", holder, now).await? {
            return Ok(());
        }
        for job in &orphans {
            write.end_job(&scope, job, &lost(job, Ending::Lost, now)).await?;
        }
        for line in due {
            write.set_schedule(&scope, line.name, now).await?;
            // A daily line of a new installation waits for its first night.
            if known.contains_key(line.name) || matches!(line.when, When::Every(_)) {
                write.push(&scope, &job_of(line, now)).await?;
            }
        }
        Ok(write.commit().await?)
    }

    /// Keeps the history of runs bounded.
    pub(crate) async fn forget_runs(&self) -> Result<(), Failure> {
        let now = self.now();
        let mut write = self.write().await?;
        let gone = write.forget_idle_runs(&Scope::system("forget-runs"), now - IDLE_KNOWN).await?;
        write.commit().await?;
        count("forgotten", usize::try_from(gone).unwrap_or(usize::MAX));
        Ok(())
    }
}

/// The zone of every school there is: the United Kingdom has one.
pub(crate) fn zone() -> TimeZone {
    Calendar::new(Division::default(), Vec::new()).zone().clone()
}

fn job_of(line: &Line, now: Timestamp) -> NewJob {
    let document = serde_json::json!({});
    NewJob { kind: line.name, key: Some(line.name.to_owned()), document, run_at: now, organisation: None }
}

fn is_due(line: &Line, known: &BTreeMap<String, Timestamp>, now: Timestamp, zone: &TimeZone) -> bool {
    known.get(line.name).is_none_or(|last| line.when.next(*last, now, zone) <= now)
}

impl When {
    /// The next instant after `last`. A `last` that lies further ahead than a whole period was written by a clock
    /// that has been put right since, and counts for nothing.
    pub(crate) fn next(self, last: Timestamp, now: Timestamp, zone: &TimeZone) -> Timestamp {
        if last > now.saturating_add(self.period()).unwrap_or(Timestamp::MAX) {
            return now;
        }
        match self {
            Self::Every(span) => last.saturating_add(span).unwrap_or(Timestamp::MAX),
            Self::Daily(time) => {
                let last = last.to_zoned(zone.clone());
                let at = |day: jiff::civil::Date| day.to_datetime(time).to_zoned(zone.clone());
                let today = at(last.date()).ok().filter(|today| *today > last);
                let next = today.or_else(|| at(last.date().checked_add(1.day()).ok()?).ok());
                next.map_or(Timestamp::MAX, |next| next.timestamp())
            }
        }
    }

    fn period(self) -> SignedDuration {
        match self {
            Self::Every(span) => span,
            Self::Daily(_) => SignedDuration::from_hours(25),
        }
    }
}

#[cfg(test)]
#[path = "tick_tests.rs"]
mod tests;
