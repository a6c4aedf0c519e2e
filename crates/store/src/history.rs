//! What was said of an entry before: one line per change, newest first.

use crate::document::{self, Facts, Names};
use crate::error::Error;
use crate::sql::{Row, id, statements};
use crate::transaction::Read;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId};
use serde::Deserialize;

/// Where an entry was, also one that is gone.
pub(crate) const SCHOOL: &str = "SELECT school FROM entry_version WHERE entry = $1 LIMIT 1";

statements! {
    LIST = "SELECT entry, version, source, change, before_at, before, why, actor, import, at FROM entry_version \
        WHERE entry = $1 ORDER BY version DESC LIMIT $2";
}

/// What happened to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happened {
    /// It was made.
    Created,
    /// A source said something else.
    Changed,
    /// A source no longer knew it.
    Left,
    /// The import that made it was undone.
    Removed,
    /// An import that changed it was undone.
    Restored,
}

/// One change of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The entry's version after it.
    pub version: i64,
    /// Whose word changed.
    pub source: Name,
    /// What happened.
    pub happened: Happened,
    /// What that source said before; `None` when it had said nothing.
    pub before: Option<Facts>,
    /// The reason somebody gave.
    pub why: Option<String>,
    /// On whose behalf: `person:ID`, `operator`, `system:REASON`.
    pub actor: String,
    /// The import it came with.
    pub import: Option<ImportId>,
    /// When.
    pub at: Timestamp,
}

impl Read {
    /// Changes of an entry, also of one that is gone; none when it is not reached. At most `limit`.
    pub async fn entry_history(&self, scope: &Scope, entry: EntryId, limit: u32) -> Result<Vec<Change>, Error> {
        let Some(row) = self.one("entry_version", SCHOOL, vec![id(entry.0)]).await? else { return Ok(Vec::new()) };
        if self.reach_whole(scope, SchoolId(row.id("school")?)).await?.is_none() {
            return Ok(Vec::new());
        }
        let rows = self.all("entry_version", LIST, vec![id(entry.0), i64::from(limit).into()]).await?;
        rows.iter().map(from_row).collect()
    }
}

pub(crate) fn from_row(row: &Row) -> Result<Change, Error> {
    let source = Name::from(row.text("source")?);
    Ok(Change {
        version: row.int("version")?,
        happened: row.word("change")?,
        before: before(row, &source, &mut Names::default())?,
        source,
        why: row.maybe_text("why")?,
        actor: row.text("actor")?,
        import: row.maybe_id("import")?.map(ImportId),
        at: row.at("at")?,
    })
}

/// What a source said before a change.
pub(crate) fn before(row: &Row, source: &Name, names: &mut Names) -> Result<Option<Facts>, Error> {
    let (Some(at), Some(text)) = (row.maybe_at("before_at")?, row.maybe_text("before")?) else { return Ok(None) };
    document::decode(&text, at, source, names).map(Some).ok_or_else(|| row.corrupt("before"))
}
