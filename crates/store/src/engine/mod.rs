//! The two engines behind one door. Every `if engine` of the product stands in this folder.

mod postgres;
mod sqlite;

use crate::error::Error;
use crate::place::Place;
use crate::transaction::{Read, Slots, Write};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait};
use std::path::Path;
use uuid::Uuid;

/// An open database.
#[derive(Clone, Debug)]
pub struct Store {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    slots: Slots,
}

impl Store {
    /// Opens the database. `writer` is a fresh id of this process: pending ledger records are numbered under it.
    pub async fn open(place: &Place, writer: Uuid) -> Result<Self, Error> {
        let slots = Slots::new(writer);
        let (writer, reader) = match place {
            Place::Sqlite(path) => sqlite::connect(path).await?,
            Place::Postgres(url) => {
                let pool = postgres::connect(url, writer).await?;
                (pool.clone(), pool)
            }
        };
        Ok(Self { writer, reader, slots })
    }

    /// A consistent look: everything read through it is as of one moment.
    pub async fn read(&self) -> Result<Read, Error> {
        Ok(Read::new(self.begin_read().await?))
    }

    /// The only way to change anything. Dropped without [`Write::commit`] it changes nothing.
    pub async fn write_tx(&self) -> Result<Write, Error> {
        Ok(Write::new(self.begin_write().await?, &self.slots))
    }

    /// After rows were erased: nothing of them stays in a database that is a file. [`Error::Busy`] when another reader
    /// kept it from that; then it has to be done again.
    pub(crate) async fn rewrite(&self) -> Result<(), Error> {
        match self.writer.get_database_backend() {
            DbBackend::Sqlite => sqlite::rewrite(&self.writer).await,
            _ => postgres::rewrite(&self.writer).await,
        }
    }

    /// Gives back the memory that connections hold for what was read lately; with PostgreSQL that is the server's.
    pub async fn let_go(&self) -> Result<(), Error> {
        match self.writer.get_database_backend() {
            DbBackend::Sqlite => sqlite::let_go(&self.writer).await,
            _ => Ok(()),
        }
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(&self) -> Result<(), Error> {
        self.writer.close_by_ref().await?;
        Ok(self.reader.close_by_ref().await?)
    }

    /// A consistent look, for what stands outside of people's records.
    pub(crate) async fn begin_read(&self) -> Result<DatabaseTransaction, Error> {
        let options = match self.reader.get_database_backend() {
            DbBackend::Sqlite => sqlite::reading(),
            _ => postgres::reading(),
        };
        Ok(self.reader.begin_with_options(options).await?)
    }

    /// A copy of the database's file; `false` where there is none.
    pub(crate) async fn copy_file(&self, to: &Path) -> Result<bool, Error> {
        match self.writer.get_database_backend() {
            DbBackend::Sqlite => sqlite::copy(&self.writer, to).await.map(|()| true),
            _ => Ok(false),
        }
    }

    pub(crate) async fn begin_write(&self) -> Result<DatabaseTransaction, Error> {
        let options = match self.writer.get_database_backend() {
            DbBackend::Sqlite => sqlite::writing(),
            _ => postgres::writing(),
        };
        Ok(self.writer.begin_with_options(options).await?)
    }
}

/// One migrator at a time; SQLite has only one writer anyway.
pub(crate) async fn lock_schema(tx: &DatabaseTransaction) -> Result<(), Error> {
    match tx.get_database_backend() {
        DbBackend::Sqlite => Ok(()),
        _ => postgres::lock_schema(tx).await,
    }
}

/// Tells the planner that tables have grown in this transaction; SQLite's plans do not depend on it.
pub(crate) async fn have_grown(tx: &DatabaseTransaction) -> Result<(), Error> {
    match tx.get_database_backend() {
        DbBackend::Sqlite => Ok(()),
        _ => postgres::analyze(tx).await,
    }
}

/// Every column of every table: table `t`, column `c`, type `k`, place in the primary key `p` (0: none).
pub(crate) fn catalogue(engine: DbBackend) -> &'static str {
    match engine {
        DbBackend::Sqlite => sqlite::CATALOGUE,
        _ => postgres::CATALOGUE,
    }
}

/// A column to order by, the same on both engines: texts by their bytes.
pub(crate) fn in_order(engine: DbBackend, column: &str, text: bool) -> String {
    match engine {
        DbBackend::Sqlite => format!("\"{column}\""),
        _ if text => format!("\"{column}\" COLLATE \"C\""),
        _ => format!("\"{column}\""),
    }
}

/// `found` is 1 when the table of migrations is there.
pub(crate) fn has_migrations(tx: &DatabaseTransaction) -> &'static str {
    match tx.get_database_backend() {
        DbBackend::Sqlite => sqlite::HAS_MIGRATIONS,
        _ => postgres::HAS_MIGRATIONS,
    }
}

/// What cannot be read.
pub(crate) async fn damage(tx: &DatabaseTransaction) -> Result<Vec<String>, Error> {
    match tx.get_database_backend() {
        DbBackend::Sqlite => sqlite::damage(tx).await,
        _ => postgres::damage(tx).await,
    }
}

/// Other programs of ours at the same database. SQLite's are on this machine and hold the folder.
pub(crate) async fn others(tx: &DatabaseTransaction) -> Result<i64, Error> {
    match tx.get_database_backend() {
        DbBackend::Sqlite => Ok(0),
        _ => postgres::others(tx).await,
    }
}

/// The migrations of the engine a transaction runs on: name and text, in order.
pub(crate) fn migrations(tx: &DatabaseTransaction) -> Vec<(&'static str, &'static str)> {
    let sqlite = tx.get_database_backend() == DbBackend::Sqlite;
    crate::migrate::ALL.iter().map(|step| (step.name, if sqlite { step.sqlite } else { step.postgres })).collect()
}

#[cfg(test)]
mod step_tests;
#[cfg(test)]
mod twin_tests;
