//! Whether a control's act examples passed against the live `decide`, for one pack text and one build.
//!
//! Invariant: a result of another text or build is nobody's answer; it is not returned.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{at, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};
use std::collections::BTreeMap;

statements! {
    FORGET = "DELETE FROM probe WHERE school = $1 AND pack = $2";
    LIST = "SELECT control, passed FROM probe WHERE school = $1 AND pack = $2 AND hash = $3 AND build = $4";
}

/// What was tried: the pack's text and the program that runs it.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'a> {
    /// Where.
    pub school: SchoolId,
    /// Pack id.
    pub pack: &'a str,
    /// SHA-256 of the pack's files.
    pub hash: &'a str,
    /// Version of the program.
    pub build: &'a str,
}

impl Write {
    /// Replaces the results of a pack; `false` and nothing changed when the school is not reached.
    pub async fn set_probes(
        &mut self,
        scope: &Scope,
        tried: Tried<'_>,
        results: &BTreeMap<Name, bool>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, tried.school).await? else { return Ok(false) };
        self.run(FORGET, vec![reached.id(), text(tried.pack)]).await?;
        let rows = results.iter().flat_map(|(control, passed)| {
            let [pack, control, hash, build] = [tried.pack, control, tried.hash, tried.build].map(text);
            [reached.id(), pack, control, hash, build, (*passed).into(), at(now)]
        });
        self.insert("probe (school, pack, control, hash, build, passed, at)", 7, rows.collect(), "").await?;
        let passed = results.values().filter(|passed| **passed).count();
        let details = [
            ("pack", Detail::Word(tried.pack.to_owned())),
            ("hash", Detail::Word(tried.hash.to_owned())),
            ("build", Detail::Word(tried.build.to_owned())),
            ("passed", Detail::Count(passed as i64)),
            ("failed", Detail::Count((results.len() - passed) as i64)),
        ];
        self.record(scope, About::school(tried.school, now), "probes-run", &details).await?;
        Ok(true)
    }
}

impl Read {
    /// Controls that were tried with exactly this text and build, and whether they passed.
    pub async fn probes(&self, scope: &Scope, tried: Tried<'_>) -> Result<BTreeMap<Name, bool>, Error> {
        let Some(reached) = self.reach_whole(scope, tried.school).await? else { return Ok(BTreeMap::new()) };
        let values = vec![reached.id(), text(tried.pack), text(tried.hash), text(tried.build)];
        let rows = self.all("probe", LIST, values).await?;
        rows.iter().map(|row| Ok((Name::from(row.text("control")?), row.flag("passed")?))).collect()
    }
}
