//! Mail: what Schoolkeeper tells people, and when.
//!
//! Invariant: a mail is a row of the outbox, written in the transaction of what it tells of; it holds nothing personal
//! but who reads it, and its link is sealed until it has left.

use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};
pub use schoolkeeper_core::mail::MailKind;
use schoolkeeper_store::Write;
use schoolkeeper_store::mail::{Mail, Progress};

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

impl House {
    /// Puts a mail into the outbox, in the caller's transaction. `false` when its key was there already.
    pub async fn send(&self, write: &mut Write, scope: &Scope, mail: NewMail) -> Result<bool, Error> {
        self.send_later(write, scope, mail, self.now()).await
    }

    /// The same, to be told at an instant that may lie ahead.
    pub async fn send_later(
        &self,
        write: &mut Write,
        scope: &Scope,
        mail: NewMail,
        wanted: Timestamp,
    ) -> Result<bool, Error> {
        let path = mail.link.as_deref().is_none_or(|link| link.starts_with('/') && !link.starts_with("//"));
        if !path || mail.link.as_ref().is_some_and(|link| link.len() > LINK_MAX) || mail.key.len() > KEY_MAX {
            return Err(Error::refused(
                "a mail's link is a path of this house, and neither link nor key is longer than any page needs",
            ));
        }
        let now = self.now();
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
            due_at: wanted.max(now),
            changed_at: now,
        };
        Ok(write.add_mail(scope, &row).await?)
    }
}
