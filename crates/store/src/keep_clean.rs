//! The traces erased rows leave in the database's own file, and their end.
//!
//! Invariant: whoever erases says so in the same transaction, and only who has written the file anew since then takes it
//! back. So a process that is killed in between leaves the cleaning to the next one, also when that has nothing to erase.

use crate::engine::Store;
use crate::error::Error;
use crate::sql::statements;
use crate::transaction::{Read, Write};

statements! {
    NUMBERS = "SELECT erased_number, cleaned_number FROM keep_clean WHERE id = 1";
    SOIL = "UPDATE keep_clean SET erased_number = erased_number + 1 WHERE id = 1";
    CLEANED = "UPDATE keep_clean SET cleaned_number = $1 WHERE id = 1 AND cleaned_number < $1";
}

impl Store {
    /// After rows were erased, by whomever and whenever: nothing of them stays in a database that is a file. `false`
    /// when there was nothing to do; [`Error::Busy`] when another reader kept it from that, and the next call tries
    /// again.
    pub async fn clean(&self) -> Result<bool, Error> {
        let Some(erased) = self.read().await?.soiled().await? else { return Ok(false) };
        self.rewrite().await?;
        let mut write = self.write_tx().await?;
        write.run(CLEANED, vec![erased.into()]).await?;
        write.commit().await?;
        Ok(true)
    }
}

impl Read {
    /// The number of the last erasure, when the file has not been cleaned since.
    async fn soiled(&self) -> Result<Option<i64>, Error> {
        let Some(row) = self.one("keep_clean", NUMBERS, Vec::new()).await? else { return Ok(None) };
        let (erased, cleaned) = (row.int("erased_number")?, row.int("cleaned_number")?);
        Ok((erased > cleaned).then_some(erased))
    }
}

impl Write {
    /// Something was erased in this transaction.
    pub(crate) async fn soil(&mut self) -> Result<(), Error> {
        self.run(SOIL, Vec::new()).await.map(drop)
    }
}
