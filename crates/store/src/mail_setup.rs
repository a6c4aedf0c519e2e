//! How a school's mail leaves and where its reports come in: the settings, and their secrets, sealed.
//!
//! Invariant: what is secret is in a column of its own and sealed before it gets here; settings name no secret.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, maybe_at, maybe_text, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::SchoolId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

statements! {
    PUT = "INSERT INTO mail_setup (school, side, document, secret_sealed, set_at, actor) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (school, side) DO UPDATE SET document = excluded.document, \
        secret_sealed = CASE WHEN $7 THEN mail_setup.secret_sealed ELSE excluded.secret_sealed END, \
        token_sealed = NULL, token_until = NULL, set_at = excluded.set_at, actor = excluded.actor";
    // The school's own settings; without them those of its central office.
    GET = "SELECT m.school, m.side, m.document, m.secret_sealed, m.token_sealed, m.token_until, m.uid_validity, m.uid_last, \
        m.looked_at, m.problem, m.set_at FROM school s \
        JOIN school o ON o.id = s.id OR (o.trust AND o.organisation = s.organisation) \
        JOIN mail_setup m ON m.school = o.id AND m.side = $2 WHERE s.id = $1 \
        ORDER BY CASE WHEN o.id = s.id THEN 0 ELSE 1 END LIMIT 1";
    MAILBOXES = "SELECT school FROM mail_setup WHERE side = 'in' ORDER BY school LIMIT 10000";
    TOKEN = "UPDATE mail_setup SET token_sealed = $3, token_until = $4, secret_sealed = coalesce($5, secret_sealed) \
        WHERE school = $1 AND side = $2";
    FORGET_TOKEN = "UPDATE mail_setup SET token_sealed = NULL, token_until = NULL WHERE school = $1 AND side = $2";
    LOOKED = "UPDATE mail_setup SET looked_at = $2, problem = $3, uid_validity = coalesce($4, uid_validity), \
        uid_last = coalesce($5, uid_last) WHERE school = $1 AND side = 'in'";
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// What leaves.
    Out,
    /// What comes in.
    In,
}

impl Side {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Out, Self::In];
}

/// Whose settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetupOf {
    /// The school, or the central office for all its schools.
    pub school: SchoolId,
    /// Which of the two.
    pub side: Side,
}

/// A token that is kept for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Sealed.
    pub sealed: String,
    /// It holds until then.
    pub until: Timestamp,
}

/// Settings as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Where they were set: the school or its central office.
    pub of: SetupOf,
    /// The settings as JSON.
    document: String,
    /// The secret, sealed.
    pub secret: Option<String>,
    /// The token, sealed.
    pub token: Option<Token>,
    /// Up to where the mailbox was read: its `UIDVALIDITY` and the last `UID`.
    pub read_to: Option<(u32, u32)>,
    /// When the mailbox was last looked at.
    pub looked_at: Option<Timestamp>,
    /// Why that did not work.
    pub problem: Option<String>,
    /// When the settings were set.
    pub set_at: Timestamp,
}

impl Setup {
    /// The settings; `None` when they do not read.
    pub fn settings<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.document).ok()
    }
}

/// What is set.
#[derive(Clone, Copy, Debug)]
pub struct NewSetup<'a> {
    /// Whose.
    pub of: SetupOf,
    /// The settings as JSON, without any secret.
    pub document: &'a str,
    /// The secret, sealed; `None` keeps the one that is there.
    pub secret: Option<&'a str>,
    /// When.
    pub now: Timestamp,
}

/// How a look at a mailbox went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Looked<'a> {
    /// Up to where it was read.
    pub read_to: Option<(u32, u32)>,
    /// Why it did not work.
    pub problem: Option<&'a str>,
}

