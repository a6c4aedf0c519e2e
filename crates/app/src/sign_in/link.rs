//! One-time links: the first password, a new one, or a look at what is one's own.
//!
//! Invariant: looking at a link changes nothing, so that mail scanners may; the act it is for uses it up.

use super::join::{NewLogin, PersonOf, address};
use super::secret::Secret;
use super::session::{Arrival, NewSession};
use crate::authority::Try;
use crate::mail::NewMail;
use crate::{Error, House};
use jiff::SignedDuration;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::LoginId;
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_store::link::{Link, Purpose};
use schoolkeeper_store::login::{Joined, Reset};
use schoolkeeper_store::session::Way;
use schoolkeeper_store::{School, Write};

/// An invitation waits so many days.
const INVITE_HOURS: i64 = 7 * 24;
/// A link asked for a moment ago.
const RESET_HOURS: i64 = 1;
/// A link to what is one's own.
const SIGN_IN_HOURS: i64 = 24;

/// How one checks that somebody is who they say: word for the record, text for people.
pub const IDENTITY_CHECKS: [(&str, &str); 3] = [
    ("in-person", "They stood before me"),
    ("known-number", "I rang them on a number we hold"),
    ("video", "I saw them in a video call"),
];

/// Why somebody needs a new password: word for the record, text for people.
pub const RESET_REASONS: [(&str, &str); 3] = [
    ("forgotten", "They forgot it, and asked me"),
    ("known-to-others", "Somebody else may know it: end their sessions now"),
    ("required", "A policy or a check asks for a new one"),
];

/// Why a password that opens another organisation, too, is nobody else's to replace.
pub(crate) const ELSEWHERE: &str = "they sign in to another organisation with this password as well\nhint: they ask for a new one themselves, with I forgot my password on the sign-in page";

/// A link as somebody looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What is kept of it.
    pub link: Link,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// Path of the page a link opens.
pub fn path(token: &Secret) -> String {
    format!("/link/{}", token.text())
}

impl House {
    /// Makes somebody who may sign in, and the link by which they choose their password; it is mailed, and returned
    /// so that the command line can print it.
    pub async fn invite(&self, actor: &Actor, new: &NewLogin) -> Result<(PersonOf, Secret), Error> {
        let scope = Self::scope(actor, "role.assign")?;
        if !scope.reaches_whole(new.school.id) {
            return Err(Error::Missing);
        }
        if let Some((_, why)) = new.mistakes().into_iter().next() {
            return Err(Error::refused(why));
        }
        let giver = self.may_join(actor, new).await?;
        let mut write = self.write().await?;
        let person = self.join(&mut write, new, &giver).await?;
        let joined = self.joined_in(&write, person.login, &new.school).await?;
        // Somebody of another organisation keeps the password they have there.
        let elsewhere = self.signs_in_elsewhere(&write, (joined.person, joined.organisation)).await?;
        let purpose = if elsewhere { Purpose::SignIn } else { Purpose::Invite };
        let token = self.make_link(&mut write, &joined, purpose, None).await?;
        write.commit().await?;
        Ok((person, token))
    }

    /// Sends the invitation again; the one before ends.
    pub async fn invite_again(&self, actor: &Actor, login: LoginId) -> Result<(), Error> {
        let (joined, _) = self.allow_on_login(actor, login, Try::plain("login.invite")).await?;
        let mut write = self.write().await?;
        let known = write.login(&Scope::system("sign-in"), login).await?.ok_or(Error::Missing)?;
        // Whoever has a password gets a new one only after somebody has checked who they are.
        if known.password.is_some() {
            return Err(Error::Missing);
        }
        self.make_link(&mut write, &joined, Purpose::Invite, None).await?;
        Ok(write.commit().await?)
    }

    /// Sends a colleague a link to choose a new password, after checking in one of [`IDENTITY_CHECKS`] that it is
    /// them, and why it is needed, in one of [`RESET_REASONS`]; both are recorded with who did it.
    pub async fn reset_for(&self, actor: &Actor, login: LoginId, (checked, reason): (&str, &str)) -> Result<(), Error> {
        let (joined, scope) = self.allow_on_login(actor, login, Try::plain("login.reset")).await?;
        if self.signs_in_elsewhere(&self.read().await?, (joined.person, joined.organisation)).await? {
            return Err(Error::refused(ELSEWHERE));
        }
        if IDENTITY_CHECKS.iter().all(|(known, _)| *known != checked) {
            return Err(Error::refused("say how you checked that it is them"));
        }
        if RESET_REASONS.iter().all(|(known, _)| *known != reason) {
            return Err(Error::refused("say why they need a new password"));
        }
        let mut write = self.write().await?;
        write.note_checked(&scope, login, (checked, reason), self.now()).await?;
        if reason == "known-to-others" {
            write.end_sessions(&Scope::system("sign-in"), login, None, self.now()).await?;
        }
        self.make_link(&mut write, &joined, Purpose::Reset, None).await?;
        Ok(write.commit().await?)
    }

