//! Addresses of what is sent: asking, what was sent.

use schoolkeeper_core::id::EntryId;

/// May I send this?
pub fn send(school: &str) -> String {
    format!("/school/{school}/send")
}

/// What was sent.
pub fn sent(school: &str) -> String {
    format!("/school/{school}/sent")
}

/// The same as CSV.
pub fn sent_export(school: &str) -> String {
    format!("/school/{school}/sent.csv")
}

/// One thing that was sent.
pub fn sent_item(school: &str, dispatch: EntryId) -> String {
    format!("/school/{school}/sent/{dispatch}")
}
