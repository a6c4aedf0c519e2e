//! The clocks of an incident, in words: how long is left, or how each ended.

use super::super::Of;
use super::title_of;
use crate::dates;
use crate::request::lasting;
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_rules::flow::case::Timer;

/// One clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockLine {
    /// What it is called.
    pub title: String,
    /// How long is left, or how it ended.
    pub says: String,
    /// It ran out.
    pub late: bool,
    /// It runs.
    pub runs: bool,
}

/// `49 hours left, ends Monday 21 December 2026, 4:40pm`.
pub(super) fn line(of: Of<'_>, timer: &Timer) -> ClockLine {
    let title = title_of(&timer.name);
    let late = timer.is_missed();
    let at = |at: Timestamp| {
        let zoned = at.to_zoned(of.ctx.world.calendar.zone().clone());
        format!("{}, {}", dates::with_weekday(zoned.date()), dates::clock(zoned.time()))
    };
    let now = of.ctx.world.now;
    let says = match (timer.started, timer.due(), timer.stopped) {
        (None, ..) => "Has not begun".to_owned(),
        (_, None, _) => timer.end.as_ref().err().map_or_else(|| "Runs without an end".to_owned(), ToString::to_string),
        (_, Some(due), Some(stopped)) if late => format!("Ended {}; it was to be done before {}", at(stopped), at(due)),
        (_, Some(_), Some(stopped)) => format!("In time, {}", at(stopped)),
        (_, Some(due), None) if late => format!("Past since {}: {} ago", at(due), lasting(now.duration_since(due))),
        (_, Some(due), None) => format!("{} left, ends {}", left(due.duration_since(now)), at(due)),
    };
    ClockLine { title, says, late, runs: timer.stopped.is_none() && timer.started.is_some() }
}

/// `49 hours 20 minutes`.
fn left(time: SignedDuration) -> String {
    let (hours, minutes) = (time.as_hours(), time.as_mins() % 60);
    let many = |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match (hours, minutes) {
        (0, minutes) => many(minutes, "minute"),
        (hours, 0) => many(hours, "hour"),
        _ => format!("{} {}", many(hours, "hour"), many(minutes, "minute")),
    }
}
