//! Who acts, and the [`Scope`] without which the store answers nothing.
//!
//! Invariant: a `Scope` is made only here, by [`Actor::scope`] (which asks the permission table)
//! or [`Scope::system`] (for jobs, with a reason). Its fields are private to this module.

use crate::id::{EntryId, OrganisationId, SchoolId};
use crate::permission::{BaseRole, Reach, reach};
use std::collections::BTreeSet;

/// Somebody acting in one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person; `None` for the local operator.
    pub person: Option<EntryId>,
    /// Where.
    pub organisation: OrganisationId,
    /// Base roles with the school each is held in; `None` = the whole organisation.
    pub roles: Vec<(BaseRole, Option<SchoolId>)>,
}

/// What packs narrow: schools an act may not reach although the table would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// Acts packs forbid altogether for this actor.
    pub refused: BTreeSet<String>,
}

/// The act is not allowed; to outsiders the thing does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this act is not allowed")]
pub struct NotAllowed;

/// Proof that the permission table was asked, and how far the answer reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    organisation: Option<OrganisationId>,
    schools: Schools,
    own: Option<EntryId>,
    by: By,
}

/// Schools within a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schools {
    /// Every school of the organisation.
    All,
    /// These.
    Some(Vec<SchoolId>),
}

/// On whose behalf something is done; written into the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A person.
    Person(EntryId),
    /// The local operator.
    Operator,
    /// A job, with its reason.
    System(&'static str),
}

impl Actor {
    /// The one local operator of a machine without sign-in.
    pub fn operator(organisation: OrganisationId) -> Self {
        Self { person: None, organisation, roles: vec![(BaseRole::Operator, None)] }
    }

    /// The only door from a person to the store.
    pub fn scope(&self, act: &str, narrowing: &Narrowing) -> Result<Scope, NotAllowed> {
        if narrowing.refused.contains(act) {
            return Err(NotAllowed);
        }
        let mut schools: Option<Schools> = None;
        let mut own = false;
        for (role, school) in &self.roles {
            match (reach(*role, act), school) {
                (Reach::None, _) => {}
                (Reach::Own, _) => own = true,
                (Reach::Organisation, _) | (Reach::School, None) => schools = Some(Schools::All),
                (Reach::School, Some(school)) => match &mut schools {
                    Some(Schools::Some(list)) => list.push(*school),
                    Some(Schools::All) => {}
                    None => schools = Some(Schools::Some(vec![*school])),
                },
            }
        }
        let by = self.person.map_or(By::Operator, By::Person);
        let organisation = Some(self.organisation);
        match (schools, own, self.person) {
            (Some(schools), _, _) => Ok(Scope { organisation, schools, own: None, by }),
            (None, true, Some(person)) => Ok(Scope { organisation, schools: Schools::All, own: Some(person), by }),
            _ => Err(NotAllowed),
        }
    }
}

impl Scope {
    /// For jobs: everything, with a reason that goes into the history.
    pub fn system(reason: &'static str) -> Self {
        Self { organisation: None, schools: Schools::All, own: None, by: By::System(reason) }
    }

    /// The organisation it is bound to; `None` for the system.
    pub fn organisation(&self) -> Option<OrganisationId> {
        self.organisation
    }

    /// The schools it reaches.
    pub fn schools(&self) -> &Schools {
        &self.schools
    }

    /// Only entries of this person, when set.
    pub fn own(&self) -> Option<EntryId> {
        self.own
    }

    /// On whose behalf.
    pub fn by(&self) -> &By {
        &self.by
    }

    /// Whether it reaches a school.
    pub fn reaches(&self, school: SchoolId) -> bool {
        match &self.schools {
            Schools::All => true,
            Schools::Some(list) => list.contains(&school),
        }
    }
}
