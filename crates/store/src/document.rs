//! What one source says of one entry, as it is stored: one JSON document.
//!
//! Invariant: decoding what was encoded gives the same facts (to the microsecond). A fact that has the
//! document's own instants names none, so that a renewed look at an unchanged entry changes one number only.

use jiff::Timestamp;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::{Fact, Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Facts of one entry by field name.
pub type Facts = BTreeMap<Name, Fact>;

/// Field names are snake_case, so that they stand in the text as they are.
#[derive(Serialize, Deserialize)]
struct Document<K: Ord> {
    /// `held_since` of every fact that names none, in microseconds.
    held: i64,
    facts: BTreeMap<K, Stored>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    v: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    held: Option<i64>,
}

/// The document of facts observed `at`. Numbers that are not finite are nobody's fact and are left out.
pub(crate) fn encode(at: Timestamp, facts: &Facts) -> String {
    let held = facts.values().next().map_or(at, |fact| fact.held_since).as_microsecond();
    let at = at.as_microsecond();
    let differs = |value: i64, common: i64| (value != common).then_some(value);
    let stored = facts.iter().filter(|(_, fact)| is_finite(&fact.value)).map(|(name, fact)| {
        let stored = Stored {
            v: fact.value.clone(),
            at: differs(fact.at.as_microsecond(), at),
            held: differs(fact.held_since.as_microsecond(), held),
        };
        (&**name, stored)
    });
    let document = Document { held, facts: stored.collect() };
    serde_json::to_string(&document).expect("text keys and finite numbers")
}

/// Facts of one entry and one source as they are stored: hundreds of thousands wait in memory this way.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    at: Timestamp,
    source: Name,
    /// Nothing when nothing is said.
    document: Arc<str>,
}

impl Packed {
    /// Packs what one source says.
    pub fn of(facts: &Facts) -> Self {
        let first = facts.values().next();
        let at = first.map_or(Timestamp::UNIX_EPOCH, |fact| fact.at);
        let source = first.map_or_else(Name::default, |fact| fact.source.clone());
        let document = first.map_or_else(String::new, |_| encode(at, facts)).into();
        Self { at, source, document }
    }

    /// Nothing is said.
    pub fn is_empty(&self) -> bool {
        self.document.is_empty()
    }

    /// The facts, to the microsecond.
    pub fn facts(&self) -> Facts {
        let said = (!self.is_empty()).then_some(&*self.document);
        let read = |said| decode(said, self.at, &self.source, &mut Names::default());
        said.map_or_else(Facts::new, |said| read(said).expect("it was packed here"))
    }
}

/// Names, each kept once: a school has tens of thousands of facts and some hundred field names.
#[derive(Default)]
pub(crate) struct Names(HashSet<Name>);

impl Names {
    pub(crate) fn name(&mut self, text: &str) -> Name {
        if let Some(name) = self.0.get(text) {
            return name.clone();
        }
        let name = Name::from(text);
        self.0.insert(name.clone());
        name
    }
}

/// The facts of a document; `None` when it is not one.
pub(crate) fn decode(document: &str, at: Timestamp, source: &Name, names: &mut Names) -> Option<Facts> {
    let document: Document<&str> = serde_json::from_str(document).ok()?;
    let fact = |(name, stored): (&str, Stored)| {
        let instant = |micros: Option<i64>, common: i64| Timestamp::from_microsecond(micros.unwrap_or(common)).ok();
        let fact = Fact {
            at: instant(stored.at, at.as_microsecond())?,
            held_since: instant(stored.held, document.held)?,
            value: stored.v,
            source: source.clone(),
        };
        Some((names.name(name), fact))
    };
    document.facts.into_iter().map(fact).collect()
}

/// Renews what a source said before: a value that did not change keeps its `held_since`, and with `keep`
/// what is not mentioned any more stays as it was.
pub(crate) fn renew(before: &Facts, mut after: Facts, keep: bool) -> Facts {
    for (name, known) in before {
        match after.get_mut(name) {
            Some(fact) if fact.value == known.value => fact.held_since = fact.held_since.min(known.held_since),
            None if keep => {
                after.insert(name.clone(), known.clone());
            }
            Some(_) | None => {}
        }
    }
    after
}

/// Adds what another source says: per field the newest word wins, the earlier source in the alphabet when
/// both are of one instant. Sources that agree share the longest `held_since`.
pub(crate) fn merge(into: &mut Facts, other: Facts) {
    for (name, fact) in other {
        let Some(known) = into.get_mut(&name) else {
            into.insert(name, fact);
            continue;
        };
        let held_since = known.held_since.min(fact.held_since);
        let agree = known.value == fact.value;
        if (fact.at, &known.source) > (known.at, &fact.source) {
            *known = fact;
        }
        if agree {
            known.held_since = held_since;
        }
    }
}

fn is_finite(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_finite(),
        Value::List(items) => items.iter().all(is_finite),
        Value::Map(map) => map.values().all(is_finite),
        _ => true,
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod document_tests;
