//! A made-up trust with a year behind it.
//!
//! Invariant: everything comes in through the product's own imports and acts, by the people who would do it, under the
//! sandbox's clock; the same seed and instant give the same records and standings.

mod cell;
mod deed;
mod list;
mod place;
mod policy;
mod story;
mod year;

pub use place::{SCHOOLS_MAX, TRUST};
pub use story::{MONTHS_MAX, Plan, Told};

#[cfg(test)]
mod trust_tests;
