//! How a school words an agreement until it publishes it.
//!
//! Invariant: one wording of each agreement of a school; a change names the one it was made from, and who was faster
//! wins. The ledger learns that it changed, never a word of it.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{at, json, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};
use serde::Serialize;
use serde::de::DeserializeOwned;

statements! {
    GET = "SELECT document, version, changed_at FROM agreement_wording \
        WHERE school = $1 AND pack = $2 AND control = $3";
    OF = "SELECT pack, control, document, version, changed_at FROM agreement_wording WHERE school = $1 \
        ORDER BY pack, control";
    ADD = "INSERT INTO agreement_wording (school, pack, control, document, version, changed_at, actor) \
        VALUES ($1, $2, $3, $4, 1, $5, $6) ON CONFLICT (school, pack, control) DO NOTHING";
    CHANGE = "UPDATE agreement_wording SET document = $4, version = version + 1, changed_at = $5, actor = $6 \
        WHERE school = $1 AND pack = $2 AND control = $3 AND version = $7";
}

/// Which agreement: the school, its policy, the control of it.
#[derive(Clone, Copy, Debug)]
pub struct AgreementAt<'a> {
    /// The school.
    pub school: SchoolId,
    /// Id of its policy.
    pub pack: &'a str,
    /// Id of the control.
    pub control: &'a str,
}

/// A wording as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<T> {
    /// What it says.
    pub document: T,
    /// Goes up with every change.
    pub version: i64,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl Read {
    /// The wording of an agreement; `None` when there is none or the school is not reached.
    pub async fn wording<T: DeserializeOwned>(
        &self,
        scope: &Scope,
        of: AgreementAt<'_>,
    ) -> Result<Option<Kept<T>>, Error> {
        let Some(reached) = self.reach_whole(scope, of.school).await? else { return Ok(None) };
        let row = self.one("agreement_wording", GET, vec![reached.id(), text(of.pack), text(of.control)]).await?;
        let kept = row.map(|row| {
            Ok(Kept {
                document: row.json("document")?,
                version: row.int("version")?,
                changed_at: row.at("changed_at")?,
            })
        });
        kept.transpose()
    }

    /// Every wording of a school with its policy and control; none when the school is not reached.
    pub async fn wordings<T: DeserializeOwned>(
        &self,
        scope: &Scope,
        school: SchoolId,
    ) -> Result<Vec<(Name, Name, Kept<T>)>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("agreement_wording", OF, vec![reached.id()]).await?;
        rows.iter()
            .map(|row| {
                let (version, changed_at) = (row.int("version")?, row.at("changed_at")?);
                let kept = Kept { document: row.json("document")?, version, changed_at };
                Ok((Name::from(&*row.text("pack")?), Name::from(&*row.text("control")?), kept))
            })
            .collect()
    }
}

/// What is done with a wording, as the ledger says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worded {
    /// Its words change.
    Changed,
    /// Somebody is asked to approve it.
    Asked,
    /// It is approved.
    Approved,
    /// It is not approved.
    SentBack,
}

impl Worded {
    fn kind(self) -> &'static str {
        match self {
            Self::Changed => "agreement-worded",
            Self::Asked => "agreement-approval-asked",
            Self::Approved => "agreement-approved",
            Self::SentBack => "agreement-sent-back",
        }
    }
}

impl Write {
    /// Keeps a wording made from the one of `version`, 0 when there was none. `false` and nothing changed when the
    /// school is not reached or somebody was faster.
    pub async fn keep_wording<T: Serialize>(
        &mut self,
        scope: &Scope,
        of: AgreementAt<'_>,
        (document, version, done): (&T, i64, Worded),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, of.school).await? else { return Ok(false) };
        let by = text(actor(scope.by()));
        let mut values = vec![reached.id(), text(of.pack), text(of.control), json(document), at(now), by];
        let kept = if version == 0 {
            self.run(ADD, values).await?
        } else {
            values.push(version.into());
            self.run(CHANGE, values).await?
        };
        if kept == 0 {
            return Ok(false);
        }
        let details = [("pack", Detail::Word(of.pack.to_owned())), ("control", Detail::Word(of.control.to_owned()))];
        self.record(scope, About::school(of.school, now), done.kind(), &details).await?;
        Ok(true)
    }
}
