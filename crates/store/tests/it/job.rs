//! The queue: each job once, the oldest first, none lost.

use crate::house::{House, day, id, open};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::job::{Claim, Ended, Ending, Job, Then};
use schoolkeeper_store::{NewJob, Store};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

schoolkeeper_testkit::both_engines!(
    eight_claimers_run_each_job_exactly_once,
    a_key_that_waits_is_not_pushed_twice,
    one_kind_and_key_never_runs_twice_at_once,
    what_cannot_be_done_stays_dead_until_it_works,
    a_job_of_an_unknown_kind_waits_for_somebody_who_knows_it,
    a_push_goes_with_its_transaction,
    a_process_without_a_lease_claims_nothing_and_what_it_held_is_orphaned,
    runs_that_had_nothing_to_do_are_forgotten,
);

fn system() -> Scope {
    Scope::system("test")
}

fn job(key: Option<&str>, at: i64) -> NewJob {
    let key = key.map(ToOwned::to_owned);
    NewJob { kind: "k", key, document: json!({ "n": at }), run_at: day(at), organisation: None }
}

async fn push(store: &Store, job: &NewJob) {
    let mut tx = store.write_tx().await.unwrap();
    assert!(tx.push(&system(), job).await.unwrap());
    tx.commit().await.unwrap();
}

async fn claim(store: &Store, holder: u128, kinds: &str, at: i64) -> Option<Job> {
    static RUNS: AtomicU64 = AtomicU64::new(1);
    let run = Uuid::from_u64_pair(77, RUNS.fetch_add(1, Ordering::Relaxed));
    let mut tx = store.write_tx().await.unwrap();
    tx.take_lease(&system(), &holder.to_string(), id(holder), day(at)).await.unwrap();
    let claim = Claim { holder: id(holder), run, kinds, now: day(at) };
    let job = tx.claim_job(&system(), claim).await.unwrap();
    tx.commit().await.unwrap();
    job
}

async fn end(store: &Store, job: &Job, ending: Ending, then: Then) -> bool {
    let ended = Ended { ending, then, counts: BTreeMap::from([("things", 2)]), why: None, now: day(9) };
    let mut tx = store.write_tx().await.unwrap();
    let done = tx.end_job(&system(), job, &ended).await.unwrap();
    tx.commit().await.unwrap();
    done
}

async fn eight_claimers_run_each_job_exactly_once(url: String) {
    let house = House::open(&url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    for _ in 0..120 {
        tx.push(&system(), &job(None, 1)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let second = open(&url).await;
    let mut tasks = tokio::task::JoinSet::new();
    for claimer in 0..8 {
        let store = if claimer % 2 == 0 { house.store.clone() } else { second.clone() };
        tasks.spawn(async move {
            let mut mine = Vec::new();
            let mut misses = 0;
            while misses < 3 {
                let Some(job) = claim(&store, 100 + claimer, ",k,", 2).await else {
                    misses += 1;
                    continue;
                };
                assert!(end(&store, &job, Ending::Done, Then::Gone).await);
                mine.push(job.id);
            }
            mine
        });
    }
    let mut all: Vec<Uuid> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), 120);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 120, "a job ran twice");
}

async fn a_key_that_waits_is_not_pushed_twice(url: String) {
    let House { store, .. } = House::open(&url).await;
    push(&store, &job(Some("one"), 5)).await;
    push(&store, &job(Some("one"), 6)).await;
    push(&store, &job(Some("two"), 7)).await;
    assert_eq!(claim(&store, 1, ",k,", 4).await, None);
    push(&store, &job(Some("one"), 4)).await;
    let first = claim(&store, 1, ",k,", 8).await.unwrap();
    assert_eq!((first.run_at, &first.document), (day(4), &json!({ "n": 5 })), "it only came earlier");
    assert_eq!(claim(&store, 1, ",k,", 8).await.unwrap().key.as_deref(), Some("two"));
    assert_eq!(claim(&store, 1, ",k,", 8).await, None);
}

async fn one_kind_and_key_never_runs_twice_at_once(url: String) {
    let House { store, .. } = House::open(&url).await;
    push(&store, &job(Some("one"), 1)).await;
    let first = claim(&store, 1, ",k,", 2).await.unwrap();
    push(&store, &job(Some("one"), 1)).await;
    assert_eq!(claim(&store, 2, ",k,", 2).await, None, "the first still runs");
    assert!(!end(&store, &Job { holder: Some(id(2)), ..first.clone() }, Ending::Done, Then::Gone).await);
    assert!(end(&store, &first, Ending::Retried, Then::Again(day(3), 1)).await);
    let second = claim(&store, 2, ",k,", 9).await.unwrap();
    assert_ne!(second.id, first.id, "the one that waited does the work of both");
    assert!(end(&store, &second, Ending::Done, Then::Gone).await);
    assert_eq!(claim(&store, 2, ",k,", 9).await, None);
}

