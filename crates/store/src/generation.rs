//! A number that moves whenever something an evaluation reads has changed: caches are dropped, and an evaluation
//! begins again when it moved under it.

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
    /// The last statement of every change but an evaluation's own results: the row is everybody's until the commit.
    pub(crate) async fn bump_generation(&mut self) -> Result<(), Error> {
        self.run(BUMP, Vec::new()).await.map(drop)
    }
}
