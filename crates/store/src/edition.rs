//! Policies a school writes itself: every kept state, newest first, until it is let go.
//!
//! Invariant: a state is added after the one its writer looked at, or not at all; the oldest ones make room.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, json, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};

/// States kept of each; older ones go.
pub const STATES_MAX: i64 = 20;
/// How many editions of one school are read.
const LIST_MAX: i64 = 100;

statements! {
    NEWEST = "SELECT COALESCE(MAX(number), 0) AS number FROM edition WHERE school = $1 AND pack = $2";
    ADD = "INSERT INTO edition (school, pack, number, sources, says, kept_at, actor) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    MAKE_ROOM = "DELETE FROM edition WHERE school = $1 AND pack = $2 AND number <= $3";
    REMOVE = "DELETE FROM edition WHERE school = $1 AND pack = $2";
    GET = "SELECT pack, number, sources, says, kept_at, actor FROM edition WHERE school = $1 AND pack = $2 AND number = $3";
    STATES = "SELECT pack, number, says, kept_at, actor FROM edition WHERE school = $1 AND pack = $2 \
        ORDER BY number DESC LIMIT $3";
    LIST = "SELECT e.pack, e.number, e.says, e.kept_at, e.actor FROM edition e WHERE e.school = $1 AND e.number = \
        (SELECT MAX(o.number) FROM edition o WHERE o.school = e.school AND o.pack = e.pack) ORDER BY e.pack LIMIT $2";
}

/// One kept state, without its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionState {
    /// Which policy.
    pub pack: Name,
    /// Counted from 1.
    pub number: i64,
    /// What was done, in words: `Changed the check passwords`.
    pub says: String,
    /// When.
    pub kept_at: Timestamp,
    /// By whom: `person:ID`, `operator`.
    pub kept_by: String,
}

/// The texts of a state.
pub type Sources = Vec<(String, String)>;

impl Write {
    /// Keeps another state after the one numbered `after` (0: the first); `false` and nothing kept when the school is
    /// not reached, or somebody kept one meanwhile.
    pub async fn keep_edition(
        &mut self,
        scope: &Scope,
        (school, pack, after): (SchoolId, &str, i64),
        (sources, says): (&Sources, &str),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        let of = vec![reached.id(), text(pack)];
        let newest = self.one("edition", NEWEST, of.clone()).await?;
        if newest.map_or(Ok(0), |row| row.int("number"))? != after {
            return Ok(false);
        }
        let mut values = of.clone();
        values.extend([(after + 1).into(), json(sources), text(says), at(now), text(actor(scope.by()))]);
        self.run(ADD, values).await?;
        let mut room = of;
        room.push((after + 1 - STATES_MAX).into());
        self.run(MAKE_ROOM, room).await?;
        let details = [("pack", Detail::Word(pack.to_owned())), ("number", Detail::Count(after + 1))];
        self.record(scope, About::school(school, now), "edition-kept", &details).await?;
        Ok(true)
    }

    /// Lets an edition go with all its states; `false` when there is none in reach.
    pub async fn drop_edition(
        &mut self,
        scope: &Scope,
        (school, pack): (SchoolId, &str),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        if self.run(REMOVE, vec![reached.id(), text(pack)]).await? == 0 {
            return Ok(false);
        }
        let details = [("pack", Detail::Word(pack.to_owned()))];
        self.record(scope, About::school(school, now), "edition-dropped", &details).await?;
        Ok(true)
    }
}

impl Read {
    /// The newest state of every edition of a school.
    pub async fn editions(&self, scope: &Scope, school: SchoolId) -> Result<Vec<EditionState>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("edition", LIST, vec![reached.id(), LIST_MAX.into()]).await?;
        rows.iter().map(from_row).collect()
    }

    /// Every kept state of one, newest first.
    pub async fn edition_states(
        &self,
        scope: &Scope,
        school: SchoolId,
        pack: &str,
    ) -> Result<Vec<EditionState>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("edition", STATES, vec![reached.id(), text(pack), STATES_MAX.into()]).await?;
        rows.iter().map(from_row).collect()
    }

    /// One state with its texts.
    pub async fn edition(
        &self,
        scope: &Scope,
        school: SchoolId,
        (pack, number): (&str, i64),
    ) -> Result<Option<(EditionState, Sources)>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(None) };
        let row = self.one("edition", GET, vec![reached.id(), text(pack), number.into()]).await?;
        row.map(|row| Ok((from_row(&row)?, row.json("sources")?))).transpose()
    }
}

fn from_row(row: &Row) -> Result<EditionState, Error> {
    Ok(EditionState {
        pack: Name::from(row.text("pack")?),
        number: row.int("number")?,
        says: row.text("says")?,
        kept_at: row.at("kept_at")?,
        kept_by: row.text("actor")?,
    })
}
