//! Somebody with the database changes, drops, swaps and cuts: every change of every byte and row is found and named.

use crate::house::{House, day};
use crate::ledger::{sequence, verify};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_ledger::{Place, Verdict};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

schoolkeeper_testkit::both_engines!(every_changed_byte_is_found, dropped_swapped_and_cut_rows_are_named);

pub fn address(url: &str) -> String {
    if url.starts_with("postgres") { url.to_owned() } else { format!("sqlite://{url}") }
}

async fn run(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.unwrap();
}

/// A column's value as hexadecimal digits of its bytes, of the first row that fits.
async fn hex(database: &DatabaseConnection, table: &str, column: &str, row: &str) -> Option<String> {
    let postgres = database.get_database_backend() == DbBackend::Postgres;
    let bytes = match column {
        "writer" | "school" if postgres => format!("decode(replace(CAST({column} AS TEXT), '-', ''), 'hex')"),
        "writer" | "school" => column.to_owned(),
        _ if postgres => format!("convert_to(CAST({column} AS TEXT), 'UTF8')"),
        _ => format!("CAST({column} AS TEXT)"),
    };
    let digits = if postgres { format!("encode({bytes}, 'hex')") } else { format!("lower(hex({bytes}))") };
    let sql = format!("SELECT {digits} AS h FROM {table} WHERE {row} AND {column} IS NOT NULL LIMIT 1");
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await.unwrap()?;
    row.try_get("", "h").ok()
}

async fn put(database: &DatabaseConnection, table: &str, column: &str, row: &str, hex: &str) {
    let postgres = database.get_database_backend() == DbBackend::Postgres;
    let number = ["slot", "number", "at", "size"].contains(&column);
    let value = match column {
        "writer" | "school" if postgres => format!("CAST('{hex}' AS UUID)"),
        "writer" | "school" => format!("X'{hex}'"),
        _ if number && postgres => format!("CAST(convert_from(decode('{hex}', 'hex'), 'UTF8') AS BIGINT)"),
        _ if number => format!("CAST(CAST(X'{hex}' AS TEXT) AS INTEGER)"),
        _ if postgres => format!("convert_from(decode('{hex}', 'hex'), 'UTF8')"),
        _ => format!("CAST(X'{hex}' AS TEXT)"),
    };
    run(database, &format!("UPDATE {table} SET {column} = {value} WHERE {row}")).await;
}

/// Changes one byte of one value so that it stays a value of its column; gives what stood there.
pub async fn flip(database: &DatabaseConnection, table: &str, column: &str, row: &str, at: usize) -> Option<String> {
    let good = hex(database, table, column, row).await?;
    let byte = u8::from_str_radix(good.get(at * 2..at * 2 + 2)?, 16).unwrap();
    // Text stays text and a number a number: the lowest bit of ASCII letters and digits.
    let changed = byte ^ 1;
    let bad = format!("{}{changed:02x}{}", &good[..at * 2], &good[at * 2 + 2..]);
    put(database, table, column, row, &bad).await;
    Some(good)
}

async fn small(url: &str) -> (House, DatabaseConnection) {
    let house = House::open(url).await;
    sequence(&house.store).await;
    let mut tx = house.store.write_tx().await.unwrap();
    tx.erase_records(&Scope::system("test"), &[1], "keep-rule", day(2)).await.unwrap();
    tx.commit().await.unwrap();
    sequence(&house.store).await;
    (house, Database::connect(address(url)).await.unwrap())
}

async fn every_changed_byte_is_found(url: String) {
    let (house, database) = small(&url).await;
    assert!(verify(&house.store).await.is_whole());
    let record = ["writer", "slot", "number", "commitment", "salt", "kind", "school", "actor", "document", "at"];
    let columns = record.map(|column| ("ledger_record", column, "idx = 3"));
    let more = [
        ("ledger_record", "commitment", "idx = 1"),
        ("ledger_tile", "hashes", "level = 0"),
        ("ledger_checkpoint", "note", "size = (SELECT MAX(size) FROM ledger_checkpoint)"),
        ("ledger_checkpoint", "note", "size = (SELECT MIN(size) FROM ledger_checkpoint)"),
    ];
    for (table, column, row) in columns.into_iter().chain(more) {
        for at in 0.. {
            let Some(good) = flip(&database, table, column, row, at).await else {
                assert!(at > 0, "{table}.{column} of {row} holds nothing");
                break;
            };
            let report = verify(&house.store).await;
            assert!(!report.is_whole(), "byte {at} of {table}.{column} where {row} was changed unnoticed");
            if table == "ledger_record" {
                let concerned = report.faults.iter().map(|fault| fault.place.index()).any(|at| at == 3 || at == 1);
                assert!(concerned, "byte {at} of {column}: {:?}", report.faults);
            }
            put(&database, table, column, row, &good).await;
        }
    }
    assert!(verify(&house.store).await.is_whole());
    database.close().await.unwrap();
}

async fn dropped_swapped_and_cut_rows_are_named(url: String) {
    let (house, database) = small(&url).await;
    let copy = "CREATE TABLE kept_record AS SELECT * FROM ledger_record";
    run(&database, copy).await;
    let restore = async || {
        run(&database, "DELETE FROM ledger_record").await;
        run(&database, "INSERT INTO ledger_record SELECT * FROM kept_record").await;
    };
    let first = async |sql: &str| {
        run(&database, sql).await;
        let report = verify(&house.store).await;
        restore().await;
        (report.faults.first().map(|fault| fault.place.clone()), report)
    };
    let (place, report) = first("DELETE FROM ledger_record WHERE idx = 2").await;
    assert_eq!((place, report.verdict(2)), (Some(Place::Entry(2)), Some(&Verdict::Missing)));
    let (place, report) = first("DELETE FROM ledger_record WHERE idx > 3").await;
    assert_eq!((place, report.verdict(5)), (Some(Place::Record(1)), Some(&Verdict::Missing)), "nothing tells of 1 now");
    assert!(report.faults.iter().any(|fault| fault.place == Place::Entry(4)), "{:?}", report.faults);
    run(&database, "UPDATE ledger_record SET idx = -1 WHERE idx = 2").await;
    run(&database, "UPDATE ledger_record SET idx = 2 WHERE idx = 3").await;
    let (place, report) = first("UPDATE ledger_record SET idx = 3 WHERE idx = -1").await;
    assert_eq!(place.map(|place| place.index()), Some(2));
    assert_eq!((report.verdict(2), report.verdict(3)), (Some(&Verdict::Changed), Some(&Verdict::Changed)));
    let emptied = "UPDATE ledger_record SET salt = NULL, kind = NULL, organisation = NULL, school = NULL, \
        actor = NULL, document = NULL, at = NULL WHERE idx = 4";
    let (place, report) = first(emptied).await;
    assert_eq!((place, report.verdict(4)), (Some(Place::Record(4)), Some(&Verdict::Missing)));
    assert!(report.faults[0].what.contains("no record tells of its erasure"));
    let (place, _) = first("UPDATE ledger_record SET salt = NULL WHERE idx = 4").await;
    assert_eq!(place, Some(Place::Record(4)));
    run(&database, "DELETE FROM ledger_tile").await;
    assert_eq!(verify(&house.store).await.faults[0].place.index(), 0);
    database.close().await.unwrap();
}
