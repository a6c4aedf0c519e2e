//! How the columns of a source's files were mapped last time, so that the next import need not ask.

use crate::error::Error;
use crate::sql::{at, json, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::SchoolId;

statements! {
    PUT = "INSERT INTO column_mapping (school, register, source, document, at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (school, register, source) DO UPDATE SET document = excluded.document, at = excluded.at";
    GET = "SELECT document FROM column_mapping WHERE school = $1 AND register = $2 AND source = $3";
}

/// Whose files.
#[derive(Clone, Copy, Debug)]
pub struct MappingOf<'a> {
    /// Where.
    pub school: SchoolId,
    /// Into which register.
    pub register: &'a str,
    /// The source.
    pub source: &'a str,
}

impl Write {
    /// Remembers a mapping; `false` and nothing changed when the school is not reached. A habit, not an act:
    /// the import's own record tells what was brought in.
    pub async fn remember_mapping(
        &mut self,
        scope: &Scope,
        of: MappingOf<'_>,
        mapping: &serde_json::Value,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, of.school).await? else { return Ok(false) };
        self.run(PUT, vec![reached.id(), text(of.register), text(of.source), json(mapping), at(now)]).await?;
        Ok(true)
    }
}

impl Read {
    /// The remembered mapping.
    pub async fn mapping(&self, scope: &Scope, of: MappingOf<'_>) -> Result<Option<serde_json::Value>, Error> {
        let Some(reached) = self.reach_whole(scope, of.school).await? else { return Ok(None) };
        let row = self.one("column_mapping", GET, vec![reached.id(), text(of.register), text(of.source)]).await?;
        row.map(|row| row.json("document")).transpose()
    }
}
