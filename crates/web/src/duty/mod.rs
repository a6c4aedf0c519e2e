//! Tasks of a school: the list, the year, and the page of one.

mod form;
mod gap;
mod list;
mod notice;
mod page;
mod report;
mod tally;
mod year;

pub use gap::say as tally_say;
pub use list::{export, list};
pub use notice::{notice, read_notice, readers};
pub use page::{complete, countersign, page, skip, undo};
pub use report::{report, report_csv};
pub use tally::{card as tally_card, dailies, tally, tick};
pub use year::year;

use crate::frame::Status;
use schoolkeeper_app::duty::{Task, Waits};

/// The tag of a task.
pub(crate) fn status(task: &Task) -> Status {
    let (colour, mark, text) = match (task.waits, task.late) {
        (Waits::Nothing, _) => ("green", "●", "Done"),
        (_, true) => ("red", "✕", "Late"),
        (Waits::Countersigning, false) => ("blue", "…", "Waiting for a signature"),
        (Waits::Records, false) => ("purple", "?", "Not known yet"),
        (Waits::Doing, false) => ("yellow", "◐", "Due"),
    };
    Status { colour, mark, text }
}
