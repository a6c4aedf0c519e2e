//! Single values.

use super::{Reach, arithmetic, compare};
use crate::expr::Truth;
use crate::expr::frame::{Frame, Gap};
use crate::expr::node::{Column, Fold, Items, Order, Scalar, Sign};
use crate::expr::seen::Seen;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::{Span, Unit};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::ParamValue;
use std::ops::ControlFlow;

impl Scalar {
    /// The value, or `None` when it is absent.
    pub fn get<'w>(&'w self, frame: &mut Frame<'w>) -> Option<Seen<'w>> {
        match self {
            Self::Empty => Some(Seen::Empty),
            Self::Int(value) => Some(Seen::Int(*value)),
            Self::Number(value) => Some(Seen::Number(*value)),
            Self::Text(text) => Some(Seen::Text(text)),
            Self::Length(span) => Some(Seen::span(*span)),
            Self::Now => Some(Seen::Instant(frame.at, 1)),
            Self::Today => Some(Seen::Date(frame.today(), 1)),
            Self::Local(at) => Some(frame.locals[*at]),
            Self::Field(of, column) => field(frame, of, *column),
            Self::Part(of, name, empty) => part(frame, of, name, *empty),
            Self::Truth(test) => match test.ask(frame) {
                Truth::Unknown => None,
                truth => Some(Seen::Bool(truth == Truth::True)),
            },
            Self::If(test, branches) => match test.ask(frame) {
                Truth::True => branches.0.get(frame),
                Truth::False => branches.1.get(frame),
                Truth::Unknown => None,
            },
            Self::Arithmetic(sign, sides) => {
                let (left, right) = (sides.0.get(frame)?, sides.1.get(frame)?);
                arithmetic::apply(frame, *sign, left, right)
            }
            Self::Negative(of) => of.get(frame).and_then(arithmetic::negate),
            Self::Span(unit, count) => match count.get(frame)? {
                Seen::Int(count) => Some(span(*unit, count)),
                Seen::Number(count) => Some(span(*unit, count as i64)),
                _ => Some(Seen::Empty),
            },
            Self::Fold(fold, items) => folded(frame, *fold, items),
            Self::Call(function) => function.give(frame),
            _ => self.given(frame),
        }
    }

    /// What the scene or the school gives.
    fn given<'w>(&'w self, frame: &mut Frame<'w>) -> Option<Seen<'w>> {
        let scene = frame.scene;
        let given = match self {
            Self::Subject => scene.subject.map(|(register, row)| Seen::Entry(register, row)),
            Self::Actor => {
                let person = frame.world.schemas.index("person");
                scene.actor.zip(person).map(|(row, register)| Seen::Entry(register, row))
            }
            Self::Act => scene.act.map(Seen::Text),
            Self::Form => scene.form.map(Seen::of),
            Self::SchoolTitle => Some(Seen::Text(&frame.world.place.title)),
            Self::SchoolIsTrust => Some(Seen::Bool(frame.world.place.trust)),
            Self::Other(name) => {
                let found = scene.others.iter().find(|(other, _)| other == name);
                found.map(|(_, (register, row))| Seen::Entry(*register, *row))
            }
            Self::Named(name) => {
                let Some(id) = frame.world.named.get(name) else { return frame.lacks(Gap::Entry(name)) };
                Some(Seen::Ref(*id))
            }
            Self::Param(name, unit) => {
                let Some(value) = scene.ctx.params.get(name) else { return frame.lacks(Gap::Param(name)) };
                Some(param(value, *unit))
            }
            _ => None,
        };
        given.or_else(|| frame.lacks(Gap::Scene))
    }

    /// What would tell when this cannot be read: the field it comes from, when it comes from one.
    pub fn gap(&self) -> Gap<'static> {
        match self {
            Self::Field(_, column) => Gap::Field(column.register, column.field),
            Self::Part(of, ..) => of.gap(),
            _ => Gap::Scene,
        }
    }

    /// As a test: empty is *no*.
    pub fn truth<'w>(&'w self, frame: &mut Frame<'w>) -> Truth {
        match self.get(frame) {
            None => Truth::Unknown,
            Some(Seen::Bool(true)) => Truth::True,
            Some(_) => Truth::False,
        }
    }
}

fn field<'w>(frame: &mut Frame<'w>, of: &'w Scalar, column: Column) -> Option<Seen<'w>> {
    let of = match (of, frame.scene.subject) {
        // Asked most of all, and always there.
        (Scalar::Subject, Some((register, row))) if register == column.register => {
            return frame.read(row, column);
        }
        _ => of.get(frame)?,
    };
    if of.is_empty() {
        return Some(Seen::Empty);
    }
    match frame.find(of, Some(column.register)) {
        Some((register, row)) if register == column.register => frame.read(row, column),
        Some(_) => Some(Seen::Empty),
        None if frame.is_closed(column.register) => Some(Seen::Empty),
        None => None,
    }
}

fn part<'w>(frame: &mut Frame<'w>, of: &'w Scalar, name: &Name, empty: bool) -> Option<Seen<'w>> {
    match of.get(frame)? {
        Seen::Map(map) => match map.get(name) {
            Some(value) => Some(Seen::of(value)),
            None if empty => Some(Seen::Empty),
            None => frame.lacks(of.gap()),
        },
        _ => Some(Seen::Empty),
    }
}

fn param(value: &ParamValue, unit: Option<Unit>) -> Seen<'_> {
    match (value, unit) {
        (ParamValue::Span(span), _) => Seen::span(*span),
        (ParamValue::Value(Value::Int(count)), Some(unit)) => span(unit, *count),
        (ParamValue::Value(value), _) => Seen::of(value),
    }
}

fn span(unit: Unit, count: i64) -> Seen<'static> {
    let count = count.clamp(-100_000, 100_000) as i32;
    Seen::span(Span { count, unit })
}

fn folded<'w>(frame: &mut Frame<'w>, fold: Fold, items: &'w Items) -> Option<Seen<'w>> {
    let (mut count, mut so_far) = (0_i64, None);
    let mut fits = true;
    let reach = items.each(frame, &mut |frame, item| {
        count += 1;
        so_far = match (fold, so_far) {
            (Fold::Size, _) => None,
            (_, None) => Some(item),
            (Fold::Sum | Fold::Average, Some(sum)) => arithmetic::apply(frame, Sign::Plus, sum, item),
            (Fold::Least, Some(best)) if compare(frame, Order::Less, item, best) => Some(item),
            (Fold::Greatest, Some(best)) if compare(frame, Order::More, item, best) => Some(item),
            (_, best) => best,
        };
        fits = fits && (fold == Fold::Size || so_far.is_some());
        ControlFlow::Continue(())
    });
    if reach != Reach::All || !fits {
        return None;
    }
    match (fold, so_far) {
        (Fold::Size, _) => Some(Seen::Int(count)),
        (Fold::Sum, None) => Some(Seen::Int(0)),
        (_, None) => Some(Seen::Empty),
        (Fold::Average, Some(Seen::Int(sum))) => Some(Seen::Number(sum as f64 / count as f64)),
        (Fold::Average, Some(Seen::Number(sum))) => Some(Seen::Number(sum / count as f64)),
        (Fold::Average, Some(Seen::Elapsed(sum, 0))) => Some(Seen::Elapsed(sum / count, 0)),
        (Fold::Average, Some(_)) => None,
        (_, Some(value)) => Some(value),
    }
}
