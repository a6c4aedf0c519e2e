//! What a database is before anybody works with it: which tables it has, whether it is sound, who else uses it.

use crate::engine::{self, Store};
use crate::error::Error;
use crate::migrate::ALL as STEPS;
use crate::sql::statements;
use crate::transaction::Read;
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use std::path::Path;

statements! {
    NEWEST = "SELECT max(newest.at) AS at FROM (SELECT max(applied_at) AS at FROM migration \
        UNION ALL SELECT max(at) AS at FROM import UNION ALL SELECT max(at) AS at FROM pending_record \
        UNION ALL SELECT max(adopted_at) AS at FROM adopted_pack UNION ALL SELECT max(from_at) AS at FROM standing) AS newest";
}

/// The steps a database has gone, beside those this program knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Steps it has gone.
    pub applied: Vec<String>,
    /// Steps it has not.
    pub missing: Vec<&'static str>,
}

impl Store {
    /// How far the tables are; changes nothing. Refuses a database made by a newer version.
    pub async fn schema(&self) -> Result<Schema, Error> {
        let tx = self.begin_read().await?;
        let backend = tx.get_database_backend();
        let row = tx.query_one_raw(Statement::from_string(backend, engine::has_migrations(&tx))).await?;
        let mut applied: Vec<String> = Vec::new();
        if row.map_or(Ok(0), |row| row.try_get::<i64>("", "found"))? > 0 {
            let names = Statement::from_string(backend, "SELECT name FROM migration ORDER BY name");
            for row in tx.query_all_raw(names).await? {
                applied.push(row.try_get("", "name")?);
            }
        }
        tx.commit().await?;
        if let Some(found) = applied.iter().find(|name| STEPS.iter().all(|step| step.name != *name)) {
            return Err(Error::NewerSchema { found: found.clone() });
        }
        let missing = STEPS.iter().map(|step| step.name).filter(|step| applied.iter().all(|name| name != step));
        Ok(Schema { missing: missing.collect(), applied })
    }

    /// Writes a copy of the whole database into an empty file; `false` where the database is no file.
    pub async fn copy(&self, to: &Path) -> Result<bool, Error> {
        self.copy_file(to).await
    }

    /// What is damaged, in the engine's words; empty when every page can be read.
    pub async fn damage(&self) -> Result<Vec<String>, Error> {
        let tx = self.begin_read().await?;
        let found = engine::damage(&tx).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Other programs of ours that are connected, as far as the database can tell: those of other machines, too.
    pub async fn others(&self) -> Result<i64, Error> {
        let tx = self.begin_read().await?;
        let found = engine::others(&tx).await?;
        tx.commit().await?;
        Ok(found)
    }
}

impl Read {
    /// The newest instant that was ever written: the clock may not lie before it. It tells nothing about anybody.
    pub async fn newest(&self) -> Result<Option<Timestamp>, Error> {
        self.one("migration", NEWEST, Vec::new()).await?.map_or(Ok(None), |row| row.maybe_at("at"))
    }
}
