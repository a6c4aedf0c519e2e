//! The numbers of a policy at a school: its own values under those the school set.

use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, Pack};
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::{ParamValue, Params};
use std::collections::BTreeMap;

/// Every param with a value; the blanks are left out. A number with a unit of time is a span.
pub fn params(pack: &Pack, set: &BTreeMap<Name, Literal>) -> Params {
    let value = |name: &Name| set.get(name).or_else(|| pack.params.get(name)?.value.as_ref());
    let unit = |name: &Name| pack.params.get(name).and_then(|param| param.unit.as_deref());
    let names = pack.params.keys().chain(set.keys().filter(|name| !pack.params.contains_key(*name)));
    names.filter_map(|name| Some((name.clone(), read(value(name)?, unit(name))))).collect()
}

fn read(literal: &Literal, unit: Option<&str>) -> ParamValue {
    let span = match (literal, unit) {
        (Literal::Text(text), _) => text.parse().ok(),
        (Literal::Int(count), Some(unit)) => format!("{count} {unit}").parse::<Span>().ok(),
        _ => None,
    };
    span.map_or_else(|| ParamValue::Value(value(literal)), ParamValue::Span)
}

/// A literal of a pack as a value.
pub fn value(literal: &Literal) -> Value {
    match literal {
        Literal::Bool(on) => Value::Bool(*on),
        Literal::Int(count) => Value::Int(*count),
        Literal::Number(number) => Value::Number(*number),
        Literal::Text(text) => Value::text(text),
        Literal::List(items) => Value::List(items.iter().map(value).collect()),
    }
}
