//! What the file says of one entry, against what is known of it.
//!
//! Invariant: a value that did not change keeps its `held_since`; one that did holds since the import.

use super::draft::Line;
use super::message::quote;
use super::plan::{Change, Planned};
use super::preview::Work;
use schoolkeeper_core::schema::{Absent, Register, RegisterKind};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::document::{Facts, Packed};
use schoolkeeper_store::entry::StoredEntry;

/// Compares a line with what is known.
pub fn compare(work: &Work, line: Line) -> Planned {
    let known = line.known.map(|at| &work.before.entries[at]);
    let came_back = known.is_some_and(|known| work.before.left.contains(&known.id));
    let nothing = Facts::new();
    let before = known.filter(|_| !came_back).map_or(&nothing, |known| &known.facts);
    let (mut changes, mut facts) = (Vec::new(), Facts::new());
    for (field, value) in line.values.into_iter() {
        let field = &work.register.fields[field];
        let fact = before.get(&field.name);
        if fact.is_none() && value == Value::Empty {
            continue;
        }
        let effective = fact.map(|fact| &fact.value).or((field.absent == Absent::Empty).then_some(&Value::Empty));
        let same = effective == Some(&value);
        if !same && known.is_some() {
            let before = fact.map(|fact| fact.value.clone());
            changes.push(Change { field: field.name.clone(), before, after: Some(value.clone()) });
        }
        let held_since = fact.filter(|_| same).map_or(work.before.now, |fact| fact.held_since);
        facts.insert(field.name.clone(), said(work, value, held_since));
    }
    keep_state(work, known, before, &mut facts);
    let comes_back = work.options.trip.is_some();
    if comes_back {
        // An observed register forgets what its source does not say again; people's own word stays.
        let own = before.iter().filter(|(_, fact)| fact.source == work.options.source);
        for (name, fact) in own {
            facts.entry(name.clone()).or_insert_with(|| fact.clone());
        }
    } else if work.register.kind == RegisterKind::Observed {
        changes.extend(not_said_any_more(work, before, &facts));
    }
    let name = name(work.register, &facts, known);
    let ours = |name| before.get(name).is_some_and(|fact| fact.source == work.options.source);
    if known.is_some() && changes.is_empty() && !facts.is_empty() && facts.keys().all(ours) {
        facts.clear();
    }
    let version = known.map(|known| known.version);
    let facts = Packed::of(&facts);
    Planned { rows: line.rows, id: line.id, version, came_back, name, changes, facts }
}

fn said(work: &Work, value: Value, held_since: jiff::Timestamp) -> Fact {
    Fact { value, at: work.before.now, held_since, source: work.options.source.clone() }
}

/// A new entry of a register with states begins in the first one; a known one stays where this source put it.
fn keep_state(work: &Work, known: Option<&StoredEntry>, before: &Facts, facts: &mut Facts) {
    let Some(states) = &work.register.states else { return };
    if facts.contains_key("state") {
        return;
    }
    match (known, before.get("state")) {
        (None, _) => drop(facts.insert("state".into(), said(work, Value::Text(states.first.clone()), work.before.now))),
        (Some(_), Some(fact)) if fact.source == work.options.source => {
            facts.insert("state".into(), said(work, fact.value.clone(), fact.held_since));
        }
        _ => {}
    }
}

/// An observed register holds what the source says now: what it leaves out is not known any more.
fn not_said_any_more(work: &Work, before: &Facts, facts: &Facts) -> Vec<Change> {
    let gone = before.iter().filter(|(name, fact)| fact.source == work.options.source && !facts.contains_key(*name));
    gone.map(|(name, fact)| Change { field: name.clone(), before: Some(fact.value.clone()), after: None }).collect()
}

/// What people call an entry.
pub fn name(register: &Register, facts: &Facts, known: Option<&StoredEntry>) -> String {
    let field = register.name_field().map(|at| &register.fields[at].name);
    let fact = field.and_then(|field| facts.get(field).or_else(|| known.and_then(|known| known.facts.get(field))));
    fact.and_then(|fact| fact.value.as_text()).map_or_else(String::new, quote)
}
