//! Records sequenced durably in a second, on both engines when there is a PostgreSQL, beside what is promised.
//! `cargo bench -p schoolkeeper-store --bench ledger`
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops where it stands")]

use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_ledger::Signer;
use schoolkeeper_store::log::Log;
use schoolkeeper_store::{Place, Sequencer, Store};
use schoolkeeper_testkit::TestDatabase;
use sea_orm::ConnectionTrait;
use std::fmt::Write;
use std::time::Instant;
use uuid::Uuid;

const RECORDS: u64 = 40_000;
/// Records a second.
const PROMISED: f64 = 10_000.0;

fn salt() -> [u8; 32] {
    [7; 32]
}

/// As many as a busy school leaves in a month, from eight series.
async fn pending(url: &str, postgres: bool) {
    let address = if postgres { url.to_owned() } else { format!("sqlite://{url}") };
    let database = sea_orm::Database::connect(address).await.unwrap();
    let writer =
        if postgres { "'00000000-0000-0000-0000-000000000001'" } else { "X'00000000000000000000000000000001'" };
    for first in (0..RECORDS).step_by(500) {
        let mut sql = "INSERT INTO pending_record (writer, slot, number, kind, actor, document, at) VALUES ".to_owned();
        for at in first..first + 500 {
            let comma = if at == first { "" } else { "," };
            let (slot, number) = (at % 8 + 1, at / 8 + 1);
            write!(sql, "{comma}({writer}, {slot}, {number}, 'finding-opened', 'operator', '{{\"control\":{{\"word\":\"encrypted\"}},\"subject\":{{\"count\":{at}}}}}', {at})").unwrap();
        }
        database.execute_unprepared(&sql).await.unwrap();
    }
    database.close().await.unwrap();
}

async fn run(name: &str, url: &str) {
    let store = Store::open(&Place::parse(url), Uuid::from_u128(9)).await.unwrap();
    let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
    store.migrate(now).await.unwrap();
    pending(url, url.starts_with("postgres")).await;
    let (system, signer) = (Scope::system("bench"), Signer::new("bench", &[1; 32]).unwrap());
    let public_key = signer.public().to_string();
    let log = Log { origin: "bench".to_owned(), public_key, key_sealed: "bench".to_owned() };
    let mut tx = store.write_tx().await.unwrap();
    tx.open_log(&system, &log, now).await.unwrap();
    tx.commit().await.unwrap();
    let (mut next, mut records, mut longest) = (None, 0, 0.0_f64);
    let begun = Instant::now();
    loop {
        let one = Instant::now();
        let mut tx = store.write_tx().await.unwrap();
        let sequencer = Sequencer { signer: &signer, salt };
        let Some(done) = tx.sequence(&system, sequencer, next, now).await.unwrap() else { break };
        tx.commit().await.unwrap();
        longest = longest.max(one.elapsed().as_secs_f64());
        records += done.records;
        next = done.next;
        if next.is_none() {
            break;
        }
    }
    let rate = records as f64 / begun.elapsed().as_secs_f64();
    assert_eq!(records, RECORDS);
    println!(
        "{name:<12} {rate:>8.0} records a second, promised {PROMISED:.0}: {:.2} times; longest transaction {longest:.3} s",
        rate / PROMISED
    );
    store.close().await.unwrap();
}

#[tokio::main]
async fn main() {
    let sqlite = TestDatabase::sqlite().unwrap();
    run("SQLite", sqlite.url()).await;
    match TestDatabase::postgres().await.unwrap() {
        Some(postgres) => {
            run("PostgreSQL", postgres.url()).await;
            postgres.close().await.unwrap();
        }
        None => println!("PostgreSQL   skipped: not installed"),
    }
}
