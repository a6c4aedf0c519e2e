//! What people read of registers.

use super::number;
use crate::{shipped, words};

#[test]
fn every_register_stands_under_exactly_one_subject() {
    let mut listed: Vec<&str> = words::subjects().iter().flat_map(|one| &one.registers).map(String::as_str).collect();
    let schemas = shipped::registers(None).unwrap();
    let mut all: Vec<&str> = schemas.all().iter().map(|register| &*register.id).collect();
    listed.sort_unstable();
    all.sort_unstable();
    assert_eq!(listed, all);
}

#[test]
fn numbers_have_commas_between_thousands() {
    assert_eq!([0, 999, 1240, 1_000_000].map(number), ["0", "999", "1,240", "1,000,000"]);
}
