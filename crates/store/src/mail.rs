//! The outbox: what is to be told to whom, and how far it has come.
//!
//! Invariant: of one organisation no key is here twice, and a link is erased in the transaction that says it has left.

use crate::error::Error;
use crate::key::{fold, pattern};
use crate::ledger::{About, Detail};
use crate::sql::{Row, at, id, json, maybe_text, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};
use schoolkeeper_core::mail::{Item, MailKind};
use sea_orm::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Longest page of the outbox.
pub const PAGE_MAX: u32 = 1000;

statements! {
    READER = "SELECT e.id FROM entry e JOIN school s ON s.id = e.school \
        WHERE e.id = $1 AND e.register = 'person' AND s.organisation = $2";
    INSERT = "INSERT INTO mail (id, organisation, school, person, kind, document, link_sealed, urgent, key, progress, reason, \
        attempt_count, digest, created_at, due_at, changed_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', NULL, 0, NULL, $10, $11, $10) \
        ON CONFLICT (organisation, key) DO NOTHING";
    GET = "SELECT id, organisation, school, person, kind, document, link_sealed, urgent, key, progress, reason, attempt_count, \
        created_at, due_at, changed_at FROM mail WHERE id = $1";
    LIST = "SELECT id, organisation, school, person, kind, document, link_sealed, urgent, key, progress, reason, \
        attempt_count, created_at, due_at, changed_at FROM mail WHERE school = $1 AND id < $2 \
        AND ($3 = '' OR progress = $3) AND ($4 = '' OR kind = $4) AND created_at >= $5 AND created_at < $6 \
        AND ($8 = '' OR lower(coalesce(reason, '')) LIKE $8 ESCAPE '\\' OR EXISTS (SELECT 1 FROM entry_index i \
        WHERE i.entry = mail.person AND i.field IN ('name', 'email') AND i.key LIKE $8 ESCAPE '\\')) \
        ORDER BY id DESC LIMIT $7";
    // The same, the other way.
    LIST_UP = "SELECT id, organisation, school, person, kind, document, link_sealed, urgent, key, progress, reason, \
        attempt_count, created_at, due_at, changed_at FROM mail WHERE school = $1 AND id > $2 \
        AND ($3 = '' OR progress = $3) AND ($4 = '' OR kind = $4) AND created_at >= $5 AND created_at < $6 \
        AND ($8 = '' OR lower(coalesce(reason, '')) LIKE $8 ESCAPE '\\' OR EXISTS (SELECT 1 FROM entry_index i \
        WHERE i.entry = mail.person AND i.field IN ('name', 'email') AND i.key LIKE $8 ESCAPE '\\')) \
        ORDER BY id LIMIT $7";
    // What goes alone once there is a way.
    WAITING = "SELECT id, due_at FROM mail WHERE progress = 'waiting' AND school = $1 \
        AND (urgent OR kind NOT IN ('decision', 'task', 'signature')) ORDER BY due_at, id LIMIT 10000";
    // What a digest tells, as far as the school has started a section of its policy.
    TO_GATHER = "SELECT id, organisation, school, person, document, due_at FROM mail WHERE progress = 'waiting' \
        AND NOT urgent AND kind IN ('decision', 'task', 'signature') AND due_at <= $1 \
        AND EXISTS (SELECT 1 FROM standing s WHERE s.school = mail.school AND s.cause = 'section-started') \
        ORDER BY person, due_at, id LIMIT 10000";
    TOLD = "SELECT DISTINCT person FROM mail WHERE kind = 'digest' AND created_at >= $1 ORDER BY person LIMIT 100000";
    GATHER = "UPDATE mail SET progress = 'gathered', digest = $2, changed_at = $3, link_sealed = NULL \
        WHERE id = $1 AND progress = 'waiting'";
    LAST_OF = "SELECT MAX(created_at) AS at FROM mail WHERE kind = $1";
    // Only a mail that a server has taken, or that somebody has in hand, has left this machine.
    CHECKPOINT_LEFT = "UPDATE ledger_checkpoint SET left_at = $2 WHERE root = $1";
    // One that came back has not left: what counts then is another mail with the same checkpoint, if one stayed away.
    CHECKPOINT_BACK = "UPDATE ledger_checkpoint SET left_at = (SELECT MAX(m.changed_at) FROM mail m \
        WHERE m.kind = 'checkpoint' AND m.document = $3 AND m.id <> $4 AND m.progress IN ('sent', 'handed-over')) \
        WHERE root = $1 AND left_at = $2";
    MOVE = "UPDATE mail SET progress = $3, reason = $4, changed_at = $5, attempt_count = attempt_count + $6, \
        link_sealed = CASE WHEN $7 THEN NULL ELSE link_sealed END WHERE id = $1 AND progress = $2";
}

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// For its time, for a digest, or for somebody to hand it over.
    Waiting,
    /// A digest tells it.
    Gathered,
    /// Given to the mail server a moment ago; its answer is not written down yet.
    Sending,
    /// The mail server has taken it.
    Sent,
    /// Somebody printed it or handed it over.
    HandedOver,
    /// It will not be tried again by itself.
    Failed,
    /// It came back.
    Bounced,
    /// Somebody took it back before it left.
    Withdrawn,
}

