//! Sentences with `{expression}` in them, as rules write their messages.
//!
//! Invariant: what is filled in is plain text of bounded length; whoever shows it escapes it.

use super::{Expression, Scene};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;
use std::ops::Range;

/// Longest value filled in, in characters.
const LONGEST: usize = 120;

/// The places of the expressions of a sentence, without their braces.
pub fn holes(template: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(open) = template[from..].find('{').map(|at| from + at + 1) {
        let Some(close) = template[open..].find('}').map(|at| open + at) else { break };
        out.push(open..close);
        from = close + 1;
    }
    out
}

/// Fills the holes with the values of their expressions, in order. Absent values read *not known*.
pub fn fill<'e>(template: &str, scene: &Scene<'_>, expressions: impl IntoIterator<Item = &'e Expression>) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut from = 0;
    for (hole, expression) in holes(template).into_iter().zip(expressions) {
        out.push_str(&template[from..hole.start - 1]);
        let words = match expression.value(scene).0 {
            Ok(value) => words(scene.ctx.world, &value),
            Err(_) => "not known".into(),
        };
        out.extend(words.chars().take(LONGEST));
        from = hole.end + 1;
    }
    out.push_str(&template[from..]);
    out
}

/// A value in words.
fn words(world: &World, value: &Value) -> String {
    match value {
        Value::Empty => "nothing".into(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::Int(number) => number.to_string(),
        Value::Number(number) => format!("{number:.1}"),
        Value::Text(text) => text.to_string(),
        Value::Date(date) => date.strftime("%-d %B %Y").to_string(),
        Value::Instant(at) => at.to_zoned(world.calendar.zone().clone()).strftime("%-d %B %Y, %-H:%M").to_string(),
        Value::Seconds(seconds) => length(*seconds),
        Value::Ref(id) => world.find(*id).map_or_else(|| "a missing entry".into(), |(at, row)| world.name_of(at, row)),
        Value::List(items) => {
            let words: Vec<String> = items.iter().take(5).map(|item| words(world, item)).collect();
            words.join(", ")
        }
        Value::Map(_) => "several values".into(),
    }
}

fn length(seconds: i64) -> String {
    let (count, unit) = match seconds.abs() {
        0..7_200 => (seconds / 60, "minutes"),
        7_200..172_800 => (seconds / 3_600, "hours"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{count} {unit}")
}