impl Write {
    /// Sets how mail leaves or comes in; `false` and nothing changed when the school is not reached.
    pub async fn set_mail(&mut self, scope: &Scope, setup: NewSetup<'_>) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, setup.of.school).await? else { return Ok(false) };
        let values = vec![
            reached.id(),
            word(&setup.of.side),
            text(setup.document),
            maybe_text(setup.secret),
            at(setup.now),
            text(actor(scope.by())),
            setup.secret.is_none().into(),
        ];
        self.run(PUT, values).await?;
        let side = if setup.of.side == Side::Out { "out" } else { "in" };
        let details = [("side", Detail::Word(side.to_owned()))];
        self.record(scope, About::school(setup.of.school, setup.now), "mail-set", &details).await?;
        Ok(true)
    }

    /// Writes down that a way was tried, and whether its server took it; `false` when not reached.
    pub async fn mail_was_tried(
        &mut self,
        scope: &Scope,
        of: SetupOf,
        taken: bool,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if self.reach_whole(scope, of.school).await?.is_none() {
            return Ok(false);
        }
        let details = [("taken", Detail::Count(taken.into()))];
        let kind = if of.side == Side::Out { "mail-tried" } else { "mailbox-tried" };
        self.record(scope, About::school(of.school, now), kind, &details).await?;
        Ok(true)
    }

    /// Keeps a token, and a secret that was renewed with it; `None` forgets the token. `false` when not reached.
    pub async fn keep_token(
        &mut self,
        scope: &Scope,
        of: SetupOf,
        token: Option<&Token>,
        secret: Option<&str>,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, of.school).await? else { return Ok(false) };
        let mut values = vec![reached.id(), word(&of.side)];
        let changed = match token {
            Some(Token { sealed, until }) => {
                values.extend([text(sealed), at(*until), maybe_text(secret)]);
                self.run(TOKEN, values).await?
            }
            None => self.run(FORGET_TOKEN, values).await?,
        };
        Ok(changed == 1)
    }

    /// Writes down how a look at a mailbox went; `false` when it is not reached or there is none.
    pub async fn looked_at_mailbox(
        &mut self,
        scope: &Scope,
        school: SchoolId,
        looked: Looked<'_>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        let (validity, last) = looked.read_to.unzip();
        let number = |value: Option<u32>| sea_orm::Value::from(value.map(i64::from));
        let values =
            vec![reached.id(), maybe_at(Some(now)), maybe_text(looked.problem), number(validity), number(last)];
        Ok(self.run(LOOKED, values).await? == 1)
    }
}

impl Read {
    /// The settings that hold at a school: its own, else its central office's.
    pub async fn mail_setup(&self, scope: &Scope, of: SetupOf) -> Result<Option<Setup>, Error> {
        let Some(reached) = self.reach_whole(scope, of.school).await? else { return Ok(None) };
        let row = self.one("mail_setup", GET, vec![reached.id(), word(&of.side)]).await?;
        row.as_ref().map(from_row).transpose()
    }

    /// The schools with a mailbox of their own; the system's only. At most 10,000.
    pub async fn mailboxes(&self, scope: &Scope) -> Result<Vec<SchoolId>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        let rows = self.all("mail_setup", MAILBOXES, Vec::new()).await?;
        rows.iter().map(|row| Ok(SchoolId(row.id("school")?))).collect()
    }
}

fn from_row(row: &Row) -> Result<Setup, Error> {
    let token = row.maybe_text("token_sealed")?.zip(row.maybe_at("token_until")?);
    let uid = |column| Ok::<_, Error>(row.maybe_int(column)?.and_then(|number| u32::try_from(number).ok()));
    Ok(Setup {
        of: SetupOf { school: SchoolId(row.id("school")?), side: row.word("side")? },
        document: row.text("document")?,
        secret: row.maybe_text("secret_sealed")?,
        token: token.map(|(sealed, until)| Token { sealed, until }),
        read_to: uid("uid_validity")?.zip(uid("uid_last")?),
        looked_at: row.maybe_at("looked_at")?,
        problem: row.maybe_text("problem")?,
        set_at: row.at("set_at")?,
    })
}
