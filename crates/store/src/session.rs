//! Sign-ins under way, on the server: a browser holds only a token, and here stands only its hash.
//!
//! Invariant: a session that has ended never answers again, whoever holds its token.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::login::Joined;
use crate::sql::{Row, at, id, maybe_at, maybe_id, maybe_text, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, LoginId, OrganisationId, SessionId};
use serde::{Deserialize, Serialize};

statements! {
    INSERT = "INSERT INTO session (id, token, way, login, organisation, person, device, browser, started_at, seen_at, \
        ends_at, before_at, before_failed, held) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13)";
    GET = "SELECT s.id, s.way, s.login, s.organisation, s.person, s.browser, s.started_at, s.seen_at, s.ends_at, \
        s.before_at, s.before_failed, s.held, p.name, l.notice, l.password_set_at FROM session s LEFT JOIN login l ON l.id = s.login \
        LEFT JOIN login_person p ON p.login = s.login AND p.organisation = s.organisation AND p.ended_at IS NULL \
        WHERE s.token = $1 AND s.ended_at IS NULL AND s.ends_at > $2 AND (s.login IS NULL OR p.name IS NOT NULL)";
    LIST = "SELECT s.id, s.way, s.login, s.organisation, s.person, s.browser, s.started_at, s.seen_at, s.ends_at, \
        s.before_at, s.before_failed, s.held, '' AS name, NULL AS notice, l.password_set_at FROM session s \
        LEFT JOIN login l ON l.id = s.login WHERE s.login = $1 AND s.ended_at IS NULL AND s.ends_at > $2 ORDER BY s.started_at DESC, s.id LIMIT 100";
    DEVICE = "SELECT id FROM session WHERE login = $1 AND device = $2 LIMIT 1";
    RELEASE = "UPDATE session SET held = $2 WHERE id = $1";
    SEEN = "UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
    RETOKEN = "UPDATE session SET token = $2 WHERE id = $1 AND ended_at IS NULL";
    MOVE = "UPDATE session SET organisation = $2, person = $3, token = $4 WHERE id = $1 AND ended_at IS NULL";
    END = "UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    END_OF = "UPDATE session SET ended_at = $2 WHERE login = $1 AND ended_at IS NULL AND id <> $3";
    END_AT = "UPDATE session SET ended_at = $2 WHERE login = $1 AND ended_at IS NULL AND organisation = $3";
}

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// With a password.
    Password,
    /// With a one-time link: only what is theirs.
    Link,
    /// With the emergency code.
    Emergency,
}

impl Way {
    /// All.
    pub const ALL: [Self; 3] = [Self::Password, Self::Link, Self::Emergency];
}

/// One sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// How they came in.
    pub way: Way,
    /// Whose; `None` for the emergency account.
    pub login: Option<LoginId>,
    /// The organisation in use.
    pub organisation: OrganisationId,
    /// The person there; for the emergency account the id of its use.
    pub person: EntryId,
    /// What people read; empty in lists.
    pub name: String,
    /// What the browser says it is, in a few words.
    pub browser: String,
    /// When it began.
    pub started_at: Timestamp,
    /// The last request, to within a minute.
    pub seen_at: Timestamp,
    /// It ends then at the latest.
    pub ends_at: Timestamp,
    /// The sign-in before it.
    pub before_at: Option<Timestamp>,
    /// Wrong attempts between the two.
    pub before_failed: i64,
    /// Version of the notice the login agreed to; not read in lists.
    pub notice: Option<String>,
    /// When the login's password was chosen.
    pub password_set_at: Option<Timestamp>,
    /// They have to sign something before anything else.
    pub held: bool,
}

impl Read {
    /// The live session of a token's hash; only for the system.
    pub async fn session(&self, scope: &Scope, token: &str, now: Timestamp) -> Result<Option<Session>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        self.one("session", GET, vec![text(token), at(now)]).await?.as_ref().map(from_row).transpose()
    }

    /// The live sessions of a login, latest first, at most 100; only for the system.
    pub async fn sessions(&self, scope: &Scope, login: LoginId, now: Timestamp) -> Result<Vec<Session>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        self.all("session", LIST, vec![id(login.0), at(now)]).await?.iter().map(from_row).collect()
    }

    /// Whether a login ever signed in on a browser with this mark; only for the system.
    pub async fn knows_device(&self, scope: &Scope, login: LoginId, device: &str) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.one("session", DEVICE, vec![id(login.0), text(device)]).await?.is_some())
    }
}

impl Write {
    /// Begins a session under a token's hash; only the system may.
    pub async fn begin_session(
        &mut self,
        scope: &Scope,
        session: &Session,
        (token, device): (&str, Option<&str>),
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let values = vec![
            id(session.id.0),
            text(token),
            word(&session.way),
            maybe_id(session.login.map(|login| login.0)),
            id(session.organisation.0),
            id(session.person.0),
            maybe_text(device),
            text(&session.browser),
            at(session.started_at),
            at(session.ends_at),
            maybe_at(session.before_at),
            session.before_failed.into(),
            session.held.into(),
        ];
        self.run(INSERT, values).await?;
        if let Some(login) = session.login.filter(|_| session.way == Way::Password) {
            self.note_signed_in(login, session.started_at).await?;
        }
        let about = About { organisation: Some(session.organisation), school: None, now: session.started_at };
        let mut details = vec![("session", Detail::Id(session.id.0)), ("person", Detail::Id(session.person.0))];
        details.extend(session.login.map(|login| ("login", Detail::Id(login.0))));
        details.extend(crate::sql::name_of(&session.way).map(|way| ("way", Detail::Word(way))));
        self.record(scope, about, "signed-in", &details).await?;
        Ok(true)
    }

