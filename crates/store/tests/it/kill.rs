//! A process that is killed in the middle of an import leaves no half of it, and loses none it had acknowledged.

use crate::house::{House, SYSTEM, day, device, id, named, open};
use crate::import::plan;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{ImportId, SchoolId};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

schoolkeeper_testkit::both_engines!(a_killed_import_is_whole_or_not_there);

const URL: &str = "SCHOOLKEEPER_TEST_KILL_URL";
const FIRST: &str = "SCHOOLKEEPER_TEST_KILL_FIRST";
/// Marlpit Lane.
const LANE: u128 = 12;
const ROWS: u128 = 600;
const ROUNDS: u128 = 4;

/// Not a test by itself: what the killed process does. Says the number of each import once it is committed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "how the test tells its child what to do")]
async fn the_killed_process() {
    let (Ok(url), Ok(first)) = (std::env::var(URL), std::env::var(FIRST)) else { return };
    let first: u128 = first.parse().unwrap();
    let store = open(&url).await;
    let system = Scope::system(SYSTEM);
    for number in first..first + 100_000 {
        let mut import = plan(SchoolId(id(LANE)), number, "intune", 1);
        import.creates = (0..ROWS).map(|row| named(number * 10_000 + row, "intune", day(1), "Laptop").pack()).collect();
        let mut tx = store.write_tx().await.unwrap();
        assert!(tx.commit_import(&system, &device(), &import).await.unwrap());
        tx.commit().await.unwrap();
        writeln!(std::io::stdout(), "\ncommitted {number}").unwrap();
    }
}

fn start(url: &str, first: u128) -> Child {
    let test = std::env::current_exe().unwrap();
    let mut command = Command::new(test);
    command.args(["--exact", "kill::the_killed_process", "--nocapture", "--test-threads=1"]);
    command.env(URL, url).env(FIRST, first.to_string()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Kills after the second acknowledgement and then some; gives what was acknowledged.
fn kill(mut child: Child, wait: Duration) -> Vec<u128> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let number = |line: String| line.strip_prefix("committed ").map(|number| number.parse().unwrap());
    let mut acknowledged: Vec<u128> = lines.by_ref().map_while(Result::ok).filter_map(number).take(2).collect();
    assert_eq!(acknowledged.len(), 2, "the child did not get going");
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged.extend(lines.map_while(Result::ok).filter_map(number));
    acknowledged
}

async fn a_killed_import_is_whole_or_not_there(url: String) {
    let house = House::open(&url).await;
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        let child = start(&url, 1_000 * (round + 1));
        let wait = Duration::from_millis(u64::try_from(round * 37 % 89).unwrap());
        acknowledged.extend(tokio::task::spawn_blocking(move || kill(child, wait)).await.unwrap());
        check(&house, &acknowledged).await;
    }
}

async fn check(house: &House, acknowledged: &BTreeSet<u128>) {
    let system = Scope::system(SYSTEM);
    let read = house.store.read().await.unwrap();
    let imports = read.imports(&system, house.lane, None, 100_000).await.unwrap();
    let there: BTreeSet<u128> = imports.iter().map(|import| import.id.0.as_u128()).collect();
    assert!(acknowledged.is_subset(&there), "acknowledged and lost: {:?}", acknowledged.difference(&there));
    let entries = read.snapshot(&system, house.lane).await.unwrap();
    assert_eq!(entries.len() as u128, there.len() as u128 * ROWS, "half an import");
    assert!(entries.iter().all(|entry| entry.facts.contains_key("name")), "an entry without its document");
    for number in &there {
        assert!(read.import(&system, ImportId(id(*number))).await.unwrap().is_some());
    }
    let records = read.pending_records(&system, None, 100_000).await.unwrap();
    let imported = records.iter().filter(|record| record.kind == "import-committed").count();
    assert_eq!(imported, there.len(), "a change without its record");
}
