//! Adding and changing: what somebody filled in becomes their word, beside what other sources say.

use super::{EntryAt, is_changeable};
use crate::authority::Try;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{Does, FieldType, Register};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::entry::HAND;
use schoolkeeper_store::{ByHand, EntryChange, NewEntry, School, key};
use std::collections::{BTreeMap, BTreeSet};

/// Longest reason, in characters.
const WHY_MAX: usize = 500;
/// Most entries named as perhaps the same.
const SAME_MAX: usize = 5;

/// What somebody filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filled {
    /// What they say, by field.
    pub say: BTreeMap<Name, Value>,
    /// What they say nothing of any more.
    pub unsay: BTreeSet<Name>,
    /// Their reason.
    pub why: String,
    /// They looked: it is none of those that seem to be the same.
    pub another: bool,
}

/// Which state of an entry somebody looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub i64);

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// It is on record.
    Done(EntryId),
    /// Nothing was changed: this is to be mended, field by field (`why` is the reason).
    Mistakes(Vec<(Name, String)>),
    /// Nothing was changed: these are there already and look the same.
    Same(Vec<(EntryId, String)>),
    /// Nothing was changed: somebody else changed it since it was looked at.
    MovedOn,
}

impl House {
    /// Adds an entry.
    pub async fn create_entry(
        &self,
        actor: &Actor,
        school: &School,
        (register, filled): (&str, &Filled),
    ) -> Result<Saved, Error> {
        let register = self.register_to_fill(actor, school, register).await?;
        let mut facts: Facts =
            filled.say.iter().map(|(name, value)| (name.clone(), self.word(value.clone()))).collect();
        facts.retain(|name, _| register.field(name).is_some_and(|(_, field)| super::form::control(field).is_some()));
        let mistakes = needed(&register, &facts);
        if !mistakes.is_empty() {
            return Ok(Saved::Mistakes(mistakes));
        }
        if let Some(states) = &register.states {
            facts.insert("state".into(), self.word(Value::Text(states.first.clone())));
        }
        self.links_are_there(actor, school, &register, &facts).await?;
        let same = self.same_as(school, &register, (None, &facts)).await?;
        if !same.is_empty() && !filled.another {
            return Ok(Saved::Same(same));
        }
        let act = format!("{}.save", register.id);
        let tried = Try { form: form(&facts), ..Try::plain(&act) };
        let allowed = self.allow(actor, school, &tried).await?;
        self.allow_what_it_does((actor, school), &register, (None, &facts, &facts)).await?;
        let id = EntryId(Self::new_id());
        let why = why(&filled.why);
        let place = ByHand { school: school.id, register: &register, now: self.now(), why: why.as_deref() };
        let (fields, waited) =
            (facts.keys().map(|name| (id, name.clone())).collect(), self.waited(school, &register.id).await?);
        let mut write = self.write().await?;
        write.create_entry(&allowed.scope, place, NewEntry { id, facts }).await?;
        waited.write_down(&mut write, &allowed.scope, (school.id, self.now()), fields).await?;
        write.commit().await?;
        self.evaluate_after(school).await?;
        Ok(Saved::Done(id))
    }

    /// Changes what people say of an entry; fields that are not mentioned stay.
    pub async fn change_entry(
        &self,
        actor: &Actor,
        school: &School,
        ((register, entry, version), filled): ((&str, EntryId, Version), &Filled),
    ) -> Result<Saved, Error> {
        self.register_to_fill(actor, school, register).await?;
        let at = self.entry_at(actor, school, (register, entry)).await?;
        if !is_changeable(&at.register) || at.whole.left_at.is_some() {
            return Err(Error::Missing);
        }
        if at.whole.entry.version != version.0 {
            return Ok(Saved::MovedOn);
        }
        let (facts, changed) = self.restated(&at, filled);
        let mut merged = at.whole.entry.facts.clone();
        merged.extend(changed.iter().filter_map(|name| Some((name.clone(), facts.get(name)?.clone()))));
        for gone in changed.iter().filter(|name| !facts.contains_key(*name)) {
            merged.remove(gone);
            merged.extend(others_word(&at, gone).map(|fact| (gone.clone(), fact)));
        }
        let mut mistakes = needed(&at.register, &merged);
        mistakes.extend(reason_needed(&at, &changed, filled));
        if !mistakes.is_empty() {
            return Ok(Saved::Mistakes(mistakes));
        }
        if changed.is_empty() {
            return Ok(Saved::Done(entry));
        }
        self.links_are_there(actor, school, &at.register, &facts).await?;
        let told: Facts = changed.iter().filter_map(|name| Some((name.clone(), facts.get(name)?.clone()))).collect();
        let same = self.same_as(school, &at.register, (Some(entry), &merged)).await?;
        let keys_change = changed.iter().any(|name| at.register.identity.iter().any(|one| one.by.contains(name)));
        if keys_change && !same.is_empty() && !filled.another {
            return Ok(Saved::Same(same));
        }
        let act = format!("{}.save", at.register.id);
        let allowed = self.allow(actor, school, &Try { on: Some(entry), form: form(&told), act: &act }).await?;
        self.allow_what_it_does((actor, school), &at.register, (Some(entry), &told, &merged)).await?;
        self.restate(&allowed.scope, &at, (facts, &filled.why)).await
    }

