//! Back-ups of the installation itself: what was made, where it lies, whether it came back; and the recovery sheet.
//!
//! Invariant: an attempt is written down before it begins, so that one that ended without a word shows as such.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, id, maybe_at, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO backup (id, started_at, place, says, actor) VALUES ($1, $2, $3, $4, $5)";
    SAYS = "UPDATE backup SET says = $1 WHERE id = $2";
    END = "UPDATE backup SET finished_at = $1, file = $2, size = $3, sha256 = $4, row_count = $5, blob_count = $6, \
        verified_at = $7, problem = $8, says = $9 WHERE id = $10";
    LIST = "SELECT id, started_at, place, says, file, size, sha256, row_count, blob_count, finished_at, verified_at, \
        problem FROM backup ORDER BY started_at DESC, id DESC LIMIT $1";
    LAST_GOOD = "SELECT id, started_at, place, says, file, size, sha256, row_count, blob_count, finished_at, \
        verified_at, problem FROM backup WHERE verified_at IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT 1";
    FORGET = "DELETE FROM backup WHERE started_at < $1";
    SHEET = "SELECT acknowledged_at FROM recovery_sheet WHERE recipient = $1";
    ACKNOWLEDGE = "INSERT INTO recovery_sheet (recipient, acknowledged_at, actor) VALUES ($1, $2, $3) \
        ON CONFLICT (recipient) DO UPDATE SET acknowledged_at = excluded.acknowledged_at, actor = excluded.actor";
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its id.
    pub id: Uuid,
    /// When it began.
    pub started_at: Timestamp,
    /// Where it goes, in words.
    pub place: String,
    /// What it is doing or did, in words.
    pub says: String,
    /// What came of it.
    pub made: Made,
    /// When it ended, either way.
    pub finished_at: Option<Timestamp>,
    /// When it was put back into an empty folder and compared.
    pub verified_at: Option<Timestamp>,
    /// Why it failed, with the next step.
    pub problem: Option<String>,
}

/// The file a back-up made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// Its name; empty when there is none.
    pub file: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Rows of all tables.
    pub rows: i64,
    /// Sealed files.
    pub blobs: i64,
}

/// Whether a scope sees what belongs to the installation: somebody for all schools, or the system.
fn whole(scope: &Scope) -> bool {
    scope.reaches_all()
}

impl Read {
    /// The latest attempts, newest first; none for a scope of single schools.
    pub async fn backups(&self, scope: &Scope, limit: u32) -> Result<Vec<Backup>, Error> {
        if !whole(scope) {
            return Ok(Vec::new());
        }
        let rows = self.all("backup", LIST, vec![i64::from(limit).into()]).await?;
        rows.iter().map(from_row).collect()
    }

    /// The latest that came back; none for a scope of single schools.
    pub async fn last_good_backup(&self, scope: &Scope) -> Result<Option<Backup>, Error> {
        let row = self.one("backup", LAST_GOOD, Vec::new()).await?;
        row.filter(|_| whole(scope)).as_ref().map(from_row).transpose()
    }

    /// When somebody said that the recovery sheet of this key is printed and put away.
    pub async fn sheet_acknowledged(&self, scope: &Scope, recipient: &str) -> Result<Option<Timestamp>, Error> {
        let row = self.one("recovery_sheet", SHEET, vec![text(recipient)]).await?;
        row.filter(|_| whole(scope)).map(|row| row.at("acknowledged_at")).transpose()
    }
}

impl Write {
    /// Begins an attempt; `false` and nothing changed for a scope of single schools.
    pub async fn begin_backup(&mut self, scope: &Scope, backup: &Backup) -> Result<bool, Error> {
        if !whole(scope) {
            return Ok(false);
        }
        let by = actor(scope.by());
        let values = vec![id(backup.id), at(backup.started_at), text(&backup.place), text(&backup.says), text(by)];
        self.run(INSERT, values).await?;
        let about = About { organisation: scope.organisation(), school: None, now: backup.started_at };
        self.record(scope, about, "backup-begun", &[("backup", Detail::Id(backup.id))]).await?;
        Ok(true)
    }

    /// Says how far it has come.
    pub async fn say_backup(&mut self, scope: &Scope, backup: Uuid, says: &str) -> Result<bool, Error> {
        Ok(whole(scope) && self.run(SAYS, vec![text(says), id(backup)]).await? > 0)
    }

    /// Ends an attempt, well or not.
    pub async fn end_backup(&mut self, scope: &Scope, backup: &Backup, now: Timestamp) -> Result<bool, Error> {
        if !whole(scope) {
            return Ok(false);
        }
        let made = &backup.made;
        let values = vec![
            at(now),
            text(&made.file),
            made.size.into(),
            text(&made.sha256),
            made.rows.into(),
            made.blobs.into(),
            maybe_at(backup.verified_at),
            crate::sql::maybe_text(backup.problem.as_deref()),
            text(&backup.says),
            id(backup.id),
        ];
        self.run(END, values).await?;
        let details = [
            ("backup", Detail::Id(backup.id)),
            ("rows", Detail::Count(made.rows)),
            ("blobs", Detail::Count(made.blobs)),
            ("sha256", Detail::Word(made.sha256.clone())),
            ("verified", Detail::Count(backup.verified_at.is_some().into())),
        ];
        let about = About { organisation: scope.organisation(), school: None, now };
        let kind = if backup.problem.is_none() { "backup-made" } else { "backup-failed" };
        self.record(scope, about, kind, &details).await?;
        Ok(true)
    }

    /// Forgets attempts of before an instant; the ledger still tells of them.
    pub async fn forget_backups(&mut self, scope: &Scope, before: Timestamp) -> Result<bool, Error> {
        Ok(whole(scope) && self.run(FORGET, vec![at(before)]).await? > 0)
    }

    /// The key has changed; `false` and nothing written but for the system.
    pub async fn key_changed(&mut self, scope: &Scope, recipient: &str, now: Timestamp) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let about = About { organisation: None, school: None, now };
        let details = [("recipient", Detail::Word(recipient.to_owned()))];
        self.record(scope, about, "key-changed", &details).await?;
        Ok(true)
    }

    /// Somebody says that the recovery sheet of this key is printed and put away.
    pub async fn acknowledge_sheet(&mut self, scope: &Scope, recipient: &str, now: Timestamp) -> Result<bool, Error> {
        if !whole(scope) {
            return Ok(false);
        }
        self.run(ACKNOWLEDGE, vec![text(recipient), at(now), text(actor(scope.by()))]).await?;
        let about = About { organisation: scope.organisation(), school: None, now };
        let details = [("recipient", Detail::Word(recipient.to_owned()))];
        self.record(scope, about, "recovery-sheet-acknowledged", &details).await?;
        Ok(true)
    }
}

fn from_row(row: &Row) -> Result<Backup, Error> {
    let number = |column| row.maybe_int(column).map(Option::unwrap_or_default);
    let words = |column| row.maybe_text(column).map(Option::unwrap_or_default);
    Ok(Backup {
        id: row.id("id")?,
        started_at: row.at("started_at")?,
        place: row.text("place")?,
        says: row.text("says")?,
        made: Made {
            file: words("file")?,
            size: number("size")?,
            sha256: words("sha256")?,
            rows: number("row_count")?,
            blobs: number("blob_count")?,
        },
        finished_at: row.maybe_at("finished_at")?,
        verified_at: row.maybe_at("verified_at")?,
        problem: row.maybe_text("problem")?,
    })
}
