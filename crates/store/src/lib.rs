//! The only crate with SQL: SQLite and PostgreSQL through one code path.
//!
//! Invariant: after [`Store::open`] and [`Store::migrate`] nothing is read or written without a
//! [`schoolkeeper_core::actor::Scope`], and every change is its rows and its pending ledger records in one
//! transaction. A thing that is hidden and a thing that is not there give the same answer.

mod cause;
mod engine;
mod error;
mod generation;
mod hand;
mod migrate;
mod place;
mod reach;
mod reconcile;
mod save;
mod schema;
mod sequence;
mod sql;
mod transaction;
mod undo;

pub mod appointment;
pub mod backup;
pub mod blob;
pub mod bulk;
pub mod calendar;
pub mod census;
pub mod document;
pub mod dump;
pub mod emergency;
pub mod entry;
pub mod erase;
pub mod finding;
pub mod fold;
pub mod folder;
pub mod history;
pub mod hold;
pub mod import;
pub mod job;
pub mod job_run;
pub mod keep;
pub mod keep_clean;
pub mod keep_log;
pub mod key;
pub mod lease;
pub mod ledger;
pub mod link;
pub mod list_view;
pub mod listed;
pub mod listing;
pub mod log;
pub mod login;
pub mod mail;
pub mod mail_setup;
pub mod mapping;
pub mod named;
pub mod object;
pub mod organisation;
pub mod pack;
pub mod param;
pub mod probe;
pub mod repair;
pub mod report;
pub mod role;
pub mod said;
pub mod schedule;
pub mod school;
pub mod session;
pub mod standing;
pub mod throttle;
pub mod word;

pub use cause::Cause;
pub use engine::Store;
pub use entry::StoredEntry;
pub use error::{Error, failures};
pub use hand::ByHand;
pub use job::NewJob;
pub use organisation::Organisation;
pub use place::Place;
pub use reconcile::{Changes, Evaluation};
pub use save::{EntryChange, NewEntry};
pub use schema::Schema;
pub use school::School;
pub use sequence::{Sequenced, Sequencer};
pub use transaction::{Read, Write};
pub use undo::Undone;
pub use word::WholeEntry;
