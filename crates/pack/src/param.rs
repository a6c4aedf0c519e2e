//! How large the value of a param is, and which of two values is stricter.

use schoolkeeper_core::pack::{Literal, Pack, Param, Stricter};
use schoolkeeper_core::phrase::{Every, Span};
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

/// Why a value may not take the place of a param's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is of another kind than the param's unit or value.
    Kind,
    /// It lies outside `min` … `max`.
    Outside,
    /// The param names no direction in which it may be tightened.
    NoDirection,
    /// It is looser.
    Looser,
    /// The two have no common measure.
    Incomparable,
}

/// What is wrong with a new value for a param. A blank takes any value of its kind within its bounds.
pub(crate) fn fault(param: &Param, value: &Literal) -> Option<Fault> {
    let unit = param.unit.as_deref();
    let number = size_in_unit(value, unit);
    let bounded = param.min.is_some() || param.max.is_some();
    if !is_of_kind(value, unit) || (bounded && number.is_none()) {
        return Some(Fault::Kind);
    }
    let outside = |number: f64| param.min.is_some_and(|min| number < min) || param.max.is_some_and(|max| number > max);
    if number.is_some_and(outside) {
        return Some(Fault::Outside);
    }
    let own = param.value.as_ref()?;
    let Some(way) = param.stricter else { return (own != value).then_some(Fault::NoDirection) };
    match is_as_strict(own, value, unit, way) {
        Some(true) => None,
        Some(false) => Some(Fault::Looser),
        None => Some(Fault::Incomparable),
    }
}

/// The value can be read in the unit; a param without one takes anything.
fn is_of_kind(value: &Literal, unit: Option<&str>) -> bool {
    match (unit, value) {
        (Some("schedule"), Literal::Text(text)) => Every::from_str(text).is_ok(),
        (Some("count"), Literal::Int(count)) => *count >= 0,
        (None, _)
        | (Some("number" | "money" | "percent" | "times"), Literal::Int(_) | Literal::Number(_))
        | (Some("text"), Literal::Text(_))
        | (Some("yes-no"), Literal::Bool(_))
        | (Some("list"), Literal::List(_)) => true,
        (Some("schedule" | "count" | "number" | "money" | "percent" | "times" | "text" | "yes-no" | "list"), _) => {
            false
        }
        (Some(_), value) => !matches!(size(value, unit), None | Some(Size::Number(_))),
    }
}

/// What a param holds, for a hint.
pub(crate) fn kind_words(param: &Param) -> String {
    match param.unit.as_deref() {
        Some("schedule") => "write a period, as in `1 term`".to_owned(),
        Some("yes-no") => "write `true` or `false`".to_owned(),
        Some("text") => "write a text".to_owned(),
        Some("list") => "write a list".to_owned(),
        Some(unit @ ("count" | "number" | "money" | "percent" | "times")) => format!("write a {unit}, as in `30`"),
        Some(unit) => format!("write a number of {unit}, as in `30`"),
        None => "write a number".to_owned(),
    }
}

/// The bounds of a param in words: `from 30 to 400 days`.
pub(crate) fn bounds_words(param: &Param) -> String {
    let unit = param.unit.as_deref().unwrap_or_default();
    let words = match (param.min, param.max) {
        (Some(min), Some(max)) => format!("from {min} to {max} {unit}"),
        (Some(min), None) => format!("at least {min} {unit}"),
        (None, Some(max)) => format!("at most {max} {unit}"),
        (None, None) => format!("in {unit}"),
    };
    words.trim_end().to_owned()
}

/// Whether a school may set a param of the pack to a value: of its kind, inside `min` … `max`, and not looser than the
/// pack's own. `Err` is a sentence with a hint.
pub fn fits(pack: &Pack, name: &str, value: &Literal) -> Result<(), String> {
    let Some(param) = pack.params.get(name) else { return Err(format!("the policy has no number `{name}`")) };
    Err(match fault(param, value) {
        None | Some(Fault::NoDirection) => return Ok(()),
        Some(Fault::Kind) => format!("`{name}` cannot hold this\nhint: {}", kind_words(param)),
        Some(Fault::Outside) => {
            format!("`{name}` lies outside what the policy allows\nhint: it lies {}", bounds_words(param))
        }
        Some(Fault::Looser) => {
            format!("`{name}` would be looser than the policy allows\nhint: a school may only make it stricter")
        }
        Some(Fault::Incomparable) => {
            format!("`{name}` cannot be compared with the policy's own value\nhint: write it in the same unit")
        }
    })
}

#[cfg(test)]
#[path = "param_tests.rs"]
mod tests;
