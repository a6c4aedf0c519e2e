//! The emergency account: a code in a sealed envelope, for the day when nobody else gets in.
//!
//! Invariant: a code works once, for an hour; its use tells head, chair and data protection officer at once, stands in
//! the ledger, and shows on their pages until somebody has reviewed it.

use super::secret::code_hash;
use super::session::{Arrival, NewSession};
use super::throttle::Counted;
use crate::authority::Try;
use crate::mail::NewMail;
use crate::{Error, House};
use jiff::SignedDuration;
use schoolkeeper_core::actor::{Actor, Held, Scope};
use schoolkeeper_core::id::{EntryId, SessionId};
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_store::emergency::EmergencyUse;
use schoolkeeper_store::session::{Session, Way};
use schoolkeeper_store::{School, Write};
use uuid::Uuid;

/// How long the emergency account works.
const HOURS: i64 = 1;
/// Longest review, in characters.
const WORDS_MAX: usize = 2000;
/// Roles that are told.
const TOLD: [BaseRole; 3] = [BaseRole::Head, BaseRole::Protection, BaseRole::Governor];

impl House {
    /// A fresh emergency code for the actor's whole organisation, to be printed; the one before is worth nothing.
    pub async fn emergency_code(&self, actor: &Actor) -> Result<String, Error> {
        let scope = self.allow_throughout(actor, &Try::plain("emergency.set")).await?;
        let code = Self::secret()?.code(4);
        let mut write = self.write().await?;
        if !write.set_emergency(&scope, actor.organisation, &code_hash(&code), self.now()).await? {
            return Err(Error::Missing);
        }
        write.commit().await?;
        Ok(code)
    }

    /// Lets somebody in with the emergency code; `None` when it is none or has to wait.
    pub async fn break_glass(&self, typed: &str, arrival: &Arrival) -> Result<Option<NewSession>, Error> {
        let (system, now, hash) = (Scope::system("emergency"), self.now(), code_hash(typed));
        let counted = Counted::of("emergency", &arrival.source);
        let read = self.read().await?;
        let waits = self.waits_until(&read, &counted).await?.is_some();
        let Some(organisation) = read.emergency_of(&system, &hash).await?.filter(|_| !waits) else {
            drop(read);
            self.count_wrong(&counted, None).await?;
            return Ok(None);
        };
        drop(read);
        let ends_at = now + SignedDuration::from_hours(HOURS);
        let used = EmergencyUse { id: Self::new_id(), organisation, at: now, ends_at };
        let mut write = self.write().await?;
        if !write.use_emergency(&system, &hash, &used).await? {
            return Ok(None);
        }
        let (token, device) = (Self::secret()?, arrival.device.clone());
        let session = Session {
            held: false,
            id: SessionId(Self::new_id()),
            way: Way::Emergency,
            login: None,
            organisation,
            person: EntryId(used.id),
            name: String::new(),
            browser: arrival.browser.clone(),
            started_at: now,
            seen_at: now,
            ends_at,
            before_at: None,
            before_failed: 0,
            notice: None,
            password_set_at: None,
        };
        write.begin_session(&system, &session, (&token.hash(), None)).await?;
        self.tell_of(&mut write, &used).await?;
        write.commit().await?;
        Ok(Some(NewSession { id: session.id, token, device }))
    }

    /// Who may act in an emergency: as a headteacher of the whole organisation, recorded under the id of the use.
    pub(crate) fn emergency_actor(session: &Session) -> Actor {
        let roles = vec![Held::base(BaseRole::Head, None)];
        Actor { person: Some(session.person), organisation: session.organisation, roles, through: None }
    }

    /// An urgent mail to everybody who is told.
    async fn tell_of(&self, write: &mut Write, used: &EmergencyUse) -> Result<(), Error> {
        let system = Scope::system("emergency");
        let mut schools: Vec<School> = write.schools(&system).await?;
        schools.retain(|school| school.organisation == used.organisation);
        let Some(first) = schools.first() else { return Ok(()) };
        for joined in write.joined_to(&system, used.organisation).await? {
            let actor = self.actor_in(write, joined.person, used.organisation).await?;
            if !actor.roles.iter().any(|held| TOLD.contains(&held.base)) {
                continue;
            }
            let school = schools.iter().find(|school| school.id == joined.school).unwrap_or(first);
            let mail = NewMail {
                organisation: used.organisation,
                school: school.id,
                to: joined.person,
                kind: MailKind::BreakGlass { at: used.at },
                link: None,
                urgent: true,
                key: format!("emergency:{}:{}", used.id, joined.person),
            };
            self.send(write, &system, mail).await?;
        }
        Ok(())
    }

    /// Uses of the emergency account that nobody has reviewed, for those who are told of them.
    pub async fn emergencies(&self, actor: &Actor) -> Result<Vec<EmergencyUse>, Error> {
        if !actor.roles.iter().any(|held| TOLD.contains(&held.base)) {
            return Ok(Vec::new());
        }
        let scope = Self::scope(actor, "policy.see")?;
        Ok(self.read().await?.emergency_uses(&scope).await?)
    }

    /// Somebody with a role of their own says what a use was for.
    pub async fn review_emergency(&self, actor: &Actor, used: Uuid, words: &str) -> Result<(), Error> {
        let scope = self.allow_throughout(actor, &Try::plain("emergency.review")).await?;
        let words = words.trim();
        if words.is_empty() || words.chars().count() > WORDS_MAX {
            return Err(Error::refused("Say in a few words what the emergency account was used for."));
        }
        if actor.person == Some(EntryId(used)) {
            return Err(Error::refused("Somebody else reviews it: sign in with your own password."));
        }
        let mut write = self.write().await?;
        if !write.review_emergency(&scope, used, (actor.person, words), self.now()).await? {
            return Err(Error::Missing);
        }
        Ok(write.commit().await?)
    }

    /// The organisation a use belongs to is the actor's: for the page that reviews it.
    pub async fn emergency(&self, actor: &Actor, used: Uuid) -> Result<EmergencyUse, Error> {
        self.emergencies(actor).await?.into_iter().find(|one| one.id == used).ok_or(Error::Missing)
    }
}
