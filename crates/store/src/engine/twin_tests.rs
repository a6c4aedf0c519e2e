//! The two engines hold the same tables, and every written statement is one that both accept.

use super::Store;
use crate::place::Place;
use schoolkeeper_testkit::TestDatabase;
use sea_orm::{ConnectionTrait, Statement};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const STATEMENTS: &[(&str, &[(&str, &str)])] = &[
    ("agreement", crate::agreement::ALL),
    ("appointment", crate::appointment::ALL),
    ("attachment", crate::attachment::ALL),
    ("backup", crate::backup::ALL),
    ("blob", crate::blob::ALL),
    ("bulk", crate::bulk::ALL),
    ("calendar", crate::calendar::ALL),
    ("census", crate::census::ALL),
    ("conflict", crate::conflict::ALL),
    ("edition", crate::edition::ALL),
    ("emergency", crate::emergency::ALL),
    ("entry", crate::entry::ALL),
    ("erase", crate::erase::ALL),
    ("feed", crate::feed::ALL),
    ("finding", crate::finding::ALL),
    ("generation", crate::generation::ALL),
    ("hand", crate::hand::ALL),
    ("history", crate::history::ALL),
    ("hold", crate::hold::ALL),
    ("import", crate::import::ALL),
    ("intake", crate::intake::ALL),
    ("pile", crate::pile::ALL),
    ("job", crate::job::ALL),
    ("job_run", crate::job_run::ALL),
    ("keep", crate::keep::ALL),
    ("keep_clean", crate::keep_clean::ALL),
    ("keep_log", crate::keep_log::ALL),
    ("lease", crate::lease::ALL),
    ("ledger", crate::ledger::ALL),
    ("link", crate::link::ALL),
    ("list_view", crate::list_view::ALL),
    ("listed", crate::listed::ALL),
    ("listing", crate::listing::ALL),
    ("log", crate::log::ALL),
    ("login", crate::login::ALL),
    ("mail", crate::mail::ALL),
    ("mail_setup", crate::mail_setup::ALL),
    ("mapping", crate::mapping::ALL),
    ("merge", crate::merge::ALL),
    ("named", crate::named::ALL),
    ("naming", crate::naming::ALL),
    ("not_here", crate::not_here::ALL),
    ("organisation", crate::organisation::ALL),
    ("own_field", crate::own_field::ALL),
    ("pack", crate::pack::ALL),
    ("param", crate::param::ALL),
    ("past", crate::past::ALL),
    ("policy_page", crate::policy_page::ALL),
    ("probe", crate::probe::ALL),
    ("reach", crate::reach::ALL),
    ("reconcile", crate::reconcile::ALL),
    ("remark", crate::remark::ALL),
    ("repair", crate::repair::ALL),
    ("report", crate::report::ALL),
    ("role", crate::role::ALL),
    ("said", crate::said::ALL),
    ("schedule", crate::schedule::ALL),
    ("schema", crate::schema::ALL),
    ("school", crate::school::ALL),
    ("section", crate::section::ALL),
    ("sequence", crate::sequence::ALL),
    ("session", crate::session::ALL),
    ("sign_link", crate::sign_link::ALL),
    ("standing", crate::standing::ALL),
    ("task_plan", crate::task_plan::ALL),
    ("throttle", crate::throttle::ALL),
    ("token", crate::token::ALL),
    ("undo", crate::undo::ALL),
    ("version", crate::version::ALL),
    ("webhook", crate::webhook::ALL),
    ("word", crate::word::ALL),
];

