//! How mail leaves and comes in, as people set it; and a mail to try it out.
//!
//! Invariant: a secret goes in and is never shown again; leaving it empty keeps the one that is there.

use super::compose::{self, Reader};
use super::smtp::Refusal;
use super::{MailKind, Secret, Setup, message, smtp, token, transport};
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::mail::{Mailbox, Transport, Way, address};
use schoolkeeper_store::School;
use schoolkeeper_store::mail_setup::{NewSetup, SetupOf, Side};
use serde::Serialize;
use std::time::Duration;

/// Longest try of a mailbox: somebody waits for the page.
const TRY_MAX: Duration = Duration::from_secs(15);

/// How a school's mail leaves.
#[derive(Clone, Debug)]
pub struct MailSetup {
    /// The settings; `None` when nobody set any.
    pub transport: Option<Transport>,
    /// They are those of the central office.
    pub from_office: bool,
    /// A password or the like is kept.
    pub has_secret: bool,
}

/// Where a school's reports come in.
#[derive(Clone, Debug)]
pub struct MailboxSetup {
    /// The settings; `None` when nobody set any.
    pub mailbox: Option<Mailbox>,
    /// When it was last looked at.
    pub looked_at: Option<jiff::Timestamp>,
    /// Why that did not work.
    pub problem: Option<String>,
}

impl House {
    /// How a school's mail leaves, without any secret.
    pub async fn mail_setup(&self, actor: &Actor, school: &School) -> Result<MailSetup, Error> {
        let scope = Self::scope(actor, "mail.see")?;
        let setup = self.read().await?.mail_setup(&scope, SetupOf { school: school.id, side: Side::Out }).await?;
        Ok(MailSetup {
            transport: transport(setup.as_ref()),
            from_office: setup.as_ref().is_some_and(|setup| setup.of.school != school.id),
            has_secret: setup.is_some_and(|setup| setup.secret.is_some()),
        })
    }

    /// Where a school's reports come in, without any secret.
    pub async fn mailbox_setup(&self, actor: &Actor, school: &School) -> Result<MailboxSetup, Error> {
        let scope = Self::scope(actor, "mail.see")?;
        let setup = self.read().await?.mail_setup(&scope, SetupOf { school: school.id, side: Side::In }).await?;
        let setup = setup.filter(|setup| setup.of.school == school.id);
        Ok(MailboxSetup {
            mailbox: setup.as_ref().and_then(Setup::settings),
            looked_at: setup.as_ref().and_then(|setup| setup.looked_at),
            problem: setup.and_then(|setup| setup.problem),
        })
    }

    /// Sets how a school's mail leaves; with the central office, that of all its schools. What waits is tried at once.
    pub async fn set_mail(
        &self,
        actor: &Actor,
        school: &School,
        transport: &Transport,
        secret: Option<&Secret>,
    ) -> Result<(), Error> {
        let scope = self.allow(actor, school, &crate::authority::Try::plain("mail.set")).await?.scope;
        transport.check().map_err(Error::refused)?;
        self.keep_setup(&scope, SetupOf { school: school.id, side: Side::Out }, transport, secret).await?;
        if transport.way == Way::None { Ok(()) } else { self.wake_mail(school).await }
    }

    /// Sets where a school's reports come in.
    pub async fn set_mailbox(
        &self,
        actor: &Actor,
        school: &School,
        mailbox: &Mailbox,
        secret: Option<&Secret>,
    ) -> Result<(), Error> {
        let scope = self.allow(actor, school, &crate::authority::Try::plain("mail.set")).await?.scope;
        mailbox.check().map_err(Error::refused)?;
        self.keep_setup(&scope, SetupOf { school: school.id, side: Side::In }, mailbox, secret).await
    }

