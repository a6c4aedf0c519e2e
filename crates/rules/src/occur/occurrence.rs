//! When a duty falls due.
//!
//! Invariant: an occurrence is named by its due date. A period without a staff day has none of its own, unless the
//! duty is asked in the holidays too.

use super::{dates, event, series};
use crate::compiled::CompiledControl;
use crate::flow::clock;
use crate::flow::record::Row;
use crate::judge::Ctx;
use jiff::{Timestamp, ToSpan, civil::Date};
use schoolkeeper_core::calendar::{Beyond, Calendar, Period};
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::{Event, Every, OrParam, Span, Unit};
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::ParamValue;

/// One time a duty is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Its name: the last day on which it is in time.
    pub due: Date,
    /// First day on which it is open.
    pub opens: Date,
    /// First day whose name still means this occurrence, should INSET days have moved its due date.
    pub from: Date,
    /// Last such day.
    pub to: Date,
    /// The first instant that is too late; `None` for an event duty without `within`.
    pub late_at: Option<Timestamp>,
    /// What made it begin, for event duties.
    pub happened: Option<Happened>,
}

/// An event that asks for something to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: Timestamp,
    /// The entry it concerns.
    pub entry: Option<EntryId>,
}

impl Occurrence {
    /// Whether a recorded due date means this occurrence.
    pub fn is_named(&self, name: Date) -> bool {
        name == self.due || (self.from <= name && name <= self.to)
    }
}

/// What falls due from a day to a day (both included), in order.
///
/// `Err` says what would tell: a blank param, a calendar that ends, a list of dates nobody has filled, an event
/// source without census. A calendar that ends within the days asked for cuts the list short.
pub fn occurrences(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Duty,
    (from, to): (Date, Date),
) -> Result<Vec<Occurrence>, Missing> {
    let mut out = if let Some(every) = &spec.every {
        let every = every_of(ctx, every.get_ref())?;
        periodic(ctx, spec, every, from, to)?
    } else if let Some(dates) = &spec.dates {
        dates::listed(ctx, spec, dates.get_ref())?
    } else {
        event::occurrences(ctx, &control.control.id, spec)?
    };
    out.retain(|one| from <= one.due && one.due <= to);
    Ok(out)
}

fn periodic(ctx: Ctx<'_>, spec: &Duty, every: Every, from: Date, to: Date) -> Result<Vec<Occurrence>, Missing> {
    let mut out = Vec::new();
    for period in ctx.world.calendar.periods(every, from, to).take(series::MOST) {
        match period {
            Ok(period) => {
                if let Some(period) = asked(spec, period) {
                    out.push(of_period(ctx, spec, period)?);
                }
            }
            Err(beyond) if out.is_empty() => return Err(ends(beyond)),
            Err(_) => break,
        }
    }
    Ok(out)
}

/// A period as a duty counts it; `None` when it asks for nothing of its own.
pub(super) fn asked(spec: &Duty, period: Period) -> Option<Period> {
    let period = if spec.holidays { Period { due: period.to, ..period } } else { period };
    (!period.is_holiday()).then_some(period)
}

/// The occurrence of a period that asks for something: due on its last one, or with `at = "start of …"` on its first,
/// or so much later as the window lasts.
pub(super) fn of_period(ctx: Ctx<'_>, spec: &Duty, period: Period) -> Result<Occurrence, Missing> {
    let window = spec.window.as_ref().map(|window| clock::span(ctx, window)).transpose()?;
    let at_start = spec.at.as_ref().is_some_and(|at| at.starts_with("start of "));
    let (opens, due) = match window {
        _ if at_start => (period.from, begun(ctx, (spec, window), period)?),
        None => (period.from, period.due),
        Some(window) => (before(ctx, period.due, window)?.clamp(period.from, period.due), period.due),
    };
    let late_at = Some(ctx.world.calendar.end_of(due));
    Ok(Occurrence { due, opens, from: period.from, to: period.to, late_at, happened: None })
}

/// The first staff day of a period, or the last one before the window after it ends.
fn begun(ctx: Ctx<'_>, (spec, window): (&Duty, Option<Span>), period: Period) -> Result<Date, Missing> {
    let calendar = &ctx.world.calendar;
    let mut first = period.from;
    if spec.holidays {
        let last = window.map_or(Ok(first), |window| clock::add(ctx, first, window))?;
        return Ok(last.clamp(first, period.due));
    }
    while first < period.due && !calendar.is_staff_day(first).map_err(ends)? {
        first = next(first);
    }
    let Some(window) = window else { return Ok(first) };
    let last = clock::add(ctx, first, window)?.clamp(first, period.due);
    calendar.pull_forward(last).map_err(ends)
}