    /// A link that shows somebody only what is theirs, for an administrator to hand over.
    pub async fn link_to_own(&self, actor: &Actor, login: LoginId) -> Result<Secret, Error> {
        let (joined, _) = self.allow_on_login(actor, login, Try::plain("login.invite")).await?;
        let mut write = self.write().await?;
        let token = self.make_link(&mut write, &joined, Purpose::SignIn, None).await?;
        write.commit().await?;
        Ok(token)
    }

    /// Somebody forgot their password or wants only what is theirs. Whether the address is known is not told: the
    /// answer is the same, and the mail goes only to the address we hold.
    pub async fn ask_for_link(&self, email: &str, purpose: Purpose) -> Result<(), Error> {
        let system = Scope::system("sign-in");
        let Some(email) = address(email) else { return Ok(()) };
        let mut write = self.write().await?;
        let Some(login) = write.login_by_email(&system, &email).await?.filter(|login| login.closed_at.is_none()) else {
            return Ok(());
        };
        // By the mail of the organisation they came to first: no other one reads what replaces their password.
        let places = write.joined(&system, login.id).await?;
        let Some(joined) = places.into_iter().min_by_key(|place| place.made_at) else { return Ok(()) };
        let setting = write.sign_in_setting(&system, joined.organisation).await?;
        if purpose != Purpose::SignIn && setting.reset == Reset::Administrator {
            return Ok(());
        }
        self.make_link(&mut write, &joined, purpose, None).await?;
        Ok(write.commit().await?)
    }

    /// A link and its mail, in the caller's transaction.
    pub(crate) async fn make_link(
        &self,
        write: &mut Write,
        joined: &Joined,
        purpose: Purpose,
        target: Option<String>,
    ) -> Result<Secret, Error> {
        let (system, now, token) = (Scope::system("sign-in"), self.now(), Self::secret()?);
        let hours = match purpose {
            Purpose::Invite => INVITE_HOURS,
            Purpose::Reset => RESET_HOURS,
            Purpose::SignIn => SIGN_IN_HOURS,
        };
        let ends_at = now + SignedDuration::from_hours(hours);
        let link = Link {
            id: Self::new_id(),
            purpose,
            login: joined.login,
            organisation: joined.organisation,
            target,
            made_at: now,
            ends_at,
            used_at: None,
        };
        write.add_link(&system, &link, &token.hash()).await?;
        let kind = match purpose {
            Purpose::Invite => MailKind::Invite { until: ends_at },
            Purpose::Reset | Purpose::SignIn => MailKind::Link { until: ends_at },
        };
        let mail = NewMail {
            organisation: joined.organisation,
            school: joined.school,
            to: joined.person,
            kind,
            link: Some(path(&token)),
            urgent: true,
            key: format!("link:{}", link.id),
        };
        self.send(write, &system, mail).await?;
        Ok(token)
    }

    async fn joined_in(&self, write: &Write, login: LoginId, school: &School) -> Result<Joined, Error> {
        let joined = write.joined(&Scope::system("sign-in"), login).await?;
        joined.into_iter().find(|joined| joined.organisation == school.organisation).ok_or(Error::Missing)
    }

    /// A link that is still good; `None` when it was used, has ended or never was.
    pub async fn look_at_link(&self, token: &Secret) -> Result<Option<Seen>, Error> {
        let system = Scope::system("sign-in");
        let read = self.read().await?;
        let link = read.link(&system, &token.hash()).await?;
        let Some(link) = link.filter(|link| link.used_at.is_none() && link.ends_at > self.now()) else {
            return Ok(None);
        };
        let Some(login) = read.login(&system, link.login).await? else { return Ok(None) };
        let joined = read.joined(&system, link.login).await?;
        let joined = joined.into_iter().find(|joined| joined.organisation == link.organisation);
        Ok(joined.map(|joined| Seen { link, name: joined.name, email: login.email }))
    }

    /// Comes in by a link for what is one's own; `None` when it was used meanwhile.
    pub async fn enter_by_link(&self, seen: &Seen, arrival: &Arrival) -> Result<Option<NewSession>, Error> {
        let system = Scope::system("sign-in");
        let mut write = self.write().await?;
        if seen.link.purpose != Purpose::SignIn || !write.use_link(&system, &seen.link, self.now()).await? {
            return Ok(None);
        }
        let login = write.login(&system, seen.link.login).await?.ok_or(Error::Missing)?;
        let joined = write.joined(&system, login.id).await?;
        write.commit().await?;
        let joined = joined.into_iter().find(|joined| joined.organisation == seen.link.organisation);
        let joined = joined.ok_or(Error::Missing)?;
        Ok(Some(self.begin_session(&login, &joined, Way::Link, arrival).await?))
    }
}
