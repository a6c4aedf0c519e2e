//! Typed addresses. No page writes an address by hand.

use std::fmt::Write;

/// The list of schools.
pub fn home() -> String {
    "/".to_owned()
}

/// A school: leads to its first policy.
pub fn school(school: &str) -> String {
    format!("/school/{school}")
}

/// The overview of a policy.
pub fn policy(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}")
}

/// A section of a policy; `status` keeps only statements of that standing.
pub fn section(school: &str, pack: &str, section: &str, status: Option<&str>) -> String {
    let query = status.map_or_else(String::new, |status| format!("?status={status}"));
    format!("/school/{school}/policy/{pack}/section/{section}{query}")
}

/// A statement. Its id may hold `/`.
pub fn statement(school: &str, pack: &str, clause: &str) -> String {
    format!("/school/{school}/policy/{pack}/statement/{}", escape(clause))
}

/// The list of problems.
pub fn to_fix(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/to-fix")
}

/// The list of problems as CSV.
pub fn to_fix_export(school: &str, pack: &str) -> String {
    format!("/school/{school}/policy/{pack}/to-fix.csv")
}

/// One cause.
pub fn cause(school: &str, pack: &str, control: &str) -> String {
    format!("/school/{school}/policy/{pack}/cause/{control}")
}

/// A query string from names and values; empty values are left out.
pub fn query(parts: &[(&str, &str)]) -> String {
    let filled: Vec<String> = parts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", escape(value).replace('/', "%2F")))
        .collect();
    if filled.is_empty() { String::new() } else { format!("?{}", filled.join("&")) }
}

/// Percent-encodes everything but unreserved characters and `/`.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
