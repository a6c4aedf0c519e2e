//! The sentence people read about a finding: the policy's `message` with its `{expr}` filled in.

use crate::compiled::CompiledControl;
use crate::expr::Scene;
use crate::flow::clock;
use jiff::Timestamp;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;

/// A sentence, and until when it reads so.
pub struct Told {
    /// The sentence.
    pub text: String,
    /// When time alone may change its words.
    pub until: Option<Timestamp>,
}

/// The sentence for a broken subject.
pub fn of(control: &CompiledControl, scene: &Scene<'_>, subject: (usize, usize)) -> Told {
    let template = match &control.control.kind {
        ControlKind::Rule(rule) => rule.message.as_ref().map(|text| text.get_ref().as_str()),
        _ => None,
    };
    match template {
        Some(template) => fill(control, scene, template),
        None => Told { text: plain(control, scene.ctx.world, subject), until: None },
    }
}

/// The sentence for a subject that was not known for too long.
pub fn unknown(control: &CompiledControl, scene: &Scene<'_>, subject: (usize, usize), patience: Span) -> String {
    format!("{}: not known for longer than {patience}", plain(control, scene.ctx.world, subject))
}

/// What is concerned, and the control's title.
pub fn plain(control: &CompiledControl, world: &World, (register, row): (usize, usize)) -> String {
    format!("{}: {}", world.name_of(register, row), control.control.title)
}

fn fill(control: &CompiledControl, scene: &Scene<'_>, template: &str) -> Told {
    let mut told = Told { text: String::with_capacity(template.len() + 16), until: None };
    let mut rest = template;
    let mut slot = 0;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, after)) = after.split_once('}') else { break };
        told.text.push_str(before);
        let value = control.expr(&format!("message/{slot}")).map(|part| part.value(scene));
        match value {
            Some((Ok(value), window)) => {
                told.text.push_str(&words(scene.ctx.world, &value));
                told.until = clock::earlier(told.until, window.until);
            }
            _ => told.text.push_str("(not known)"),
        }
        slot += 1;
        rest = after;
    }
    told.text.push_str(rest);
    told
}

/// A value as people write it.
pub fn words(world: &World, value: &Value) -> String {
    match value {
        Value::Empty => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Date(day) => day.strftime("%-d %B %Y").to_string(),
        Value::Instant(at) => at.to_zoned(world.calendar.zone().clone()).strftime("%-d %B %Y, %H:%M").to_string(),
        Value::Seconds(seconds) if seconds % 86_400 == 0 => format!("{} days", seconds / 86_400),
        Value::Seconds(seconds) => format!("{} hours", seconds / 3600),
        Value::Ref(id) => world.find(*id).map_or_else(|| "(gone)".to_owned(), |(at, row)| world.name_of(at, row)),
        Value::List(items) => items.iter().map(|item| words(world, item)).collect::<Vec<_>>().join(", "),
        Value::Map(map) => map.values().map(|item| words(world, item)).collect::<Vec<_>>().join(", "),
    }
}
