//! What somebody does by a control of a policy: one door for tasks, requests, agreements and cases.
//!
//! Invariant: the permission table and every policy in force are asked first; what the engine gives is written whole, and
//! only on the records it was judged on.

use crate::agreement::copied_by;
use crate::asking::{About, Asking, UNNAMED};
use crate::attachment::{NewAttachment, Received};
use crate::authority::Try;
use crate::blob::BlobOf;
use crate::evaluate::{TRIES_MAX, moved};
use crate::snapshot::Adopted;
use crate::{Error, House};
use futures_util::stream;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::schema::{Register, Schemas};
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::World;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{self, Acting, Change, Refusal};
use schoolkeeper_rules::{CompiledControl, Ctx, occur};
use schoolkeeper_store::act::{ActAt, Written};
use schoolkeeper_store::attachment::AttachedTo;
use schoolkeeper_store::blob::Blob;
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::sign_link::SignLink;
use schoolkeeper_store::{EntryChange, NewEntry, School, Write};
use std::collections::HashMap;

/// Acts of controls that have pages, each behind [`House::act`]; seeing is asked row by row.
pub const ACTS: &[&str] = &[
    "agreement.answer",
    "agreement.publish",
    "agreement.sign",
    "case.act",
    "case.ask-evidence",
    "case.close",
    "case.notify",
    "case.open",
    "case.see",
    "case.step",
    "duty.complete",
    "duty.countersign",
    "duty.skip",
    "grant.end",
    "notice.read",
    "request.answer",
    "request.ask",
    "request.decide",
];

/// Longest copy of what somebody saw when they acted.
const COPY_BYTES_MAX: u64 = 4 << 20;

/// What somebody wants to do.
#[derive(Clone, Debug)]
pub struct PolicyAct<'a> {
    /// The policy.
    pub pack: &'a str,
    /// Its control.
    pub control: &'a str,
    /// Name from the list of acts, with its qualifier: `request.ask`.
    pub act: &'a str,
    /// The entry acted on; `None` for something new.
    pub on: Option<EntryId>,
    /// What was filled in, a [`Value::Map`].
    pub form: Value,
}

/// What goes with an act, in the same transaction.
#[derive(Debug)]
pub struct Showing {
    /// Id of the record files are put on: of a new one given before, so that they could be sealed for it.
    pub made: EntryId,
    /// The register of what it makes.
    pub register: &'static str,
    /// Files put on the record it makes or, when it makes none, changes first; each with what it is.
    pub files: Vec<(Received, NewAttachment)>,
    /// A text of which every record it makes keeps a sealed copy.
    pub copy: Option<String>,
    /// A link it uses up: without it nothing is done.
    pub uses: Option<SignLink>,
}

impl Showing {
    /// Nothing yet, with an act that makes or changes a record of a register.
    pub fn of(register: &'static str, made: EntryId) -> Self {
        Self { made, register, files: Vec::new(), copy: None, uses: None }
    }
}

/// One of several acts that are done together.
#[derive(Debug)]
pub(crate) struct Each<'a> {
    /// Who does it.
    pub actor: Actor,
    /// What.
    pub act: PolicyAct<'a>,
    /// What goes with it.
    pub showing: Showing,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acted {
    /// It is on record: the entries it made or changed, first the one it was done on or made.
    Done(Vec<EntryId>),
    /// Nothing was changed: a sentence, and after `hint:` what would help. Shown at the form as it is.
    Refused(String),
}

/// A person before the policies of a school, with every register at one instant.
#[derive(Debug)]
pub struct Before(Asking);

impl Before {
    /// The policies in force, each with the world as it sees it.
    pub fn policies(&self) -> impl Iterator<Item = (&Adopted, Ctx<'_>)> {
        self.0.policies()
    }

    /// One of them; missing when it is not in force here.
    pub fn policy(&self, pack: &str) -> Result<(&Adopted, Ctx<'_>), Error> {
        self.policies().find(|(policy, _)| &**policy.id() == pack).ok_or(Error::Missing)
    }

