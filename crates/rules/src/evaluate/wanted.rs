//! What a setting asks for, resolved from the policy and its params, and how a fact measures up to it.

use schoolkeeper_core::control::{Setting, SettingValue};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Stricter;
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::setting::{self, SettingKey, SettingType};
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::{ParamValue, Params};

/// One key with the level it must reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The key of the catalogue.
    pub key: &'static SettingKey,
    /// Its value.
    pub level: Level,
}

/// The value of a setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// On or off.
    YesNo(bool),
    /// A number.
    Count(i64),
    /// A span; compared by its rough length where a fact holds seconds.
    Span(Span),
    /// Position among the choices, mildest first.
    Choice(usize),
}

/// Every key of a setting; `Err` names the blanks.
pub fn all(setting: &Setting, params: &Params) -> Result<Vec<Wanted>, Vec<Missing>> {
    let mut wanted = Vec::new();
    let mut missing = Vec::new();
    for (name, value) in &setting.set {
        let Some(key) = setting::key(name) else { continue };
        match level(key, value.get_ref(), params) {
            Ok(level) => wanted.push(Wanted { key, level }),
            Err(blank) => missing.push(blank),
        }
    }
    if missing.is_empty() { Ok(wanted) } else { Err(missing) }
}

fn level(key: &SettingKey, value: &SettingValue, params: &Params) -> Result<Level, Missing> {
    let blank = |name: &str| Missing::Param { name: Name::from(name) };
    let read = match value {
        SettingValue::Bool(on) => from_value(key, &Value::Bool(*on)),
        SettingValue::Int(count) => from_value(key, &Value::Int(*count)),
        SettingValue::Text(text) => match text.strip_prefix('$') {
            None => from_value(key, &Value::text(text)),
            Some(name) => {
                return match params.get(name) {
                    Some(ParamValue::Value(value)) => from_value(key, value),
                    Some(ParamValue::Span(span)) => Some(Level::Span(*span)),
                    None => None,
                }
                .ok_or_else(|| blank(name));
            }
        },
    };
    read.ok_or_else(|| blank(key.name))
}

fn from_value(key: &SettingKey, value: &Value) -> Option<Level> {
    match (key.kind, value) {
        (SettingType::YesNo, Value::Bool(on)) => Some(Level::YesNo(*on)),
        (SettingType::Count, Value::Int(count)) => Some(Level::Count(*count)),
        (SettingType::Count, Value::Number(count)) => Some(Level::Count(count.trunc() as i64)),
        (SettingType::Span, Value::Text(text)) => text.parse().ok().map(Level::Span),
        (SettingType::Span, Value::Seconds(seconds)) => Some(Level::Span(span_of(*seconds))),
        (SettingType::Choice(choices), Value::Text(text)) => {
            choices.iter().position(|choice| **choice == **text).map(Level::Choice)
        }
        _ => None,
    }
}

fn span_of(seconds: i64) -> Span {
    let count = |each: i64| i32::try_from(seconds / each).unwrap_or(i32::MAX);
    match seconds % 86_400 {
        0 => Span { count: count(86_400), unit: schoolkeeper_core::phrase::Unit::Day },
        _ => Span { count: count(60), unit: schoolkeeper_core::phrase::Unit::Minute },
    }
}

impl Wanted {
    /// Whether a fact is as strict or stricter; `None` when it cannot be compared.
    /// *Empty* is the mildest there is: no limit at all.
    pub fn is_met_by(&self, fact: &Value) -> Option<bool> {
        if *fact == Value::Empty {
            return Some(matches!(self.level, Level::YesNo(on) if on != (self.key.stricter == Stricter::True)));
        }
        let order = match (self.level, from_value(self.key, fact)?) {
            (Level::YesNo(wanted), Level::YesNo(found)) => found.cmp(&wanted),
            (Level::Count(wanted), Level::Count(found)) => found.cmp(&wanted),
            (Level::Span(wanted), Level::Span(found)) => found.rough_seconds().cmp(&wanted.rough_seconds()),
            (Level::Choice(wanted), Level::Choice(found)) => found.cmp(&wanted),
            _ => return None,
        };
        Some(match self.key.stricter {
            Stricter::Higher | Stricter::True => order.is_ge(),
            Stricter::Lower | Stricter::MoreOften | Stricter::False => order.is_le(),
        })
    }

    /// The catalogue's sentence with this value.
    pub fn says(&self) -> String {
        let value = match (self.level, self.key.kind) {
            (Level::Count(count), _) => count.to_string(),
            (Level::Span(span), _) => span.to_string(),
            (Level::Choice(at), SettingType::Choice(choices)) => {
                choices.get(at).copied().unwrap_or_default().to_owned()
            }
            (Level::YesNo(_) | Level::Choice(_), _) => String::new(),
        };
        self.key.says.replace("{}", &value)
    }
}
