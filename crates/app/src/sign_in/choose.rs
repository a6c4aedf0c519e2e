//! Choosing a password: what the house asks, what every policy in force asks, and then its hash.
//!
//! Invariant: nobody but its owner chooses a password; whoever has just chosen one is signed out everywhere else.

use super::link::Seen;
use super::password::{About, LENGTH_MAX, floor};
use super::session::{Arrival, NewSession};
use crate::authority::Try;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{LoginId, Name, SessionId};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::link::Purpose;
use schoolkeeper_store::login::{Joined, Login};
use schoolkeeper_store::session::Way;
use std::collections::BTreeMap;

/// What became of a new password.
#[derive(Debug)]
pub enum Chosen {
    /// It is set, and its owner signed in anew.
    Set(NewSession),
    /// What stands against it, by field.
    Mistakes(Vec<(&'static str, String)>),
    /// The link was used or has ended meanwhile.
    Ended,
}

/// What asking for a password once more came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rechecked {
    /// It is theirs.
    Right,
    /// It is not; the attempt was counted.
    Wrong,
    /// There were too many wrong ones.
    Wait,
}

impl House {
    /// Chooses a password by a link.
    pub async fn choose_by_link(
        &self,
        seen: &Seen,
        (password, again): (&str, &str),
        arrival: &Arrival,
    ) -> Result<Chosen, Error> {
        if seen.link.purpose == Purpose::SignIn {
            return Ok(Chosen::Ended);
        }
        let (login, joined) = self.login_and_places(seen.link.login).await?;
        let mistakes = self.against(&login, &joined, password, again).await?;
        if !mistakes.is_empty() {
            return Ok(Chosen::Mistakes(mistakes));
        }
        let hash = self.hashing.hash(password).await?;
        let (system, now) = (Scope::system("sign-in"), self.now());
        let mut write = self.write().await?;
        if !write.use_link(&system, &seen.link, now).await? {
            return Ok(Chosen::Ended);
        }
        write.set_password(&system, login.id, &hash, now).await?;
        write.end_sessions(&system, login.id, None, now).await?;
        write.commit().await?;
        let at = joined.iter().find(|joined| joined.organisation == seen.link.organisation).ok_or(Error::Missing)?;
        Ok(Chosen::Set(self.begin_session(&login, at, Way::Password, arrival).await?))
    }

    /// Changes one's own password.
    pub async fn change_password(
        &self,
        (login, session): (LoginId, SessionId),
        (old, password, again): (&str, &str, &str),
        arrival: &Arrival,
    ) -> Result<Chosen, Error> {
        let wrong = |words: &str| Ok(Chosen::Mistakes(vec![("old", words.to_owned())]));
        match self.recheck(login, old, arrival).await? {
            Rechecked::Right => {}
            Rechecked::Wait => return wrong("Wait a few minutes, then try again."),
            Rechecked::Wrong => return wrong("This is not your present password."),
        }
        let (login, joined) = self.login_and_places(login).await?;
        let mistakes = self.against(&login, &joined, password, again).await?;
        if !mistakes.is_empty() {
            return Ok(Chosen::Mistakes(mistakes));
        }
        let hash = self.hashing.hash(password).await?;
        let (system, now) = (Scope::system("sign-in"), self.now());
        let read = self.read().await?;
        let live = read.sessions(&system, login.id, now).await?.into_iter().find(|one| one.id == session);
        drop(read);
        let organisation = live.ok_or(Error::Missing)?.organisation;
        let mut write = self.write().await?;
        write.set_password(&system, login.id, &hash, now).await?;
        write.end_sessions(&system, login.id, None, now).await?;
        write.commit().await?;
        let at = joined.iter().find(|joined| joined.organisation == organisation).ok_or(Error::Missing)?;
        Ok(Chosen::Set(self.begin_session(&login, at, Way::Password, arrival).await?))
    }

