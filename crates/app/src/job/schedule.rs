//! What the clock starts, in one screen.

use super::Failure;
use crate::House;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use jiff::civil::Time;

/// When a line of the schedule runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Again so long after it last began.
    Every(SignedDuration),
    /// Each day at this time of the school's clock.
    Daily(Time),
}

/// One line of the schedule: a job that the clock pushes.
#[derive(Clone, Copy)]
pub struct Line {
    /// Its kind as a job; no handler may have the same.
    pub name: &'static str,
    /// What it does, as people read it.
    pub says: &'static str,
    /// When.
    pub when: When,
    /// Does it. Twice must give the same as once, and one run after three missed ones the same as three.
    pub run: for<'a> fn(&'a House) -> BoxFuture<'a, Result<(), Failure>>,
}

/// Everything that happens by itself.
pub const SCHEDULE: &[Line] = &[Line {
    name: "evaluate",
    says: "Works out again where each school stands, when records or time have moved",
    when: When::Every(SignedDuration::from_secs(10)),
    run: |house| Box::pin(async { Ok(house.evaluate_due().await?) }),
}];
