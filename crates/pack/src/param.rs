//! How large the value of a param is, and which of two values is stricter.

use schoolkeeper_core::pack::{Literal, Stricter};
use schoolkeeper_core::phrase::Span;
use std::str::FromStr;

/// A size that can be compared with others of the same dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Size {
    /// A plain number.
    Number(f64),
    /// Elapsed seconds.
    Seconds(f64),
    /// Units of the calendar, whose length depends on the school.
    Calendar(f64, schoolkeeper_core::phrase::Unit),
}

/// The size of a value; a whole number with a unit of time is a span.
pub(crate) fn size(value: &Literal, unit: Option<&str>) -> Option<Size> {
    match value {
        Literal::Int(number) => match unit.and_then(|unit| Span::from_str(&format!("{number} {unit}")).ok()) {
            Some(span) => Some(span_size(span)),
            None => Some(Size::Number(*number as f64)),
        },
        Literal::Number(number) => Some(Size::Number(*number)),
        Literal::Text(text) => Span::from_str(text).ok().map(span_size),
        Literal::Bool(_) | Literal::List(_) => None,
    }
}

fn span_size(span: Span) -> Size {
    use schoolkeeper_core::phrase::Unit;
    let count = f64::from(span.count);
    match (span.seconds(), span.unit) {
        (Some(seconds), _) => Size::Seconds(seconds as f64),
        // A year is twelve months on every calendar.
        (None, Unit::Year) => Size::Calendar(count * 12.0, Unit::Month),
        (None, unit) => Size::Calendar(count, unit),
    }
}

/// The size counted in the param's own unit, as `min` and `max` are.
pub(crate) fn size_in_unit(value: &Literal, unit: Option<&str>) -> Option<f64> {
    let one = unit.and_then(|unit| Span::from_str(&format!("1 {unit}")).ok()).map(span_size);
    match (size(value, unit)?, one) {
        (Size::Number(number), _) => Some(number),
        (Size::Seconds(seconds), Some(Size::Seconds(one))) => Some(seconds / one),
        (Size::Calendar(count, unit), Some(Size::Calendar(one, of))) if unit == of => Some(count / one),
        _ => None,
    }
}

/// Whether `new` is as strict as `old` or stricter. `None` when the two cannot be compared.
pub(crate) fn is_as_strict(old: &Literal, new: &Literal, unit: Option<&str>, way: Stricter) -> Option<bool> {
    match way {
        Stricter::True => bools(old, new).map(|(old, new)| new || !old),
        Stricter::False => bools(old, new).map(|(old, new)| !new || old),
        Stricter::Lower | Stricter::MoreOften => sizes(old, new, unit).map(|(old, new)| new <= old),
        Stricter::Higher => sizes(old, new, unit).map(|(old, new)| new >= old),
    }
}

fn bools(old: &Literal, new: &Literal) -> Option<(bool, bool)> {
    match (old, new) {
        (Literal::Bool(old), Literal::Bool(new)) => Some((*old, *new)),
        _ => None,
    }
}

fn sizes(old: &Literal, new: &Literal, unit: Option<&str>) -> Option<(f64, f64)> {
    match (size(old, unit)?, size(new, unit)?) {
        (Size::Number(old), Size::Number(new)) | (Size::Seconds(old), Size::Seconds(new)) => Some((old, new)),
        (Size::Calendar(old, a), Size::Calendar(new, b)) if a == b => Some((old, new)),
        _ => None,
    }
}
