//! Files that hang on records: what they are called, how long they stay, and what was done with them. Their content is
//! sealed as [`crate::blob`]s.
//!
//! Invariant: a file goes with its record. Earlier it goes only by its own day or some time after it was removed, with
//! proof, and never while its record is held; what stays then names nothing.

use crate::erase::NewProof;
use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, count, id, maybe_id, maybe_text, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::attachment::FileKind;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most files of one record that are read.
pub const PAGE_MAX: u32 = 500;
/// Files that go in one transaction.
pub const BATCH_MAX: usize = 100;
/// What stands in proofs for files.
pub const WHAT: &str = "attachment";
/// The register of reports, which are no entries.
pub const REPORT: &str = "report";

statements! {
    INSERT = "INSERT INTO attachment (id, school, register, owner, field, blob, small, file_kind, name, caption, size, \
        keep_until, version, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13)";
    GET = "SELECT id, school, register, owner, field, blob, small, file_kind, name, caption, size, keep_until, version, \
        added_at, removed_at, erased_at FROM attachment WHERE id = $1";
    // What hung on a record that lives on as this one hangs on this one.
    OF = "SELECT id, school, register, owner, field, blob, small, file_kind, name, caption, size, keep_until, version, \
        added_at, removed_at, erased_at FROM attachment WHERE school = $1 AND register = $2 AND (owner = $3 \
        OR owner IN (SELECT entry FROM entry_alias WHERE lives_as = $3)) ORDER BY added_at, id LIMIT $4";
    CHANGES = "SELECT c.attachment, c.number, c.happened, c.why, c.actor, c.at FROM attachment a \
        JOIN attachment_change c ON c.attachment = a.id WHERE a.school = $1 AND a.register = $2 AND (a.owner = $3 \
        OR a.owner IN (SELECT entry FROM entry_alias WHERE lives_as = $3)) \
        ORDER BY c.at DESC, c.attachment, c.number DESC LIMIT $4";
    BYTES = "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) AS number FROM attachment \
        WHERE school = $1 AND erased_at IS NULL";
    // What anybody looked at before is not what is there now: it cannot be taken back, merged or erased unseen.
    TOUCH = "UPDATE entry SET version = version + 1 WHERE id = $1";
    SET = "UPDATE attachment SET version = version + 1, caption = $3, keep_until = $4 WHERE id = $1 AND version = $2 \
        AND removed_at IS NULL AND erased_at IS NULL";
    REMOVE = "UPDATE attachment SET version = version + 1, removed_at = $3 WHERE id = $1 AND version = $2 \
        AND removed_at IS NULL AND erased_at IS NULL";
    PUT_BACK = "UPDATE attachment SET version = version + 1, removed_at = NULL WHERE id = $1 AND version = $2 \
        AND removed_at IS NOT NULL AND erased_at IS NULL";
    NOTE = "INSERT INTO attachment_change (attachment, number, happened, why, actor, at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    DUE = "SELECT id, school, register, owner, field, blob, small, file_kind, name, caption, size, keep_until, version, \
        added_at, removed_at, erased_at FROM attachment WHERE school = $1 AND erased_at IS NULL \
        AND (keep_until < $2 OR removed_at < $3) AND id > $4 ORDER BY id LIMIT $5";
    // Its words go, and with them everything somebody said of it.
    EMPTY = "UPDATE attachment SET version = version + 1, name = '', caption = '', erased_at = $2 WHERE id = $1";
    FORGET = "DELETE FROM attachment_change WHERE attachment = $1";
    BLOBS = "UPDATE blob SET erased_at = $3 WHERE erased_at IS NULL AND (id = $1 OR id = $2)";
    OF_REPORT = "DELETE FROM attachment WHERE owner = $1 AND register = 'report'";
    BLOBS_OF_REPORT = "UPDATE blob SET erased_at = $2 WHERE owner = $1 AND register = 'report' AND erased_at IS NULL";
    WITHOUT_REPORT = "DELETE FROM attachment WHERE register = 'report' \
        AND NOT EXISTS (SELECT 1 FROM report r WHERE r.id = attachment.owner)";
    BLOBS_WITHOUT_REPORT = "UPDATE blob SET erased_at = $1 WHERE register = 'report' AND erased_at IS NULL \
        AND NOT EXISTS (SELECT 1 FROM report r WHERE r.id = blob.owner)";
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happened {
    /// It came.
    Added,
    /// What is said of it changed.
    Changed,
    /// It was taken out.
    Removed,
    /// It was put back.
    Restored,
    /// Its content went.
    Erased,
}

impl Happened {
    /// All.
    pub const ALL: [Self; 5] = [Self::Added, Self::Changed, Self::Removed, Self::Restored, Self::Erased];
}

/// On what files hang.
#[derive(Clone, Copy, Debug)]
pub struct AttachedTo<'a> {
    /// Where.
    pub school: SchoolId,
    /// The register, or [`REPORT`].
    pub register: &'a str,
    /// The record.
    pub owner: Uuid,
}