impl Progress {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Gathered,
        Self::Sending,
        Self::Sent,
        Self::HandedOver,
        Self::Failed,
        Self::Bounced,
        Self::Withdrawn,
    ];

    /// It will never be sent from here: its link is of no use any more.
    fn is_gone(self) -> bool {
        !matches!(self, Self::Waiting | Self::Sending | Self::Failed)
    }

    /// The ledger's word, for what people want to know later; tries and delays are not among it.
    fn recorded(self) -> Option<&'static str> {
        match self {
            Self::Waiting | Self::Gathered | Self::Sending => None,
            Self::Sent => Some("mail-sent"),
            Self::HandedOver => Some("mail-handed-over"),
            Self::Failed => Some("mail-failed"),
            Self::Bounced => Some("mail-bounced"),
            Self::Withdrawn => Some("mail-withdrawn"),
        }
    }
}

/// One mail of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its id; also in its Message-ID.
    pub id: Uuid,
    /// Where its reader belongs.
    pub organisation: OrganisationId,
    /// Whose name stands under it.
    pub school: SchoolId,
    /// Who reads it: an entry of the register `person`.
    pub person: EntryId,
    /// What it is about.
    pub kind: MailKind,
    /// Sealed; `None` for a kind's own page, and once it has left.
    pub link: Option<String>,
    /// It goes at once.
    pub urgent: bool,
    /// No second mail of the organisation has it.
    pub key: String,
    /// How far it has come.
    pub progress: Progress,
    /// Why it has not left, in words.
    pub reason: Option<String>,
    /// How often it was given to a mail server.
    pub attempt_count: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Not before.
    pub due_at: Timestamp,
    /// When its progress last changed.
    pub changed_at: Timestamp,
}

/// Which part of the outbox is wanted.
#[derive(Clone, Debug)]
pub struct MailPage {
    /// Only what was asked for before this one.
    pub before: Option<Uuid>,
    /// Only what was asked for after this one: the nearest of them.
    pub after: Option<Uuid>,
    /// Only what this stands in: the reader's name or address, or the reason.
    pub text: String,
    /// Only what has come so far.
    pub progress: Option<Progress>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only what was asked for from this instant on.
    pub from: Timestamp,
    /// Only what was asked for before this instant.
    pub to: Timestamp,
    /// At most so many; no more than [`PAGE_MAX`].
    pub limit: u32,
}

impl Default for MailPage {
    fn default() -> Self {
        let (from, to) = (Timestamp::MIN, Timestamp::MAX);
        Self { before: None, after: None, text: String::new(), progress: None, kind: None, from, to, limit: PAGE_MAX }
    }
}

/// A step of one mail.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Which.
    pub mail: Uuid,
    /// How far it must be; otherwise nothing changes.
    pub from: Progress,
    /// How far it is then.
    pub to: Progress,
    /// Why, in words.
    pub reason: Option<&'a str>,
    /// When.
    pub now: Timestamp,
}

impl Write {
    /// Puts a mail into the outbox, waiting. `false` and nothing changed when its key is there already, when the school
    /// is not reached or not of that organisation, or when nobody of the organisation has that id.
    pub async fn add_mail(&mut self, scope: &Scope, mail: &Mail) -> Result<bool, Error> {
        let Some(school) = self.school(scope, mail.school).await? else { return Ok(false) };
        let of = id(mail.organisation.0);
        let reader = self.one("entry", READER, vec![id(mail.person.0), of.clone()]).await?;
        if school.organisation != mail.organisation || reader.is_none() {
            return Ok(false);
        }
        let values = vec![
            id(mail.id),
            of,
            id(mail.school.0),
            id(mail.person.0),
            text(mail.kind.name()),
            json(&mail.kind),
            maybe_text(mail.link.as_deref()),
            mail.urgent.into(),
            text(&mail.key),
            at(mail.created_at),
            at(mail.due_at),
        ];
        Ok(self.run(INSERT, values).await? == 1)
    }

    /// Moves a mail on. `false` and nothing changed when it is not reached or stands elsewhere by now.
    pub async fn move_mail(&mut self, scope: &Scope, step: Step<'_>) -> Result<bool, Error> {
        let Some(mail) = self.mail(scope, step.mail).await? else { return Ok(false) };
        let tries = i64::from(step.to == Progress::Sending);
        let values = vec![
            id(step.mail),
            word(&step.from),
            word(&step.to),
            maybe_text(step.reason),
            at(step.now),
            tries.into(),
            Value::from(step.to.is_gone()),
        ];
        if self.run(MOVE, values).await? == 0 {
            return Ok(false);
        }
        if let (Progress::Sent | Progress::HandedOver, MailKind::Checkpoint { line }) = (step.to, &mail.kind) {
            self.run(CHECKPOINT_LEFT, vec![text(line), at(step.now)]).await?;
        }
        if let (Progress::Bounced, MailKind::Checkpoint { line }) = (step.to, &mail.kind) {
            let values = vec![text(line), at(mail.changed_at), json(&mail.kind), id(mail.id)];
            self.run(CHECKPOINT_BACK, values).await?;
        }
        if let Some(kind) = step.to.recorded() {
            let details = [("mail", Detail::Id(mail.id)), ("kind", Detail::Word(mail.kind.name().to_owned()))];
            self.record(scope, About::school(mail.school, step.now), kind, &details).await?;
        }
        Ok(true)
    }
}

