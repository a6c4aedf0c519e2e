//! Stories of the store, each told on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "tests")]

mod entry;
mod house;
mod school;
