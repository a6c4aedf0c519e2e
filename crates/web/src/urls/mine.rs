//! Addresses of what is somebody's, of the school's year, and of what somebody leaves.

use schoolkeeper_core::id::EntryId;

/// The feed of these dates.
pub fn feed() -> String {
    "/mine/calendar".to_owned()
}

/// The feed itself.
pub fn feed_at(token: &str) -> String {
    format!("/feed/{token}")
}

/// The same as dates.
pub fn mine_calendar() -> String {
    "/mine.ics".to_owned()
}

/// Who leaves a school.
pub fn handover(school: &str) -> String {
    format!("/school/{school}/handover")
}

/// Handing on everything of several who leave.
pub fn handover_all(school: &str) -> String {
    format!("/school/{school}/handover/all")
}

/// What somebody leaves.
pub fn handover_of(school: &str, person: EntryId) -> String {
    format!("/school/{school}/handover/{person}")
}

/// The same as CSV.
pub fn handover_export(school: &str, person: EntryId) -> String {
    format!("/school/{school}/handover/{person}/list.csv")
}

/// Preparing the new school year.
pub fn new_year(school: &str) -> String {
    format!("/school/{school}/new-year")
}

/// Tasks of every day.
pub fn dailies(school: &str) -> String {
    format!("/school/{school}/tally")
}

/// A month of one of them.
pub fn tally(school: &str, (pack, control): (&str, &str)) -> String {
    format!("/school/{school}/tally/{pack}/{control}")
}

/// What happened on days nobody ticked.
pub fn tally_days(school: &str, which: (&str, &str)) -> String {
    format!("{}/days", tally(school, which))
}

/// The card for the place where it is ticked.
pub fn tally_card(school: &str, which: (&str, &str)) -> String {
    format!("{}/card", tally(school, which))
}

/// A notice that went out with a task.
pub fn task_notice(school: &str, task: EntryId) -> String {
    format!("/school/{school}/notice/{task}")
}

/// The problems of a school: leads to those of its first policy.
pub fn to_fix_of(school: &str) -> String {
    format!("/school/{school}/to-fix")
}
