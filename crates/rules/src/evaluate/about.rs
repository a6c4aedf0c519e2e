//! Narrowing: a clause about named entries counts only subjects that are, or refer to, one of them.

use crate::compiled::CompiledControl;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;

/// How many references may lie between a subject and a named entry.
const LINKS_MAX: u32 = 2;

/// The named entries a clause is about.
pub struct About<'w> {
    world: &'w World,
    names: Vec<Name>,
    ids: Vec<EntryId>,
    /// Names the school has not confirmed.
    pub unconfirmed: Vec<Missing>,
}

impl<'w> About<'w> {
    /// Looks the names up among those the school has confirmed.
    pub fn of<'n>(world: &'w World, names: impl Iterator<Item = &'n Name>) -> Self {
        let mut out = Self { world, names: Vec::new(), ids: Vec::new(), unconfirmed: Vec::new() };
        for name in names {
            out.names.push(name.clone());
            match world.named.get(name).filter(|id| world.find(**id).is_some()) {
                Some(id) => out.ids.push(*id),
                None => out.unconfirmed.push(Missing::Entry { name: name.clone() }),
            }
        }
        out
    }

    /// Whether nothing is narrowed: the clause names no entry, or the control itself speaks of one of them
    /// (`entry('leavers-room')`), so that every subject of it is about that entry.
    pub fn keeps_all_of(&self, control: &CompiledControl) -> bool {
        let names = |text: &str| {
            let text: String = text.split_whitespace().collect();
            let holds = |name: &Name| {
                text.contains(&format!("entry('{name}')")) || text.contains(&format!("entry(\"{name}\")"))
            };
            self.names.iter().any(holds)
        };
        self.names.is_empty() || control.expressions.values().any(|expression| names(expression.text()))
    }

    /// Whether a subject is, or refers to, one of them.
    pub fn keeps(&self, register: usize, row: usize) -> bool {
        self.reaches(register, row, LINKS_MAX)
    }

    fn reaches(&self, register: usize, row: usize, links: u32) -> bool {
        let entry = &self.world.table(register).rows[row];
        if self.ids.contains(&entry.id) {
            return true;
        }
        links > 0 && entry.facts.iter().flatten().any(|fact| self.points(&fact.value, links - 1))
    }

    fn points(&self, value: &Value, links: u32) -> bool {
        match value {
            Value::Ref(id) if self.ids.contains(id) => true,
            Value::Ref(id) if links > 0 => {
                self.world.find(*id).is_some_and(|(register, row)| self.reaches(register, row, links))
            }
            Value::List(items) => items.iter().any(|item| self.points(item, links)),
            _ => false,
        }
    }
}