    /// Notes that a session is in use; only the system may.
    pub async fn see_session(&mut self, scope: &Scope, session: SessionId, now: Timestamp) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(SEEN, vec![id(session.0), at(now)]).await? > 0)
    }

    /// Notes that whoever is signed in has signed what stood before everything else; only the system may.
    pub async fn release_session(&mut self, scope: &Scope, session: SessionId) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(RELEASE, vec![id(session.0), false.into()]).await? > 0)
    }

    /// Gives a session another token, so that the old one is worth nothing; only the system may.
    pub async fn renew_session(&mut self, scope: &Scope, session: SessionId, token: &str) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(RETOKEN, vec![id(session.0), text(token)]).await? > 0)
    }

    /// Moves a session to another organisation, under another token; only the system may.
    pub async fn move_session(
        &mut self,
        scope: &Scope,
        session: SessionId,
        (organisation, person): (OrganisationId, EntryId),
        token: &str,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let values = vec![id(session.0), id(organisation.0), id(person.0), text(token)];
        Ok(self.run(MOVE, values).await? > 0)
    }

    /// Ends one session; only the system may.
    pub async fn end_session(&mut self, scope: &Scope, session: SessionId, now: Timestamp) -> Result<bool, Error> {
        if scope.organisation().is_some() || self.run(END, vec![id(session.0), at(now)]).await? == 0 {
            return Ok(false);
        }
        let about = About { organisation: None, school: None, now };
        self.record(scope, about, "signed-out", &[("session", Detail::Id(session.0))]).await?;
        Ok(true)
    }

    /// Notes that a demo is looked at as somebody from here on, and ends the session it was looked at in before; only
    /// the system may.
    pub async fn look_as(
        &mut self,
        scope: &Scope,
        to: &Joined,
        before: Option<SessionId>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        if let Some(before) = before {
            self.end_session(scope, before, now).await?;
        }
        let about = About { organisation: Some(to.organisation), school: None, now };
        let mut details = vec![("person", Detail::Id(to.person.0)), ("login", Detail::Id(to.login.0))];
        details.extend(before.map(|before| ("session", Detail::Id(before.0))));
        self.record(scope, about, "looked-as", &details).await?;
        Ok(true)
    }

    /// Ends a session whose token came from another browser than it was given to; only the system may.
    pub async fn misused_session(&mut self, scope: &Scope, session: SessionId, now: Timestamp) -> Result<bool, Error> {
        if scope.organisation().is_some() || self.run(END, vec![id(session.0), at(now)]).await? == 0 {
            return Ok(false);
        }
        let about = About { organisation: None, school: None, now };
        self.record(scope, about, "session-misused", &[("session", Detail::Id(session.0))]).await?;
        Ok(true)
    }

    /// Ends every session of a login but one, or all of them; only the system may. Says how many.
    pub async fn end_sessions(
        &mut self,
        scope: &Scope,
        login: LoginId,
        but: Option<SessionId>,
        now: Timestamp,
    ) -> Result<u64, Error> {
        if scope.organisation().is_some() {
            return Ok(0);
        }
        let but = but.map_or(uuid::Uuid::nil(), |but| but.0);
        let ended = self.run(END_OF, vec![id(login.0), at(now), id(but)]).await?;
        let details = [("login", Detail::Id(login.0)), ("sessions", Detail::Count(ended.cast_signed()))];
        self.record(scope, About { organisation: None, school: None, now }, "signed-out-everywhere", &details).await?;
        Ok(ended)
    }

    /// Ends a login's sessions in the scope's organisation.
    pub(crate) async fn end_sessions_at(
        &mut self,
        organisation: OrganisationId,
        login: LoginId,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.run(END_AT, vec![id(login.0), at(now), id(organisation.0)]).await.map(drop)
    }
}

fn from_row(row: &Row) -> Result<Session, Error> {
    Ok(Session {
        id: SessionId(row.id("id")?),
        way: row.word("way")?,
        login: row.maybe_id("login")?.map(LoginId),
        organisation: OrganisationId(row.id("organisation")?),
        person: EntryId(row.id("person")?),
        name: row.maybe_text("name")?.unwrap_or_default(),
        browser: row.text("browser")?,
        started_at: row.at("started_at")?,
        seen_at: row.at("seen_at")?,
        ends_at: row.at("ends_at")?,
        before_at: row.maybe_at("before_at")?,
        before_failed: row.int("before_failed")?,
        notice: row.maybe_text("notice")?,
        password_set_at: row.maybe_at("password_set_at")?,
        held: row.flag("held")?,
    })
}
