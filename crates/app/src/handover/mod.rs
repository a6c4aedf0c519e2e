//! Handover: everything that stops when somebody goes, and handing it to whoever comes after.
//!
//! Invariant: whatever names the person is listed, to be handed over or with the reason why it cannot be; only what a
//! restricted case says of them is told by a line that is the same for everybody.

mod act;
mod look;

pub use act::{HandTo, Handed};

use crate::{Error, House};
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::role::Appointment;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use uuid::Uuid;

/// The act behind it.
const ACT: &str = "role.assign";
/// People who leave within so many days are offered.
const SOON_DAYS: i64 = 92;
/// So many days after they left as well.
const LATE_DAYS: i64 = 31;

/// What is somebody's.
#[derive(Clone, Debug)]
pub(crate) enum Of {
    /// A role they hold.
    Role(Box<Appointment>),
    /// A field of a record that names them.
    Field { register: Name, entry: EntryId, field: Name },
    /// A view of a list they saved for themselves.
    View(Uuid),
    /// Nothing that can be handed over.
    Stays,
}

/// One line of a handover.
#[derive(Clone, Debug)]
pub struct Thing {
    /// By which a form names it.
    pub key: String,
    /// `Role`, `Rooms: who answers for it`.
    pub kind: String,
    /// What it is called.
    pub title: String,
    /// What goes with it, or why it cannot be handed over.
    pub more: String,
    /// Path of its page; empty when it has none.
    pub link: String,
    pub(crate) of: Of,
}

/// What somebody leaves.
#[derive(Debug)]
pub struct Leaving {
    /// Who.
    pub person: EntryId,
    /// Their name.
    pub name: String,
    /// Their last day, as far as it is on record.
    pub last_day: Option<Date>,
    /// What can be handed over.
    pub things: Vec<Thing>,
    /// What waits for them today and goes with their roles.
    pub waits: Vec<Thing>,
    /// What nobody takes over, each with the reason.
    pub stays: Vec<Thing>,
    /// Records that name them which the reader may not see.
    pub hidden: usize,
    /// The school's own day.
    pub today: Date,
}

/// Somebody who leaves soon, or has just left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaver {
    /// Who.
    pub person: EntryId,
    /// Their name.
    pub name: String,
    /// Their last day.
    pub last_day: Date,
}

impl House {
    /// People whose last day is near.
    pub async fn leavers(&self, actor: &Actor, school: &School) -> Result<Vec<Leaver>, Error> {
        self.scope_at(actor, ACT, school).await?;
        let before = self.before(actor, school).await?;
        let today = self.today(school);
        let near = today.saturating_sub(LATE_DAYS.days())..=today.saturating_add(SOON_DAYS.days());
        let staff = Row::all(before.world(), "person").filter(|row| row.text("kind") != Some("pupil"));
        let leaver = |row: Row<'_>| {
            let last_day = row.date("last_day").filter(|day| near.contains(day))?;
            Some(Leaver { person: row.id(), name: row.name(), last_day })
        };
        let mut out: Vec<Leaver> = staff.filter_map(leaver).collect();
        out.sort_by(|a, b| (a.last_day, &a.name).cmp(&(b.last_day, &b.name)));
        Ok(out)
    }
}

impl Thing {
    fn stays(kind: impl Into<String>, title: impl Into<String>, why: &str, link: String) -> Self {
        let (kind, title, more) = (kind.into(), title.into(), why.to_owned());
        Self { key: String::new(), kind, title, more, link, of: Of::Stays }
    }
}
