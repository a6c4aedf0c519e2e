//! `==`, `<` and the like, and when their answer will turn.

use crate::expr::frame::Frame;
use crate::expr::node::Order;
use crate::expr::seen::{DAY, Seen};
use crate::expr::window::{moves, stays};
use std::cmp::Ordering;

/// Compares two known values. Empty equals only empty, and is neither less nor more than anything.
pub(in crate::expr) fn compare<'w>(frame: &mut Frame<'w>, order: Order, left: Seen<'w>, right: Seen<'w>) -> bool {
    if left.is_empty() || right.is_empty() {
        let same = left.is_empty() && right.is_empty();
        return match order {
            Order::Same => same,
            Order::Differs => !same,
            _ => false,
        };
    }
    if moves(left) || moves(right) {
        return moving(frame, order, left, right);
    }
    match fixed(frame, left, right) {
        Some(ordering) => order.holds(ordering as i64),
        None => order == Order::Differs,
    }
}

/// Two instants, days or lengths of which one moves with time.
fn moving(frame: &mut Frame<'_>, order: Order, left: Seen<'_>, right: Seen<'_>) -> bool {
    let (difference, slope, days) = match (left, right) {
        (Seen::Instant(a, s), Seen::Instant(b, t)) | (Seen::Elapsed(a, s), Seen::Elapsed(b, t)) => {
            (a.saturating_sub(b), i64::from(s - t), false)
        }
        (Seen::Date(a, s), Seen::Date(b, t)) => (i64::from(a) - i64::from(b), i64::from(s - t), true),
        (Seen::Elapsed(a, _), Seen::Span(span)) => return rough(frame, order, a, span.rough_seconds()),
        (Seen::Span(span), Seen::Elapsed(a, _)) => return rough(frame, order.turned(), a, span.rough_seconds()),
        _ => return order == Order::Differs,
    };
    let (answer, from, until) = stays(difference, slope, |sign| order.holds(sign));
    if days {
        let today = i64::from(frame.today());
        let start = |frame: &Frame<'_>, ticks: i64| frame.start_of((today + ticks) as i32);
        if let Some(from) = from {
            let from = start(frame, from);
            frame.narrow.from(from);
        }
        if let Some(until) = until {
            let until = start(frame, until);
            frame.narrow.until(until);
        }
    } else {
        let at = frame.at;
        frame.narrow.from(from.map_or(i64::MIN, |ticks| at.saturating_add(ticks)));
        frame.narrow.until(until.map_or(i64::MAX, |ticks| at.saturating_add(ticks)));
    }
    answer
}

/// A moving length against one in calendar units, where its start is not known: by rough days.
fn rough(frame: &mut Frame<'_>, order: Order, micros: i64, seconds: i64) -> bool {
    frame.narrow.from(frame.at);
    frame.narrow.until(frame.at + 1);
    order.holds(micros.saturating_sub(seconds.saturating_mul(DAY / 86_400)).signum())
}

/// Two values that stand still; `None`: of different kinds.
fn fixed<'w>(frame: &Frame<'w>, left: Seen<'w>, right: Seen<'w>) -> Option<Ordering> {
    Some(match (left, right) {
        (Seen::Bool(a), Seen::Bool(b)) => a.cmp(&b),
        (Seen::Int(a), Seen::Int(b))
        | (Seen::Instant(a, _), Seen::Instant(b, _))
        | (Seen::Elapsed(a, _), Seen::Elapsed(b, _)) => a.cmp(&b),
        (Seen::Int(a), Seen::Number(b)) => (a as f64).partial_cmp(&b)?,
        (Seen::Number(a), Seen::Int(b)) => a.partial_cmp(&(b as f64))?,
        (Seen::Number(a), Seen::Number(b)) => a.partial_cmp(&b)?,
        (Seen::Text(a), Seen::Text(b)) => a.cmp(b),
        (Seen::Date(a, _), Seen::Date(b, _)) => a.cmp(&b),
        (Seen::Span(a), Seen::Span(b)) => a.rough_seconds().cmp(&b.rough_seconds()),
        (Seen::Elapsed(a, _), Seen::Span(b)) => a.cmp(&b.rough_seconds().saturating_mul(DAY / 86_400)),
        (Seen::Span(a), Seen::Elapsed(b, _)) => a.rough_seconds().saturating_mul(DAY / 86_400).cmp(&b),
        (Seen::Ref(_) | Seen::Entry(..), Seen::Ref(_) | Seen::Entry(..)) => same_entry(frame, left, right),
        (Seen::Map(a), Seen::Map(b)) => equal(a == b),
        (Seen::List(a), Seen::List(b)) => equal(a == b),
        _ => return None,
    })
}

fn equal(same: bool) -> Ordering {
    if same { Ordering::Equal } else { Ordering::Greater }
}

fn same_entry<'w>(frame: &Frame<'w>, left: Seen<'w>, right: Seen<'w>) -> Ordering {
    if let (Seen::Entry(a, b), Seen::Entry(c, d)) = (left, right) {
        return equal((a, b) == (c, d));
    }
    let id = |value| match value {
        Seen::Ref(id) => Some(id),
        Seen::Entry(register, row) => frame.world.table(register).rows.get(row).map(|entry| entry.id),
        _ => None,
    };
    equal(id(left) == id(right))
}
