//! Who may push, claim and end jobs.

use crate::house::{House, day, id};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_store::NewJob;
use schoolkeeper_store::job::{Claim, Ended, Ending, Stage, Then};
use schoolkeeper_store::job_run::RunsPage;
use serde_json::json;
use std::collections::BTreeMap;

/// Only the system works; people push for their own organisation.
#[tokio::test]
async fn jobs_are_pushed_within_an_organisation_and_claimed_by_the_system_only() {
    let database = schoolkeeper_testkit::TestDatabase::sqlite().unwrap();
    let house = House::open(database.url()).await;
    let mut tx = house.store.write_tx().await.unwrap();
    let job = |organisation| NewJob { kind: "k", key: None, document: json!({}), run_at: day(1), organisation };
    for scope in [house.operator(), house.own(EntryId(id(100)))] {
        assert!(tx.push(&scope, &job(None)).await.unwrap());
        assert!(tx.push(&scope, &job(Some(house.trust))).await.unwrap());
        assert!(!tx.push(&scope, &job(Some(house.elsewhere_trust))).await.unwrap());
        assert!(!tx.any_job_due(&scope, ",k,", day(2)).await.unwrap());
        assert!(!tx.set_schedule(&scope, "k", day(2)).await.unwrap());
        let claim = Claim { holder: id(1), run: id(2), kinds: ",k,", now: day(2) };
        assert_eq!(tx.claim_job(&scope, claim).await.unwrap(), None);
        assert!(!tx.take_lease(&scope, "mine", id(1), day(1)).await.unwrap());
    }
    let system = Scope::system("test");
    assert!(tx.take_lease(&system, "mine", id(1), day(1)).await.unwrap());
    let claim = Claim { holder: id(1), run: id(2), kinds: ",k,", now: day(2) };
    let job = tx.claim_job(&system, claim).await.unwrap().unwrap();
    assert_eq!(job.organisation, Some(house.trust), "without one it is the scope's");
    assert_eq!(tx.job(&house.operator(), job.id).await.unwrap(), Some(job.clone()));
    let failed = Ended { ending: Ending::Failed, then: Then::Dead, counts: BTreeMap::new(), why: None, now: day(2) };
    let claim = Claim { holder: id(1), run: id(3), kinds: ",k,", now: day(2) };
    let dead = tx.claim_job(&system, claim).await.unwrap().unwrap();
    assert!(tx.end_job(&system, &dead, &failed).await.unwrap());
    let done = Ended { ending: Ending::Done, then: Then::Gone, counts: BTreeMap::new(), why: None, now: day(2) };
    for scope in [house.stranger(), house.own(EntryId(id(100)))] {
        assert_eq!(tx.job(&scope, job.id).await.unwrap(), None);
        assert!(!tx.end_job(&scope, &job, &done).await.unwrap());
        assert!(!tx.holds_lease(&scope, "mine", id(1), day(2)).await.unwrap());
        assert!(!tx.leave_leases(&scope, id(1)).await.unwrap());
        assert!(tx.beat(&scope, id(1), day(2)).await.unwrap().is_empty());
        assert!(tx.leases(&scope).await.unwrap().is_empty());
        assert!(tx.orphaned_jobs(&scope).await.unwrap().is_empty());
        assert!(tx.queue_length(&scope).await.unwrap().is_empty());
        assert!(tx.jobs(&scope, Stage::Running, 9).await.unwrap().is_empty());
        assert!(!tx.job_waits(&scope, "made-up", "key").await.unwrap());
        assert!(tx.job_runs(&scope, &RunsPage { limit: 9, ..RunsPage::default() }).await.unwrap().is_empty());
        assert_eq!(tx.retry_job(&scope, dead.id, day(2)).await.unwrap(), None);
        assert_eq!(tx.give_up_job(&scope, dead.id, day(2)).await.unwrap(), None);
        assert_eq!(tx.forget_idle_runs(&scope, day(9)).await.unwrap(), 0);
    }
    assert!(tx.retry_job(&house.operator(), job.id, day(2)).await.unwrap().is_none(), "it is not dead");
    assert!(tx.retry_job(&house.operator(), dead.id, day(2)).await.unwrap().is_some());
    assert!(tx.give_up_job(&house.operator(), dead.id, day(2)).await.unwrap().is_none(), "it waits again");
    let lease = tx.leases(&system).await.unwrap().remove(0);
    assert!(!tx.take_over_lease(&house.operator(), &lease, id(2), day(2)).await.unwrap());
    assert!(!tx.bury_lease(&house.operator(), &lease).await.unwrap());
    assert!(tx.set_schedule(&system, "k", day(2)).await.unwrap());
    assert!(tx.schedule(&house.own(EntryId(id(100)))).await.unwrap().is_empty());
}