impl Write {
    /// Puts a digest into the outbox and marks what it tells; `false` and nothing changed when the reader has one of
    /// that key already. The system's only.
    pub async fn add_digest(&mut self, scope: &Scope, digest: &Mail, tells: &[Uuid]) -> Result<bool, Error> {
        if scope.organisation().is_some() || !self.add_mail(scope, digest).await? {
            return Ok(false);
        }
        for mail in tells {
            self.run(GATHER, vec![id(*mail), id(digest.id), at(digest.created_at)]).await?;
        }
        Ok(true)
    }
}

impl Read {
    /// The outbox of a school, newest first.
    pub async fn mails(&self, scope: &Scope, school: SchoolId, page: &MailPage) -> Result<Vec<Mail>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let progress = page.progress.as_ref().and_then(crate::sql::name_of).unwrap_or_default();
        let values = vec![
            reached.id(),
            id(page.after.or(page.before).unwrap_or(Uuid::max())),
            text(progress),
            text(page.kind.as_deref().unwrap_or_default()),
            at(page.from),
            at(page.to),
            i64::from(page.limit.clamp(1, PAGE_MAX)).into(),
            text(if page.text.trim().is_empty() { String::new() } else { pattern(&fold(&page.text)) }),
        ];
        let list = if page.after.is_some() { LIST_UP } else { LIST };
        let mut mails: Vec<Mail> =
            self.all("mail", list, values).await?.iter().map(from_row).collect::<Result<_, Error>>()?;
        if page.after.is_some() {
            mails.reverse();
        }
        Ok(mails)
    }

    /// What waits at a school to go alone, with its instant.
    pub async fn waiting_mails(&self, scope: &Scope, school: SchoolId) -> Result<Vec<(Uuid, Timestamp)>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("mail", WAITING, vec![reached.id()]).await?;
        rows.iter().map(|row| Ok((row.id("id")?, row.at("due_at")?))).collect()
    }

    /// What waits everywhere to be told in a digest, by reader; the system's only. At most 10,000: the rest is told
    /// with the next round.
    pub async fn mails_to_gather(&self, scope: &Scope, now: Timestamp) -> Result<Vec<(OrganisationId, Item)>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        let item = |row: &Row| {
            let item = Item {
                mail: row.id("id")?,
                school: SchoolId(row.id("school")?),
                person: EntryId(row.id("person")?),
                kind: row.json("document")?,
                due_at: row.at("due_at")?,
            };
            Ok((OrganisationId(row.id("organisation")?), item))
        };
        self.all("mail", TO_GATHER, vec![at(now)]).await?.iter().map(item).collect()
    }

    /// Who has had a digest since an instant; the system's only.
    pub async fn told_since(&self, scope: &Scope, since: Timestamp) -> Result<BTreeSet<EntryId>, Error> {
        if scope.organisation().is_some() {
            return Ok(BTreeSet::new());
        }
        let rows = self.all("mail", TOLD, vec![at(since)]).await?;
        rows.iter().map(|row| Ok(EntryId(row.id("person")?))).collect()
    }

    /// When a mail of a kind was last written to anybody; the system's only.
    pub async fn last_mail_of(&self, scope: &Scope, kind: &MailKind) -> Result<Option<Timestamp>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        let row = self.one("mail", LAST_OF, vec![text(kind.name())]).await?;
        row.map_or(Ok(None), |row| row.maybe_at("at"))
    }

    /// One mail; `None` when it is not there or not reached.
    pub async fn mail(&self, scope: &Scope, mail: Uuid) -> Result<Option<Mail>, Error> {
        let Some(row) = self.one("mail", GET, vec![id(mail)]).await? else { return Ok(None) };
        let school = SchoolId(row.id("school")?);
        match self.reach_whole(scope, school).await? {
            Some(_) => from_row(&row).map(Some),
            None => Ok(None),
        }
    }
}

fn from_row(row: &Row) -> Result<Mail, Error> {
    Ok(Mail {
        id: row.id("id")?,
        organisation: OrganisationId(row.id("organisation")?),
        school: SchoolId(row.id("school")?),
        person: EntryId(row.id("person")?),
        kind: row.json("document")?,
        link: row.maybe_text("link_sealed")?,
        urgent: row.flag("urgent")?,
        key: row.text("key")?,
        progress: row.word("progress")?,
        reason: row.maybe_text("reason")?,
        attempt_count: row.int("attempt_count")?,
        created_at: row.at("created_at")?,
        due_at: row.at("due_at")?,
        changed_at: row.at("changed_at")?,
    })
}
