//! Sign-ins: from an address and a password to a session, and from a token back to who it is.
//!
//! Invariant: every sign-in gets a token nobody held before; a session ends with its rest, its day, its login or by
//! hand, and then its token is worth nothing.

use super::join::address;
use super::password::{LENGTH_MAX, is_outdated};
use super::secret::Secret;
use super::throttle::Counted;
use crate::{Error, House, words};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{LoginId, SessionId};
use schoolkeeper_store::login::{Joined, Login};
use schoolkeeper_store::session::{Session, Way};

/// A session ends after so many hours, however busy it is.
pub const SESSION_HOURS: i64 = 12;
/// The use of a session is written down at most every so many seconds.
const SEEN_EVERY_SECONDS: i64 = 45;
/// What somebody who came with a one-time link may do: what is theirs.
pub const LINK_ACTS: [&str; 4] = ["page.see", "agreement.sign", "request.answer", "case.open"];

/// How a browser arrives.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// The network it comes from.
    pub source: String,
    /// The mark it was given at an earlier sign-in.
    pub device: Option<Secret>,
    /// What it says it is, in a few words.
    pub browser: String,
}

/// A session that has just begun: what the browser is to hold.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The session.
    pub id: SessionId,
    /// Its token.
    pub token: Secret,
    /// The browser's mark, when it is given one.
    pub device: Option<Secret>,
}

/// The answer to an address and a password.
#[derive(Debug)]
pub enum SignIn {
    /// Come in.
    In(NewSession),
    /// Address or password is not right; we do not say which.
    Wrong,
    /// Too many wrong attempts from there; nothing was looked at.
    Wait(Timestamp),
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Acting where the session is.
    pub actor: Actor,
    /// The session.
    pub session: Session,
    /// Their password is older than a policy in force lets it be: they choose another before anything else.
    pub outgrown: bool,
    /// Path of what they sign before anything else, where a policy lets nobody sign in without it.
    pub first: Option<String>,
}

impl House {
    /// Lets somebody in, or not. The work is the same whether the address is known or not.
    pub async fn sign_in(&self, email: &str, password: &str, arrival: &Arrival) -> Result<SignIn, Error> {
        self.may_write()?;
        let email = address(email).unwrap_or_default();
        let read = self.read().await?;
        let login = read.login_by_email(&Scope::system("sign-in"), &email).await?;
        let login = login.filter(|login| login.closed_at.is_none());
        let counted = self.counted(&read, &email, login.as_ref().map(|login| login.id), arrival).await?;
        if let Some(until) = self.waits_until(&read, &counted).await? {
            return Ok(SignIn::Wait(until));
        }
        drop(read);
        let known = login.as_ref().and_then(|login| login.password.as_deref());
        let short = password.chars().count() <= LENGTH_MAX;
        let fits = self.hashing.verify(if short { password } else { "" }, known).await?;
        match login {
            Some(login) if fits && short => self.let_in(&login, password, (&counted, arrival)).await,
            other => {
                self.count_wrong(&counted, other.map(|login| login.id)).await?;
                Ok(SignIn::Wrong)
            }
        }
    }

    async fn let_in(&self, login: &Login, password: &str, at: (&Counted, &Arrival)) -> Result<SignIn, Error> {
        let (system, (counted, arrival)) = (Scope::system("sign-in"), at);
        let joined = self.read().await?.joined(&system, login.id).await?;
        let Some(first) = joined.first() else {
            self.count_wrong(counted, Some(login.id)).await?;
            return Ok(SignIn::Wrong);
        };
        if let Some(old) = login.password.as_deref().filter(|hash| is_outdated(hash)) {
            let new = self.hashing.hash(password).await?;
            let mut write = self.write().await?;
            write.rehash(&system, login.id, (old, &new)).await?;
            write.commit().await?;
        }
        self.forget_wrong(counted).await?;
        Ok(SignIn::In(self.begin_session(login, first, Way::Password, arrival).await?))
    }

