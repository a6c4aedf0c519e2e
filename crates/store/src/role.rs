//! An organisation's own words for roles.
//!
//! Invariant: they are words only; what a role may do is never read from here.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{at, id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, OrganisationId};
use std::collections::BTreeMap;

statements! {
    PUT = "INSERT INTO role_label (organisation, role, title, set_at, actor) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (organisation, role) DO UPDATE SET title = excluded.title, set_at = excluded.set_at, \
        actor = excluded.actor";
    REMOVE = "DELETE FROM role_label WHERE organisation = $1 AND role = $2";
    LIST = "SELECT role, title FROM role_label WHERE organisation = $1 ORDER BY role LIMIT 1000";
}

impl Write {
    /// Sets the organisation's word for a role, or with `None` takes it away; `false` and nothing changed when the
    /// scope does not reach all of the organisation.
    pub async fn set_role_label(
        &mut self,
        scope: &Scope,
        organisation: OrganisationId,
        (role, title): (&str, Option<&str>),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let bound = scope.organisation().is_none_or(|bound| bound == organisation);
        let schools = self.schools(&Scope::system("role-named")).await?;
        let mut own = schools.iter().filter(|school| school.organisation == organisation);
        if !bound || !own.all(|school| scope.reaches_whole(school.id)) {
            return Ok(false);
        }
        let mut values = vec![id(organisation.0), text(role)];
        match title {
            Some(title) => {
                values.extend([text(title), at(now), text(actor(scope.by()))]);
                self.run(PUT, values).await?;
            }
            None => drop(self.run(REMOVE, values).await?),
        }
        let about = About { organisation: Some(organisation), school: None, now };
        self.record(scope, about, "role-named", &[("role", Detail::Word(role.to_owned()))]).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// The organisation's own words for roles; none for a scope of another organisation.
    pub async fn role_labels(
        &self,
        scope: &Scope,
        organisation: OrganisationId,
    ) -> Result<BTreeMap<Name, String>, Error> {
        if scope.organisation().is_some_and(|bound| bound != organisation) {
            return Ok(BTreeMap::new());
        }
        let rows = self.all("role_label", LIST, vec![id(organisation.0)]).await?;
        rows.iter().map(|row| Ok((Name::from(row.text("role")?), row.text("title")?))).collect()
    }
}
