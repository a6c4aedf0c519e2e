//! Values of an example, typed by the register's schema: local times, references by key or by name, spans.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, tz::TimeZone};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::Span;
use schoolkeeper_core::schema::{Field, FieldType};
use schoolkeeper_core::value::Value;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Reads an instant: `2026-11-23T08:00` in the school's zone, a date for its first moment, or with an offset.
pub fn moment(zone: &TimeZone, text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let midnight = || text.parse::<Date>().map(|day| day.to_datetime(Time::midnight()));
    let local = text.parse::<DateTime>().or_else(|_| midnight());
    let local = local.map_err(|_| format!("`{text}` is no date and time; write it as in `2026-11-23T08:00`"))?;
    local.to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).map_err(|error| format!("`{text}`: {error}"))
}

/// Reads values; knows the zone and finds entries.
pub struct Reader<'a> {
    /// The school's zone.
    pub zone: &'a TimeZone,
    /// Register (or `any`) and key or name → the entry.
    pub find: &'a dyn Fn(&str, &str) -> Option<EntryId>,
}

impl Reader<'_> {
    /// A value of a field of a register or form.
    pub fn field(&self, field: &Field, json: &Json) -> Result<Value, String> {
        self.typed(&field.kind, json).map_err(|problem| format!("`{}`: {problem}", field.name))
    }

    /// A value of a type; `null` is *empty*.
    pub fn typed(&self, kind: &FieldType, json: &Json) -> Result<Value, String> {
        if json.is_null() {
            return Ok(Value::Empty);
        }
        match (kind, json) {
            (FieldType::Text | FieldType::LongText | FieldType::File | FieldType::Photo, Json::String(text)) => {
                Ok(Value::text(text))
            }
            (FieldType::Text | FieldType::LongText, Json::Number(number)) => Ok(Value::text(number.to_string())),
            (FieldType::File | FieldType::Photo, Json::Bool(_)) => Ok(Value::text("made-up.pdf")),
            (FieldType::Number | FieldType::Money | FieldType::Span, Json::Number(number)) => Ok(number_of(number)),
            (FieldType::YesNo, Json::Bool(on)) => Ok(Value::Bool(*on)),
            (FieldType::YesNo, Json::String(text)) if text == "yes" || text == "no" => Ok(Value::Bool(text == "yes")),
            (FieldType::Choice(choices), Json::String(text)) => choice(choices, text),
            (FieldType::Choices(choices), Json::Array(items)) => list(items, |item| match item {
                Json::String(text) => choice(choices, text),
                other => Err(format!("`{other}` is no choice")),
            }),
            (FieldType::Date, Json::String(text)) => day(text).map(Value::Date),
            (FieldType::Instant, Json::String(text)) => moment(self.zone, text).map(Value::Instant),
            (FieldType::Span, Json::String(text)) => span(text),
            (FieldType::Ref(_), Json::String(name)) if name.is_empty() => Ok(Value::Empty),
            (FieldType::Ref(to), Json::String(name)) => self.entry(to, name),
            (FieldType::Refs(to), Json::Array(items)) => list(items, |item| self.item(to, item)),
            (FieldType::Refs(to), one @ Json::String(_)) => Ok(Value::List([self.item(to, one)?].into())),
            (FieldType::List, Json::Array(items)) => list(items, |item| self.untyped(item)),
            (FieldType::Rows(fields), Json::Array(items)) => list(items, |item| self.row(fields, item)),
            (FieldType::Map, json) => self.untyped(json),
            (FieldType::Back { .. }, _) => Err("it is worked out from the other side; give it there".to_owned()),
            (_, json) => Err(format!("`{json}` does not fit this field")),
        }
    }

    fn row(&self, fields: &[Field], json: &Json) -> Result<Value, String> {
        let Json::Object(row) = json else { return Err(format!("`{json}` is no row of named values")) };
        let part = |(name, json): (&String, &Json)| {
            let field =
                fields.iter().find(|field| *field.name == **name).ok_or_else(|| format!("there is no `{name}`"))?;
            Ok((field.name.clone(), self.field(field, json)?))
        };
        Ok(Value::Map(row.iter().map(part).collect::<Result<BTreeMap<_, _>, String>>()?.into()))
    }

    fn item(&self, to: &Name, json: &Json) -> Result<Value, String> {
        json.as_str().ok_or_else(|| format!("`{json}` names no entry")).and_then(|name| self.entry(to, name))
    }

    /// An entry by its key or name.
    pub fn entry(&self, register: &str, name: &str) -> Result<Value, String> {
        (self.find)(register, name).map(Value::Ref).ok_or_else(|| format!("no entry `{name}` of `{register}` is given"))
    }

    /// A value by its looks: what names an entry is a reference, what reads as a date or instant is one.
    pub fn untyped(&self, json: &Json) -> Result<Value, String> {
        Ok(match json {
            Json::Null => Value::Empty,
            Json::Bool(on) => Value::Bool(*on),
            Json::Number(number) => number_of(number),
            Json::String(text) => self.looks(text),
            Json::Array(items) => list(items, |item| self.untyped(item))?,
            Json::Object(map) => Value::Map(self.untyped_map(map)?.into()),
        })
    }

    /// Named values by their looks.
    pub fn untyped_map(&self, map: &Map<String, Json>) -> Result<BTreeMap<Name, Value>, String> {
        map.iter().map(|(name, json)| Ok((Name::from(&**name), self.untyped(json)?))).collect()
    }

    fn looks(&self, text: &str) -> Value {
        if let Some(id) = (self.find)("key", text) {
            return Value::Ref(id);
        }
        if text.len() == 10
            && let Ok(day) = text.parse::<Date>()
        {
            return Value::Date(day);
        }
        if text.len() >= 16
            && text.contains('T')
            && let Ok(at) = moment(self.zone, text)
        {
            return Value::Instant(at);
        }
        Value::text(text)
    }
}

fn list(items: &[Json], read: impl Fn(&Json) -> Result<Value, String>) -> Result<Value, String> {
    Ok(Value::List(items.iter().map(read).collect::<Result<Vec<_>, _>>()?.into()))
}

fn number_of(number: &serde_json::Number) -> Value {
    number.as_i64().map_or_else(|| Value::Number(number.as_f64().unwrap_or(f64::NAN)), Value::Int)
}

fn choice(choices: &[Name], text: &str) -> Result<Value, String> {
    if choices.iter().any(|choice| **choice == *text) {
        return Ok(Value::text(text));
    }
    Err(format!("`{text}` is none of {}", choices.join(", ")))
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("`{text}` is no date; write it as in `2026-11-23`"))
}

fn span(text: &str) -> Result<Value, String> {
    let span: Span = text.parse().map_err(|error: schoolkeeper_core::phrase::PhraseError| error.to_string())?;
    Ok(Value::Seconds(span.seconds().unwrap_or_else(|| span.rough_seconds())))
}
