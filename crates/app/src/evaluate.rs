//! The one evaluation path: snapshot → pure evaluation → what is stored is brought in line.
//!
//! Invariant: it takes no hint of what changed; twice gives the same as once; a change that came in between is seen.

use crate::apart::{Apart, set_apart};
use crate::authority::Try;
use crate::outcome::{ClauseOutcome, Outcome};
use crate::snapshot::{Adopted, Snapshot};
use crate::view::Tally;
use crate::{Error, House, words};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::{ClauseResult, Standing};
use schoolkeeper_core::world::World;
use schoolkeeper_store::census::StoredCensus;
use schoolkeeper_store::{Cause, Evaluation, School, Write};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How often an evaluation is begun again because records changed meanwhile.
pub(crate) const TRIES_MAX: usize = 5;

/// A change carries the instant it began at, and an evaluation meanwhile does not see it: so long none takes.
const UNSEEN_MAX: SignedDuration = SignedDuration::from_secs(15);

/// How many of the latest imports are looked at for one that came after the last evaluation.
const IMPORTS_LOOKED_AT: u32 = 50;

/// One policy at one school, worked out.
#[derive(Debug)]
pub struct Evaluated {
    /// The policy.
    pub policy: Adopted,
    /// As of.
    pub at: Timestamp,
    /// Every clause, without what is counted apart.
    pub clauses: Vec<ClauseResult>,
    /// What is counted apart.
    pub apart: Apart,
    /// The world it was worked out in.
    pub world: World,
}

/// A look at a school, worked out.
#[derive(Debug)]
pub(crate) struct Worked {
    /// The generation it was read at.
    pub generation: i64,
    /// Its policies.
    pub all: Vec<Evaluated>,
    contradicted: Vec<StoredCensus>,
}

impl House {
    /// Works out where a school stands under all its policies, and stores it unless the instant is only pretended.
    pub async fn evaluate(&self, actor: &Actor, school: &School) -> Result<Vec<Evaluated>, Error> {
        let scope = self.allow(actor, school, &Try::plain("standing.evaluate")).await?.scope;
        self.try_untried(school).await?;
        for _ in 0..TRIES_MAX {
            let worked = self.worked(self.snapshot(&scope, school).await?).await?;
            if !self.can_write() {
                return Ok(worked.all);
            }
            let mut write = self.write().await?;
            if write.generation().await? == worked.generation {
                self.store_all(&mut write, &scope, school, (&worked, None)).await?;
                write.commit().await?;
                return Ok(worked.all);
            }
        }
        Err(moved())
    }

    /// Works the standing out anew after a change, with the incidents it opens. What the central office keeps counts at
    /// each of its schools: there the schedule does it soon.
    pub(crate) async fn evaluate_after(&self, school: &School) -> Result<(), Error> {
        self.evaluate(&Actor::operator(school.organisation), school).await?;
        self.open_due_cases(school).await.map(drop)
    }

    /// The same at once for every school that goes by what was changed: the dates of the central office.
    pub(crate) async fn evaluate_throughout(&self, school: &School) -> Result<(), Error> {
        let operator = Actor::operator(school.organisation);
        let others = if school.trust { self.all_schools(&operator).await? } else { Vec::new() };
        self.evaluate(&operator, school).await?;
        for other in others.iter().filter(|other| other.id != school.id) {
            self.evaluate(&operator, other).await?;
        }
        Ok(())
    }

    /// Works a look out, off the threads that answer.
    pub(crate) async fn worked(&self, snapshot: Snapshot) -> Result<Worked, Error> {
        let worked = tokio::task::spawn_blocking(move || work_out(snapshot)).await;
        worked.map_err(|error| Error::corrupt("an evaluation", error))
    }

