//! From every earlier schema to now, and what the tables are.

use super::Store;
use crate::migrate::ALL;
use crate::place::Place;
use schoolkeeper_testkit::TestDatabase;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::collections::BTreeMap;
use std::fmt::Write;
use uuid::Uuid;

const AT: &str = "2026-01-01T00:00:00Z";
const ROW: &str = "INSERT INTO organisation (id, title, created_at) VALUES ";

async fn open(database: &TestDatabase) -> Store {
    Store::open(&Place::parse(database.url()), Uuid::nil()).await.unwrap()
}

async fn titles(store: &Store) -> Vec<String> {
    let asked = Statement::from_string(store.writer.get_database_backend(), "SELECT title FROM organisation");
    store.writer.query_all_raw(asked).await.unwrap().iter().map(|row| row.try_get("", "title").unwrap()).collect()
}

/// Goes the first `count` steps as an older program did, adds a row, and lets this program go the rest.
async fn from_step(store: &Store, count: usize) {
    let sqlite = store.writer.get_database_backend() == DbBackend::Sqlite;
    let run = async |text: &str| store.writer.execute_unprepared(text).await.map(drop).unwrap();
    run("CREATE TABLE migration (name TEXT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)").await;
    for step in &ALL[..count] {
        run(if sqlite { step.sqlite } else { step.postgres }).await;
        run(&format!("INSERT INTO migration VALUES ('{}', 1)", step.name)).await;
    }
    let id = if sqlite { "x'00000000000000000000000000000007'" } else { "'00000000-0000-0000-0000-000000000007'" };
    run(&format!("{ROW} ({id}, 'Made up', 1)")).await;
    let names: Vec<&str> = ALL.iter().map(|step| step.name).collect();
    let known = store.schema().await.unwrap();
    assert_eq!((known.applied.len(), known.missing.as_slice()), (count, &names[count..]));
    assert_eq!(store.migrate(AT.parse().unwrap()).await.unwrap(), names[count..]);
    assert_eq!(store.migrate(AT.parse().unwrap()).await.unwrap(), Vec::<&str>::new(), "twice");
    assert_eq!(titles(store).await, ["Made up"], "from step {count}");
    assert_eq!(store.schema().await.unwrap().missing, Vec::<&str>::new());
    assert_eq!(store.damage().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn from_every_schema_to_now_on_sqlite() {
    for count in 1..=ALL.len() {
        let database = TestDatabase::sqlite().unwrap();
        from_step(&open(&database).await, count).await;
    }
}

#[tokio::test]
async fn from_every_schema_to_now_on_postgres() {
    for count in 1..=ALL.len() {
        let Some(database) = TestDatabase::postgres().await.unwrap() else {
            eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
            return;
        };
        let store = open(&database).await;
        from_step(&store, count).await;
        store.close().await.unwrap();
        database.close().await.unwrap();
    }
}

#[tokio::test]
async fn other_programs_at_the_same_postgres_are_counted() {
    let Some(database) = TestDatabase::postgres().await.unwrap() else {
        eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
        return;
    };
    let first = open(&database).await;
    assert_eq!(first.others().await.unwrap(), 0);
    let second = Store::open(&Place::parse(database.url()), Uuid::from_u128(1)).await.unwrap();
    second.migrate(AT.parse().unwrap()).await.unwrap();
    assert_eq!(first.others().await.unwrap(), 1);
    first.close().await.unwrap();
    second.close().await.unwrap();
    database.close().await.unwrap();
}

const COLUMNS: &str = "SELECT m.name AS t, p.name AS c, p.type AS k, p.\"notnull\" AS n, p.pk AS p FROM sqlite_master m \
    JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, p.cid";
const REFERENCES: &str = "SELECT m.name AS t, f.\"from\" AS c, f.\"table\" AS k FROM sqlite_master m \
    JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq";

async fn described(store: &Store) -> String {
    let ask = async |sql: &str| {
        let asked = Statement::from_string(store.writer.get_database_backend(), sql);
        store.writer.query_all_raw(asked).await.unwrap()
    };
    let text = |row: &sea_orm::QueryResult, column: &str| row.try_get::<String>("", column).unwrap();
    let number = |row: &sea_orm::QueryResult, column: &str| row.try_get::<i64>("", column).unwrap();
    let mut leads: BTreeMap<(String, String), String> = BTreeMap::new();
    for row in ask(REFERENCES).await {
        leads.insert((text(&row, "t"), text(&row, "c")), text(&row, "k"));
    }
    let mut out = "# Tables\n\nWritten by a test from the migrations (`crates/store/src/engine/step_tests.rs`); both engines hold the same.\n\
        Instants are BIGINT microseconds UTC, dates ISO text, ids 16 bytes, documents JSON text.\n"
        .to_owned();
    let mut last = String::new();
    for row in ask(COLUMNS).await {
        let (table, column) = (text(&row, "t"), text(&row, "c"));
        if table != last {
            write!(out, "\n## {table}\n\n| column | type | |\n|---|---|---|\n").unwrap();
            last.clone_from(&table);
        }
        let mut notes = Vec::new();
        if number(&row, "p") > 0 {
            notes.push("key".to_owned());
        } else if number(&row, "n") == 0 {
            notes.push("may be empty".to_owned());
        }
        notes.extend(leads.get(&(table, column.clone())).map(|to| format!("→ {to}")));
        writeln!(out, "| {column} | {} | {} |", text(&row, "k"), notes.join(", ")).unwrap();
    }
    out
}

#[tokio::test]
async fn the_tables_are_those_of_the_document() {
    let database = TestDatabase::sqlite().unwrap();
    let store = open(&database).await;
    store.migrate(AT.parse().unwrap()).await.unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schema.md");
    let (now, before) = (described(&store).await, std::fs::read_to_string(file).unwrap_or_default());
    if now != before {
        std::fs::write(file, &now).unwrap();
        panic!("docs/schema.md did not tell the tables; it was written anew: read it and commit it");
    }
}
