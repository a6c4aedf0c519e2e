//! Access tokens of programs: whose authority each narrows, and only the hash of what the program holds.
//!
//! Invariant: a token that has ended, or whose maker cannot sign in any more, is found by nobody who shows it.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{Row, at, id, json, maybe_text, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};
use uuid::Uuid;

/// Most tokens of an organisation that are listed.
pub const LISTED_MAX: i64 = 500;

statements! {
    INSERT = "INSERT INTO token (id, organisation, person, name, hash, schools, scopes, made_at, ends_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIVE = "SELECT t.id, t.organisation, t.person, t.name, t.schools, t.scopes, t.made_at, t.ends_at, t.used_on, \
        t.revoked_at FROM token t JOIN login_person p ON p.person = t.person AND p.organisation = t.organisation \
        AND p.ended_at IS NULL WHERE t.hash = $1 AND t.revoked_at IS NULL AND t.ends_at > $2 LIMIT 1";
    GET = "SELECT id, organisation, person, name, schools, scopes, made_at, ends_at, used_on, revoked_at FROM token \
        WHERE id = $1";
    LIST = "SELECT id, organisation, person, name, schools, scopes, made_at, ends_at, used_on, revoked_at FROM token \
        WHERE organisation = $1 ORDER BY made_at DESC, id LIMIT $2";
    ENDING = "SELECT id, organisation, person, name, schools, scopes, made_at, ends_at, used_on, revoked_at FROM token \
        WHERE revoked_at IS NULL AND ends_at > $1 AND ends_at <= $2 ORDER BY ends_at, id LIMIT 1000";
    COUNT = "SELECT count(*) AS number FROM token WHERE organisation = $1 AND revoked_at IS NULL AND ends_at > $2";
    USED = "UPDATE token SET used_on = $2 WHERE id = $1";
    REVOKE = "UPDATE token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    RENEW = "UPDATE token SET hash = $2, ends_at = $3 WHERE id = $1 AND revoked_at IS NULL";
    BEGIN = "INSERT INTO repeat_answer (token, key, request_hash, at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (token, key) DO NOTHING";
    ANSWERED = "SELECT request_hash, status, answer, at FROM repeat_answer WHERE token = $1 AND key = $2";
    ANSWER = "UPDATE repeat_answer SET status = $3, answer = $4 WHERE token = $1 AND key = $2";
    TAKE_BACK = "DELETE FROM repeat_answer WHERE token = $1 AND key = $2 AND status IS NULL";
    FORGET = "DELETE FROM repeat_answer WHERE at < $1";
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id; what is done with it is recorded under this id.
    pub id: Uuid,
    /// Where.
    pub organisation: OrganisationId,
    /// Who made it: their authority is what it narrows.
    pub person: EntryId,
    /// What it is for.
    pub name: String,
    /// The schools it reaches.
    pub schools: Vec<SchoolId>,
    /// What it may do there: `standing.read`, `people.write`.
    pub scopes: Vec<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// It ends then.
    pub ends_at: Timestamp,
    /// The last day it was used.
    pub used_on: Option<Date>,
    /// Somebody ended it.
    pub revoked_at: Option<Timestamp>,
}

/// What became of a request that came with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Digest of the request it came with first.
    pub request: String,
    /// Status and body; `None` while it is under way.
    pub answer: Option<(u16, String)>,
    /// When it came first.
    pub at: Timestamp,
}

impl Read {
    /// The live token of a hash; only for the system.
    pub async fn live_token(&self, scope: &Scope, hash: &str, now: Timestamp) -> Result<Option<Token>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        self.one("token", LIVE, vec![text(hash), at(now)]).await?.as_ref().map(from_row).transpose()
    }

    /// The tokens of the scope's organisation all of whose schools it reaches whole, newest first, ended ones too.
    pub async fn tokens(&self, scope: &Scope) -> Result<Vec<Token>, Error> {
        let Some(organisation) = scope.organisation() else { return Ok(Vec::new()) };
        let rows = self.all("token", LIST, vec![id(organisation.0), LISTED_MAX.into()]).await?;
        let tokens: Vec<Token> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
        Ok(tokens.into_iter().filter(|token| reaches(scope, token)).collect())
    }

    /// One of them; `None` when it is not there or not reached.
    pub async fn token(&self, scope: &Scope, token: Uuid) -> Result<Option<Token>, Error> {
        let found = self.one("token", GET, vec![id(token)]).await?.as_ref().map(from_row).transpose()?;
        Ok(found.filter(|token| reaches(scope, token)))
    }

    /// How many tokens of an organisation live.
    pub async fn token_count(&self, scope: &Scope, now: Timestamp) -> Result<i64, Error> {
        let Some(organisation) = scope.organisation() else { return Ok(0) };
        let row = self.one("token", COUNT, vec![id(organisation.0), at(now)]).await?;
        row.map_or(Ok(0), |row| row.int("number"))
    }

    /// Live tokens that end between two instants; only for the system.
    pub async fn ending_tokens(&self, scope: &Scope, from: Timestamp, to: Timestamp) -> Result<Vec<Token>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        self.all("token", ENDING, vec![at(from), at(to)]).await?.iter().map(from_row).collect()
    }

    /// What became of the request that came with this key; only for the system.
    pub async fn answered(&self, scope: &Scope, (token, key): (Uuid, &str)) -> Result<Option<Answered>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        let Some(row) = self.one("repeat_answer", ANSWERED, vec![id(token), text(key)]).await? else { return Ok(None) };
        let status = row.maybe_int("status")?.and_then(|status| u16::try_from(status).ok());
        let answer = status.map(|status| Ok::<_, Error>((status, row.maybe_text("answer")?.unwrap_or_default())));
        Ok(Some(Answered { request: row.text("request_hash")?, answer: answer.transpose()?, at: row.at("at")? }))
    }
}

