//! References: what a cell calls an entry → its id, by the names a register is recognised by.
//!
//! Invariant: a text that fits two entries fits none.

use super::message::quote;
use super::plan::Before;
use super::words::{fold_value, turn_name};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{FieldType, Register};
use std::collections::HashMap;

/// What a text leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// Exactly one entry.
    One(EntryId),
    /// Several.
    Many,
}

/// Entries by what people call them.
pub struct Links<'w> {
    before: &'w Before<'w>,
    by_register: HashMap<Name, HashMap<String, Hit>>,
    /// Register of each entry of the registers above.
    by_id: HashMap<EntryId, &'w Name>,
}

impl<'w> Links<'w> {
    /// Indexes the registers that these fields point to.
    pub fn new(before: &'w Before<'w>, kinds: &[&FieldType]) -> Self {
        let mut by_register: HashMap<Name, HashMap<String, Hit>> = HashMap::new();
        let parts = kinds.iter().flat_map(|kind| match kind {
            FieldType::Rows(fields) => fields.iter().map(|field| &field.kind).collect(),
            kind => vec![*kind],
        });
        for kind in parts {
            match kind {
                FieldType::Ref(to) | FieldType::Refs(to) if &**to == "any" => {
                    by_register
                        .extend(before.schemas.all().iter().map(|register| (register.id.clone(), HashMap::new())));
                }
                FieldType::Ref(to) | FieldType::Refs(to) => drop(by_register.insert(to.clone(), HashMap::new())),
                _ => {}
            }
        }
        let targets = by_register.keys().filter_map(|id| before.schemas.get(id));
        let fields: HashMap<Name, Vec<Name>> = targets
            .map(|register| {
                (
                    register.id.clone(),
                    naming_fields(register).into_iter().map(|at| register.fields[at].name.clone()).collect(),
                )
            })
            .collect();
        let mut out = Self { before, by_register, by_id: HashMap::new() };
        for entry in before.entries.iter().filter(|entry| !before.left.contains(&entry.id)) {
            let Some(fields) = fields.get(&entry.register) else { continue };
            out.by_id.insert(entry.id, &entry.register);
            for field in fields {
                if let Some(text) = entry.facts.get(field).and_then(|fact| fact.value.as_text()) {
                    out.add(&entry.register, text, entry.id);
                }
            }
        }
        out
    }

    /// Makes an entry of this very file findable.
    pub fn add(&mut self, register: &str, text: &str, id: EntryId) {
        let Some(names) = self.by_register.get_mut(register) else { return };
        names
            .entry(fold_value(text))
            .and_modify(|hit| {
                if *hit != Hit::One(id) {
                    *hit = Hit::Many;
                }
            })
            .or_insert(Hit::One(id));
    }

    /// The entry a text means; the error says why there is none, for people.
    pub fn find(&self, to: &str, text: &str) -> Result<EntryId, String> {
        if to != "any" {
            return self.find_in(to, text).ok_or_else(|| self.nobody(to, text)).and_then(|hit| one(hit, text));
        }
        if let Some((register, name)) = text.split_once('/')
            && let Some(hit) = self.find_in(register.trim(), name)
        {
            return one(hit, text);
        }
        let mut hits = self.by_register.keys().filter_map(|register| self.find_in(register, text));
        match (hits.next(), hits.next()) {
            (Some(hit), None) => one(hit, text),
            (None, _) => Err(format!("nothing is called `{}`", quote(text))),
            _ => Err(format!("`{}` is in several registers; write REGISTER/NAME", quote(text))),
        }
    }

    fn find_in(&self, register: &str, text: &str) -> Option<Hit> {
        let names = self.by_register.get(register)?;
        if let Some(hit) = names.get(&fold_value(text)) {
            return Some(*hit);
        }
        if let Ok(id) = uuid::Uuid::try_parse(text) {
            let id = EntryId(id);
            return self.by_id.get(&id).is_some_and(|of| ***of == *register).then_some(Hit::One(id));
        }
        (register == "person").then(|| names.get(&fold_value(&turn_name(text))).copied()).flatten()
    }

    fn nobody(&self, to: &str, text: &str) -> String {
        let title = self.before.schemas.get(to).map_or(to, |register| register.title.as_str()).to_lowercase();
        format!("no {title} is called `{}`", quote(text))
    }
}

fn one(hit: Hit, text: &str) -> Result<EntryId, String> {
    match hit {
        Hit::One(id) => Ok(id),
        Hit::Many => Err(format!("`{}` fits several", quote(text))),
    }
}

/// Fields by which people name an entry: its name and the fields that recognise it alone.
pub fn naming_fields(register: &Register) -> Vec<usize> {
    let alone = register.identity.iter().filter(|identity| !identity.per_source && identity.by.len() == 1);
    let named = alone.filter_map(|identity| register.field(&identity.by[0])).map(|(at, _)| at);
    let mut out: Vec<usize> = register.name_field().into_iter().chain(named).collect();
    out.sort_unstable();
    out.dedup();
    out
}
