//! "These are all of them": said by a complete import or by a person, of one register, school and source.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::reach::Reached;
use crate::sql::{Row, at, maybe_text, name_of, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_core::world::Census;
use sea_orm::Value;
use serde::{Deserialize, Serialize};

statements! {
    PUT = "INSERT INTO census (school, register, source, class, stated, as_of, ends_at, actor, how, holds_none) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (school, register, source, class) DO UPDATE SET \
        stated = excluded.stated, as_of = excluded.as_of, ends_at = excluded.ends_at, actor = excluded.actor, \
        how = excluded.how, holds_none = excluded.holds_none";
    GET = "SELECT school, register, source, stated, as_of, ends_at, actor, how, holds_none FROM census \
        WHERE school = $1 AND register = $2 AND source = $3 AND class = ''";
    // The central office's lists belong to the world of each of its schools.
    LIST = "SELECT school, register, source, class, stated, as_of, ends_at, actor, how, holds_none FROM census \
        WHERE school IN ( \
        SELECT o.id FROM school s JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        WHERE s.id = $1) ORDER BY register, class, school, source";
    REMOVE = "DELETE FROM census WHERE school = $1 AND register = $2 AND source = $3 AND class = $4";
}

/// A census with the list it speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCensus {
    /// The list's school; it may be the central office.
    pub school: SchoolId,
    /// The list.
    pub register: Name,
    /// The one of its classes that is meant; the whole list when `None`.
    pub class: Option<Name>,
    /// What was said.
    pub census: Census,
    /// How somebody knows it; `None` when a list said so.
    pub how: Option<How>,
    /// "We have none".
    pub none: bool,
    /// Who said so: `person:ID`, `operator`.
    pub actor: String,
}

/// A list, or one class of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListOf<'a> {
    /// Where.
    pub school: SchoolId,
    /// The register.
    pub register: &'a Name,
    /// The class; the whole list when `None`.
    pub class: Option<&'a Name>,
}

impl<'a> ListOf<'a> {
    /// The whole of it.
    pub fn whole(school: SchoolId, register: &'a Name) -> Self {
        Self { school, register, class: None }
    }

    fn words(&self) -> Vec<(&'static str, Detail)> {
        let class = self.class.map(|class| ("class", Detail::Word(class.to_string())));
        [("register", Detail::Word(self.register.to_string()))].into_iter().chain(class).collect()
    }
}

/// How somebody knows that a list is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Somebody went round and counted.
    Stocktake,
    /// Compared with another list: the network, the payroll, the invoices.
    Compared,
    /// In another way.
    Other,
}

/// What somebody vouches for.
#[derive(Clone, Debug, PartialEq)]
pub struct Vouched {
    /// As of when, and until when.
    pub census: Census,
    /// How they know.
    pub how: How,
    /// There are none.
    pub none: bool,
}

impl StoredCensus {
    /// What it speaks of.
    pub fn list(&self) -> ListOf<'_> {
        ListOf { school: self.school, register: &self.register, class: self.class.as_ref() }
    }
}

impl Vouched {
    /// A census somebody gave without saying how.
    pub fn plain(census: Census) -> Self {
        Self { census, how: How::Other, none: false }
    }
}

/// As it stood before an import, kept for its undo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Previous {
    stated: bool,
    as_of: i64,
    ends_at: i64,
    actor: String,
    #[serde(default)]
    how: Option<String>,
    #[serde(default)]
    none: bool,
}

impl Previous {
    pub(crate) fn as_of(&self) -> Option<Timestamp> {
        Timestamp::from_microsecond(self.as_of).ok()
    }
}

impl Write {
    /// Says that a list, or a class of it, is complete; replaces what the same source said before. `false` and nothing
    /// changed when the school is not reached.
    pub async fn confirm_census(
        &mut self,
        scope: &Scope,
        list: ListOf<'_>,
        said: &Vouched,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, list.school).await? else { return Ok(false) };
        let how = (word(&said.how), said.none);
        self.put(scope, reached, (list.register, list.class, &said.census), how).await?;
        let mut details = list.words();
        details.extend([
            ("source", Detail::Word(said.census.source.to_string())),
            ("how", Detail::Word(name_of(&said.how).unwrap_or_default())),
            ("none", Detail::Count(said.none.into())),
            ("ends-at", Detail::Count(said.census.ends_at.as_microsecond())),
        ]);
        self.record(scope, About::school(list.school, now), "census-confirmed", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    /// Takes back what a source said of a list: somebody did, or the records say otherwise (`because` is `entry`).
    /// `false` and nothing changed when nothing was said or the school is not reached.
    pub async fn end_census(
        &mut self,
        scope: &Scope,
        (list, source): (ListOf<'_>, &str),
        because: &'static str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, list.school).await? else { return Ok(false) };
        let class = text(list.class.map_or("", |class| &**class));
        if self.run(REMOVE, vec![reached.id(), text(list.register), text(source), class]).await? == 0 {
            return Ok(false);
        }
        let mut details = list.words();
        details.extend([("source", Detail::Word(source.to_owned())), ("because", Detail::Word(because.to_owned()))]);
        self.record(scope, About::school(list.school, now), "census-ended", &details).await?;
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
        self.put(scope, reached, (register, None, census), (Value::String(None), false)).await
    }

    async fn put(
        &mut self,
        scope: &Scope,
        reached: Reached,
        (register, class, census): (&str, Option<&Name>, &Census),
        (how, none): (Value, bool),
    ) -> Result<(), Error> {
        let values = vec![
            reached.id(),
            text(register),
            text(&census.source),
            text(class.map_or("", |class| &**class)),
            census.stated.into(),
            at(census.as_of),
            at(census.ends_at),
            text(actor(scope.by())),
            how,
            none.into(),
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
        let mut values = vec![reached.id(), text(register), text(source), text("")];
        let Some(previous) = previous else { return self.run(REMOVE, values).await.map(drop) };
        values.extend([previous.stated.into(), previous.as_of.into(), previous.ends_at.into(), text(previous.actor)]);
        values.extend([maybe_text(previous.how.as_deref()), previous.none.into()]);
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
                how: row.maybe_text("how")?,
                none: row.flag("holds_none")?,
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
    Ok(StoredCensus {
        school: SchoolId(row.id("school")?),
        register: Name::from(row.text("register")?),
        class: Some(row.text("class")?).filter(|class| !class.is_empty()).map(Name::from),
        census,
        how: row.maybe_word("how")?,
        none: row.flag("holds_none")?,
        actor: row.text("actor")?,
    })
}
