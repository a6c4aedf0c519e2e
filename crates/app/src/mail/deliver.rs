//! One mail of the outbox on its way: a job that ends with the mail sent, waiting or failed, and the reason in words.
//!
//! Invariant: *sending* is committed before the server hears of a mail and *sent* right after its answer, so a mail
//! whose delivery was acknowledged and written down is never given away again.

use super::smtp::{self, Refusal};
use super::{Setup, compose, message, token, transport};
use crate::job::Failure;
use crate::{Error, House};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, OrganisationId};
use schoolkeeper_core::mail::{Hours, MailKind, Transport, Way, address};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::mail::{Mail, Progress, Step};
use schoolkeeper_store::mail_setup::{SetupOf, Side};
use schoolkeeper_store::{Read, School};
use uuid::Uuid;

/// The kind of the job.
pub(crate) const SEND: &str = "mail-send";
/// After so many tries a mail has failed: about four hours.
pub(crate) const ATTEMPTS_MAX: u32 = 12;
/// Another process may still be talking to the server for so long.
const TALKING: SignedDuration = SignedDuration::from_mins(5);

/// What happens to a mail before a server hears of it.
enum Ready {
    /// Nothing is to be done, or not now.
    Not,
    /// It stays where it is for good, with a reason.
    End(Progress, String),
    /// It cannot leave before this instant.
    Later(Timestamp),
    /// It can be tried.
    Yes(Box<Parcel>),
}

struct Parcel {
    setup: Setup,
    transport: Transport,
    to: String,
    text: compose::Text,
}

/// Does the job.
pub(crate) async fn send(house: &House, document: &serde_json::Value) -> Result<(), Failure> {
    let Some(id) = document.get("mail").and_then(|id| id.as_str()).and_then(|id| Uuid::parse_str(id).ok()) else {
        return Err(Failure::Fail("the job names no mail".to_owned()));
    };
    let Some(mail) = house.read().await?.mail(&scope(), id).await? else { return Ok(()) };
    let ready = house.ready(&mail).await?;
    match ready {
        Ready::Not => Ok(()),
        Ready::End(to, reason) => Ok(house.step(&mail, (mail.progress, to), Some(&reason)).await.map(drop)?),
        Ready::Later(at) => Ok(house.push_again(&mail, at).await?),
        Ready::Yes(parcel) => house.give(&mail, *parcel).await,
    }
}

fn scope() -> Scope {
    Scope::system("mail")
}

impl House {
    async fn ready(&self, mail: &Mail) -> Result<Ready, Error> {
        let now = self.now();
        match mail.progress {
            Progress::Sending if now < mail.changed_at + TALKING => return Ok(Ready::Later(mail.changed_at + TALKING)),
            // One that has been *sending* for longer: its process ended between the server's answer and our note of
            // it, or before, so it may go out twice.
            Progress::Waiting | Progress::Sending => {}
            _ => return Ok(Ready::Not),
        }
        if let MailKind::Link { until }
        | MailKind::Invite { until }
        | MailKind::SignLink { until }
        | MailKind::CourseLink { until } = mail.kind
            && until <= now
        {
            return Ok(Ready::End(Progress::Withdrawn, "Its link has ended before it could leave.".to_owned()));
        }
        let read = self.read().await?;
        let Some(school) = read.school(&scope(), mail.school).await? else { return Ok(Ready::Not) };
        let calendar = crate::calendar::calendar_of(&read, &scope(), &school).await?;
        let setup = read.mail_setup(&scope(), SetupOf { school: school.id, side: Side::Out }).await?;
        let Some((setup, transport)) = transport(setup.as_ref()).and_then(|transport| Some((setup?, transport))) else {
            return Ok(Ready::Not);
        };
        if transport.way == Way::None {
            return Ok(Ready::Not);
        }
        if let Some(later) = later(mail, &transport.hours, &calendar, now) {
            return Ok(Ready::Later(later));
        }
        if let Some(reason) = self.reads_nothing(&read, mail.person, mail.organisation).await? {
            return Ok(Ready::End(Progress::Withdrawn, reason.to_owned()));
        }
        drop(read);
        let (name, to) = self.reader(mail).await?;
        if address("address", &to).is_err() {
            let reason = "The records hold no e-mail address of this person that mail can go to.";
            return Ok(Ready::End(Progress::Failed, reason.to_owned()));
        }
        let text = self.text(mail, &school, &name)?;
        Ok(Ready::Yes(Box::new(Parcel { setup, transport, to, text })))
    }

