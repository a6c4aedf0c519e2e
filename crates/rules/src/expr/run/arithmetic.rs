//! `+ - * / %` over numbers, days, instants and lengths of time.
//!
//! Invariant: what does not fit (overflow, division by zero) is absent, never a wrong number.

use crate::expr::frame::Frame;
use crate::expr::node::Sign;
use crate::expr::seen::{DAY, Seen, date_of, day_number};
use schoolkeeper_core::phrase::Span;

/// One operation on two known values; empty makes empty.
pub(super) fn apply<'w>(frame: &mut Frame<'w>, sign: Sign, left: Seen<'w>, right: Seen<'w>) -> Option<Seen<'w>> {
    use Seen::{Date, Elapsed, Empty, Instant, Int, Number};
    Some(match (sign, left, right) {
        (_, Empty, _) | (_, _, Empty) => Empty,
        (_, Int(a), Int(b)) => Int(whole(sign, a, b)?),
        (_, Int(a), Number(b)) => Number(decimal(sign, a as f64, b)?),
        (_, Number(a), Int(b)) => Number(decimal(sign, a, b as f64)?),
        (_, Number(a), Number(b)) => Number(decimal(sign, a, b)?),
        (Sign::Plus, Instant(a, s), Elapsed(b, t)) | (Sign::Plus, Elapsed(a, s), Instant(b, t)) => {
            Instant(a.checked_add(b)?, s + t)
        }
        (Sign::Minus, Instant(a, s), Elapsed(b, t)) => Instant(a.checked_sub(b)?, s - t),
        (Sign::Minus, Instant(a, s), Instant(b, t)) | (Sign::Minus, Elapsed(a, s), Elapsed(b, t)) => {
            Elapsed(a.checked_sub(b)?, s - t)
        }
        (Sign::Plus, Elapsed(a, s), Elapsed(b, t)) => Elapsed(a.checked_add(b)?, s + t),
        (Sign::Plus, Date(a, s), Elapsed(b, 0)) | (Sign::Plus, Elapsed(b, 0), Date(a, s)) => {
            Date(a.checked_add(days(b)?)?, s)
        }
        (Sign::Minus, Date(a, s), Elapsed(b, 0)) => Date(a.checked_sub(days(b)?)?, s),
        (Sign::Minus, Date(a, s), Date(b, t)) => {
            if s != t {
                frame.only_today();
            }
            Elapsed((i64::from(a) - i64::from(b)).checked_mul(DAY)?, 0)
        }
        (Sign::Plus, Date(a, s), Seen::Span(span)) => calendar(frame, a, s, span)?,
        (Sign::Minus, Date(a, s), Seen::Span(span)) => {
            calendar(frame, a, s, Span { count: -span.count, unit: span.unit })?
        }
        (Sign::Times, Elapsed(a, 0), Int(b)) | (Sign::Times, Int(b), Elapsed(a, 0)) => Elapsed(a.checked_mul(b)?, 0),
        _ => return None,
    })
}

/// The opposite of a number or a length.
pub(super) fn negate(value: Seen<'_>) -> Option<Seen<'_>> {
    Some(match value {
        Seen::Empty => Seen::Empty,
        Seen::Int(a) => Seen::Int(a.checked_neg()?),
        Seen::Number(a) => Seen::Number(-a),
        Seen::Elapsed(a, slope) => Seen::Elapsed(a.checked_neg()?, -slope),
        _ => return None,
    })
}

fn calendar<'w>(frame: &mut Frame<'w>, day: i32, slope: i8, span: Span) -> Option<Seen<'w>> {
    if slope != 0 {
        frame.only_today();
    }
    let answer = frame.world.calendar.add(date_of(day), span);
    frame.calendar(answer).map(|date| Seen::Date(day_number(date), 0))
}

fn days(micros: i64) -> Option<i32> {
    i32::try_from(micros.div_euclid(DAY)).ok()
}

fn whole(sign: Sign, a: i64, b: i64) -> Option<i64> {
    match sign {
        Sign::Plus => a.checked_add(b),
        Sign::Minus => a.checked_sub(b),
        Sign::Times => a.checked_mul(b),
        Sign::Over => a.checked_div(b),
        Sign::Rest => a.checked_rem(b),
    }
}

fn decimal(sign: Sign, a: f64, b: f64) -> Option<f64> {
    let out = match sign {
        Sign::Plus => a + b,
        Sign::Minus => a - b,
        Sign::Times => a * b,
        Sign::Over => a / b,
        Sign::Rest => a % b,
    };
    out.is_finite().then_some(out)
}
