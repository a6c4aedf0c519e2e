//! Functions over instants, days and the school's calendar.

use crate::expr::frame::Frame;
use crate::expr::node::{Column, Scalar};
use crate::expr::seen::{DAY, Seen, date_of, day_number};
use crate::expr::window::{instant, moves};
use schoolkeeper_core::calendar::Beyond;
use schoolkeeper_core::phrase::Unit;

/// Time since; of a day, since it began.
pub(super) fn age<'w>(frame: &mut Frame<'w>, start: &'w Scalar) -> Option<Seen<'w>> {
    Some(match start.get(frame)? {
        Seen::Instant(since, slope) => Seen::Elapsed(frame.at.saturating_sub(since), 1 - slope),
        Seen::Date(day, slope) => {
            if slope != 0 {
                frame.only_today();
            }
            Seen::Elapsed(frame.at.saturating_sub(frame.start_of(day)), 1)
        }
        _ => Seen::Empty,
    })
}

/// A day or an instant, later by a length.
pub(super) fn add<'w>(frame: &mut Frame<'w>, start: &'w Scalar, length: &'w Scalar) -> Option<Seen<'w>> {
    let (start, length) = (start.get(frame)?, length.get(frame)?);
    match (start, length) {
        (Seen::Date(day, slope), Seen::Elapsed(length, 0)) if length % DAY == 0 => {
            Some(Seen::Date(day.checked_add(i32::try_from(length / DAY).ok()?)?, slope))
        }
        (Seen::Instant(at, slope), Seen::Elapsed(length, 0)) => Some(Seen::Instant(at.checked_add(length)?, slope)),
        (Seen::Date(day, slope), length) => {
            if slope != 0 {
                frame.only_today();
            }
            later_day(frame, day, length)
        }
        (Seen::Instant(at, slope), Seen::Span(span)) => {
            if slope != 0 {
                frame.only_today();
            }
            let answer = frame.world.calendar.add_instant(instant(at), span);
            frame.calendar(answer).map(|at| Seen::Instant(at.as_microsecond(), 0))
        }
        _ => Some(Seen::Empty),
    }
}

/// A day later by hours (the day they end in) or by calendar units.
fn later_day<'w>(frame: &mut Frame<'w>, day: i32, length: Seen<'w>) -> Option<Seen<'w>> {
    let calendar = frame.world.calendar.clone();
    match length {
        Seen::Elapsed(length, 0) => {
            let end = frame.start_of(day).checked_add(length)?;
            Some(Seen::Date(day_number(calendar.day(instant(end))), 0))
        }
        Seen::Span(span) => {
            let answer = calendar.add(date_of(day), span);
            frame.calendar(answer).map(|day| Seen::Date(day_number(day), 0))
        }
        _ => Some(Seen::Empty),
    }
}

/// Days of a kind after `from`, up to and including `to`.
pub(super) fn count<'w>(frame: &mut Frame<'w>, unit: Unit, from: &'w Scalar, to: &'w Scalar) -> Option<Seen<'w>> {
    let (from, to) = (from.get(frame)?, to.get(frame)?);
    if moves(from) || moves(to) {
        frame.only_today();
    }
    let (Some(from), Some(to)) = (day(frame, from), day(frame, to)) else { return Some(Seen::Empty) };
    let answer = frame.world.calendar.count(unit, date_of(from), date_of(to));
    frame.calendar(answer).map(Seen::Int)
}

/// The day of a day or instant.
pub(super) fn day(frame: &Frame<'_>, value: Seen<'_>) -> Option<i32> {
    match value {
        Seen::Date(day, _) => Some(day),
        Seen::Instant(at, _) => Some(day_number(frame.world.calendar.day(instant(at)))),
        _ => None,
    }
}

/// The name of the term a day lies in.
pub(super) fn term<'w>(frame: &mut Frame<'w>, of: &'w Scalar) -> Option<Seen<'w>> {
    let of = of.get(frame)?;
    if moves(of) {
        frame.only_today();
    }
    let Some(day) = day(frame, of) else { return Some(Seen::Empty) };
    let (date, world) = (date_of(day), frame.world);
    let terms = world.calendar.terms();
    let (starts, ends_on) = (terms.first().map(|first| first.from), terms.last().map(|last| last.to));
    if starts.is_none_or(|starts| date < starts) || ends_on.is_none_or(|ends| date > ends) {
        return frame.calendar(Err(Beyond { ends_on }));
    }
    let term = terms.iter().find(|term| term.from <= date && date <= term.to);
    Some(term.map_or(Seen::Empty, |term| Seen::Text(&term.name)))
}

/// Since when an entry has its state; empty while it has none.
pub(super) fn state_since<'w>(frame: &mut Frame<'w>, of: &'w Scalar, state: Column) -> Option<Seen<'w>> {
    let of = of.get(frame)?;
    if of.is_empty() {
        return Some(Seen::Empty);
    }
    let Some((register, row)) = frame.find(of, Some(state.register)) else {
        return frame.is_closed(state.register).then_some(Seen::Empty);
    };
    if frame.read(row, state)?.is_empty() {
        return Some(Seen::Empty);
    }
    let fact = frame.world.table(register).rows[row].facts[state.field].as_ref()?;
    Some(Seen::Instant(fact.held_since.as_microsecond(), 0))
}
