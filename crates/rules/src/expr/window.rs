//! How long an answer holds by itself.
//!
//! Invariant: asking at any instant inside a window gives the same answer (a property test says so).

use super::seen::Seen;
use jiff::Timestamp;

/// Instants between which time alone cannot change a result: `from` inclusive, `until` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Not before; `None` = always.
    pub from: Option<Timestamp>,
    /// Not from; `None` = for ever.
    pub until: Option<Timestamp>,
}

impl Window {
    /// Both must hold.
    pub fn and(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), until: [self.until, other.until].into_iter().flatten().min() }
    }

    /// Whether an instant lies inside.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// A window in microseconds, while an expression runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Narrow {
    pub from: i64,
    pub until: i64,
}

impl Narrow {
    /// All instants.
    pub const ALWAYS: Self = Self { from: i64::MIN, until: i64::MAX };

    /// Not before this.
    pub fn from(&mut self, at: i64) {
        self.from = self.from.max(at);
    }

    /// Not from this on.
    pub fn until(&mut self, at: i64) {
        self.until = self.until.min(at);
    }

    /// As instants.
    pub fn window(self) -> Window {
        Window {
            from: (self.from != i64::MIN).then(|| instant(self.from)),
            until: (self.until != i64::MAX).then(|| instant(self.until)),
        }
    }
}

/// An instant from microseconds; the ends of time beyond them.
pub(super) fn instant(micros: i64) -> Timestamp {
    let beyond = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(micros).unwrap_or(beyond)
}

/// Which side of zero a difference that moves with time is on, and the ticks in which it stays so that `test`
/// gives the same: `[from, until)` relative to now, `None` = for ever.
pub(super) fn stays(difference: i64, slope: i64, test: impl Fn(i64) -> bool) -> (bool, Option<i64>, Option<i64>) {
    let answer = test(difference.signum());
    if slope == 0 {
        return (answer, None, None);
    }
    if slope.abs() > 1 {
        return (answer, Some(0), Some(1));
    }
    let turn = difference.saturating_neg().saturating_mul(slope);
    let sides = [-slope, 0, slope].map(|side| test(side) == answer);
    match turn.signum() {
        1 if sides[1] && sides[2] => (answer, None, None),
        1 if sides[1] => (answer, None, Some(turn.saturating_add(1))),
        1 => (answer, None, Some(turn)),
        0 => (answer, (!sides[0]).then_some(0), (!sides[2]).then_some(1)),
        _ if sides[1] && sides[0] => (answer, None, None),
        _ if sides[1] => (answer, Some(turn), None),
        _ => (answer, Some(turn.saturating_add(1)), None),
    }
}

/// Whether a value moves with time.
pub(super) fn moves(value: Seen<'_>) -> bool {
    matches!(value, Seen::Date(_, slope) | Seen::Instant(_, slope) | Seen::Elapsed(_, slope) if slope != 0)
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod window_tests;
