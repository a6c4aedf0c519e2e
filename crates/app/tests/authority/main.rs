//! Who may do what: actors from appointments, acts before the policies in force, probes, lists that are brought in.
#![expect(clippy::unwrap_used, reason = "tests")]

mod act;
mod actor;
mod class;
mod house;
mod import;
mod invite;
mod new_year;
mod office;
mod organisation;
mod probe;
mod role;
mod sight;
mod task;
