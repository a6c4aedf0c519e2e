//! What would change: other numbers, another version or a further policy, judged on today's records before anybody
//! adopts them; then adopted with a reason.
//!
//! Invariant: a look stores nothing. What it says comes from the same pure evaluation as every night's, of one snapshot
//! a school, once with what holds and once with what is proposed.

mod plan;
mod propose;
mod reach;

use crate::authority::Try;
use crate::number::{Typed, reason, with};
use crate::policy::{self, Prepared};
use crate::probe::results;
use crate::snapshot::{Adopted, Snapshot};
use crate::view::Tally;
use crate::{Error, House, Standpoint, shipped};
pub(crate) use propose::of_mine as proposals_of_mine;
pub use propose::{ProposalState, Proposed};
use reach::Judged;
pub use reach::Reach;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::{Literal, Pack};
use schoolkeeper_core::standing::{ClauseResult, NoneBecause, Standing};
use schoolkeeper_pack::Change;
pub use schoolkeeper_pack::{Conflict, Side};
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_rules::decide::Decide;
use schoolkeeper_store::School;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How long a page waits before it shows how far the look is.
const PATIENCE: Duration = Duration::from_secs(3);
/// Most looks held at once.
const LOOKS_MAX: usize = 32;
/// Examples of problems shown for one statement.
const EXAMPLES_MAX: usize = 5;

/// Stands before the id of a policy the school wrote itself.
pub const EDITION: &str = "edition:";

/// What somebody has in mind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// A policy that comes with Schoolkeeper: a newer version of the one in force, or a further one; or with
    /// [`EDITION`] before its id one the school wrote.
    pub with: Option<String>,
    /// Numbers, as they were typed.
    pub numbers: Typed,
}

/// What it would change.
#[derive(Debug)]
pub struct Impact {
    /// School by school.
    pub schools: Vec<SchoolImpact>,
    /// What the policy says otherwise.
    pub changes: Vec<Change>,
    /// What cannot be met together with the other policies of the school.
    pub conflicts: Vec<Conflict>,
}

/// What it would change at one school.
#[derive(Debug)]
pub struct SchoolImpact {
    /// Its name.
    pub title: String,
    /// Its address.
    pub slug: String,
    /// How its statements stand.
    pub now: Tally,
    /// How they would stand.
    pub then: Tally,
    /// Statements that would stand otherwise, worst first.
    pub moved: Vec<Moved>,
    /// Problems there would be that are not there now.
    pub opened: usize,
    /// Problems that would end.
    pub closed: usize,
    /// Whom and what else it reaches.
    pub reach: Reach,
}

/// One statement that would stand otherwise.
#[derive(Debug)]
pub struct Moved {
    /// The statement.
    pub clause: Name,
    /// Its text.
    pub text: String,
    /// How it stands; none for a new one.
    pub before: Option<(Standing, Option<NoneBecause>)>,
    /// How it would stand; none for one that goes.
    pub after: Option<(Standing, Option<NoneBecause>)>,
    /// Problems that would begin.
    pub opened: usize,
    /// Problems that would end.
    pub closed: usize,
    /// Some of those that would begin.
    pub examples: Vec<String>,
}

/// How far a look is.
#[derive(Clone, Debug)]
pub enum Looked {
    /// So many of so many schools.
    Working(usize, usize),
    /// Worked out.
    Done(Arc<Impact>),
}

/// Looks under way and just finished, by what they look at.
#[derive(Debug, Default)]
pub(crate) struct ChangeLooks(Mutex<BTreeMap<String, watch::Receiver<Progress>>>);

/// Schools done, of how many, and what came out.
type Progress = (usize, usize, Option<Result<Arc<Impact>, String>>);

/// What is proposed, ready to be judged.
struct Target {
    live: Arc<CompiledPack>,
    values: BTreeMap<Name, Literal>,
    decide: Decide,
}

impl House {
    /// What a proposal would change at a school; at the trust's central office, at every school one may see. A long
    /// look goes on by itself: ask again.
    pub async fn look_at_change(
        self: &Arc<Self>,
        actor: &Actor,
        at: &Standpoint,
        proposal: &Proposal,
    ) -> Result<Looked, Error> {
        let scope = self.scope_at(actor, "policy.adopt", &at.school).await?;
        let schools: Vec<School> = if at.school.trust {
            self.all_schools(actor).await?.into_iter().filter(|school| scope.reaches(school.id)).collect()
        } else {
            vec![at.school.clone()]
        };
        let target = Arc::new(self.target(actor, at, proposal).await?);
        let generation = self.read().await?.generation().await?;
        let text = &target.live.pack.hash;
        let key = format!("{:?} {} {} {proposal:?} {text} {generation}", actor.person, at.school.id, at.pack_id());
        let mut progress = self.change_looks.begin(key, schools.len(), |tell| {
            let (house, at) = (self.clone(), at.clone());
            tokio::spawn(async move { house.work_change(&at, (schools, &target), &tell).await });
        });
        let _ = tokio::time::timeout(PATIENCE, progress.wait_for(|(_, _, done)| done.is_some())).await;
        let (done, of, result) = progress.borrow().clone();
        match result {
            Some(Ok(impact)) => Ok(Looked::Done(impact)),
            Some(Err(why)) => Err(Error::Refused(why)),
            None => Ok(Looked::Working(done, of)),
        }
    }

