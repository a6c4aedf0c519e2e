//! Problems to fix, grouped by cause; one cause with everything it concerns; export.

mod cause;
pub mod give;
mod list;
pub mod why;

pub use cause::cause;
pub use list::{export, list};

use crate::frame::Status;
use crate::urls;
use schoolkeeper_app::view::cause::Cause;
use schoolkeeper_app::{Standpoint, dates};
use serde::{Deserialize, Deserializer};

/// Longest part of a query that is looked at, in characters.
const ASKED_MAX: usize = 200;

/// A part of the query as it may stand on the page again: bounded, without control characters.
pub(crate) fn asked<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(String::deserialize(from)?.chars().filter(|c| !c.is_control()).take(ASKED_MAX).collect())
}

/// A cause as a line of a list.
pub struct CauseLine {
    /// Where it is opened.
    pub href: String,
    /// In words.
    pub title: String,
    /// Statement, owner, date.
    pub meta: String,
    /// Its tag.
    pub status: Status,
    /// A few of the problems in it.
    pub examples: Vec<String>,
}

impl CauseLine {
    /// From a cause.
    pub fn of(at: &Standpoint, cause: &Cause) -> Self {
        Self {
            href: urls::cause(&at.school.slug, at.pack_id(), &cause.control),
            title: cause.title.clone(),
            meta: meta(at, cause),
            status: Status::of(cause.standing).unwrap_or(Status { colour: "grey", mark: "–", text: "" }),
            examples: Vec::new(),
        }
    }
}

/// `IT technician · since 9 November 2026 · by 18 December 2026 · statement 9.3`
pub fn meta(at: &Standpoint, cause: &Cause) -> String {
    let mut parts = Vec::new();
    if !cause.owner.is_empty() {
        parts.push(cause.owner.clone());
    }
    parts.push(format!("since {}", dates::long(at.calendar.day(cause.since))));
    if let Some(due) = cause.due_at {
        parts.push(format!("by {}", dates::long(at.calendar.day(due))));
    }
    let ids: Vec<&str> = cause.clauses.iter().map(|id| &**id).collect();
    parts.extend(cause.looked_at.clone());
    parts.push(format!("statement{} {}", if ids.len() == 1 { "" } else { "s" }, ids.join(", ")));
    parts.join(" · ")
}
