//! Every table leaves as lines and comes back the same, from either engine into either engine.

use crate::house::{House, SYSTEM, day, open};
use futures_util::StreamExt;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::Store;
use schoolkeeper_store::dump::{Line, steps, tables};
use schoolkeeper_testkit::TestDatabase;
use std::collections::BTreeMap;

schoolkeeper_testkit::both_engines!(every_table_of_the_migrations_is_found, what_does_not_fit_is_refused);

type Dumped = BTreeMap<String, Vec<String>>;

async fn dumped(store: &Store) -> Dumped {
    let system = Scope::system(SYSTEM);
    let read = store.read().await.unwrap();
    let mut out = Dumped::new();
    for table in read.tables(&system).await.unwrap() {
        let lines = read.lines(&system, &table).await.unwrap();
        out.insert(table.name.clone(), lines.map(Result::unwrap).collect().await);
    }
    out
}

async fn put_back(store: &Store, dump: &Dumped) {
    let system = Scope::system(SYSTEM);
    let mut tx = store.write_tx().await.unwrap();
    assert!(tx.clear(&system).await.unwrap());
    for table in tx.tables(&system).await.unwrap() {
        let lines: Vec<Line> = dump[&table.name].iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(tx.load(&system, &table, &lines).await.unwrap());
    }
    tx.commit().await.unwrap();
}

async fn every_table_of_the_migrations_is_found(url: String) {
    let store = open(&url).await;
    let read = store.read().await.unwrap();
    let mut found: Vec<String> =
        read.tables(&Scope::system(SYSTEM)).await.unwrap().into_iter().map(|table| table.name).collect();
    assert_eq!(found, tables(), "a table of a migration is not in the database");
    found.sort_unstable();
    assert!(found.len() >= 20 && found.contains(&"blob".to_owned()), "{found:?}");
    assert!(!found.contains(&"migration".to_owned()));
    assert!(steps().contains(&"0010_blob"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filled_house_goes_through_both_engines_and_comes_back_the_same() {
    let Some(postgres) = TestDatabase::postgres().await.unwrap() else {
        eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
        return;
    };
    let (first, last) = (TestDatabase::sqlite().unwrap(), TestDatabase::sqlite().unwrap());
    let house = crate::isolation::filled(first.url()).await;
    let before = dumped(&house.store).await;
    assert!(before.values().filter(|lines| !lines.is_empty()).count() > 15, "{before:?}");
    let middle = open(postgres.url()).await;
    put_back(&middle, &before).await;
    assert_eq!(dumped(&middle).await, before);
    let end = open(last.url()).await;
    put_back(&end, &dumped(&middle).await).await;
    assert_eq!(dumped(&end).await, before);
    middle.close().await.unwrap();
    postgres.close().await.unwrap();
}

async fn what_does_not_fit_is_refused(url: String) {
    let house = House::open(&url).await;
    let system = Scope::system(SYSTEM);
    let mut tx = house.store.write_tx().await.unwrap();
    let found = tx.tables(&system).await.unwrap();
    let table = found.iter().find(|table| table.name == "organisation").unwrap();
    for (line, column) in [
        (r#"{"id":"00000000-0000-0000-0000-000000000009","title":"t","created_at":"soon"}"#, "created_at"),
        (r#"{"id":"00000000-0000-0000-0000-000000000009","title":"t"}"#, "created_at"),
        (r#"{"id":"00000000-0000-0000-0000-000000000009","title":"t","created_at":1,"more":1}"#, "more"),
    ] {
        let line: Line = serde_json::from_str(line).unwrap();
        let error = tx.load(&system, table, &[line]).await.unwrap_err().to_string();
        assert!(error.contains(&format!("`{column}` of `organisation`")), "{error}");
    }
    drop(tx);
    assert_eq!(house.store.migrate_only(day(1), &|_| false).await.unwrap(), Vec::<&str>::new());
}
