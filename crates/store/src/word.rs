//! One entry as its page needs it: what each source says of it, and whether it was taken out of the lists.

use crate::document::{self, Facts, Names};
use crate::entry::StoredEntry;
use crate::error::Error;
use crate::sql::{Row, id, statements};
use crate::transaction::Read;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, ImportId, Name};

statements! {
    LEFT = "SELECT left_at FROM entry WHERE id = $1";
    WORDS = "SELECT entry, source, at, import, left_at, document FROM observation WHERE entry = $1 ORDER BY source";
}

/// What one source says of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Whose word: `hand` for what people say themselves.
    pub source: Name,
    /// When it last spoke.
    pub at: Timestamp,
    /// The list it came with.
    pub import: Option<ImportId>,
    /// Since when it does not name the entry any more.
    pub left_at: Option<Timestamp>,
    /// What it says.
    pub facts: Facts,
}

/// An entry with every source's word.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeEntry {
    /// What counts: the newest word of each field.
    pub entry: StoredEntry,
    /// Since when it is in no list any more.
    pub left_at: Option<Timestamp>,
    /// By source.
    pub words: Vec<Word>,
}

impl WholeEntry {
    /// What people say themselves.
    pub fn by_hand(&self) -> Option<&Word> {
        self.words.iter().find(|word| &*word.source == crate::entry::HAND)
    }
}

impl Read {
    /// An entry with every source's word; `None` when it is not there or not reached.
    pub async fn whole_entry(&self, scope: &Scope, entry: EntryId) -> Result<Option<WholeEntry>, Error> {
        let Some(found) = self.entry(scope, entry).await? else { return Ok(None) };
        let left = self.one("entry", LEFT, vec![id(entry.0)]).await?;
        let left_at = left.map_or(Ok(None), |row| row.maybe_at("left_at"))?;
        let rows = self.all("observation", WORDS, vec![id(entry.0)]).await?;
        let words = rows.iter().map(from_row).collect::<Result<_, _>>()?;
        Ok(Some(WholeEntry { entry: found, left_at, words }))
    }
}

fn from_row(row: &Row) -> Result<Word, Error> {
    let (source, at) = (Name::from(row.text("source")?), row.at("at")?);
    let facts = document::decode(&row.text("document")?, at, &source, &mut Names::default());
    Ok(Word {
        facts: facts.ok_or_else(|| row.corrupt("document"))?,
        import: row.maybe_id("import")?.map(ImportId),
        left_at: row.maybe_at("left_at")?,
        source,
        at,
    })
}
