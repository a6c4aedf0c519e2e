//! When each line of the schedule was last made a job. The system's only.

use crate::error::Error;
use crate::job::sees_work;
use crate::sql::{at, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use std::collections::BTreeMap;

statements! {
    LIST = "SELECT name, pushed_at FROM schedule ORDER BY name LIMIT 1000";
    SET = "INSERT INTO schedule (name, pushed_at) VALUES ($1, $2) \
        ON CONFLICT (name) DO UPDATE SET pushed_at = excluded.pushed_at";
}

impl Read {
    /// When each line was last made a job, by name. Times of the clock tell nothing about anybody.
    pub async fn schedule(&self, scope: &Scope) -> Result<BTreeMap<String, Timestamp>, Error> {
        if !sees_work(scope) {
            return Ok(BTreeMap::new());
        }
        let rows = self.all("schedule", LIST, Vec::new()).await?;
        rows.iter().map(|row| Ok((row.text("name")?, row.at("pushed_at")?))).collect()
    }
}

impl Write {
    /// Remembers that a line was made a job; `false` and nothing changed for anybody but the system.
    pub async fn set_schedule(&mut self, scope: &Scope, name: &str, now: Timestamp) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        self.run(SET, vec![text(name), at(now)]).await?;
        Ok(true)
    }
}
