//! Wrong attempts by where they came from, so that guessing grows slow; what somebody typed, kept until they are back.
//!
//! Invariant: only hashes of addresses and sources stand here, and everything in it ends by itself.

use crate::error::Error;
use crate::sql::{at, id, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::LoginId;

statements! {
    GET = "SELECT count, until_at FROM throttle WHERE key = $1";
    // What began before the window is forgotten.
    ADD = "INSERT INTO throttle (key, count, first_at, until_at) VALUES ($1, 1, $2, $2) ON CONFLICT (key) DO UPDATE SET \
        count = CASE WHEN throttle.first_at < $3 THEN 1 ELSE throttle.count + 1 END, \
        first_at = CASE WHEN throttle.first_at < $3 THEN excluded.first_at ELSE throttle.first_at END \
        RETURNING count";
    HOLD = "UPDATE throttle SET until_at = $2 WHERE key = $1";
    CLEAR = "DELETE FROM throttle WHERE key = $1";
    FORGET = "DELETE FROM throttle WHERE first_at < $1 AND until_at < $1";
    KEEP_DRAFT = "INSERT INTO draft (login, path, sealed, made_at, ends_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (login, path) DO UPDATE SET sealed = excluded.sealed, made_at = excluded.made_at, \
        ends_at = excluded.ends_at";
    DRAFT = "SELECT sealed FROM draft WHERE login = $1 AND path = $2 AND ends_at > $3";
    DROP_DRAFT = "DELETE FROM draft WHERE login = $1 AND path = $2";
    FORGET_DRAFTS = "DELETE FROM draft WHERE ends_at < $1";
    WHOSE = "SELECT login FROM session WHERE token = $1 AND ends_at > $2 AND login IS NOT NULL";
}

impl Read {
    /// How often something was tried wrongly, and until when it waits; only for the system.
    pub async fn throttled(&self, scope: &Scope, key: &str) -> Result<Option<(i64, Timestamp)>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        let row = self.one("throttle", GET, vec![text(key)]).await?;
        row.map(|row| Ok((row.int("count")?, row.at("until_at")?))).transpose()
    }

    /// What somebody had typed into the form at a path, sealed; only for the system.
    pub async fn draft(
        &self,
        scope: &Scope,
        login: LoginId,
        path: &str,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        let row = self.one("draft", DRAFT, vec![id(login.0), text(path), at(now)]).await?;
        row.map(|row| row.text("sealed")).transpose()
    }

    /// Whose session a token was, also after it ended; only for the system, to keep what they typed.
    pub async fn whose_token(&self, scope: &Scope, token: &str, now: Timestamp) -> Result<Option<LoginId>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        let row = self.one("session", WHOSE, vec![text(token), at(now)]).await?;
        row.map(|row| Ok(LoginId(row.id("login")?))).transpose()
    }
}

impl Write {
    /// Counts a wrong attempt; those before `since` are forgotten. Says how many there are, 0 for any but the system.
    pub async fn count_wrong(
        &mut self,
        scope: &Scope,
        key: &str,
        now: Timestamp,
        since: Timestamp,
    ) -> Result<i64, Error> {
        if scope.organisation().is_some() {
            return Ok(0);
        }
        let row = self.one("throttle", ADD, vec![text(key), at(now), at(since)]).await?;
        row.map_or(Ok(0), |row| row.int("count"))
    }

    /// Lets it wait until an instant; only the system may.
    pub async fn hold_back(&mut self, scope: &Scope, key: &str, until: Timestamp) -> Result<bool, Error> {
        Ok(scope.organisation().is_none() && self.run(HOLD, vec![text(key), at(until)]).await? > 0)
    }

    /// Forgets wrong attempts; only the system may.
    pub async fn clear_wrong(&mut self, scope: &Scope, key: &str) -> Result<bool, Error> {
        Ok(scope.organisation().is_none() && self.run(CLEAR, vec![text(key)]).await? > 0)
    }

    /// Keeps what somebody typed, sealed; only the system may.
    pub async fn keep_draft(
        &mut self,
        scope: &Scope,
        (login, path): (LoginId, &str),
        sealed: &str,
        (now, ends_at): (Timestamp, Timestamp),
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let values = vec![id(login.0), text(path), text(sealed), at(now), at(ends_at)];
        Ok(self.run(KEEP_DRAFT, values).await? > 0)
    }

    /// Drops what somebody typed; only the system may.
    pub async fn drop_draft(&mut self, scope: &Scope, login: LoginId, path: &str) -> Result<bool, Error> {
        Ok(scope.organisation().is_none() && self.run(DROP_DRAFT, vec![id(login.0), text(path)]).await? > 0)
    }

    /// Forgets wrong attempts and drafts that ended before an instant; only the system may. Says how many.
    pub async fn forget_attempts(&mut self, scope: &Scope, before: Timestamp) -> Result<u64, Error> {
        if scope.organisation().is_some() {
            return Ok(0);
        }
        Ok(self.run(FORGET, vec![at(before)]).await? + self.run(FORGET_DRAFTS, vec![at(before)]).await?)
    }
}
