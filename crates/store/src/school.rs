//! Schools, and the central office of a trust, which is one of them.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{Row, at, id, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Division;
use schoolkeeper_core::id::{OrganisationId, SchoolId};

statements! {
    INSERT = "INSERT INTO school (id, organisation, slug, title, trust, division, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LIST = "SELECT id, organisation, slug, title, trust, division, created_at FROM school ORDER BY slug, id LIMIT 10000";
    LIST_OF = "SELECT id, organisation, slug, title, trust, division, created_at FROM school \
        WHERE organisation = $1 ORDER BY slug, id LIMIT 10000";
    GET = "SELECT id, organisation, slug, title, trust, division, created_at FROM school WHERE id = $1";
    OFFICE = "SELECT o.id FROM school s JOIN school o ON o.organisation = s.organisation AND o.trust \
        WHERE s.id = $1 LIMIT 1";
}

/// A school, or the central office of a trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Its id.
    pub id: SchoolId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// Handle on the command line and in addresses; unique within the organisation.
    pub slug: String,
    /// What people read.
    pub title: String,
    /// The trust's central office: one per organisation at most; what is adopted there holds for all its schools.
    pub trust: bool,
    /// For bank holidays.
    pub division: Division,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Write {
    /// Adds a school; `false` and nothing changed when the scope does not reach all of its organisation.
    pub async fn add_school(&mut self, scope: &Scope, school: &School) -> Result<bool, Error> {
        let within = scope.organisation().is_none_or(|organisation| organisation == school.organisation);
        if !within || !scope.reaches_all() {
            return Ok(false);
        }
        let values = vec![
            id(school.id.0),
            id(school.organisation.0),
            text(&school.slug),
            text(&school.title),
            school.trust.into(),
            word(&school.division),
            at(school.created_at),
        ];
        self.run(INSERT, values).await?;
        let about = About { organisation: Some(school.organisation), school: Some(school.id), now: school.created_at };
        self.record(scope, about, "school-added", &[("trust", Detail::Count(school.trust.into()))]).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// The schools a scope reaches whole, by slug. At most 10,000.
    pub async fn schools(&self, scope: &Scope) -> Result<Vec<School>, Error> {
        let rows = match scope.organisation() {
            Some(organisation) => self.all("school", LIST_OF, vec![id(organisation.0)]).await?,
            None => self.all("school", LIST, Vec::new()).await?,
        };
        let schools = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        Ok(schools.into_iter().filter(|school| scope.reaches_whole(school.id)).collect())
    }

    /// Whether a school's organisation has a central office; no when the school is not reached.
    pub async fn has_office(&self, scope: &Scope, school: SchoolId) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        Ok(self.one("school", OFFICE, vec![reached.id()]).await?.is_some())
    }

    /// One school; `None` when it is not there or not reached.
    pub async fn school(&self, scope: &Scope, school: SchoolId) -> Result<Option<School>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else {
            return Ok(None);
        };
        self.one("school", GET, vec![reached.id()]).await?.as_ref().map(from_row).transpose()
    }
}

fn from_row(row: &Row) -> Result<School, Error> {
    Ok(School {
        id: SchoolId(row.id("id")?),
        organisation: OrganisationId(row.id("organisation")?),
        slug: row.text("slug")?,
        title: row.text("title")?,
        trust: row.flag("trust")?,
        division: row.word("division")?,
        created_at: row.at("created_at")?,
    })
}
