//! The policies' own `job` controls: what can run here runs when its control wants it, and leaves an entry in the
//! register `run`, from which the one evaluation path says whether the statement is kept.
//!
//! Invariant: what is not set up writes nothing, so its statement stays *not known*; a run that failed is written as
//! one, so that nobody waits for it to become late.

use super::{Failure, count};
use crate::backup::BackUp;
use crate::snapshot::Adopted;
use crate::{Error, House};
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::occur::job::{Wanted, wanted};
use schoolkeeper_store::{ByHand, NewEntry, NewJob, School};
use serde::{Deserialize, Serialize};

/// The kind of the job that does one run.
pub(super) const KIND: &str = "check";
/// As which source runs stand in the records.
const SOURCE: &str = "hand";

/// A back-up is as good as one made now for so long.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a check found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// It went well.
    pub(super) ok: bool,
    /// Things it compared.
    pub(super) compared: Option<i64>,
    /// Things that were not as they must be.
    pub(super) damaged: Option<i64>,
}

/// Something of the packs' closed catalogue that can run here.
pub(super) struct Check {
    /// As packs write it in `run`.
    run: &'static str,
    /// Runs it.
    does: for<'a> fn(&'a House, &'a Order) -> BoxFuture<'a, Result<Found, Failure>>,
}

/// What is set up. A name of the catalogue that is missing here is *not set up*.
const CHECKS: &[Check] = &[
    Check { run: "history-check", does: |house, _| Box::pin(house.check_history()) },
    Check { run: "self-backup", does: |house, order| Box::pin(house.check_backup(order.after_event)) },
    #[cfg(test)]
    Check {
        run: "share-scan",
        does: |_, _| Box::pin(async { Ok(Found { ok: true, compared: Some(3), damaged: Some(0) }) }),
    },
    #[cfg(test)]
    Check {
        run: "directory-sync",
        does: |_, _| Box::pin(async { Err(Failure::Fail("It does not answer.".to_owned())) }),
    },
];

/// One run, as it waits in the queue.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    school: schoolkeeper_core::id::SchoolId,
    /// Left out by versions that had no such field.
    #[serde(default)]
    pack: Option<Name>,
    control: Name,
    run: Name,
    entry: Option<EntryId>,
    #[serde(default)]
    after_event: bool,
}

fn check(run: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.run == run)
}

/// Whether a policy has a job that can run here: only then the records are looked at.
fn concerns(policy: &Adopted) -> bool {
    let kinds = policy.live.pack.controls.values().map(|control| &control.kind);
    kinds.into_iter().any(|kind| matches!(kind, ControlKind::Job(spec) if check(spec.run.get_ref()).is_some()))
}

impl House {
    /// Pushes every run that a policy in force wants now.
    pub(super) async fn push_checks(&self) -> Result<(), Failure> {
        let scope = Scope::system("checks");
        for school in self.all_schools(&self.operator()).await? {
            if !self.adopted(&scope, &school).await?.iter().any(concerns) {
                continue;
            }
            let orders = self.wanted_checks(&scope, &school).await?;
            if orders.is_empty() {
                continue;
            }
            count("pushed", orders.len());
            let mut write = self.write().await?;
            for (pack, order) in orders {
                write.push(&scope, &self.job_of(&school, &pack, &order)).await?;
            }
            write.commit().await?;
        }
        Ok(())
    }

    async fn wanted_checks(&self, scope: &Scope, school: &School) -> Result<Vec<(Name, Wanted)>, Error> {
        let snapshot = self.snapshot(scope, school).await?;
        let mut out = Vec::new();
        for policy in &snapshot.policies {
            let (world, params) = (snapshot.world_of(policy), policy.params());
            let all = wanted(Ctx { pack: &policy.live, params: &params, world: &world });
            let here = all.into_iter().filter(|wanted| check(&wanted.run).is_some());
            out.extend(here.map(|wanted| (policy.id().clone(), wanted)));
        }
        Ok(out)
    }

