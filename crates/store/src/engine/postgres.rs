//! PostgreSQL: one pool; readers take a repeatable-read snapshot.

use crate::error::Error;
use sea_orm::Statement;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, IsolationLevel,
    TransactionOptions,
};
use std::time::Duration;
use uuid::Uuid;

const CONNECTIONS: u32 = 16;
const WAIT: Duration = Duration::from_mins(1);

/// `process` tells the connections of one program from those of another.
pub(super) async fn connect(url: &str, process: Uuid) -> Result<DatabaseConnection, Error> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(CONNECTIONS)
        .acquire_timeout(WAIT)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .set_application_name(format!("schoolkeeper {process}"));
    Ok(Database::connect(options).await?)
}

pub(super) fn writing() -> TransactionOptions {
    TransactionOptions { isolation_level: Some(IsolationLevel::ReadCommitted), ..Default::default() }
}

pub(super) fn reading() -> TransactionOptions {
    TransactionOptions {
        isolation_level: Some(IsolationLevel::RepeatableRead),
        access_mode: Some(AccessMode::ReadOnly),
        ..Default::default()
    }
}

/// Held until the transaction ends. The number only has to be ours: the bytes of `skeeper`.
pub(super) async fn lock_schema(tx: &DatabaseTransaction) -> Result<(), Error> {
    tx.execute_unprepared("SELECT pg_advisory_xact_lock(32482619964089714)").await?;
    Ok(())
}

/// Until its own housekeeping comes by, PostgreSQL plans a page of 100,000 new entries as if there were ten.
pub(super) async fn analyze(tx: &DatabaseTransaction) -> Result<(), Error> {
    tx.execute_unprepared("ANALYZE entry, observation, entry_index, entry_version, listed, listed_link").await?;
    Ok(())
}

/// Makes the room of erased rows free, so that new ones come to lie there. Until then their bytes are in the server's
/// files, where no statement reads them: only somebody who holds the disk does.
pub(super) async fn rewrite(writer: &DatabaseConnection) -> Result<(), Error> {
    writer
        .execute_unprepared(
            "VACUUM entry, observation, entry_index, entry_version, listed, listed_link, finding, login, login_person, session, link, mail, \
             report, ledger_record",
        )
        .await?;
    Ok(())
}

/// What [`super::catalogue`] promises.
pub(super) const CATALOGUE: &str = "SELECT CAST(c.table_name AS TEXT) AS t, CAST(c.column_name AS TEXT) AS c, \
    CAST(c.data_type AS TEXT) AS k, CAST(coalesce(u.ordinal_position, 0) AS BIGINT) AS p \
    FROM information_schema.columns c LEFT JOIN information_schema.table_constraints s \
    ON s.table_schema = c.table_schema AND s.table_name = c.table_name AND s.constraint_type = 'PRIMARY KEY' \
    LEFT JOIN information_schema.key_column_usage u ON u.constraint_schema = s.constraint_schema \
    AND u.constraint_name = s.constraint_name AND u.table_name = c.table_name AND u.column_name = c.column_name \
    WHERE c.table_schema = current_schema()";
/// See [`super::has_migrations`].
pub(super) const HAS_MIGRATIONS: &str = "SELECT CAST(count(*) AS BIGINT) AS found FROM information_schema.tables \
    WHERE table_schema = current_schema() AND table_name = 'migration'";

const OTHERS: &str = "SELECT CAST(count(DISTINCT application_name) AS BIGINT) AS found FROM pg_stat_activity \
    WHERE datname = current_database() AND application_name LIKE 'schoolkeeper %' \
    AND application_name <> current_setting('application_name')";

/// Programs by their names at the server; one may have several connections.
pub(super) async fn others(tx: &DatabaseTransaction) -> Result<i64, Error> {
    let row = tx.query_one_raw(Statement::from_string(tx.get_database_backend(), OTHERS)).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get("", "found"))?)
}

const TABLES: &str = "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables \
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name";

/// Reads every row of every table once: with checksums on, that finds what a disk has lost.
pub(super) async fn damage(tx: &DatabaseTransaction) -> Result<Vec<String>, Error> {
    let backend = tx.get_database_backend();
    for row in tx.query_all_raw(Statement::from_string(backend, TABLES)).await? {
        let table: String = row.try_get("", "name")?;
        let read = tx.execute_unprepared(&format!("SELECT count(*) FROM \"{table}\"")).await;
        if let Err(error) = read {
            // After an error the transaction reads nothing any more.
            return Ok(vec![format!("{table}: {error}")]);
        }
    }
    Ok(Vec::new())
}
