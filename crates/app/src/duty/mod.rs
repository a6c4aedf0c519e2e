//! Tasks: what the policies ask people to do, what waits for whom, and doing it.
//!
//! Invariant: a page of tasks and the standing are the same function of the records; nothing is stored about a task but
//! what people did.

mod act;
mod gap;
mod list;
mod notice;
mod one;
mod remind;
mod report;
mod tally;
mod year;

pub use act::{Came, TaskAct};
pub use gap::Said;
pub use list::{Task, TaskLists};
pub use notice::{MyReading, NoticeShown, ReaderLine};
pub use one::{DoneLine, TaskAt, TaskShown};
pub use report::{ReportPart, TaskReport};
pub use schoolkeeper_pack::report_words;
pub use schoolkeeper_rules::occur::{Part, Waits};
pub use tally::{Daily, DayState, Tally, TallyDay, beside};
pub use year::{YearMonth, YearTask};

pub(crate) use year::{Yearly, yearly};

pub(crate) use list::{next as next_of, open as open_tasks};
pub(crate) use notice::to_read;

use crate::snapshot::Adopted;
use schoolkeeper_core::control::{ControlKind, Duty};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_rules::CompiledControl;
use schoolkeeper_store::School;

/// What stands in an address for a task that is about nothing in particular.
pub const WHOLE: &str = "all";

/// The duties of a policy whose section is started.
pub(crate) fn duties(policy: &Adopted) -> impl Iterator<Item = (&CompiledControl, &Duty)> {
    let started = policy.started();
    policy.live.controls.values().filter_map(move |control| {
        let waits = matches!(started.get(&control.control.id), Some(None));
        match &control.control.kind {
            ControlKind::Duty(spec) if !waits => Some((control, spec)),
            _ => None,
        }
    })
}

/// Path of the page of the month of a task of every day.
pub(crate) fn tally_link(school: &School, (pack, control): (&Name, &Name)) -> String {
    format!("/school/{}/tally/{pack}/{control}", school.slug)
}

/// Path of one task's page.
pub(crate) fn link(
    school: &School,
    (pack, control): (&Name, &Name),
    (due, of): (jiff::civil::Date, Option<EntryId>),
) -> String {
    let of = of.map_or_else(|| WHOLE.to_owned(), |of| of.to_string());
    format!("/school/{}/task/{pack}/{control}/{due}/{of}", school.slug)
}
