//! Faults to survive. Short versions run in every `./test`; the long ones are ignored there and run by
//! `./test --faults`, which prints their figures.

mod clock;
mod full;
mod load;
mod memory;
mod restart;
mod storm;

use crate::binary::Place;

/// Every record is in its place, none is missing and none was changed.
pub fn ledger_is_whole(place: &Place) -> String {
    let ran = place.run(&["ledger", "verify"], &[]);
    if ran.err.contains("unrecognized subcommand") {
        return "the ledger was not verified: this program has none".to_owned();
    }
    ran.good().out.lines().last().unwrap_or_default().to_owned()
}

/// Instants spread over a span without a pattern, the same at every run.
pub struct Spread(u64);

impl Spread {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next one, between 0 and 1.
    pub fn next(&mut self) -> f64 {
        // Weyl's sequence: evenly spread, never in step with anything.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The value below which so many percent of them lie.
pub fn percentile(times: &mut [std::time::Duration], percent: usize) -> std::time::Duration {
    times.sort_unstable();
    times.get(times.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
}

/// A list of devices that nobody else has brought in.
pub fn devices(round: u32, rows: u32) -> String {
    use std::fmt::Write;
    let mut out = "Device name,Serial number,Encrypted\n".to_owned();
    for at in 0..rows {
        writeln!(out, "MU-{round}-{at},S{round}-{at},no").unwrap();
    }
    out
}