/// A file of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: Uuid,
    /// Where.
    pub school: SchoolId,
    /// The register of its record, or [`REPORT`].
    pub register: Name,
    /// Its record.
    pub owner: Uuid,
    /// The field of the record it fills.
    pub field: Option<Name>,
    /// Its content.
    pub blob: Uuid,
    /// A small picture of it.
    pub small: Option<Uuid>,
    /// What it is.
    pub kind: FileKind,
    /// What it is called.
    pub name: String,
    /// What somebody said of it.
    pub caption: String,
    /// Bytes, its small picture's included.
    pub size: i64,
    /// The last day it is kept; as long as its record when `None`.
    pub keep_until: Option<Date>,
    /// Goes up with every change.
    pub version: i64,
    /// When it came.
    pub added_at: Timestamp,
    /// When it was taken out.
    pub removed_at: Option<Timestamp>,
    /// When its content went.
    pub erased_at: Option<Timestamp>,
}

/// One thing that was done with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentChange {
    /// The file.
    pub attachment: Uuid,
    /// What.
    pub happened: Happened,
    /// Why.
    pub why: Option<String>,
    /// Who: `person:ID`, `operator`, `system:REASON`.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// Files of a school that may be past their time.
#[derive(Clone, Copy, Debug)]
pub struct DueFiles {
    /// Where.
    pub school: SchoolId,
    /// Days before this one are over.
    pub today: Date,
    /// What was taken out before this goes.
    pub removed_before: Timestamp,
    /// Only files after this one.
    pub after: Uuid,
    /// A fresh id: the proof's.
    pub proof: Uuid,
    /// The instant.
    pub now: Timestamp,
}

/// What became of a batch of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasedFiles {
    /// How many went.
    pub erased: usize,
    /// How many stay because their record is held.
    pub held: usize,
    /// The last one looked at; `None` when there are no more.
    pub last: Option<Uuid>,
}

impl Read {
    /// The files of a record, oldest first, also what was taken out and what of those erased is left; none when the
    /// record is not reached.
    pub async fn attachments(&self, scope: &Scope, to: AttachedTo<'_>) -> Result<Vec<Attachment>, Error> {
        if !self.reaches(scope, to).await? {
            return Ok(Vec::new());
        }
        let values = vec![id(to.school.0), text(to.register), id(to.owner), i64::from(PAGE_MAX).into()];
        self.all("attachment", OF, values).await?.iter().map(from_row).collect()
    }

    /// What was done with the files of a record, newest first; none when the record is not reached.
    pub async fn attachment_changes(
        &self,
        scope: &Scope,
        to: AttachedTo<'_>,
        limit: u32,
    ) -> Result<Vec<AttachmentChange>, Error> {
        if !self.reaches(scope, to).await? {
            return Ok(Vec::new());
        }
        let values = vec![id(to.school.0), text(to.register), id(to.owner), i64::from(limit.min(1000)).into()];
        let rows = self.all("attachment_change", CHANGES, values).await?;
        let change = |row: &Row| {
            Ok(AttachmentChange {
                attachment: row.id("attachment")?,
                happened: row.word("happened")?,
                why: row.maybe_text("why")?,
                actor: row.text("actor")?,
                at: row.at("at")?,
            })
        };
        rows.iter().map(change).collect()
    }

    /// One file; `None` when it is not there or its record is not reached.
    pub async fn attachment(&self, scope: &Scope, attachment: Uuid) -> Result<Option<Attachment>, Error> {
        let found = self.one("attachment", GET, vec![id(attachment)]).await?.as_ref().map(from_row).transpose()?;
        let Some(found) = found else { return Ok(None) };
        let to = AttachedTo { school: found.school, register: &found.register, owner: found.owner };
        Ok(if self.reaches(scope, to).await? { Some(found) } else { None })
    }

