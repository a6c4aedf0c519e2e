//! Jobs that go well and jobs that go wrong in every way there is.

use super::Pace;
use crate::House;
use crate::job::tests::house;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::NewJob;
use schoolkeeper_store::job::{Ending, Stage};
use schoolkeeper_store::job_run::{Run, RunsPage};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

schoolkeeper_testkit::both_engines!(
    every_way_to_go_wrong_is_a_row_and_the_process_lives,
    a_job_of_an_unknown_kind_stays_and_is_seen,
    what_is_not_done_at_the_end_is_handed_back,
    a_killed_process_is_followed_and_its_job_done_once,
    four_processes_run_each_job_once,
);

const QUICK: Pace =
    Pace { beat: Duration::from_millis(100), look: Duration::from_millis(30), grace: Duration::from_millis(100) };

async fn push(house: &House, kind: &'static str, document: Value) {
    let mut write = house.write().await.unwrap();
    let job = NewJob { kind, key: None, document, run_at: house.now(), organisation: None };
    assert!(write.push(&Scope::system("test"), &job).await.unwrap());
    write.commit().await.unwrap();
}

async fn runs(house: &House, kind: &str) -> Vec<Run> {
    let page = RunsPage { kind: Some(kind), limit: 1000, ..RunsPage::default() };
    house.read().await.unwrap().job_runs(&Scope::system("test"), &page).await.unwrap()
}

fn endings(runs: &[Run]) -> Vec<Option<Ending>> {
    runs.iter().rev().map(|run| run.ending).collect()
}

async fn every_way_to_go_wrong_is_a_row_and_the_process_lives(url: String) {
    let (mut house, _folder) = house(&url).await;
    let start = house.now();
    for kind in ["trial-panics", "trial-hangs", "trial-retries", "trial-fails", "trial-counts"] {
        push(&house, kind, json!({ "more": 5 })).await;
    }
    for hour in 0..4 {
        house.pretend(start + jiff::SignedDuration::from_hours(hour * 2));
        house.work_once().await.unwrap();
    }
    let of = async |kind| runs(&house, kind).await;
    assert_eq!(endings(&of("trial-panics").await), [Some(Ending::Panicked); 2]);
    assert_eq!(endings(&of("trial-hangs").await), [Some(Ending::TimedOut); 2]);
    assert_eq!(endings(&of("trial-retries").await), [Some(Ending::Retried); 3]);
    assert_eq!(endings(&of("trial-fails").await), [Some(Ending::Failed)]);
    assert_eq!(endings(&of("trial-counts").await), [Some(Ending::Done)]);
    assert_eq!(of("trial-counts").await[0].counts["things"], 7);
    assert_eq!(of("trial-retries").await[0].why.as_deref(), Some("The other side is away."));
    let left = house.read().await.unwrap().jobs(&Scope::system("test"), Stage::Dead, 100).await.unwrap();
    let mut kinds: Vec<&str> = left.iter().map(|job| job.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["trial-fails", "trial-hangs", "trial-panics", "trial-retries"], "all that failed stay in sight");
    let evaluated = of("evaluate").await;
    assert!(evaluated.iter().all(|run| run.ending == Some(Ending::Done)) && !evaluated.is_empty(), "{evaluated:?}");
}

async fn a_job_of_an_unknown_kind_stays_and_is_seen(url: String) {
    let (house, _folder) = house(&url).await;
    push(&house, "from-the-future", json!({})).await;
    house.work_once().await.unwrap();
    let waiting = house.read().await.unwrap().jobs(&Scope::system("test"), Stage::Waiting, 100).await.unwrap();
    assert_eq!(
        waiting.iter().map(|job| (job.kind.as_str(), job.attempts)).collect::<Vec<_>>(),
        [("from-the-future", 0)]
    );
}

async fn what_is_not_done_at_the_end_is_handed_back(url: String) {
    let (house, _folder) = house(&url).await;
    let house = Arc::new(house);
    push(&house, "trial-waits", json!({ "ms": 600_000 })).await;
    let look = house.clone();
    let stop = async move {
        while runs(&look, "trial-waits").await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    house.clone().work(QUICK, stop).await;
    assert_eq!(endings(&runs(&house, "trial-waits").await), [Some(Ending::Released)]);
    let read = house.read().await.unwrap();
    let waiting = read.jobs(&Scope::system("test"), Stage::Waiting, 100).await.unwrap();
    assert!(waiting.iter().any(|job| job.kind == "trial-waits" && job.attempts == 0), "{waiting:?}");
    assert!(read.leases(&Scope::system("test")).await.unwrap().is_empty(), "nobody waits for a process that went well");
}

const FOLDER: &str = "SCHOOLKEEPER_TEST_WORK_FOLDER";

/// Not a test by itself: the process that is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "how the test tells its child what to do")]
async fn the_killed_process() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let house = Arc::new(House::open(std::path::Path::new(&folder), None).await.unwrap());
    let look = house.clone();
    let tell = async move {
        loop {
            for run in runs(&look, "trial-waits").await {
                writeln!(std::io::stdout(), "\nrun {}", run.id).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    house.work(QUICK, tell).await;
}

fn start(folder: &std::path::Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "job::work::tests::the_killed_process", "--nocapture", "--test-threads=1"]);
    command.env(FOLDER, folder).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

async fn a_killed_process_is_followed_and_its_job_done_once(url: String) {
    let (house, folder) = house(&url).await;
    let house = Arc::new(house);
    push(&house, "trial-waits", json!({ "ms": 3_000 })).await;
    let data = folder.path().join("data");
    let killed = tokio::task::spawn_blocking(move || {
        let mut child = start(&data);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.starts_with("run ")), "the child did not get going");
        child.kill().unwrap();
        child.wait().unwrap();
    });
    killed.await.unwrap();
    assert_eq!(endings(&runs(&house, "trial-waits").await), [None], "it was killed in the middle");
    let (began, look) = (Instant::now(), house.clone());
    let done = async move {
        while !endings(&runs(&look, "trial-waits").await).contains(&Some(Ending::Done)) {
            assert!(began.elapsed() < Duration::from_mins(2), "{:?}", runs(&look, "trial-waits").await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    house.clone().work(QUICK, done).await;
    assert_eq!(endings(&runs(&house, "trial-waits").await), [Some(Ending::Lost), Some(Ending::Done)]);
}

async fn four_processes_run_each_job_once(url: String) {
    let (house, folder) = house(&url).await;
    for _ in 0..60 {
        push(&house, "trial-counts", json!({})).await;
    }
    let mut works = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let other = Arc::new(House::open(&folder.path().join("data"), None).await.unwrap());
        let look = other.clone();
        let done = async move {
            while runs(&look, "trial-counts").await.iter().filter(|run| run.ending.is_some()).count() < 60 {
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        };
        works.spawn(other.work(QUICK, done));
    }
    works.join_all().await;
    let runs = runs(&house, "trial-counts").await;
    assert_eq!(runs.len(), 60);
    assert!(runs.iter().all(|run| run.ending == Some(Ending::Done) && run.attempt == 1), "{runs:?}");
    let jobs: std::collections::BTreeSet<_> = runs.iter().map(|run| run.job).collect();
    assert_eq!(jobs.len(), 60);
}
