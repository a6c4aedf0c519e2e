//! The sequencer on both engines: order, gaps, erasure, two at once, and an end between any two statements.

use crate::house::{House, day, open};
use futures_util::future::poll_immediate;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Term;
use schoolkeeper_ledger::tile::{WIDTH, blocks};
use schoolkeeper_ledger::{Block, Kept, Place, PublicKey, Report, Signer, TileAt, Verdict, Verifier, Witness};
use schoolkeeper_store::log::{Log, erasure};
use schoolkeeper_store::{Sequenced, Sequencer, Store};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use std::sync::atomic::{AtomicU64, Ordering};

schoolkeeper_testkit::both_engines!(
    everything_recorded_is_in_the_ledger_once,
    what_is_erased_is_called_so,
    two_sequencers_at_once_make_one_chain,
    an_end_between_any_two_statements_leaves_the_chain_whole,
    a_statement_that_fails_leaves_everything_as_it_was,
    a_gap_in_a_writers_numbers_is_reported,
    a_tampered_tile_is_not_built_upon,
);

pub fn signer() -> Signer {
    Signer::new("schoolkeeper/made-up", &[5; 32]).unwrap()
}

pub fn log() -> Log {
    let public_key = signer().public().to_string();
    Log { origin: "schoolkeeper/made-up".to_owned(), public_key, key_sealed: "made up".to_owned() }
}

pub fn with(signer: &Signer) -> Sequencer<'_> {
    Sequencer { signer, salt }
}

