//! Organisations: nothing is shared between two of them.

use crate::error::Error;
use crate::ledger::About;
use crate::sql::{at, id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::OrganisationId;

statements! {
    INSERT = "INSERT INTO organisation (id, title, created_at) VALUES ($1, $2, $3)";
    LIST = "SELECT id, title, created_at FROM organisation ORDER BY title, id LIMIT 1000";
    GET = "SELECT id, title, created_at FROM organisation WHERE id = $1";
}

/// A trust, an authority or a single school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What people read.
    pub title: String,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Write {
    /// Adds an organisation. Only the system may: `false` for any other scope, which changes nothing.
    pub async fn add_organisation(&mut self, scope: &Scope, organisation: &Organisation) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let Organisation { id: own_id, title, created_at } = organisation;
        self.run(INSERT, vec![id(own_id.0), text(title), at(*created_at)]).await?;
        let about = About { organisation: Some(*own_id), school: None, now: *created_at };
        self.record(scope, about, "organisation-added", &[]).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// The organisations a scope reaches, by title: its own, or for the system all (at most 1,000).
    pub async fn organisations(&self, scope: &Scope) -> Result<Vec<Organisation>, Error> {
        let rows = match scope.organisation() {
            Some(organisation) => self.all("organisation", GET, vec![id(organisation.0)]).await?,
            None => self.all("organisation", LIST, Vec::new()).await?,
        };
        rows.iter()
            .map(|row| {
                Ok(Organisation {
                    id: OrganisationId(row.id("id")?),
                    title: row.text("title")?,
                    created_at: row.at("created_at")?,
                })
            })
            .collect()
    }
}
