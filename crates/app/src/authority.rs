//! Who may do what: from a person to an [`Actor`], and from an act somebody tries to a [`Scope`] or the reasons why not.
//!
//! Invariant: whatever changes something goes through [`House::allow`], which asks the permission table, then every
//! policy in force with the engine *decide*; only acts of [`LIVE_ACTS`] get through it, so the list cannot claim more.

use crate::asking::About;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Held, Narrowing, NotAllowed, Scope};
use schoolkeeper_core::id::{EntryId, Name, OrganisationId};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_rules::decide::{Condition, gates, speaks_of};
use schoolkeeper_store::{Read, School, StoredEntry};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Acts that this program lets people do, each behind [`House::allow`]. Besides these, those of controls
/// ([`crate::act::ACTS`]), and `REGISTER.save` and `REGISTER.move` of lists that are brought in, row by row.
pub const LIVE_ACTS: &[&str] = &[
    "account.issue",
    "asset.loan",
    "backup.run",
    "calendar.set",
    "dispatch.log",
    "emergency.review",
    "emergency.set",
    "fields.set",
    "finding.give",
    "finding.say",
    "hold.lift",
    "hold.place",
    "job.retry",
    "keep.erase",
    "keep.export",
    "keep.set",
    "log.export",
    "log.open",
    "login.end",
    "login.invite",
    "login.reset",
    "login.set",
    "mail.set",
    "not-here.agree",
    "not-here.ask",
    "paper-file.sign-out",
    "param.set",
    "policy.adopt",
    "policy.approve",
    "policy.propose",
    "policy.publish",
    "policy.write",
    "records.confirm",
    "records.import",
    "records.undo",
    "report.deal",
    "role.assign",
    "role.name",
    "section.start",
    "software.authorise",
    "standing.evaluate",
    "token.make",
    "training.decide",
    "training.hand-in",
    "training.learn",
    "training.teach",
    "webhook.set",
];

/// Whether an act is one this program lets people do.
pub fn is_live(act: &str) -> bool {
    let name = act.split(':').next().unwrap_or_default();
    let listed = LIVE_ACTS.contains(&name) || crate::act::ACTS.contains(&name);
    listed || matches!(name.rsplit_once('.'), Some((_, "save" | "move")))
}

/// What somebody tries.
#[derive(Clone, Debug)]
pub struct Try<'a> {
    /// Name from the list of acts, with its qualifier.
    pub act: &'a str,
    /// What is acted on; `None` for something new.
    pub on: Option<EntryId>,
    /// What was filled in, a [`Value::Map`].
    pub form: Value,
}

impl<'a> Try<'a> {
    /// An act on nothing in particular, with nothing filled in.
    pub fn plain(act: &'a str) -> Self {
        Self { act, on: None, form: Value::Map(BTreeMap::new().into()) }
    }
}

/// A yes.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// How far it reaches.
    pub scope: Scope,
    /// What must still be done at the act.
    pub conditions: Vec<Condition>,
}

/// A no, for all of these reasons. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// What was tried, in words: *give somebody a role*.
    pub says: String,
    /// At least one.
    pub reasons: Vec<Reason>,
}

/// One reason for a no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Id and text of the statement behind it.
    pub statement: Option<(String, String)>,
    /// What and why, and after `hint:` the next step.
    pub message: String,
    /// Titles of the roles that may allow it.
    pub who_may_allow: Vec<String>,
    /// What they may ask for instead.
    pub asks: Vec<MayAsk>,
}

/// A permission somebody may ask for where a policy stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MayAsk {
    /// Address of the school.
    pub school: String,
    /// The policy.
    pub pack: Name,
    /// Its control.
    pub control: Name,
    /// What is asked for, in words.
    pub title: String,
}

impl Reason {
    /// A reason in words alone.
    pub fn plain(message: impl Into<String>) -> Self {
        Self::of_house(message, &[])
    }

    /// A reason that is no policy's: of the house itself.
    pub(crate) fn of_house(message: impl Into<String>, who_may_allow: &[&str]) -> Self {
        let who_may_allow = who_may_allow.iter().map(|who| (*who).to_owned()).collect();
        Self { statement: None, message: message.into(), who_may_allow, asks: Vec::new() }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some((id, text)) = &self.statement {
            write!(f, "{id} \"{text}\" ")?;
        }
        f.write_str(&self.message)?;
        match self.who_may_allow.as_slice() {
            [] => Ok(()),
            who => write!(f, "\nhint: {} may allow it", who.join(" or ")),
        }
    }
}

impl std::fmt::Display for Denial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "you cannot {} yet", self.says)?;
        self.reasons.iter().try_for_each(|reason| write!(f, "\n{reason}"))?;
        write!(f, "\nNothing was changed.")
    }
}

impl House {
    /// What a person may be in an organisation today: appointments by their dates, roles that follow posts, deputies,
    /// and what the kind of person gives. Missing when the person is not of this organisation.
    pub async fn actor(&self, person: EntryId, organisation: OrganisationId) -> Result<Actor, Error> {
        self.actor_in(&self.read().await?, person, organisation).await
    }

