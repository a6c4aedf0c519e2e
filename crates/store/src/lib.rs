//! The only crate with SQL: SQLite and PostgreSQL through one code path.
//!
//! Invariant: after [`Store::open`] and [`Store::migrate`] nothing is read or written without a
//! [`schoolkeeper_core::actor::Scope`], and every change is its rows and its pending ledger records in one
//! transaction. A thing that is hidden and a thing that is not there give the same answer.

mod engine;
mod error;
mod generation;
mod hand;
mod migrate;
mod place;
mod reach;
mod save;
mod sql;
mod transaction;

pub mod document;
pub mod entry;
pub mod key;
pub mod ledger;
pub mod organisation;
pub mod school;

pub use engine::Store;
pub use error::Error;
pub use hand::ByHand;
pub use place::Place;
pub use save::{EntryChange, NewEntry};
pub use transaction::{Read, Write};