async fn open(database: &TestDatabase) -> Store {
    let store = Store::open(&Place::parse(database.url()), Uuid::nil()).await.unwrap();
    store.migrate("2026-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
    store
}

async fn rows(store: &Store, sql: &str, columns: &[&str]) -> BTreeSet<Vec<String>> {
    let statement = Statement::from_string(store.writer.get_database_backend(), sql);
    let rows = store.writer.query_all_raw(statement).await.unwrap();
    let read = |row: &sea_orm::QueryResult| columns.iter().map(|column| row.try_get("", column).unwrap()).collect();
    rows.iter().map(read).collect()
}

async fn prepare(store: &Store, wrap: impl Fn(&str) -> String) {
    for (module, statements) in STATEMENTS {
        assert!(!statements.is_empty());
        for (name, sql) in *statements {
            let prepared = store.writer.execute_unprepared(&wrap(sql)).await;
            assert!(prepared.is_ok(), "{module}::{name} is refused: {:?}", prepared.err());
        }
    }
}

#[test]
fn every_module_with_statements_is_prepared() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in std::fs::read_dir(folder).unwrap().flatten() {
        let text = std::fs::read_to_string(file.path()).unwrap_or_default();
        let module = file.path().file_stem().unwrap().to_string_lossy().into_owned();
        let listed = STATEMENTS.iter().any(|(name, _)| *name == module);
        assert_eq!(text.contains("\nstatements! {"), listed, "{module}");
    }
}

#[tokio::test]
async fn every_statement_prepares_on_sqlite() {
    let database = TestDatabase::sqlite().unwrap();
    let store = open(&database).await;
    prepare(&store, |sql| format!("EXPLAIN {sql}")).await;
}

#[tokio::test]
async fn every_statement_prepares_on_postgres() {
    let Some(database) = TestDatabase::postgres().await.unwrap() else {
        eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
        return;
    };
    let store = open(&database).await;
    prepare(&store, |sql| format!("PREPARE statement AS {sql}; DEALLOCATE statement")).await;
    store.close().await.unwrap();
    database.close().await.unwrap();
}

/// PostgreSQL's type for each of ours; SQLite keeps times, numbers and flags in one type.
fn type_of(postgres: &str) -> &'static str {
    match postgres {
        "uuid" => "BLOB",
        "bigint" | "boolean" => "INTEGER",
        "text" => "TEXT",
        other => panic!("`{other}` has no twin: use UUID, BIGINT, BOOLEAN or TEXT"),
    }
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS t, p.name AS c, p.type AS k, \
    CASE p.\"notnull\" WHEN 1 THEN 'NO' ELSE 'YES' END AS n FROM sqlite_master m JOIN pragma_table_info(m.name) p \
    WHERE m.type = 'table' AND m.name <> 'migration' AND m.name NOT LIKE 'sqlite_%'";
const POSTGRES_COLUMNS: &str = "SELECT CAST(table_name AS TEXT) AS t, CAST(column_name AS TEXT) AS c, \
    CAST(data_type AS TEXT) AS k, CAST(is_nullable AS TEXT) AS n FROM information_schema.columns \
    WHERE table_schema = 'public' AND table_name <> 'migration'";
const SQLITE_INDEXES: &str = "SELECT m.name AS t, CAST(i.\"unique\" AS TEXT) AS u, CAST(i.partial AS TEXT) AS p, \
    group_concat(c.name, ' ' ORDER BY c.seqno) AS c FROM sqlite_master m JOIN pragma_index_list(m.name) i \
    JOIN pragma_index_info(i.name) c WHERE m.type = 'table' AND m.name <> 'migration' GROUP BY m.name, i.name";
const POSTGRES_INDEXES: &str = "SELECT CAST(t.relname AS TEXT) AS t, CASE WHEN x.indisunique THEN '1' ELSE '0' END AS u, \
    CASE WHEN x.indpred IS NULL THEN '0' ELSE '1' END AS p, \
    string_agg(CAST(a.attname AS TEXT), ' ' ORDER BY array_position(x.indkey::int[], a.attnum::int)) AS c \
    FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace s ON s.oid = t.relnamespace \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(x.indkey) \
    WHERE s.nspname = 'public' AND t.relname <> 'migration' GROUP BY t.relname, x.indexrelid, x.indisunique, x.indpred IS NULL";

/// A single INTEGER PRIMARY KEY needs no index on SQLite.
const ROW_IDS: [[&str; 4]; 5] = [
    ["generation", "1", "0", "id"],
    ["keep_clean", "1", "0", "id"],
    ["ledger", "1", "0", "id"],
    ["ledger_checkpoint", "1", "0", "size"],
    ["ledger_record", "1", "0", "idx"],
];

