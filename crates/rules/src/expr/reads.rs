//! What an expression reads, and its inverse: which subjects an edited entry may change.
//!
//! Invariant: an answer may only change with a change of what is listed here, with a param, or with time.

use super::Expression;
use super::node::Column;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;
use std::collections::{BTreeSet, HashSet};

/// The path of the subject itself.
pub(super) const SUBJECT: usize = 0;

/// A field an expression reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Position of the register.
    pub register: usize,
    /// Position of the field; `None`: all of it, whoever the subject is.
    pub field: Option<usize>,
    /// The way there, as an index into the ways; `None`: not from the subject.
    path: Option<usize>,
}

/// One reference followed: from a way, through a field, to a register.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hop {
    before: usize,
    through: Column,
    to: usize,
}

/// All reads of an expression.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    all: Vec<Read>,
    /// Way `n` is `hops[n - 1]`; way 0 is the subject.
    hops: Vec<Hop>,
    params: BTreeSet<Name>,
}

impl Reads {
    /// The params it speaks of; one that is a blank may make the answer unknown.
    pub fn params(&self) -> &BTreeSet<Name> {
        &self.params
    }

    /// The fields read, each once.
    pub fn iter(&self) -> impl Iterator<Item = &Read> {
        self.all.iter()
    }

    /// Whether a change in a register may change an answer.
    pub fn touches(&self, register: usize) -> bool {
        self.all.iter().any(|read| read.register == register)
    }

    /// Whether another entry of a register than the subject itself may change an answer.
    pub fn looks_around(&self, register: usize) -> bool {
        let others = self.all.iter().any(|read| read.register == register && read.path != Some(0));
        others || self.hops.iter().any(|hop| hop.to == register)
    }

    pub(super) fn field(&mut self, column: Column, path: Option<usize>) {
        self.add(Read { register: column.register, field: Some(column.field), path });
    }

    pub(super) fn whole(&mut self, register: usize) {
        self.add(Read { register, field: None, path: None });
    }

    pub(super) fn param(&mut self, name: Name) {
        self.params.insert(name);
    }

    fn add(&mut self, read: Read) {
        if !self.all.contains(&read) {
            self.all.push(read);
        }
    }

    /// A way one reference longer. The entries at its end are read for being there.
    pub(super) fn hop(&mut self, before: Option<usize>, through: Column, to: usize) -> Option<usize> {
        let Some(before) = before else {
            self.whole(to);
            return None;
        };
        let hop = Hop { before, through, to };
        let at = self.hops.iter().position(|known| *known == hop).unwrap_or_else(|| {
            self.hops.push(hop);
            self.hops.len() - 1
        });
        self.add(Read { register: to, field: None, path: Some(at + 1) });
        Some(at + 1)
    }
}

/// Whose answers may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Affected {
    /// Every subject.
    All,
    /// These rows of the subject's register.
    Rows(BTreeSet<usize>),
}

impl Affected {
    /// Both.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Rows(mut rows), Self::Rows(more)) => {
                rows.extend(more);
                Self::Rows(rows)
            }
            _ => Self::All,
        }
    }
}

/// Subjects whose answer may change because these entries (register, row) did. Ask it of the world before *and*
/// after the change, and join the answers: a reference that was turned away shows only before.
/// A change of a census, a param or a confirmed entry affects all.
pub fn affected_subjects(expression: &Expression, world: &World, changed: &[(usize, usize)]) -> Affected {
    let mut rows = BTreeSet::new();
    let reads = expression.reads();
    for read in reads.iter() {
        let here = || changed.iter().filter(|(register, _)| *register == read.register).map(|(_, row)| *row);
        if here().next().is_none() {
            continue;
        }
        let Some(path) = read.path else { return Affected::All };
        rows.extend(back_to_subjects(reads, world, path, here().collect()));
    }
    Affected::Rows(rows)
}

fn back_to_subjects(reads: &Reads, world: &World, mut path: usize, mut rows: HashSet<usize>) -> HashSet<usize> {
    while let Some(hop) = path.checked_sub(1).map(|at| &reads.hops[at]) {
        rows = one_back(world, hop, &rows);
        path = hop.before;
    }
    rows
}

/// Rows on the near side of a hop from which it leads to one of the far rows.
fn one_back(world: &World, hop: &Hop, far: &HashSet<usize>) -> HashSet<usize> {
    let Column { register, field, .. } = hop.through;
    let near = &world.table(register).rows;
    if let FieldType::Back { .. } = world.schemas.all()[register].fields[field].kind {
        let leads = |row: &usize| {
            world.table(register).back(field, *row).iter().any(|far_row| far.contains(&(*far_row as usize)))
        };
        return (0..near.len()).filter(leads).collect();
    }
    let ids: HashSet<_> =
        far.iter().filter_map(|&row| world.table(hop.to).rows.get(row)).map(|entry| entry.id).collect();
    let leads = |value: &Value| match value {
        Value::Ref(id) => ids.contains(id),
        other => other.items().iter().filter_map(Value::as_ref_id).any(|id| ids.contains(&id)),
    };
    let points = |row: &usize| near[*row].facts[field].as_ref().is_some_and(|fact| leads(&fact.value));
    (0..near.len()).filter(points).collect()
}