    async fn keep_setup(
        &self,
        scope: &Scope,
        of: SetupOf,
        settings: &impl Serialize,
        secret: Option<&Secret>,
    ) -> Result<(), Error> {
        let document = serde_json::to_string(settings).map_err(|error| Error::corrupt("the settings", error))?;
        let sealed = secret.map(|secret| token::seal(self, secret));
        let mut write = self.write().await?;
        let setup = NewSetup { of, document: &document, secret: sealed.as_deref(), now: self.now() };
        if !write.set_mail(scope, setup).await? {
            return Err(Error::Missing);
        }
        Ok(write.commit().await?)
    }

    /// Work for everything that waits at a school, or for the central office at all its schools.
    async fn wake_mail(&self, school: &School) -> Result<(), Error> {
        let system = Scope::system("mail");
        let read = self.read().await?;
        let mut waiting = Vec::new();
        for other in read.schools(&system).await? {
            if other.id == school.id || (school.trust && other.organisation == school.organisation) {
                waiting.extend(read.waiting_mails(&system, other.id).await?);
            }
        }
        drop(read);
        let mut write = self.write().await?;
        for (mail, due_at) in waiting {
            super::push(&mut write, &system, (mail, school.organisation), due_at).await?;
        }
        Ok(write.commit().await?)
    }

    /// Sends a test mail to an address, now, and gives the mail server's own answer, or why it did not take it.
    pub async fn try_mail(&self, actor: &Actor, school: &School, to: &str) -> Result<Result<String, String>, Error> {
        let scope = self.allow(actor, school, &crate::authority::Try::plain("mail.set")).await?.scope;
        address("the address", to).map_err(Error::refused)?;
        let of = SetupOf { school: school.id, side: Side::Out };
        let setup = self.read().await?.mail_setup(&scope, of).await?;
        let Some((setup, transport)) = transport(setup.as_ref()).and_then(|transport| Some((setup?, transport))) else {
            return Err(Error::refused("mail is not set up\nhint: say first how mail leaves"));
        };
        let calendar = Calendar::new(school.division, Vec::new());
        let (link, host) = (self.base_url().to(compose::page(&MailKind::Test)), self.base_url().name());
        let reader = Reader { name: "", school: &school.title, link: &link, now: self.now(), zone: calendar.zone() };
        let text = compose::compose(&MailKind::Test, &reader);
        let message = message::message(&transport, to, &text, (Self::new_id(), host), self.now());
        let message = message.map_err(Error::refused)?;
        let answer = match self.mail_secret(&setup, &transport.way).await {
            Ok(secret) => smtp::give(&transport.way, &secret, host, &message).await,
            Err(refusal) => Err(refusal),
        };
        let mut write = self.write().await?;
        write.mail_was_tried(&scope, of, answer.is_ok(), self.now()).await?;
        if answer.is_err() {
            write.keep_token(&scope, setup.of, None, None).await?;
        }
        write.commit().await?;
        Ok(answer.map_err(|(Refusal::Later(why) | Refusal::Never(why))| why))
    }

    /// Opens a school's mailbox now, takes nothing out of it, and says what is there or why it does not open.
    pub async fn try_mailbox(&self, actor: &Actor, school: &School) -> Result<Result<String, String>, Error> {
        let scope = self.allow(actor, school, &crate::authority::Try::plain("mail.set")).await?.scope;
        let of = SetupOf { school: school.id, side: Side::In };
        let setup = self.read().await?.mail_setup(&scope, of).await?.filter(|setup| setup.of == of);
        let Some((setup, mailbox)) =
            setup.and_then(|setup| setup.settings::<Mailbox>().map(|mailbox| (setup, mailbox)))
        else {
            return Err(Error::refused("no mailbox is set\nhint: say first where reports come in"));
        };
        let answer = tokio::time::timeout(TRY_MAX, self.open_mailbox(&setup, &mailbox)).await;
        let answer = answer.unwrap_or_else(|_| Err(format!("it did not answer within {} seconds", TRY_MAX.as_secs())));
        let mut write = self.write().await?;
        write.mail_was_tried(&scope, of, answer.is_ok(), self.now()).await?;
        if answer.is_err() {
            write.keep_token(&scope, setup.of, None, None).await?;
        }
        write.commit().await?;
        Ok(answer)
    }
}
