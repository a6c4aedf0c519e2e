//! Several processes over one database: each job runs once, and a process that is killed is followed.

use crate::binary::{ENCRYPTED, Place, program};
use crate::page::Served;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::job::Ending;
use schoolkeeper_store::job_run::{Run, RunsPage};
use schoolkeeper_store::{NewJob, Store};
use std::collections::BTreeSet;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A `schoolkeeper work` that ends with the test.
struct Working(Child);

impl Working {
    fn over(place: &Place) -> Self {
        let mut command = program();
        command.args(["work", "--data"]).arg(place.data()).stderr(Stdio::null()).stdout(Stdio::null());
        Self(command.spawn().unwrap())
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn place(url: &str) -> (Place, Store) {
    let place = Place::new();
    let pack = place.write("outside.toml", ENCRYPTED);
    let mut more = vec!["init", "--school", "Hill School"];
    if url.starts_with("postgres") {
        more.extend(["--database", url]);
    }
    place.run(&more, &[("--pack", &pack)]).good();
    let database = if url.starts_with("postgres") {
        url.to_owned()
    } else {
        place.data().join("schoolkeeper.sqlite").display().to_string()
    };
    (place, Store::open(&schoolkeeper_store::Place::parse(&database), Uuid::from_u128(7)).await.unwrap())
}

async fn push(store: &Store, number: usize) {
    let system = Scope::system("test");
    let mut write = store.write_tx().await.unwrap();
    for _ in 0..number {
        let run_at = "2026-01-01T00:00:00Z".parse().unwrap();
        let job = NewJob { kind: "evaluate", key: None, document: serde_json::json!({}), run_at, organisation: None };
        assert!(write.push(&system, &job).await.unwrap());
    }
    write.commit().await.unwrap();
}

async fn runs(store: &Store) -> Vec<Run> {
    let page = RunsPage { kind: Some("evaluate"), limit: 10_000, ..RunsPage::default() };
    let read = store.read().await.unwrap();
    assert!(read.jobs(&Scope::system("test"), schoolkeeper_store::job::Stage::Dead, 9).await.unwrap().is_empty());
    read.job_runs(&Scope::system("test"), &page).await.unwrap()
}

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !done().await {
        assert!(began.elapsed() < Duration::from_secs(90), "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

schoolkeeper_testkit::both_engines!(
    two_that_serve_and_two_that_work_run_each_job_once,
    another_follows_a_killed_process
);

async fn two_that_serve_and_two_that_work_run_each_job_once(url: String) {
    let (place, store) = place(&url).await;
    let _served = [Served::over(&place, &[]), Served::over(&place, &["--no-work"])];
    let _working = [Working::over(&place), Working::over(&place)];
    until("three processes work", async || {
        let leases = store.read().await.unwrap().leases(&Scope::system("test")).await.unwrap();
        leases.iter().filter(|lease| lease.name.starts_with("work/")).count() == 3
    })
    .await;
    push(&store, 80).await;
    until("everything is done", async || runs(&store).await.iter().filter(|run| run.ended_at.is_some()).count() >= 80)
        .await;
    let runs = runs(&store).await;
    assert!(runs.iter().all(|run| run.attempt == 1 && run.ending.is_none_or(|how| how == Ending::Done)), "{runs:?}");
    let jobs: BTreeSet<Uuid> = runs.iter().map(|run| run.job).collect();
    assert_eq!(jobs.len(), runs.len(), "a job ran twice");
    store.close().await.unwrap();
}

async fn another_follows_a_killed_process(url: String) {
    let (place, store) = place(&url).await;
    let holder = async || {
        let leases = store.read().await.unwrap().leases(&Scope::system("test")).await.unwrap();
        leases.into_iter().find(|lease| lease.name == "schedule").map(|lease| lease.holder)
    };
    let mut first = Working::over(&place);
    until("the first keeps the schedule", async || holder().await.is_some()).await;
    let before = holder().await;
    let _second = Working::over(&place);
    until("something runs", async || !runs(&store).await.is_empty()).await;
    assert_eq!(holder().await, before, "nobody takes over from the living");
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    until("the second keeps the schedule", async || holder().await.is_some_and(|holder| Some(holder) != before)).await;
    let known = runs(&store).await.len();
    until("the schedule goes on", async || runs(&store).await.len() > known).await;
    store.close().await.unwrap();
}