    /// Writes what people say of an entry from here on.
    pub(super) async fn restate(
        &self,
        scope: &Scope,
        at: &EntryAt,
        (facts, reason): (Facts, &str),
    ) -> Result<Saved, Error> {
        let (why, entry) = (why(reason), at.id());
        let place = ByHand { school: at.school.id, register: &at.register, now: self.now(), why: why.as_deref() };
        let change = EntryChange { id: entry, expected_version: at.whole.entry.version, facts };
        let different = |(name, fact): &(&Name, &Fact)| {
            at.whole.entry.facts.get(*name).is_none_or(|known| known.value != fact.value)
        };
        let fields = change.facts.iter().filter(different).map(|(name, _)| (entry, name.clone())).collect();
        let waited = self.waited(&at.school, &at.register.id).await?;
        let mut write = self.write().await?;
        waited.write_down(&mut write, scope, (at.school.id, self.now()), fields).await?;
        match write.restate_entry(scope, place, change).await {
            Err(schoolkeeper_store::Error::Conflict { .. }) => return Ok(Saved::MovedOn),
            done => drop(done?),
        }
        if &*at.register.id == "person" {
            self.keeps_administrator(&mut write, at.school.organisation).await?;
        }
        write.commit().await?;
        self.evaluate_after(&at.school).await?;
        Ok(Saved::Done(entry))
    }

    /// The acts somebody does by filling this in are asked one by one.
    async fn allow_what_it_does(
        &self,
        (actor, school): (&Actor, &School),
        register: &Register,
        (known, told, merged): (Option<EntryId>, &Facts, &Facts),
    ) -> Result<(), Error> {
        let filled = |name: &Name| told.get(name).is_some_and(|fact| fact.value != Value::Empty);
        let done = |does: &&Does| does.when.as_ref().map_or(known.is_none(), filled);
        for does in register.does.iter().filter(done) {
            let tried = match &does.on {
                None => Try { act: &does.act, on: known, form: form(told) },
                // What is done to another record says everything of the one it is done by, and which that is.
                Some(field) => {
                    let mut said: BTreeMap<Name, Value> =
                        merged.iter().map(|(name, fact)| (name.clone(), fact.value.clone())).collect();
                    let on = said.get(field).and_then(Value::as_ref_id);
                    said.extend(known.map(|known| (Name::from("entry"), Value::Ref(known))));
                    Try { act: &does.act, on, form: Value::Map(said.into()) }
                }
            };
            self.allow(actor, school, &tried).await?;
        }
        Ok(())
    }

    /// Everything people say after a change, and the fields that change by it.
    fn restated(&self, at: &EntryAt, filled: &Filled) -> (Facts, BTreeSet<Name>) {
        let known = at.whole.by_hand().filter(|word| word.left_at.is_none());
        let mut facts = known.map_or_else(Facts::new, |word| word.facts.clone());
        let mut changed = BTreeSet::new();
        let asked =
            |name: &Name| at.register.field(name).is_some_and(|(_, field)| super::form::control(field).is_some());
        for (name, value) in filled.say.iter().filter(|(name, _)| asked(name)) {
            if at.whole.entry.facts.get(name).is_none_or(|fact| fact.value != *value) {
                facts.insert(name.clone(), self.word(value.clone()));
                changed.insert(name.clone());
            }
        }
        for name in filled.unsay.iter().filter(|name| asked(name)) {
            let Some(fact) = at.whole.entry.facts.get(name).filter(|fact| fact.value != Value::Empty) else { continue };
            let by_hand = facts.remove(name).is_some();
            let choice = at.register.field(name).is_some_and(|(_, field)| is_choice(&field.kind));
            // What a list says can be contradicted, not made unsaid.
            let others = others_word(at, name).is_some_and(|other| other.value != Value::Empty);
            if others && !choice {
                facts.insert(name.clone(), self.word(Value::Empty));
            }
            if by_hand && &*fact.source == HAND || (others && !choice) {
                changed.insert(name.clone());
            }
        }
        (facts, changed)
    }

