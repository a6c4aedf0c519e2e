//! The heart of a working process: it says that it lives, and watches whether the others do.
//!
//! Invariant: the only clock is the watcher's own beats. A lease is taken over when it has stood still while the
//! watcher itself beat [`STILL`] times, each a pause apart. A clock that jumps moves nothing, and a database that
//! answers nobody lets nobody die. A holder that could not beat for a beat less than that stops by itself.

use crate::{Error, House};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::Write;
use schoolkeeper_store::lease::Lease;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Beats of mine over which another's may stand still.
pub(crate) const STILL: u32 = 4;
/// The lease by which a process says that it works: `work/ID`.
const WORK: &str = "work/";

/// What a process holds, and until when it may believe so.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// The process as others know it.
    pub(crate) holder: Uuid,
    names: BTreeSet<String>,
    until: Instant,
}

impl Held {
    /// Whether a lease is held; never longer than the others wait.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.names.contains(name) && Instant::now() < self.until
    }

    /// Whether the process may claim jobs.
    pub(crate) fn works(&self) -> bool {
        self.holds(&work_name(self.holder))
    }
}

/// The memory between two beats.
#[derive(Debug)]
pub(crate) struct Heart {
    holder: Uuid,
    beats: u32,
    /// Lease → how it was last seen, and at which of my beats it first looked so.
    seen: BTreeMap<String, (Lease, u32)>,
    pause: Duration,
}

impl Heart {
    /// Of a process that beats once in so long.
    pub(crate) fn new(pause: Duration) -> Self {
        Self { holder: House::new_id(), beats: 0, seen: BTreeMap::new(), pause }
    }

    /// Holds nothing yet.
    pub(crate) fn still(&self) -> Held {
        Held { holder: self.holder, names: BTreeSet::new(), until: Instant::now() }
    }

    /// Says that I live; takes the named leases that nobody holds or whose holder stands still; buries the dead.
    pub(crate) async fn beat(&mut self, house: &House, names: &[&str]) -> Result<Held, Error> {
        let began = Instant::now();
        let (scope, now) = (Scope::system("work"), house.now());
        let mut write = house.write().await?;
        let mut mine: BTreeSet<String> = write.beat(&scope, self.holder, now).await?.into_iter().collect();
        if self.beats > 0 && !mine.contains(&work_name(self.holder)) {
            tracing::warn!("this process stood still for so long that others took over its work");
            write.leave_leases(&scope, self.holder).await?;
            (self.holder, mine) = (House::new_id(), BTreeSet::new());
        }
        let work = work_name(self.holder);
        let known = write.leases(&scope).await?;
        for name in names.iter().copied().chain([work.as_str()]) {
            let free = known.iter().all(|lease| lease.name != name);
            if free && write.take_lease(&scope, name, self.holder, now).await? {
                mine.insert(name.to_owned());
            }
        }
        let still = self.stood_still(known);
        for lease in &still {
            if names.contains(&lease.name.as_str()) && write.take_over_lease(&scope, lease, self.holder, now).await? {
                mine.insert(lease.name.clone());
            }
            self.bury(&mut write, &scope, lease).await?;
        }
        write.commit().await?;
        Ok(Held { holder: self.holder, names: mine, until: began + self.pause * (STILL - 1) })
    }

    async fn bury(&self, write: &mut Write, scope: &Scope, lease: &Lease) -> Result<(), Error> {
        if lease.name.starts_with(WORK) && write.bury_lease(scope, lease).await? {
            tracing::warn!("a process that worked is gone; its jobs are taken over");
        }
        Ok(())
    }

    /// The leases of others that have not moved over so many beats of mine.
    fn stood_still(&mut self, known: Vec<Lease>) -> Vec<Lease> {
        self.beats = self.beats.saturating_add(1);
        let before = std::mem::take(&mut self.seen);
        let mut still = Vec::new();
        for lease in known.into_iter().filter(|lease| lease.holder != self.holder) {
            let same = |(seen, _): &&(Lease, u32)| (seen.holder, seen.beat) == (lease.holder, lease.beat);
            let since = before.get(&lease.name).filter(same).map_or(self.beats, |(_, since)| *since);
            if self.beats - since >= STILL {
                still.push(lease.clone());
            }
            self.seen.insert(lease.name.clone(), (lease, since));
        }
        still
    }
}

/// The lease by which a process says that it works.
pub(crate) fn work_name(holder: Uuid) -> String {
    format!("{WORK}{holder}")
}

#[cfg(test)]
#[path = "beat_tests.rs"]
mod tests;
