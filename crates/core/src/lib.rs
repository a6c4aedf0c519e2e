//! Pure types and decisions shared by every room of the house.
//!
//! Invariant: nothing here reads a clock, a file, the network or global randomness;
//! `now` is always an argument. A change here is a change of the language of the house.

pub mod act;
pub mod actor;
pub mod attachment;
pub mod calendar;
pub mod clause;
pub mod control;
pub mod diagnostic;
pub mod id;
pub mod keep;
pub mod listing;
pub mod mail;
pub mod naming;
pub mod own_field;
pub mod pack;
pub mod permission;
pub mod phrase;
pub mod role;
pub mod schema;
pub mod setting;
pub mod standing;
pub mod value;
pub mod world;