    /// Somebody's own word, said now.
    pub(crate) fn word(&self, value: Value) -> Fact {
        let now = self.now();
        Fact { value, at: now, held_since: now, source: Name::from(HAND) }
    }

    /// What is pointed to is there, of the right kind, and of this school or its central office.
    async fn links_are_there(
        &self,
        actor: &Actor,
        school: &School,
        register: &Register,
        facts: &Facts,
    ) -> Result<(), Error> {
        let read = self.read().await?;
        for field in &register.fields {
            let (FieldType::Ref(to) | FieldType::Refs(to)) = &field.kind else { continue };
            let Some(fact) = facts.get(&field.name).filter(|fact| &*fact.source == HAND) else { continue };
            let mut wanted = Vec::new();
            fact.value.each_ref(&mut |id| wanted.push(id));
            if wanted.is_empty() {
                continue;
            }
            self.scope_at(actor, super::see_act(to), school).await?;
            let found = read.entries_by_id(&Scope::system("links"), school.id, &wanted).await?;
            let fits = |id: &EntryId| found.iter().any(|entry| entry.id == *id && entry.register == *to);
            if !wanted.iter().all(fits) {
                return Err(Error::Missing);
            }
        }
        Ok(())
    }

    /// Live entries that share a key with these facts: at most five.
    pub(super) async fn same_as(
        &self,
        school: &School,
        register: &Register,
        (own, facts): (Option<EntryId>, &Facts),
    ) -> Result<Vec<(EntryId, String)>, Error> {
        let (read, system) = (self.read().await?, Scope::system("duplicates"));
        let mut found = Vec::new();
        for identity in register.identity.iter().filter(|identity| !identity.per_source) {
            let Some(key) = key::of_identity(identity, facts) else { continue };
            let hits = read.entries_by_key(&system, (school.id, &register.id), &key.field, &[key.key]).await?;
            found.extend(hits.into_iter().filter(|hit| !hit.left && Some(hit.entry) != own).map(|hit| hit.entry));
        }
        found.sort_unstable();
        found.dedup();
        found.truncate(SAME_MAX);
        let names = self.names_in(&read, school, &found).await?;
        Ok(found.into_iter().map(|id| (id, names.get(&id).cloned().unwrap_or_default())).collect())
    }
}

/// A reason is asked where the register says so, and where a list says otherwise.
fn reason_needed(at: &EntryAt, changed: &BTreeSet<Name>, filled: &Filled) -> Option<(Name, String)> {
    if !filled.why.trim().is_empty() {
        let long = filled.why.chars().count() > WHY_MAX;
        return long.then(|| ("why".into(), format!("The reason may have {WHY_MAX} characters")));
    }
    let asks = |name: &&Name| at.register.field(name).is_some_and(|(_, field)| field.why);
    let label = |name: &Name| at.register.field(name).map_or_else(String::new, |(_, field)| field.label.clone());
    if let Some(name) = changed.iter().find(asks) {
        return Some(("why".into(), format!("Say why: a change of “{}” keeps its reason", label(name))));
    }
    let corrects = |name: &&Name| at.whole.entry.facts.get(*name).is_some_and(|fact| &*fact.source != HAND);
    let name = changed.iter().find(corrects)?;
    let source = super::words::source(&at.whole.entry.facts[name].source);
    Some(("why".into(), format!("Say why: {source} says something else about “{}”", label(name))))
}

/// Required fields that nobody filled in.
fn needed(register: &Register, facts: &Facts) -> Vec<(Name, String)> {
    let missing = |name: &Name| facts.get(name).is_none_or(|fact| fact.value == Value::Empty);
    let open = register.fields.iter().filter(|field| field.required && missing(&field.name));
    let words = |label: &str| format!("Fill in {}", lower_first(label));
    open.map(|field| (field.name.clone(), words(&field.label))).collect()
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn is_choice(kind: &FieldType) -> bool {
    matches!(kind, FieldType::YesNo | FieldType::Choice(_))
}

/// The newest word of a source other than people's own.
fn others_word(at: &EntryAt, name: &Name) -> Option<Fact> {
    let words = at.whole.words.iter().filter(|word| &*word.source != HAND && word.left_at.is_none());
    words.filter_map(|word| word.facts.get(name)).max_by_key(|fact| fact.at).cloned()
}

pub(crate) fn why(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.chars().filter(|c| !c.is_control() || *c == '\n').take(WHY_MAX).collect())
}

fn form(facts: &Facts) -> Value {
    let fields: BTreeMap<Name, Value> = facts.iter().map(|(name, fact)| (name.clone(), fact.value.clone())).collect();
    Value::Map(fields.into())
}
