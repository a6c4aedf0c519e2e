//! Stories about a log, its folder, its receipts and whoever tampers with them.
#![expect(clippy::unwrap_used, reason = "tests")]

mod exported;
mod log;
mod proofs;
mod tamper;
