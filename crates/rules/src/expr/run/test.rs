//! Yes-no nodes in three-valued logic.

use super::{Reach, compare};
use crate::expr::Truth;
use crate::expr::frame::Frame;
use crate::expr::node::{Items, Order, Quantity, Scalar, Test};
use crate::expr::seen::{Seen, date_of, day_number};
use crate::expr::window::instant;
use schoolkeeper_core::phrase::Span;
use std::ops::ControlFlow;

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl Test {
    /// Asks; *unknown* leaves what was missing in the frame.
    pub fn ask<'w>(&'w self, frame: &mut Frame<'w>) -> Truth {
        match self {
            Self::Known(value) => Truth::from(*value),
            Self::Is(scalar) => scalar.truth(frame),
            Self::Not(test) => match test.ask(frame) {
                Truth::True => Truth::False,
                Truth::False => Truth::True,
                Truth::Unknown => Truth::Unknown,
            },
            Self::And(sides) => either(frame, &sides.0, &sides.1, Truth::False),
            Self::Or(sides) => either(frame, &sides.0, &sides.1, Truth::True),
            Self::If(parts) => match parts.0.ask(frame) {
                Truth::True => parts.1.ask(frame),
                Truth::False => parts.2.ask(frame),
                Truth::Unknown => Truth::Unknown,
            },
            Self::Compare(order, sides) => match (sides.0.get(frame), sides.1.get(frame)) {
                (Some(left), Some(right)) => compare(frame, *order, left, right).into(),
                _ => Truth::Unknown,
            },
            Self::Aged(order, sides) => aged(frame, *order, &sides.0, &sides.1),
            Self::AmongTexts(item, texts) => match item.get(frame) {
                None => Truth::Unknown,
                Some(Seen::Text(text)) => texts.binary_search_by(|one| (**one).cmp(text)).is_ok().into(),
                Some(_) => Truth::False,
            },
            Self::Among(item, items) => among(frame, item, items),
            Self::Quantity(Quantity::One, at, parts) => exactly_one(frame, *at, &parts.0, &parts.1),
            Self::Quantity(quantity, at, parts) => quantity_of(frame, *quantity, *at, &parts.0, &parts.1),
            Self::Has(scalar) => scalar.get(frame).map_or(Truth::Unknown, |value| (!value.is_empty()).into()),
            Self::Call(function) => match function.give(frame) {
                None => Truth::Unknown,
                Some(value) => matches!(value, Seen::Bool(true)).into(),
            },
        }
    }
}

/// `&&` and `||`: one side that decides is enough, whatever the other is.
fn either<'w>(frame: &mut Frame<'w>, left: &'w Test, right: &'w Test, decides: Truth) -> Truth {
    let mark = frame.gaps.len();
    let left = left.ask(frame);
    if left == decides {
        return left;
    }
    let right = right.ask(frame);
    let truth = if left == Truth::Unknown && right != decides { left } else { right };
    frame.settle(mark, truth)
}

/// `exists` and `all`: one item that decides is enough.
fn quantity_of<'w>(frame: &mut Frame<'w>, quantity: Quantity, at: usize, list: &'w Items, body: &'w Test) -> Truth {
    let decides = if quantity == Quantity::Some { Truth::True } else { Truth::False };
    let otherwise = if quantity == Quantity::Some { Truth::False } else { Truth::True };
    let mark = frame.gaps.len();
    let mut truth = otherwise;
    let reach = list.each(frame, &mut |frame, item| {
        frame.locals[at] = item;
        match body.ask(frame) {
            answer if answer == decides => {
                truth = answer;
                return ControlFlow::Break(());
            }
            Truth::Unknown => truth = Truth::Unknown,
            _ => {}
        }
        ControlFlow::Continue(())
    });
    let truth = if truth == otherwise && reach != Reach::All { Truth::Unknown } else { truth };
    frame.settle(mark, truth)
}

/// `exists_one`: every item must be known.
fn exactly_one<'w>(frame: &mut Frame<'w>, at: usize, list: &'w Items, body: &'w Test) -> Truth {
    let (mut found, mut known) = (0, true);
    let reach = list.each(frame, &mut |frame, item| {
        frame.locals[at] = item;
        match body.ask(frame) {
            Truth::True => found += 1,
            Truth::False => {}
            Truth::Unknown => known = false,
        }
        ControlFlow::Continue(())
    });
    if known && reach == Reach::All { (found == 1).into() } else { Truth::Unknown }
}

fn among<'w>(frame: &mut Frame<'w>, item: &'w Scalar, items: &'w Items) -> Truth {
    let Some(wanted) = item.get(frame) else { return Truth::Unknown };
    let mark = frame.gaps.len();
    let mut found = false;
    let reach = items.each(frame, &mut |frame, one| {
        found = compare(frame, Order::Same, one, wanted);
        if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let truth = if found || reach == Reach::All { found.into() } else { Truth::Unknown };
    frame.settle(mark, truth)
}

/// `age(start)` against a length: hours elapse, calendar units last to the end of the day they reach.
fn aged<'w>(frame: &mut Frame<'w>, order: Order, start: &'w Scalar, length: &'w Scalar) -> Truth {
    let (Some(start), Some(length)) = (start.get(frame), length.get(frame)) else { return Truth::Unknown };
    let since = match start {
        Seen::Date(day, _) => Seen::Instant(frame.start_of(day), 0),
        other => other,
    };
    match (since, length) {
        (Seen::Instant(since, 0), Seen::Span(span)) => {
            let limit = limit(frame, start, since, span);
            limit.map_or(Truth::Unknown, |limit| past(frame, order, limit).into())
        }
        (Seen::Instant(since, slope), length) => {
            let age = Seen::Elapsed(frame.at.saturating_sub(since), 1 - slope);
            compare(frame, order, age, length).into()
        }
        (other, length) => compare(frame, order, other, length).into(),
    }
}

/// The last day on which something is no older than a length in calendar units.
fn limit<'w>(frame: &mut Frame<'w>, start: Seen<'w>, since: i64, span: Span) -> Option<i32> {
    let day = match start {
        Seen::Date(day, _) => date_of(day),
        _ => frame.world.calendar.day(instant(since)),
    };
    let answer = frame.world.calendar.add(day, span);
    frame.calendar(answer).map(day_number)
}

fn past(frame: &mut Frame<'_>, order: Order, limit: i32) -> bool {
    let today = frame.today();
    compare(frame, order, Seen::Date(today, 1), Seen::Date(limit, 0))
}
