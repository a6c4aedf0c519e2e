//! What a list of a register can be searched, filtered and sorted by.
//!
//! Invariant: at most [`KEYS_MAX`] fields of a register have a key; those of its list's columns come first and those a
//! school added itself last, in the order they were made, so that adding one moves no other's key.

use crate::schema::{Field, FieldType, Register};

/// Most fields of a register that can be filtered and sorted by.
pub const KEYS_MAX: usize = 48;

impl Register {
    /// The fields a list can be filtered and sorted by, each with its place: first the columns, then every other field
    /// of a type people filter by.
    pub fn keyed(&self) -> Vec<&Field> {
        let columns = self.list.columns.iter().filter_map(|name| self.field(name)).map(|(_, field)| field);
        let columns: Vec<&Field> = columns.filter(|field| !field.is_own()).collect();
        let is_column = |field: &Field| columns.iter().any(|column| column.name == field.name);
        let (own, declared): (Vec<&Field>, Vec<&Field>) = self.fields.iter().partition(|field| field.is_own());
        let others = declared.into_iter().filter(|field| !is_column(field) && is_filtered(&field.kind));
        let first = columns.iter().copied().filter(|field| has_key(&field.kind));
        first.chain(others).chain(own).take(KEYS_MAX).collect()
    }

    /// The place of a field among those.
    pub fn key_of(&self, field: &str) -> Option<usize> {
        self.keyed().iter().position(|keyed| &*keyed.name == field)
    }

    /// The fields whose words a search looks through: columns, what the register says is searched, and what
    /// recognises an entry.
    pub fn searched(&self) -> Vec<&Field> {
        let identity = self.identity.iter().flat_map(|identity| &identity.by);
        let mut out: Vec<&Field> = Vec::new();
        for name in self.list.columns.iter().chain(&self.list.search).chain(identity) {
            let Some((_, field)) = self.field(name) else { continue };
            if !out.iter().any(|known| known.name == field.name) {
                out.push(field);
            }
        }
        let own = self.fields.iter().filter(|field| field.is_own() && has_words(&field.kind));
        let own = own.filter(|field| !out.iter().any(|known| known.name == field.name)).collect::<Vec<_>>();
        out.extend(own);
        out
    }
}

/// Types whose words are searched.
fn has_words(kind: &FieldType) -> bool {
    matches!(kind, FieldType::Text | FieldType::Choice(_))
}

/// Types that can be sorted by.
fn has_key(kind: &FieldType) -> bool {
    is_filtered(kind) || matches!(kind, FieldType::Text | FieldType::LongText)
}

/// Types people filter by.
pub fn is_filtered(kind: &FieldType) -> bool {
    use FieldType::{Choice, Choices, Date, Instant, Money, Number, Ref, Refs, Span, YesNo};
    matches!(kind, Choice(_) | Choices(_) | YesNo | Date | Instant | Number | Money | Span | Ref(_) | Refs(_))
}
