//! Use cases: what people do with Schoolkeeper, over the store and the pure engines.
//!
//! Invariant: every function that reads or writes records takes a `Scope`; `now` is an argument.

pub mod dates;
pub mod outcome;
pub mod view;
pub mod words;
