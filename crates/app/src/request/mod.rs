//! Permissions people ask for: what may be asked, asking, deciding, and who hears of it.
//!
//! Invariant: who may ask and who may decide is the policy's alone, worked out by the engine *flow*; nobody sees more of
//! a request than its asker, whoever it is for, those who decide it, and those who look after the school's problems.

mod ask;
mod decide;
mod file;
mod list;
mod told;
mod view;

pub(crate) use ask::may_ask;
pub use ask::{Ask, Asked};
pub use decide::{Decided, Deciding};
pub use list::{Figures, RequestLine, RequestsPage};
pub(crate) use told::news;
pub use view::{Decides, Fact, Question, RequestPage, Stage, Thing};

use crate::act::Before;
use crate::of::controls;
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::control::{ControlKind, Request};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::request::{is_waiting, requests};

/// The kind of record a request is.
pub(crate) const REQUEST: &str = "request";

/// A permission of a policy of the school.
pub(crate) type Of<'b> = crate::of::Of<'b, Request>;

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody is still to decide.
    Waiting,
    /// Yes.
    Granted,
    /// No.
    Refused,
    /// The asker took it back.
    Withdrawn,
}

impl Outcome {
    /// Of a request.
    pub(crate) fn of(request: Row<'_>) -> Self {
        match request.text("outcome") {
            Some("granted") => Self::Granted,
            Some("refused") => Self::Refused,
            Some("withdrawn") => Self::Withdrawn,
            _ => Self::Waiting,
        }
    }

    /// As addresses and lists name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Every permission somebody may ask for at the school today.
pub(crate) fn of_school(before: &Before) -> impl Iterator<Item = Of<'_>> {
    controls(before, |kind| match kind {
        ControlKind::Request(spec) => Some(spec),
        _ => None,
    })
}

/// The control by its policy and name.
pub(crate) fn named<'b>(before: &'b Before, pack: &str, control: &str) -> Option<Of<'b>> {
    of_school(before).find(|of| **of.policy.id() == *pack && *of.control.control.id == *control)
}

/// The control a request or grant belongs to; the first policy that has it when the record names none.
pub(crate) fn of_row<'b>(before: &'b Before, row: Row<'_>) -> Option<Of<'b>> {
    of_school(before).find(|of| crate::under::belongs(row, &of.ctx.pack.pack, &of.control.control))
}

impl Of<'_> {
    /// It begins something only few may know of.
    pub(crate) fn is_restricted(self) -> bool {
        self.spec.unlocks.iter().any(|act| act.get_ref().starts_with("case.open"))
    }

    /// How long decisions of it took, shortest first.
    pub(crate) fn took(self) -> Vec<SignedDuration> {
        let decided = requests(self.ctx, self.control).filter(|row| !is_waiting(*row));
        let decided = decided.filter(|row| Outcome::of(*row) != Outcome::Withdrawn);
        let mut took: Vec<SignedDuration> = decided.filter_map(took).collect();
        took.sort_unstable();
        took
    }
}

/// From the question to the decision.
pub(crate) fn took(request: Row<'_>) -> Option<SignedDuration> {
    Some(request.instant("decided_at")?.duration_since(request.instant("asked_at")?)).filter(|took| !took.is_negative())
}

/// The one in the middle.
pub(crate) fn middle(sorted: &[SignedDuration]) -> Option<SignedDuration> {
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

/// `2 hours`, `3 days`: rounded up, never nothing.
pub fn lasting(time: SignedDuration) -> String {
    let minutes = time.as_mins().max(1);
    let (count, unit) = match minutes {
        ..60 => (minutes, "minute"),
        60..1440 => ((minutes + 59) / 60, "hour"),
        _ => ((minutes + 1439) / 1440, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// Id of the person in a row of the register `person`.
pub(crate) fn id_of(ctx: Ctx<'_>, person: usize) -> EntryId {
    ctx.world.table(ctx.world.schemas.index("person").unwrap_or_default()).rows[person].id
}

/// What people call a person; nothing of them when their record is gone.
pub(crate) fn name_of(ctx: Ctx<'_>, person: Option<EntryId>) -> String {
    let row = person.and_then(|id| Row::of(ctx.world, id));
    row.map_or_else(|| crate::words::thing("somebody").to_owned(), Row::name)
}

/// An instant as people read it at the school.
pub(crate) fn moment(ctx: Ctx<'_>, at: Timestamp) -> String {
    crate::dates::moment(at, ctx.world.calendar.zone())
}
