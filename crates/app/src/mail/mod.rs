//! Mail: what Schoolkeeper tells people, when it does, and what people report by mail.
//!
//! Invariant: a mail is a row of the outbox, written in the transaction of what it tells of; it holds nothing personal
//! but who reads it, and its link is sealed until it has left.

mod compose;
mod deliver;
mod inbox;
mod message;
mod outbox;
mod round;
mod setup;
mod smtp;
mod tls;
mod token;

pub use compose::{Text, kinds, says};
pub(crate) use deliver::{ATTEMPTS_MAX, SEND, send};
pub use inbox::report::{ReportShown, ReportsAsked};
pub use outbox::{Asked, Line, OutboxPage};
pub use schoolkeeper_core::mail::{Encryption, Grant, GrantBy, Hours, MailKind, Mailbox, Server, Transport, Way};
pub use schoolkeeper_store::mail::Progress;
pub use schoolkeeper_store::mail_setup::Side;
pub use setup::{MailSetup, MailboxSetup};
pub use token::Secret;

/// TLS as every client of ours has it.
pub(crate) fn tls_config() -> Result<rustls::ClientConfig, String> {
    tls::config(None)
}

use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};
use schoolkeeper_store::job::NewJob;
use schoolkeeper_store::mail::Mail;
use schoolkeeper_store::mail_setup::{Setup, SetupOf};
use schoolkeeper_store::{Read, School, Write};
use uuid::Uuid;

/// Longest link, in bytes.
const LINK_MAX: usize = 1000;
/// Longest key, in bytes.
const KEY_MAX: usize = 200;

/// What is to be told to one person.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Where the reader belongs.
    pub organisation: OrganisationId,
    /// Whose name stands under it, whose days and hours hold.
    pub school: SchoolId,
    /// The reader: an entry of the register `person`.
    pub to: EntryId,
    /// What it is about.
    pub kind: MailKind,
    /// Path of the page it opens (`/link/…`), joined to the base address when it is sent; the kind's own page when
    /// left out.
    pub link: Option<String>,
    /// At once, whatever the hour. What somebody waits for, and alarms.
    pub urgent: bool,
    /// The same key never goes out twice in an organisation.
    pub key: String,
}

impl NewMail {
    /// One that keeps to the school's days and hours, with the path of the page it opens.
    pub fn of(school: &School, (to, kind): (EntryId, MailKind), (link, key): (String, String)) -> Self {
        let (organisation, school) = (school.organisation, school.id);
        Self { organisation, school, to, kind, link: Some(link), urgent: false, key }
    }
}

impl House {
    /// Puts a mail into the outbox, in the caller's transaction. `false` when its key was there already.
    pub async fn send(&self, write: &mut Write, scope: &Scope, mail: NewMail) -> Result<bool, Error> {
        self.send_later(write, scope, mail, self.now()).await
    }

    /// The same, to be told at an instant that may lie ahead. What is not urgent keeps to the school's days and hours;
    /// decisions, tasks and signatures then wait for the day's digest, everything else goes alone.
    pub async fn send_later(
        &self,
        write: &mut Write,
        scope: &Scope,
        mail: NewMail,
        wanted: Timestamp,
    ) -> Result<bool, Error> {
        let path = mail.link.as_deref().is_none_or(|link| link.starts_with('/') && !link.starts_with("//"));
        if !path || mail.link.as_ref().is_some_and(|link| link.len() > LINK_MAX) || mail.key.len() > KEY_MAX {
            return Err(Error::refused(format!(
                "a mail's link is a path of this house of at most {LINK_MAX} bytes, its key has at most {KEY_MAX}"
            )));
        }
        let now = self.now();
        let due_at = if mail.urgent {
            wanted.max(now)
        } else {
            let (calendar, hours) = days_and_hours(write, scope, mail.school).await?;
            hours.slot(&calendar, wanted, now)
        };
        let row = Mail {
            id: Self::new_id(),
            organisation: mail.organisation,
            school: mail.school,
            person: mail.to,
            kind: mail.kind,
            link: mail.link.map(|link| self.key().seal_text(link.as_bytes())),
            urgent: mail.urgent,
            key: mail.key,
            progress: Progress::Waiting,
            reason: None,
            attempt_count: 0,
            created_at: now,
            due_at,
            changed_at: now,
        };
        if !write.add_mail(scope, &row).await? {
            return Ok(false);
        }
        if row.urgent || !row.kind.is_gathered() {
            push(write, scope, (row.id, row.organisation), due_at).await?;
        }
        Ok(true)
    }
}

/// Work for one mail, at an instant.
async fn push(
    write: &mut Write,
    scope: &Scope,
    (mail, organisation): (Uuid, OrganisationId),
    run_at: Timestamp,
) -> Result<(), Error> {
    let job = NewJob {
        kind: SEND,
        key: Some(mail.to_string()),
        document: serde_json::json!({ "mail": mail }),
        run_at,
        organisation: Some(organisation),
    };
    write.push(scope, &job).await?;
    Ok(())
}

/// The school's year and the hours of its mail.
async fn days_and_hours(read: &Read, scope: &Scope, school: SchoolId) -> Result<(Calendar, Hours), Error> {
    let calendar = match read.school(scope, school).await? {
        Some(school) => crate::calendar::calendar_of(read, scope, &school).await?,
        None => Calendar::new(schoolkeeper_core::calendar::Division::default(), Vec::new()),
    };
    let setup = read.mail_setup(scope, SetupOf { school, side: Side::Out }).await?;
    Ok((calendar, transport(setup.as_ref()).map(|transport| transport.hours).unwrap_or_default()))
}

/// The settings for what leaves, when there are any.
fn transport(setup: Option<&Setup>) -> Option<Transport> {
    setup.and_then(Setup::settings)
}
