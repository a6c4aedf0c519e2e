//! People who can sign in, as an administrator sees them; ending access; where somebody is signed in.
//!
//! Invariant: an organisation never loses its last administrator, not even when two end each other's access at once.

use super::session::NewSession;
use crate::{Error, House};
use jiff::SignedDuration;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{LoginId, OrganisationId, SessionId};
use schoolkeeper_store::Write;
use schoolkeeper_store::login::{Joined, LoginLine, LoginPage};
use schoolkeeper_store::session::{Session, Way};

/// Why the last administrator stays.
const LAST: &str = "nobody else could give roles or let people in\nhint: make somebody else headteacher or business manager first, and see that they have signed in";

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

    /// Ends somebody's access to the organisation and their sessions there at once. The last administrator stays.
    pub async fn end_access(&self, actor: &Actor, login: LoginId) -> Result<(), Error> {
        let scope = Self::scope(actor, "role.assign")?;
        self.person_who_signs_in(actor, login).await?;
        let mut write = self.write().await?;
        if !write.end_login(&scope, login, self.now()).await? {
            return Err(Error::Missing);
        }
        self.keeps_administrator(&mut write, actor.organisation).await?;
        Ok(write.commit().await?)
    }

    /// Refuses a change under way that leaves an organisation without anybody who can sign in and give roles. Called
    /// last before the commit, by whatever ends access, a role or a person: two such changes wait for each other.
    pub async fn keeps_administrator(&self, write: &mut Write, organisation: OrganisationId) -> Result<(), Error> {
        if self.is_new().await? {
            return Ok(());
        }
        let system = Scope::system("sign-in");
        for joined in write.joined_to_alone(&system, organisation).await? {
            let actor = self.actor_in(write, joined.person, organisation).await?;
            if Self::scope(&actor, "role.assign").is_ok() {
                return Ok(());
            }
        }
        Err(Error::refused(LAST))
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