    /// A control of a policy in force; missing when there is none of that name.
    pub fn control(&self, pack: &str, control: &str) -> Result<(Ctx<'_>, &CompiledControl), Error> {
        let (_, ctx) = self.policy(pack)?;
        Ok((ctx, ctx.pack.controls.get(control).ok_or(Error::Missing)?))
    }

    /// Row of the person in the register `person`; `None` for the local operator and the emergency account.
    pub fn person(&self) -> Option<usize> {
        self.policies().next().and_then(|(_, ctx)| self.0.row(ctx.world))
    }

    /// The id of that record.
    pub(crate) fn me(&self) -> Option<EntryId> {
        let world = self.own_world();
        Some(Row::at(world, world.schemas.index("person")?, self.person()?).id())
    }

    /// The registers with the record of whoever asks, who may belong to another school.
    pub(crate) fn own_world(&self) -> &World {
        self.policies().next().map_or(self.world(), |(_, ctx)| ctx.world)
    }

    /// The registers, without what a single policy adds.
    pub fn world(&self) -> &World {
        self.0.world()
    }

    /// Of the records it was read at.
    pub(crate) fn generation(&self) -> i64 {
        self.0.generation()
    }

    /// Whether the policies let the actor do something, as far as they speak of it.
    pub(crate) fn lets(&self, tried: &Try<'_>) -> bool {
        self.0.ask(tried).is_ok()
    }
}

impl House {
    /// Everything at a school as it is now, with the actor's own record.
    pub async fn before(&self, actor: &Actor, school: &School) -> Result<Before, Error> {
        let read = self.read().await?;
        let look = self.look_before(&read, school, About::EVERYTHING).await?;
        Ok(Before(self.asking(&read, (actor, school), look).await?))
    }

    /// The same for somebody who does not say who they are: a person of the moment, of whom nothing is known or kept.
    pub(crate) async fn before_unnamed(&self, school: &School) -> Result<Before, Error> {
        let nobody = Actor { person: Some(UNNAMED), roles: Vec::new(), ..Actor::operator(school.organisation) };
        self.before(&nobody, school).await
    }

    /// Does an act of a control; [`Error::Denied`] when a policy refuses it, missing when there is no such control.
    pub async fn act(&self, actor: &Actor, school: &School, act: PolicyAct<'_>) -> Result<Acted, Error> {
        self.act_showing(actor, school, act, None).await
    }

    /// The same with files.
    pub async fn act_showing(
        &self,
        actor: &Actor,
        school: &School,
        act: PolicyAct<'_>,
        showing: Option<&Showing>,
    ) -> Result<Acted, Error> {
        self.act_judged((actor, school), act, showing, changes).await
    }