    /// The same, as it is in a look or a change under way.
    pub(crate) async fn actor_in(
        &self,
        read: &Read,
        person: EntryId,
        organisation: OrganisationId,
    ) -> Result<Actor, Error> {
        let system = Scope::system("sign in");
        let entry = read.entry(&system, person).await?.filter(|entry| &*entry.register == "person");
        let entry = entry.ok_or(Error::Missing)?;
        let mut schools = read.schools(&system).await?;
        schools.retain(|school| school.organisation == organisation);
        let at = |id| schools.iter().find(|school| school.id == id);
        let home = at(entry.school).ok_or(Error::Missing)?;
        let mut actor = Actor { person: Some(person), organisation, roles: Vec::new(), through: None };
        if has_left(&entry, self.today(home)) {
            return Ok(actor);
        }
        actor.roles.push(Held::base(kind(&entry), (!home.trust).then_some(home.id)));
        let mine = read.appointments_of(&system, organisation, person).await?;
        for school in schools.iter().filter(|school| mine.iter().any(|one| one.school == school.id)) {
            let posts = self.posts(read, school).await?;
            let place = (!school.trust).then_some(school.id);
            let held = posts.roles.held(&posts.appointments, person, posts.today);
            actor.roles.extend(held.into_iter().filter(|held| held.school == place));
        }
        Ok(actor)
    }

    /// Asks the permission table and then every policy in force at the school. Not allowed by the table is
    /// [`Error::NotAllowed`]; refused by a policy is [`Error::Denied`] with its reasons.
    pub async fn allow(&self, actor: &Actor, school: &School, tried: &Try<'_>) -> Result<Allowed, Error> {
        debug_assert!(is_live(tried.act), "`{}` is not among the live acts", tried.act);
        if !is_live(tried.act) {
            return Err(NotAllowed.into());
        }
        self.decided(actor, school, tried).await
    }

    /// An act on the house itself, which is no school's: wherever the actor's role reaches, the policies are asked.
    pub(crate) async fn allow_throughout(&self, actor: &Actor, tried: &Try<'_>) -> Result<Scope, Error> {
        let scope = Self::scope(actor, tried.act)?;
        let mut schools = self.read().await?.schools(&Scope::system("decide")).await?;
        schools.retain(|school| school.organisation == actor.organisation && scope.reaches(school.id));
        for school in &schools {
            self.allow(actor, school, tried).await?;
        }
        Ok(scope)
    }

    /// The same for an act that is only ours in part: a password chosen here obeys the policies, but most passwords of
    /// a school are chosen elsewhere, so nothing is claimed to be enforced by it.
    pub(crate) async fn decided(&self, actor: &Actor, school: &School, tried: &Try<'_>) -> Result<Allowed, Error> {
        let (read, system) = (self.read().await?, Scope::system("decide"));
        let live = self.live(&read, &system, school).await?;
        let scope = self.narrowed(&read, (actor, school), (&live, tried.act)).await?;
        if !live.iter().any(|pack| speaks_of(pack, tried.act)) {
            return Ok(Allowed { scope, conditions: Vec::new() });
        }
        let on = match tried.on {
            Some(on) => read.entry(&system, on).await?.and_then(|entry| self.schemas.index(&entry.register)),
            None => None,
        };
        let about = About { live: &live, acts: &[tried.act], on: on.as_slice() };
        let look = self.look_before(&read, school, about).await?;
        match self.asking(&read, (actor, school), look).await?.ask(tried) {
            Ok(conditions) => Ok(Allowed { scope, conditions }),
            Err(reasons) => Err(Error::Denied(Denial::of(tried.act, reasons))),
        }
    }

    /// The permission table narrowed by the policies in force at a school, for what somebody wants to do or see there.
    pub async fn scope_at(&self, actor: &Actor, act: &str, school: &School) -> Result<Scope, Error> {
        self.scope_in(&self.read().await?, (actor, school), act).await
    }

    /// The same in a look under way.
    pub(crate) async fn scope_in(
        &self,
        read: &Read,
        (actor, school): (&Actor, &School),
        act: &str,
    ) -> Result<Scope, Error> {
        let live = self.live(read, &Scope::system("decide"), school).await?;
        self.narrowed(read, (actor, school), (&live, act)).await
    }

    async fn narrowed(
        &self,
        read: &Read,
        (actor, school): (&Actor, &School),
        (live, act): (&[Arc<CompiledPack>], &str),
    ) -> Result<Scope, Error> {
        let scope = Self::scope(actor, act)?;
        if actor.organisation != school.organisation || !scope.reaches(school.id) {
            return Err(NotAllowed.into());
        }
        // The local operator is nobody a policy names.
        if actor.person.is_none() || !live.iter().any(|pack| gates(pack, act)) {
            return Ok(scope);
        }
        let look = self.look_before(read, school, About { live, acts: &[act], on: &[] }).await?;
        let mut narrowing = Narrowing::default();
        self.asking(read, (actor, school), look).await?.narrow(act, &mut narrowing);
        let scope = actor.scope(act, &narrowing)?;
        if scope.reaches(school.id) { Ok(scope) } else { Err(NotAllowed.into()) }
    }
}

impl Denial {
    /// A no to an act.
    pub(crate) fn of(act: &str, reasons: Vec<Reason>) -> Self {
        let name = act.split(':').next().unwrap_or_default();
        let says = schoolkeeper_core::act::ACTS.iter().find(|spec| spec.name == name);
        Self { says: says.map_or_else(|| "change this record".to_owned(), |spec| spec.says.to_owned()), reasons }
    }
}

/// What the kind of person gives by itself, without any appointment.
fn kind(person: &StoredEntry) -> BaseRole {
    match person.facts.get("kind").and_then(|fact| fact.value.as_text()) {
        Some("staff" | "agency" | "volunteer") => BaseRole::Staff,
        Some("governor") => BaseRole::Governor,
        _ => BaseRole::Guest,
    }
}

pub(crate) fn has_left(person: &StoredEntry, today: jiff::civil::Date) -> bool {
    let value = |field: &str| person.facts.get(field).map(|fact| &fact.value);
    let gone = value("last_day").and_then(Value::as_date).is_some_and(|last| last < today);
    gone || value("active").and_then(Value::as_bool) == Some(false)
}

#[cfg(test)]
#[path = "authority_tests.rs"]
mod authority_tests;
