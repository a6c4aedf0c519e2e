//! Params: their own values, and whether they fit where `"$param"` stands.

use super::{Checker, catalogue, who};
use crate::param::Fault;
use crate::suggest;
use schoolkeeper_core::diagnostic::Place;
use schoolkeeper_core::pack::{Literal, Param, Stricter};
use schoolkeeper_core::phrase::{Every, OrParam, Span, Who};
use schoolkeeper_core::setting::SettingType;
use std::collections::BTreeSet;
use std::str::FromStr;

/// What a place where `$param` stands takes.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    /// `5 working days`.
    Span,
    /// `1 term`.
    Every,
    /// The value of a setting.
    Setting(SettingType),
}

pub(super) fn check(checker: &mut Checker<'_>) {
    for (name, param) in &checker.pack.params {
        checker.at("param", name);
        let place = checker.name();
        if let Some(unit) = &param.unit {
            unit_is_known(checker, unit);
        }
        bounds(checker, name, param, &place);
        if param.value.is_none() && param.ask.is_none() {
            let hint = "add `ask = …`, the question the school answers";
            checker.error_hint(format!("the blank `{name}` asks nothing"), place.clone(), hint);
        }
        if let Some(set_by) = param.set_by.as_ref().filter(|by| !matches!(&***by, "trust" | "school")) {
            who::check(checker, &Who(vec![set_by.clone()]), None);
        }
        let fits = match (param.stricter, &param.value) {
            (Some(Stricter::True | Stricter::False), Some(value)) => matches!(value, Literal::Bool(_)),
            (Some(Stricter::MoreOften), Some(value)) => {
                matches!(value, Literal::Text(text) if Every::from_str(text).is_ok())
            }
            (Some(Stricter::Lower | Stricter::Higher), Some(value)) => {
                crate::param::size(value, param.unit.as_deref()).is_some()
            }
            _ => true,
        };
        if !fits {
            let hint =
                "`lower` and `higher` compare numbers and spans, `more often` periods, `true` and `false` switches";
            checker.error_hint(format!("the value of `{name}` cannot be stricter in this way"), place, hint);
        }
    }
    unused(checker);
}

fn unit_is_known(checker: &mut Checker<'_>, unit: &str) {
    if Span::from_str(&format!("2 {unit}")).is_err() && !catalogue::UNITS.contains(&unit) {
        let known = ["minutes", "hours", "days", "weeks", "months", "years", "working days", "school days", "terms"];
        let hint = suggest::hint(unit, known.into_iter().chain(catalogue::UNITS.iter().copied()), "the units are");
        let place = checker.find(unit);
        checker.error_hint(format!("`{}` is no unit", suggest::short(unit)), place, hint);
    }
}

fn bounds(checker: &mut Checker<'_>, name: &str, param: &Param, place: &Place) {
    if let (Some(min), Some(max)) = (param.min, param.max)
        && min > max
    {
        checker.error(format!("`{name}` has a `min` greater than its `max`"), place.clone());
    }
    let blank = Param { value: None, ..param.clone() };
    match param.value.as_ref().and_then(|value| crate::param::fault(&blank, value)) {
        Some(Fault::Outside) => {
            checker.error(format!("the value of `{name}` lies outside its `min` and `max`"), place.clone());
        }
        Some(_) => {
            let hint = crate::param::kind_words(param);
            checker.error_hint(format!("the value of `{name}` does not fit its unit"), place.clone(), hint);
        }
        None => {}
    }
}

/// Params nobody names do nothing.
fn unused(checker: &mut Checker<'_>) {
    let pack = checker.pack;
    let texts = [
        serde_json::to_string(&pack.controls),
        serde_json::to_string(&pack.clauses),
        serde_json::to_string(&pack.audiences),
        serde_json::to_string(&pack.forms),
    ];
    let texts: Vec<String> = texts.into_iter().flatten().collect();
    let used: BTreeSet<&str> = texts.iter().flat_map(|text| named(text)).collect();
    for name in pack.params.keys().filter(|name| !used.contains(&***name)) {
        checker.at("param", name);
        let place = checker.name();
        let hint = format!("write `param.{name}` in an expression or `\"${name}\"` for a value, or take it out");
        checker.warning(format!("nothing uses the param `{name}`"), place, hint);
    }
}