    /// Stores the results in a change that has made sure that nothing moved since the look; `why` when that explains
    /// every difference.
    pub(crate) async fn store_all(
        &self,
        write: &mut Write,
        scope: &Scope,
        school: &School,
        (worked, why): (&Worked, Option<Cause>),
    ) -> Result<(), Error> {
        for said in worked.contradicted.iter().filter(|said| said.school == school.id) {
            write.end_census(scope, (said.list(), &said.census.source), "entry", self.now()).await?;
        }
        for (said, because) in worked.all.iter().flat_map(|one| &one.apart.over) {
            write.end_not_here(scope, said, *because, self.now()).await?;
        }
        self.settle_doubts(write, scope, (school, &worked.all)).await?;
        for one in &worked.all {
            let pack = &one.policy.live.pack;
            let before: Option<Outcome> = write.outcome(scope, school.id, one.policy.id()).await?;
            let outcome = one.outcome(before.as_ref());
            let evaluation = Evaluation {
                school: school.id,
                pack: one.policy.id(),
                hash: &pack.hash,
                now: one.at,
                valid_until: outcome.valid_until,
                results: &one.clauses,
                why,
            };
            write.reconcile(scope, &evaluation, &outcome).await?;
        }
        Ok(())
    }

    /// Evaluates every school whose standing has run out, whose records changed, or that has none yet.
    pub async fn evaluate_due(&self) -> Result<(), Error> {
        let actor = self.operator();
        for school in self.all_schools(&actor).await? {
            if self.is_due(&school).await? {
                self.evaluate(&actor, &school).await?;
                self.open_due_cases(&school).await?;
                self.plan_or_say(&school).await;
                crate::job::count("schools", 1);
            }
        }
        Ok(())
    }

    async fn is_due(&self, school: &School) -> Result<bool, Error> {
        let scope = Scope::system("watch");
        let read = self.read().await?;
        let runs = read.last_runs(&scope, school.id).await?;
        let adopted = read.adopted_hashes(&scope, school.id).await?;
        // A list whose program ended before it had worked out the standing.
        let imports = read.imports(&scope, school.id, None, IMPORTS_LOOKED_AT).await?;
        let mut changed = imports.iter().map(|import| import.undone_at.unwrap_or(import.at)).max();
        // A number the trust has set for all its schools.
        for (pack, _) in &adopted {
            let said = read.params_said(&scope, school.id, pack).await?;
            changed = changed.max(said.iter().map(|one| one.set_at).max());
        }
        let fresh = |pack: &Name, hash: &str| {
            runs.iter().find(|run| {
                run.pack == *pack
                    && run.hash == hash
                    && changed.is_none_or(|changed| changed <= run.at)
                    && run.valid_until.is_none_or(|until| until > self.now())
            })
        };
        let mut oldest: Option<Timestamp> = None;
        for (pack, hash) in &adopted {
            let Some(run) = fresh(pack, hash) else { return Ok(true) };
            oldest = Some(oldest.map_or(run.at, |known| known.min(run.at)));
        }
        match oldest.and_then(|at| at.checked_sub(UNSEEN_MAX).ok()) {
            Some(since) => Ok(read.changed_since(&scope, school.id, since).await?),
            None => Ok(false),
        }
    }
}

/// The records kept changing.
pub(crate) fn moved() -> Error {
    Error::refused("the records kept changing while the standing was worked out\nhint: try again in a minute")
}

/// Pure: every policy of a snapshot.
fn work_out(mut snapshot: Snapshot) -> Worked {
    let policies = std::mem::take(&mut snapshot.policies);
    let all = policies.into_iter().map(|policy| {
        let world = snapshot.world_of(&policy);
        let mut clauses = schoolkeeper_rules::evaluate(&policy.live, &policy.params(), &world).clauses;
        let apart = set_apart(&policy, &world, &mut clauses);
        Evaluated { at: world.now, clauses, apart, policy, world }
    });
    Worked {
        generation: snapshot.generation,
        all: all.collect(),
        contradicted: std::mem::take(&mut snapshot.contradicted),
    }
}

