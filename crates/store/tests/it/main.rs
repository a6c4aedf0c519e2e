//! Stories of the store, each told on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "tests")]

mod attachment;
mod by_hand;
mod contention;
mod dump;
mod entry;
mod folder;
mod house;
mod import;
mod isolation;
mod job;
mod keep;
mod kill;
mod lease;
mod ledger;
mod listing;
mod login;
mod mail;
mod object;
mod policy;
mod school;
mod scope;
mod standing;
mod tamper;
mod token;
