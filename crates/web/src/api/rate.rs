//! How much a program, or an address without an account, may ask: so many at once, and so many a second after that.
//!
//! Invariant: what is remembered is bounded and nowhere but in memory, and whoever waits as long as they were told is let in.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// How much may be asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// What for: each is counted by itself.
    of: &'static str,
    /// Requests at once.
    at_once: f64,
    /// Requests a second after them.
    a_second: f64,
}

/// A program that shows a token.
pub(crate) const PROGRAM: Pace = Pace { of: "program", at_once: 600.0, a_second: 10.0 };
/// A calendar program: each time everything of somebody is looked at.
pub(crate) const CALENDAR: Pace = Pace { of: "calendar", at_once: 20.0, a_second: 1.0 / 60.0 };
/// Whoever reads what anybody may read.
pub(crate) const READER: Pace = Pace { of: "reader", at_once: 120.0, a_second: 2.0 };
/// Whoever reports without an account, or looks what became of it: no more than a person writes.
pub(crate) const REPORTER: Pace = Pace { of: "reporter", at_once: 10.0, a_second: 1.0 / 60.0 };
/// Most tokens and addresses that are remembered.
const KNOWN_MAX: usize = 10_000;

static KNOWN: LazyLock<Mutex<HashMap<(&'static str, Uuid), Bucket>>> = LazyLock::new(Mutex::default);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    fn full(pace: Pace, at: Instant) -> Self {
        Self { left: pace.at_once, at }
    }

    /// Takes one out, or says how long to wait.
    fn take(&mut self, pace: Pace, now: Instant) -> Result<(), Duration> {
        self.left = (self.left + now.duration_since(self.at).as_secs_f64() * pace.a_second).min(pace.at_once);
        self.at = now;
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.left) / pace.a_second))
    }
}

/// Counts a request of a token or person; how long it has to wait when there were too many.
pub(crate) fn take(whose: Uuid, pace: Pace) -> Result<(), Duration> {
    let now = Instant::now();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= KNOWN_MAX {
        known.retain(|_, bucket| now.duration_since(bucket.at) < Duration::from_mins(2));
    }
    if known.len() >= KNOWN_MAX {
        known.clear();
    }
    known.entry((pace.of, whose)).or_insert_with(|| Bucket::full(pace, now)).take(pace, now)
}

/// Counts a request from an address; of the newer ones those of one connection are one. The answer when there were too
/// many.
pub(crate) fn take_from(address: IpAddr, pace: Pace) -> Option<Response> {
    let whose = match address.to_canonical() {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address) >> 64 << 64,
    };
    let wait = take(Uuid::from_u128(whose), pace).err()?;
    let after = (wait.as_secs() + 1).to_string();
    let says = "Too many requests came from where you are. Wait a minute, then try again.";
    Some((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, after)], says).into_response())
}

#[cfg(test)]
mod tests {
    use super::{Bucket, PROGRAM};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn a_program_that_waits_as_long_as_it_was_told_is_let_in() {
        let mut now = Instant::now();
        let mut bucket = Bucket::full(PROGRAM, now);
        for _ in 0..PROGRAM.at_once as usize {
            assert_eq!(bucket.take(PROGRAM, now), Ok(()));
        }
        let wait = bucket.take(PROGRAM, now).unwrap_err();
        assert!(wait <= Duration::from_secs_f64(1.0 / PROGRAM.a_second), "{wait:?}");
        now += wait + Duration::from_millis(1);
        assert_eq!(bucket.take(PROGRAM, now), Ok(()));
        assert!(bucket.take(PROGRAM, now).is_err());
        now += Duration::from_hours(1);
        assert_eq!((0..10_000).filter(|_| bucket.take(PROGRAM, now).is_ok()).count(), PROGRAM.at_once as usize);
    }
}