/// The day so long before another.
pub(super) fn before(ctx: Ctx<'_>, day: Date, span: Span) -> Result<Date, Missing> {
    ctx.world.calendar.add(day, Span { count: -span.count, unit: span.unit }).map_err(ends)
}

/// What is missing when the calendar does not reach far enough.
pub(super) fn ends(beyond: Beyond) -> Missing {
    Missing::CalendarEnds { on: beyond.ends_on }
}

/// A period from the policy or its params.
pub fn every_of(ctx: Ctx<'_>, every: &OrParam<Every>) -> Result<Every, Missing> {
    let name = match every {
        OrParam::Is(every) => return Ok(*every),
        OrParam::Param(name) => name,
    };
    let read = match ctx.params.get(name) {
        Some(ParamValue::Span(span)) => span.to_string().parse().ok(),
        Some(ParamValue::Value(Value::Text(text))) => text.parse().ok(),
        Some(ParamValue::Value(Value::Seconds(seconds))) => in_days(*seconds),
        _ => None,
    };
    read.ok_or_else(|| Missing::Param { name: name.clone() })
}

/// `7 days` and `1 week` are the same elapsed time; whole weeks begin on Mondays.
fn in_days(seconds: i64) -> Option<Every> {
    let days = i32::try_from(seconds / 86_400).ok().filter(|days| *days > 0 && seconds % 86_400 == 0)?;
    let span = match days % 7 {
        0 => Span { count: days / 7, unit: Unit::Week },
        _ => Span { count: days, unit: Unit::Day },
    };
    Some(Every(span))
}

/// The occurrence an event asks for. Its due date is pulled forward over holidays, but never before the event.
pub(super) fn of_event(ctx: Ctx<'_>, spec: &Duty, happened: Happened) -> Result<Occurrence, Missing> {
    let calendar: &Calendar = &ctx.world.calendar;
    let day = calendar.day(happened.at);
    if let Some(row) = happened.entry.filter(|_| waits_for_day(spec)).and_then(|id| Row::of(ctx.world, id)) {
        return of_day(ctx, spec, (row, happened));
    }
    let (due, late_at) = match &spec.within {
        None => (day, None),
        Some(within) => {
            let within = clock::span(ctx, within)?;
            let late_at = clock::after(ctx, within, happened.at)?;
            match within.unit {
                Unit::Minute | Unit::Hour => (clock::last_day(ctx, late_at), Some(late_at)),
                _ => {
                    let last = clock::last_day(ctx, late_at);
                    let due = calendar.pull_forward(last).ok().filter(|due| *due >= day).unwrap_or(last);
                    (due, Some(calendar.end_of(due)))
                }
            }
        }
    };
    Ok(Occurrence { due, opens: day, from: due, to: due, late_at, happened: Some(happened) })
}

/// Whether a duty is due on a day that its entries name.
pub(super) fn waits_for_day(spec: &Duty) -> bool {
    let event = spec.on.as_ref().map(|on| on.get_ref().parse());
    matches!(event, Some(Ok(Event::Reaches { .. })))
}

/// The occurrence of a day an entry names: pulled forward over holidays; without `window` it is open from when the entry
/// was known.
fn of_day(ctx: Ctx<'_>, spec: &Duty, (row, happened): (Row<'_>, Happened)) -> Result<Occurrence, Missing> {
    let calendar: &Calendar = &ctx.world.calendar;
    let to = calendar.day(happened.at);
    let due = calendar.pull_forward(to).unwrap_or(to);
    let window = spec.window.as_ref().map(|window| clock::span(ctx, window)).transpose()?;
    let opens = window.map_or_else(|| Ok(calendar.day(row.since())), |window| before(ctx, due, window))?.min(due);
    let late_at = Some(calendar.end_of(due));
    Ok(Occurrence { due, opens, from: due, to, late_at, happened: Some(happened) })
}

/// The event a duty or job waits for.
pub(super) fn event_of(control: &Name, on: Option<&str>) -> Result<Event, Missing> {
    on.and_then(|on| on.parse().ok()).ok_or_else(|| Missing::NotSetUp { control: control.clone() })
}

/// The day after.
pub(super) fn next(day: Date) -> Date {
    day.checked_add(1.day()).unwrap_or(day)
}
