//! SQLite: one file, one writer that begins IMMEDIATE (deferred transactions refuse contending writers), many readers.

use crate::error::Error;
use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode,
    Statement, TransactionOptions,
};
use std::path::Path;
use std::time::Duration;

const READERS: u32 = 8;
/// A reader holds some two megabytes: the schema, statements, pages. After this it closes, and another one opens only when
/// it is wanted, so that few are left when little is asked.
const READER_LIVES: Duration = Duration::from_mins(2);
/// Longer than any import takes, so that nobody is told *busy* because of one.
const WAIT: Duration = Duration::from_mins(1);

/// The writer's and the readers' connections.
pub(super) async fn connect(path: &Path) -> Result<(DatabaseConnection, DatabaseConnection), Error> {
    let file = path.to_owned();
    let writer = open((1, None), move |options| durable(options.filename(&file).create_if_missing(true))).await?;
    let file = path.to_owned();
    let reader =
        open((READERS, Some(READER_LIVES)), move |options| options.filename(&file).pragma("query_only", "ON")).await?;
    Ok((writer, reader))
}

fn durable(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        // 16 MB instead of 2: keys are inserted in no order, and an import of thousands would write pages twice.
        .pragma("cache_size", "-16000")
}

/// A connection that comes back within a transaction is closed: SQLite ends one by itself when the disk is full, the driver
/// goes on counting it, and what it began next would hold the writer's lock for ever.
async fn open(
    (connections, lives): (u32, Option<Duration>),
    with: impl Fn(SqliteConnectOptions) -> SqliteConnectOptions + Send + Sync + 'static,
) -> Result<DatabaseConnection, Error> {
    // The name is replaced by `filename`, which takes any path as it is.
    let mut options = ConnectOptions::new("sqlite://schoolkeeper");
    options
        .max_connections(connections)
        .max_lifetime(lives)
        .acquire_timeout(WAIT)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(move |options| with(options.busy_timeout(WAIT)))
        .map_sqlx_sqlite_pool_opts(|pool| {
            pool.after_release(|connection, _| {
                Box::pin(async move {
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
        });
    Ok(Database::connect(options).await?)
}

/// `secure_delete` overwrites a row where it lies, but not the traces it left where it lay before its page was split or
/// filled up; only writing the file anew leaves none. Older pages stay in the WAL until it is cut.
pub(super) async fn rewrite(writer: &DatabaseConnection) -> Result<(), Error> {
    writer.execute_unprepared("VACUUM").await?;
    let cut = Statement::from_string(writer.get_database_backend(), "PRAGMA wal_checkpoint(TRUNCATE)");
    // Its first column says whether a reader was in the way.
    match writer.query_one_raw(cut).await?.map(|row| row.try_get_by_index::<i64>(0)).transpose()? {
        Some(0) => Ok(()),
        _ => Err(Error::Busy),
    }
}

/// The writer's cache; those of the readers go with them.
pub(super) async fn let_go(writer: &DatabaseConnection) -> Result<(), Error> {
    writer.execute_unprepared("PRAGMA shrink_memory").await?;
    Ok(())
}

pub(super) fn writing() -> TransactionOptions {
    TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() }
}

pub(super) fn reading() -> TransactionOptions {
    TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred), ..Default::default() }
}

/// What [`super::catalogue`] promises.
pub(super) const CATALOGUE: &str = "SELECT m.name AS t, p.name AS c, p.type AS k, p.pk AS p FROM sqlite_master m \
    JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
/// See [`super::has_migrations`].
pub(super) const HAS_MIGRATIONS: &str =
    "SELECT count(*) AS found FROM sqlite_master WHERE type = 'table' AND name = 'migration'";

/// The file must be there and empty: so whoever makes it decides who may read it.
pub(super) async fn copy(writer: &DatabaseConnection, to: &Path) -> Result<(), Error> {
    let values = [to.display().to_string().into()];
    let statement = Statement::from_sql_and_values(writer.get_database_backend(), "VACUUM INTO $1", values);
    writer.execute_raw(statement).await?;
    Ok(())
}

/// Structure, uniqueness and NULLs of every page.
pub(super) async fn damage(tx: &DatabaseTransaction) -> Result<Vec<String>, Error> {
    let asked = Statement::from_string(tx.get_database_backend(), "PRAGMA quick_check(20)");
    let rows = match tx.query_all_raw(asked).await {
        Ok(rows) => rows,
        // Some pages must be whole for the check itself to go on.
        Err(error) => return Ok(vec![error.to_string()]),
    };
    let mut found = Vec::new();
    for row in rows {
        found.push(row.try_get_by_index::<String>(0)?);
    }
    found.retain(|line| line != "ok");
    Ok(found)
}
