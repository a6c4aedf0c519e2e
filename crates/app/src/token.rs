//! Access tokens: what a program is given to act in somebody's name, and who that is when it shows one.
//!
//! Invariant: a token reaches what its maker reaches today at its schools, narrowed to the acts it was given, and
//! nothing once its maker may not make it any more; only its hash is kept, and it is shown once.

use crate::authority::Try;
use crate::mail::{MailKind, NewMail};
use crate::sign_in::secret::Secret;
use crate::{Error, House, words};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::act::ACTS;
use schoolkeeper_core::actor::{Actor, Scope, Through};
use schoolkeeper_core::calendar::{Calendar, Division};
use schoolkeeper_store::School;
use schoolkeeper_store::token::Token;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

pub use schoolkeeper_store::token::Answered;

/// How every token begins, so that scanners of files find one that was left lying.
pub const PREFIX: &str = "sk_";
/// Days a token may live, as they are offered.
pub const DAYS: [i64; 4] = [30, 90, 180, 365];
/// It reads where the school stands.
pub const STANDING: &str = "standing.read";
/// It reads problems.
pub const PROBLEMS: &str = "problems.read";
/// Most live tokens of an organisation.
const LIVE_MAX: i64 = 100;
/// Longest name, in characters.
const NAME_MAX: usize = 80;
/// Its maker is told so long before it ends.
const TOLD_BEFORE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long the answer of a request that may come again is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const CHECK: &str = "token-check";
const CHECK_LETTERS: usize = 8;

/// A token somebody wants.
#[derive(Clone, Debug, Default)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// Which schools it reaches.
    pub schools: Vec<School>,
    /// What it may do there.
    pub scopes: Vec<String>,
    /// How many days it lives.
    pub days: i64,
}

/// A token as its page shows it.
#[derive(Clone, Debug)]
pub struct TokenLine {
    /// The token.
    pub token: Token,
    /// Its maker's name.
    pub who: String,
    /// Its schools.
    pub schools: Vec<String>,
    /// It can still be used.
    pub live: bool,
}

/// What a program wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing but to be known.
    Known,
    /// Where the school stands.
    Standing,
    /// Problems.
    Problems,
    /// Records of the register of the address.
    Read,
    /// To change them.
    Write,
}

/// A program that showed a live token.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// Its token.
    pub token: Token,
    /// Its maker, narrowed.
    pub actor: Actor,
}

impl Bearer {
    /// Whether it was given this, for records of a register.
    pub fn may(&self, need: Need, register: Option<&str>) -> bool {
        let has = |scope: &str| self.token.scopes.iter().any(|known| known == scope);
        let group = || register.and_then(group_of).unwrap_or_default();
        match need {
            Need::Known => true,
            Need::Standing => has(STANDING),
            Need::Problems => has(PROBLEMS),
            Need::Read => has(&format!("{}.read", group())) || has(&format!("{}.write", group())),
            Need::Write => has(&format!("{}.write", group())),
        }
    }
}

/// The group of a register, by which tokens are given it.
pub fn group_of(register: &str) -> Option<&'static str> {
    let group = words::subjects().iter().find(|subject| subject.registers.iter().any(|known| known == register));
    group.map(|group| group.id.as_str())
}

/// Everything a token can be given: its name and what people read.
pub fn scopes() -> Vec<(String, String)> {
    let general = [(STANDING, "Read where the school stands"), (PROBLEMS, "Read problems to fix")];
    let general = general.map(|(name, says)| (name.to_owned(), says.to_owned()));
    let groups = words::subjects().iter().flat_map(|group| {
        [("read", "read records"), ("write", "read, change and bring in records")]
            .map(|(level, says)| (format!("{}.{level}", group.id), format!("{}: {says}", group.title)))
    });
    general.into_iter().chain(groups).collect()
}

impl NewToken {
    /// What is to be mended, by field.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX {
            out.push(("name", format!("Say what the token is for, in at most {NAME_MAX} characters")));
        }
        if self.schools.is_empty() {
            out.push(("school", "Choose at least one school".to_owned()));
        }
        let known = scopes();
        if self.scopes.is_empty() || !self.scopes.iter().all(|scope| known.iter().any(|(name, _)| name == scope)) {
            out.push(("standing", "Choose at least one thing the program may do".to_owned()));
        }
        if !DAYS.contains(&self.days) {
            out.push(("days", "Choose how long it lives".to_owned()));
        }
        out
    }
}

