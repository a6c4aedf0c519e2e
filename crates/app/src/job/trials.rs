//! Handlers that only tests know: each goes wrong in its own way.

use super::{Failure, Handler, count};
use std::time::Duration;

pub(super) const TRIALS: &[Handler] = &[
    Handler {
        kind: "trial-counts",
        attempts_max: 1,
        run: |_, document| {
            Box::pin(async move {
                count("things", 2);
                count("things", document["more"].as_u64().unwrap_or_default() as usize);
                Ok(())
            })
        },
    },
    Handler {
        kind: "trial-retries",
        attempts_max: 3,
        run: |_, _| Box::pin(async { Err(Failure::Retry("The other side is away.".to_owned())) }),
    },
    Handler {
        kind: "trial-fails",
        attempts_max: 3,
        run: |_, _| Box::pin(async { Err(Failure::Fail("There is no such thing.".to_owned())) }),
    },
    Handler { kind: "trial-panics", attempts_max: 2, run: |_, _| Box::pin(async { panic!("on purpose") }) },
    Handler { kind: "trial-hangs", attempts_max: 2, run: |_, _| Box::pin(std::future::pending()) },
    Handler {
        kind: "trial-waits",
        attempts_max: 2,
        run: |_, document| {
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(document["ms"].as_u64().unwrap_or_default())).await;
                Ok(())
            })
        },
    },
];
