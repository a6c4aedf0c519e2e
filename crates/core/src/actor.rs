//! Who acts, and the [`Scope`] without which the store answers nothing.
//!
//! Invariant: a `Scope` is made only here, by [`Actor::scope`] (which asks the permission table)
//! or [`Scope::system`] (for jobs, with a reason). Its fields are private to this module.

use crate::id::{EntryId, Name, OrganisationId, SchoolId};
use crate::permission::{BaseRole, Reach, reach};
use crate::role::HEAD;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Somebody acting in one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person; `None` for the local operator.
    pub person: Option<EntryId>,
    /// Where.
    pub organisation: OrganisationId,
    /// What is held today, where, and until when.
    pub roles: Vec<Held>,
    /// A program acts in their name; `None` when they are there themselves.
    pub through: Option<Through>,
}

/// A program that acts in somebody's name: at most what it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Through {
    /// Its token; what it does is recorded under it.
    pub token: Uuid,
    /// The acts it was given.
    pub acts: BTreeSet<String>,
}

/// A role somebody holds today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it acts as in the permission table.
    pub base: BaseRole,
    /// The role, as packs name it.
    pub role: Name,
    /// Where; `None` = the whole organisation.
    pub school: Option<SchoolId>,
    /// First day; open when `None`.
    pub from: Option<Date>,
    /// Last day; open when `None`.
    pub until: Option<Date>,
    /// As somebody's deputy: *You stand in for …*.
    pub stands_in: bool,
}

impl Held {
    /// A base role held without end.
    pub fn base(base: BaseRole, school: Option<SchoolId>) -> Self {
        Self { base, role: Name::from(base.name()), school, from: None, until: None, stands_in: false }
    }

    /// Whether it is held at a school.
    pub fn counts_at(&self, school: SchoolId) -> bool {
        self.school.is_none_or(|held| held == school)
    }
}

/// What packs take away from an actor: acts, at one school or at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowing {
    refused: BTreeMap<String, BTreeSet<SchoolId>>,
    everywhere: BTreeSet<String>,
}

impl Narrowing {
    /// Takes an act away at every school.
    pub fn refuse(mut self, act: &str) -> Self {
        self.everywhere.insert(act.to_owned());
        self
    }

    /// Takes an act away at one school.
    pub fn refuse_at(&mut self, act: &str, school: SchoolId) {
        self.refused.entry(act.to_owned()).or_default().insert(school);
    }
}

/// The act is not allowed; to outsiders the thing does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this act is not allowed")]
pub struct NotAllowed;

/// Proof that the permission table was asked, and how far the answer reaches: some schools whole, in others only
/// what is the actor's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    organisation: Option<OrganisationId>,
    whole: Schools,
    own: Option<(EntryId, Schools)>,
    except: BTreeSet<SchoolId>,
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

impl Schools {
    fn add(&mut self, school: Option<SchoolId>) {
        match (&mut *self, school) {
            (Self::All, _) => {}
            (Self::Some(list), Some(school)) if list.contains(&school) => {}
            (Self::Some(list), Some(school)) => list.push(school),
            (Self::Some(_), None) => *self = Self::All,
        }
    }

    fn holds(&self, school: SchoolId) -> bool {
        match self {
            Self::All => true,
            Self::Some(list) => list.contains(&school),
        }
    }

    fn is_none(&self) -> bool {
        *self == Self::Some(Vec::new())
    }
}

/// On whose behalf something is done; written into the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A person.
    Person(EntryId),
    /// A program in a person's name: its token.
    Token(Uuid),
    /// The local operator.
    Operator,
    /// A job, with its reason.
    System(&'static str),
}

impl Actor {
    /// The one local operator of a machine without sign-in.
    pub fn operator(organisation: OrganisationId) -> Self {
        Self { person: None, organisation, roles: vec![Held::base(BaseRole::Operator, None)], through: None }
    }

    /// Whether they are the headteacher of a school, by that role itself.
    pub fn is_head_of(&self, school: SchoolId) -> bool {
        self.roles.iter().any(|held| *held.role == *HEAD && held.counts_at(school))
    }

    /// The base roles held at a school.
    pub fn bases_at(&self, school: SchoolId) -> Vec<BaseRole> {
        let mut out: Vec<BaseRole> =
            self.roles.iter().filter(|held| held.counts_at(school)).map(|held| held.base).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The only door from a person to the store. An act's qualifier (`case.open:monitoring`) is not looked at here.
    pub fn scope(&self, act: &str, narrowing: &Narrowing) -> Result<Scope, NotAllowed> {
        let act = act.split(':').next().unwrap_or_default();
        if narrowing.everywhere.contains(act) || self.through.as_ref().is_some_and(|it| !it.acts.contains(act)) {
            return Err(NotAllowed);
        }
        let (mut whole, mut own) = (Schools::Some(Vec::new()), Schools::Some(Vec::new()));
        for held in &self.roles {
            match reach(held.base, act) {
                Reach::None => {}
                Reach::Own => own.add(held.school),
                Reach::School => whole.add(held.school),
                Reach::Organisation => whole.add(None),
            }
        }
        let own = self.person.filter(|_| !own.is_none()).map(|person| (person, own));
        if whole.is_none() && own.is_none() {
            return Err(NotAllowed);
        }
        let except = narrowing.refused.get(act).cloned().unwrap_or_default();
        let by = match &self.through {
            Some(through) => By::Token(through.token),
            None => self.person.map_or(By::Operator, By::Person),
        };
        Ok(Scope { organisation: Some(self.organisation), whole, own, except, by })
    }
}

impl Scope {
    /// For jobs: everything, with a reason that goes into the history.
    pub fn system(reason: &'static str) -> Self {
        let (whole, except) = (Schools::All, BTreeSet::new());
        Self { organisation: None, whole, own: None, except, by: By::System(reason) }
    }

    /// The organisation it is bound to; `None` for the system.
    pub fn organisation(&self) -> Option<OrganisationId> {
        self.organisation
    }

    /// The schools it reaches whole, as far as no pack takes them away.
    pub fn schools(&self) -> &Schools {
        &self.whole
    }

    /// Whether it reaches every school of its organisation, whole.
    pub fn reaches_all(&self) -> bool {
        self.whole == Schools::All && self.except.is_empty()
    }

    /// Whose own things it reaches at a school; `None` when it reaches the school whole, or nothing there.
    pub fn own_at(&self, school: SchoolId) -> Option<EntryId> {
        let own = self.own.as_ref().filter(|(_, schools)| schools.holds(school) && !self.except.contains(&school));
        own.filter(|_| !self.reaches_whole(school)).map(|(person, _)| *person)
    }

    /// On whose behalf.
    pub fn by(&self) -> &By {
        &self.by
    }

    /// Whether it reaches a school, whole or only what is one's own.
    pub fn reaches(&self, school: SchoolId) -> bool {
        self.reaches_whole(school) || self.own_at(school).is_some()
    }

    /// Whether it reaches everything at a school.
    pub fn reaches_whole(&self, school: SchoolId) -> bool {
        self.whole.holds(school) && !self.except.contains(&school)
    }
}
