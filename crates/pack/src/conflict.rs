//! Where two policies of one school cannot both be met.
//!
//! Invariant: pure, and the same whichever of the two is named first; expressions are never compared, so only what is
//! declared can be found here: settings that are switched on and off, ways out without a common one, posts given to two
//! people, records destroyed before another policy lets them go.

use crate::explain::{explain_control, people_words};
use schoolkeeper_core::control::{Channel, Control, ControlKind, Retention, SettingValue, Then};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, Pack};
use schoolkeeper_core::phrase::{OrParam, Span};
use std::collections::BTreeMap;
use std::str::FromStr;

/// Two things that cannot both hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// `PACK/WHAT~PACK/WHAT`: stays while both policies keep their names.
    pub id: String,
    /// What it is about.
    pub about: String,
    /// What each of the two wants.
    pub sides: [Side; 2],
}

/// What one of two policies wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The policy.
    pub pack: Name,
    /// The check, when it is one.
    pub control: Option<Name>,
    /// In words.
    pub wants: String,
}

/// A policy with what the school set.
type Policy<'a> = (&'a Pack, &'a BTreeMap<Name, Literal>);

/// Everything two policies cannot both have.
pub fn conflicts(one: Policy<'_>, other: Policy<'_>) -> Vec<Conflict> {
    let (one, other) = if one.0.head.id.get_ref() <= other.0.head.id.get_ref() { (one, other) } else { (other, one) };
    let mut out = Vec::new();
    for a in one.0.controls.values() {
        for b in other.0.controls.values() {
            if let Some(about) = clash((one, a), (other, b)) {
                out.push(of_controls(about, (one, a), (other, b)));
            }
        }
    }
    posts(&mut out, one.0, other.0);
    out
}

fn clash((one, a): (Policy<'_>, &Control), (other, b): (Policy<'_>, &Control)) -> Option<String> {
    match (&a.kind, &b.kind) {
        (ControlKind::Setting(a), ControlKind::Setting(b)) => {
            let value = |policy: Policy<'_>, value: &SettingValue| switch(policy, value);
            a.set.iter().find_map(|(key, wants)| {
                let (a, b) = (value(one, wants.get_ref())?, value(other, b.set.get(key)?.get_ref())?);
                (a != b).then(|| setting_words(key))
            })
        }
        (ControlKind::Channel(a), ControlKind::Channel(b)) => no_way((one.0, a), (other.0, b)),
        (ControlKind::Retention(a), ControlKind::Retention(b)) => too_short((one, a), (other, b)),
        _ => None,
    }
}

/// On or off, written out or by a number of the policy.
fn switch((pack, set): Policy<'_>, value: &SettingValue) -> Option<bool> {
    match value {
        SettingValue::Bool(value) => Some(*value),
        SettingValue::Text(text) => {
            let name = text.strip_prefix('$')?;
            match set.get(name).or(pack.params.get(name)?.value.as_ref())? {
                Literal::Bool(value) => Some(*value),
                _ => None,
            }
        }
        SettingValue::Int(_) => None,
    }
}

fn setting_words(key: &str) -> String {
    let says = schoolkeeper_core::setting::key(key).map(|key| key.says);
    says.map_or_else(|| key.replace(['.', '_'], " "), |says| says.trim_end_matches('.').to_owned())
}

/// Both speak of the same information and recipients, and no way is allowed by both.
fn no_way((one, a): (&Pack, &Channel), (other, b): (&Pack, &Channel)) -> Option<String> {
    let same = |class: &Name| {
        let mapped = |pack: &Pack| pack.class.as_ref().and_then(|own| own.same_as.get(class)).cloned();
        b.class.contains(class)
            || mapped(one).is_some_and(|class| b.class.contains(&class))
            || b.class.iter().any(|theirs| {
                other.class.as_ref().and_then(|own| own.same_as.get(theirs)).is_some_and(|mapped| mapped == class)
            })
    };
    let class = a.class.iter().find(|class| same(class))?;
    let meet = |a: &[Name], b: &[Name]| a.is_empty() || b.is_empty() || a.iter().any(|name| b.contains(name));
    let together = meet(&a.to, &b.to) && meet(&a.matter, &b.matter);
    (together && !meet(&a.by, &b.by)).then(|| format!("No way is allowed by both for what is {class}"))
}