    async fn work_change(
        &self,
        at: &Standpoint,
        (schools, target): (Vec<School>, &Arc<Target>),
        tell: &watch::Sender<Progress>,
    ) {
        let mut impact = Impact { schools: Vec::new(), changes: Vec::new(), conflicts: Vec::new() };
        if at.pack.pack.hash != target.live.pack.hash && at.pack_id() == &**target.live.pack.head.id.get_ref() {
            impact.changes = schoolkeeper_pack::diff(&at.pack.pack, &target.live.pack);
        }
        let scope = schoolkeeper_core::actor::Scope::system("what would change");
        for school in schools {
            let snapshot = match self.snapshot(&scope, &school).await {
                Ok(snapshot) => snapshot,
                Err(error) => return tell.send_modify(|progress| progress.2 = Some(Err(error.to_string()))),
            };
            if school.id == at.school.id {
                impact.conflicts = clashes(&snapshot.policies, target);
            }
            let target = target.clone();
            let worked = tokio::task::spawn_blocking(move || at_school(&school, &snapshot, &target)).await;
            match worked {
                Ok(worked) => impact.schools.push(worked),
                Err(error) => return tell.send_modify(|progress| progress.2 = Some(Err(error.to_string()))),
            }
            tell.send_modify(|progress| progress.0 += 1);
        }
        tell.send_modify(|progress| progress.2 = Some(Ok(Arc::new(impact))));
    }

    async fn target(&self, actor: &Actor, at: &Standpoint, proposal: &Proposal) -> Result<Target, Error> {
        let live = match &proposal.with {
            Some(id) => self.proposed_policy(actor, &at.school, id).await?,
            None => at.pack.clone(),
        };
        let values = self.fitting(actor, &at.school, (&live.pack, &proposal.numbers)).await?;
        Ok(Target { live, values, decide: self.decide })
    }

    /// A policy that comes with Schoolkeeper, checked and compiled once a process.
    pub fn shipped_policy(&self, id: &str) -> Result<Arc<CompiledPack>, Error> {
        let library = shipped::packs();
        if !library.ids().iter().any(|known| known == id) {
            return Err(Error::Missing);
        }
        if let Some(known) = self.policies.met(&format!("shipped:{id}")) {
            return Ok(known);
        }
        let prepared = policy::prepare(id, &[], self.schemas.clone())?;
        self.policies.keep(&format!("shipped:{id}"), &prepared.compiled);
        Ok(prepared.compiled)
    }

    /// Adopts what was looked at: the policy, its numbers, and which policy holds where two cannot both.
    pub async fn adopt_change(
        &self,
        actor: &Actor,
        at: &Standpoint,
        proposal: &Proposal,
        (why, holds): (&str, &BTreeMap<String, Name>),
    ) -> Result<(), Error> {
        let target = self.target(actor, at, proposal).await?;
        if proposal.with.is_none() {
            return self.set_numbers(actor, (&at.school, at.pack_id()), &proposal.numbers, why).await;
        }
        let scope = self.allow(actor, &at.school, &Try::plain("policy.adopt")).await?.scope;
        let why = reason(why)?;
        if proposal.with.as_ref().is_some_and(|with| with.starts_with(EDITION)) {
            self.hold_edition(&at.school, &target.live).await?;
        }
        let open = clashes(&self.adopted(&scope, &at.school).await?, &target);
        for conflict in &open {
            let chosen = holds.get(&conflict.id).is_some_and(|pack| is_side(conflict, pack));
            if !chosen {
                return Err(Error::refused(format!("choose which policy holds: {}", conflict.about)));
            }
        }
        let prepared = Prepared { compiled: target.live.clone(), params: target.values };
        let mut write = self.write().await?;
        policy::adopt(&mut write, &scope, &at.school, (&prepared, &why), self.now()).await?;
        for conflict in &open {
            let side = (conflict.id.as_str(), &*holds[&conflict.id], why.as_str());
            write.decide_conflict(&scope, at.school.id, side, self.now()).await?;
        }
        write.commit().await?;
        let pack = &target.live.pack;
        let system = schoolkeeper_core::actor::Scope::system("published");
        if self.read().await?.policy_page(&system, at.school.id, pack.head.id.get_ref()).await?.is_some() {
            self.say_published(actor, &at.school, pack).await?;
        }
        self.evaluate(&Actor::operator(at.school.organisation), &at.school).await?;
        self.plan_or_say(&at.school).await;
        Ok(())
    }
}

/// Whether a policy is one of the two.
pub(crate) fn is_side(conflict: &Conflict, pack: &str) -> bool {
    conflict.sides.iter().any(|side| *side.pack == *pack)
}

