//! A number that moves whenever something an evaluation reads has changed: caches are dropped, and an evaluation
//! begins again when it moved under it.

use crate::error::Error;
use crate::sql::statements;
use crate::transaction::{Read, Write};

statements! {
    GET = "SELECT number FROM generation WHERE id = 1";
    BUMP = "UPDATE generation SET number = number + 1 WHERE id = 1";
    TAKE = "UPDATE generation SET number = number + 1 WHERE id = 1 AND number = $1";
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

    /// The first statement of a change that rests on a look at the records: nobody else changes any until its commit.
    /// A conflict `generation` when they moved since the look.
    pub(crate) async fn take_generation(&mut self, looked_at: i64) -> Result<(), Error> {
        let taken = self.run(TAKE, vec![looked_at.into()]).await?;
        if taken == 1 { Ok(()) } else { Err(Error::conflict("generation")) }
    }
}
