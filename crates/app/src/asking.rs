//! Asking the policies of a school about acts. What they must know to answer is read with the registers they speak of
//! and no others, and held until a record changes.
//!
//! Invariant: an answer is drawn from one generation of the records, the one of the look it is asked in.

use crate::authority::{MayAsk, Reason, Try};
use crate::kept::{At, Kept};
use crate::request::may_ask;
use crate::snapshot::{Adopted, Snapshot};
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Narrowing, Scope};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::world::{Entry, Params, World};
use schoolkeeper_rules::decide::{Condition, Decide, Decision, Policy, Refused, Tried, registers_for, shuts_out};
use schoolkeeper_rules::flow::request::opening;
use schoolkeeper_rules::{CompiledControl, CompiledPack, Ctx};
use schoolkeeper_store::{Read, School};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whoever does not say who they are: no record has this id.
pub(crate) const UNNAMED: EntryId = EntryId(uuid::Uuid::nil());
/// Most records held between two questions, over all schools.
pub(crate) const HELD_MAX: usize = 50_000;

/// An actor before the policies of a school.
#[derive(Debug)]
pub(crate) struct Asking {
    look: Arc<Snapshot>,
    worlds: Vec<(World, Params)>,
    base: Vec<BaseRole>,
    person: Option<EntryId>,
    school: SchoolId,
    slug: String,
    decide: Decide,
}

/// What somebody wants to ask about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    /// The policies in force.
    pub live: &'a [Arc<CompiledPack>],
    /// The acts.
    pub acts: &'a [&'a str],
    /// Registers of what is acted on, by position, besides those the acts name.
    pub on: &'a [usize],
}

impl About<'_> {
    /// Every register, whatever is asked.
    pub(crate) const EVERYTHING: Self = Self { live: &[], acts: &[], on: &[] };

    fn is_everything(&self) -> bool {
        self.live.is_empty() && self.acts.is_empty() && self.on.is_empty()
    }
}

type Which = Option<BTreeSet<usize>>;

/// Looks as they were last read, by school and registers; their size is that of their records.
pub(crate) type Looks = Kept<(SchoolId, Which), (), Snapshot>;

impl House {
    /// What the policies need to answer: from what is held when nothing has changed since.
    pub(crate) async fn look_before(
        &self,
        read: &Read,
        school: &School,
        about: About<'_>,
    ) -> Result<Arc<Snapshot>, Error> {
        let mut wanted: Which = (!about.is_everything()).then(|| about.on.iter().copied().collect());
        for (pack, act) in about.live.iter().flat_map(|pack| about.acts.iter().map(move |act| (pack, act))) {
            wanted = wanted.zip(registers_for(pack, act)).map(|(mut all, more)| {
                all.extend(more);
                all
            });
        }
        let key = (school.id, wanted);
        if let Some(look) = self.looks.get(&key, &at(read.generation().await?)) {
            return Ok(look);
        }
        let look = Arc::new(self.snapshot_in(read, (&Scope::system("decide"), school), key.1.as_ref()).await?);
        self.looks.keep(key, at(look.generation), (&look, look.world.size()));
        Ok(look)
    }

    /// An actor before the policies, with everything these must know to answer.
    pub(crate) async fn asking(
        &self,
        read: &Read,
        (actor, school): (&Actor, &School),
        look: Arc<Snapshot>,
    ) -> Result<Asking, Error> {
        let mut world = look.world.clone();
        (world.now, world.seeds) = (self.now(), self.seeds(read).await?);
        // The record of the person who acts may live at another school of the organisation.
        if let (Some(person), Some(register)) = (actor.person, self.schemas.index("person"))
            && world.table(register).row(person).is_none()
        {
            // The emergency account is nobody on record.
            let stored = read.entry(&Scope::system("decide"), person).await?;
            let stored = stored.map(|stored| crate::snapshot::row(&self.schemas, register, &stored));
            let unnamed = Entry { id: UNNAMED, since: self.now(), facts: Vec::new() };
            if let Some(row) = stored.or((person == UNNAMED).then_some(unnamed)) {
                world.put(register, row);
                world.seal();
            }
        }
        let worlds = look.policies.iter().map(|policy| (policy.in_world(&world), policy.params())).collect();
        let (base, person) = (actor.bases_at(school.id), actor.person);
        Ok(Asking { look, worlds, base, person, school: school.id, slug: school.slug.clone(), decide: self.decide })
    }
}