async fn what_cannot_be_done_stays_dead_until_it_works(url: String) {
    let House { store, .. } = House::open(&url).await;
    let mut last = None;
    for _ in 0..2 {
        push(&store, &job(Some("one"), 1)).await;
        let failed = claim(&store, 1, ",k,", 2).await.unwrap();
        assert!(end(&store, &failed, Ending::Failed, Then::Dead).await);
        assert_eq!(claim(&store, 1, ",k,", 9).await, None);
        last = Some(failed.id);
    }
    let read = store.read().await.unwrap();
    assert!(read.job(&system(), last.unwrap()).await.unwrap().is_some());
    drop(read);
    push(&store, &job(Some("one"), 1)).await;
    let well = claim(&store, 1, ",k,", 2).await.unwrap();
    assert!(end(&store, &well, Ending::Done, Then::Gone).await);
    let read = store.read().await.unwrap();
    assert_eq!(read.job(&system(), last.unwrap()).await.unwrap(), None, "its work is done");
}

async fn a_job_of_an_unknown_kind_waits_for_somebody_who_knows_it(url: String) {
    let House { store, .. } = House::open(&url).await;
    push(&store, &job(None, 1)).await;
    for kinds in [",", ",kk,", ",other,"] {
        assert_eq!(claim(&store, 1, kinds, 9).await, None, "{kinds}");
        assert!(!store.read().await.unwrap().any_job_due(&system(), kinds, day(9)).await.unwrap());
    }
    assert!(claim(&store, 1, ",other,k,", 9).await.is_some());
}

async fn a_push_goes_with_its_transaction(url: String) {
    let House { store, .. } = House::open(&url).await;
    let mut tx = store.write_tx().await.unwrap();
    tx.push(&system(), &job(None, 1)).await.unwrap();
    drop(tx);
    assert_eq!(claim(&store, 1, ",k,", 9).await, None);
}

async fn a_process_without_a_lease_claims_nothing_and_what_it_held_is_orphaned(url: String) {
    let House { store, .. } = House::open(&url).await;
    push(&store, &job(None, 1)).await;
    push(&store, &job(None, 1)).await;
    let held = claim(&store, 1, ",k,", 2).await.unwrap();
    let mut tx = store.write_tx().await.unwrap();
    assert!(tx.orphaned_jobs(&system()).await.unwrap().is_empty());
    assert!(tx.leave_leases(&system(), id(1)).await.unwrap());
    let late = Claim { holder: id(1), run: id(5), kinds: ",k,", now: day(2) };
    assert_eq!(tx.claim_job(&system(), late).await.unwrap(), None);
    assert_eq!(tx.orphaned_jobs(&system()).await.unwrap(), std::slice::from_ref(&held));
    tx.commit().await.unwrap();
    assert!(end(&store, &held, Ending::Lost, Then::Again(day(2), 1)).await);
    let again = claim(&store, 2, ",k,", 3).await.unwrap();
    assert_eq!(claim(&store, 2, ",k,", 3).await.map(|other| other.id == again.id), Some(false));
    assert!(!end(&store, &held, Ending::Done, Then::Gone).await, "the first process came back too late");
}

async fn runs_that_had_nothing_to_do_are_forgotten(url: String) {
    let House { store, .. } = House::open(&url).await;
    for counts in [BTreeMap::new(), BTreeMap::from([("things", 1)])] {
        push(&store, &job(None, 1)).await;
        let held = claim(&store, 1, ",k,", 2).await.unwrap();
        let ended = Ended { ending: Ending::Done, then: Then::Gone, counts, why: None, now: day(9) };
        let mut tx = store.write_tx().await.unwrap();
        assert!(tx.end_job(&system(), &held, &ended).await.unwrap());
        tx.commit().await.unwrap();
    }
    let mut tx = store.write_tx().await.unwrap();
    assert_eq!(tx.forget_idle_runs(&system(), day(2)).await.unwrap(), 0);
    assert_eq!(tx.forget_idle_runs(&system(), day(3)).await.unwrap(), 1, "the one that did nothing");
    tx.commit().await.unwrap();
}
