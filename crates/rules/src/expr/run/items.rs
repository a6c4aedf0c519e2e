//! Lists, walked without building them where that gives the same answer.

use super::compare;
use crate::expr::Truth;
use crate::expr::frame::{Frame, Gap};
use crate::expr::node::{Column, Items, Order, Scalar, Test};
use crate::expr::seen::{DAY, Seen, date_of, day_number};
use schoolkeeper_core::phrase::Span;
use std::ops::ControlFlow;

/// What a walk through a list reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::expr) enum Reach {
    /// Every item, or the visitor stopped.
    All,
    /// Every known item; nobody has said that these are all.
    Open,
    /// The list itself is absent.
    Absent,
}

type Visit<'v, 'w> = &'v mut dyn FnMut(&mut Frame<'w>, Seen<'w>) -> ControlFlow<()>;

impl Items {
    /// Shows every item until the visitor stops.
    pub fn each<'w>(&'w self, frame: &mut Frame<'w>, visit: Visit<'_, 'w>) -> Reach {
        match self {
            Self::Written(items) => written(frame, items, visit),
            Self::Texts(texts) => show(frame, texts.iter().map(|text| Seen::Text(text)), visit),
            Self::Held(of) => match of.get(frame) {
                None => Reach::Absent,
                Some(Seen::List(items)) => show(frame, items.iter().map(Seen::of), visit),
                Some(_) => Reach::All,
            },
            Self::Back { of, column, from } => back(frame, of, *column, *from, visit),
            Self::Filter(at, parts) => filter(frame, *at, &parts.0, &parts.1, visit),
            Self::Map(at, parts) => map(frame, *at, &parts.0, &parts.1, visit),
            Self::Recent { list, time, span, earlier } => {
                let Some(span) = span.get(frame) else { return Reach::Absent };
                recent(frame, list, (*time, span, *earlier), visit)
            }
            Self::If(test, lists) => match test.ask(frame) {
                Truth::True => lists.0.each(frame, visit),
                Truth::False => lists.1.each(frame, visit),
                Truth::Unknown => Reach::Absent,
            },
        }
    }

    /// All items at once; `None` when the list is absent or may be longer.
    fn collected<'w>(&'w self, frame: &mut Frame<'w>) -> Option<Vec<Seen<'w>>> {
        let mut out = Vec::new();
        let reach = self.each(frame, &mut |_, item| {
            out.push(item);
            ControlFlow::Continue(())
        });
        (reach == Reach::All).then_some(out)
    }
}

fn show<'w>(frame: &mut Frame<'w>, items: impl Iterator<Item = Seen<'w>>, visit: Visit<'_, 'w>) -> Reach {
    for item in items {
        if visit(frame, item).is_break() {
            break;
        }
    }
    Reach::All
}

fn written<'w>(frame: &mut Frame<'w>, items: &'w [Scalar], visit: Visit<'_, 'w>) -> Reach {
    let Some(values) = items.iter().map(|item| item.get(frame)).collect::<Option<Vec<_>>>() else {
        return Reach::Absent;
    };
    show(frame, values.into_iter(), visit)
}

fn back<'w>(frame: &mut Frame<'w>, of: &'w Scalar, column: Column, from: usize, visit: Visit<'_, 'w>) -> Reach {
    let Some(of) = of.get(frame) else { return Reach::Absent };
    if of.is_empty() {
        return Reach::All;
    }
    let Some((_, row)) = frame.find(of, Some(column.register)) else {
        return if frame.is_closed(column.register) { Reach::All } else { Reach::Absent };
    };
    let world = frame.world;
    for &other in world.table(column.register).back(column.field, row) {
        let other = other as usize;
        if frame.entry(from, other).is_some() && visit(frame, Seen::Entry(from, other)).is_break() {
            return Reach::All;
        }
    }
    if frame.is_closed(from) { Reach::All } else { Reach::Open }
}

fn filter<'w>(frame: &mut Frame<'w>, at: usize, list: &'w Items, test: &'w Test, visit: Visit<'_, 'w>) -> Reach {
    let Some(mut items) = list.collected(frame) else { return Reach::Absent };
    let mut known = true;
    items.retain(|&item| {
        frame.locals[at] = item;
        let truth = if known { test.ask(frame) } else { Truth::Unknown };
        known = known && truth != Truth::Unknown;
        truth == Truth::True
    });
    if known { show(frame, items.into_iter(), visit) } else { Reach::Absent }
}

fn map<'w>(frame: &mut Frame<'w>, at: usize, list: &'w Items, give: &'w Scalar, visit: Visit<'_, 'w>) -> Reach {
    let Some(items) = list.collected(frame) else { return Reach::Absent };
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        frame.locals[at] = item;
        let Some(value) = give.get(frame) else { return Reach::Absent };
        out.push(value);
    }
    show(frame, out.into_iter(), visit)
}

/// Events of the last `span`, or those before it. Events without a time are in neither.
fn recent<'w>(
    frame: &mut Frame<'w>,
    list: &'w Items,
    (time, span, earlier): (Column, Seen<'w>, bool),
    visit: Visit<'_, 'w>,
) -> Reach {
    let mut known = true;
    let wanted = if earlier { Lies::Before } else { Lies::Within };
    let reach = list.each(frame, &mut |frame, event| {
        let at = match event {
            Seen::Entry(register, row) if register == time.register => frame.read(row, time),
            _ => Some(Seen::Empty),
        };
        match at.and_then(|at| is_recent(frame, at, span)) {
            None => known = false,
            Some(lies) if lies == wanted => return visit(frame, event),
            Some(_) => {}
        }
        ControlFlow::Continue(())
    });
    if known { reach } else { Reach::Absent }
}

/// Where an event lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    Within,
    Before,
    /// Without a time, or still to come.
    Neither,
}

fn is_recent<'w>(frame: &mut Frame<'w>, at: Seen<'w>, span: Seen<'w>) -> Option<Lies> {
    let (now, start) = match (at, span) {
        (Seen::Empty, _) | (_, Seen::Empty) => return Some(Lies::Neither),
        (Seen::Date(..), Seen::Elapsed(length, 0)) => {
            let today = frame.today();
            let days = i32::try_from(length.div_euclid(DAY)).ok()?;
            (Seen::Date(today, 1), Seen::Date(today.checked_sub(days)?, 1))
        }
        (Seen::Instant(..), Seen::Elapsed(length, 0)) => {
            (Seen::Instant(frame.at, 1), Seen::Instant(frame.at.checked_sub(length)?, 1))
        }
        (Seen::Date(..), Seen::Span(span)) => (Seen::Date(frame.today(), 1), Seen::Date(days_ago(frame, span)?, 0)),
        (Seen::Instant(..), Seen::Span(span)) => {
            let day = days_ago(frame, span)?;
            (Seen::Instant(frame.at, 1), Seen::Instant(frame.start_of(day), 0))
        }
        _ => return frame.lacks(Gap::Scene),
    };
    if compare(frame, Order::More, at, now) {
        return Some(Lies::Neither);
    }
    Some(if compare(frame, Order::AtLeast, at, start) { Lies::Within } else { Lies::Before })
}

/// The day so many calendar units before today.
fn days_ago(frame: &mut Frame<'_>, span: Span) -> Option<i32> {
    frame.only_today();
    let today = date_of(frame.today());
    let answer = frame.world.calendar.add(today, Span { count: -span.count, unit: span.unit });
    frame.calendar(answer).map(day_number)
}