#[tokio::test]
async fn both_engines_hold_the_same_tables() {
    let Some(postgres) = TestDatabase::postgres().await.unwrap() else {
        eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
        return;
    };
    let sqlite = TestDatabase::sqlite().unwrap();
    let (left, right) = (open(&sqlite).await, open(&postgres).await);
    let columns = ["t", "c", "k", "n"];
    let mut expected = BTreeSet::new();
    for mut column in rows(&right, POSTGRES_COLUMNS, &columns).await {
        column[2] = type_of(&column[2]).to_owned();
        expected.insert(column);
    }
    let found = rows(&left, SQLITE_COLUMNS, &columns).await;
    assert_eq!(found.symmetric_difference(&expected).collect::<Vec<_>>(), Vec::<&Vec<String>>::new());
    assert!(found.len() > 100, "only {} columns were compared", found.len());

    let columns = ["t", "u", "p", "c"];
    let mut found = rows(&left, SQLITE_INDEXES, &columns).await;
    found.extend(ROW_IDS.map(|index| index.map(str::to_owned).to_vec()));
    let expected = rows(&right, POSTGRES_INDEXES, &columns).await;
    assert_eq!(found.symmetric_difference(&expected).collect::<Vec<_>>(), Vec::<&Vec<String>>::new());
    right.close().await.unwrap();
    postgres.close().await.unwrap();
}

fn checks(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines() {
        let Some((_, check)) = line.split_once("CHECK (") else { continue };
        let Some((column, words)) = check.split_once(" IN (") else { continue };
        let words = words.split(')').next().unwrap().split(", ").map(|word| word.trim_matches('\'').to_owned());
        let words: BTreeSet<String> = words.collect();
        let known = out.entry(column.to_owned()).or_insert_with(|| words.clone());
        assert!(*known == words || column == "standing", "two CHECKs of `{column}` differ");
        known.extend(words);
    }
    out
}

