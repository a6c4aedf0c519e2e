//! Reports by mail: a mailbox is looked through every few minutes, and what is new in it becomes a report.
//!
//! Invariant: a message is taken once, whatever ends in between; nothing a stranger writes costs more than its limits.

mod imap;
mod letter;
pub(super) mod report;

use super::smtp::Refusal;
use crate::attachment::{FILE_BYTES_MAX, NewAttachment, Received};
use crate::blob::BlobOf;
use crate::{Error, House};
use futures_util::stream;
use imap::Found;
use letter::{Letter, Sort};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::SchoolId;
use schoolkeeper_core::mail::Mailbox;
use schoolkeeper_store::attachment::{AttachedTo, REPORT};
use schoolkeeper_store::mail::{Progress, Step};
use schoolkeeper_store::mail_setup::{Looked, Setup, SetupOf, Side};
use schoolkeeper_store::report::{Report, ReportFile};
use std::time::Duration;
use uuid::Uuid;

/// Longest look at one mailbox.
const TIME_MAX: Duration = Duration::from_mins(4);
/// Messages of one look; the rest comes with the next one.
const MESSAGES_MAX: usize = 50;
/// Looks of one round.
const MAILBOXES_MAX: usize = 10_000;

fn scope() -> Scope {
    Scope::system("mailbox")
}

impl House {
    /// Looks through every mailbox. A mailbox that cannot be read keeps its reason and stops no other one.
    pub(crate) async fn read_mailboxes(&self) -> Result<(), Error> {
        let schools = self.read().await?.mailboxes(&scope()).await?;
        for school in schools.into_iter().take(MAILBOXES_MAX) {
            self.read_mailbox(school).await?;
        }
        Ok(())
    }

    async fn read_mailbox(&self, school: SchoolId) -> Result<(), Error> {
        let setup = self.read().await?.mail_setup(&scope(), SetupOf { school, side: Side::In }).await?;
        let Some(setup) = setup.filter(|setup| setup.of.school == school) else { return Ok(()) };
        let Some(mailbox) = setup.settings::<Mailbox>() else { return Ok(()) };
        let look = tokio::time::timeout(TIME_MAX, self.look(&setup, &mailbox)).await;
        let problem = match look {
            Ok(Ok(taken)) => {
                crate::job::count("reports", taken);
                None
            }
            Ok(Err(problem)) => Some(problem),
            Err(_) => Some("the mailbox did not answer within 4 minutes".to_owned()),
        };
        let mut write = self.write().await?;
        let looked = Looked { read_to: None, problem: problem.as_deref() };
        write.looked_at_mailbox(&scope(), school, looked, self.now()).await?;
        if problem.is_some() {
            write.keep_token(&scope(), setup.of, None, None).await?;
        }
        Ok(write.commit().await?)
    }

    /// Takes what is new; how many reports that were, or what went wrong in words.
    async fn look(&self, setup: &Setup, mailbox: &Mailbox) -> Result<usize, String> {
        let secret = self.mail_secret(setup, &mailbox.way).await;
        let secret = secret.map_err(|(Refusal::Later(why) | Refusal::Never(why))| why)?;
        let mut session = imap::open(&mailbox.way, &secret).await?;
        let validity = imap::select(&mut session, &mailbox.folder).await?;
        let last = setup.read_to.filter(|(known, _)| *known == validity).map(|(_, last)| last);
        let mut taken = 0;
        for uid in imap::new_messages(&mut session, last).await?.into_iter().take(MESSAGES_MAX) {
            if let Some(found) = imap::fetch(&mut session, uid).await? {
                let took = self.take(setup.of.school, (validity, found)).await;
                taken += usize::from(took.map_err(|error| error.chain())?);
            }
            imap::done(&mut session, uid, mailbox.done_folder.as_deref()).await?;
        }
        imap::close(session).await;
        Ok(taken)
    }

    /// Opens a mailbox and the folder for what was taken; says how many messages are new.
    pub(super) async fn open_mailbox(&self, setup: &Setup, mailbox: &Mailbox) -> Result<String, String> {
        let secret = self.mail_secret(setup, &mailbox.way).await;
        let secret = secret.map_err(|(Refusal::Later(why) | Refusal::Never(why))| why)?;
        let mut session = imap::open(&mailbox.way, &secret).await?;
        if let Some(done) = &mailbox.done_folder {
            imap::select(&mut session, done).await?;
        }
        let validity = imap::select(&mut session, &mailbox.folder).await?;
        let last = setup.read_to.filter(|(known, _)| *known == validity).map(|(_, last)| last);
        let new = imap::new_messages(&mut session, last).await?.len();
        imap::close(session).await;
        let messages = if new == 1 { "message is" } else { "messages are" };
        Ok(format!("The folder {} opens; {new} {messages} new.", mailbox.folder))
    }

    /// One message: a report, or one of ours that came back, or nothing. Up to where the mailbox was read is written in
    /// the same transaction.
    async fn take(&self, school: SchoolId, (validity, found): (u32, Found)) -> Result<bool, Error> {
        let uid = found.uid;
        let letter = letter::read(found.bytes, found.cut).await;
        let (id, now) = (Self::new_id(), self.now());
        let (received, refused) = self.receive_files((school, id), &letter).await?;
        let mut write = self.write().await?;
        let mut taken = false;
        match &letter.sort {
            Sort::Report => {
                let report = Report {
                    id,
                    school,
                    place: format!("{validity}/{uid}"),
                    message_key: letter.key,
                    sender: letter.sender,
                    subject: letter.subject,
                    text: letter.text,
                    cut: letter.cut,
                    received_at: now,
                    dealt_at: None,
                };
                taken = write.add_report(&scope(), &report, &refused).await?;
                for received in received.iter().filter(|_| taken) {
                    let to = AttachedTo { school, register: REPORT, owner: id };
                    self.add_file(&mut write, &scope(), (received, to, &NewAttachment::default())).await?;
                }
            }
            Sort::CameBack { mail, why } => {
                let step = Step { mail: *mail, from: Progress::Sent, to: Progress::Bounced, reason: Some(why), now };
                write.move_mail(&scope(), step).await?;
            }
            Sort::Automatic => {}
        }
        let looked = Looked { read_to: Some((validity, uid)), problem: None };
        write.looked_at_mailbox(&scope(), school, looked, now).await?;
        write.commit().await?;
        Ok(taken)
    }

    /// Seals what came with a report as people's files are: by kind, pictures made anew. What is not taken is named.
    async fn receive_files(
        &self,
        (school, report): (SchoolId, Uuid),
        letter: &Letter,
    ) -> Result<(Vec<Received>, Vec<ReportFile>), Error> {
        let (mut received, mut refused) = (Vec::new(), Vec::new());
        let files = letter.files.iter().filter(|_| matches!(letter.sort, Sort::Report));
        for (file, content) in files {
            let Some(content) = content else {
                refused.push(file.clone());
                continue;
            };
            let of = BlobOf { school, register: REPORT, owner: report, size_max: FILE_BYTES_MAX };
            let to = AttachedTo { school, register: REPORT, owner: report };
            let taken = match self.has_room(to).await {
                Ok(()) => self.receive_file(of, &file.name, stream::iter([Ok(content.clone())])).await,
                Err(error) => Err(error),
            };
            match taken {
                Ok(taken) => received.push(taken),
                Err(Error::Refused(why)) => refused.push(ReportFile { refused: Some(why), ..file.clone() }),
                Err(error) => return Err(error),
            }
        }
        Ok((received, refused))
    }
}
