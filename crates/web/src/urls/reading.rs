//! Addresses of the policy as it is read and changed.

use super::{escape, query};

/// Reading the policy: contents and search.
pub fn read(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/read")
}

/// The whole policy on one page.
pub fn read_whole(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/read/whole")
}

/// One chapter of it.
pub fn read_chapter(school: &str, pack: &str, section: &str) -> String {
    format!("/school/{school}/policy/{pack}/read/chapter/{section}")
}

/// Words, laws and documents of a policy.
pub fn glossary(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/glossary")
}

/// What a policy asks, by role.
pub fn asks(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/asks")
}

/// What it asks of one role.
pub fn asks_of(school: &str, pack: &str, role: &str) -> String {
    format!("/school/{school}/policy/{pack}/asks/{}", escape(role))
}

/// The policy as one web page to take away.
pub fn policy_file(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/policy.html")
}

/// Its statements as CSV.
pub fn statements_file(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/statements.csv")
}

/// The numbers of a policy.
pub fn numbers(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/numbers")
}

/// What would change.
pub fn change(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/change")
}

/// What would change with another number.
pub fn change_number(school: &str, pack: &str, number: &str) -> String {
    format!("{}{}", change(school, pack), query(&[("add", number)]))
}

/// The policy beside another one.
pub fn compare(school: &str, pack: &str, with: &str) -> String {
    format!("/school/{school}/policy/{pack}/compare{}", query(&[("with", with)]))
}

/// A page of one part of what differs.
pub fn compared(school: &str, pack: &str, (with, show, page): (&str, &str, usize)) -> String {
    let page = page.to_string();
    format!("/school/{school}/policy/{pack}/compare{}", query(&[("with", with), ("show", show), ("page", &page)]))
}

/// What two policies of a school cannot both have.
pub fn conflicts(school: &str) -> String {
    format!("/school/{school}/conflicts")
}