impl Evaluated {
    /// What is kept for the pages; `since` goes on from the outcome before while the standing is the same.
    pub fn outcome(&self, before: Option<&Outcome>) -> Outcome {
        let pack = &self.policy.live.pack;
        let about: BTreeMap<&str, bool> =
            pack.clauses.iter().map(|clause| (&**clause.id.get_ref(), !clause.about.is_empty())).collect();
        let clauses: Vec<ClauseOutcome> = self
            .clauses
            .iter()
            .map(|result| {
                let known = before.and_then(|before| before.clause(&result.clause));
                let own = about.get(&*result.clause).copied().unwrap_or_default();
                self.clause_outcome(result, known, own)
            })
            .collect();
        Outcome {
            pack: self.policy.id().clone(),
            pack_hash: pack.hash.clone(),
            at: self.at,
            valid_until: clauses.iter().filter_map(|clause| clause.valid_until).min(),
            clauses,
        }
    }

    fn clause_outcome(&self, result: &ClauseResult, known: Option<&ClauseOutcome>, own: bool) -> ClauseOutcome {
        let same = known.filter(|known| known.standing == result.standing);
        let found = result.findings.iter().filter(|finding| finding.standing == result.standing);
        let since = found.map(|finding| finding.since).min().or_else(|| same.and_then(|known| known.since));
        let findings = result.findings.iter().map(|finding| (finding.control.clone(), finding.subject));
        ClauseOutcome {
            clause: result.clause.clone(),
            standing: result.standing,
            known_by: result.known_by,
            counts: result.counts,
            missing: result.missing.clone(),
            valid_until: result.valid_until,
            due_on: result.due_on,
            since: since.or(Some(self.at)),
            none_because: result.none_because,
            would: self.apart.would.get(&result.clause).copied(),
            own: own.then(|| findings.collect()),
        }
    }

    /// The line of `evaluate --json`: fixed, others script it.
    pub fn line(school: &School, all: &[Self]) -> Value {
        let clauses: Vec<Value> = all.iter().flat_map(Self::json_clauses).collect();
        let hashes: Vec<&str> = all.iter().map(|one| one.policy.live.pack.hash.as_str()).collect();
        let at = all.first().map(|one| one.at.to_string());
        let name = if school.trust { "trust" } else { "school" };
        json!({ name: school.title, "id": school.slug, "at": at, "pack_hash": hashes.join("+"), "clauses": clauses })
    }

    fn json_clauses(&self) -> Vec<Value> {
        self.clauses
            .iter()
            .map(|clause| {
                let findings: Vec<Value> = clause
                    .findings
                    .iter()
                    .map(|finding| {
                        let subject = finding.subject.and_then(|id| self.world.find(id));
                        json!({
                            "control": finding.control,
                            "subject": subject.map(|(register, row)| self.world.name_of(register, row)),
                            "since": finding.since.to_string(),
                            "message": finding.message,
                        })
                    })
                    .collect();
                json!({
                    "pack": clause.pack,
                    "clause": clause.clause,
                    "standing": clause.standing,
                    "known_by": clause.known_by,
                    "counts": clause.counts,
                    "findings": findings,
                })
            })
            .collect()
    }

    /// `15 of 60 statements are met, 3 not met, 42 not known yet`
    pub fn summary(&self) -> String {
        let tally = Tally::of(self.clauses.iter().map(|clause| (clause.standing, clause.none_because)));
        let others = crate::view::WORST_FIRST.iter().filter(|standing| **standing != Standing::Kept);
        let others = others.filter(|standing| tally.get(**standing) > 0);
        let others: Vec<String> =
            others.map(|standing| format!(", {} {}", tally.get(*standing), words::standing(*standing).many)).collect();
        format!("{} of {} statements are met{}", tally.kept, tally.counted(), others.concat())
    }

    /// The statements that are not met, and why, in one line each.
    pub fn worst(&self) -> Vec<String> {
        let broken = self.clauses.iter().filter(|clause| clause.standing == Standing::Broken);
        broken
            .map(|clause| {
                let first = clause.findings.first().map_or("", |finding| &finding.message);
                let more = clause.findings.len().saturating_sub(1);
                let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
                format!("{} {}: {first}{more}", words::standing(clause.standing).tag, clause.clause)
            })
            .collect()
    }
}
