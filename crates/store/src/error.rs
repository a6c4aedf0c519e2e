//! What can go wrong below the use cases. Never shown to people as it is; *not there* is an `Option`.

use sea_orm::sqlx;
use sea_orm::{DbErr, RuntimeErr};
use std::sync::atomic::{AtomicU64, Ordering};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or could not be reached.
    #[error("the database failed")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored value does not read as what it must be: the row was changed by something else.
    #[error("the column `{column}` of `{table}` does not hold what it must (row `{id}`)")]
    Corrupt {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// Row, as far as it can be named.
        id: String,
    },
    /// A row of a back-up does not fit its table.
    #[error("the column `{column}` of `{table}` cannot take what the back-up holds (row `{id}`)")]
    Unfit {
        /// Table.
        table: String,
        /// Column.
        column: String,
        /// Row, as far as it can be named.
        id: String,
    },
    /// Somebody else was first, or the thing exists already.
    #[error("this conflicts with what is stored: `{constraint}`")]
    Conflict {
        /// `TABLE_COLUMNS` of the constraint, the same on both engines, or `entry_version` for a stale version.
        constraint: String,
    },
    /// The database was made by a newer Schoolkeeper.
    #[error(
        "the database has a migration `{found}` this version does not know\nhint: a newer Schoolkeeper made it; start that one, or go back to the copy that was made before the upgrade"
    )]
    NewerSchema {
        /// The unknown migration.
        found: String,
    },
    /// The tiles of the ledger do not lead to its last checkpoint: nothing more is signed on top of them.
    #[error("the ledger does not fit its last checkpoint\nhint: `schoolkeeper ledger verify` names what was changed")]
    Ledger(#[source] schoolkeeper_ledger::Error),
    /// A step of bringing the tables up to date failed; the database is as it was.
    #[error(
        "the tables could not be brought up to date (`{step}`): {cause}; nothing was changed\n\
        hint: put the cause right and start again, or go on with the version you had"
    )]
    Migration {
        /// The step.
        step: &'static str,
        /// What the database said.
        cause: String,
    },
    /// The database is in use for longer than we wait.
    #[error("the database is busy")]
    Busy,
}

impl Error {
    /// A conflict by name.
    pub(crate) fn conflict(constraint: &str) -> Self {
        Self::Conflict { constraint: constraint.to_owned() }
    }
}

static FAILURES: AtomicU64 = AtomicU64::new(0);

/// Statements the database did not carry out since this process began; a conflict is an answer and not counted.
pub fn failures() -> u64 {
    FAILURES.load(Ordering::Relaxed)
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let error = Self::of(error);
        if !matches!(error, Self::Conflict { .. }) {
            FAILURES.fetch_add(1, Ordering::Relaxed);
        }
        error
    }
}

impl Error {
    fn of(error: DbErr) -> Self {
        match &error {
            DbErr::ConnectionAcquire(_) => Self::Busy,
            DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => {
                from_database(inner).unwrap_or_else(|| Self::Engine(Box::new(error)))
            }
            _ => Self::Engine(Box::new(error)),
        }
    }
}

fn from_database(error: &sqlx::Error) -> Option<Error> {
    let sqlx::Error::Database(database) = error else {
        return None;
    };
    if database.is_foreign_key_violation() {
        return Some(Error::conflict("foreign-key"));
    }
    if database.is_unique_violation() {
        let constraint = database.constraint().map_or_else(|| from_columns(database.message()), ToOwned::to_owned);
        return Some(Error::Conflict { constraint });
    }
    // SQLITE_BUSY and its kinds; serialisation failure, deadlock and lock timeout of PostgreSQL.
    let busy = ["5", "261", "517", "773", "40001", "40P01", "55P03"];
    database.code().filter(|code| busy.contains(&code.as_ref())).map(|_| Error::Busy)
}

/// `UNIQUE constraint failed: school.organisation, school.slug` → `school_organisation_slug`.
fn from_columns(message: &str) -> String {
    let columns = message.rsplit_once(": ").map_or(message, |(_, columns)| columns);
    let mut parts: Vec<&str> = Vec::new();
    for (table, column) in columns.split(", ").filter_map(|column| column.split_once('.')) {
        if parts.is_empty() {
            parts.push(table);
        }
        parts.push(column);
    }
    parts.join("_")
}
