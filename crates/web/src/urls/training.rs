//! Addresses of training: who lacks what, courses, trials, taking a course.

use jiff::civil::Date;
use schoolkeeper_core::id::EntryId;

/// Everybody against every course.
pub fn training(school: &str) -> String {
    format!("/school/{school}/training")
}

/// The same as CSV.
pub fn training_export(school: &str) -> String {
    format!("/school/{school}/training.csv")
}

/// Reminding people.
pub fn chase_training(school: &str) -> String {
    format!("/school/{school}/training/chase")
}

/// One person's training.
pub fn training_of(school: &str, person: EntryId) -> String {
    format!("/school/{school}/training/person/{person}")
}

/// Every course.
pub fn courses(school: &str) -> String {
    format!("/school/{school}/training/courses")
}

/// Filling in a course: a new one, one that policies ask for by name, or one on the list.
pub fn course_form(school: &str, course: Option<EntryId>, name: &str) -> String {
    let course = course.map_or_else(String::new, |course| course.to_string());
    format!("/school/{school}/training/course{}", super::query(&[("course", &course), ("name", name)]))
}

/// Every trial with false messages.
pub fn trials(school: &str) -> String {
    format!("/school/{school}/training/trials")
}

/// Who did what in one.
pub fn trial(school: &str, day: Date) -> String {
    format!("/school/{school}/training/trial/{day}")
}

/// Looking at a certificate.
pub fn training_certificate(school: &str, certificate: EntryId) -> String {
    format!("/school/{school}/training/certificate/{certificate}")
}

/// One's own training.
pub fn my_training(school: &str) -> String {
    format!("/school/{school}/my-training")
}

/// Taking a course.
pub fn learn(school: &str, course: EntryId) -> String {
    format!("/school/{school}/learn/{course}")
}
