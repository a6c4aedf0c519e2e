//! Work that is done later or by the clock: what a job is, who runs it, and what its run leaves behind.
//!
//! Invariant: every attempt ends in a row that says how. A handler that fails says whether to try again; one that
//! breaks, hangs or dies with its process is counted as a failed attempt, and nothing is dropped without a word.

mod beat;
mod check;
mod handlers;
mod run;
pub mod schedule;
#[cfg(test)]
pub(crate) mod tests;
mod tick;
#[cfg(test)]
mod trials;
pub mod view;
mod work;

pub use handlers::HANDLERS;
pub use schedule::{Line, ROLES, Role, SCHEDULE, When};
pub use work::Pace;

use crate::{Error, House};
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Who does the jobs of one kind.
#[derive(Clone, Copy)]
pub struct Handler {
    /// The kind: kebab-case, stored, so it stays registered for a release after its last push.
    pub kind: &'static str,
    /// After so many failed attempts the job is dead.
    pub attempts_max: u32,
    /// Does one. It may be run again after its process died in it, so twice must give the same as once.
    pub run: for<'a> fn(&'a House, &'a Value) -> BoxFuture<'a, Result<(), Failure>>,
}

/// Why a job was not done, in words without names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may work later.
    Retry(String),
    /// Trying again would not help.
    Fail(String),
}

impl From<Error> for Failure {
    /// What the database or a service could not do may work later; what was refused will be refused again.
    fn from(error: Error) -> Self {
        let text = error.chain();
        match error {
            Error::Store(_) | Error::Folder(_) => Self::Retry(text),
            _ => Self::Fail(text),
        }
    }
}

impl From<schoolkeeper_store::Error> for Failure {
    fn from(error: schoolkeeper_store::Error) -> Self {
        Error::from(error).into()
    }
}

/// What a run did, counted: `erased` → 12.
pub(crate) type Counts = BTreeMap<&'static str, i64>;

tokio::task_local! {
    static COUNTS: RefCell<Counts>;
}

/// Adds to what the running job did; shown in its history. Nothing done is nothing said, and so outside a job.
pub fn count(what: &'static str, number: usize) {
    if number == 0 {
        return;
    }
    let add = |counts: &RefCell<Counts>| *counts.borrow_mut().entry(what).or_default() += number as i64;
    let _ = COUNTS.try_with(add);
}
