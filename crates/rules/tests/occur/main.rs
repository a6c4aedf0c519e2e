//! Duties and jobs of small policies in made-up schools, cell by cell of the table of standings.
#![expect(clippy::unwrap_used, reason = "tests")]

mod act;
mod duty;
mod event;
mod job;
mod occurrence;
mod property;
mod sample;
mod school;
mod specification;
