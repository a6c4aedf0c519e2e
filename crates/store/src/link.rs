//! One-time links and the code of the first run. What was given out is kept only as a hash.
//!
//! Invariant: a link is used up by the act it is for, once; looking at it changes nothing.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{at, id, maybe_text, name_of, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{LoginId, OrganisationId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO link (id, token, purpose, login, organisation, target, made_at, ends_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    GET = "SELECT id, purpose, login, organisation, target, made_at, ends_at, used_at FROM link WHERE token = $1";
    USE = "UPDATE link SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND ends_at > $2";
    END_OF = "UPDATE link SET ends_at = $2 WHERE login = $1 AND used_at IS NULL AND ends_at > $2 AND purpose <> 'sign-in'";
    SETUP_GET = "SELECT hash, tries FROM setup_code WHERE name = 'setup'";
    SETUP_SET = "INSERT INTO setup_code (name, hash, tries, made_at) VALUES ('setup', $1, $2, $3) \
        ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, tries = excluded.tries, made_at = excluded.made_at";
    SETUP_TRY = "UPDATE setup_code SET tries = tries - 1 WHERE name = 'setup' AND tries > 0";
    SETUP_END = "DELETE FROM setup_code WHERE name = 'setup'";
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The first password of somebody invited.
    Invite,
    /// A new password instead of a forgotten one.
    Reset,
    /// To see, sign or answer what is one's own.
    SignIn,
}

impl Purpose {
    /// All.
    pub const ALL: [Self; 3] = [Self::Invite, Self::Reset, Self::SignIn];
}

/// A one-time link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub id: Uuid,
    /// What it is for.
    pub purpose: Purpose,
    /// For whom.
    pub login: LoginId,
    /// Where.
    pub organisation: OrganisationId,
    /// The page it leads to.
    pub target: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl Read {
    /// A link by its token's hash, also one that has ended; only for the system.
    pub async fn link(&self, scope: &Scope, token: &str) -> Result<Option<Link>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        let row = self.one("link", GET, vec![text(token)]).await?;
        row.map(|row| {
            Ok(Link {
                id: row.id("id")?,
                purpose: row.word("purpose")?,
                login: LoginId(row.id("login")?),
                organisation: OrganisationId(row.id("organisation")?),
                target: row.maybe_text("target")?,
                made_at: row.at("made_at")?,
                ends_at: row.at("ends_at")?,
                used_at: row.maybe_at("used_at")?,
            })
        })
        .transpose()
    }

    /// The hash of the first run's code and the tries left; only for the system.
    pub async fn setup_code(&self, scope: &Scope) -> Result<Option<(String, i64)>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        let row = self.one("setup_code", SETUP_GET, Vec::new()).await?;
        row.map(|row| Ok((row.text("hash")?, row.int("tries")?))).transpose()
    }
}

impl Write {
    /// Keeps a link under its token's hash; only the system may. Earlier links of the login for a password end.
    pub async fn add_link(&mut self, scope: &Scope, link: &Link, token: &str) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        if link.purpose != Purpose::SignIn {
            self.run(END_OF, vec![id(link.login.0), at(link.made_at)]).await?;
        }
        let values = vec![
            id(link.id),
            text(token),
            word(&link.purpose),
            id(link.login.0),
            id(link.organisation.0),
            maybe_text(link.target.as_deref()),
            at(link.made_at),
            at(link.ends_at),
        ];
        self.run(INSERT, values).await?;
        self.record_link(scope, link, "link-made", link.made_at).await?;
        Ok(true)
    }

    /// Uses a link up; `false` when it was used or has ended meanwhile. Only the system may.
    pub async fn use_link(&mut self, scope: &Scope, link: &Link, now: Timestamp) -> Result<bool, Error> {
        if scope.organisation().is_some() || self.run(USE, vec![id(link.id), at(now)]).await? == 0 {
            return Ok(false);
        }
        self.record_link(scope, link, "link-used", now).await?;
        Ok(true)
    }

    /// Sets the first run's code; only the system may.
    pub async fn set_setup_code(
        &mut self,
        scope: &Scope,
        hash: &str,
        tries: i64,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        self.run(SETUP_SET, vec![text(hash), tries.into(), at(now)]).await?;
        self.record(scope, About { organisation: None, school: None, now }, "setup-code-made", &[]).await?;
        Ok(true)
    }

    /// Takes one try of the first run's code; `false` when none is left. Only the system may.
    pub async fn try_setup_code(&mut self, scope: &Scope) -> Result<bool, Error> {
        Ok(scope.organisation().is_none() && self.run(SETUP_TRY, Vec::new()).await? > 0)
    }

    /// The first run is over; only the system may.
    pub async fn end_setup_code(&mut self, scope: &Scope) -> Result<bool, Error> {
        Ok(scope.organisation().is_none() && self.run(SETUP_END, Vec::new()).await? > 0)
    }

    async fn record_link(&mut self, scope: &Scope, link: &Link, kind: &str, now: Timestamp) -> Result<(), Error> {
        let about = About { organisation: Some(link.organisation), school: None, now };
        let mut details = vec![("link", Detail::Id(link.id)), ("login", Detail::Id(link.login.0))];
        details.extend(name_of(&link.purpose).map(|purpose| ("purpose", Detail::Word(purpose))));
        self.record(scope, about, kind, &details).await
    }
}
