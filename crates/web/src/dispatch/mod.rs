//! Sending something out: may I, and how; and what was sent.

mod send;
mod sent;

pub use send::{begin, send};
pub use sent::{arrived, export, list, page};

use schoolkeeper_app::dispatch::Sending;

/// The act of its pages.
const ACT: &str = "dispatch.log";
/// Their places in the table of routes.
pub const SEND: &str = "/school/{school}/send";
pub const SENT: &str = "/school/{school}/sent";

/// The reasons against it, as sentences.
fn reasons(sending: &Sending) -> Vec<String> {
    match sending {
        Sending::Refused(why) => why.iter().map(|why| crate::form::refusal(why)).collect(),
        _ => Vec::new(),
    }
}
