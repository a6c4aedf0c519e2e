//! Every adoption of a policy: its text, the numbers of that moment, who and why.
//!
//! Invariant: append only; an adoption of the same text as the one before it adds nothing.

use crate::error::Error;
use crate::ledger::actor;
use crate::pack::AdoptedPack;
use crate::sql::{Row, at, json, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_core::pack::Literal;
use std::collections::BTreeMap;

/// How many are read at once.
const LIST_MAX: i64 = 500;

statements! {
    NEWEST = "SELECT number, hash FROM pack_version WHERE school = $1 AND pack = $2 ORDER BY number DESC LIMIT 1";
    ADD = "INSERT INTO pack_version (school, pack, number, hash, version, sources, params, why, adopted_at, actor) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    // At a school whose trust adopted it, too, both are its versions.
    LIST = "SELECT school, number, hash, version, why, adopted_at, actor FROM pack_version WHERE pack = $2 \
        AND school IN (SELECT o.id FROM school s JOIN school o ON o.id = s.id \
        OR (o.trust AND o.organisation = s.organisation) WHERE s.id = $1) \
        ORDER BY adopted_at DESC, number DESC LIMIT $3";
    TEXT = "SELECT hash, sources, params FROM pack_version WHERE pack = $2 AND number = $3 AND school = $4 \
        AND school IN (SELECT o.id FROM school s JOIN school o ON o.id = s.id \
        OR (o.trust AND o.organisation = s.organisation) WHERE s.id = $1)";
}

/// One adoption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Who adopted it: the school or its central office.
    pub school: SchoolId,
    /// Counted from 1 by each of them.
    pub number: i64,
    /// SHA-256 of its resolved content.
    pub hash: String,
    /// What the policy calls itself: `2.1`.
    pub version: String,
    /// Why, in words.
    pub why: String,
    /// When.
    pub adopted_at: Timestamp,
    /// By whom: `person:ID`, `operator`.
    pub adopted_by: String,
}

/// What a version said.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionText {
    /// SHA-256 of its resolved content.
    pub hash: String,
    /// Path and text of every file.
    pub sources: Vec<(String, String)>,
    /// Numbers, names and blanks as they were set then.
    pub params: BTreeMap<Name, Literal>,
}

impl Write {
    /// Keeps an adoption as a version; `false` and nothing kept when the school is not reached or it says what the
    /// one before it said. The ledger has the adoption itself.
    pub async fn keep_version(
        &mut self,
        scope: &Scope,
        adopted: &AdoptedPack,
        (version, why): (&str, &str),
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, adopted.school).await? else { return Ok(false) };
        let of = vec![reached.id(), text(&adopted.pack)];
        let newest = self.one("pack_version", NEWEST, of.clone()).await?;
        let newest = newest.map(|row| Ok::<_, Error>((row.int("number")?, row.text("hash")?))).transpose()?;
        if newest.as_ref().is_some_and(|(_, hash)| *hash == adopted.hash) {
            return Ok(false);
        }
        let params = self.params(scope, adopted.school, &adopted.pack).await?;
        let mut values = of;
        values.extend([
            (newest.map_or(0, |(number, _)| number) + 1).into(),
            text(&adopted.hash),
            text(version),
            json(&adopted.sources),
            json(&params),
            text(why),
            at(adopted.adopted_at),
            text(actor(scope.by())),
        ]);
        self.run(ADD, values).await?;
        Ok(true)
    }
}

impl Read {
    /// Every version of a policy that held at a school, newest first.
    pub async fn versions(&self, scope: &Scope, school: SchoolId, pack: &str) -> Result<Vec<Version>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("pack_version", LIST, vec![reached.id(), text(pack), LIST_MAX.into()]).await?;
        rows.iter().map(from_row).collect()
    }

    /// What one of them said.
    pub async fn version_text(
        &self,
        scope: &Scope,
        school: SchoolId,
        (pack, version): (&str, &Version),
    ) -> Result<Option<VersionText>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(None) };
        let of = vec![reached.id(), text(pack), version.number.into(), version.school.0.into()];
        let row = self.one("pack_version", TEXT, of).await?;
        row.map(|row| {
            Ok(VersionText { hash: row.text("hash")?, sources: row.json("sources")?, params: row.json("params")? })
        })
        .transpose()
    }
}

fn from_row(row: &Row) -> Result<Version, Error> {
    Ok(Version {
        school: SchoolId(row.id("school")?),
        number: row.int("number")?,
        hash: row.text("hash")?,
        version: row.text("version")?,
        why: row.text("why")?,
        adopted_at: row.at("adopted_at")?,
        adopted_by: row.text("actor")?,
    })
}
