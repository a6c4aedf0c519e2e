//! Who may sign in: one login for the whole installation, joined to one person in each organisation.
//!
//! Invariant: an address belongs to one login; a login is read whole only by the system (to let somebody in), and an
//! organisation sees only who is joined to it.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{Row, at, id, list, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Schools, Scope};
use schoolkeeper_core::id::{EntryId, LoginId, OrganisationId, SchoolId};
use serde::{Deserialize, Serialize};

statements! {
    INSERT = "INSERT INTO login (id, email, made_at, failed_count) VALUES ($1, $2, $3, 0)";
    GET = "SELECT id, email, password, password_set_at, made_at, closed_at, signed_in_at, failed_count, failed_at, \
        notice FROM login WHERE id = $1";
    BY_EMAIL = "SELECT id, email, password, password_set_at, made_at, closed_at, signed_in_at, failed_count, failed_at, \
        notice FROM login WHERE email = $1";
    ANY = "SELECT id FROM login WHERE password IS NOT NULL LIMIT 1";
    JOIN = "INSERT INTO login_person (login, organisation, person, school, name, name_key, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (login, organisation) DO UPDATE SET person = excluded.person, \
        school = excluded.school, name = excluded.name, \
        name_key = excluded.name_key, ended_at = NULL";
    JOINED = "SELECT p.login, p.organisation, p.person, p.school, p.name, p.made_at, p.ended_at, o.title \
        FROM login_person p JOIN organisation o ON o.id = p.organisation WHERE p.login = $1 AND p.ended_at IS NULL \
        ORDER BY o.title, o.id LIMIT 1000";
    // Whoever takes the last administrator away waits for whoever does the same.
    LOCK = "UPDATE organisation SET title = title WHERE id = $1";
    JOINED_TO = "SELECT p.login, p.organisation, p.person, p.school, p.name, p.made_at, p.ended_at, o.title \
        FROM login_person p JOIN organisation o ON o.id = p.organisation JOIN login l ON l.id = p.login \
        WHERE p.organisation = $1 AND p.ended_at IS NULL AND l.closed_at IS NULL AND l.password IS NOT NULL \
        ORDER BY l.signed_in_at DESC NULLS LAST, p.login LIMIT 20000";
    SCHOOL = "SELECT school FROM login_person WHERE login = $1 AND organisation = $2 AND ended_at IS NULL";
    LEAVE = "UPDATE login_person SET ended_at = $3 WHERE login = $1 AND organisation = $2 AND ended_at IS NULL";
    CLOSE = "UPDATE login SET closed_at = $2 WHERE id = $1 AND NOT EXISTS \
        (SELECT 1 FROM login_person WHERE login = $1 AND ended_at IS NULL)";
    OPEN = "UPDATE login SET closed_at = NULL WHERE id = $1";
    PASSWORDS = "SELECT password FROM login_password WHERE login = $1 ORDER BY number DESC LIMIT 24";
    KEEP_PASSWORD = "INSERT INTO login_password (login, number, password, set_at) SELECT id, \
        (SELECT coalesce(max(number), 0) + 1 FROM login_password WHERE login = $1), password, password_set_at \
        FROM login WHERE id = $1 AND password IS NOT NULL";
    FORGET_PASSWORDS = "DELETE FROM login_password WHERE login = $1 AND number <= \
        (SELECT max(number) - 24 FROM login_password WHERE login = $1)";
    SET_PASSWORD = "UPDATE login SET password = $2, password_set_at = $3, failed_count = 0 WHERE id = $1";
    REHASH = "UPDATE login SET password = $3 WHERE id = $1 AND password = $2";
    SIGNED_IN = "UPDATE login SET signed_in_at = $2, failed_count = 0 WHERE id = $1";
    FAILED = "UPDATE login SET failed_count = failed_count + 1, failed_at = $2 WHERE id = $1";
    AGREE = "UPDATE login SET notice = $2 WHERE id = $1";
    FORGET_SESSIONS = "DELETE FROM session WHERE login IN (SELECT l.id FROM login l WHERE NOT EXISTS \
        (SELECT 1 FROM login_person p WHERE p.login = l.id))";
    FORGET_LINKS = "DELETE FROM link WHERE login IN (SELECT l.id FROM login l WHERE NOT EXISTS \
        (SELECT 1 FROM login_person p WHERE p.login = l.id))";
    FORGET_EARLIER = "DELETE FROM login_password WHERE login IN (SELECT l.id FROM login l WHERE NOT EXISTS \
        (SELECT 1 FROM login_person p WHERE p.login = l.id))";
    FORGET_DRAFTS = "DELETE FROM draft WHERE login IN (SELECT l.id FROM login l WHERE NOT EXISTS \
        (SELECT 1 FROM login_person p WHERE p.login = l.id))";
    FORGET_LOGINS = "DELETE FROM login WHERE NOT EXISTS (SELECT 1 FROM login_person p WHERE p.login = login.id)";
    SETTING = "SELECT reset, idle_leading, idle_staff FROM sign_in_setting WHERE organisation = $1";
    SET = "INSERT INTO sign_in_setting (organisation, reset, idle_leading, idle_staff) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (organisation) DO UPDATE SET reset = excluded.reset, idle_leading = excluded.idle_leading, \
        idle_staff = excluded.idle_staff";
}

