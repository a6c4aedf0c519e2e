//! What a form asks for, made from the register's schema: which question gets which control, how a known value stands
//! in it, and how what was typed becomes a value.
//!
//! Invariant: reading what [`typed`] wrote gives the same value; what cannot be read is said, never guessed.

use crate::import::{cell, moment};
use crate::register::cell::span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{Field, FieldType, Register, When};
use schoolkeeper_core::value::Value;

/// Longest line.
pub const LINE_MAX: usize = 500;
/// Longest text.
pub const TEXT_MAX: usize = 5000;
/// Most items of a list.
const ITEMS_MAX: usize = 100;
/// More choices than these stand in a select.
const RADIOS_MAX: usize = 7;

/// What a question looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// One line.
    Line,
    /// One line of digits.
    Digits,
    /// Several lines.
    Lines,
    /// One of a few.
    Radios,
    /// One of many.
    Select,
    /// Several of them.
    Boxes,
    /// Three parts.
    Date,
    /// An entry, found on a page of its own.
    Link,
    /// Several entries.
    Links,
}

/// How a field is asked for; `None` when no form asks for it: what is worked out, the state, groups of values.
pub fn control(field: &Field) -> Option<Control> {
    if &*field.name == "state" || field.retired {
        return None;
    }
    Some(match &field.kind {
        FieldType::Text | FieldType::Instant | FieldType::Span | FieldType::File | FieldType::Photo => Control::Line,
        FieldType::Number | FieldType::Money => Control::Digits,
        FieldType::LongText | FieldType::List => Control::Lines,
        FieldType::YesNo => Control::Radios,
        FieldType::Choice(choices) if choices.len() <= RADIOS_MAX => Control::Radios,
        FieldType::Choice(_) => Control::Select,
        FieldType::Choices(_) => Control::Boxes,
        FieldType::Date => Control::Date,
        FieldType::Ref(to) if &**to != "any" => Control::Link,
        FieldType::Refs(to) if &**to != "any" => Control::Links,
        _ => return None,
    })
}

/// Fields as they stand together: first those of no section, without a title.
pub fn sections(register: &Register) -> Vec<(Option<&str>, Vec<&Field>)> {
    let in_section = |field: &&Field| register.sections.iter().any(|section| section.fields.contains(&field.name));
    let (sectioned, first): (Vec<&Field>, Vec<&Field>) = register.fields.iter().partition(in_section);
    let mut out = vec![(None, first)];
    for section in &register.sections {
        let fields = section.fields.iter().filter_map(|name| sectioned.iter().copied().find(|one| one.name == *name));
        out.push((Some(section.title.as_str()), fields.collect()));
    }
    out.retain(|(_, fields)| !fields.is_empty());
    out
}

/// How to fill a field in, when its own help does not say.
pub fn hint(field: &Field) -> Option<String> {
    let own = field.help.clone();
    let kind = match &field.kind {
        FieldType::Instant => Some("Day and time, such as 23 November 2026 4:40pm"),
        FieldType::Span => Some("Such as 26 hours or 3 days"),
        FieldType::Money => Some("In pounds, such as 795 or 12.50"),
        FieldType::List => Some("One on each line"),
        FieldType::Date => Some("Such as 27 3 2027"),
        FieldType::File | FieldType::Photo => Some("What the paper or file is called and where it is"),
        _ => None,
    };
    match (own, kind) {
        (Some(own), Some(kind)) => Some(format!("{}. {kind}", own.trim_end_matches('.'))),
        (own, kind) => own.or_else(|| kind.map(str::to_owned)),
    }
}

/// Whether a question is asked, given what else was typed.
pub fn is_asked(when: &When, other: &str) -> bool {
    when.is.iter().any(|value| **value == *other)
}

/// A value as it stands in its control: dates as `27-3-2027`, links as ids, lists line by line.
pub fn typed(value: &Value, zone: &TimeZone) -> String {
    match value {
        Value::Empty | Value::Map(_) => String::new(),
        Value::Bool(yes) => (if *yes { "yes" } else { "no" }).to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Date(date) => format!("{}-{}-{}", date.day(), date.month(), date.year()),
        Value::Instant(at) => at.to_zoned(zone.clone()).datetime().strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Value::Seconds(seconds) => span(*seconds),
        Value::Ref(id) => id.to_string(),
        Value::List(items) => items.iter().map(|item| typed(item, zone)).collect::<Vec<_>>().join("\n"),
    }
}

