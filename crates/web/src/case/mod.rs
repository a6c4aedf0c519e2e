//! Incidents: reporting one, the list, the page of one with its steps, and how many there were.

mod file;
mod list;
mod number;
mod page;
mod report;
mod step;
mod unnamed;

pub use file::{download, small};
pub use list::{export, list};
pub use number::{numbers, numbers_export};
pub use page::{page, write};
pub use report::{REPORT_ON, begin, choose, home, send};
pub use step::{CASE_STEP, form as step_form, take as take_step};
pub use unnamed::{begin as tell_form, home as tell_home, look as tell_look, send as tell};

use crate::frame::Status;
use schoolkeeper_app::case::Stand;

/// The tag of an incident.
fn status(stand: Stand) -> Status {
    match stand {
        Stand::Open => Status { colour: "blue", mark: "…", text: "Open" },
        Stand::Late => Status { colour: "red", mark: "✕", text: "Late" },
        Stand::Closed => Status { colour: "grey", mark: "–", text: "Closed" },
    }
}
