//! When mail that is not urgent may go out: in the school's hours on its staff days, once a day and person.
//!
//! Invariant: nothing is told outside those hours, nobody is told twice on one local day, and nothing is lost.

use super::{Gathered, MailKind};
use crate::calendar::Calendar;
use crate::id::{EntryId, SchoolId};
use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Longest stretch of closed days that is looked through.
const DAYS_MAX: i32 = 400;

/// Hours of the day in which mail that is not urgent goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// From this time.
    pub from: Time,
    /// Until before this time.
    pub to: Time,
    /// What can wait is told once a week, on its first day with staff.
    #[serde(default)]
    pub weekly: bool,
}

impl Default for Hours {
    fn default() -> Self {
        Self { from: Time::constant(7, 30, 0, 0), to: Time::constant(17, 30, 0, 0), weekly: false }
    }
}

impl Hours {
    /// The same, when they are hours at all.
    pub fn checked(self) -> Option<Self> {
        (self.from < self.to).then_some(self)
    }

    /// Whether mail that is not urgent may go out at this instant.
    pub fn are_open(self, calendar: &Calendar, at: Timestamp) -> bool {
        let local = at.to_zoned(calendar.zone().clone());
        is_open(calendar, local.date()) && self.from <= local.time() && local.time() < self.to
    }

    /// Whether something is told in the digest of a day, which is a day with staff: every day, or where a week is
    /// gathered on its first one. What must be done before the next week's, or holds up somebody else, does not wait.
    pub fn tells(self, calendar: &Calendar, day: Date, kind: &MailKind) -> bool {
        let monday = day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
        let earlier = (0..7).map_while(|ahead| monday.checked_add(ahead.days()).ok()).take_while(|one| *one < day);
        let first = !earlier.into_iter().any(|one| is_open(calendar, one));
        let within_a_week = |by: Option<Date>| by.is_some_and(|by| by <= day.saturating_add(7.days()));
        let presses = match kind {
            MailKind::Task { by } | MailKind::Signature { by } => within_a_week(*by),
            _ => true,
        };
        !self.weekly || first || presses
    }

    /// When something is told that is wanted at an instant: then, if that is in the hours. What lies ahead in a holiday
    /// or a weekend is brought forward to the last hours before it; what is asked for while they are closed waits for
    /// the next ones.
    pub fn slot(self, calendar: &Calendar, wanted: Timestamp, now: Timestamp) -> Timestamp {
        let wanted = wanted.max(now);
        if self.are_open(calendar, wanted) {
            return wanted;
        }
        let local = wanted.to_zoned(calendar.zone().clone());
        if is_open(calendar, local.date()) && local.time() < self.from {
            return self.start(calendar, local.date());
        }
        let next = local.date().tomorrow().unwrap_or(Date::MAX);
        let closed_after = !is_open(calendar, local.date()) || !is_open(calendar, next);
        let before = (wanted > now && closed_after).then(|| self.before(calendar, local.date(), now)).flatten();
        before.or_else(|| self.after(calendar, next)).unwrap_or(wanted)
    }

    /// The last hours on or before a day that are not over at `now`.
    fn before(self, calendar: &Calendar, day: Date, now: Timestamp) -> Option<Timestamp> {
        let today = calendar.day(now);
        let days = (0..DAYS_MAX).map_while(|back| day.checked_sub(back.days()).ok()).take_while(|day| today <= *day);
        let mut open = days.filter(|day| is_open(calendar, *day));
        open.find(|day| now < self.end(calendar, *day)).map(|day| self.start(calendar, day).max(now))
    }

    /// The first hours on or after a day.
    fn after(self, calendar: &Calendar, day: Date) -> Option<Timestamp> {
        let days = (0..DAYS_MAX).map_while(|ahead| day.checked_add(ahead.days()).ok());
        days.into_iter().find(|day| is_open(calendar, *day)).map(|day| self.start(calendar, day))
    }

    fn start(self, calendar: &Calendar, day: Date) -> Timestamp {
        at(calendar, day, self.from)
    }

    fn end(self, calendar: &Calendar, day: Date) -> Timestamp {
        at(calendar, day, self.to)
    }
}

fn at(calendar: &Calendar, day: Date, time: Time) -> Timestamp {
    day.to_datetime(time).to_zoned(calendar.zone().clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// A day on which staff are there. Where the school's year is not known: a working day, and where bank holidays are not
/// known either, Monday to Friday.
fn is_open(calendar: &Calendar, day: Date) -> bool {
    let weekday = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    calendar.is_staff_day(day).or_else(|_| calendar.is_working_day(day)).unwrap_or(weekday)
}

/// Something that waits to be told in a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its mail.
    pub mail: Uuid,
    /// Whose days and hours hold.
    pub school: SchoolId,
    /// Who reads it.
    pub person: EntryId,
    /// What it is about.
    pub kind: MailKind,
    /// Not before.
    pub due_at: Timestamp,
}

/// One person's digest and what it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Whose name stands under it: the school of the first thing.
    pub school: SchoolId,
    /// Its counts.
    pub gathered: Gathered,
    /// The mails it tells.
    pub mails: Vec<Uuid>,
}

/// The digests that go out at an instant: nothing a school does not tell now, nothing for those who were told today,
/// nothing for those who have nothing.
pub fn digests(
    now: Timestamp,
    waiting: &[Item],
    tells: impl Fn(SchoolId, &MailKind) -> bool,
    told_today: &BTreeSet<EntryId>,
) -> BTreeMap<EntryId, Digest> {
    let mut out: BTreeMap<EntryId, Digest> = BTreeMap::new();
    for item in waiting {
        let due = item.due_at <= now && item.kind.is_gathered() && tells(item.school, &item.kind);
        if due && !told_today.contains(&item.person) {
            let fresh = || Digest { school: item.school, gathered: Gathered::default(), mails: Vec::new() };
            let digest = out.entry(item.person).or_insert_with(fresh);
            digest.gathered.add(&item.kind);
            digest.mails.push(item.mail);
        }
    }
    out
}

#[cfg(test)]
#[path = "hours_tests.rs"]
mod hours_tests;
