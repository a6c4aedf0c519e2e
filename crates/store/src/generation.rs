//! A number that moves whenever something people set has changed, so that every process drops its caches.

use crate::error::Error;
use crate::sql::statements;
use crate::transaction::{Read, Write};

statements! {
    GET = "SELECT number FROM generation WHERE id = 1";
    BUMP = "UPDATE generation SET number = number + 1 WHERE id = 1";
}

impl Read {
    /// The number now. It tells nothing about anybody, so it asks no scope.
    pub async fn generation(&self) -> Result<i64, Error> {
        let row = self.one("generation", GET, Vec::new()).await?;
        row.map_or(Ok(0), |row| row.int("number"))
    }
}

impl Write {
    /// Only what is set rarely (schools, packs, numbers, calendars) calls this: the row is everybody's.
    pub(crate) async fn bump_generation(&mut self) -> Result<(), Error> {
        self.run(BUMP, Vec::new()).await.map(drop)
    }
}
