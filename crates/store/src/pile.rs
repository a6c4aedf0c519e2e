//! Piles of signed slips that were scanned as one file: how far one is read, and what each of its pages was.
//!
//! Invariant: a pile holds no name, only who a page was for by id; it goes by itself after some days. A change names the
//! version it was made on, so that the reading and somebody who puts a page right never write over each other.

use crate::error::Error;
use crate::sql::{Row, at, id, json, maybe_id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, SchoolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO pile (id, school, target, file, blob, pages, page_count, version, person, created_at, ends_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10)";
    GET = "SELECT id, school, target, file, blob, pages, page_count, version, person, created_at, ends_at FROM pile \
        WHERE id = $1";
    LIST = "SELECT id, school, target, file, blob, pages, page_count, version, person, created_at, ends_at FROM pile \
        WHERE school = $1 AND target = $2 AND ends_at > $3 ORDER BY created_at DESC, id DESC LIMIT 20";
    PAST = "SELECT id, school, target, file, blob, pages, page_count, version, person, created_at, ends_at FROM pile \
        WHERE ends_at <= $1 ORDER BY ends_at LIMIT 100";
    SET = "UPDATE pile SET pages = $3, version = version + 1 WHERE id = $1 AND version = $2";
    REMOVE = "DELETE FROM pile WHERE id = $1";
}

/// A pile that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pile {
    /// Its id.
    pub id: Uuid,
    /// Where.
    pub school: SchoolId,
    /// What was signed: `PACK/CONTROL`.
    pub target: String,
    /// Name of the file.
    pub file: String,
    /// The sealed file.
    pub blob: Uuid,
    /// What was on the pages that are read, in their order.
    pub pages: Vec<PilePage>,
    /// How many pages there are.
    pub page_count: i64,
    /// Goes up with every change.
    pub version: i64,
    /// Who handed it in; `None` for the operator.
    pub person: Option<EntryId>,
    /// When.
    pub created_at: Timestamp,
    /// When it goes by itself.
    pub ends_at: Timestamp,
}

/// What was on one page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PilePage {
    /// Whose slip it is.
    pub person: Option<EntryId>,
    /// Why it is not signed; none when it is, or when nothing is to be done.
    pub why: Option<String>,
}

impl Pile {
    /// Every page is read.
    pub fn is_read(&self) -> bool {
        self.pages.len() as i64 >= self.page_count
    }
}

impl Write {
    /// Adds a pile; `false` and nothing changed when its school is not reached. A choice, not an act: its file's own
    /// record tells that something was handed in.
    pub async fn add_pile(&mut self, scope: &Scope, pile: &Pile) -> Result<bool, Error> {
        if self.reach_whole(scope, pile.school).await?.is_none() {
            return Ok(false);
        }
        let values = vec![
            id(pile.id),
            id(pile.school.0),
            text(&pile.target),
            text(&pile.file),
            id(pile.blob),
            json(&pile.pages),
            pile.page_count.into(),
            maybe_id(pile.person.map(|person| person.0)),
            at(pile.created_at),
            at(pile.ends_at),
        ];
        self.run(INSERT, values).await?;
        Ok(true)
    }

    /// Writes what was on the pages of a pile as it was read; `false` and nothing changed when it is not reached, gone,
    /// or was changed since.
    pub async fn set_pile(&mut self, scope: &Scope, pile: &Pile) -> Result<bool, Error> {
        if self.reach_whole(scope, pile.school).await?.is_none() {
            return Ok(false);
        }
        Ok(self.run(SET, vec![id(pile.id), pile.version.into(), json(&pile.pages)]).await? > 0)
    }

    /// Removes a pile; `false` when it is not there or not reached. Its file is erased apart.
    pub async fn remove_pile(&mut self, scope: &Scope, pile: Uuid) -> Result<bool, Error> {
        if self.pile(scope, pile).await?.is_none() {
            return Ok(false);
        }
        Ok(self.run(REMOVE, vec![id(pile)]).await? > 0)
    }
}

impl Read {
    /// A pile; `None` when it is not there or not reached.
    pub async fn pile(&self, scope: &Scope, pile: Uuid) -> Result<Option<Pile>, Error> {
        let found = self.one("pile", GET, vec![id(pile)]).await?.as_ref().map(from_row).transpose()?;
        let Some(found) = found else { return Ok(None) };
        Ok(self.reach_whole(scope, found.school).await?.map(|_| found))
    }

    /// Piles of one agreement of a school that have not ended, newest first; at most 20.
    pub async fn piles(
        &self,
        scope: &Scope,
        (school, target): (SchoolId, &str),
        now: Timestamp,
    ) -> Result<Vec<Pile>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        self.all("pile", LIST, vec![reached.id(), text(target), at(now)]).await?.iter().map(from_row).collect()
    }

    /// Piles whose time is over; at most 100, the system's only.
    pub async fn past_piles(&self, scope: &Scope, now: Timestamp) -> Result<Vec<Pile>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        self.all("pile", PAST, vec![at(now)]).await?.iter().map(from_row).collect()
    }
}

fn from_row(row: &Row) -> Result<Pile, Error> {
    Ok(Pile {
        id: row.id("id")?,
        school: SchoolId(row.id("school")?),
        target: row.text("target")?,
        file: row.text("file")?,
        blob: row.id("blob")?,
        pages: row.json("pages")?,
        page_count: row.int("page_count")?,
        version: row.int("version")?,
        person: row.maybe_id("person")?.map(EntryId),
        created_at: row.at("created_at")?,
        ends_at: row.at("ends_at")?,
    })
}
