//! When something is late: spans of a policy counted on the school's calendar.
//!
//! Invariant: a deadline is exclusive, the first instant that is too late. Hours and minutes elapse through
//! nights and holidays; anything longer is a date, and the whole of that day is still in time.

use crate::judge::Ctx;
use jiff::{SignedDuration, Timestamp, civil::Date};
use schoolkeeper_core::control::SpanOrParam;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::{OrParam, Span, Unit};
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::ParamValue;

/// Cases and dispatches that ended longer ago than this no longer colour a standing.
pub const LOOK_BACK: Span = Span { count: 12, unit: Unit::Month };

/// The span itself, from the policy or its params.
pub fn span(ctx: Ctx<'_>, span: &SpanOrParam) -> Result<Span, Missing> {
    let name = match span {
        OrParam::Is(span) => return Ok(*span),
        OrParam::Param(name) => name,
    };
    match ctx.params.get(name) {
        Some(ParamValue::Span(span)) => Some(*span),
        Some(ParamValue::Value(Value::Text(text))) => text.parse().ok(),
        Some(ParamValue::Value(Value::Seconds(seconds))) => seconds_span(*seconds),
        _ => None,
    }
    .ok_or_else(|| Missing::Param { name: name.clone() })
}

fn seconds_span(seconds: i64) -> Option<Span> {
    i32::try_from(seconds / 60).ok().map(|count| Span { count, unit: Unit::Minute })
}

/// First instant that is too late, counted from an instant.
pub fn deadline(ctx: Ctx<'_>, within: &SpanOrParam, from: Timestamp) -> Result<Timestamp, Missing> {
    after(ctx, span(ctx, within)?, from)
}

/// The same for a span that is known. A negative span gives an earlier instant.
pub fn after(ctx: Ctx<'_>, span: Span, from: Timestamp) -> Result<Timestamp, Missing> {
    let calendar = &ctx.world.calendar;
    calendar.add_instant(from, span).or_else(|beyond| match long_past(ctx, span, from) {
        Some(at) => Ok(at),
        None => Err(Missing::CalendarEnds { on: beyond.ends_on }),
    })
}

/// Before the first day the calendar knows nobody can count its days; but what is over by any count is over.
fn long_past(ctx: Ctx<'_>, span: Span, from: Timestamp) -> Option<Timestamp> {
    let longest = SignedDuration::from_secs(span.rough_seconds().checked_mul(4)?);
    let at = from.checked_add(longest).ok()?;
    let unknown = ctx.world.calendar.starts_on().is_some_and(|first| ctx.world.calendar.day(from) < first);
    (unknown && at < ctx.world.now).then_some(at)
}

/// A date later by a span.
pub fn add(ctx: Ctx<'_>, day: Date, span: Span) -> Result<Date, Missing> {
    ctx.world.calendar.add(day, span).map_err(|beyond| Missing::CalendarEnds { on: beyond.ends_on })
}

/// The instant a day is over.
pub fn end_of(ctx: Ctx<'_>, day: Date) -> Timestamp {
    ctx.world.calendar.end_of(day)
}

/// The last day on which a deadline is kept: for people, who read dates.
pub fn last_day(ctx: Ctx<'_>, deadline: Timestamp) -> Date {
    let last = deadline.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(deadline);
    ctx.world.calendar.day(last)
}

/// The earlier of two instants that may not come.
pub fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    crate::judge::least(a, b)
}

/// The instant when it is still to come: what `valid_until` wants.
pub fn ahead(ctx: Ctx<'_>, at: Option<Timestamp>) -> Option<Timestamp> {
    at.filter(|at| *at > ctx.world.now)
}

/// `5 working days`, or the name of the param.
pub fn words(span: &SpanOrParam) -> String {
    match span {
        OrParam::Is(span) => span.to_string(),
        OrParam::Param(name) => format!("the time set in `{name}`"),
    }
}

/// Names joined as people write them: `a, b or c`.
pub fn any_of(names: &[Name]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => format!("`{one}`"),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(|name| format!("`{name}`")).collect();
            format!("{} or `{last}`", first.join(", "))
        }
    }
}