    /// Why nothing goes to somebody any more: they have left, or came for a role that they hold no more.
    pub(super) async fn reads_nothing(
        &self,
        read: &Read,
        person: EntryId,
        organisation: OrganisationId,
    ) -> Result<Option<&'static str>, Error> {
        let Some(entry) = read.entry(&scope(), person).await? else { return Ok(None) };
        let roles = match self.actor_in(read, person, organisation).await {
            Ok(actor) => actor.roles,
            Err(Error::Missing) => Vec::new(),
            Err(error) => return Err(error),
        };
        let contractor = entry.facts.get("kind").and_then(|fact| fact.value.as_text()) == Some("contractor");
        Ok(match roles.as_slice() {
            [] => Some("They have left, so nothing is sent to them any more."),
            [only] if contractor && only.base == BaseRole::Guest => {
                Some("They hold no role here any more, so nothing is sent to them.")
            }
            _ => None,
        })
    }

    /// The reader's name and address, as the records have them now.
    pub(super) async fn reader(&self, mail: &Mail) -> Result<(String, String), Error> {
        let entry = self.read().await?.entry(&scope(), mail.person).await?;
        let field = |name: &str| {
            let value = entry.as_ref().and_then(|entry| entry.facts.get(name)).map(|fact| &fact.value);
            value.and_then(Value::as_text).unwrap_or_default().trim().to_owned()
        };
        Ok((field("name"), field("email")))
    }

    /// The mail in words, its link opened.
    pub(super) fn text(&self, mail: &Mail, school: &School, name: &str) -> Result<compose::Text, Error> {
        let opened = mail.link.as_deref().map(|sealed| self.key().open_text(sealed)).transpose()?;
        let path = opened.as_ref().and_then(|path| std::str::from_utf8(path).ok());
        let link = self.base_url().to(path.unwrap_or(compose::page(&mail.kind)));
        let calendar = Calendar::new(school.division, Vec::new());
        let reader =
            compose::Reader { name, school: &school.title, link: &link, now: self.now(), zone: calendar.zone() };
        Ok(compose::compose(&mail.kind, &reader))
    }

    async fn give(&self, mail: &Mail, parcel: Parcel) -> Result<(), Failure> {
        let Parcel { setup, transport, to, text } = parcel;
        let host = self.base_url().name();
        let message = match message::message(&transport, &to, &text, (mail.id, host), self.now()) {
            Ok(message) => message,
            Err(reason) => {
                return Ok(self.step(mail, (mail.progress, Progress::Failed), Some(&reason)).await.map(drop)?);
            }
        };
        let secret = self.mail_secret(&setup, &transport.way).await;
        if !self.step(mail, (mail.progress, Progress::Sending), None).await? {
            return Ok(());
        }
        let answer = match secret {
            Ok(secret) => smtp::give(&transport.way, &secret, host, &message).await,
            Err(refusal) => Err(refusal),
        };
        self.answered(mail, &setup, answer).await
    }

    /// Writes down what the server said.
    async fn answered(&self, mail: &Mail, setup: &Setup, answer: Result<String, Refusal>) -> Result<(), Failure> {
        let at = |to| (Progress::Sending, to);
        match answer {
            Ok(said) => Ok(self.step(mail, at(Progress::Sent), Some(&said)).await.map(drop)?),
            Err(Refusal::Never(why)) => Ok(self.step(mail, at(Progress::Failed), Some(&why)).await.map(drop)?),
            Err(Refusal::Later(why)) if mail.attempt_count + 1 >= i64::from(ATTEMPTS_MAX) => {
                let why = format!("{why} It was tried {ATTEMPTS_MAX} times.");
                Ok(self.step(mail, at(Progress::Failed), Some(&why)).await.map(drop)?)
            }
            Err(Refusal::Later(why)) => {
                self.step(mail, at(Progress::Waiting), Some(&why)).await?;
                self.forget_token(setup.of).await?;
                Err(Failure::Retry("the mail server did not take it".to_owned()))
            }
        }
    }

    /// The password or a token for a way; empty for a relay.
    pub(super) async fn mail_secret(&self, setup: &Setup, way: &Way) -> Result<String, Refusal> {
        let unsealed = token::unseal(self, setup.secret.as_deref());
        let secret = unsealed.map_err(|error| Refusal::Later(error.to_string()))?;
        match way {
            Way::None | Way::Relay { .. } => Ok(String::new()),
            Way::Password { .. } => Ok(secret.password),
            Way::Token { grant, .. } => token::of(self, setup, grant, &secret).await,
        }
    }

    /// A token that did not let us in is not used again.
    pub(super) async fn forget_token(&self, of: SetupOf) -> Result<(), Error> {
        let mut write = self.write().await?;
        write.keep_token(&scope(), of, None, None).await?;
        Ok(write.commit().await?)
    }

    async fn step(&self, mail: &Mail, (from, to): (Progress, Progress), reason: Option<&str>) -> Result<bool, Error> {
        let mut write = self.write().await?;
        let moved = write.move_mail(&scope(), Step { mail: mail.id, from, to, reason, now: self.now() }).await?;
        write.commit().await?;
        Ok(moved)
    }

    async fn push_again(&self, mail: &Mail, at: Timestamp) -> Result<(), Error> {
        let mut write = self.write().await?;
        super::push(&mut write, &scope(), (mail.id, mail.organisation), at).await?;
        Ok(write.commit().await?)
    }
}

/// The instant before which a mail may not leave, when there is one.
fn later(mail: &Mail, hours: &Hours, calendar: &Calendar, now: Timestamp) -> Option<Timestamp> {
    if now < mail.due_at {
        return Some(mail.due_at);
    }
    (!mail.urgent && !hours.are_open(calendar, now)).then(|| hours.slot(calendar, now, now)).filter(|slot| *slot > now)
}