#[test]
fn the_words_of_every_check_are_those_of_the_code() {
    use crate::sql::name_of;
    use schoolkeeper_core::calendar::Division as D;
    use schoolkeeper_core::standing::{KnownBy as K, Standing as S};
    let words = |names: Vec<Option<String>>| names.into_iter().map(Option::unwrap).collect::<BTreeSet<_>>();
    let divisions = [D::EnglandAndWales, D::Scotland, D::NorthernIreland];
    let standings = [S::None, S::Kept, S::Told, S::Due, S::Unknown, S::Broken];
    let known_by = [K::Stated, K::Signed, K::Evidenced, K::Measured, K::Enforced];
    let changes = ["created", "changed", "left", "removed", "restored"];
    let expected = BTreeMap::from([
        ("division".to_owned(), words(divisions.iter().map(name_of).collect())),
        ("standing".to_owned(), words(standings.iter().map(name_of).collect())),
        ("known_by".to_owned(), words(known_by.iter().map(name_of).collect())),
        ("cause".to_owned(), words(crate::cause::Cause::ALL.iter().map(name_of).collect())),
        ("found".to_owned(), words(crate::policy_page::Found::ALL.iter().map(name_of).collect())),
        ("stage".to_owned(), words(crate::job::Stage::ALL.iter().map(name_of).collect())),
        ("ending".to_owned(), words(crate::job::Ending::ALL.iter().map(name_of).collect())),
        ("covers".to_owned(), ["entry", "person", "register"].map(str::to_owned).into()),
        ("way".to_owned(), words(crate::session::Way::ALL.iter().map(name_of).collect())),
        ("purpose".to_owned(), words(crate::link::Purpose::ALL.iter().map(name_of).collect())),
        ("reset".to_owned(), words(crate::login::Reset::ALL.iter().map(name_of).collect())),
        ("ended_because".to_owned(), words(crate::not_here::Ended::ALL.iter().map(name_of).collect())),
        ("nature".to_owned(), words(crate::remark::RemarkKind::ALL.iter().map(name_of).collect())),
        ("settled_because".to_owned(), words(crate::remark::Settled::ALL.iter().map(name_of).collect())),
        ("change".to_owned(), changes.map(str::to_owned).into()),
        ("file_kind".to_owned(), words(schoolkeeper_core::attachment::FileKind::ALL.iter().map(name_of).collect())),
        ("carrier".to_owned(), words(crate::sign_link::Carrier::ALL.iter().map(name_of).collect())),
        ("happened".to_owned(), words(crate::attachment::Happened::ALL.iter().map(name_of).collect())),
        ("side".to_owned(), words(crate::mail_setup::Side::ALL.iter().map(name_of).collect())),
        ("step".to_owned(), words(crate::intake::Stage::ALL.iter().map(name_of).collect())),
        ("kind".to_owned(), words(crate::intake::LineKind::ALL.iter().map(name_of).collect())),
        ("delivered".to_owned(), words(crate::webhook::Delivered::ALL.iter().map(name_of).collect())),
        ("progress".to_owned(), words(crate::mail::Progress::ALL.iter().map(name_of).collect())),
    ]);
    for engine in [|step: &crate::migrate::Step| step.sqlite, |step: &crate::migrate::Step| step.postgres] {
        let text: String = crate::migrate::ALL.iter().map(engine).collect();
        assert_eq!(checks(&text), expected);
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let database = TestDatabase::sqlite().unwrap();
    let store = open(&database).await;
    store.writer.execute_unprepared("INSERT INTO migration VALUES ('9999_from_the_future', 1)").await.unwrap();
    let refused = store.migrate("2026-01-02T00:00:00Z".parse().unwrap()).await.unwrap_err();
    assert!(matches!(&refused, crate::Error::NewerSchema { found } if found == "9999_from_the_future"), "{refused:?}");
}

#[tokio::test]
async fn a_file_is_opened_durably() {
    let database = TestDatabase::sqlite().unwrap();
    let store = open(&database).await;
    for (pragma, expected) in [("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1), ("busy_timeout", 60_000)]
    {
        let statement = Statement::from_string(store.writer.get_database_backend(), format!("PRAGMA {pragma}"));
        let row = store.writer.query_one_raw(statement).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), expected, "{pragma}");
    }
    let mode = Statement::from_string(store.reader.get_database_backend(), "PRAGMA journal_mode");
    let row = store.reader.query_one_raw(mode).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "wal");
    assert!(store.reader.execute_unprepared("DELETE FROM school").await.is_err(), "a reader wrote");
}

#[tokio::test]
async fn a_row_that_something_else_changed_is_named() {
    let database = TestDatabase::sqlite().unwrap();
    let store = open(&database).await;
    let school = "INSERT INTO organisation VALUES (x'00000000000000000000000000000001', 'Made up', 1);
        INSERT INTO school VALUES (x'00000000000000000000000000000002', x'00000000000000000000000000000001', \
        's', 'Made up', 0, 'scotland', 9223372036854775807)";
    store.writer.execute_unprepared(school).await.unwrap();
    let read = store.read().await.unwrap();
    let scope = schoolkeeper_core::actor::Scope::system("test");
    let error = read.schools(&scope).await.unwrap_err().to_string();
    let id = Uuid::from_u128(2);
    assert_eq!(error, format!("the column `created_at` of `school` does not hold what it must (row `{id}`)"));
}

#[tokio::test]
async fn a_step_that_fails_is_named_and_changes_nothing() {
    let database = TestDatabase::sqlite().unwrap();
    let store = Store::open(&Place::parse(database.url()), Uuid::nil()).await.unwrap();
    store.writer.execute_unprepared("CREATE TABLE lease (something TEXT)").await.unwrap();
    let failed = store.migrate("2026-01-01T00:00:00Z".parse().unwrap()).await.unwrap_err();
    let text = failed.to_string();
    assert!(text.contains("`0006_job`") && text.contains("already exists") && text.contains("hint:"), "{text}");
    let tables = rows(&store, "SELECT name AS t FROM sqlite_master WHERE type = 'table'", &["t"]).await;
    assert_eq!(tables, BTreeSet::from([vec!["lease".to_owned()]]), "the steps before it are taken back too");
}
