//! Two records of one thing: which may be the same, what each says, and making them one.
//!
//! Invariant: nothing is lost: the record that goes stays behind its old address, every source's word of both stays,
//! and as long as nothing touched them the whole can be taken back.

use super::save::why;
use super::{EntryAt, Left, Saved, form, words};
use crate::authority::Try;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::FieldType;
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::entry::{HAND, Page};
use schoolkeeper_store::merge::{MERGE_MAX, Merging};
use schoolkeeper_store::{ByHand, StoredEntry};
use std::collections::BTreeSet;

/// Most candidates shown.
const CANDIDATES_MAX: usize = 10;
/// How alike two names are that may be one.
const NEAR: f64 = 0.92;
/// Entries whose names are compared.
const LOOKED_AT: u32 = 1000;

/// A record that may be the same, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The entry.
    pub id: EntryId,
    /// What people call it.
    pub name: String,
    /// *the same serial number*, *a name that is nearly the same*.
    pub because: String,
}

/// What two records say of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The field.
    pub name: Name,
    /// Its label.
    pub label: String,
    /// What the one that stays says.
    pub mine: Option<Fact>,
    /// What the other says.
    pub theirs: Option<Fact>,
}

impl Compared {
    /// Somebody must choose.
    pub fn differs(&self) -> bool {
        let value =
            |fact: &Option<Fact>| fact.as_ref().map(|fact| fact.value.clone()).filter(|value| *value != Value::Empty);
        value(&self.mine) != value(&self.theirs)
    }

    /// The other one's word is offered first: only it says something, or it says it later.
    pub fn prefers_theirs(&self) -> bool {
        match (&self.mine, &self.theirs) {
            (None, Some(_)) => true,
            (Some(mine), Some(theirs)) => theirs.value != Value::Empty && theirs.at > mine.at,
            _ => false,
        }
    }
}

impl House {
    /// Records of the same register that may be the same: those that share a key, then those of a near name.
    pub async fn duplicates(&self, actor: &Actor, at: &EntryAt) -> Result<Vec<Candidate>, Error> {
        let facts = &at.whole.entry.facts;
        let mut out: Vec<Candidate> = Vec::new();
        for (id, name) in self.same_as(&at.school, &at.register, (Some(at.id()), facts)).await? {
            out.push(Candidate { id, name, because: "has the same mark or name".to_owned() });
        }
        let schemas = self.registers_at(&at.school).await?;
        let own = words::name_of(&schemas, &at.register.id, facts).to_lowercase();
        let page = Page { limit: LOOKED_AT, ..Page::default() };
        let entries = self.read().await?.entries(&at.scope, at.school.id, &at.register.id, &page).await?.entries;
        let mut near: Vec<(f64, Candidate)> = entries
            .iter()
            .filter(|entry| entry.id != at.id() && !out.iter().any(|known| known.id == entry.id))
            .filter_map(|entry| {
                let name = words::name_of(&schemas, &at.register.id, &entry.facts);
                let score = strsim::jaro_winkler(&own, &name.to_lowercase());
                let because = "has a name that is nearly the same".to_owned();
                (score >= NEAR).then_some((score, Candidate { id: entry.id, name, because }))
            })
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
        out.extend(near.into_iter().map(|(_, one)| one));
        let ids = out.iter().map(|one| one.id).collect();
        let seen = self.seen_of((actor, &at.school), &at.register.id, ids).await?;
        out.retain(|one| seen.contains(&one.id));
        out.truncate(CANDIDATES_MAX);
        Ok(out)
    }

    /// Both records side by side, in the order of the form.
    pub fn compared(at: &EntryAt, other: &StoredEntry) -> Vec<Compared> {
        let asked = at.register.fields.iter().filter(|field| form::control(field).is_some());
        let line = |field: &schoolkeeper_core::schema::Field| Compared {
            name: field.name.clone(),
            label: field.label.clone(),
            mine: at.whole.entry.facts.get(&field.name).cloned(),
            theirs: other.facts.get(&field.name).cloned(),
        };
        asked.map(line).filter(|line| line.mine.is_some() || line.theirs.is_some()).collect()
    }

