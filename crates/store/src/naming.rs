//! What a school, or an organisation for all its schools, calls registers and their fields.
//!
//! Invariant: they are words only; no row goes, one that says nothing takes every word back.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{Row, at, id, json, maybe_id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, OrganisationId, SchoolId};
use schoolkeeper_core::naming::Naming;

statements! {
    AT = "SELECT n.organisation, n.school, n.register, n.document, n.version FROM naming n \
        JOIN school s ON s.organisation = n.organisation WHERE s.id = $1 AND (n.school IS NULL OR n.school = s.id) \
        ORDER BY n.register, n.place LIMIT 1000";
    EVERYWHERE = "SELECT organisation, school, register, document, version FROM naming \
        WHERE organisation = $1 AND school IS NULL ORDER BY register LIMIT 1000";
    PUT = "INSERT INTO naming (place, register, organisation, school, document, version, set_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (place, register) DO UPDATE SET document = excluded.document, version = excluded.version, \
        set_at = excluded.set_at WHERE naming.version = excluded.version - 1";
}

/// Words as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNaming {
    /// Its organisation.
    pub organisation: OrganisationId,
    /// The school; every school of the organisation when `None`.
    pub school: Option<SchoolId>,
    /// The register.
    pub register: Name,
    /// The words.
    pub naming: Naming,
    /// Goes up with every change; 0 when nothing was ever said.
    pub version: i64,
}

impl Read {
    /// The words of a school and of its organisation for every school; none when it is not reached.
    pub async fn namings(&self, scope: &Scope, school: SchoolId) -> Result<Vec<StoredNaming>, Error> {
        let Some(reached) = self.reach(scope, school).await? else { return Ok(Vec::new()) };
        self.all("naming", AT, vec![reached.id()]).await?.iter().map(from_row).collect()
    }

    /// The words of an organisation for every school; none for a scope of another organisation.
    pub async fn namings_everywhere(
        &self,
        scope: &Scope,
        organisation: OrganisationId,
    ) -> Result<Vec<StoredNaming>, Error> {
        if scope.organisation().is_some_and(|own| own != organisation) {
            return Ok(Vec::new());
        }
        self.all("naming", EVERYWHERE, vec![id(organisation.0)]).await?.iter().map(from_row).collect()
    }
}

impl Write {
    /// Says what a register and its fields are called; `false` and nothing changed when the school, or for all schools
    /// the organisation, is not reached, or somebody else said it since it was read.
    pub async fn set_naming(&mut self, scope: &Scope, new: &StoredNaming, now: Timestamp) -> Result<bool, Error> {
        let place = new.school.map_or(new.organisation.0, |school| school.0);
        let values = vec![
            id(place),
            text(&new.register),
            id(new.organisation.0),
            maybe_id(new.school.map(|school| school.0)),
            json(&new.naming),
            (new.version + 1).into(),
            at(now),
        ];
        if !self.reaches_place(scope, (new.organisation, new.school)).await? || self.run(PUT, values).await? == 0 {
            return Ok(false);
        }
        let about = About { organisation: Some(new.organisation), school: new.school, now };
        let details = [("register", Detail::Word(new.register.to_string()))];
        self.record(scope, about, "register-named", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

fn from_row(row: &Row) -> Result<StoredNaming, Error> {
    Ok(StoredNaming {
        organisation: OrganisationId(row.id("organisation")?),
        school: row.maybe_id("school")?.map(SchoolId),
        register: Name::from(row.text("register")?),
        naming: row.json("document")?,
        version: row.int("version")?,
    })
}
