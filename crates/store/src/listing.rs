//! Reads lists: searched, filtered, sorted, by page, counted with a bound. One look through the rows of one register
//! at one school, whatever is asked: at 100,000 rows that is cheaper than keeping an index for each question.
//!
//! Invariant: what is compared was made by [`crate::fold`] or by the constructors of [`Test`]; a page begins after the
//! last row of the page before, wherever that row is now.

use crate::entry::StoredEntry;
use crate::error::Error;
use crate::key::pattern;
use crate::listed::{AND, COLUMNS, OF};
use crate::reach::Reached;
use crate::sql::{CHUNK, Row, id, list, statements, text};
use crate::transaction::Read;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::schema::Register;
use sea_orm::Value;
use std::collections::HashMap;
use uuid::Uuid;

statements! {
    SOURCES = "SELECT DISTINCT source FROM import WHERE school = $1 AND register = $2 AND act = 'import' \
        ORDER BY source LIMIT 20";
}

/// Longest page of a list.
pub const PAGE_MAX: u32 = 1000;

/// What is wanted of a list.
#[derive(Clone, Debug)]
pub struct Listing<'a> {
    /// Where.
    pub school: SchoolId,
    /// Of which register.
    pub register: &'a Register,
    /// Those that were removed or have left, instead of those that are there.
    pub gone: bool,
    /// Words an entry must hold, each somewhere; made by [`crate::fold::search`].
    pub words: Vec<String>,
    /// What it must be besides, all of them.
    pub narrow: Vec<Narrow>,
    /// In which order.
    pub sort: Sort,
}

/// One thing an entry must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrow {
    /// What is looked at.
    pub by: By,
    /// One of these must hold.
    pub any: Vec<Test>,
}

/// What is looked at or sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A field that has a key.
    Field(Name),
    /// When it was last changed.
    Changed,
    /// Who says something of it.
    Source,
}

/// A test of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Exactly this.
    Is(String),
    /// Nobody has said.
    NotKnown,
    /// From, to; both included.
    Between(Option<String>, Option<String>),
    /// Fits a pattern of LIKE; see the constructors.
    Like(String),
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: By,
    /// The last first. What is not known or none comes last either way.
    pub down: bool,
}

/// A row's place in an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Its key is not known or none.
    pub blank: bool,
    /// Its key.
    pub key: String,
    /// Its entry.
    pub entry: EntryId,
}

/// Which page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Beginning after this row; from the start when `None`.
    pub from: Option<Spot>,
    /// The page before that row instead.
    pub back: bool,
    /// At most so many; no more than [`PAGE_MAX`].
    pub limit: u32,
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Rows in order.
    pub spots: Vec<Spot>,
    /// There are more in the direction that was turned to.
    pub more: bool,
}

impl Test {
    /// One of several values is this choice.
    pub fn holds(choice: &str) -> Self {
        Self::Like(pattern(&format!("{AND}{choice}{AND}")))
    }

    /// It points to an entry.
    pub fn points_to(entry: EntryId) -> Self {
        Self::Like(pattern(&format!("{OF}{entry}")))
    }

    /// It points to something whose name holds a folded text.
    pub fn named(folded: &str) -> Self {
        Self::Like(format!("{}{OF}%", pattern(folded)))
    }
}

/// Conditions as they are written down, with their values.
struct Asked {
    sql: String,
    values: Vec<Value>,
}

impl Asked {
    fn put(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    fn and(&mut self, condition: &str) {
        self.sql = format!("{} AND {condition}", self.sql);
    }
}

impl<'a> Listing<'a> {
    /// Everything that is there, the last changed first.
    pub fn of(school: SchoolId, register: &'a Register) -> Self {
        let sort = Sort { by: By::Changed, down: true };
        Self { school, register, gone: false, words: Vec::new(), narrow: Vec::new(), sort }
    }
}

impl Listing<'_> {
    fn column(&self, by: &By) -> Option<&'static str> {
        match by {
            By::Field(name) => self.register.key_of(name).map(|at| COLUMNS[at]),
            By::Changed => Some("changed"),
            By::Source => Some("sources"),
        }
    }

    /// Which rows, without the page.
    fn asked(&self, reached: Reached) -> Asked {
        let values = vec![reached.id(), text(&self.register.id), self.gone.into()];
        let mut asked = Asked { sql: "school = $1 AND register = $2 AND gone = $3".to_owned(), values };
        for word in &self.words {
            let like = asked.put(text(pattern(word)));
            asked.and(&format!("(words LIKE {like} ESCAPE '\\' OR link_words LIKE {like} ESCAPE '\\')"));
        }
        for narrow in &self.narrow {
            let tests = match self.column(&narrow.by) {
                Some(column) => narrow.any.iter().map(|test| one(column, test, &mut asked)).collect(),
                // What has no key is nothing anybody can be narrowed to.
                None => vec!["1 = 0".to_owned()],
            };
            asked.and(&format!("({})", if tests.is_empty() { "1 = 0".to_owned() } else { tests.join(" OR ") }));
        }
        if let Some(own) = reached.own {
            let (entry, person) = (asked.put(id(own)), asked.put(text(own.to_string())));
            asked.and(&format!(
                "(entry = {entry} OR EXISTS (SELECT 1 FROM entry_index x WHERE x.school = $1 AND x.register = $2 \
                 AND x.field = 'person' AND x.key = {person} AND x.entry = listed.entry))"
            ));
        }
        asked
    }

    /// Expressions of *blank* and of the key.
    fn order(&self) -> (String, String) {
        let column = self.column(&self.sort.by).unwrap_or("changed");
        let key = format!("coalesce({column}, '')");
        (format!("CAST(CASE WHEN {key} = '' THEN 1 ELSE 0 END AS BIGINT)"), key)
    }
}

