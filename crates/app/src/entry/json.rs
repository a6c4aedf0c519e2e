//! Values as programs read and write them.
//!
//! Invariant: reading what [`said`] gave gives the same value; what cannot be read is said, never guessed. What a form
//! refuses is refused here in the same words.

use super::form;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schoolkeeper_core::schema::{Field, FieldType};
use schoolkeeper_core::value::Value;
use serde_json::{Map, Number, Value as Json};

/// Most pence that are read.
const PENCE_MAX: i64 = 1_000_000_000_000;
/// Longest span, in seconds: a hundred years.
const SECONDS_MAX: i64 = 100 * 366 * 86_400;

/// A value for a program: money in pence, spans in seconds, links as ids; known to have none is `null`.
pub fn said(value: &Value) -> Json {
    match value {
        Value::Empty => Json::Null,
        Value::Bool(yes) => Json::Bool(*yes),
        Value::Int(number) | Value::Seconds(number) => Json::from(*number),
        Value::Number(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Value::Text(text) => Json::from(&**text),
        Value::Date(date) => Json::from(date.to_string()),
        Value::Instant(at) => Json::from(at.to_string()),
        Value::Ref(id) => Json::from(id.to_string()),
        Value::List(items) => Json::Array(items.iter().map(said).collect()),
        Value::Map(map) => Json::Object(map.iter().map(|(name, value)| (name.to_string(), said(value))).collect()),
    }
}

/// What a program wrote: a value, or nothing (`null`, an empty text or list). The error says what is wrong.
pub fn read(field: &Field, written: &Json, zone: &TimeZone) -> Result<Option<Value>, String> {
    if form::control(field).is_none() {
        return Err(format!("{} cannot be written here", field.label));
    }
    let wrong = |how: &str| Err(format!("{} {how}", field.label));
    match (&field.kind, written) {
        (_, Json::Null) => Ok(None),
        (FieldType::YesNo, Json::Bool(yes)) => Ok(Some(Value::Bool(*yes))),
        (FieldType::YesNo, _) => wrong("is true or false"),
        (FieldType::Number, Json::Number(number)) => form::read(field, &number.to_string(), zone),
        (FieldType::Number, _) => wrong("is a number"),
        (FieldType::Money, Json::Number(number)) => match number.as_i64().filter(|pence| pence.abs() <= PENCE_MAX) {
            Some(pence) => Ok(Some(Value::Int(pence))),
            None => wrong("is a whole number of pence"),
        },
        (FieldType::Money, _) => wrong("is a whole number of pence"),
        (FieldType::Span, Json::Number(number)) => {
            match number.as_i64().filter(|span| (0..=SECONDS_MAX).contains(span)) {
                Some(seconds) => Ok(Some(Value::Seconds(seconds))),
                None => wrong("is a whole number of seconds"),
            }
        }
        (FieldType::Span, _) => wrong("is a whole number of seconds"),
        (FieldType::Date, Json::String(text)) => {
            match text.parse::<Date>().ok().filter(|date| (1900..2200).contains(&date.year()) && text.len() == 10) {
                Some(date) => Ok(Some(Value::Date(date))),
                None => wrong("is a day such as 2026-11-23"),
            }
        }
        (FieldType::Date, _) => wrong("is a day such as 2026-11-23"),
        (FieldType::Instant, Json::String(text)) => {
            let years = |at: &Timestamp| (1900..2200).contains(&at.to_zoned(TimeZone::UTC).year());
            match text.parse::<Timestamp>().ok().filter(years) {
                Some(at) => Ok(Some(Value::Instant(at))),
                None => wrong("is an instant such as 2026-11-23T16:40:00Z"),
            }
        }
        (FieldType::Instant, _) => wrong("is an instant such as 2026-11-23T16:40:00Z"),
        (FieldType::Choices(_) | FieldType::List | FieldType::Refs(_), Json::Array(items)) => {
            let texts: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
            match texts.filter(|texts| !texts.iter().any(|text| text.contains(['\n', '\r']))) {
                Some(texts) => form::read(field, &texts.join("\n"), zone),
                None => wrong("is a list of texts without line breaks"),
            }
        }
        (FieldType::Choices(_) | FieldType::List | FieldType::Refs(_), _) => wrong("is a list of texts"),
        (_, Json::String(text)) => form::read(field, text, zone),
        (_, _) => wrong("is a text"),
    }
}

/// Everything that is known of an entry; what nobody said is not there.
pub fn fields<'a>(
    facts: impl Iterator<Item = (&'a schoolkeeper_core::id::Name, &'a schoolkeeper_core::value::Fact)>,
    asked: impl Fn(&str) -> bool,
) -> Map<String, Json> {
    facts.filter(|(name, _)| asked(name)).map(|(name, fact)| (name.to_string(), said(&fact.value))).collect()
}

#[cfg(test)]
mod tests {
    use super::{read, said};
    use crate::shipped;
    use jiff::tz::TimeZone;
    use schoolkeeper_core::schema::{Field, FieldType};
    use serde_json::{Value as Json, json};

    #[test]
    fn every_field_of_every_register_reads_back_what_it_says_and_refuses_other_shapes() {
        let schemas = shipped::registers(None).unwrap();
        let id = "0190a5b2-0000-7000-8000-000000000001";
        let mut tried = 0;
        for field in schemas.all().iter().flat_map(|register| &register.fields) {
            let good: Json = match &field.kind {
                FieldType::Number => json!(12.5),
                FieldType::Money => json!(79_550),
                FieldType::Span => json!(93_600),
                FieldType::YesNo => json!(true),
                FieldType::Choice(choices) => json!(choices[0]),
                FieldType::Choices(choices) => json!([choices[0]]),
                FieldType::Date => json!("2026-11-23"),
                FieldType::Instant => json!("2026-11-23T16:40:00Z"),
                FieldType::Ref(_) => json!(id),
                FieldType::Refs(_) => json!([id]),
                FieldType::List => json!(["one", "two"]),
                _ => json!("a text"),
            };
            if super::form::control(field).is_none() {
                assert!(read(field, &good, &TimeZone::UTC).is_err(), "{}", field.name);
                continue;
            }
            let value = read(field, &good, &TimeZone::UTC).unwrap_or_else(|why| panic!("{}: {why}", field.name));
            assert_eq!(said(&value.unwrap()), good, "{}", field.name);
            assert_eq!(read(field, &Json::Null, &TimeZone::UTC), Ok(None));
            for bad in [json!({}), json!({"a": [1]}), json!([[]]), json!([1, 2]), json!(["a\nb"])] {
                assert!(read(field, &bad, &TimeZone::UTC).is_err(), "{} takes {bad}", field.name);
            }
            tried += 1;
        }
        assert!(tried > 300, "only {tried} fields");
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let schemas = shipped::registers(None).unwrap();
        let any = schemas.get("asset").unwrap().field("name").unwrap().1.clone();
        let refused = |kind: FieldType, bad: Json| {
            let field = Field { kind, ..any.clone() };
            assert!(read(&field, &bad, &TimeZone::UTC).is_err(), "{bad}");
        };
        refused(FieldType::Text, json!("a".repeat(501)));
        refused(FieldType::List, json!(vec!["a"; 101]));
        refused(FieldType::Money, json!(u64::MAX));
        refused(FieldType::Money, json!(12.5));
        refused(FieldType::Date, json!("0001-01-01"));
        refused(FieldType::Date, json!("23/11/2026"));
        refused(FieldType::Instant, json!("2026-11-23"));
        refused(FieldType::Ref("person".into()), json!("nobody"));
    }
}