    /// Bytes of all files of a school; 0 when it is not reached.
    pub async fn attached_bytes(&self, scope: &Scope, school: SchoolId) -> Result<i64, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(0) };
        self.one("attachment", BYTES, vec![reached.id()]).await?.map_or(Ok(0), |row| row.int("number"))
    }

    /// Whether a scope reaches what files hang on; of entries also one's own.
    async fn reaches(&self, scope: &Scope, to: AttachedTo<'_>) -> Result<bool, Error> {
        let Some(reached) = self.reach(scope, to.school).await? else { return Ok(false) };
        self.owns(reached, EntryId(to.owner)).await
    }
}

impl Write {
    /// Adds a file whose blobs are added; `false` and nothing changed when its school is not reached or its record is
    /// gone.
    pub async fn add_attachment(&mut self, scope: &Scope, new: &Attachment) -> Result<bool, Error> {
        if self.reach_whole(scope, new.school).await?.is_none() {
            return Ok(false);
        }
        // It cannot be erased between here and the commit either.
        if *new.register != *REPORT && self.run(TOUCH, vec![id(new.owner)]).await? == 0 {
            return Ok(false);
        }
        let values = vec![
            id(new.id),
            id(new.school.0),
            text(&new.register),
            id(new.owner),
            maybe_text(new.field.as_deref()),
            id(new.blob),
            maybe_id(new.small),
            word(&new.kind),
            text(&new.name),
            text(&new.caption),
            new.size.into(),
            maybe_text(new.keep_until.map(|day| day.to_string()).as_deref()),
            at(new.added_at),
        ];
        self.run(INSERT, values).await?;
        self.note_file(scope, (new, 1), (Happened::Added, None), new.added_at).await?;
        Ok(true)
    }

    /// Says something else of a file; `false` and nothing changed when it is not reached, gone, or was changed since.
    pub async fn change_attachment(
        &mut self,
        scope: &Scope,
        known: &Attachment,
        (caption, keep_until): (&str, Option<Date>),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let until = maybe_text(keep_until.map(|day| day.to_string()).as_deref());
        let values = vec![id(known.id), known.version.into(), text(caption), until];
        if self.reach_whole(scope, known.school).await?.is_none() || self.run(SET, values).await? == 0 {
            return Ok(false);
        }
        self.note_file(scope, (known, known.version + 1), (Happened::Changed, None), now).await?;
        Ok(true)
    }

    /// Takes a file out, or with no reason puts it back; `false` and nothing changed when it is not reached, is so
    /// already, or was changed since.
    pub async fn remove_attachment(
        &mut self,
        scope: &Scope,
        known: &Attachment,
        why: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if self.reach_whole(scope, known.school).await?.is_none() {
            return Ok(false);
        }
        let mut values = vec![id(known.id), known.version.into()];
        values.extend(why.map(|_| at(now)));
        let (sql, happened) = why.map_or((PUT_BACK, Happened::Restored), |_| (REMOVE, Happened::Removed));
        if self.run(sql, values).await? == 0 {
            return Ok(false);
        }
        self.note_file(scope, (known, known.version + 1), (happened, why), now).await?;
        Ok(true)
    }

    /// Erases files of a school that are past their own time, at most [`BATCH_MAX`]; those of held records stay.
    /// Nothing when the school is not reached.
    pub async fn erase_attachments(&mut self, scope: &Scope, due: &DueFiles) -> Result<ErasedFiles, Error> {
        let Some(school) = self.school(scope, due.school).await? else { return Ok(ErasedFiles::default()) };
        self.keep_lock(school.organisation).await?;
        let holds = self.running_holds(school.organisation, due.now).await?;
        let values = vec![
            id(due.school.0),
            text(due.today.to_string()),
            at(due.removed_before),
            id(due.after),
            count(BATCH_MAX),
        ];
        let rows = self.all("attachment", DUE, values).await?;
        let mut out = ErasedFiles::default();
        let mut gone: Vec<(String, Detail)> = Vec::new();
        for row in &rows {
            let file = from_row(row)?;
            let kept = self.keep_one(scope, EntryId(file.owner)).await?;
            let held = |(school, register, kept): (SchoolId, Name, crate::keep::Kept)| {
                holds.iter().any(|hold| hold.holds(school, &register, &kept))
            };
            out.last = Some(file.id).filter(|_| rows.len() == BATCH_MAX);
            if kept.is_some_and(held) {
                out.held += 1;
                continue;
            }
            self.empty_file(scope, &file, due.now).await?;
            gone.push((format!("file-{:03}", gone.len()), Detail::Id(file.id)));
        }
        out.erased = gone.len();
        if out.erased > 0 {
            self.prove_files(scope, due, &out, gone).await?;
        }
        Ok(out)
    }

