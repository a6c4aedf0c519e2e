//! How much a program may ask: so many at once, and so many a second after that.
//!
//! Invariant: what is remembered is bounded, and a program that waits as long as it was told is let in.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// Requests at once.
const BURST: f64 = 600.0;
/// Requests a second after them.
const A_SECOND: f64 = 10.0;
/// Most tokens that are remembered.
const KNOWN_MAX: usize = 10_000;

static KNOWN: LazyLock<Mutex<HashMap<Uuid, Bucket>>> = LazyLock::new(Mutex::default);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    fn full(at: Instant) -> Self {
        Self { left: BURST, at }
    }

    /// Takes one out, or says how long to wait.
    fn take(&mut self, now: Instant) -> Result<(), Duration> {
        self.left = (self.left + now.duration_since(self.at).as_secs_f64() * A_SECOND).min(BURST);
        self.at = now;
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.left) / A_SECOND))
    }
}

/// Counts a request of a token; how long it has to wait when there were too many.
pub(super) fn take(token: Uuid) -> Result<(), Duration> {
    let now = Instant::now();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= KNOWN_MAX {
        known.retain(|_, bucket| now.duration_since(bucket.at) < Duration::from_mins(2));
    }
    known.entry(token).or_insert_with(|| Bucket::full(now)).take(now)
}

#[cfg(test)]
mod tests {
    use super::{A_SECOND, BURST, Bucket};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn a_program_that_waits_as_long_as_it_was_told_is_let_in() {
        let mut now = Instant::now();
        let mut bucket = Bucket::full(now);
        for _ in 0..BURST as usize {
            assert_eq!(bucket.take(now), Ok(()));
        }
        let wait = bucket.take(now).unwrap_err();
        assert!(wait <= Duration::from_secs_f64(1.0 / A_SECOND), "{wait:?}");
        now += wait + Duration::from_millis(1);
        assert_eq!(bucket.take(now), Ok(()));
        assert!(bucket.take(now).is_err());
        now += Duration::from_hours(1);
        assert_eq!((0..10_000).filter(|_| bucket.take(now).is_ok()).count(), BURST as usize);
    }
}