impl Asking {
    /// What must still be done at the act, or the reasons of every policy against it.
    pub(crate) fn ask(&self, tried: &Try<'_>) -> Result<Vec<Condition>, Vec<Reason>> {
        let (mut conditions, mut reasons) = (Vec::new(), Vec::new());
        for (policy, (world, params)) in self.look.policies.iter().zip(&self.worlds) {
            let (person, on) = (self.row(world), tried.on.and_then(|id| world.find(id)));
            let tried = Tried { act: tried.act, person, base: &self.base, on, form: &tried.form };
            match (self.decide)(&[Policy { pack: &policy.live, params }], world, &tried) {
                Decision::Allowed { conditions: more } => conditions.extend(more),
                Decision::Refused(refused) => {
                    let ctx = Ctx { pack: &policy.live, params, world };
                    reasons.extend(refused.into_iter().map(|one| self.reason(policy, ctx, one)));
                }
            }
        }
        reasons.dedup();
        if reasons.is_empty() { Ok(conditions) } else { Err(reasons) }
    }

    /// What rules surely say against an act: not what is unknown, and nothing that waits for a signature.
    pub(crate) fn surely_guarded(&self, tried: &Try<'_>) -> Vec<Reason> {
        let mut out = Vec::new();
        for (policy, (world, params)) in self.look.policies.iter().zip(&self.worlds) {
            let (person, on) = (self.row(world), tried.on.and_then(|id| world.find(id)));
            let tried = Tried { act: tried.act, person, base: &self.base, on, form: &tried.form };
            let decided = (self.decide)(&[Policy { pack: &policy.live, params }], world, &tried);
            let Decision::Refused(refused) = decided else { continue };
            let is_rule = |one: &Refused| {
                let control = one.control.as_ref().and_then(|name| policy.live.controls.get(name));
                control.is_some_and(|control| matches!(control.control.kind, ControlKind::Rule(_)))
            };
            let sure = refused.into_iter().filter(|one| one.missing.is_empty() && is_rule(one));
            out.extend(sure.map(|one| self.reason(policy, Ctx { pack: &policy.live, params, world }, one)));
        }
        out
    }

    fn reason(&self, policy: &Adopted, ctx: Ctx<'_>, refused: Refused) -> Reason {
        let pack = &policy.live.pack;
        let clause = refused.clauses.first();
        let clause = clause.and_then(|id| pack.clauses.iter().find(|clause| clause.id.get_ref() == id));
        let title = |name: &Name| crate::view::cause::role_title(pack, name);
        let control = refused.control.and_then(|name| policy.live.controls.get(&name));
        let person = self.row(ctx.world);
        let asks = control.zip(person).map(|(control, person)| offers(ctx, control, person)).unwrap_or_default();
        let may_ask = |request: &CompiledControl| MayAsk {
            school: self.slug.clone(),
            pack: policy.id().clone(),
            control: request.control.id.clone(),
            title: request.control.title.clone(),
        };
        Reason {
            statement: clause.map(|clause| (clause.id.get_ref().to_string(), clause.text.clone())),
            message: refused.message,
            who_may_allow: refused.who_may_allow.iter().map(title).collect(),
            asks: asks.into_iter().map(may_ask).collect(),
        }
    }

    /// Takes an act away when a policy names those who may, and the actor is not among them.
    pub(crate) fn narrow(&self, act: &str, narrowing: &mut Narrowing) {
        for (policy, (world, params)) in self.look.policies.iter().zip(&self.worlds) {
            let ctx = Ctx { pack: &policy.live, params, world };
            if shuts_out(ctx, act, self.row(world)) {
                narrowing.refuse_at(act.split(':').next().unwrap_or_default(), self.school);
            }
        }
    }

    /// Nobody on record: the local operator and the emergency account, whom no policy names.
    pub(crate) fn is_nobody(&self) -> bool {
        self.worlds.iter().all(|(world, _)| self.row(world).is_none())
    }

    /// The policies in force, each with the world as it sees it.
    pub(crate) fn policies(&self) -> impl Iterator<Item = (&Adopted, Ctx<'_>)> {
        let worlds = self.look.policies.iter().zip(&self.worlds);
        worlds.map(|(policy, (world, params))| (policy, Ctx { pack: &policy.live, params, world }))
    }

    /// The registers, without what a single policy adds.
    pub(crate) fn world(&self) -> &World {
        &self.look.world
    }

    /// Of the records it was read at.
    pub(crate) fn generation(&self) -> i64 {
        self.look.generation
    }

    /// The person who acts.
    pub(crate) fn asks(&self) -> Option<EntryId> {
        self.person
    }

    /// Row of the person who acts.
    pub(crate) fn row(&self, world: &World) -> Option<usize> {
        self.person.and_then(|id| world.table_of("person").and_then(|people| people.row(id)))
    }
}

fn at(generation: i64) -> At<()> {
    At { generation, also: () }
}

/// What a person may ask for where a control stands in the way.
fn offers<'p>(ctx: Ctx<'p>, control: &CompiledControl, person: usize) -> Vec<&'p CompiledControl> {
    let may = |request: &&CompiledControl| match &request.control.kind {
        ControlKind::Request(spec) => {
            ctx.world.started.get(&request.control.id) != Some(&None) && may_ask(ctx, spec, person)
        }
        _ => false,
    };
    opening(ctx.pack, control).into_iter().filter(may).collect()
}