    /// Begins a session for a login in one of its organisations; [`Error::Denied`] for whom a policy shuts out.
    pub(crate) async fn begin_session(
        &self,
        login: &Login,
        joined: &Joined,
        way: Way,
        arrival: &Arrival,
    ) -> Result<NewSession, Error> {
        let now = self.now();
        let actor = self.actor_in(&self.read().await?, joined.person, joined.organisation).await?;
        if let Some(denial) = self.shut_out(&actor).await? {
            return Err(Error::Denied(denial));
        }
        let token = Self::secret()?;
        let device = arrival.device.clone().map_or_else(Self::secret, Ok)?;
        let session = Session {
            id: SessionId(Self::new_id()),
            way,
            login: Some(login.id),
            organisation: joined.organisation,
            person: joined.person,
            name: joined.name.clone(),
            browser: arrival.browser.chars().filter(|c| !c.is_control()).take(100).collect(),
            started_at: now,
            seen_at: now,
            ends_at: now + SignedDuration::from_hours(SESSION_HOURS),
            before_at: login.signed_in_at,
            before_failed: login.failed_count,
            notice: login.notice.clone(),
            password_set_at: login.password_set_at,
            held: way == Way::Password && self.signs_first(&actor).await?,
        };
        let mut write = self.write().await?;
        let (hash, mark) = (token.hash(), device.hash());
        write.begin_session(&Scope::system("sign-in"), &session, (&hash, Some(&mark))).await?;
        write.commit().await?;
        Ok(NewSession { id: session.id, token, device: Some(device) })
    }

    /// Who holds this token; `None` when its session has ended, by itself or by somebody.
    pub async fn signed_in(&self, token: &Secret) -> Result<Option<SignedIn>, Error> {
        let system = Scope::system("sign-in");
        let now = self.now();
        let read = self.read().await?;
        let Some(session) = read.session(&system, &token.hash(), now).await? else {
            return Ok(None);
        };
        let setting = read.sign_in_setting(&system, session.organisation).await?;
        let actor = match session.way {
            Way::Emergency => Self::emergency_actor(&session),
            Way::Password | Way::Link => self.actor_in(&read, session.person, session.organisation).await?,
        };
        let minutes = if leads(&actor) { setting.idle_leading_minutes } else { setting.idle_staff_minutes };
        let limits = self.limits_in(&read, Some(session.organisation)).await?;
        drop(read);
        let rested = now.duration_since(session.seen_at).as_secs();
        if rested > limits.idle_seconds.unwrap_or(i64::MAX).min(minutes * 60) {
            self.sign_out(session.id).await?;
            return Ok(None);
        }
        if rested >= SEEN_EVERY_SECONDS && session.way != Way::Emergency && self.shut_out(&actor).await?.is_some() {
            self.sign_out(session.id).await?;
            return Ok(None);
        }
        if rested >= SEEN_EVERY_SECONDS && self.can_write() {
            let mut write = self.write().await?;
            write.see_session(&system, session.id, now).await?;
            write.commit().await?;
        }
        let age = session.password_set_at.map(|at| now.duration_since(at).as_secs());
        // In a demo one goes on as somebody without their password.
        let old = !self.is_demo() && age.zip(limits.age_seconds).is_some_and(|(age, most)| age >= most);
        let first = if session.held { self.still_first(&actor, session.id).await? } else { None };
        Ok(Some(SignedIn { actor, outgrown: old && session.way == Way::Password, session, first }))
    }

    /// Notes that somebody agreed to the notice as it reads now.
    pub async fn agree_notice(&self, login: LoginId) -> Result<(), Error> {
        let mut write = self.write().await?;
        write.agree_notice(&Scope::system("sign-in"), login, &words::notice().version, self.now()).await?;
        Ok(write.commit().await?)
    }

    /// Ends a session whose token came from another browser than it was given to: somebody may have copied it.
    pub async fn end_misused(&self, session: SessionId) -> Result<(), Error> {
        tracing::warn!(session = %session.0, "a session's token came from another browser; the session was ended");
        let mut write = self.write().await?;
        write.misused_session(&Scope::system("sign-in"), session, self.now()).await?;
        Ok(write.commit().await?)
    }

    /// Ends a session.
    pub async fn sign_out(&self, session: SessionId) -> Result<(), Error> {
        let mut write = self.write().await?;
        write.end_session(&Scope::system("sign-in"), session, self.now()).await?;
        Ok(write.commit().await?)
    }
}

/// Whether somebody holds a leading role anywhere.
fn leads(actor: &Actor) -> bool {
    actor.roles.iter().any(|held| held.base.leads())
}
