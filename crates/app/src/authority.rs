//! Who may do what: from a person to an [`Actor`], and from an act somebody tries to a [`Scope`] or the reasons why not.
//!
//! Invariant: whatever changes something goes through [`House::allow`], which asks the permission table, then every
//! policy in force with the engine *decide*; only acts of [`LIVE_ACTS`] get through it, so the list cannot claim more.

use crate::snapshot::Adopted;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Held, NotAllowed, Scope};
use schoolkeeper_core::id::{EntryId, Name, OrganisationId};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::{Entry, World};
use schoolkeeper_rules::decide::{Condition, Decision, Policy, Refused, Tried, decide, speaks_of};
use schoolkeeper_store::{Read, School, StoredEntry};
use std::collections::BTreeMap;

/// Acts that this program lets people do, each behind [`House::allow`].
pub const LIVE_ACTS: &[&str] = &[
    "calendar.set",
    "mail.set",
    "param.set",
    "password.set",
    "records.confirm",
    "records.import",
    "records.undo",
    "report.deal",
    "standing.evaluate",
];

/// Whether an act is one this program lets people do.
pub fn is_live(act: &str) -> bool {
    let name = act.split(':').next().unwrap_or_default();
    LIVE_ACTS.contains(&name)
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
}

impl std::fmt::Display for Denial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "this cannot be done now: {}", self.says)?;
        for reason in &self.reasons {
            match &reason.statement {
                Some((id, text)) => write!(f, "\n{id} \"{text}\" {}", reason.message)?,
                None => write!(f, "\n{}", reason.message)?,
            }
            if !reason.who_may_allow.is_empty() {
                write!(f, "\nhint: {} may allow it", reason.who_may_allow.join(" or "))?;
            }
        }
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
        let mut actor = Actor { person: Some(person), organisation, roles: Vec::new() };
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
        let scope = Self::scope(actor, tried.act)?;
        if !is_live(tried.act) || actor.organisation != school.organisation || !scope.reaches(school.id) {
            return Err(NotAllowed.into());
        }
        let system = Scope::system("decide");
        let live = self.live(&self.read().await?, &system, school).await?;
        if !live.iter().any(|one| speaks_of(&one.pack, tried.act)) {
            return Ok(Allowed { scope, conditions: Vec::new() });
        }
        let snapshot = self.snapshot(&system, school).await?;
        let (mut conditions, mut reasons) = (Vec::new(), Vec::new());
        for policy in &snapshot.policies {
            let world = self.with_person(snapshot.world_of(policy), actor).await?;
            match ask(policy, &world, actor, tried) {
                Decision::Allowed { conditions: more } => conditions.extend(more),
                Decision::Refused(refused) => reasons.extend(refused.into_iter().map(|one| reason(policy, one))),
            }
        }
        if reasons.is_empty() {
            Ok(Allowed { scope, conditions })
        } else {
            Err(Error::Denied(denial(tried.act, reasons)))
        }
    }

    /// The world with the person who acts, whose record may live at another school of the organisation.
    async fn with_person(&self, mut world: World, actor: &Actor) -> Result<World, Error> {
        let (Some(person), Some(register)) = (actor.person, self.schemas.index("person")) else { return Ok(world) };
        if world.table(register).row(person).is_none() {
            // The emergency account is nobody on record.
            let stored = self.read().await?.entry(&Scope::system("decide"), person).await?;
            let Some(stored) = stored else { return Ok(world) };
            let fields = &self.schemas.all()[register].fields;
            let facts = fields.iter().map(|field| stored.facts.get(&field.name).cloned()).collect();
            world.put(register, Entry { id: stored.id, since: stored.since, facts });
            world.seal();
        }
        Ok(world)
    }
}

fn ask(policy: &Adopted, world: &World, actor: &Actor, tried: &Try<'_>) -> Decision {
    let params = policy.params();
    let person = actor.person.and_then(|id| world.table_of("person").and_then(|people| people.row(id)));
    let base = actor.bases_at(world.place.school);
    let on = tried.on.and_then(|id| world.find(id));
    let tried = Tried { act: tried.act, person, base: &base, on, form: &tried.form };
    decide(&[Policy { pack: &policy.live.pack, params: &params }], world, &tried)
}

fn denial(act: &str, reasons: Vec<Reason>) -> Denial {
    let name = act.split(':').next().unwrap_or_default();
    let says = schoolkeeper_core::act::ACTS.iter().find(|spec| spec.name == name);
    Denial { says: says.map_or_else(|| "change this record".to_owned(), |spec| spec.says.to_owned()), reasons }
}

fn reason(policy: &Adopted, refused: Refused) -> Reason {
    let pack = &policy.live.pack.pack;
    let clause = refused.clauses.first();
    let clause = clause.and_then(|id| pack.clauses.iter().find(|clause| clause.id.get_ref() == id));
    let title = |name: &Name| crate::view::cause::role_title(pack, name);
    Reason {
        statement: clause.map(|clause| (clause.id.get_ref().to_string(), clause.text.clone())),
        message: refused.message,
        who_may_allow: refused.who_may_allow.iter().map(title).collect(),
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

fn has_left(person: &StoredEntry, today: jiff::civil::Date) -> bool {
    let value = |field: &str| person.facts.get(field).map(|fact| &fact.value);
    let gone = value("last_day").and_then(Value::as_date).is_some_and(|last| last < today);
    gone || value("active").and_then(Value::as_bool) == Some(false)
}