    fn job_of(&self, school: &School, pack: &Name, wanted: &Wanted) -> NewJob {
        let Wanted { control, run, entry, after_event } = wanted.clone();
        let subject = entry.map(|entry| entry.to_string()).unwrap_or_default();
        let key = Some(format!("{}/{pack}/{control}/{subject}", school.id));
        let document =
            serde_json::json!(Order { school: school.id, pack: Some(pack.clone()), control, run, entry, after_event });
        NewJob { kind: KIND, key, document, run_at: self.now(), organisation: Some(school.organisation) }
    }

    /// Does one run, writes what it found, and works out what that changes.
    pub(super) async fn run_check(&self, document: &serde_json::Value) -> Result<(), Failure> {
        let read = Order::deserialize(document);
        let order = read.map_err(|_| Failure::Fail("The order of this run cannot be read.".to_owned()))?;
        let actor = self.operator();
        let school = self.all_schools(&actor).await?.into_iter().find(|school| school.id == order.school);
        let school = school.ok_or_else(|| Failure::Fail("There is no such school any more.".to_owned()))?;
        let Some(check) = check(&order.run) else {
            return Err(Failure::Fail("This check is not set up here.".to_owned()));
        };
        let found = (check.does)(self, &order).await;
        if let Err(failure @ Failure::Retry(_)) = found {
            return Err(failure);
        }
        self.write_run(&school, &order, *found.as_ref().unwrap_or(&Found::default())).await?;
        self.evaluate(&actor, &school).await?;
        let found = found?;
        count("compared", usize::try_from(found.compared.unwrap_or_default()).unwrap_or_default());
        count("damaged", usize::try_from(found.damaged.unwrap_or_default()).unwrap_or_default());
        Ok(())
    }

    /// Walks the whole ledger against every checkpoint of it.
    async fn check_history(&self) -> Result<Found, Failure> {
        let report = self.verify_ledger(&self.operator(), &[], |_, _| {}).await?.report;
        let number = |count: u64| Some(i64::try_from(count).unwrap_or(i64::MAX));
        Ok(Found { ok: report.is_whole(), compared: number(report.size), damaged: number(report.faults_total) })
    }

    /// What the schedule's own back-up of the last day came to; without one, or after an event, one is made now.
    async fn check_backup(&self, afresh: bool) -> Result<Found, Failure> {
        let scope = Scope::system("check");
        let latest = self.read().await?.backups(&scope, 1).await?.into_iter().next();
        let latest = latest.filter(|one| !afresh && one.started_at + DAY > self.now() && one.finished_at.is_some());
        let made = match latest {
            Some(made) => made,
            None => match self.back_up(&scope, &BackUp::default(), |_| ()).await {
                Ok(made) => made,
                Err(error) => return Err(Failure::Fail(error.chain())),
            },
        };
        let ok = made.verified_at.is_some();
        let compared = ok.then_some(made.made.rows.saturating_add(made.made.blobs));
        Ok(Found { ok, compared, damaged: ok.then_some(0) })
    }

    async fn write_run(&self, school: &School, order: &Order, found: Found) -> Result<(), Error> {
        let register = self.schemas.get("run").ok_or(Error::Missing)?;
        let now = self.now();
        let values = [
            ("control", Some(Value::text(&*order.control))),
            ("pack", order.pack.as_deref().map(Value::text)),
            ("entry", order.entry.map(Value::Ref)),
            ("at", Some(Value::Instant(now))),
            ("ok", Some(Value::Bool(found.ok))),
            ("files_compared", found.compared.map(Value::Int)),
            ("damaged", found.damaged.map(Value::Int)),
        ];
        let fact = |value| Fact { value, at: now, held_since: now, source: Name::from(SOURCE) };
        let facts = values.into_iter().filter_map(|(name, value)| Some((Name::from(name), fact(value?)))).collect();
        let entry = NewEntry { id: EntryId(Self::new_id()), facts };
        let place = ByHand { school: school.id, register, now, why: None };
        let mut write = self.write().await?;
        write.create_entry(&Scope::system("check"), place, entry).await?;
        Ok(write.commit().await?)
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
