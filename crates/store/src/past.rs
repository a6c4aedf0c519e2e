//! The history of an entry change by change, each with what its source said before and after it.

use crate::document::{self, Facts, Names};
use crate::error::Error;
use crate::history::{self, Change};
use crate::sql::{at, id, statements, text};
use crate::transaction::Read;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId};
use schoolkeeper_core::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Longest page.
pub const PAGE_MAX: u32 = 1000;

statements! {
    PAGE = "SELECT entry, version, source, change, before_at, before, why, actor, import, at FROM entry_version \
        WHERE entry = $1 AND version < $2 ORDER BY version DESC LIMIT $3";
    NEXT = "SELECT entry, before_at AS at, before AS document FROM entry_version \
        WHERE entry = $1 AND source = $2 AND version >= $3 ORDER BY version LIMIT 1";
    CHANGED = "SELECT v.entry FROM entry_version v JOIN school s ON s.id = $1 JOIN school o ON o.id = v.school \
        WHERE v.at > $2 AND (o.id = s.id OR (o.trust AND o.organisation = s.organisation)) LIMIT 1";
    CHANGED_BY = "SELECT v.entry, v.source, v.before_at, v.before, o.at, o.document FROM entry_version v \
        JOIN observation o ON o.entry = v.entry AND o.source = v.source \
        WHERE v.import = $1 AND v.change = 'changed' AND v.entry > $2 ORDER BY v.entry LIMIT 500";
    NOW = "SELECT entry, at, document FROM observation WHERE entry = $1 AND source = $2";
}

/// One change with what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// What happened.
    pub change: Change,
    /// What that source said after it; `None` when nothing.
    pub after: Option<Facts>,
}

impl Past {
    /// Fields whose value differs before and after, in order of their names.
    pub fn fields(&self) -> Vec<&Name> {
        let mut names: Vec<&Name> = self.change.before.iter().chain(&self.after).flat_map(Facts::keys).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| value(self.change.before.as_ref(), name) != value(self.after.as_ref(), name));
        names
    }
}

fn value<'f>(facts: Option<&'f Facts>, name: &str) -> Option<&'f Value> {
    Some(&facts?.get(name)?.value)
}

impl Read {
    /// Whether any record of a school, or of its organisation's central office, changed after an instant; no when it is
    /// not reached.
    pub async fn changed_since(&self, scope: &Scope, school: SchoolId, since: Timestamp) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        Ok(self.one("entry_version", CHANGED, vec![reached.id(), at(since)]).await?.is_some())
    }

    /// Changes of an entry before a version, newest first, also of one that is gone; none when it is not reached.
    pub async fn entry_past(
        &self,
        scope: &Scope,
        entry: EntryId,
        (before, limit): (Option<i64>, u32),
    ) -> Result<Vec<Past>, Error> {
        let Some(row) = self.one("entry_version", history::SCHOOL, vec![id(entry.0)]).await? else {
            return Ok(Vec::new());
        };
        if self.reach_whole(scope, SchoolId(row.id("school")?)).await?.is_none() {
            return Ok(Vec::new());
        }
        let values = vec![id(entry.0), before.unwrap_or(i64::MAX).into(), i64::from(limit.min(PAGE_MAX)).into()];
        let rows = self.all("entry_version", PAGE, values).await?;
        let mut later: BTreeMap<Name, Option<Facts>> = BTreeMap::new();
        let mut out = Vec::new();
        for row in &rows {
            let change = history::from_row(row)?;
            let after = match later.remove(&change.source) {
                Some(after) => after,
                None => self.said_after(entry, &change).await?,
            };
            later.insert(change.source.clone(), change.before.clone());
            out.push(Past { change, after });
        }
        Ok(out)
    }

    /// Which of some fields a list, or a change of many, changed, entry by entry: as long as it can be taken back, what
    /// taking it back changes. None when it is not reached.
    pub async fn changed_by(
        &self,
        scope: &Scope,
        import: ImportId,
        fields: &BTreeSet<Name>,
    ) -> Result<Vec<(EntryId, Name)>, Error> {
        let (mut out, mut last, mut names) = (Vec::new(), Uuid::nil(), Names::default());
        if self.reached_import(scope, import).await?.is_none() {
            return Ok(out);
        }
        loop {
            let rows = self.all("entry_version", CHANGED_BY, vec![id(import.0), id(last)]).await?;
            let Some(end) = rows.last() else { return Ok(out) };
            last = end.id("entry")?;
            for row in &rows {
                let (entry, source) = (EntryId(row.id("entry")?), names.name(&row.text("source")?));
                let after = document::decode(&row.text("document")?, row.at("at")?, &source, &mut names);
                let after = after.ok_or_else(|| row.corrupt("document"))?;
                let before = history::before(row, &source, &mut names)?;
                let differs = |name: &&Name| value(before.as_ref(), name) != value(Some(&after), name);
                out.extend(fields.iter().filter(differs).map(|name| (entry, name.clone())));
            }
        }
    }

    /// What the source of a change said after it: before its next change, or now.
    async fn said_after(&self, entry: EntryId, change: &Change) -> Result<Option<Facts>, Error> {
        let values = vec![id(entry.0), text(&change.source), (change.version + 1).into()];
        let row = match self.one("entry_version", NEXT, values.clone()).await? {
            Some(row) => Some(row),
            None => self.one("observation", NOW, values[..2].to_vec()).await?,
        };
        let Some(row) = row else { return Ok(None) };
        let (Some(at), Some(said)) = (row.maybe_at("at")?, row.maybe_text("document")?) else { return Ok(None) };
        let facts = document::decode(&said, at, &change.source, &mut Names::default());
        facts.map(Some).ok_or_else(|| row.corrupt("document"))
    }
}