/// The names after `param.` and `$`.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("param.").chain(text.match_indices('$')).map(|(at, lead)| at + lead.len());
    starts.map(|start| {
        let rest = &text[start..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

/// A span, or a param that can hold one.
pub(super) fn check_span(checker: &mut Checker<'_>, value: Option<&OrParam<Span>>) {
    match value {
        Some(OrParam::Param(name)) => {
            let place = checker.find(&format!("${name}"));
            check_use(checker, name, Wanted::Span, place);
        }
        Some(OrParam::Is(span)) if span.count < 0 => {
            let place = checker.find(&span.to_string());
            checker.error(format!("`{span}` is before its beginning"), place);
        }
        _ => {}
    }
}

/// A param stands here: it exists, and its value or unit fits.
pub(super) fn check_use(checker: &mut Checker<'_>, name: &str, wanted: Wanted, place: Place) {
    if !checker.known("the param", name, place.clone(), checker.pack.params.keys().map(|name| &**name)) {
        return;
    }
    let param = &checker.pack.params[name];
    let unit = param.unit.as_deref();
    let fits = match (&param.value, wanted) {
        (Some(value), wanted) => value_fits(value, unit, wanted),
        (None, _) if unit.is_none() => true,
        (None, Wanted::Span | Wanted::Setting(SettingType::Span)) => is_span_unit(unit),
        (None, Wanted::Every) => unit == Some("schedule") || is_span_unit(unit),
        (None, Wanted::Setting(SettingType::Count)) => matches!(unit, Some("count" | "number")),
        (None, Wanted::Setting(SettingType::YesNo)) => unit == Some("yes-no"),
        (None, Wanted::Setting(SettingType::Choice(_))) => unit == Some("text"),
    };
    if !fits {
        checker.error_hint(format!("the param `{name}` does not fit here"), place, says(wanted));
    }
}

fn is_span_unit(unit: Option<&str>) -> bool {
    unit.is_some_and(|unit| Span::from_str(&format!("2 {unit}")).is_ok())
}

/// A literal (or the value of a param in its unit) fits.
pub(super) fn value_fits(value: &Literal, unit: Option<&str>, wanted: Wanted) -> bool {
    match (wanted, value) {
        (Wanted::Span | Wanted::Setting(SettingType::Span), Literal::Text(text)) => Span::from_str(text).is_ok(),
        (Wanted::Span | Wanted::Setting(SettingType::Span), Literal::Int(_)) => is_span_unit(unit),
        (Wanted::Every, Literal::Text(text)) => Every::from_str(text).is_ok(),
        (Wanted::Setting(SettingType::YesNo), Literal::Bool(_)) => true,
        (Wanted::Setting(SettingType::Count), Literal::Int(count)) => *count >= 0,
        (Wanted::Setting(SettingType::Choice(choices)), Literal::Text(text)) => choices.contains(&text.as_str()),
        _ => false,
    }
}

/// What belongs here, for a hint.
pub(super) fn says(wanted: Wanted) -> String {
    match wanted {
        Wanted::Span | Wanted::Setting(SettingType::Span) => "a span such as `5 working days` belongs here".to_owned(),
        Wanted::Every => "a period such as `1 term` belongs here".to_owned(),
        Wanted::Setting(SettingType::YesNo) => "`true` or `false` belongs here".to_owned(),
        Wanted::Setting(SettingType::Count) => "a whole number from 0 belongs here".to_owned(),
        Wanted::Setting(SettingType::Choice(choices)) => format!("one of `{}` belongs here", choices.join("`, `")),
    }
}
