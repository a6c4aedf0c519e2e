//! People who can sign in, as an administrator sees them; ending access; where somebody is signed in.
//!
//! Invariant: an organisation never loses its last administrator, not even when two end each other's access at once.

use super::session::NewSession;
use crate::authority::Try;
use crate::{Error, House};
use jiff::SignedDuration;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, LoginId, OrganisationId, SessionId};
use schoolkeeper_store::Read;
use schoolkeeper_store::login::{Joined, LoginLine, LoginPage};
use schoolkeeper_store::session::{Session, Way};

impl House {
    /// The people who can sign in where the actor gives roles.
    pub async fn people_who_sign_in(&self, actor: &Actor, page: &LoginPage) -> Result<Vec<LoginLine>, Error> {
        let scope = Self::scope(actor, "role.assign")?;
        Ok(self.read().await?.logins(&scope, page).await?)
    }

    /// One of them.
    pub async fn person_who_signs_in(&self, actor: &Actor, login: LoginId) -> Result<Joined, Error> {
        let scope = Self::scope(actor, "role.assign")?;
        let joined = self.read().await?.joined(&Scope::system("sign-in"), login).await?;
        let joined = joined.into_iter().find(|joined| joined.organisation == actor.organisation);
        joined.filter(|joined| scope.reaches_whole(joined.school)).ok_or(Error::Missing)
    }

    /// Whether somebody was invited and has not chosen a password yet.
    pub async fn is_invited(&self, actor: &Actor, login: LoginId) -> Result<bool, Error> {
        self.person_who_signs_in(actor, login).await?;
        let known = self.read().await?.login(&Scope::system("sign-in"), login).await?;
        Ok(known.is_some_and(|known| known.password.is_none()))
    }

    /// Asks for an act on somebody who can sign in, at their school.
    pub(super) async fn allow_on_login(
        &self,
        actor: &Actor,
        login: LoginId,
        tried: Try<'_>,
    ) -> Result<(Joined, Scope), Error> {
        let joined = self.person_who_signs_in(actor, login).await?;
        let school = self.read().await?.school(&Scope::system("sign-in"), joined.school).await?;
        let tried = Try { on: Some(joined.person), ..tried };
        let scope = self.allow(actor, &school.ok_or(Error::Missing)?, &tried).await?.scope;
        if scope.reaches_whole(joined.school) { Ok((joined, scope)) } else { Err(Error::Missing) }
    }

    /// Whether a person of an organisation signs in to another one as well, with a password of their own: whoever
    /// gives roles in one of them may not give that password to anybody.
    pub(crate) async fn signs_in_elsewhere(
        &self,
        read: &Read,
        (person, organisation): (EntryId, OrganisationId),
    ) -> Result<bool, Error> {
        let system = Scope::system("sign-in");
        let joined = read.joined_to(&system, organisation).await?.into_iter().find(|joined| joined.person == person);
        let Some(joined) = joined else { return Ok(false) };
        Ok(read.joined(&system, joined.login).await?.len() > 1)
    }

    /// Ends somebody's access to the organisation and their sessions there at once. The last administrator stays.
    pub async fn end_access(&self, actor: &Actor, login: LoginId) -> Result<(), Error> {
        let (_, scope) = self.allow_on_login(actor, login, Try::plain("login.end")).await?;
        let mut write = self.write().await?;
        if !write.end_login(&scope, login, self.now()).await? {
            return Err(Error::Missing);
        }
        self.keeps_administrator(&mut write, actor.organisation).await?;
        Ok(write.commit().await?)
    }

    /// Forgets wrong attempts and drafts after a day, and logins whose every person was erased.
    pub async fn forget_old_sign_ins(&self) -> Result<(), Error> {
        let (system, now) = (Scope::system("sign-in-tidy"), self.now());
        let mut write = self.write().await?;
        write.forget_attempts(&system, now - SignedDuration::from_hours(24)).await?;
        write.forget_logins(&system).await?;
        Ok(write.commit().await?)
    }

    /// Where somebody is signed in.
    pub async fn sessions_of(&self, login: LoginId) -> Result<Vec<Session>, Error> {
        Ok(self.read().await?.sessions(&Scope::system("sign-in"), login, self.now()).await?)
    }

    /// Ends one of one's own sessions.
    pub async fn end_own_session(&self, login: LoginId, session: SessionId) -> Result<(), Error> {
        if self.sessions_of(login).await?.iter().all(|own| own.id != session) {
            return Err(Error::Missing);
        }
        self.sign_out(session).await
    }

    /// Ends every other session of one's own; says how many.
    pub async fn end_other_sessions(&self, login: LoginId, but: SessionId) -> Result<u64, Error> {
        let mut write = self.write().await?;
        let ended = write.end_sessions(&Scope::system("sign-in"), login, Some(but), self.now()).await?;
        write.commit().await?;
        Ok(ended)
    }

    /// The organisations somebody belongs to.
    pub async fn places_of(&self, login: LoginId) -> Result<Vec<Joined>, Error> {
        Ok(self.read().await?.joined(&Scope::system("sign-in"), login).await?)
    }

    /// Goes on in another organisation, under another token.
    pub async fn switch(&self, session: &Session, organisation: OrganisationId) -> Result<NewSession, Error> {
        let login = session.login.filter(|_| session.way == Way::Password).ok_or(Error::Missing)?;
        let places = self.places_of(login).await?;
        let place = places.into_iter().find(|place| place.organisation == organisation).ok_or(Error::Missing)?;
        let token = Self::secret()?;
        let mut write = self.write().await?;
        let to = (organisation, place.person);
        write.move_session(&Scope::system("sign-in"), session.id, to, &token.hash()).await?;
        write.commit().await?;
        Ok(NewSession { id: session.id, token, device: None })
    }
}