/// One destroys records before the other lets them go.
fn too_short((one, a): (Policy<'_>, &Retention), (other, b): (Policy<'_>, &Retention)) -> Option<String> {
    if a.register.get_ref() != b.register.get_ref() {
        return None;
    }
    let rows = |(pack, set): Policy<'_>, spec: &Retention| -> Vec<(Option<Name>, Span, Then)> {
        let table = spec.schedule.as_ref().and_then(|name| pack.schedules.get(name.get_ref()));
        match (table, &spec.keep) {
            (Some(rows), _) => rows.iter().map(|row| (Some(row.series.clone()), row.keep, row.then)).collect(),
            (None, Some(OrParam::Is(keep))) => vec![(None, *keep, spec.then)],
            (None, Some(OrParam::Param(name))) => {
                let value = set.get(name).or(pack.params.get(name).and_then(|param| param.value.as_ref()));
                let Some(Literal::Text(text)) = value else { return Vec::new() };
                Span::from_str(text).map(|keep| (None, keep, spec.then)).into_iter().collect()
            }
            (None, None) => Vec::new(),
        }
    };
    let theirs = rows(other, b);
    rows(one, a).into_iter().find_map(|(series, keep, then)| {
        let (_, long, last) = theirs.iter().find(|(named, ..)| *named == series)?;
        let destroyed = (days(keep)? < days(*long)? && then == Then::Destroy)
            || (days(*long)? < days(keep)? && *last == Then::Destroy);
        let what = series.map_or_else(|| a.register.get_ref().replace('-', " "), |series| series.replace('-', " "));
        destroyed.then(|| format!("{what}: kept {keep} by one and {long} by the other"))
    })
}

/// About how long, to tell the shorter of two.
fn days(span: Span) -> Option<i64> {
    use schoolkeeper_core::phrase::Unit;
    let count = i64::from(span.count);
    match span.unit {
        Unit::Year => Some(count * 365),
        Unit::Month => Some(count * 30),
        Unit::Week => Some(count * 7),
        Unit::Day => Some(count),
        _ => None,
    }
}

/// A role of one name that follows two different posts.
fn posts(out: &mut Vec<Conflict>, one: &Pack, other: &Pack) {
    for (name, a) in &one.roles {
        let Some(b) = other.roles.get(name) else { continue };
        if let (Some(first), Some(second)) = (&a.held_by, &b.held_by)
            && first != second
        {
            let side = |pack: &Pack, post: &Name| Side {
                pack: pack.head.id.get_ref().clone(),
                control: None,
                wants: format!("It is held by {}.", people_words(std::slice::from_ref(post), pack)),
            };
            let about = format!("Who is {}", a.title);
            out.push(conflict(name, about, [side(one, first), side(other, second)]));
        }
    }
}

fn of_controls(about: String, (one, a): (Policy<'_>, &Control), (other, b): (Policy<'_>, &Control)) -> Conflict {
    let side = |(pack, set): Policy<'_>, control: &Control| Side {
        pack: pack.head.id.get_ref().clone(),
        control: Some(control.id.clone()),
        wants: explain_control(control, pack, set),
    };
    conflict("", about, [side(one, a), side(other, b)])
}

fn conflict(what: &str, about: String, sides: [Side; 2]) -> Conflict {
    let part = |side: &Side| format!("{}/{}", side.pack, side.control.as_deref().unwrap_or(what));
    Conflict { id: format!("{}~{}", part(&sides[0]), part(&sides[1])), about, sides }
}

#[cfg(test)]
#[path = "conflict_tests.rs"]
mod tests;
