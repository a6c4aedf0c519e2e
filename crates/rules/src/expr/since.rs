//! Since when a test has given its answer without a break.

use super::{Expression, Scene, Truth};
use jiff::{SignedDuration, Timestamp};

/// Most windows walked back through; an answer older than that is said to be as old as the walk got.
const STEPS: usize = 256;

impl Expression {
    /// First instant, to the second, from which the test has given `truth` without a break until `scene.at`,
    /// over values with `held_since` up to that instant (specification §3). Never before the subject was known.
    pub fn since(&self, scene: &Scene<'_>, truth: Truth) -> Timestamp {
        let world = scene.ctx.world;
        let known =
            scene.subject.and_then(|(register, row)| world.table(register).rows.get(row)).map(|entry| entry.since);
        let floor = known.unwrap_or(Timestamp::MIN);
        let mut since = scene.at;
        let mut asked = scene.clone();
        for _ in 0..STEPS {
            let tested = self.test(&asked);
            if tested.truth != truth {
                break;
            }
            match tested.window.from {
                Some(from) if from > floor => since = from,
                _ => {
                    since = floor.max(Timestamp::UNIX_EPOCH);
                    break;
                }
            }
            match since.checked_sub(SignedDuration::from_micros(1)) {
                Ok(before) => asked.at = before,
                Err(_) => break,
            }
        }
        Timestamp::from_second(since.as_second()).unwrap_or(since)
    }
}
