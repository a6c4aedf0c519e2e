//! A process that works: it beats, does what is held under a lease, claims jobs and runs several at once.
//!
//! Invariant: one claimer a process. When it is asked to stop it claims nothing more, lets what runs come to its end
//! for a while, and hands the rest back untouched.

use super::beat::{Heart, Held, work_name};
use super::run::lost;
use super::{ROLES, Role};
use crate::{Error, House};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::job::{Ending, Job};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;

/// Jobs a process runs at once.
const AT_ONCE: usize = 4;
/// Jobs one call of `work_once` does at most: a job that pushes itself would go on for ever.
const ROUND_MAX: usize = 10_000;

/// How often a working process does what.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// It says that it lives.
    pub beat: Duration,
    /// It looks for jobs.
    pub look: Duration,
    /// Asked to stop, it waits for what runs.
    pub grace: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { beat: Duration::from_secs(3), look: Duration::from_secs(1), grace: Duration::from_secs(5) }
    }
}

impl House {
    /// Works until `stop` ends. Several processes may, over one database.
    pub async fn work(self: Arc<Self>, pace: Pace, stop: impl Future<Output = ()> + Send) {
        let heart = Heart::new(pace.beat);
        let (tell, held) = watch::channel(heart.still());
        let mut around = JoinSet::new();
        around.spawn(beat(self.clone(), heart, pace.beat, tell));
        for role in ROLES {
            around.spawn(act(self.clone(), role, held.clone()));
        }
        let mut worker =
            Worker { house: self.clone(), held: held.clone(), tasks: JoinSet::new(), jobs: BTreeMap::new() };
        worker.until(pace.look, stop).await;
        worker.finish(pace.grace).await;
        around.shutdown().await;
        let holder = held.borrow().holder;
        if let Err(error) = self.leave(holder).await {
            tracing::error!(error = error.chain(), "the leases could not be handed back; others wait for them");
        }
    }

    /// Does everything that is due now, one after the other, and says how much that was. For tests and operators.
    pub async fn work_once(&self) -> Result<usize, Error> {
        let holder = Self::new_id();
        let scope = Scope::system("work");
        let mut write = self.write().await?;
        for name in ROLES.iter().map(|role| role.name).chain([work_name(holder).as_str()]) {
            write.take_lease(&scope, name, holder, self.now()).await?;
        }
        write.commit().await?;
        let done = self.round(holder).await;
        self.leave(holder).await?;
        done
    }

    async fn round(&self, holder: Uuid) -> Result<usize, Error> {
        for role in ROLES {
            (role.run)(self, holder).await?;
        }
        for done in 0..ROUND_MAX {
            let Some(job) = self.claim(holder).await? else { return Ok(done) };
            let ended = self.attempt(&job).await;
            self.end(&job, &ended).await?;
        }
        Ok(ROUND_MAX)
    }

    pub(crate) async fn leave(&self, holder: Uuid) -> Result<(), Error> {
        let mut write = self.write().await?;
        write.leave_leases(&Scope::system("work"), holder).await?;
        Ok(write.commit().await?)
    }
}

/// Beats until it is stopped.
async fn beat(house: Arc<House>, mut heart: Heart, pause: Duration, tell: watch::Sender<Held>) {
    let names: Vec<&str> = ROLES.iter().map(|role| role.name).collect();
    let mut ticks = interval(pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match heart.beat(&house, &names).await {
            Ok(held) => drop(tell.send(held)),
            Err(error) => tracing::error!(error = error.chain(), "the process could not say that it works"),
        }
    }
}

/// One look at what is held. Two at once may each wait for the other: a beat that waits to write lets no second in.
fn asked(held: &watch::Receiver<Held>, what: impl Fn(&Held) -> bool) -> (bool, Uuid) {
    let held = held.borrow();
    (what(&held), held.holder)
}

/// Does what is held under one lease, while it is held.
async fn act(house: Arc<House>, role: &'static Role, held: watch::Receiver<Held>) {
    let mut ticks = interval(role.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let (holds, holder) = asked(&held, |held| held.holds(role.name));
        if holds && let Err(error) = (role.run)(&house, holder).await {
            tracing::error!(role = role.name, error = error.chain(), "this could not be done; it is tried again");
            sleep(Duration::from_secs(1)).await;
        }
    }
}

/// The one claimer of a process, and what it runs.
struct Worker {
    house: Arc<House>,
    held: watch::Receiver<Held>,
    tasks: JoinSet<Uuid>,
    jobs: BTreeMap<Uuid, Job>,
}

impl Worker {
    async fn until(&mut self, look: Duration, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut ticks = interval(look);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut stop => return,
                _ = ticks.tick() => {}
                Some(ended) = self.tasks.join_next() => self.forget(ended.ok()),
                changed = self.held.changed() => if changed.is_err() { return },
            }
            if let Err(error) = self.claim().await {
                tracing::error!(error = error.chain(), "no job could be claimed");
                sleep(look).await;
            }
        }
    }

    async fn claim(&mut self) -> Result<(), Error> {
        let (works, holder) = asked(&self.held, Held::works);
        if self.jobs.values().any(|job| job.holder != Some(holder)) {
            // Others have taken them over.
            self.tasks.abort_all();
            self.jobs.clear();
        }
        while works && self.tasks.len() < AT_ONCE {
            let Some(job) = self.house.claim(holder).await? else { return Ok(()) };
            self.jobs.insert(job.id, job.clone());
            self.tasks.spawn(run(self.house.clone(), job));
        }
        Ok(())
    }

    fn forget(&mut self, ended: Option<Uuid>) {
        if let Some(id) = ended {
            self.jobs.remove(&id);
        }
    }

    /// Waits for what runs; what is not done then goes back to the queue.
    async fn finish(mut self, grace: Duration) {
        let wait = async {
            while let Some(ended) = self.tasks.join_next().await {
                self.jobs.remove(&ended.unwrap_or_default());
            }
        };
        if timeout(grace, wait).await.is_ok() {
            return;
        }
        self.tasks.shutdown().await;
        for job in self.jobs.values() {
            let ended = lost(job, Ending::Released, self.house.now());
            if let Err(error) = self.house.end(job, &ended).await {
                tracing::error!(kind = job.kind, error = error.chain(), "a job could not be handed back");
            }
        }
    }
}

/// Runs a job; while its end cannot be written it is not over.
async fn run(house: Arc<House>, job: Job) -> Uuid {
    let ended = house.attempt(&job).await;
    let mut pause = Duration::from_millis(200);
    while let Err(error) = house.end(&job, &ended).await {
        tracing::error!(kind = job.kind, error = error.chain(), "the end of a job could not be written; trying again");
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(10));
    }
    job.id
}

#[cfg(test)]
#[path = "work_tests.rs"]
mod tests;
