//! Asks the database whether a scope reaches a school. Every noun stands behind this door.
//!
//! Invariant: a [`Reached`] is made only here, from a row that the scope's organisation and schools let through.

use crate::error::Error;
use crate::sql::{id, statements};
use crate::transaction::Read;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{OrganisationId, SchoolId};
use sea_orm::Value;
use uuid::Uuid;

statements! {
    ANY = "SELECT id FROM school WHERE id = $1";
    WITHIN = "SELECT id FROM school WHERE id = $1 AND organisation = $2";
}

/// A school that a scope reaches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    pub(crate) school: SchoolId,
    /// Only entries of this person.
    pub(crate) own: Option<Uuid>,
}

impl Reached {
    pub(crate) fn id(self) -> Value {
        id(self.school.0)
    }
}

impl Read {
    /// The school, when the scope reaches it; `None` when it does not or when there is none.
    pub(crate) async fn reach(&self, scope: &Scope, school: SchoolId) -> Result<Option<Reached>, Error> {
        if !scope.reaches(school) {
            return Ok(None);
        }
        let row = match scope.organisation() {
            Some(organisation) => self.one("school", WITHIN, vec![id(school.0), id(organisation.0)]).await?,
            None => self.one("school", ANY, vec![id(school.0)]).await?,
        };
        let own = scope.own_at(school).map(|person| person.0);
        Ok(row.map(|_| Reached { school, own }))
    }

    /// The same for what belongs to a school as a whole: a scope that reaches only one's own things sees none of it.
    pub(crate) async fn reach_whole(&self, scope: &Scope, school: SchoolId) -> Result<Option<Reached>, Error> {
        Ok(self.reach(scope, school).await?.filter(|reached| reached.own.is_none()))
    }

    /// Whether a scope reaches a school as a whole, or without one every school of an organisation.
    pub(crate) async fn reaches_place(
        &self,
        scope: &Scope,
        (organisation, school): (OrganisationId, Option<SchoolId>),
    ) -> Result<bool, Error> {
        let ours = scope.organisation().is_none_or(|own| own == organisation);
        Ok(match school {
            Some(school) => self.reach_whole(scope, school).await?.is_some(),
            None => ours && scope.reaches_all(),
        })
    }
}
