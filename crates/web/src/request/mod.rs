//! Permissions people ask for: what may be asked, the form, one request, and the list of all.

mod ask;
mod file;
mod list;
mod page;

pub use ask::{ASK_FOR, ask, begin, home, send};
pub use file::{download, small};
pub use list::{export, list};
pub use page::{act, page};

use crate::frame::Status;
use schoolkeeper_app::request::Outcome;
use schoolkeeper_core::id::EntryId;

/// An id of an address.
pub(crate) fn entry_id(text: &str) -> Result<EntryId, crate::error::Error> {
    text.parse().map(EntryId).map_err(|_| crate::error::Error::Missing)
}

/// The tag of a request.
fn status(outcome: Outcome, late: bool) -> Status {
    match (outcome, late) {
        (Outcome::Waiting, true) => Status { colour: "red", mark: "✕", text: "Late" },
        (Outcome::Waiting, false) => Status { colour: "blue", mark: "…", text: "Waiting" },
        (Outcome::Granted, _) => Status { colour: "teal", mark: "●", text: "Granted" },
        (Outcome::Refused, _) => Status { colour: "orange", mark: "–", text: "Refused" },
        (Outcome::Withdrawn, _) => Status { colour: "grey", mark: "–", text: "Taken back" },
    }
}
