//! Reports that came by mail, until somebody has dealt with them.
//!
//! Invariant: a message is here once, by its place in the mailbox and by its Message-ID; its files are attachments, and
//! lie here, sealed, only as far as an older version took them in.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, id, maybe_text, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::SchoolId;
use uuid::Uuid;

/// Longest page.
pub const PAGE_MAX: u32 = 100;

statements! {
    INSERT = "INSERT INTO report (id, school, place, message_key, sender, subject, text, cut, received_at, dealt_at, \
        dealt_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL) ON CONFLICT DO NOTHING";
    INSERT_FILE = "INSERT INTO report_file (report, number, name, media_type, size, content_sealed, refused) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    GET = "SELECT id, school, place, message_key, sender, subject, text, cut, received_at, dealt_at FROM report \
        WHERE id = $1";
    LIST = "SELECT id, school, place, message_key, sender, subject, text, cut, received_at, dealt_at FROM report \
        WHERE school = $1 AND (received_at, id) < ($2, $3) AND (dealt_at IS NULL OR $4) \
        ORDER BY received_at DESC, id DESC LIMIT $5";
    FILES = "SELECT number, name, media_type, size, content_sealed, refused FROM report_file WHERE report = $1 ORDER BY number LIMIT 100";
    DEAL = "UPDATE report SET dealt_at = $2, dealt_by = $3 WHERE id = $1 AND dealt_at IS NULL";
    ERASE = "DELETE FROM report WHERE id = $1";
    ERASE_FILES = "DELETE FROM report_file WHERE report = $1";
}

/// A report as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: Uuid,
    /// Whose mailbox it came to.
    pub school: SchoolId,
    /// `UIDVALIDITY/UID` of the message.
    pub place: String,
    /// What tells the message from every other: a hash of its Message-ID, or of all of it when it has none.
    pub message_key: String,
    /// Who says they sent it; nobody has checked.
    pub sender: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The text was longer.
    pub cut: bool,
    /// When it was taken.
    pub received_at: Timestamp,
    /// When somebody was done with it.
    pub dealt_at: Option<Timestamp>,
}

/// A file that came with a report and was refused, or one of an older version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// From 1.
    pub number: i64,
    /// As the sender called it, in one line.
    pub name: String,
    /// As the sender declared it.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Its content, sealed, when an older version took it in.
    pub sealed: Option<String>,
    /// Why it was not kept.
    pub refused: Option<String>,
}

/// Which part of the list is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReportPage {
    /// Only what came before this one.
    pub before: Option<(Timestamp, Uuid)>,
    /// Also what somebody has dealt with.
    pub dealt: bool,
    /// At most so many; no more than [`PAGE_MAX`].
    pub limit: u32,
}

impl Write {
    /// Takes a report and names its files that were refused; those that are kept are its attachments. `false` when it is
    /// here already or the school is not reached.
    pub async fn add_report(&mut self, scope: &Scope, report: &Report, refused: &[ReportFile]) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, report.school).await? else { return Ok(false) };
        let values = vec![
            id(report.id),
            reached.id(),
            text(&report.place),
            text(&report.message_key),
            text(&report.sender),
            text(&report.subject),
            text(&report.text),
            report.cut.into(),
            at(report.received_at),
        ];
        if self.run(INSERT, values).await? == 0 {
            return Ok(false);
        }
        for file in refused {
            let values = vec![
                id(report.id),
                file.number.into(),
                text(&file.name),
                text(&file.media_type),
                file.size.into(),
                maybe_text(file.sealed.as_deref()),
                maybe_text(file.refused.as_deref()),
            ];
            self.run(INSERT_FILE, values).await?;
        }
        let details = [("report", Detail::Id(report.id)), ("refused", Detail::Count(refused.len() as i64))];
        self.record(scope, About::school(report.school, report.received_at), "report-taken", &details).await?;
        Ok(true)
    }

    /// Somebody is done with a report; `false` when it is not reached or was dealt with before.
    pub async fn deal_with_report(&mut self, scope: &Scope, report: Uuid, now: Timestamp) -> Result<bool, Error> {
        let Some(known) = self.report(scope, report).await? else { return Ok(false) };
        if self.run(DEAL, vec![id(report), at(now), text(actor(scope.by()))]).await? == 0 {
            return Ok(false);
        }
        let details = [("report", Detail::Id(report))];
        self.record(scope, About::school(known.school, now), "report-dealt-with", &details).await?;
        Ok(true)
    }

    /// Erases a report and its files; `false` when it is not reached.
    pub async fn erase_report(&mut self, scope: &Scope, report: Uuid, now: Timestamp) -> Result<bool, Error> {
        let Some(known) = self.report(scope, report).await? else { return Ok(false) };
        self.forget_report_files(report, now).await?;
        self.run(ERASE_FILES, vec![id(report)]).await?;
        self.run(ERASE, vec![id(report)]).await?;
        let details = [("report", Detail::Id(report))];
        self.record(scope, About::school(known.school, now), "report-erased", &details).await?;
        Ok(true)
    }
}

impl Read {
    /// One report; `None` when it is not there or not reached.
    pub async fn report(&self, scope: &Scope, report: Uuid) -> Result<Option<Report>, Error> {
        let Some(row) = self.one("report", GET, vec![id(report)]).await? else { return Ok(None) };
        match self.reach_whole(scope, SchoolId(row.id("school")?)).await? {
            Some(_) => from_row(&row).map(Some),
            None => Ok(None),
        }
    }

    /// The reports of a school's mailbox, newest first.
    pub async fn reports(&self, scope: &Scope, school: SchoolId, page: ReportPage) -> Result<Vec<Report>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let (before, last) = page.before.unwrap_or((Timestamp::MAX, Uuid::max()));
        let limit = i64::from(page.limit.clamp(1, PAGE_MAX));
        let values = vec![reached.id(), at(before), id(last), page.dealt.into(), limit.into()];
        self.all("report", LIST, values).await?.iter().map(from_row).collect()
    }

    /// Files of a report that were refused, or that an older version took in.
    pub async fn report_files(&self, scope: &Scope, report: Uuid) -> Result<Vec<ReportFile>, Error> {
        if self.report(scope, report).await?.is_none() {
            return Ok(Vec::new());
        }
        let rows = self.all("report_file", FILES, vec![id(report)]).await?;
        let file = |row: &Row| {
            Ok(ReportFile {
                number: row.int("number")?,
                name: row.text("name")?,
                media_type: row.text("media_type")?,
                size: row.int("size")?,
                sealed: row.maybe_text("content_sealed")?,
                refused: row.maybe_text("refused")?,
            })
        };
        rows.iter().map(file).collect()
    }
}

fn from_row(row: &Row) -> Result<Report, Error> {
    Ok(Report {
        id: row.id("id")?,
        school: SchoolId(row.id("school")?),
        place: row.text("place")?,
        message_key: row.text("message_key")?,
        sender: row.text("sender")?,
        subject: row.text("subject")?,
        text: row.text("text")?,
        cut: row.flag("cut")?,
        received_at: row.at("received_at")?,
        dealt_at: row.maybe_at("dealt_at")?,
    })
}
