//! What people say of a problem: notes, and "this is wrong" until that is settled.
//!
//! Invariant: a remark never changes a finding; at most one doubt about a problem is open.

use crate::error::Error;
use crate::finding::subject_value;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, id, maybe_text, name_of, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many are read at once, the newest.
const LIST_MAX: i64 = 1_000;

statements! {
    SAY = "INSERT INTO remark (id, school, pack, control, subject, nature, said, look_by, actor, said_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    SETTLE = "UPDATE remark SET settled_at = $3, settled_by = $4, settled_because = $5 \
        WHERE id = $1 AND school = $2 AND nature = 'doubt' AND settled_at IS NULL";
    OF_CONTROL = "SELECT id, school, pack, control, subject, nature, said, look_by, actor, said_at, settled_at, \
        settled_because FROM remark WHERE school = $1 AND pack = $2 AND control = $3 ORDER BY said_at DESC, id LIMIT $4";
    OPEN_DOUBTS = "SELECT id, school, pack, control, subject, nature, said, look_by, actor, said_at, settled_at, \
        settled_because FROM remark WHERE school = $1 AND nature = 'doubt' AND settled_at IS NULL \
        ORDER BY said_at DESC, id LIMIT $2";
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemarkKind {
    /// A note.
    Note,
    /// What the problem rests on is wrong.
    Doubt,
}

/// What settled a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settled {
    /// A newer reading of what is doubted.
    Reading,
    /// Somebody looked again.
    Person,
    /// The problem is over.
    Over,
}

impl Settled {
    /// All, for the CHECKs of the tables.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares them with the migrations"))]
    pub(crate) const ALL: &'static [Settled] = &[Self::Reading, Self::Person, Self::Over];
}

impl RemarkKind {
    /// All, for the CHECKs of the tables.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares them with the migrations"))]
    pub(crate) const ALL: &'static [RemarkKind] = &[Self::Note, Self::Doubt];
}

/// Something to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRemark {
    /// A fresh id.
    pub id: Uuid,
    /// Where.
    pub school: SchoolId,
    /// The policy.
    pub pack: Name,
    /// The control that is not kept.
    pub control: Name,
    /// The entry concerned; `None`: all of them.
    pub subject: Option<EntryId>,
    /// What it is.
    pub kind: RemarkKind,
    /// The words.
    pub said: String,
    /// The day by which somebody looks; only of a doubt.
    pub look_by: Option<Date>,
}

/// The same as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What was said.
    pub new: NewRemark,
    /// By whom: `person:ID`, `operator`.
    pub actor: String,
    /// When.
    pub said_at: Timestamp,
    /// When a doubt was settled, and by what.
    pub settled: Option<(Timestamp, Settled)>,
}

impl Remark {
    /// A doubt nothing has settled yet.
    pub fn is_open_doubt(&self) -> bool {
        self.new.kind == RemarkKind::Doubt && self.settled.is_none()
    }

    /// Whether it is about this problem of a policy.
    pub fn is_about(&self, pack: &str, (control, subject): (&str, Option<EntryId>)) -> bool {
        *self.new.pack == *pack && *self.new.control == *control && self.new.subject == subject
    }
}

impl Write {
    /// Says it; `false` and nothing changed when the school is not reached or such a doubt is open already.
    pub async fn say_remark(&mut self, scope: &Scope, new: &NewRemark, now: Timestamp) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, new.school).await? else { return Ok(false) };
        let look_by = new.look_by.map(|day| day.to_string());
        let values = vec![
            id(new.id),
            reached.id(),
            text(&new.pack),
            text(&new.control),
            subject_value(new.subject),
            word(&new.kind),
            text(&new.said),
            maybe_text(look_by.as_deref()),
            text(actor(scope.by())),
            at(now),
        ];
        if self.run(SAY, values).await? == 0 {
            return Ok(false);
        }
        let kind = ("kind", Detail::Word(name_of(&new.kind).unwrap_or_default()));
        let [pack, control, subject] = about(new);
        self.record(scope, About::school(new.school, now), "remark-said", &[pack, control, subject, kind]).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    /// Settles a doubt; `false` and nothing changed when it was settled already or is not reached.
    pub async fn settle_remark(
        &mut self,
        scope: &Scope,
        doubt: &NewRemark,
        because: Settled,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, doubt.school).await? else { return Ok(false) };
        let values = vec![id(doubt.id), reached.id(), at(now), text(actor(scope.by())), word(&because)];
        if self.run(SETTLE, values).await? == 0 {
            return Ok(false);
        }
        let why = ("because", Detail::Word(name_of(&because).unwrap_or_default()));
        let [pack, control, subject] = about(doubt);
        self.record(scope, About::school(doubt.school, now), "remark-settled", &[pack, control, subject, why]).await?;
        self.bump_generation().await?;
        Ok(true)
    }
}

impl Read {
    /// What was said of one control's problems, newest first.
    pub async fn remarks(
        &self,
        scope: &Scope,
        (school, pack): (SchoolId, &str),
        control: &str,
    ) -> Result<Vec<Remark>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let values = vec![reached.id(), text(pack), text(control), LIST_MAX.into()];
        self.all("remark", OF_CONTROL, values).await?.iter().map(from_row).collect()
    }

    /// Doubts of a school that nothing has settled, newest first.
    pub async fn open_doubts(&self, scope: &Scope, school: SchoolId) -> Result<Vec<Remark>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        self.all("remark", OPEN_DOUBTS, vec![reached.id(), LIST_MAX.into()]).await?.iter().map(from_row).collect()
    }
}

fn about(new: &NewRemark) -> [(&'static str, Detail); 3] {
    [
        ("pack", Detail::Word(new.pack.to_string())),
        ("control", Detail::Word(new.control.to_string())),
        ("subject", new.subject.map_or(Detail::Count(0), |subject| Detail::Id(subject.0))),
    ]
}

fn from_row(row: &Row) -> Result<Remark, Error> {
    let subject = row.id("subject")?;
    let new = NewRemark {
        id: row.id("id")?,
        school: SchoolId(row.id("school")?),
        pack: Name::from(row.text("pack")?),
        control: Name::from(row.text("control")?),
        subject: (!subject.is_nil()).then_some(EntryId(subject)),
        kind: row.word("nature")?,
        said: row.text("said")?,
        look_by: row.maybe_day("look_by")?,
    };
    Ok(Remark {
        new,
        actor: row.text("actor")?,
        said_at: row.at("said_at")?,
        settled: row.maybe_at("settled_at")?.zip(row.maybe_word("settled_because")?),
    })
}
