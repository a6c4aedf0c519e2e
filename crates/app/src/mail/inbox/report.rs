//! Reports by mail, as people read them: until somebody has dealt with them, or their time is over.

use crate::attachment::{Attachment, Shown};
use crate::authority::Try;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_store::School;
use schoolkeeper_store::attachment::{AttachedTo, REPORT};
use schoolkeeper_store::report::{Report, ReportFile, ReportPage};
use uuid::Uuid;
use zeroize::Zeroizing;

/// Lines of one page.
const PAGE: u32 = 20;

/// Which reports somebody asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReportsAsked {
    /// Also what somebody has dealt with.
    pub dealt: bool,
    /// Only what came before this one.
    pub before: Option<(Timestamp, Uuid)>,
}

/// A report with its files.
#[derive(Clone, Debug)]
pub struct ReportShown {
    /// What came.
    pub report: Report,
    /// Its files.
    pub attached: Vec<Shown>,
    /// What was refused, and the files of an older version, without content.
    pub files: Vec<ReportFile>,
}

impl House {
    /// One page of the reports of a school's mailbox, newest first, and whether there are more.
    pub async fn reports(
        &self,
        actor: &Actor,
        school: &School,
        asked: ReportsAsked,
    ) -> Result<(Vec<Report>, bool), Error> {
        let scope = Self::scope(actor, "report.see")?;
        let page = ReportPage { before: asked.before, dealt: asked.dealt, limit: PAGE + 1 };
        let mut reports = self.read().await?.reports(&scope, school.id, page).await?;
        let more = reports.len() > PAGE as usize;
        reports.truncate(PAGE as usize);
        Ok((reports, more))
    }

    /// One report with its files.
    pub async fn report(&self, actor: &Actor, school: &School, id: Uuid) -> Result<ReportShown, Error> {
        let scope = Self::scope(actor, "report.see")?;
        let read = self.read().await?;
        let report =
            read.report(&scope, id).await?.filter(|report| report.school == school.id).ok_or(Error::Missing)?;
        let files = read.report_files(&scope, id).await?;
        drop(read);
        let to = AttachedTo { school: school.id, register: REPORT, owner: id };
        Ok(ReportShown { attached: self.files_of(&scope, to).await?.there, files, report })
    }

    /// One of its files.
    pub async fn report_attachment(
        &self,
        actor: &Actor,
        school: &School,
        (id, file): (Uuid, Uuid),
    ) -> Result<Attachment, Error> {
        let shown = self.report(actor, school, id).await?;
        shown.attached.into_iter().map(|shown| shown.file).find(|one| one.id == file).ok_or(Error::Missing)
    }

    /// The content of one file that an older version took in.
    pub async fn report_file(
        &self,
        actor: &Actor,
        school: &School,
        (id, number): (Uuid, i64),
    ) -> Result<(String, Zeroizing<Vec<u8>>), Error> {
        let shown = self.report(actor, school, id).await?;
        let file = shown.files.into_iter().find(|file| file.number == number).ok_or(Error::Missing)?;
        let sealed = file.sealed.ok_or(Error::Missing)?;
        Ok((file.name, self.key().open_text(&sealed)?))
    }

    /// Somebody is done with a report.
    pub async fn deal_with_report(&self, actor: &Actor, school: &School, id: Uuid) -> Result<(), Error> {
        let scope = self.report_to_change(actor, school, id).await?;
        let mut write = self.write().await?;
        write.deal_with_report(&scope, id, self.now()).await?;
        Ok(write.commit().await?)
    }

    /// Erases a report with its files.
    pub async fn erase_report(&self, actor: &Actor, school: &School, id: Uuid) -> Result<(), Error> {
        let scope = self.report_to_change(actor, school, id).await?;
        let mut write = self.write().await?;
        write.erase_report(&scope, id, self.now()).await?;
        Ok(write.commit().await?)
    }

    async fn report_to_change(&self, actor: &Actor, school: &School, id: Uuid) -> Result<Scope, Error> {
        let scope = self.allow(actor, school, &Try::plain("report.deal")).await?.scope;
        let report = self.read().await?.report(&scope, id).await?;
        report.filter(|report| report.school == school.id).map(|_| scope).ok_or(Error::Missing)
    }
}