impl House {
    /// Makes a token; its text is given once and never again.
    pub async fn make_token(&self, actor: &Actor, new: &NewToken) -> Result<(Uuid, String), Error> {
        let scope = self.may_make(actor, &new.schools).await?;
        let person = actor.person.filter(|_| actor.through.is_none()).ok_or_else(nobody)?;
        let read = self.read().await?;
        read.entry(&Scope::system("token"), person).await?.ok_or_else(nobody)?;
        if read.token_count(&scope, self.now()).await? >= LIVE_MAX {
            return Err(Error::refused(format!(
                "{LIVE_MAX} tokens live already\nhint: end one that is not used any more"
            )));
        }
        drop(read);
        if let Some((_, mistake)) = new.mistakes().into_iter().next() {
            return Err(Error::refused(mistake));
        }
        let secret = Self::secret()?;
        let token = Token {
            id: Self::new_id(),
            organisation: actor.organisation,
            person,
            name: new.name.trim().chars().filter(|c| !c.is_control()).collect(),
            schools: new.schools.iter().map(|school| school.id).collect(),
            scopes: new.scopes.clone(),
            made_at: self.now(),
            ends_at: self.now() + days(new.days),
            used_on: None,
            revoked_at: None,
        };
        let mut write = self.write().await?;
        if !write.add_token(&scope, &token, &secret.hash()).await? {
            return Err(Error::Missing);
        }
        write.commit().await?;
        Ok((token.id, shown(&secret)))
    }

    /// The tokens of the schools somebody may make them for, newest first.
    pub async fn tokens(&self, actor: &Actor) -> Result<Vec<TokenLine>, Error> {
        let scope = Self::scope(actor, "token.make")?;
        let tokens = self.read().await?.tokens(&scope).await?;
        let mut out = Vec::with_capacity(tokens.len());
        for token in tokens {
            out.push(self.token_line(token).await?);
        }
        Ok(out)
    }

    /// One of them.
    pub async fn token(&self, actor: &Actor, token: Uuid) -> Result<TokenLine, Error> {
        let scope = Self::scope(actor, "token.make")?;
        let found = self.read().await?.token(&scope, token).await?.ok_or(Error::Missing)?;
        self.token_line(found).await
    }

    async fn token_line(&self, token: Token) -> Result<TokenLine, Error> {
        let system = Scope::system("names");
        let who = self.entry_name(&system, token.person).await?;
        let all = self.read().await?.schools(&system).await?;
        let named = all.into_iter().filter(|school| token.schools.contains(&school.id));
        let schools = named.map(|school| school.title).collect();
        let live = token.revoked_at.is_none() && token.ends_at > self.now();
        Ok(TokenLine { token, who, schools, live })
    }

    /// Ends a token.
    pub async fn revoke_token(&self, actor: &Actor, token: Uuid) -> Result<(), Error> {
        let known = self.token(actor, token).await?.token;
        let scope = self.may_make(actor, &self.schools_of(&known).await?).await?;
        let mut write = self.write().await?;
        if !write.revoke_token(&scope, token, self.now()).await? {
            return Err(Error::Missing);
        }
        Ok(write.commit().await?)
    }

    /// Gives a token another text and so many more days; only its maker may, because it acts in their name.
    pub async fn renew_token(&self, actor: &Actor, token: Uuid, more: i64) -> Result<String, Error> {
        let known = self.token(actor, token).await?.token;
        if actor.person != Some(known.person) || !DAYS.contains(&more) {
            return Err(Error::refused(
                "a token acts in the name of who made it, so only they can renew it\nhint: make one of your own",
            ));
        }
        let scope = self.may_make(actor, &self.schools_of(&known).await?).await?;
        let secret = Self::secret()?;
        let mut write = self.write().await?;
        if !write.renew_token(&scope, (token, &secret.hash()), self.now() + days(more), self.now()).await? {
            return Err(Error::Missing);
        }
        write.commit().await?;
        Ok(shown(&secret))
    }

    /// Who shows this text; `None` when it is no live token.
    pub async fn bearer(&self, text: &str) -> Result<Option<Bearer>, Error> {
        let Some(secret) = read(text) else { return Ok(None) };
        let (system, now) = (Scope::system("token"), self.now());
        let read = self.read().await?;
        let Some(token) = read.live_token(&system, &secret.hash(), now).await? else { return Ok(None) };
        let mut actor = match self.actor_in(&read, token.person, token.organisation).await {
            Ok(actor) => actor,
            Err(Error::Missing) => return Ok(None),
            Err(error) => return Err(error),
        };
        drop(read);
        let still = Self::scope(&actor, "token.make");
        if !still.is_ok_and(|scope| token.schools.iter().all(|school| scope.reaches_whole(*school))) {
            return Ok(None);
        }
        narrow(&mut actor, &token);
        let today = Calendar::new(Division::default(), Vec::new()).day(now);
        if token.used_on != Some(today) && self.can_write() {
            let mut write = self.write().await?;
            write.use_token(&system, token.id, today).await?;
            write.commit().await?;
        }
        Ok(Some(Bearer { token, actor }))
    }

    /// Begins a request that came with a key of its own; what became of it when it came before.
    pub async fn begin_repeat(&self, token: Uuid, key: &str, request: &str) -> Result<Option<Answered>, Error> {
        let system = Scope::system("token");
        let mut write = self.write().await?;
        if write.begin_repeat(&system, (token, key), request, self.now()).await? {
            write.commit().await?;
            return Ok(None);
        }
        Ok(write.answered(&system, (token, key)).await?)
    }

