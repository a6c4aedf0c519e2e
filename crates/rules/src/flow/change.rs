//! What an act does to the registers, as values: the store writes it, a story puts it into its world.
//!
//! Invariant: an act gives either all its changes or a [`Refusal`]; nothing here touches a world but [`apply`].

use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_core::world::{Entry, World};
use std::collections::BTreeMap;
use std::fmt;

/// One entry written.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its register.
    pub register: Name,
    /// The entry that changes; `None` for a new one, whose id the caller gives.
    pub entry: Option<EntryId>,
    /// Field and new value.
    pub set: Vec<(Name, Value)>,
}

impl Change {
    /// A new entry.
    pub fn new(register: &str) -> Self {
        Self { register: Name::from(register), entry: None, set: Vec::new() }
    }

    /// A change of an entry.
    pub fn of(register: &str, entry: EntryId) -> Self {
        Self { entry: Some(entry), ..Self::new(register) }
    }

    /// Sets a field.
    pub fn set(mut self, field: &str, value: Value) -> Self {
        self.set.push((Name::from(field), value));
        self
    }

    /// Sets a field when there is a value.
    pub fn set_some(self, field: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.set(field, value),
            None => self,
        }
    }
}

/// The act is not possible; the text is shown as it is and says what would help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    /// A refusal in words, always an `Err`.
    pub fn say<T>(text: impl Into<String>) -> Result<T, Self> {
        Err(Self(text.into()))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

/// Writes changes into a world at its instant, as `hand`, and seals it. `new_id` names new entries.
/// Fields and registers the schemas do not know are left out: a pack may run on an older schema.
pub fn apply(world: &mut World, changes: &[Change], mut new_id: impl FnMut() -> EntryId) {
    for change in changes {
        let Some(register) = world.schemas.index(&change.register) else { continue };
        let old = change.entry.and_then(|id| world.table(register).row(id));
        let mut entry = match old {
            Some(row) => world.table(register).rows[row].clone(),
            None => Entry { id: change.entry.unwrap_or_else(&mut new_id), since: world.now, facts: Vec::new() },
        };
        entry.facts.resize(world.schemas.all()[register].fields.len(), None);
        for (field, value) in &change.set {
            if let Some((at, _)) = world.schemas.all()[register].field(field) {
                entry.facts[at] = Some(fact(world, entry.facts[at].take(), value));
            }
        }
        world.put(register, entry);
    }
    world.seal();
}

fn fact(world: &World, old: Option<Fact>, value: &Value) -> Fact {
    let held_since = old.filter(|fact| fact.value == *value).map_or(world.now, |fact| fact.held_since);
    Fact { value: value.clone(), at: world.now, held_since, source: Name::from("hand") }
}

/// A map of named values: one row of a field of type `rows`.
pub fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let fields: BTreeMap<Name, Value> = fields.into_iter().map(|(name, value)| (Name::from(name), value)).collect();
    Value::Map(fields.into())
}
