//! Addresses of incidents: reporting, the list, one of them, its steps, numbers.

use schoolkeeper_core::id::EntryId;

/// Everything one may report at a school.
pub fn report(school: &str) -> String {
    format!("/school/{school}/report")
}

/// The form of one report.
pub fn report_on(school: &str, pack: &str, control: &str) -> String {
    format!("/school/{school}/report/{pack}/{control}")
}

/// Every incident of a school.
pub fn cases(school: &str) -> String {
    format!("/school/{school}/cases")
}

/// The same as CSV.
pub fn cases_export(school: &str) -> String {
    format!("/school/{school}/cases.csv")
}

/// Incidents in numbers.
pub fn case_numbers(school: &str) -> String {
    format!("/school/{school}/cases/numbers")
}

/// The same as CSV.
pub fn case_numbers_export(school: &str) -> String {
    format!("/school/{school}/cases/numbers.csv")
}

/// One incident.
pub fn case(school: &str, case: EntryId) -> String {
    format!("/school/{school}/case/{case}")
}

/// One of its steps.
pub fn case_step(school: &str, case: EntryId, step: &str) -> String {
    format!("/school/{school}/case/{case}/step/{step}")
}

/// A file of an incident: `FILE`, `FILE/small`.
pub fn case_file(school: &str, case: EntryId, file: &str) -> String {
    format!("/school/{school}/case/{case}/file/{file}")
}

/// What anybody may report without a name.
pub fn tell(school: &str) -> String {
    format!("/tell/{school}")
}

/// Where a receipt is looked at.
pub fn tell_look(school: &str) -> String {
    format!("/tell/{school}/look")
}

/// The form of one report without a name.
pub fn tell_on(school: &str, pack: &str, control: &str) -> String {
    format!("/tell/{school}/{pack}/{control}")
}
