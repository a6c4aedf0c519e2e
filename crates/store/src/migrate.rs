//! Brings the tables up to date: forward only, one at a time, in one transaction.
//!
//! Invariant: both folders hold the same names; a test compares the tables they make.

use crate::engine::{self, Store};
use crate::error::Error;
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

/// One step, in each engine's words.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

macro_rules! steps {
    ($($name:literal),*) => { &[$(Step {
        name: $name,
        sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
        postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
    }),*] };
}

/// Every step, in order. Append only.
pub(crate) const ALL: &[Step] = steps![
    "0001_house",
    "0002_entry",
    "0003_policy",
    "0004_standing",
    "0005_ledger",
    "0006_job",
    "0007_sign_in",
    "0008_role",
    "0009_mail",
    "0010_blob",
    "0011_keep",
    "0013_keep_clean",
    "0013_keep_period",
    "0016_listed",
    "0017_entry",
    "0018_intake",
    "0019_start",
    "0020_remark",
    "0021_api",
    "0022_attachment",
    "0024_policy_numbers",
    "0026_own_field",
    "0027_naming",
    "0031_agreement",
    "0033_edition",
    "0035_task",
    "0036_class",
    "0039_pile",
    "0040_held",
    "0041_signature"
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)";

impl Store {
    /// Applies what is missing and names it; twice is harmless. Refuses a database made by a newer version.
    pub async fn migrate(&self, now: Timestamp) -> Result<Vec<&'static str>, Error> {
        self.migrate_only(now, &|_| true).await
    }

    /// The same for some of the steps: a back-up goes back into the tables it was made of.
    pub async fn migrate_only(
        &self,
        now: Timestamp,
        wanted: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Vec<&'static str>, Error> {
        let tx = self.begin_write().await?;
        engine::lock_schema(&tx).await?;
        tx.execute_unprepared(TABLE).await?;
        let backend = tx.get_database_backend();
        let rows =
            tx.query_all_raw(Statement::from_string(backend, "SELECT name FROM migration ORDER BY name")).await?;
        let known: Vec<String> = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?;
        if let Some(found) = known.iter().find(|name| ALL.iter().all(|step| step.name != *name)) {
            return Err(Error::NewerSchema { found: found.clone() });
        }
        let mut applied = Vec::new();
        for (name, text) in engine::migrations(&tx) {
            if !wanted(name) || known.iter().any(|known| known == name) {
                continue;
            }
            let failed = |error: sea_orm::DbErr| Error::Migration { step: name, cause: error.to_string() };
            tx.execute_unprepared(text).await.map_err(failed)?;
            let values = [name.into(), now.as_microsecond().into()];
            let insert = "INSERT INTO migration (name, applied_at) VALUES ($1, $2)";
            tx.execute_raw(Statement::from_sql_and_values(backend, insert, values)).await?;
            applied.push(name);
        }
        tx.commit().await?;
        Ok(applied)
    }
}
