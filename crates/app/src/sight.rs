//! Which problems somebody sees. The permission table and gates of policies reach whole schools ([`House::scope_at`]);
//! an `access` control may also keep single records from somebody, and then the problems of these are kept from them.
//!
//! Invariant: what is kept from somebody is neither shown nor counted for them, and what cannot be told is kept.

use crate::asking::{About, Asking};
use crate::authority::Try;
use crate::outcome::Problem;
use crate::standpoint::Standpoint;
use crate::view::cause::{Group, register_of};
use crate::{Error, House};
use schoolkeeper_core::act::ACTS;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_core::standing::Counts;
use schoolkeeper_rules::decide::speaks_of;
use schoolkeeper_store::finding::{FindingPage, PAGE_MAX};
use schoolkeeper_store::{Read, School};
use std::collections::BTreeSet;

/// Whoever sees a problem sees that something is wrong with a record.
const SEEING: [&str; 2] = ["finding.see", "records.see"];
/// What a class of information is called in a record.
const CLASS: &str = "class";

/// What somebody sees of a school's problems.
#[derive(Debug)]
pub(crate) enum ProblemSight {
    /// All of them.
    All,
    /// None.
    Nothing,
    /// As far as the permission table and the policies let them.
    Some {
        /// Acts of seeing a register that the table does not give them.
        barred: BTreeSet<&'static str>,
        /// The policies that speak of seeing.
        asking: Option<Box<Asking>>,
    },
}

/// The act of seeing records of a register, when it is one of its own.
pub(crate) fn own_act(register: &str) -> Option<&'static str> {
    ACTS.iter()
        .find(|act| act.register == Some(register) && act.name.split_once('.').is_some_and(|(_, verb)| verb == "see"))
        .map(|act| act.name)
}

impl House {
    /// Acts of seeing a register of their own that the permission table does not give somebody.
    pub(crate) async fn barred(&self, read: &Read, place: (&Actor, &School)) -> Result<BTreeSet<&'static str>, Error> {
        let mut out = BTreeSet::new();
        for act in self.schemas.all().iter().filter_map(|register| own_act(&register.id)) {
            match self.scope_in(read, place, act).await {
                Ok(_) => {}
                Err(Error::NotAllowed(_)) => drop(out.insert(act)),
                Err(error) => return Err(error),
            }
        }
        Ok(out)
    }

    /// What somebody sees of a school's problems.
    pub(crate) async fn sight(&self, read: &Read, (actor, school): (&Actor, &School)) -> Result<ProblemSight, Error> {
        match self.scope_in(read, (actor, school), SEEING[0]).await {
            Ok(_) => {}
            Err(Error::NotAllowed(_)) => return Ok(ProblemSight::Nothing),
            Err(error) => return Err(error),
        }
        let live = self.live(read, &Scope::system("sight"), school).await?;
        let own = self.schemas.all().iter().filter_map(|register| own_act(&register.id));
        let barred = self.barred(read, (actor, school)).await?;
        let without = |barred: BTreeSet<&'static str>| {
            if barred.is_empty() { ProblemSight::All } else { ProblemSight::Some { barred, asking: None } }
        };
        let acts: BTreeSet<&str> = SEEING.into_iter().chain(own).collect();
        let acts: Vec<&str> = acts.into_iter().filter(|act| live.iter().any(|pack| speaks_of(pack, act))).collect();
        // The local operator is nobody a policy names.
        if acts.is_empty() || actor.person.is_none() {
            return Ok(without(barred));
        }
        let all = self.schemas.all().iter().enumerate();
        let on: Vec<usize> = all.filter(|(_, one)| one.field(CLASS).is_some()).map(|(at, _)| at).collect();
        let look = self.look_before(read, school, About { live: &live, acts: &acts, on: &on }).await?;
        let asking = self.asking(read, (actor, school), look).await?;
        if asking.is_nobody() {
            return Ok(without(barred));
        }
        Ok(ProblemSight::Some { barred, asking: Some(Box::new(asking)) })
    }

    /// The same standpoint with only what somebody sees.
    pub(crate) async fn seen(
        &self,
        read: &Read,
        (scope, sight): (&Scope, &ProblemSight),
        at: &Standpoint,
    ) -> Result<Standpoint, Error> {
        let (mut seen, mut kept_back) = (at.clone(), BTreeSet::new());
        seen.groups = Vec::new();
        for group in &at.groups {
            let register = at.pack.pack.controls.get(&group.control).and_then(register_of);
            if !sight.differs(&self.schemas, register) {
                if sight.sees(register, None) {
                    seen.groups.push(group.clone());
                } else {
                    kept_back.insert(&group.control);
                }
                continue;
            }
            let problems = self.problems_of(read, scope, (at, &group.control), (sight, register)).await?;
            if problems.len() < group.count {
                kept_back.insert(&group.control);
            }
            seen.groups.extend(Group::of(problems.iter()));
        }
        for clause in &at.pack.pack.clauses {
            let hides = clause.controls.iter().any(|control| kept_back.contains(control.get_ref()));
            let outcome = seen.outcome.clauses.iter_mut().find(|one| one.clause == *clause.id.get_ref());
            if let Some(outcome) = outcome.filter(|_| hides) {
                outcome.counts = Counts::default();
            }
        }
        Ok(seen)
    }

    async fn problems_of(
        &self,
        read: &Read,
        scope: &Scope,
        (at, control): (&Standpoint, &Name),
        (sight, register): (&ProblemSight, Option<&str>),
    ) -> Result<Vec<Problem>, Error> {
        let (mut out, mut after) = (Vec::new(), None);
        loop {
            let page = FindingPage { control: Some(control.clone()), search: None, after, limit: PAGE_MAX };
            let found = read.findings(scope, at.school.id, at.pack_id(), &page).await?;
            let full = found.len() == PAGE_MAX as usize;
            after = found.last().map(|last| (last.control.clone(), last.subject));
            let seen = found.into_iter().filter(|one| sight.sees(register, one.subject));
            out.extend(seen.map(crate::pages::problem));
            if !full {
                return Ok(out);
            }
        }
    }
}

impl ProblemSight {
    /// Nothing is kept back.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self, Self::All)
    }

    /// Whether two records of a register may be seen by different people.
    fn differs(&self, schemas: &Schemas, register: Option<&str>) -> bool {
        let classed = |register: &str| schemas.get(register).is_some_and(|one| one.field(CLASS).is_some());
        let Self::Some { barred, asking } = self else { return false };
        let asked = |one: &str| asking.is_some() && (classed(one) || own_act(one).is_some());
        register.is_some_and(|one| asked(one) || own_act(one).is_some_and(|act| barred.contains(act)))
    }

    /// Whether a problem with a record is seen; without a record one with the register as a whole.
    pub(crate) fn sees(&self, register: Option<&str>, on: Option<EntryId>) -> bool {
        let (barred, asking) = match self {
            Self::All => return true,
            Self::Nothing => return false,
            Self::Some { barred, asking } => (barred, asking),
        };
        let own = register.filter(|_| on.is_some()).and_then(own_act);
        if own.is_some_and(|act| barred.contains(act)) {
            return false;
        }
        let Some(asking) = asking else { return true };
        SEEING.into_iter().chain(own).all(|act| asking.ask(&Try { on, ..Try::plain(act) }).is_ok())
    }
}
