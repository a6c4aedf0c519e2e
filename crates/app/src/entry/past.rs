//! What happened to an entry, for people: who, when, why, and field by field what it was before.

use super::view::zone;
use super::{EntryAt, words};
use crate::{Error, House};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, ImportId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::entry::HAND;
use schoolkeeper_store::history::Happened;
use schoolkeeper_store::ledger::Detail;
use schoolkeeper_store::past::Past;
use schoolkeeper_store::said::SaidPage;
use std::collections::BTreeMap;

/// Changes on one page.
pub const PAGE: u32 = 20;
/// Most changes of an export.
const EXPORT_MAX: u32 = 1000;

/// What happened to an entry that was made.
pub(super) const ADDED: &str = "Added";

/// One change in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastLine {
    /// The entry's version after it.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// Who, by name or role.
    pub who: String,
    /// *Added*, *Changed*, *Removed* …
    pub what: &'static str,
    /// Whose word it was, when not people's own.
    pub source: Option<String>,
    /// The reason.
    pub why: Option<String>,
    /// Field, before, after.
    pub fields: Vec<(String, String, String)>,
    /// The list it came with.
    pub import: Option<ImportId>,
}

/// A field that was changed since somebody looked.
#[derive(Clone, Debug, PartialEq)]
pub struct Since {
    /// The field.
    pub name: Name,
    /// What stood there when they looked.
    pub base: Option<Value>,
    /// Who changed it last.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

impl House {
    /// A page of an entry's history, newest first; the second tells whether there is more.
    pub async fn entry_past(
        &self,
        at: &EntryAt,
        (before, limit): (Option<i64>, u32),
    ) -> Result<(Vec<PastLine>, bool), Error> {
        let mut past = self.read().await?.entry_past(&at.scope, at.id(), (before, limit + 1)).await?;
        let more = past.len() > limit as usize;
        past.truncate(limit as usize);
        let names = self.entry_names(at, &links(&past)).await?;
        let mut out = Vec::new();
        for one in past {
            let who = self.who_did(&Scope::system("names"), &one.change.actor).await?;
            out.push(line(at, &names, one, who));
        }
        Ok((out, more))
    }

    /// The whole history as CSV, one line for each field that changed.
    pub async fn entry_past_export(&self, at: &EntryAt) -> Result<Vec<u8>, Error> {
        let (lines, _) = self.entry_past(at, (None, EXPORT_MAX)).await?;
        let rows = lines.into_iter().flat_map(|line| {
            let head = [
                line.at.to_string(),
                line.who,
                line.what.to_owned(),
                line.source.unwrap_or_default(),
                line.why.unwrap_or_default(),
            ];
            let none = vec![(String::new(), String::new(), String::new())];
            let fields = if line.fields.is_empty() { none } else { line.fields };
            fields.into_iter().map(move |(field, before, after)| [&head[..], &[field, before, after]].concat())
        });
        crate::export::table(&["When", "Who", "What", "Source", "Why", "Field", "Before", "After"], rows)
    }

    /// Fields changed since somebody looked at a version, with what stood there then.
    pub async fn entry_since(&self, at: &EntryAt, version: i64) -> Result<Vec<Since>, Error> {
        let past = self.read().await?.entry_past(&at.scope, at.id(), (None, EXPORT_MAX)).await?;
        let mut out: BTreeMap<Name, Since> = BTreeMap::new();
        for one in past.iter().take_while(|one| one.change.version > version) {
            for name in one.fields() {
                let base = one.change.before.as_ref().and_then(|before| Some(before.get(name)?.value.clone()));
                if let Some(known) = out.get_mut(name) {
                    known.base = base;
                    continue;
                }
                let who = self.who_did(&Scope::system("names"), &one.change.actor).await?;
                out.insert(name.clone(), Since { name: name.clone(), base, who, at: one.change.at });
            }
        }
        Ok(out.into_values().collect())
    }

    /// The receipt of a change of an entry: a `.tlog-proof` file. Missing until the ledger holds its record.
    pub async fn entry_receipt(&self, actor: &Actor, at: &EntryAt, version: i64) -> Result<String, Error> {
        let past = self.read().await?.entry_past(&at.scope, at.id(), (Some(version + 1), 1)).await?;
        let change = &past.first().filter(|one| one.change.version == version).ok_or(Error::Missing)?.change;
        let scope = Self::scope(actor, "proof.see")?;
        let page = SaidPage {
            school: Some(at.school.id),
            from: Some(change.at),
            to: Some(change.at + SignedDuration::from_micros(1)),
            limit: 100,
            ..SaidPage::default()
        };
        let about = [Detail::Id(at.id().0)].into_iter().chain(change.import.map(|import| Detail::Id(import.0)));
        let about: Vec<Detail> = about.collect();
        let lines = self.read().await?.said(&scope, &page).await?;
        let line = lines.iter().find(|line| line.details.values().any(|detail| about.contains(detail)));
        self.receipt(actor, line.ok_or(Error::Missing)?.index).await
    }
}

fn links(past: &[Past]) -> Vec<EntryId> {
    let mut out = Vec::new();
    let facts = past.iter().flat_map(|one| one.change.before.iter().chain(&one.after));
    facts.flat_map(Facts::values).for_each(|fact| fact.value.each_ref(&mut |id| out.push(id)));
    out.sort_unstable();
    out.dedup();
    out
}

fn line(at: &EntryAt, names: &BTreeMap<EntryId, String>, past: Past, who: String) -> PastLine {
    let zone = zone(at);
    let says = |facts: Option<&Facts>, name: &Name| {
        let field = at.register.field(name).map(|(_, field)| field);
        match (field, facts.and_then(|facts| facts.get(name))) {
            (Some(field), Some(fact)) => words::value(field, &fact.value, names, &zone),
            (None, Some(_)) => "A field that is not asked for any more".to_owned(),
            (_, None) => "Not said".to_owned(),
        }
    };
    let label = |name: &Name| {
        at.register.field(name).map_or_else(|| crate::register::cell::choice(name), |(_, field)| field.label.clone())
    };
    let fields = past
        .fields()
        .into_iter()
        .filter(|name| !at.register.field(name).is_some_and(|(_, field)| field.is_filled_in()))
        .map(|name| (label(name), says(past.change.before.as_ref(), name), says(past.after.as_ref(), name)));
    let fields = fields.collect();
    let change = past.change;
    let by_hand = &*change.source == HAND;
    let what = match (change.happened, by_hand) {
        (Happened::Created, _) => ADDED,
        (Happened::Changed, _) => "Changed",
        (Happened::Left, true) => "Removed",
        (Happened::Left, false) => "Not in the list any more",
        (Happened::Removed, _) => "Taken back",
        (Happened::Restored, _) => "Put back",
    };
    let source = (!by_hand).then(|| words::source(&change.source));
    PastLine {
        version: change.version,
        at: change.at,
        who,
        what,
        source,
        why: change.why,
        fields,
        import: change.import,
    }
}