/// Longest page of the list of people who can sign in.
pub const PAGE_MAX: u32 = 1000;

/// Somebody who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its id.
    pub id: LoginId,
    /// Address, folded.
    pub email: String,
    /// The password's hash with its parameters; `None` until one is chosen.
    pub password: Option<String>,
    /// When it was chosen.
    pub password_set_at: Option<Timestamp>,
    /// When the login was made.
    pub made_at: Timestamp,
    /// When it was closed, belonging nowhere any more.
    pub closed_at: Option<Timestamp>,
    /// The last sign-in.
    pub signed_in_at: Option<Timestamp>,
    /// Wrong attempts since then.
    pub failed_count: i64,
    /// The last of them.
    pub failed_at: Option<Timestamp>,
    /// Version of the notice that was agreed to.
    pub notice: Option<String>,
}

/// Which person a login is in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The login.
    pub login: LoginId,
    /// Where.
    pub organisation: OrganisationId,
    /// What the organisation is called.
    pub title: String,
    /// The person there.
    pub person: EntryId,
    /// The school whose records hold the person.
    pub school: SchoolId,
    /// What people read.
    pub name: String,
    /// Since when.
    pub made_at: Timestamp,
    /// Since when no longer.
    pub ended_at: Option<Timestamp>,
}

/// One line of the list of people who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginLine {
    /// The person.
    pub joined: Joined,
    /// Address.
    pub email: String,
    /// Whether a password was ever chosen.
    pub ready: bool,
    /// The last sign-in.
    pub signed_in_at: Option<Timestamp>,
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub struct LoginPage {
    /// Name or address holds this.
    pub search: String,
    /// Those whose access ended instead of those who may sign in.
    pub ended: bool,
    /// Leave out so many.
    pub skip: u32,
    /// At most so many.
    pub limit: u32,
}

/// How a forgotten password is replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reset {
    /// A one-time link to the address we hold.
    #[default]
    Itself,
    /// A colleague who has checked who it is.
    Administrator,
}

impl Reset {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Itself, Self::Administrator];
}

/// How an organisation wants sign-in to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// How a forgotten password is replaced.
    pub reset: Reset,
    /// Minutes of rest before leading roles are signed out.
    pub idle_leading_minutes: i64,
    /// The same for everybody else.
    pub idle_staff_minutes: i64,
}

impl Default for Setting {
    fn default() -> Self {
        Self { reset: Reset::Itself, idle_leading_minutes: 15, idle_staff_minutes: 30 }
    }
}

