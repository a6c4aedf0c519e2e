//! How large the value of a param is, and which of two values is stricter.

use schoolkeeper_core::pack::{Literal, Pack, Stricter};
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
        // On every calendar a year is twelve months and a term two halves.
        (None, Unit::Year) => Size::Calendar(count * 12.0, Unit::Month),
        (None, Unit::Term) => Size::Calendar(count * 2.0, Unit::HalfTerm),
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

/// Whether a school may set a param of the pack to a value: inside `min…max`, and not looser than the pack's own.
/// `Err` is a sentence with a hint.
pub fn fits(pack: &Pack, name: &str, value: &Literal) -> Result<(), String> {
    let Some(param) = pack.params.get(name) else { return Err(format!("the policy has no number `{name}`")) };
    let unit = param.unit.as_deref();
    let wanted = param.unit.as_deref().unwrap_or("value");
    let number = size_in_unit(value, unit);
    if let (None, Some(_)) = (number, param.min.or(param.max)) {
        return Err(format!("`{name}` holds a number of {wanted}\nhint: write it as in `{name}=30`"));
    }
    let outside = number
        .is_some_and(|number| param.min.is_some_and(|min| number < min) || param.max.is_some_and(|max| number > max));
    if outside {
        let (min, max) = (param.min.unwrap_or(0.0), param.max.unwrap_or(f64::INFINITY));
        return Err(format!("`{name}` must lie between {min} and {max} {wanted}"));
    }
    match (&param.value, param.stricter) {
        (Some(own), Some(way)) => match is_as_strict(own, value, unit, way) {
            Some(true) => Ok(()),
            Some(false) => Err(format!(
                "`{name}` would be looser than the policy allows\nhint: a school may only make it stricter"
            )),
            None => {
                Err(format!("`{name}` cannot be compared with the policy's own value\nhint: write it in the same unit"))
            }
        },
        _ => Ok(()),
    }
}