fn salt() -> [u8; 32] {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut salt = [9; 32];
    salt[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    salt
}

fn system() -> Scope {
    Scope::system("test")
}

/// Opens the ledger when it is not, and sequences all that waits.
pub async fn sequence(store: &Store) -> Vec<Sequenced> {
    let mut tx = store.write_tx().await.unwrap();
    tx.open_log(&system(), &log(), day(0)).await.unwrap();
    tx.commit().await.unwrap();
    let (signer, mut out, mut next) = (signer(), Vec::new(), None);
    loop {
        let mut tx = store.write_tx().await.unwrap();
        let Some(done) = tx.sequence(&system(), with(&signer), next, day(1)).await.unwrap() else { return out };
        tx.commit().await.unwrap();
        next = done.next;
        out.push(done);
        if next.is_none() {
            return out;
        }
    }
}

/// Walks it as `ledger verify` does.
pub async fn verify(store: &Store) -> Report {
    let read = store.read().await.unwrap();
    let key = PublicKey::parse(&log().public_key).unwrap();
    let newest = read.checkpoint(&system()).await.unwrap().unwrap();
    let mut verifier = Verifier::new(newest.note.as_bytes(), &key, erasure);
    for known in read.checkpoints(&system(), 0, 1000).await.unwrap() {
        verifier.against("stored", Witness::parse(&known.note, &key));
    }
    for erasing in read.erasing(&system()).await.unwrap() {
        verifier.erasing(erasing);
    }
    for (at, tile) in read.log_tiles(&system(), TileAt { level: 1, number: 0 }, 1000).await.unwrap() {
        verifier.above(at, tile);
    }
    for number in 0..blocks(newest.size) {
        let at = TileAt { level: 0, number };
        let first = number * WIDTH as u64;
        let width = at.width(newest.size) as u64;
        let mut records = read.log_records(&system(), first, width as u32).await.unwrap().into_iter().peekable();
        let both = (first..first + width).map(|index| match records.next_if(|record| record.index == index) {
            Some(record) => (record.entry, record.kept),
            None => (None, Kept::Missing),
        });
        let (entries, kept) = both.unzip();
        let tile = read.log_tiles(&system(), at, 1).await.unwrap().pop().filter(|tile| tile.0 == at);
        verifier.block(Block { entries, records: kept, tile: tile.map(|tile| tile.1) });
    }
    verifier.finish()
}

fn term(number: usize) -> Term {
    let (from, to) = ("2026-09-01".parse().unwrap(), "2026-12-18".parse().unwrap());
    let name = format!("term {number}");
    Term { name, from, to, half_from: None, half_to: None, inset: Vec::new(), closed: Vec::new() }
}

/// As many records, in as many transactions.
async fn change(house: &House, times: usize) {
    for number in 0..times {
        let mut tx = house.store.write_tx().await.unwrap();
        assert!(tx.set_terms(&system(), house.lane, &[term(number)], day(1)).await.unwrap());
        tx.commit().await.unwrap();
    }
}

async fn everything_recorded_is_in_the_ledger_once(url: String) {
    let house = House::open(&url).await;
    let before = house.store.read().await.unwrap().pending_records(&system(), None, 1000).await.unwrap();
    change(&house, 300).await;
    let done = sequence(&house.store).await;
    let size = before.len() as u64 + 300;
    assert_eq!(done.iter().map(|done| done.records).sum::<u64>(), size);
    assert!(done.iter().all(|done| done.gaps.is_empty()));
    let read = house.store.read().await.unwrap();
    assert!(read.pending_records(&system(), None, 1).await.unwrap().is_empty());
    assert!(!read.is_waiting(&system()).await.unwrap());
    drop(read);
    change(&house, 5).await;
    sequence(&house.store).await;
    let report = verify(&house.store).await;
    assert!(report.is_whole(), "{:?}", report.faults);
    assert_eq!((report.size, report.agree.len()), (size + 5, 2));
    assert!(sequence(&house.store).await.is_empty(), "nothing waits, nothing is signed");
}

async fn what_is_erased_is_called_so(url: String) {
    let house = House::open(&url).await;
    change(&house, 10).await;
    sequence(&house.store).await;
    let mut tx = house.store.write_tx().await.unwrap();
    assert_eq!(tx.erase_records(&system(), &[2, 3, 9, 9999], "keep-rule", day(2)).await.unwrap(), 3);
    tx.commit().await.unwrap();
    let report = verify(&house.store).await;
    assert!(report.is_whole(), "while its record waits: {:?}", report.faults);
    sequence(&house.store).await;
    let report = verify(&house.store).await;
    assert!(report.is_whole(), "{:?}", report.faults);
    let under = Verdict::Erased("keep-rule".to_owned());
    assert_eq!((report.verdict(3), report.verdict(4)), (Some(&under), Some(&Verdict::Good)));
    let mut tx = house.store.write_tx().await.unwrap();
    let last = report.size - 1;
    assert_eq!(tx.erase_records(&system(), &[2, last], "again", day(2)).await.unwrap(), 0, "nor the record of it");
}

async fn two_sequencers_at_once_make_one_chain(url: String) {
    let house = House::open(&url).await;
    let other = open(&url).await;
    sequence(&house.store).await;
    let write = async {
        for _ in 0..20 {
            change(&house, 3).await;
        }
    };
    let pull = async |store: &Store| {
        for _ in 0..30 {
            sequence(store).await;
        }
    };
    tokio::join!(write, pull(&house.store), pull(&other));
    sequence(&other).await;
    let report = verify(&house.store).await;
    assert!(report.is_whole(), "{:?}", report.faults);
    assert!(report.size > 60);
}

/// The future of a sequencing is dropped after one more step each time, until it reaches its end.
async fn an_end_between_any_two_statements_leaves_the_chain_whole(url: String) {
    let house = House::open(&url).await;
    sequence(&house.store).await;
    change(&house, 4).await;
    let (signer, system) = (signer(), system());
    let (mut steps, mut stopped) = (0, 0);
    for _ in 0..1_000 {
        steps += 1;
        let mut tx = house.store.write_tx().await.unwrap();
        let done = {
            let mut work = std::pin::pin!(tx.sequence(&system, with(&signer), None, day(1)));
            let mut done = None;
            for _ in 0..steps {
                done = poll_immediate(work.as_mut()).await;
                if done.is_some() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(3)).await;
            }
            done
        };
        match done {
            Some(done) if stopped > 0 => {
                tx.commit().await.unwrap();
                assert_eq!(done.unwrap().unwrap().records, 4);
                assert!(verify(&house.store).await.is_whole());
                return;
            }
            // A quick database is through before it could be stopped even once: that is taken back and tried again.
            Some(_) => steps = 0,
            None => stopped += 1,
        }
        drop(tx);
        let report = verify(&house.store).await;
        assert!(report.is_whole(), "after {steps} steps: {:?}", report.faults);
    }
    panic!("it was stopped {stopped} times in the middle and never went through");
}

