//! Looking at a demo as somebody else: no password asked, so only in a folder that `schoolkeeper demo` made, under its
//! marked key, on this machine.
//!
//! Invariant: anywhere else there is no such thing: everything here answers *missing*.

use crate::appointment::Posts;
use crate::sign_in::{Arrival, NewSession, Session, Way};
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, LoginId, SchoolId};
use schoolkeeper_store::School;
use schoolkeeper_store::login::LoginPage;
use std::collections::BTreeMap;

/// How many people are read at once.
const PAGE: u32 = 200;
/// Most people the list holds.
const SEATS_MAX: usize = 2_000;

/// Somebody a demo can be looked at as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Their sign-in.
    pub login: LoginId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// *Headteacher*.
    pub role: String,
    /// Where.
    pub place: String,
}

impl House {
    /// Whether this folder was made by `schoolkeeper demo` and is only seen on this machine.
    pub fn is_demo(&self) -> bool {
        let settings = self.settings();
        settings.demo && settings.sandbox && self.has_demo_key() && self.base_url().is_local()
    }

    /// Everybody who can sign in, by place; missing outside a demo.
    pub async fn seats(&self) -> Result<Vec<Seat>, Error> {
        if !self.is_demo() {
            return Err(Error::Missing);
        }
        let (read, scope) = (self.read().await?, Self::scope(&self.operator(), "role.assign")?);
        let mut places: BTreeMap<SchoolId, (School, Posts)> = BTreeMap::new();
        for school in read.schools(&scope).await? {
            let posts = self.posts(&read, &school).await?;
            places.insert(school.id, (school, posts));
        }
        let mut out = Vec::new();
        while out.len() < SEATS_MAX {
            let page = LoginPage { skip: out.len() as u32, limit: PAGE, ..LoginPage::default() };
            let lines = read.logins(&scope, &page).await?;
            let full = lines.len() == PAGE as usize;
            for line in lines {
                let Some((school, posts)) = places.get(&line.joined.school) else { continue };
                let role = role_of(posts, school, line.joined.person);
                let rank = (!school.trust, school.slug.clone(), role.0);
                let (name, place) = (line.joined.name, school.title.clone());
                out.push((rank, Seat { login: line.joined.login, name, email: line.email, role: role.1, place }));
            }
            if !full {
                break;
            }
        }
        out.sort_by(|a, b| (&a.0, &a.1.name).cmp(&(&b.0, &b.1.name)));
        Ok(out.into_iter().map(|(_, seat)| seat).collect())
    }

    /// *Headteacher of Teapot Lane Primary (made up)*: as whom a demo is looked at. Nothing outside a demo.
    pub async fn looked_at_as(&self, actor: &Actor) -> Result<Option<String>, Error> {
        let Some(person) = actor.person.filter(|_| self.is_demo()) else { return Ok(None) };
        let (read, system) = (self.read().await?, Scope::system("demo"));
        let Some(home) = read.entry(&system, person).await?.map(|entry| entry.school) else { return Ok(None) };
        let schools = read.schools(&system).await?;
        let Some(school) = schools.into_iter().find(|school| school.id == home) else { return Ok(None) };
        let posts = self.posts(&read, &school).await?;
        Ok(Some(format!("{} of {}", role_of(&posts, &school, person).1, school.title)))
    }

    /// Goes on as somebody else: the session before ends, and the ledger says that this was a change of looks.
    pub async fn look_as(
        &self,
        login: LoginId,
        before: Option<&Session>,
        arrival: &Arrival,
    ) -> Result<NewSession, Error> {
        if !self.is_demo() {
            return Err(Error::Missing);
        }
        let (system, read) = (Scope::system("demo"), self.read().await?);
        let known =
            read.login(&system, login).await?.filter(|known| known.closed_at.is_none()).ok_or(Error::Missing)?;
        let joined = read.joined(&system, login).await?;
        let first = joined.iter().find(|joined| joined.ended_at.is_none()).ok_or(Error::Missing)?;
        drop(read);
        let mut write = self.write().await?;
        write.look_as(&system, first, before.map(|before| before.id), self.now()).await?;
        write.commit().await?;
        self.begin_session(&known, first, Way::Password, arrival).await
    }
}

/// What somebody is at a place, and where that stands among the roles there.
fn role_of(posts: &Posts, school: &School, person: EntryId) -> (usize, String) {
    let place = (!school.trust).then_some(school.id);
    let held = posts.roles.held(&posts.appointments, person, posts.today);
    let held = held.into_iter().filter(|held| held.school == place && !held.role.is_empty());
    let best = held.min_by_key(|held| held.base);
    best.map_or((usize::MAX, "Member of staff".to_owned()), |held| (held.base as usize, posts.title(&held.role)))
}
