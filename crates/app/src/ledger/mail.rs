//! Checkpoints that leave the machine by mail: every week and after every adopted policy, to the head, the chair of
//! governors and the data protection officer.
//!
//! Invariant: a mail holds the 44 characters and nothing else of the ledger, and nobody gets the same ones twice. It
//! counts as having left only once a mail server has taken it (`store/src/mail.rs`).

use super::system;
use crate::mail::{MailKind, NewMail};
use crate::{Error, House};
use jiff::SignedDuration;
use schoolkeeper_core::actor::Held;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_store::said::SaidPage;
use schoolkeeper_store::{Read, School};
use std::collections::BTreeSet;

/// One leaves at least so often.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

impl House {
    /// Mails the newest checkpoint when none left for a week, or a policy was adopted since. Says how many were told.
    pub async fn mail_checkpoint(&self) -> Result<usize, Error> {
        self.sequence_once().await?;
        let read = self.read().await?;
        let Some(newest) = read.checkpoint(&system()).await? else { return Ok(0) };
        let kind = MailKind::Checkpoint { line: newest.root.clone() };
        if !self.is_checkpoint_due(&read, &kind).await? {
            return Ok(0);
        }
        let mut mails = Vec::new();
        for school in read.schools(&system()).await? {
            for to in self.witnesses(&read, &school).await? {
                let (organisation, kind) = (school.organisation, kind.clone());
                let key = format!("checkpoint-{}-{to}", newest.size);
                mails.push(NewMail { organisation, school: school.id, to, kind, link: None, urgent: false, key });
            }
        }
        drop(read);
        if mails.is_empty() {
            return Ok(0);
        }
        let mut write = self.write().await?;
        let mut told = 0;
        for mail in mails {
            told += usize::from(self.send(&mut write, &system(), mail).await?);
        }
        write.commit().await?;
        Ok(told)
    }

    /// One that waits in the outbox, or failed there, is not written again every hour.
    async fn is_checkpoint_due(&self, read: &Read, kind: &MailKind) -> Result<bool, Error> {
        let (left, told) = (read.checkpoint_left_at(&system()).await?, read.last_mail_of(&system(), kind).await?);
        let Some(last) = left.max(told) else { return Ok(true) };
        if self.now().duration_since(last) >= WEEK {
            return Ok(true);
        }
        let kind = Some("pack-adopted".to_owned());
        let since = SaidPage { kind, from: Some(last), limit: 1, ..SaidPage::default() };
        Ok(!read.said(&system(), &since).await?.is_empty())
    }

    /// Who keeps checkpoints for a school, by the roles they hold today.
    async fn witnesses(&self, read: &Read, school: &School) -> Result<BTreeSet<EntryId>, Error> {
        let posts = self.posts(read, school).await?;
        let people: BTreeSet<EntryId> = posts.appointments.iter().map(|one| one.person).collect();
        let keeps = |held: &Held| match held.base {
            BaseRole::Head | BaseRole::Protection => true,
            BaseRole::Governor => held.role.contains("chair"),
            _ => false,
        };
        let held = |person: &EntryId| posts.roles.held(&posts.appointments, *person, posts.today).iter().any(keeps);
        Ok(people.into_iter().filter(held).collect())
    }
}
