//! Addresses of agreements and of signing.

use schoolkeeper_core::id::EntryId;
use uuid::Uuid;

/// A question about what somebody has signed.
pub fn question(school: &str, (pack, control): (&str, &str)) -> String {
    format!("/school/{school}/question/{pack}/{control}")
}

/// Every agreement of a school.
pub fn agreements(school: &str) -> String {
    format!("/school/{school}/agreements")
}

/// Signing several anew.
pub fn sign_anew(school: &str) -> String {
    format!("/school/{school}/agreements/anew")
}

/// Who has signed one.
pub fn agreement(school: &str, (pack, control): (&str, &str)) -> String {
    format!("/school/{school}/agreement/{pack}/{control}")
}

/// One of its pages: `words`, `publish`, `compare`, `text`, `who.csv`, `chase`.
pub fn agreement_page(school: &str, which: (&str, &str), page: &str) -> String {
    format!("{}/{page}", agreement(school, which))
}

/// A scanned pile of its slips.
pub fn pile(school: &str, which: (&str, &str), pile: Uuid) -> String {
    agreement_page(school, which, &format!("pile/{pile}"))
}

/// Signing one, signed in.
pub fn sign(school: &str, (pack, control): (&str, &str), entry: Option<EntryId>) -> String {
    let about = entry.map_or_else(String::new, |entry| format!("?for={entry}"));
    format!("/school/{school}/sign/{pack}/{control}{about}")
}

/// What somebody signed.
pub fn signed(school: &str) -> String {
    format!("/school/{school}/signed")
}

/// The copy of a signature, or its receipt.
pub fn signature(school: &str, signature: EntryId, what: &str) -> String {
    format!("{}/{signature}/{what}", signed(school))
}

/// Putting a device into reception.
pub fn start_kiosk(school: &str) -> String {
    format!("/school/{school}/kiosk")
}

/// The device in reception.
pub fn kiosk() -> String {
    "/kiosk".to_owned()
}