    /// Makes two records one: `at` stays and takes the other's word for `theirs`; links to the other lead to it.
    pub async fn merge_entries(
        &self,
        actor: &Actor,
        (at, other): (&EntryAt, &EntryAt),
        (theirs, reason): (&BTreeSet<Name>, &str),
    ) -> Result<Saved, Error> {
        if at.register.id != other.register.id || at.id() == other.id() || at.school.id != other.school.id {
            return Err(Error::Missing);
        }
        if !super::is_changeable(&at.register) || at.whole.left_at.is_some() || other.whole.left_at.is_some() {
            return Err(Error::Missing);
        }
        if let Some(mistake) = self.still_needed(other).await? {
            let text = format!("The one that goes: {}. Or keep that one instead", lower_first(&mistake));
            return Ok(Saved::Mistakes(vec![("why".into(), text)]));
        }
        let act = format!("{}.save", at.register.id);
        for one in [at, other] {
            self.allow(actor, &at.school, &Try { on: Some(one.id()), ..Try::plain(&act) }).await?;
        }
        let allowed = self.allow(actor, &at.school, &Try { on: Some(at.id()), ..Try::plain(&act) }).await?;
        let facts = self.merged_facts(at, other, theirs);
        links_are_fine(at, &facts)?;
        let mine = |name: &Name| at.whole.entry.facts.get(name).map(|fact| &fact.value);
        let taken = theirs.iter().filter(|name| facts.get(*name).is_some_and(|fact| mine(name) != Some(&fact.value)));
        let changed = taken.map(|name| (at.id(), name.clone())).collect();
        let why = why(reason);
        let place = ByHand { school: at.school.id, register: &at.register, now: self.now(), why: why.as_deref() };
        let schemas = self.registers_at(&at.school).await?;
        let version = |at: &EntryAt| (at.id(), at.whole.entry.version);
        let merging = Merging { keep: version(at), other: version(other), facts, schemas: &schemas };
        let waited = self.waited(&at.school, &at.register.id).await?;
        let mut write = self.write().await?;
        waited.write_down(&mut write, &allowed.scope, (at.school.id, self.now()), changed).await?;
        match write.merge_entries(&allowed.scope, place, &merging).await {
            Err(schoolkeeper_store::Error::Conflict { .. }) => return Ok(Saved::MovedOn),
            Ok(Some(links)) if links > MERGE_MAX => {
                return Err(Error::refused(format!("more than {MERGE_MAX} records point to the one that would go")));
            }
            done => drop(done?),
        }
        write.commit().await?;
        self.evaluate_after(&at.school).await?;
        Ok(Saved::Done(at.id()))
    }

    /// Takes a merge back, as long as nothing touched either record or what pointed to the other.
    pub async fn unmerge_entry(&self, actor: &Actor, at: &EntryAt) -> Result<Left, Error> {
        let act = format!("{}.save", at.register.id);
        let allowed = self.allow(actor, &at.school, &Try { on: Some(at.id()), ..Try::plain(&act) }).await?;
        let schemas = self.registers_at(&at.school).await?;
        let place = ByHand { school: at.school.id, register: &at.register, now: self.now(), why: None };
        let changed = self.last_changed(at).await?;
        let waited = self.waited(&at.school, &at.register.id).await?;
        let mut write = self.write().await?;
        waited.write_down(&mut write, &allowed.scope, (at.school.id, self.now()), changed).await?;
        match write.unmerge_entry(&allowed.scope, place, (at.id(), &schemas)).await {
            Err(schoolkeeper_store::Error::Conflict { .. }) => return Ok(Left::MovedOn),
            Ok(false) => return Err(Error::Missing),
            done => drop(done?),
        }
        write.commit().await?;
        self.evaluate_after(&at.school).await?;
        Ok(Left::Done)
    }

    /// Where an entry that was merged away lives on.
    pub async fn lives_on_as(&self, at: &EntryAt) -> Result<Option<EntryId>, Error> {
        Ok(self.read().await?.alias_of(&at.scope, at.id()).await?)
    }

    /// What was merged into an entry: how many, and whether the last merge may be taken back.
    pub async fn merged_into(&self, at: &EntryAt) -> Result<(usize, bool), Error> {
        Ok(self.read().await?.merged_into(&at.scope, at.id()).await?)
    }

    /// What people say of the one that stays.
    fn merged_facts(&self, at: &EntryAt, other: &EntryAt, theirs: &BTreeSet<Name>) -> Facts {
        let mut out =
            at.whole.by_hand().filter(|word| word.left_at.is_none()).map_or_else(Facts::new, |word| word.facts.clone());
        let now = self.now();
        for name in theirs {
            let Some(known) = other.whole.entry.facts.get(name) else { continue };
            if at.whole.entry.facts.get(name).is_some_and(|mine| mine.value == known.value) {
                continue;
            }
            let source = Name::from(HAND);
            out.insert(name.clone(), Fact { at: now, source, ..known.clone() });
        }
        out
    }
}

/// A record does not come to point to itself.
fn links_are_fine(at: &EntryAt, facts: &Facts) -> Result<(), Error> {
    let own = |fact: &Fact| {
        let mut found = false;
        fact.value.each_ref(&mut |id| found |= id == at.id());
        found
    };
    let to_itself = at.register.fields.iter().any(|field| {
        matches!(field.kind, FieldType::Ref(_) | FieldType::Refs(_)) && facts.get(&field.name).is_some_and(own)
    });
    if to_itself { Err(Error::Missing) } else { Ok(()) }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