    async fn empty_file(&mut self, scope: &Scope, file: &Attachment, now: Timestamp) -> Result<(), Error> {
        self.run(EMPTY, vec![id(file.id), at(now)]).await?;
        self.run(FORGET, vec![id(file.id)]).await?;
        self.run(BLOBS, vec![id(file.blob), maybe_id(file.small), at(now)]).await?;
        let values = vec![
            id(file.id),
            (file.version + 1).into(),
            word(&Happened::Erased),
            maybe_text(None),
            text(actor(scope.by())),
            at(now),
        ];
        self.run(NOTE, values).await.map(drop)
    }

    async fn prove_files(
        &mut self,
        scope: &Scope,
        due: &DueFiles,
        out: &ErasedFiles,
        mut details: Vec<(String, Detail)>,
    ) -> Result<(), Error> {
        let proof = NewProof {
            id: due.proof,
            organisation: None,
            school: Some(due.school.0),
            what: WHAT,
            rule: "own day",
            erased: out.erased,
            held: out.held,
            reason: None,
            now: due.now,
        };
        let organisation = self.school(scope, due.school).await?.map(|school| school.organisation.0);
        self.put_proof(scope, &NewProof { organisation, ..proof }).await?;
        details.push(("erasure".to_owned(), Detail::Id(due.proof)));
        details.push(("erased".to_owned(), Detail::Count(out.erased as i64)));
        details.push(("held".to_owned(), Detail::Count(out.held as i64)));
        let details: Vec<(&str, Detail)> = details.iter().map(|(name, detail)| (&**name, detail.clone())).collect();
        self.record(scope, About::school(due.school, due.now), "attachments-erased", &details).await
    }

    /// Takes the files of a report along with it.
    pub(crate) async fn forget_report_files(&mut self, report: Uuid, now: Timestamp) -> Result<(), Error> {
        self.run(OF_REPORT, vec![id(report)]).await?;
        self.run(BLOBS_OF_REPORT, vec![id(report), at(now)]).await.map(drop)
    }

    /// The same for reports whose rows went by their time.
    pub(crate) async fn forget_files_without_report(&mut self, now: Timestamp) -> Result<(), Error> {
        self.run(WITHOUT_REPORT, Vec::new()).await?;
        self.run(BLOBS_WITHOUT_REPORT, vec![at(now)]).await.map(drop)
    }

    async fn note_file(
        &mut self,
        scope: &Scope,
        (file, number): (&Attachment, i64),
        (happened, why): (Happened, Option<&str>),
        now: Timestamp,
    ) -> Result<(), Error> {
        let values =
            vec![id(file.id), number.into(), word(&happened), maybe_text(why), text(actor(scope.by())), at(now)];
        self.run(NOTE, values).await?;
        let kind = match happened {
            Happened::Added => "attachment-added",
            Happened::Changed => "attachment-changed",
            Happened::Removed => "attachment-removed",
            Happened::Restored | Happened::Erased => "attachment-restored",
        };
        let details = [
            ("attachment", Detail::Id(file.id)),
            ("entry", Detail::Id(file.owner)),
            ("register", Detail::Word(file.register.to_string())),
        ];
        self.record(scope, About::school(file.school, now), kind, &details).await
    }
}

fn from_row(row: &Row) -> Result<Attachment, Error> {
    Ok(Attachment {
        id: row.id("id")?,
        school: SchoolId(row.id("school")?),
        register: Name::from(row.text("register")?),
        owner: row.id("owner")?,
        field: row.maybe_text("field")?.map(Name::from),
        blob: row.id("blob")?,
        small: row.maybe_id("small")?,
        kind: row.word("file_kind")?,
        name: row.text("name")?,
        caption: row.text("caption")?,
        size: row.int("size")?,
        keep_until: row.maybe_day("keep_until")?,
        version: row.int("version")?,
        added_at: row.at("added_at")?,
        removed_at: row.maybe_at("removed_at")?,
        erased_at: row.maybe_at("erased_at")?,
    })
}
