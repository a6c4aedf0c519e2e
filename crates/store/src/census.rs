//! "These are all of them": said by a complete import or by a person, of one register, school and source.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::reach::Reached;
use crate::sql::{Row, at, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_core::world::Census;
use serde::{Deserialize, Serialize};

statements! {
    PUT = "INSERT INTO census (school, register, source, stated, as_of, ends_at, actor) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (school, register, source) DO UPDATE SET \
        stated = excluded.stated, as_of = excluded.as_of, ends_at = excluded.ends_at, actor = excluded.actor";
    GET = "SELECT school, register, source, stated, as_of, ends_at, actor FROM census \
        WHERE school = $1 AND register = $2 AND source = $3";
    // The central office's lists belong to the world of each of its schools.
    LIST = "SELECT school, register, source, stated, as_of, ends_at, actor FROM census WHERE school IN ( \
        SELECT o.id FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        WHERE s.id = $1) ORDER BY register, school, source";
    REMOVE = "DELETE FROM census WHERE school = $1 AND register = $2 AND source = $3";
}

/// A census with the list it speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCensus {
    /// The list's school; it may be the central office.
    pub school: SchoolId,
    /// The list.
    pub register: Name,
    /// What was said.
    pub census: Census,
}

/// As it stood before an import, kept for its undo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Previous {
    stated: bool,
    as_of: i64,
    ends_at: i64,
    actor: String,
}

impl Previous {
    pub(crate) fn as_of(&self) -> Option<Timestamp> {
        Timestamp::from_microsecond(self.as_of).ok()
    }
}

impl Write {
    /// Says that a register's list is complete; replaces what the same source said before. `false` and nothing
    /// changed when the school is not reached.
    pub async fn confirm_census(
        &mut self,
        scope: &Scope,
        (school, register): (SchoolId, &Name),
        census: &Census,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        self.put_census(scope, reached, register, census).await?;
        let details = [
            ("register", Detail::Word(register.to_string())),
            ("source", Detail::Word(census.source.to_string())),
            ("ends-at", Detail::Count(census.ends_at.as_microsecond())),
        ];
        self.record(scope, About::school(school, now), "census-confirmed", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    pub(crate) async fn put_census(
        &mut self,
        scope: &Scope,
        reached: Reached,
        register: &str,
        census: &Census,
    ) -> Result<(), Error> {
        let values = vec![
            reached.id(),
            text(register),
            text(&census.source),
            census.stated.into(),
            at(census.as_of),
            at(census.ends_at),
            text(actor(scope.by())),
        ];
        self.run(PUT, values).await.map(drop)
    }

    /// Puts back what stood before an import; nothing when nothing did.
    pub(crate) async fn restore_census(
        &mut self,
        reached: Reached,
        (register, source): (&str, &str),
        previous: Option<Previous>,
    ) -> Result<(), Error> {
        let mut values = vec![reached.id(), text(register), text(source)];
        let Some(previous) = previous else { return self.run(REMOVE, values).await.map(drop) };
        values.extend([previous.stated.into(), previous.as_of.into(), previous.ends_at.into(), text(previous.actor)]);
        self.run(PUT, values).await.map(drop)
    }
}

impl Read {
    /// Every census of a school's lists and of its central office's; none when the school is not reached.
    pub async fn censuses(&self, scope: &Scope, school: SchoolId) -> Result<Vec<StoredCensus>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        self.all("census", LIST, vec![reached.id()]).await?.iter().map(from_row).collect()
    }

    pub(crate) async fn census_before(
        &self,
        reached: Reached,
        register: &str,
        source: &str,
    ) -> Result<Option<Previous>, Error> {
        let row = self.one("census", GET, vec![reached.id(), text(register), text(source)]).await?;
        row.map(|row| {
            Ok(Previous {
                stated: row.flag("stated")?,
                as_of: row.int("as_of")?,
                ends_at: row.int("ends_at")?,
                actor: row.text("actor")?,
            })
        })
        .transpose()
    }
}

fn from_row(row: &Row) -> Result<StoredCensus, Error> {
    let census = Census {
        source: Name::from(row.text("source")?),
        as_of: row.at("as_of")?,
        ends_at: row.at("ends_at")?,
        stated: row.flag("stated")?,
    };
    Ok(StoredCensus { school: SchoolId(row.id("school")?), register: Name::from(row.text("register")?), census })
}
