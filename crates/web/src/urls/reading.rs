//! Addresses of the policy as it is read and changed.

use super::{escape, query};
use schoolkeeper_core::id::EntryId;

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

/// The same as a notice for a wall.
pub fn chapter_notice(school: &str, pack: &str, section: &str) -> String {
    format!("{}/notice", read_chapter(school, pack, section))
}

/// Words, laws and documents of a policy.
pub fn glossary(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/glossary")
}

/// Questions about a policy and their answers.
pub fn questions(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/questions")
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

/// The policy as a PDF.
pub fn policy_pdf(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/policy.pdf")
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

/// A change that was sent for approval.
pub fn proposal(school: &str, proposal: EntryId) -> String {
    format!("/school/{school}/proposal/{proposal}")
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

/// Its life: review, approval, versions.
pub fn life(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/life")
}

/// Putting an approval on record.
pub fn approve(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/approve")
}

/// What changed from one version to another; without a second one to today.
pub fn changed(school: &str, pack: &str, (from, to): (&str, &str)) -> String {
    format!("/school/{school}/policy/{pack}/changed{}", query(&[("from", from), ("to", to)]))
}

/// A page of one part of it.
pub fn changed_part(school: &str, pack: &str, (from, to, show, page): (&str, &str, &str, usize)) -> String {
    let page = page.to_string();
    let asked = query(&[("from", from), ("to", to), ("show", show), ("page", &page)]);
    format!("/school/{school}/policy/{pack}/changed{asked}")
}

/// Switching the public page.
pub fn publish(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/publish")
}

/// The policy as anybody reads it.
pub fn published(school: &str, pack: &str) -> String {
    format!("/published/{school}/{pack}")
}

/// The same as a PDF.
pub fn published_pdf(school: &str, pack: &str) -> String {
    format!("/published/{school}/{pack}/policy.pdf")
}

/// What it asks of one role, as anybody reads it.
pub fn published_role(school: &str, pack: &str, role: &str) -> String {
    format!("/published/{school}/{pack}/role/{}", escape(role))
}

/// Policies a school writes itself.
pub fn editions(school: &str) -> String {
    format!("/school/{school}/editions")
}

/// Beginning one.
pub fn begin_edition(school: &str) -> String {
    format!("/school/{school}/editions/new")
}

/// One of them.
pub fn edition(school: &str, pack: &str) -> String {
    format!("/school/{school}/edition/{pack}")
}

/// One of its tables. The head has no name.
pub fn table(school: &str, pack: &str, (kind, name): (&str, &str)) -> String {
    let name = if name.is_empty() { "-".to_owned() } else { escape(name) };
    format!("/school/{school}/edition/{pack}/table/{kind}/{name}")
}

/// Adding one.
pub fn new_table(school: &str, pack: &str, kind: &str) -> String {
    format!("/school/{school}/edition/{pack}/add/{kind}")
}

/// One of its files as text.
pub fn edition_file(school: &str, pack: &str, path: &str) -> String {
    format!("/school/{school}/edition/{pack}/file/{path}")
}

/// What would change with it, seen from a policy that is in force.
pub fn look_at_edition(school: &str, here: &str, pack: &str) -> String {
    format!("{}{}", change(school, here), query(&[("with", &format!("edition:{pack}"))]))
}