impl Read {
    /// A login by its id; only for the system.
    pub async fn login(&self, scope: &Scope, login: LoginId) -> Result<Option<Login>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        self.one("login", GET, vec![id(login.0)]).await?.as_ref().map(from_row).transpose()
    }

    /// A login by its folded address; only for the system.
    pub async fn login_by_email(&self, scope: &Scope, email: &str) -> Result<Option<Login>, Error> {
        if scope.organisation().is_some() {
            return Ok(None);
        }
        self.one("login", BY_EMAIL, vec![text(email)]).await?.as_ref().map(from_row).transpose()
    }

    /// Whether anybody can sign in at all. It tells nothing about anybody, so it asks no scope.
    pub async fn anybody_signs_in(&self) -> Result<bool, Error> {
        Ok(self.one("login", ANY, Vec::new()).await?.is_some())
    }

    /// The organisations a login belongs to, by title; only for the system.
    pub async fn joined(&self, scope: &Scope, login: LoginId) -> Result<Vec<Joined>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        self.all("login_person", JOINED, vec![id(login.0)]).await?.iter().map(joined_from).collect()
    }

    /// The people of an organisation who can sign in, by name; those of the schools a scope reaches.
    pub async fn logins(&self, scope: &Scope, page: &LoginPage) -> Result<Vec<LoginLine>, Error> {
        let Some(organisation) = scope.organisation() else {
            return Ok(Vec::new());
        };
        let mut values = vec![
            id(organisation.0),
            text(crate::key::pattern(&crate::key::fold(&page.search))),
            i64::from(page.limit.clamp(1, PAGE_MAX)).into(),
            i64::from(page.skip).into(),
        ];
        let within = match scope.schools() {
            Schools::All => String::new(),
            Schools::Some(schools) if schools.is_empty() => return Ok(Vec::new()),
            Schools::Some(schools) => {
                values.extend(schools.iter().map(|school| id(school.0)));
                format!(" AND p.school IN ({})", list(5, schools.len()))
            }
        };
        let ended = if page.ended { "IS NOT NULL" } else { "IS NULL" };
        let sql = format!(
            "SELECT p.login, p.organisation, p.person, p.school, p.name, p.made_at, p.ended_at, o.title, l.email, \
             l.password IS NOT NULL AS ready, l.signed_in_at FROM login_person p JOIN login l ON l.id = p.login \
             JOIN organisation o ON o.id = p.organisation WHERE p.organisation = $1 AND p.ended_at {ended} \
             AND (l.email LIKE $2 ESCAPE '\\' OR p.name_key LIKE $2 ESCAPE '\\'){within} \
             ORDER BY p.name_key, p.login LIMIT $3 OFFSET $4"
        );
        let rows = self.all("login_person", &sql, values).await?;
        rows.iter()
            .map(|row| {
                Ok(LoginLine {
                    joined: joined_from(row)?,
                    email: row.text("email")?,
                    ready: row.flag("ready")?,
                    signed_in_at: row.maybe_at("signed_in_at")?,
                })
            })
            .collect()
    }

    /// Everybody who can sign in to an organisation with a password, who was here last first; only for the system.
    pub async fn joined_to(&self, scope: &Scope, organisation: OrganisationId) -> Result<Vec<Joined>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        self.all("login_person", JOINED_TO, vec![id(organisation.0)]).await?.iter().map(joined_from).collect()
    }

    /// Hashes of the passwords before the present one, latest first, at most 24; only for the system.
    pub async fn earlier_passwords(&self, scope: &Scope, login: LoginId) -> Result<Vec<String>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        let rows = self.all("login_password", PASSWORDS, vec![id(login.0)]).await?;
        rows.iter().map(|row| row.text("password")).collect()
    }

    /// How an organisation wants sign-in to be.
    pub async fn sign_in_setting(&self, scope: &Scope, organisation: OrganisationId) -> Result<Setting, Error> {
        if scope.organisation().is_some_and(|own| own != organisation) {
            return Ok(Setting::default());
        }
        let row = self.one("sign_in_setting", SETTING, vec![id(organisation.0)]).await?;
        row.map_or(Ok(Setting::default()), |row| {
            Ok(Setting {
                reset: row.word("reset")?,
                idle_leading_minutes: row.int("idle_leading")?,
                idle_staff_minutes: row.int("idle_staff")?,
            })
        })
    }
}