fn one(column: &str, test: &Test, asked: &mut Asked) -> String {
    match test {
        Test::Is(key) => format!("{column} = {}", asked.put(text(key))),
        Test::NotKnown => format!("{column} IS NULL"),
        Test::Like(like) => format!("{column} LIKE {} ESCAPE '\\'", asked.put(text(like))),
        Test::Between(from, to) => {
            // Blank is none, which lies between nothing.
            let mut parts = vec![format!("{column} <> ''")];
            parts.extend(from.as_ref().map(|from| format!("{column} >= {}", asked.put(text(from)))));
            parts.extend(to.as_ref().map(|to| format!("{column} <= {}", asked.put(text(to)))));
            format!("({})", parts.join(" AND "))
        }
    }
}

impl Read {
    /// One page of a list; empty when the school is not reached.
    pub async fn listing(&self, scope: &Scope, listing: &Listing<'_>, turn: &Turn) -> Result<Listed, Error> {
        let Some(reached) = self.reach(scope, listing.school).await? else { return Ok(Listed::default()) };
        let limit = turn.limit.clamp(1, PAGE_MAX);
        let mut asked = listing.asked(reached);
        let (blank, key) = listing.order();
        let (back, down) = (turn.back, listing.sort.down != turn.back);
        if let Some(from) = &turn.from {
            let at = [i64::from(from.blank).into(), text(&from.key), id(from.entry.0)].map(|value| asked.put(value));
            let (beyond, later) = (if back { "<" } else { ">" }, if down { "<" } else { ">" });
            asked.and(&format!(
                "({blank} {beyond} {0} OR ({blank} = {0} AND ({key}, entry) {later} ({1}, {2})))",
                at[0], at[1], at[2]
            ));
        }
        let (far, near) = (if back { "DESC" } else { "ASC" }, if down { "DESC" } else { "ASC" });
        let most = asked.put(i64::from(limit + 1).into());
        let sql = format!(
            "SELECT entry, {blank} AS blank, {key} AS spot FROM listed WHERE {} \
             ORDER BY {blank} {far}, {key} {near}, entry {near} LIMIT {most}",
            asked.sql
        );
        let rows = self.all("listed", &sql, asked.values).await?;
        let mut spots = rows.iter().map(spot).collect::<Result<Vec<_>, _>>()?;
        let more = spots.len() > limit as usize;
        spots.truncate(limit as usize);
        if back {
            spots.reverse();
        }
        Ok(Listed { spots, more })
    }

    /// How many a list holds, counted up to `most`.
    pub async fn listing_count(&self, scope: &Scope, listing: &Listing<'_>, most: u32) -> Result<u64, Error> {
        let Some(reached) = self.reach(scope, listing.school).await? else { return Ok(0) };
        let mut asked = listing.asked(reached);
        let most = asked.put(i64::from(most).into());
        let sql = format!(
            "SELECT count(*) AS number FROM (SELECT 1 AS one FROM listed WHERE {} LIMIT {most}) found",
            asked.sql
        );
        let row = self.one("listed", &sql, asked.values).await?;
        row.map_or(Ok(0), |row| Ok(row.int("number")?.unsigned_abs()))
    }

    /// These entries in this order with all that is known of them; those that are not there or not reached are left
    /// out. Of one that is gone: what was said last.
    pub async fn listed_entries(
        &self,
        scope: &Scope,
        school: SchoolId,
        entries: &[EntryId],
    ) -> Result<Vec<StoredEntry>, Error> {
        let Some(reached) = self.reach(scope, school).await? else { return Ok(Vec::new()) };
        let (mut found, mut wanted) = (HashMap::new(), Vec::new());
        for chunk in entries.chunks(CHUNK) {
            let sql = format!(
                "SELECT id, register, school, version, since, left_at FROM entry WHERE school = $1 AND id IN ({})",
                list(2, chunk.len())
            );
            let values = std::iter::once(reached.id()).chain(chunk.iter().map(|entry| id(entry.0)));
            for row in self.all("entry", &sql, values.collect()).await? {
                let entry = stored(&row)?;
                if self.owns(reached, entry.id).await? {
                    wanted.push((entry.id.0, row.maybe_at("left_at")?.is_some()));
                    found.insert(entry.id, entry);
                }
            }
        }
        let mut said = self.last_said(&wanted).await?;
        for (entry, stored) in &mut found {
            stored.facts = said.remove(&entry.0).unwrap_or_default();
        }
        Ok(entries.iter().filter_map(|entry| found.remove(entry)).collect())
    }

    /// The sources lists of a register were brought in from.
    pub async fn sources(&self, scope: &Scope, school: SchoolId, register: &str) -> Result<Vec<Name>, Error> {
        let Some(reached) = self.reach(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("import", SOURCES, vec![reached.id(), text(register)]).await?;
        rows.iter().map(|row| Ok(Name::from(row.text("source")?))).collect()
    }
}

fn spot(row: &Row) -> Result<Spot, Error> {
    Ok(Spot { blank: row.int("blank")? != 0, key: row.text("spot")?, entry: EntryId(row.id("entry")?) })
}

fn stored(row: &Row) -> Result<StoredEntry, Error> {
    let entry: Uuid = row.id("id")?;
    Ok(StoredEntry {
        id: EntryId(entry),
        register: Name::from(row.text("register")?),
        school: SchoolId(row.id("school")?),
        version: row.int("version")?,
        since: row.at("since")?,
        facts: crate::document::Facts::new(),
    })
}
