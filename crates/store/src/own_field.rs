//! Fields a school, or an organisation for all its schools, added to registers itself.
//!
//! Invariant: a row never goes and its number never changes: what was said under it stays readable, and the keys of
//! lists stay in their columns.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{Row, at, id, json, maybe_at, maybe_id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, OrganisationId, SchoolId};
use schoolkeeper_core::own_field::OwnField;
use uuid::Uuid;

statements! {
    AT = "SELECT f.id, f.organisation, f.school, f.register, f.name, f.number, f.place, f.document, f.version, \
        f.added_at, f.retired_at FROM own_field f JOIN school s ON s.organisation = f.organisation \
        WHERE s.id = $1 AND (f.school IS NULL OR f.school = s.id) ORDER BY f.register, f.number LIMIT 5000";
    NAMES = "SELECT name, number FROM own_field WHERE organisation = $1 AND register = $2 ORDER BY number LIMIT 5000";
    INSERT = "INSERT INTO own_field (id, organisation, school, register, name, number, place, document, version, \
        added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)";
    SET = "UPDATE own_field SET version = version + 1, place = $3, document = $4, retired_at = $5 \
        WHERE id = $1 AND version = $2";
}

/// A field as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOwn {
    /// Its id.
    pub id: Uuid,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// The school; every school of the organisation when `None`.
    pub school: Option<SchoolId>,
    /// The register.
    pub register: Name,
    /// Its name, which never changes.
    pub name: Name,
    /// Its place among all that were ever made for the register in the organisation, from 1.
    pub number: i64,
    /// Its place among those people see.
    pub place: i64,
    /// What it is.
    pub own: OwnField,
    /// Goes up with every change.
    pub version: i64,
    /// When it was made.
    pub added_at: Timestamp,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}

impl Read {
    /// The fields in force at a school, retired ones too, in the order they were made; none when it is not reached.
    pub async fn own_fields(&self, scope: &Scope, school: SchoolId) -> Result<Vec<StoredOwn>, Error> {
        let Some(reached) = self.reach(scope, school).await? else { return Ok(Vec::new()) };
        self.all("own_field", AT, vec![reached.id()]).await?.iter().map(from_row).collect()
    }

    /// Every name that was ever given to a field of a register in an organisation, with its number.
    pub async fn own_names(
        &self,
        scope: &Scope,
        organisation: OrganisationId,
        register: &str,
    ) -> Result<Vec<(Name, i64)>, Error> {
        if scope.organisation().is_some_and(|own| own != organisation) {
            return Ok(Vec::new());
        }
        let rows = self.all("own_field", NAMES, vec![id(organisation.0), text(register)]).await?;
        rows.iter().map(|row| Ok((Name::from(row.text("name")?), row.int("number")?))).collect()
    }
}

impl Write {
    /// Adds a field; `false` and nothing changed when its school, or for all schools the organisation, is not reached.
    pub async fn add_own_field(&mut self, scope: &Scope, new: &StoredOwn) -> Result<bool, Error> {
        if !self.reaches_place(scope, (new.organisation, new.school)).await? {
            return Ok(false);
        }
        let values = vec![
            id(new.id),
            id(new.organisation.0),
            maybe_id(new.school.map(|school| school.0)),
            text(&new.register),
            text(&new.name),
            new.number.into(),
            new.place.into(),
            json(&new.own),
            at(new.added_at),
        ];
        self.run(INSERT, values).await?;
        self.record_own(scope, new, "own-field-added", new.added_at).await?;
        Ok(true)
    }

    /// Writes a field as it was read and changed; `false` and nothing changed when it is not reached or somebody else
    /// changed it since.
    pub async fn set_own_field(&mut self, scope: &Scope, own: &StoredOwn, now: Timestamp) -> Result<bool, Error> {
        let values = vec![id(own.id), own.version.into(), own.place.into(), json(&own.own), maybe_at(own.retired_at)];
        if !self.reaches_place(scope, (own.organisation, own.school)).await? || self.run(SET, values).await? == 0 {
            return Ok(false);
        }
        self.record_own(scope, own, "own-field-changed", now).await?;
        Ok(true)
    }

    async fn record_own(&mut self, scope: &Scope, own: &StoredOwn, kind: &str, now: Timestamp) -> Result<(), Error> {
        let details = [("field", Detail::Id(own.id)), ("register", Detail::Word(own.register.to_string()))];
        let about = About { organisation: Some(own.organisation), school: own.school, now };
        self.record(scope, about, kind, &details).await?;
        self.bump_generation().await
    }
}

fn from_row(row: &Row) -> Result<StoredOwn, Error> {
    Ok(StoredOwn {
        id: row.id("id")?,
        organisation: OrganisationId(row.id("organisation")?),
        school: row.maybe_id("school")?.map(SchoolId),
        register: Name::from(row.text("register")?),
        name: Name::from(row.text("name")?),
        number: row.int("number")?,
        place: row.int("place")?,
        own: row.json("document")?,
        version: row.int("version")?,
        added_at: row.at("added_at")?,
        retired_at: row.maybe_at("retired_at")?,
    })
}
