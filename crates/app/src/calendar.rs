//! The school's terms, as people write them.

use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::calendar::{Term, check};
use schoolkeeper_store::School;
use serde::Deserialize;

/// Longest file of terms, in bytes.
const BYTES_MAX: usize = 256 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    term: Vec<Term>,
}

/// Reads `[[term]]` tables. The message says which table and what next.
pub fn read(text: &str) -> Result<Vec<Term>, Error> {
    if text.len() > BYTES_MAX {
        return Err(Error::refused(format!("a file of terms has at most {BYTES_MAX} bytes")));
    }
    let file: File =
        toml::from_str(text).map_err(|error| Error::refused(format!("the terms cannot be read: {error}")))?;
    let problems = check(&file.term);
    if problems.is_empty() { Ok(file.term) } else { Err(Error::refused(problems.join("\n"))) }
}

impl House {
    /// Replaces a school's terms; gives how many there are now.
    pub async fn set_calendar(&self, actor: &Actor, school: &School, text: &str) -> Result<usize, Error> {
        let scope = Self::scope(actor, "calendar.set")?;
        let terms = read(text)?;
        let mut write = self.write().await?;
        write.set_terms(&scope, school.id, &terms, self.now()).await?;
        write.commit().await?;
        Ok(terms.len())
    }
}