/// Makes every write of one kind to a table fail, until it is let go.
async fn failing(database: &DatabaseConnection, table: &str, when: &str) {
    let sqlite = format!("CREATE TRIGGER fails BEFORE {when} ON {table} BEGIN SELECT RAISE(ABORT, 'made up'); END");
    if database.get_database_backend() == DbBackend::Sqlite {
        database.execute_unprepared(&sqlite).await.unwrap();
        return;
    }
    let function =
        "CREATE OR REPLACE FUNCTION fail() RETURNS trigger AS $$ BEGIN RAISE 'made up'; END $$ LANGUAGE plpgsql";
    database.execute_unprepared(function).await.unwrap();
    let trigger = format!("CREATE TRIGGER fails BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION fail()");
    database.execute_unprepared(&trigger).await.unwrap();
}

async fn a_statement_that_fails_leaves_everything_as_it_was(url: String) {
    let house = House::open(&url).await;
    sequence(&house.store).await;
    change(&house, 3).await;
    let database = sea_orm::Database::connect(crate::tamper::address(&url)).await.unwrap();
    let writes = [
        ("ledger", "UPDATE"),
        ("ledger_record", "INSERT"),
        ("ledger_tile", "UPDATE"),
        ("ledger_checkpoint", "INSERT"),
        ("pending_record", "DELETE"),
    ];
    for (table, when) in writes {
        failing(&database, table, when).await;
        let (signer, system) = (signer(), system());
        let mut tx = house.store.write_tx().await.unwrap();
        let failed = tx.sequence(&system, with(&signer), None, day(1)).await;
        assert!(failed.is_err(), "{when} of {table} is no statement of the sequencer");
        drop(tx);
        let on =
            if database.get_database_backend() == DbBackend::Sqlite { String::new() } else { format!(" ON {table}") };
        database.execute_unprepared(&format!("DROP TRIGGER fails{on}")).await.unwrap();
        assert!(verify(&house.store).await.is_whole(), "{when} of {table}");
        assert!(house.store.read().await.unwrap().is_waiting(&system).await.unwrap());
    }
    assert_eq!(sequence(&house.store).await[0].records, 3);
    assert!(verify(&house.store).await.is_whole());
    database.close().await.unwrap();
}

async fn a_gap_in_a_writers_numbers_is_reported(url: String) {
    let house = House::open(&url).await;
    sequence(&house.store).await;
    change(&house, 4).await;
    let database = sea_orm::Database::connect(crate::tamper::address(&url)).await.unwrap();
    let drop = "DELETE FROM pending_record WHERE number = (SELECT MAX(number) - 1 FROM pending_record)";
    database.execute_unprepared(drop).await.unwrap();
    let done = sequence(&house.store).await;
    assert_eq!((done[0].records, done[0].gaps.len()), (3, 1));
    let report = verify(&house.store).await;
    assert_eq!(report.faults_total, 1);
    assert!(report.faults[0].what.starts_with("lacks 1 from number"), "{}", report.faults[0]);
    database.close().await.unwrap();
}

async fn a_tampered_tile_is_not_built_upon(url: String) {
    let house = House::open(&url).await;
    sequence(&house.store).await;
    let database = sea_orm::Database::connect(crate::tamper::address(&url)).await.unwrap();
    crate::tamper::flip(&database, "ledger_tile", "hashes", "level = 0", 0).await;
    change(&house, 1).await;
    let signer = signer();
    let mut tx = house.store.write_tx().await.unwrap();
    let refused = tx.sequence(&system(), with(&signer), None, day(1)).await.unwrap_err();
    assert!(refused.to_string().contains("schoolkeeper ledger verify"), "{refused}");
    drop(tx);
    let faults = verify(&house.store).await.faults;
    assert!(matches!(faults[0].place, Place::Tile(..)), "{faults:?}");
    database.close().await.unwrap();
}