    /// The same by another judge than the engines: for what the house itself lets people do.
    pub(crate) async fn act_judged(
        &self,
        (actor, school): (&Actor, &School),
        act: PolicyAct<'_>,
        showing: Option<&Showing>,
        judge: impl Fn(&Before, &PolicyAct<'_>) -> Result<Result<Vec<Change>, Refusal>, Error>,
    ) -> Result<Acted, Error> {
        let tried = Try { act: act.act, on: act.on, form: act.form.clone() };
        let allowed = self.allow(actor, school, &tried).await?;
        for _ in 0..TRIES_MAX {
            let before = self.before(actor, school).await?;
            let changes = match judge(&before, &act)? {
                Ok(changes) => changes,
                Err(refusal) => return Ok(Acted::Refused(refusal.0)),
            };
            let changes = with_ids(changes, showing);
            let copies = self.copies(school, showing, &changes).await?;
            let with = showing.map(|showing| (showing, &*copies));
            let mut write = self.write().await?;
            let judged = (&before, before.generation());
            let done = self.write_act((&mut write, &allowed.scope), (school, &act), judged, (changes, with)).await?;
            if let Some(done) = done {
                write.commit().await?;
                self.evaluate_after(school).await?;
                return Ok(Acted::Done(done));
            }
        }
        Err(moved())
    }

    /// Acts of several people, judged in one look and written in one change: what is refused is not done, the rest is.
    /// `None` when the records moved since the look. Working the standing out anew is left to the caller.
    pub(crate) async fn act_together(
        &self,
        school: &School,
        before: &Before,
        all: &[Each<'_>],
    ) -> Result<Option<Vec<Acted>>, Error> {
        let (mut out, mut judged) = (Vec::new(), Vec::new());
        for each in all {
            let tried = Try { act: each.act.act, on: each.act.on, form: each.act.form.clone() };
            let refused = match self.allow(&each.actor, school, &tried).await {
                Err(Error::Denied(denial)) => denial.to_string(),
                Err(Error::NotAllowed(_)) => "they may not do this here".to_owned(),
                allowed => match changes_by(before, each.actor.person, &each.act)? {
                    Err(refusal) => refusal.0,
                    Ok(changes) => {
                        let changes = with_ids(changes, Some(&each.showing));
                        let copies = self.copies(school, Some(&each.showing), &changes).await?;
                        judged.push((out.len(), each, allowed?.scope, (changes, copies)));
                        String::new()
                    }
                },
            };
            out.push(Acted::Refused(refused));
        }
        let mut write = self.write().await?;
        let mut generation = before.generation();
        for (at, each, scope, (changes, copies)) in judged {
            let look = (before, generation);
            let with = (changes, Some((&each.showing, &*copies)));
            match self.write_act((&mut write, &scope), (school, &each.act), look, with).await? {
                Some(done) => out[at] = Acted::Done(done),
                None => return Ok(None),
            }
            // Since the first of them nobody else has changed anything.
            generation = write.generation().await?;
        }
        write.commit().await?;
        Ok(Some(out))
    }

    /// `None` when the records moved since the look.
    async fn write_act(
        &self,
        (write, scope): (&mut Write, &Scope),
        (school, act): (&School, &PolicyAct<'_>),
        (before, generation): (&Before, i64),
        (changes, with): (WithIds, Option<(&Showing, &[Blob])>),
    ) -> Result<Option<Vec<EntryId>>, Error> {
        // What the house itself lets people do is done under no policy.
        let pack = before.policy(act.pack).ok().map(|(policy, _)| &*policy.live.pack);
        let known: Vec<EntryId> = changes.iter().filter_map(|(change, _)| change.entry).collect();
        let known = write.entries_by_id(&Scope::system("act"), school.id, &known).await?;
        let versions: HashMap<EntryId, i64> = known.iter().map(|entry| (entry.id, entry.version)).collect();
        let mut written = Vec::new();
        for change in changes {
            written.extend(self.written((&self.schemas, pack), &versions, change)?);
        }
        let done: Vec<EntryId> = written.iter().map(Written::entry).collect();
        let name = act.act.split(':').next().unwrap_or_default().replace('.', "-");
        let at = ActAt { school: school.id, act: &name, control: act.control, now: self.now(), generation };
        match write.act(scope, at, written).await {
            Ok(true) => {}
            Ok(false) => return Err(Error::Missing),
            Err(schoolkeeper_store::Error::Conflict { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        if let (Some(with), Some(first)) = (with, done.first()) {
            self.write_shown(write, scope, (school, *first), with).await?;
        }
        Ok(Some(done))
    }

    /// What goes with an act; missing, and then nothing of it is kept, when the link it uses up is used already.
    async fn write_shown(
        &self,
        write: &mut Write,
        scope: &Scope,
        (school, first): (&School, EntryId),
        (showing, copies): (&Showing, &[Blob]),
    ) -> Result<(), Error> {
        let system = Scope::system("evidence");
        if let Some(link) = &showing.uses
            && !write.use_sign_link(&system, link, (self.now(), copied_by(link, first))).await?
        {
            return Err(Error::Missing);
        }
        for copy in copies {
            write.add_blob(&system, copy).await?;
        }
        // Whose the record is was judged with the act; files are else put on by whoever reaches the whole school.
        let scope = if scope.own_at(school.id).is_some() { &system } else { scope };
        for (received, new) in &showing.files {
            let to = AttachedTo { school: school.id, register: showing.register, owner: first.0 };
            self.add_file(write, scope, (received, to, new)).await?;
        }
        Ok(())
    }

    /// Seals a copy of what is shown for every record an act makes; of an act that is not done the sweep takes them.
    async fn copies(
        &self,
        school: &School,
        showing: Option<&Showing>,
        changes: &[(Change, EntryId)],
    ) -> Result<Vec<Blob>, Error> {
        let Some((showing, text)) = showing.and_then(|showing| Some((showing, showing.copy.as_ref()?))) else {
            return Ok(Vec::new());
        };
        let mut out = Vec::new();
        for (_, id) in changes.iter().filter(|(change, _)| *change.register == *showing.register) {
            let of = BlobOf { school: school.id, register: showing.register, owner: id.0, size_max: COPY_BYTES_MAX };
            out.push(self.seal_blob(of, stream::iter([Ok(text.clone().into_bytes())])).await?);
        }
        Ok(out)
    }

    /// What a new entry of an act is on record; nothing when this program has no such register.
    pub(crate) fn written_new(&self, pack: &Pack, change: &Change) -> Option<Written<'_>> {
        let new = EntryId(Self::new_id());
        self.written((&self.schemas, Some(pack)), &HashMap::new(), (change.clone(), new)).ok().flatten()
    }

    /// Fields and registers the schemas do not know are left out, as everywhere a policy runs on an older program.
    fn written<'a>(
        &self,
        (schemas, pack): (&'a Schemas, Option<&Pack>),
        versions: &HashMap<EntryId, i64>,
        (change, new): (Change, EntryId),
    ) -> Result<Option<Written<'a>>, Error> {
        let Some(register) = schemas.get(&change.register) else { return Ok(None) };
        let mut facts = self.words(register, change.set);
        if let Some(id) = change.entry {
            let expected_version = *versions.get(&id).ok_or(Error::Missing)?;
            return Ok(Some(Written::Changed(register, EntryChange { id, expected_version, facts })));
        }
        let state = register.states.as_ref().map(|states| Value::Text(states.first.clone()));
        facts.extend(state.map(|state| (Name::from("state"), self.word(state))));
        let origin = pack.and_then(|pack| crate::under::said(register, pack));
        facts.extend(origin.map(|(name, origin)| (name, self.word(origin))));
        Ok(Some(Written::New(register, NewEntry { id: new, facts })))
    }

    fn words(&self, register: &Register, set: Vec<(Name, Value)>) -> Facts {
        let known = set.into_iter().filter(|(name, _)| register.field(name).is_some());
        known.map(|(name, value)| (name, self.word(value))).collect()
    }
}

/// Changes, each with the id of what it makes.
type WithIds = Vec<(Change, EntryId)>;

/// What is new has its id before, so that what it keeps is sealed for it while nothing is open.
fn with_ids(changes: Vec<Change>, showing: Option<&Showing>) -> WithIds {
    let mut made = showing.map(|showing| showing.made);
    let with_id = |change: Change| {
        let new = if change.entry.is_none() { made.take() } else { None };
        (change, new.unwrap_or_else(|| EntryId(House::new_id())))
    };
    changes.into_iter().map(with_id).collect()
}

/// What the engine makes of it.
fn changes(before: &Before, act: &PolicyAct<'_>) -> Result<Result<Vec<Change>, Refusal>, Error> {
    changes_by(before, before.0.asks(), act)
}

/// Whoever is nobody on record, as the local operator, does no act of a policy.
fn changes_by(
    before: &Before,
    who: Option<EntryId>,
    act: &PolicyAct<'_>,
) -> Result<Result<Vec<Change>, Refusal>, Error> {
    let (ctx, control) = before.control(act.pack, act.control)?;
    let Some(person) = who.and_then(|who| ctx.world.table_of("person")?.row(who)) else {
        let text =
            "nobody on record is doing this\nhint: sign in as yourself; the emergency account has no tasks of its own";
        return Ok(Err(Refusal(text.to_owned())));
    };
    let acting = Acting { person, on: act.on, form: &act.form };
    let done = flow::act(ctx, control, act.act, acting).or_else(|| occur::act(ctx, control, act.act, acting));
    done.ok_or(Error::Missing)
}