impl Write {
    /// Adds a token under the hash of what the program will hold; `false` when one of its schools is not reached whole.
    pub async fn add_token(&mut self, scope: &Scope, token: &Token, hash: &str) -> Result<bool, Error> {
        for school in &token.schools {
            if self.reach_whole(scope, *school).await?.is_none() {
                return Ok(false);
            }
        }
        if token.schools.is_empty() || !reaches(scope, token) {
            return Ok(false);
        }
        let values = vec![
            id(token.id),
            id(token.organisation.0),
            id(token.person.0),
            text(&token.name),
            text(hash),
            json(&token.schools),
            json(&token.scopes),
            at(token.made_at),
            at(token.ends_at),
        ];
        self.run(INSERT, values).await?;
        self.record_token(scope, token, ("token-made", Some(token.ends_at)), token.made_at).await?;
        Ok(true)
    }

    /// Ends a token; `false` when it is not there, not reached or ended already.
    pub async fn revoke_token(&mut self, scope: &Scope, token: Uuid, now: Timestamp) -> Result<bool, Error> {
        let Some(known) = self.token(scope, token).await? else { return Ok(false) };
        if self.run(REVOKE, vec![id(token), at(now)]).await? == 0 {
            return Ok(false);
        }
        self.record_token(scope, &known, ("token-revoked", None), now).await?;
        Ok(true)
    }

    /// Gives a token another secret and another end; what the program held until now is worth nothing. `false` as above.
    pub async fn renew_token(
        &mut self,
        scope: &Scope,
        (token, hash): (Uuid, &str),
        ends_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(known) = self.token(scope, token).await? else { return Ok(false) };
        if self.run(RENEW, vec![id(token), text(hash), at(ends_at)]).await? == 0 {
            return Ok(false);
        }
        self.record_token(scope, &known, ("token-renewed", Some(ends_at)), now).await?;
        Ok(true)
    }

    /// Notes the day a token was used; only the system may.
    pub async fn use_token(&mut self, scope: &Scope, token: Uuid, day: Date) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(USED, vec![id(token), text(day.to_string())]).await? > 0)
    }

    /// Begins a request that may come again; `false` when its key is known already. Only the system may.
    pub async fn begin_repeat(
        &mut self,
        scope: &Scope,
        (token, key): (Uuid, &str),
        request: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(BEGIN, vec![id(token), text(key), text(request), at(now)]).await? > 0)
    }

    /// Keeps the answer of such a request, or (`None`) forgets that it came; only the system may.
    pub async fn end_repeat(
        &mut self,
        scope: &Scope,
        (token, key): (Uuid, &str),
        answer: Option<(u16, &str)>,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let place = vec![id(token), text(key)];
        let Some((status, body)) = answer else { return Ok(self.run(TAKE_BACK, place).await? > 0) };
        let said = vec![i64::from(status).into(), maybe_text(Some(body))];
        Ok(self.run(ANSWER, [place, said].concat()).await? > 0)
    }

    /// Forgets answers of requests that came before an instant; only the system may. Says how many.
    pub async fn forget_repeats(&mut self, scope: &Scope, before: Timestamp) -> Result<u64, Error> {
        if scope.organisation().is_some() {
            return Ok(0);
        }
        self.run(FORGET, vec![at(before)]).await
    }

    async fn record_token(
        &mut self,
        scope: &Scope,
        token: &Token,
        (kind, ends_at): (&str, Option<Timestamp>),
        now: Timestamp,
    ) -> Result<(), Error> {
        let about = About { organisation: Some(token.organisation), school: None, now };
        let mut details = vec![("token", Detail::Id(token.id)), ("person", Detail::Id(token.person.0))];
        details.extend(ends_at.map(|end| ("ends-at", Detail::Count(end.as_microsecond()))));
        self.record(scope, about, kind, &details).await
    }
}

fn reaches(scope: &Scope, token: &Token) -> bool {
    let within = scope.organisation().is_none_or(|own| own == token.organisation);
    within && token.schools.iter().all(|school| scope.reaches_whole(*school))
}

fn from_row(row: &Row) -> Result<Token, Error> {
    Ok(Token {
        id: row.id("id")?,
        organisation: OrganisationId(row.id("organisation")?),
        person: EntryId(row.id("person")?),
        name: row.text("name")?,
        schools: row.json("schools")?,
        scopes: row.json("scopes")?,
        made_at: row.at("made_at")?,
        ends_at: row.at("ends_at")?,
        used_on: row.maybe_day("used_on")?,
        revoked_at: row.maybe_at("revoked_at")?,
    })
}