    /// Keeps its answer, or (`None`) forgets that it came, because nothing was done.
    pub async fn end_repeat(&self, token: Uuid, key: &str, answer: Option<(u16, &str)>) -> Result<(), Error> {
        let mut write = self.write().await?;
        write.end_repeat(&Scope::system("token"), (token, key), answer).await?;
        Ok(write.commit().await?)
    }

    /// Forgets answers of yesterday, and tells makers of tokens that end soon. Says how many were told.
    pub(crate) async fn tidy_tokens(&self) -> Result<usize, Error> {
        let (system, now) = (Scope::system("token"), self.now());
        let ending = self.read().await?.ending_tokens(&system, now, now + TOLD_BEFORE).await?;
        let mut write = self.write().await?;
        write.forget_repeats(&system, now - KEPT).await?;
        let mut told = 0;
        for token in ending {
            let Some(school) = token.schools.first() else { continue };
            let mail = NewMail {
                organisation: token.organisation,
                school: *school,
                to: token.person,
                kind: MailKind::TokenEnds { at: token.ends_at },
                link: Some(format!("/token/{}", token.id)),
                urgent: false,
                key: format!("token-ends-{}-{}", token.id, token.ends_at.as_second()),
            };
            told += usize::from(self.send(&mut write, &system, mail).await?);
        }
        write.commit().await?;
        Ok(told)
    }

    /// Who a token acts for, and what it is called: *Ash Sample, by the token “Wallboard”*.
    pub(crate) async fn token_says(&self, token: Uuid) -> Result<Option<String>, Error> {
        let system = Scope::system("names");
        let Some(token) = self.read().await?.token(&system, token).await? else { return Ok(None) };
        let who = self.entry_name(&system, token.person).await?;
        Ok(Some(format!("{who}, by the token \u{201c}{}\u{201d}", token.name)))
    }

    async fn may_make(&self, actor: &Actor, schools: &[School]) -> Result<Scope, Error> {
        let scope = Self::scope(actor, "token.make")?;
        for school in schools {
            self.allow(actor, school, &Try::plain("token.make")).await?;
        }
        Ok(scope)
    }

    async fn schools_of(&self, token: &Token) -> Result<Vec<School>, Error> {
        let mut all = self.read().await?.schools(&Scope::system("token")).await?;
        all.retain(|school| token.schools.contains(&school.id));
        Ok(all)
    }
}

/// The maker at the token's schools only, with the acts it was given.
fn narrow(actor: &mut Actor, token: &Token) {
    let held = std::mem::take(&mut actor.roles);
    for one in held {
        let at = token.schools.iter().filter(|school| one.counts_at(**school));
        let there: Vec<_> =
            at.map(|school| schoolkeeper_core::actor::Held { school: Some(*school), ..one.clone() }).collect();
        actor.roles.extend(there);
    }
    actor.through = Some(Through { token: token.id, acts: acts(&token.scopes) });
}

/// The acts behind what a token was given.
fn acts(scopes: &[String]) -> BTreeSet<String> {
    // Without it there is no school.
    let mut out = BTreeSet::from(["policy.see".to_owned()]);
    for scope in scopes {
        let (group, level) = scope.split_once('.').unwrap_or((scope, ""));
        if scope == PROBLEMS {
            out.insert("finding.see".to_owned());
        }
        let Some(group) = words::subjects().iter().find(|known| known.id == group) else { continue };
        out.insert("records.see".to_owned());
        let sees = |name: &str| name.split_once('.').is_some_and(|(_, verb)| verb == "see");
        let own =
            ACTS.iter().filter(|act| act.register.is_some_and(|own| group.registers.iter().any(|one| one == own)));
        out.extend(own.filter(|act| sees(act.name)).map(|act| act.name.to_owned()));
        if level == "write" {
            out.extend(["records.change", "records.import"].map(str::to_owned));
            out.extend(group.registers.iter().flat_map(|one| [format!("{one}.save"), format!("{one}.move")]));
        }
    }
    out
}

/// As the program holds it: what scanners look for, 256 bits, and a check so that a typing mistake shows.
fn shown(secret: &Secret) -> String {
    format!("{PREFIX}{}{}", secret.text(), &secret.derive(CHECK).text()[..CHECK_LETTERS])
}

fn read(text: &str) -> Option<Secret> {
    let rest = text.strip_prefix(PREFIX)?;
    let secret = Secret::read(rest.get(..rest.len().checked_sub(CHECK_LETTERS)?)?)?;
    (shown(&secret) == text).then_some(secret)
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(days * 24)
}

fn nobody() -> Error {
    Error::refused("a token acts in the name of a person on record\nhint: sign in with a login of your own")
}

/// A digest of parts, so that no other parts have it.
pub fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    crate::blob::seal::hex(&hash.finalize())
}

/// The last instant a token of so many days lives, for a page that says so.
pub fn ends_at(now: Timestamp, days_from_now: i64) -> Timestamp {
    now + days(days_from_now)
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod token_tests;
