//! What a school, or its trust for all its schools, calls a register and its fields. Pure.
//!
//! Invariant: these are words only: no name of a field, no type and no rule changes with them, and what a policy or an
//! older list calls a field still finds it.

use crate::id::Name;
use crate::schema::Register;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest word, in characters.
pub const WORD_MAX: usize = 60;

/// Words of one's own for a register; what is not in it keeps the register's word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Naming {
    /// One entry: *Piece of equipment*.
    pub one: Option<String>,
    /// Several: *equipment*.
    pub many: Option<String>,
    /// Fields by name.
    pub fields: BTreeMap<Name, String>,
}

impl Naming {
    /// The register with these words.
    pub fn named(&self, register: Register) -> Register {
        let mut out = register;
        if let Some(one) = &self.one {
            out.title = first(one, true);
            // Worked out from the new word, unless it is said too.
            out.plural = None;
        }
        if let Some(many) = &self.many {
            out.plural = Some(first(many, false));
        }
        for field in &mut out.fields {
            let Some(own) = self.fields.get(&field.name).filter(|_| !field.is_own()) else { continue };
            let before = std::mem::replace(&mut field.label, own.clone());
            if !field.import.contains(&before) {
                field.import.push(before);
            }
        }
        out
    }
}

/// With a first letter that is large, or small unless an abbreviation begins it.
fn first(word: &str, large: bool) -> String {
    let abbreviation = word.chars().take(2).filter(|letter| letter.is_uppercase()).count() == 2;
    let mut letters = word.chars();
    match letters.next() {
        Some(letter) if large => letter.to_uppercase().chain(letters).collect(),
        Some(letter) if !abbreviation => letter.to_lowercase().chain(letters).collect(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
#[path = "naming_tests.rs"]
mod naming_tests;
