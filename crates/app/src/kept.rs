//! What was read for one page and may serve the next: held while nothing has changed, and let go when nobody asks.
//!
//! Invariant: a value is handed out only for the reading it was made from, and `let_go` leaves none that nobody has
//! asked for since it was last called.

use crate::{Error, House};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// What nobody has asked for in this time is read again when somebody does.
const QUIET: Duration = Duration::from_mins(1);

/// What the reading was made from besides the records, which `generation` stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At<A> {
    /// The store's generation.
    pub generation: i64,
    /// Everything else that must be the same.
    pub also: A,
}

/// Values by key, each with what it was read at.
#[derive(Debug)]
pub(crate) struct Kept<K, A, V> {
    held: Mutex<BTreeMap<K, Held<A, V>>>,
    /// Most that is held at once.
    most: usize,
}

#[derive(Debug)]
struct Held<A, V> {
    at: At<A>,
    value: Arc<V>,
    size: usize,
    asked: bool,
}

impl<K: Ord, A: PartialEq, V> Kept<K, A, V> {
    /// Nothing yet; never more than `most`, in the sizes said when a value is kept.
    pub(crate) fn up_to(most: usize) -> Self {
        Self { held: Mutex::default(), most }
    }

    /// The value that was read at the same moment.
    pub(crate) fn get(&self, key: &K, at: &At<A>) -> Option<Arc<V>> {
        let mut held = self.held();
        let found = held.get_mut(key).filter(|held| held.at == *at)?;
        found.asked = true;
        Some(found.value.clone())
    }

    /// Holds a value of a size for the next who asks. What was read before the last change goes; when there is too much,
    /// all of it does.
    pub(crate) fn keep(&self, key: K, at: At<A>, (value, size): (&Arc<V>, usize)) {
        if size > self.most {
            return;
        }
        let mut held = self.held();
        held.retain(|known, other| *known != key && other.at.generation == at.generation);
        let others: usize = held.values().map(|other| other.size).sum();
        if others + size > self.most {
            held.clear();
        }
        held.insert(key, Held { at, value: value.clone(), size, asked: true });
    }

    /// Lets go of what nobody has asked for since the last time.
    pub(crate) fn let_go(&self) {
        self.held().retain(|_, held| std::mem::take(&mut held.asked));
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<K, Held<A, V>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl House {
    /// Lets go of what was read for pages nobody looks at any more, again and again: a server that waits is small.
    pub async fn let_go(self: Arc<Self>) {
        let mut ticks = interval(QUIET);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.looks.let_go();
            self.standpoints.let_go();
            self.published.let_go();
            self.own.let_go();
            if let Err(error) = self.store.let_go().await.map_err(Error::from) {
                tracing::warn!(error = error.chain(), "memory of the database could not be given back");
            }
        }
    }
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