impl Write {
    /// Adds a login without a password; only the system may. A conflict `login_email` when the address has one.
    pub async fn add_login(
        &mut self,
        scope: &Scope,
        login: LoginId,
        email: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        self.run(INSERT, vec![id(login.0), text(email), at(now)]).await?;
        self.record_login(scope, login, None, ("login-added", now)).await?;
        Ok(true)
    }

    /// Joins a login to a person of an organisation, and opens it again; only the system may.
    pub async fn join_login(&mut self, scope: &Scope, joined: &Joined, now: Timestamp) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let values = vec![
            id(joined.login.0),
            id(joined.organisation.0),
            id(joined.person.0),
            id(joined.school.0),
            text(&joined.name),
            text(crate::key::fold(&joined.name)),
            at(now),
        ];
        self.run(JOIN, values).await?;
        self.run(OPEN, vec![id(joined.login.0)]).await?;
        self.record_login(scope, joined.login, Some(joined.organisation), ("login-joined", now)).await?;
        Ok(true)
    }

    /// Ends a login's access to the scope's organisation; closes it when it belongs nowhere any more.
    pub async fn end_login(&mut self, scope: &Scope, login: LoginId, now: Timestamp) -> Result<bool, Error> {
        let Some(organisation) = scope.organisation() else {
            return Ok(false);
        };
        let Some(row) = self.one("login_person", SCHOOL, vec![id(login.0), id(organisation.0)]).await? else {
            return Ok(false);
        };
        if self.reach_whole(scope, SchoolId(row.id("school")?)).await?.is_none() {
            return Ok(false);
        }
        if self.run(LEAVE, vec![id(login.0), id(organisation.0), at(now)]).await? == 0 {
            return Ok(false);
        }
        self.run(CLOSE, vec![id(login.0), at(now)]).await?;
        self.end_sessions_at(organisation, login, now).await?;
        self.record_login(scope, login, Some(organisation), ("login-ended", now)).await?;
        Ok(true)
    }

    /// The same as [`Read::joined_to`], once nobody else is about to change who that is; only for the system.
    pub async fn joined_to_alone(&mut self, scope: &Scope, organisation: OrganisationId) -> Result<Vec<Joined>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        self.run(LOCK, vec![id(organisation.0)]).await?;
        self.joined_to(scope, organisation).await
    }

    /// Sets a password's hash and keeps the one before it; only the system may.
    pub async fn set_password(
        &mut self,
        scope: &Scope,
        login: LoginId,
        hash: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        self.run(KEEP_PASSWORD, vec![id(login.0)]).await?;
        self.run(FORGET_PASSWORDS, vec![id(login.0)]).await?;
        self.run(SET_PASSWORD, vec![id(login.0), text(hash), at(now)]).await?;
        self.record_login(scope, login, None, ("password-set", now)).await?;
        Ok(true)
    }

    /// Replaces a hash by one of the same password with today's parameters; only the system may.
    pub async fn rehash(&mut self, scope: &Scope, login: LoginId, hashes: (&str, &str)) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        Ok(self.run(REHASH, vec![id(login.0), text(hashes.0), text(hashes.1)]).await? > 0)
    }

    /// Forgets logins that are nobody any more, because every person they were was erased; only the system may.
    pub async fn forget_logins(&mut self, scope: &Scope) -> Result<u64, Error> {
        if scope.organisation().is_some() {
            return Ok(0);
        }
        for sql in [FORGET_SESSIONS, FORGET_LINKS, FORGET_EARLIER, FORGET_DRAFTS] {
            self.run(sql, Vec::new()).await?;
        }
        let gone = self.run(FORGET_LOGINS, Vec::new()).await?;
        if gone > 0 {
            self.soil().await?;
        }
        Ok(gone)
    }

    /// Notes a wrong attempt; only the system may.
    pub async fn note_failed(&mut self, scope: &Scope, login: LoginId, now: Timestamp) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        self.run(FAILED, vec![id(login.0), at(now)]).await?;
        self.record_login(scope, login, None, ("sign-in-failed", now)).await?;
        Ok(true)
    }

    /// Notes how somebody checked who a person is before a new password, and why it is needed; a few fixed words.
    pub async fn note_checked(
        &mut self,
        scope: &Scope,
        login: LoginId,
        (checked, reason): (&str, &str),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(organisation) = scope.organisation() else { return Ok(false) };
        let details = [
            ("login", Detail::Id(login.0)),
            ("checked", Detail::Word(checked.to_owned())),
            ("reason", Detail::Word(reason.to_owned())),
        ];
        let about = About { organisation: Some(organisation), school: None, now };
        self.record(scope, about, "identity-checked", &details).await?;
        Ok(true)
    }

    /// Notes a sign-in; only the system may.
    pub(crate) async fn note_signed_in(&mut self, login: LoginId, now: Timestamp) -> Result<(), Error> {
        self.run(SIGNED_IN, vec![id(login.0), at(now)]).await.map(drop)
    }

    /// Notes that somebody agreed to a version of the notice; only the system may.
    pub async fn agree_notice(
        &mut self,
        scope: &Scope,
        login: LoginId,
        version: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        self.run(AGREE, vec![id(login.0), text(version)]).await?;
        let details = [("login", Detail::Id(login.0)), ("version", Detail::Word(version.to_owned()))];
        let about = About { organisation: None, school: None, now };
        self.record(scope, about, "notice-agreed", &details).await?;
        Ok(true)
    }

    /// Sets how the scope's organisation wants sign-in to be.
    pub async fn set_sign_in(&mut self, scope: &Scope, setting: Setting, now: Timestamp) -> Result<bool, Error> {
        let Some(organisation) = scope.organisation().filter(|_| *scope.schools() != Schools::Some(Vec::new())) else {
            return Ok(false);
        };
        let Setting { reset, idle_leading_minutes, idle_staff_minutes } = setting;
        let values = vec![id(organisation.0), word(&reset), idle_leading_minutes.into(), idle_staff_minutes.into()];
        self.run(SET, values).await?;
        let details =
            [("idle_leading", Detail::Count(idle_leading_minutes)), ("idle_staff", Detail::Count(idle_staff_minutes))];
        let about = About { organisation: Some(organisation), school: None, now };
        self.record(scope, about, "sign-in-set", &details).await?;
        Ok(true)
    }

    async fn record_login(
        &mut self,
        scope: &Scope,
        login: LoginId,
        organisation: Option<OrganisationId>,
        (kind, now): (&str, Timestamp),
    ) -> Result<(), Error> {
        let about = About { organisation, school: None, now };
        self.record(scope, about, kind, &[("login", Detail::Id(login.0))]).await
    }
}

fn from_row(row: &Row) -> Result<Login, Error> {
    Ok(Login {
        id: LoginId(row.id("id")?),
        email: row.text("email")?,
        password: row.maybe_text("password")?,
        password_set_at: row.maybe_at("password_set_at")?,
        made_at: row.at("made_at")?,
        closed_at: row.maybe_at("closed_at")?,
        signed_in_at: row.maybe_at("signed_in_at")?,
        failed_count: row.int("failed_count")?,
        failed_at: row.maybe_at("failed_at")?,
        notice: row.maybe_text("notice")?,
    })
}

fn joined_from(row: &Row) -> Result<Joined, Error> {
    Ok(Joined {
        login: LoginId(row.id("login")?),
        organisation: OrganisationId(row.id("organisation")?),
        title: row.text("title")?,
        person: EntryId(row.id("person")?),
        school: SchoolId(row.id("school")?),
        name: row.text("name")?,
        made_at: row.at("made_at")?,
        ended_at: row.maybe_at("ended_at")?,
    })
}