    /// Asks somebody who is signed in for their password once more, before something that must be them.
    pub async fn recheck(&self, login: LoginId, password: &str, arrival: &Arrival) -> Result<Rechecked, Error> {
        let (login, _) = self.login_and_places(login).await?;
        let counted = self.counted(&self.read().await?, &login.email, Some(login.id), arrival).await?;
        if self.waits_until(&self.read().await?, &counted).await?.is_some() {
            return Ok(Rechecked::Wait);
        }
        let short = if password.chars().count() <= LENGTH_MAX { password } else { "" };
        if self.hashing.verify(short, login.password.as_deref()).await? {
            return Ok(Rechecked::Right);
        }
        self.count_wrong(&counted, Some(login.id)).await?;
        Ok(Rechecked::Wrong)
    }

    async fn login_and_places(&self, login: LoginId) -> Result<(Login, Vec<Joined>), Error> {
        let (system, read) = (Scope::system("sign-in"), self.read().await?);
        let found = read.login(&system, login).await?.ok_or(Error::Missing)?;
        let joined = read.joined(&system, login).await?;
        if joined.is_empty() { Err(Error::Missing) } else { Ok((found, joined)) }
    }

    /// What stands against a password: the house's own floor first, then every policy in force where its owner is.
    async fn against(
        &self,
        login: &Login,
        joined: &[Joined],
        password: &str,
        again: &str,
    ) -> Result<Vec<(&'static str, String)>, Error> {
        let (mut schools, mut actors) = (Vec::new(), Vec::new());
        for place in joined {
            let actor = self.actor(place.person, place.organisation).await?;
            let reached = Self::scope(&actor, "password.set")?;
            let all = self.read().await?.schools(&Scope::system("sign-in")).await?;
            let mine = all.into_iter().filter(|one| one.organisation == place.organisation && reached.reaches(one.id));
            schools.extend(mine.map(|school| (actors.len(), school)));
            actors.push((actor, place));
        }
        let titles: Vec<String> = schools.iter().map(|(_, school)| school.title.clone()).collect();
        let about = About { name: &joined[0].name, email: &login.email, schools: &titles };
        let mut why = floor(password, about);
        if why.is_empty() {
            let form = self.form(login, joined, password).await?;
            for (at, school) in &schools {
                let (actor, _): &(Actor, &Joined) = &actors[*at];
                let tried = Try { act: "password.set", on: None, form: form.clone() };
                match self.decided(actor, school, &tried).await {
                    Ok(_) => {}
                    Err(Error::Denied(denial)) => why.extend(denial.reasons.into_iter().map(|one| one.message)),
                    Err(other) => return Err(other),
                }
            }
            if form.get("previous").is_some_and(|list| list.items().first() == Some(&Value::Bool(true))) {
                why.push("This is your present password. Choose another.".to_owned());
            }
        }
        why.sort();
        why.dedup();
        let mut out: Vec<_> = why.first().map(|_| ("password", why.join(" "))).into_iter().collect();
        if out.is_empty() && password != again {
            out.push(("again", "This is not the same password as above. Type it again.".to_owned()));
        }
        Ok(out)
    }

    /// What the policies are told: the password, whose it is, and for each earlier one whether it is the same.
    async fn form(&self, login: &Login, joined: &[Joined], password: &str) -> Result<Value, Error> {
        let asked = self.limits(None).await?.history.unwrap_or(1).clamp(1, 25);
        let earlier = self.read().await?.earlier_passwords(&Scope::system("sign-in"), login.id).await?;
        let mut previous = Vec::new();
        for hash in login.password.iter().chain(&earlier).take(usize::try_from(asked).unwrap_or(1)) {
            previous.push(Value::Bool(self.hashing.verify(password, Some(hash)).await?));
        }
        let form = BTreeMap::from([
            (Name::from("password"), Value::text(password)),
            (Name::from("username"), Value::text(&login.email)),
            (Name::from("name"), Value::text(&joined[0].name)),
            (Name::from("previous"), Value::List(previous.into())),
        ]);
        Ok(Value::Map(form.into()))
    }
}