impl ChangeLooks {
    /// The look of this name: the one under way, or a new one.
    fn begin(&self, key: String, of: usize, start: impl FnOnce(watch::Sender<Progress>)) -> watch::Receiver<Progress> {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One whose work died is begun again.
        let alive = |known: &&watch::Receiver<Progress>| known.has_changed().is_ok() || known.borrow().2.is_some();
        if let Some(known) = looks.get(&key).filter(alive) {
            return known.clone();
        }
        if looks.len() >= LOOKS_MAX {
            looks.retain(|_, known| known.borrow().2.is_none());
        }
        let (tell, progress) = watch::channel((0, of, None));
        looks.insert(key, progress.clone());
        start(tell);
        progress
    }
}

fn clashes(policies: &[Adopted], target: &Target) -> Vec<Conflict> {
    let id = target.live.pack.head.id.get_ref();
    let others = policies.iter().filter(|other| other.id() != id);
    let pack: &Pack = &target.live.pack;
    others
        .flat_map(|other| schoolkeeper_pack::conflicts((pack, &target.values), (&other.live.pack, &other.set)))
        .collect()
}

/// Pure: one school as it is and as it would be.
fn at_school(school: &School, snapshot: &Snapshot, target: &Target) -> SchoolImpact {
    let id = target.live.pack.head.id.get_ref();
    let known = snapshot.policies.iter().find(|policy| policy.id() == id);
    let then = proposed(known, target, snapshot);
    let (was, will) = (known.map(|policy| Judged::of(policy, snapshot)), Judged::of(&then, snapshot));
    let reach = reach::reach(was.as_ref(), &will);
    let (before, after) = (was.map(|one| one.clauses).unwrap_or_default(), will.clauses);
    let texts = |id: &Name| {
        let all = [Some(&target.live.pack), known.map(|known| &known.live.pack)].into_iter().flatten();
        all.flat_map(|pack| &pack.clauses).find(|clause| clause.id.get_ref() == id).map(|clause| clause.text.clone())
    };
    let mut moved: Vec<Moved> = Vec::new();
    let gone = before.iter().filter(|one| after.iter().all(|other| other.clause != one.clause));
    for result in after.iter().chain(gone) {
        let old = before.iter().find(|one| one.clause == result.clause);
        let new = after.iter().find(|one| one.clause == result.clause);
        moved.extend(difference(old, new, texts(&result.clause).unwrap_or_default()));
    }
    moved.sort_by_key(|one| std::cmp::Reverse((one.after.map(|(standing, _)| standing), one.opened)));
    let tally = |all: &[ClauseResult]| Tally::of(all.iter().map(|one| (one.standing, one.none_because)));
    let problems = |all: &[ClauseResult]| all.iter().flat_map(of_result).collect::<BTreeSet<_>>();
    let (had, has) = (problems(&before), problems(&after));
    SchoolImpact {
        title: school.title.clone(),
        slug: school.slug.clone(),
        now: tally(&before),
        then: tally(&after),
        opened: has.difference(&had).count(),
        closed: had.difference(&has).count(),
        moved,
        reach,
    }
}

/// The policy as it would be in force.
fn proposed(known: Option<&Adopted>, target: &Target, snapshot: &Snapshot) -> Adopted {
    let fresh = Adopted {
        live: target.live.clone(),
        set: BTreeMap::new(),
        named: BTreeMap::new(),
        since: snapshot.world.now,
        probes: BTreeMap::new(),
        sections: Vec::new(),
        not_here: Vec::new(),
        owners: Vec::new(),
    };
    let base = known.map_or(fresh, |known| Adopted { live: target.live.clone(), ..known.clone() });
    let mut then = with(&base, &target.values);
    then.probes = results(&then, target.decide);
    then
}

fn of_result(result: &ClauseResult) -> impl Iterator<Item = (Name, Option<EntryId>)> {
    result.findings.iter().map(|finding| (finding.control.clone(), finding.subject))
}

fn difference(old: Option<&ClauseResult>, new: Option<&ClauseResult>, text: String) -> Option<Moved> {
    let stands = |one: Option<&ClauseResult>| one.map(|one| (one.standing, one.none_because));
    let problems = |one: Option<&ClauseResult>| one.into_iter().flat_map(of_result).collect::<BTreeSet<_>>();
    let (had, has) = (problems(old), problems(new));
    let same = stands(old) == stands(new) && had == has;
    let clause = new.or(old).filter(|_| !same)?.clause.clone();
    let begins = new.into_iter().flat_map(|one| &one.findings);
    let begins = begins.filter(|finding| !had.contains(&(finding.control.clone(), finding.subject)));
    Some(Moved {
        clause,
        text,
        before: stands(old),
        after: stands(new),
        opened: has.difference(&had).count(),
        closed: had.difference(&has).count(),
        examples: begins.take(EXAMPLES_MAX).map(|finding| finding.message.clone()).collect(),
    })
}
