//! What expressions mean, how long their answers hold, and what their messages say.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod functions;
mod messages;
mod reads;
mod reference;
mod shipped;
mod since;
mod soup;
mod truths;
mod windows;
