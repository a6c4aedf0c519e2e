//! Addresses of what is sent: asking, what was sent.

use super::query;
use schoolkeeper_core::id::EntryId;

/// May I send this?
pub fn send(school: &str) -> String {
    format!("/school/{school}/send")
}

/// What was sent.
pub fn sent(school: &str) -> String {
    format!("/school/{school}/sent")
}

/// One page of it.
pub fn sent_page(school: &str, page: usize) -> String {
    sent(school) + &query(&[("page", &page.to_string())])
}

/// One thing that was sent.
pub fn sent_item(school: &str, dispatch: EntryId) -> String {
    format!("/school/{school}/sent/{dispatch}")
}
