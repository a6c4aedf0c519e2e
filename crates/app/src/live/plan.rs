//! Which examples are tried: of each control one for each thing it may come to.

use super::act;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Example, Pack};
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_rules::example::moment;
use std::collections::BTreeSet;

/// An example's instant when it does not say one.
const AT: &str = "2026-11-23T09:00";

/// One example to be lived through.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The control it proves.
    pub control: Name,
    /// What it shows, in words.
    pub title: String,
    /// What must come out.
    pub expect: String,
    /// When.
    pub at: Timestamp,
    /// Since when the policy is in force, when it says so.
    pub in_force_since: Option<Timestamp>,
    /// When its records came in first, so that they have been so since then.
    pub early: Vec<Timestamp>,
    /// Posts somebody must hold, and `actor` when somebody must act.
    pub people: Vec<Name>,
    /// The example.
    pub example: Example,
}

/// Since when everything has been as it is.
pub fn long_ago() -> Timestamp {
    "2000-01-01T00:00:00Z".parse().unwrap()
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/London").unwrap()
}

/// Of each rule, setting, retention, job, duty, access and channel: the first example for each thing it may come to.
pub fn trials(live: &CompiledPack) -> Vec<Trial> {
    let pack = &live.pack;
    let mut known = BTreeSet::new();
    let mut out = Vec::new();
    let (mut first, others): (Vec<&Example>, Vec<&Example>) =
        pack.examples.iter().filter(|example| example.story.is_empty()).partition(|example| is_done_here(example));
    first.extend(others);
    for example in first {
        let id = example.control.get_ref();
        let Some(control) = pack.controls.get(id) else { continue };
        let expect = example.expect.as_ref().map_or("allowed", |expect| expect.get_ref().as_str());
        let wanted = matches!(expect, "kept" | "broken" | "allowed" | "refused");
        let kind = matches!(
            control.kind,
            ControlKind::Rule(_)
                | ControlKind::Setting(_)
                | ControlKind::Retention(_)
                | ControlKind::Job(_)
                | ControlKind::Duty(_)
                | ControlKind::Access(_)
                | ControlKind::Channel(_)
        );
        if !wanted || !kind || !known.insert((id.clone(), expect.to_owned())) {
            continue;
        }
        let ages = match &control.kind {
            ControlKind::Rule(rule) => rule.grace.is_some() || rule.unknown_max.is_some(),
            ControlKind::Setting(setting) => setting.within.is_some() || !setting.compare.is_empty(),
            _ => true,
        };
        out.push(Trial {
            control: id.clone(),
            title: example.title.clone().unwrap_or_default(),
            expect: expect.to_owned(),
            at: moment(&zone(), example.at.as_deref().unwrap_or(AT)).unwrap(),
            in_force_since: example.in_force_since.as_deref().map(|text| moment(&zone(), text).unwrap()),
            early: if example.act.is_none() { early(example, ages) } else { Vec::new() },
            people: people(pack, &control.kind, example),
            example: with_required_posts(pack, example.clone()),
        });
    }
    out
}

/// Examples of acts this program does not let people do are tried last.
fn is_done_here(example: &Example) -> bool {
    example.act.as_ref().is_none_or(|act| act::is_tried(&act.name))
}

/// Whoever holds a post that asks for another one holds that one too: nobody could be appointed otherwise.
fn with_required_posts(pack: &Pack, mut example: Example) -> Example {
    let Some(posts) = example.given.get_mut("appointment") else { return example };
    let mut all: Vec<serde_json::Map<String, serde_json::Value>> = Vec::new();
    for post in std::mem::take(posts) {
        let role = post.get("role").and_then(serde_json::Value::as_str).and_then(|role| pack.roles.get(role));
        for required in role.into_iter().flat_map(|role| &role.requires) {
            let mut other = post.clone();
            other.insert("role".to_owned(), required.to_string().into());
            other.remove("key");
            if !all.contains(&other) {
                all.push(other);
            }
        }
        if !all.contains(&post) {
            all.push(post);
        }
    }
    *posts = all;
    example
}

/// The days since when its records are as they are, years ago unless they say so.
fn early(example: &Example, ages: bool) -> Vec<Timestamp> {
    let rows = example.given.values().flatten();
    let marked: BTreeSet<Timestamp> =
        rows.flat_map(|row| mark(row).into_iter().chain(later(row).map(|(_, at)| at))).collect();
    let ages = ages || !marked.is_empty();
    ages.then(long_ago).into_iter().chain(marked).collect()
}

/// Since when a record is as it is, when it says one day for all of it.
pub fn mark(row: &serde_json::Map<String, serde_json::Value>) -> Option<Timestamp> {
    let text = ["_held_since", "_since"].into_iter().find_map(|name| row.get(name)?.as_str())?;
    moment(&zone(), text).ok()
}

/// Fields of a record that became so on days of their own.
pub fn later(row: &serde_json::Map<String, serde_json::Value>) -> impl Iterator<Item = (&str, Timestamp)> {
    let days = row.get("_held_since").and_then(serde_json::Value::as_object);
    days.into_iter().flatten().filter_map(|(field, day)| Some((&**field, moment(&zone(), day.as_str()?).ok()?)))
}

/// Posts a duty rests on, by whoever holds them; somebody to act for an act.
fn people(pack: &Pack, kind: &ControlKind, example: &Example) -> Vec<Name> {
    if let Some(act) = &example.act {
        let post = act.actor.iter().filter(|name| pack.roles.contains_key(*name));
        return std::iter::once(Name::from("actor")).chain(post.cloned()).collect();
    }
    let ControlKind::Duty(duty) = kind else { return Vec::new() };
    let named =
        duty.owner.iter().chain(duty.countersign.iter()).chain(duty.with.iter().flat_map(|with| with.any.iter()));
    let posts = named.filter_map(|name| Some(pack.roles.get(name)?.held_by.clone().unwrap_or_else(|| name.clone())));
    posts.collect::<BTreeSet<_>>().into_iter().collect()
}
