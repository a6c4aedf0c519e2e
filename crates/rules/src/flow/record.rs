//! One entry of a register, read by field name as the world knows it now.
//!
//! Invariant: absent and empty both read as nothing here; where the difference counts, ask [`Row::said`].

use jiff::{Timestamp, civil::Date};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;

/// A place in a register.
#[derive(Clone, Copy, Debug)]
pub struct Row<'w> {
    world: &'w World,
    /// Position of its register in the schemas.
    pub register: usize,
    /// Its row.
    pub row: usize,
}

impl<'w> Row<'w> {
    /// A row of a register by position.
    pub fn at(world: &'w World, register: usize, row: usize) -> Self {
        Self { world, register, row }
    }

    /// An entry, whatever its register.
    pub fn of(world: &'w World, id: EntryId) -> Option<Self> {
        world.find(id).map(|(register, row)| Self { world, register, row })
    }

    /// Every entry of a register, in order; none when there is no such register.
    pub fn all(world: &'w World, register: &str) -> impl Iterator<Item = Self> + use<'w> {
        let at = world.schemas.index(register);
        let count = at.map_or(0, |at| world.table(at).rows.len());
        (0..count).filter_map(move |row| at.map(|register| Self { world, register, row }))
    }

    /// Its id.
    pub fn id(self) -> EntryId {
        self.world.table(self.register).rows[self.row].id
    }

    /// When it was first known.
    pub fn since(self) -> Timestamp {
        self.world.table(self.register).rows[self.row].since
    }

    /// What people call it.
    pub fn name(self) -> String {
        self.world.name_of(self.register, self.row)
    }

    /// Id of its register.
    pub fn kind(self) -> &'w str {
        &self.world.schemas.all()[self.register].id
    }

    /// What was said about a field: `None` is absent, `Some(Value::Empty)` is empty.
    pub fn said(self, field: &str) -> Option<&'w Value> {
        let (at, _) = self.world.schemas.all()[self.register].field(field)?;
        self.world.value_at(self.register, self.row, at, self.world.now)
    }

    /// A value that is there.
    pub fn value(self, field: &str) -> Option<&'w Value> {
        self.said(field).filter(|value| **value != Value::Empty)
    }

    /// Since when a field has had its value.
    pub fn held_since(self, field: &str) -> Option<Timestamp> {
        let (at, _) = self.world.schemas.all()[self.register].field(field)?;
        self.world.table(self.register).rows[self.row].facts[at].as_ref().map(|fact| fact.held_since)
    }

    /// A text.
    pub fn text(self, field: &str) -> Option<&'w str> {
        self.value(field).and_then(Value::as_text)
    }

    /// A yes-no.
    pub fn flag(self, field: &str) -> Option<bool> {
        self.value(field).and_then(Value::as_bool)
    }

    /// A whole number.
    pub fn number(self, field: &str) -> Option<i64> {
        match self.value(field)? {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// An instant; a date counts as the beginning of its day.
    pub fn instant(self, field: &str) -> Option<Timestamp> {
        match self.value(field)? {
            Value::Instant(at) => Some(*at),
            Value::Date(day) => Some(self.world.calendar.start_of(*day)),
            _ => None,
        }
    }

    /// A date; an instant counts as its local day.
    pub fn date(self, field: &str) -> Option<Date> {
        match self.value(field)? {
            Value::Date(day) => Some(*day),
            Value::Instant(at) => Some(self.world.calendar.day(*at)),
            _ => None,
        }
    }

    /// The entries it points to; of a map, every reference inside.
    pub fn refs(self, field: &str) -> Vec<EntryId> {
        let mut out = Vec::new();
        if let Some(value) = self.value(field) {
            gather_refs(value, &mut out);
        }
        out
    }

    /// The entry it points to.
    pub fn one(self, field: &str) -> Option<EntryId> {
        self.value(field).and_then(Value::as_ref_id)
    }

    /// The rows or items of a field.
    pub fn items(self, field: &str) -> &'w [Value] {
        self.value(field).map_or(&[], Value::items)
    }

    /// The texts of a list.
    pub fn texts(self, field: &str) -> Vec<Name> {
        self.items(field).iter().filter_map(Value::as_text).map(Name::from).collect()
    }
}

/// Every reference in a value, in order: of lists and maps those inside.
pub fn gather_refs(value: &Value, out: &mut Vec<EntryId>) {
    match value {
        Value::Ref(id) => out.push(*id),
        Value::List(items) => items.iter().for_each(|item| gather_refs(item, out)),
        Value::Map(map) => map.values().for_each(|item| gather_refs(item, out)),
        _ => {}
    }
}
