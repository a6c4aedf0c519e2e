//! Addresses of permissions: asking, deciding, what was given.

use super::query;
use schoolkeeper_core::id::EntryId;

/// Everything one may ask for at a school.
pub fn ask(school: &str) -> String {
    format!("/school/{school}/ask")
}

/// The form of one permission.
pub fn ask_for(school: &str, pack: &str, control: &str) -> String {
    format!("/school/{school}/ask/{pack}/{control}")
}

/// The same about one record.
pub fn ask_about(school: &str, (pack, control): (&str, &str), entry: Option<EntryId>) -> String {
    let about = entry.map_or_else(String::new, |entry| format!("?about={entry}"));
    format!("{}{about}", ask_for(school, pack, control))
}

/// The same for more of a permission that was given.
pub fn ask_again(school: &str, pack: &str, control: &str, grant: EntryId) -> String {
    ask_for(school, pack, control) + &query(&[("again", &grant.to_string())])
}

/// One request.
pub fn request(school: &str, request: EntryId) -> String {
    format!("/school/{school}/request/{request}")
}

/// A file of a request: `FILE`, `FILE/small`.
pub fn request_file(school: &str, request: EntryId, file: &str) -> String {
    format!("/school/{school}/request/{request}/file/{file}")
}

/// Every request of a school.
pub fn requests(school: &str) -> String {
    format!("/school/{school}/requests")
}

/// The same as CSV.
pub fn requests_export(school: &str) -> String {
    format!("/school/{school}/requests.csv")
}

/// One permission.
pub fn grant(school: &str, grant: EntryId) -> String {
    format!("/school/{school}/grant/{grant}")
}

/// Every permission of a school.
pub fn grants(school: &str) -> String {
    format!("/school/{school}/grants")
}

/// The same as CSV.
pub fn grants_export(school: &str) -> String {
    format!("/school/{school}/grants.csv")
}