/// The same where the type of the field matters: money in pounds.
pub fn typed_as(field: &Field, value: &Value, zone: &TimeZone) -> String {
    match (&field.kind, value) {
        (FieldType::Money, Value::Int(pence)) if pence % 100 == 0 => (pence / 100).to_string(),
        (FieldType::Money, Value::Int(pence)) => format!("{}.{:02}", pence / 100, pence.abs() % 100),
        _ => typed(value, zone),
    }
}

/// What was typed: a value, or nothing. The error says what is wrong and how to write it.
pub fn read(field: &Field, written: &str, zone: &TimeZone) -> Result<Option<Value>, String> {
    let text = written.trim();
    if text.is_empty() || (field.kind == FieldType::Date && text == "--") {
        return Ok(None);
    }
    let max = if matches!(field.kind, FieldType::LongText | FieldType::List) { TEXT_MAX } else { LINE_MAX };
    let length = text.chars().count();
    if length > max && !matches!(field.kind, FieldType::Refs(_)) {
        return Err(format!("{} may have {max} characters; these are {length}", field.label));
    }
    let known = |choices: &[Name], one: &str| choices.iter().find(|choice| ***choice == *one).cloned();
    let not_there = || format!("Choose one of those shown for {}", field.label.to_lowercase());
    let value = match &field.kind {
        FieldType::Text | FieldType::File | FieldType::Photo => Value::text(line(text)),
        FieldType::LongText => Value::text(text.replace("\r\n", "\n").replace('\r', "\n")),
        FieldType::Number => said(cell::number(text), field, "Write it in digits, such as 12")?,
        FieldType::Money => said(cell::money(text), field, "Write it in pounds, such as 12.50")?,
        FieldType::Span => said(cell::span(text), field, "Write it like 26 hours or 3 days")?,
        FieldType::YesNo => match text {
            "yes" => Value::Bool(true),
            "no" => Value::Bool(false),
            _ => return Err(not_there()),
        },
        FieldType::Choice(choices) => Value::Text(known(choices, text).ok_or_else(not_there)?),
        FieldType::Choices(choices) => {
            items(field, text, |one| known(choices, one).map(Value::Text).ok_or_else(not_there))?
        }
        FieldType::Date => Value::Date(date(text).map_err(|why| format!("{}: {why}", field.label))?),
        FieldType::Instant => instant(text, zone).map(Value::Instant).ok_or_else(|| {
            format!("{}: \"{text}\" is no day and time. Write it like 23 November 2026 4:40pm", field.label)
        })?,
        FieldType::List => items(field, text, |one| Ok(Value::text(line(one))))?,
        FieldType::Ref(_) => link(text).map(Value::Ref).ok_or_else(not_there)?,
        FieldType::Refs(_) => items(field, text, |one| link(one).map(Value::Ref).ok_or_else(not_there))?,
        FieldType::Rows(_) | FieldType::Map | FieldType::Back { .. } => return Ok(None),
    };
    Ok(Some(value))
}

fn said(read: Result<Value, String>, field: &Field, how: &str) -> Result<Value, String> {
    read.map_err(|_| format!("{} cannot be read. {how}", field.label))
}

fn items(field: &Field, text: &str, read: impl Fn(&str) -> Result<Value, String>) -> Result<Value, String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > ITEMS_MAX {
        return Err(format!("{} may have {ITEMS_MAX} lines", field.label));
    }
    Ok(Value::List(lines.into_iter().map(read).collect::<Result<Vec<_>, _>>()?.into()))
}

fn line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn link(text: &str) -> Option<EntryId> {
    text.parse().ok().map(EntryId)
}

/// `27-3-2027`, or with the month in words.
fn date(text: &str) -> Result<Date, String> {
    let parts: Vec<&str> = text.splitn(3, '-').map(str::trim).collect();
    let shown = parts.join(" ");
    let wrong = || format!("\"{shown}\" is no date. Write it like 27 3 2027");
    let [day, month, year] = parts[..] else { return Err(wrong()) };
    let in_words = || moment::parse(&format!("{day} {month} {year}")).ok().map(|moment| moment.date);
    let digits = || Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    let found = if month.chars().all(|c| c.is_ascii_digit()) { digits() } else { in_words() };
    found.filter(|date| (1900..2200).contains(&date.year())).ok_or_else(wrong)
}

fn instant(text: &str, zone: &TimeZone) -> Option<jiff::Timestamp> {
    let moment = moment::parse(text).ok()?;
    moment.instant(zone)
}
