//! "This statement does not apply here": asked with a reason, agreed by somebody else, looked at again on a date.
//!
//! Invariant: at most one runs for each statement; what has ended stays, with why.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, id, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many of a policy are read at once, the newest.
const LIST_MAX: u32 = 2_000;

statements! {
    ASK = "INSERT INTO not_here (id, school, pack, clause, reason, review_on, asked_at, asked_by) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    AGREE = "UPDATE not_here SET agreed_at = $3, agreed_by = $4 \
        WHERE id = $1 AND school = $2 AND agreed_at IS NULL AND ended_at IS NULL";
    FINISH = "UPDATE not_here SET ended_at = $3, ended_by = $4, ended_because = $5 \
        WHERE id = $1 AND school = $2 AND ended_at IS NULL";
    LIST = "SELECT id, school, pack, clause, reason, review_on, asked_at, asked_by, agreed_at, agreed_by, ended_at, \
        ended_by, ended_because FROM not_here WHERE school = $1 AND pack = $2 ORDER BY asked_at DESC, id LIMIT $3";
}

/// Why it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Whoever should agree did not.
    Declined,
    /// Somebody took it back.
    Withdrawn,
    /// A record came that the statement speaks of.
    Entry,
    /// Its date came and nobody said it anew.
    Review,
}

impl Ended {
    /// All, for the CHECKs of the tables.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares them with the migrations"))]
    pub(crate) const ALL: &'static [Ended] = &[Self::Declined, Self::Withdrawn, Self::Entry, Self::Review];
}

/// A statement that is to apply nowhere here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotHere {
    /// A fresh id.
    pub id: Uuid,
    /// Where.
    pub school: SchoolId,
    /// The policy.
    pub pack: Name,
    /// The statement.
    pub clause: Name,
    /// Why, in words.
    pub reason: String,
    /// The day it is over unless somebody says it anew.
    pub review_on: Date,
}

/// The same as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotHere {
    /// What was asked.
    pub new: NewNotHere,
    /// When.
    pub asked_at: Timestamp,
    /// By whom: `person:ID`, `operator`.
    pub asked_by: String,
    /// When somebody agreed, and who.
    pub agreed: Option<(Timestamp, String)>,
    /// When it ended, and why.
    pub ended: Option<(Timestamp, Ended)>,
}

impl NotHere {
    /// Agreed and not ended.
    pub fn holds(&self) -> bool {
        self.agreed.is_some() && self.ended.is_none()
    }
}

impl Write {
    /// Asks; `false` and nothing changed when the school is not reached or it was asked already.
    pub async fn ask_not_here(&mut self, scope: &Scope, new: &NewNotHere, now: Timestamp) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, new.school).await? else { return Ok(false) };
        let values = vec![
            id(new.id),
            reached.id(),
            text(&new.pack),
            text(&new.clause),
            text(&new.reason),
            text(new.review_on.to_string()),
            at(now),
            text(actor(scope.by())),
        ];
        if self.run(ASK, values).await? == 0 {
            return Ok(false);
        }
        let details = [("pack", Detail::Word(new.pack.to_string())), ("clause", Detail::Word(new.clause.to_string()))];
        self.record(scope, About::school(new.school, now), "not-here-asked", &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    /// Agrees; `false` and nothing changed when it is not there (any more), was agreed already, or is not reached.
    pub async fn agree_not_here(&mut self, scope: &Scope, asked: &NotHere, now: Timestamp) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, asked.new.school).await? else { return Ok(false) };
        let values = vec![id(asked.new.id), reached.id(), at(now), text(actor(scope.by()))];
        if self.run(AGREE, values).await? == 0 {
            return Ok(false);
        }
        self.record(scope, About::school(asked.new.school, now), "not-here-agreed", &about(asked)).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    /// Ends it; `false` and nothing changed when it had ended or is not reached.
    pub async fn end_not_here(
        &mut self,
        scope: &Scope,
        asked: &NotHere,
        because: Ended,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, asked.new.school).await? else { return Ok(false) };
        let by = text(actor(scope.by()));
        let values = vec![id(asked.new.id), reached.id(), at(now), by, word(&because)];
        if self.run(FINISH, values).await? == 0 {
            return Ok(false);
        }
        let [pack, clause] = about(asked);
        let why = ("because", Detail::Word(crate::sql::name_of(&because).unwrap_or_default()));
        self.record(scope, About::school(asked.new.school, now), "not-here-ended", &[pack, clause, why]).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// What was asked of a policy's statements at a school, newest first, with what has ended.
    pub async fn not_here(&self, scope: &Scope, school: SchoolId, pack: &str) -> Result<Vec<NotHere>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let values = vec![reached.id(), text(pack), i64::from(LIST_MAX).into()];
        self.all("not_here", LIST, values).await?.iter().map(from_row).collect()
    }
}

fn about(asked: &NotHere) -> [(&'static str, Detail); 2] {
    [("pack", Detail::Word(asked.new.pack.to_string())), ("clause", Detail::Word(asked.new.clause.to_string()))]
}

fn from_row(row: &Row) -> Result<NotHere, Error> {
    let new = NewNotHere {
        id: row.id("id")?,
        school: SchoolId(row.id("school")?),
        pack: Name::from(row.text("pack")?),
        clause: Name::from(row.text("clause")?),
        reason: row.text("reason")?,
        review_on: row.maybe_day("review_on")?.ok_or_else(|| row.corrupt("review_on"))?,
    };
    Ok(NotHere {
        new,
        asked_at: row.at("asked_at")?,
        asked_by: row.text("asked_by")?,
        agreed: row.maybe_at("agreed_at")?.zip(row.maybe_text("agreed_by")?),
        ended: row.maybe_at("ended_at")?.zip(row.maybe_word("ended_because")?),
    })
}
