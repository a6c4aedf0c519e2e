//! From stored records to the world an evaluation sees: one consistent look, a few queries whatever the size.

use crate::policy::BUILD;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::Literal;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_core::world::{Entry, Params, Place, World};
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_store::census::StoredCensus;
use schoolkeeper_store::not_here::NotHere;
use schoolkeeper_store::probe::Tried;
use schoolkeeper_store::section::{StoredSection, TaskOwner};
use schoolkeeper_store::{Read, School, StoredEntry};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A policy in force at a school, with what the school set.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// The policy, compiled, with its probes.
    pub live: Arc<CompiledPack>,
    /// Numbers, names and blanks the school set.
    pub set: BTreeMap<Name, Literal>,
    /// Named entries the school has confirmed.
    pub named: BTreeMap<Name, EntryId>,
    /// Since when it is in force.
    pub since: Timestamp,
    /// What the probe on record of this policy and program says: control → it refused what it must.
    pub probes: BTreeMap<Name, bool>,
    /// Sections that are started or planned; none when the school does not go by sections.
    pub sections: Vec<StoredSection>,
    /// Statements that were said not to apply here.
    pub not_here: Vec<NotHere>,
    /// Who does what, where the school chose that itself.
    pub owners: Vec<TaskOwner>,
}

impl Adopted {
    /// Its numbers here.
    pub fn params(&self) -> Params {
        schoolkeeper_rules::evaluate::params(&self.live.pack, &self.set)
    }

    /// A world as this policy sees it.
    pub(crate) fn in_world(&self, world: &World) -> World {
        let mut world = world.clone();
        crate::under::keep_apart(&mut world, &self.live.pack);
        world.named.clone_from(&self.named);
        world.probes.clone_from(&self.probes);
        world.started = self.started();
        let owners = self.owners.iter().map(|one| (one.control.clone(), (one.owner.clone(), one.deputy.clone())));
        world.owners = owners.collect();
        let started = |control: &Name| world.started.get(control).copied().flatten();
        let controls = self.live.pack.controls.keys();
        let since =
            controls.map(|control| (control.clone(), started(control).map_or(self.since, |at| at.max(self.since))));
        world.in_force_since = since.collect();
        world
    }

    /// Its id.
    pub fn id(&self) -> &Name {
        self.live.pack.head.id.get_ref()
    }
}

/// One consistent look at a school.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Policies in force.
    pub policies: Vec<Adopted>,
    /// Registers and calendar; each policy adds its names and probes.
    pub world: World,
    /// The generation it was read at.
    pub generation: i64,
    /// Lists of which somebody said "we have none", and which hold something.
    pub contradicted: Vec<StoredCensus>,
}

impl Snapshot {
    /// The world as one policy sees it.
    pub fn world_of(&self, policy: &Adopted) -> World {
        policy.in_world(&self.world)
    }

    /// The same look with an entry that is in no list any more.
    pub(crate) fn with(&self, register: usize, gone: &StoredEntry) -> Self {
        let mut out = self.clone();
        out.world.put(register, row(&out.world.schemas, register, gone));
        out.world.seal();
        out
    }
}

/// A stored entry as a row of the world: the fields its register declares, in their order.
pub(crate) fn row(schemas: &Schemas, register: usize, stored: &StoredEntry) -> Entry {
    let fields = &schemas.all()[register].fields;
    let facts = fields.iter().map(|field| stored.facts.get(&field.name).cloned()).collect();
    Entry { id: stored.id, since: stored.since, facts }
}

impl House {
    /// The policies in force at a school.
    pub(crate) async fn adopted(&self, scope: &Scope, school: &School) -> Result<Vec<Adopted>, Error> {
        self.adopted_in(&self.read().await?, scope, school).await
    }

    async fn adopted_in(&self, read: &Read, scope: &Scope, school: &School) -> Result<Vec<Adopted>, Error> {
        let mut out = Vec::new();
        for stored in read.adopted_packs(scope, school.id).await? {
            let live = self.policies.live(&stored.pack, &stored.hash, &stored.sources, &self.schemas)?;
            let tried = Tried { school: school.id, pack: &stored.pack, hash: &stored.hash, build: BUILD };
            out.push(Adopted {
                probes: read.probes(scope, tried).await?,
                set: read.params(scope, school.id, &stored.pack).await?,
                named: read.named_entries(scope, school.id, &stored.pack).await?,
                sections: read.sections(scope, school.id, &stored.pack).await?,
                not_here: read.not_here(scope, school.id, &stored.pack).await?,
                owners: read.task_owners(scope, school.id, &stored.pack).await?,
                since: stored.adopted_at,
                live,
            });
        }
        Ok(out)
    }

    /// Reads everything an evaluation needs.
    pub(crate) async fn snapshot(&self, scope: &Scope, school: &School) -> Result<Snapshot, Error> {
        self.snapshot_in(&self.read().await?, (scope, school), None).await
    }

    /// The same in a look under way, of some registers only.
    pub(crate) async fn snapshot_in(
        &self,
        read: &Read,
        (scope, school): (&Scope, &School),
        only: Option<&BTreeSet<usize>>,
    ) -> Result<Snapshot, Error> {
        let generation = read.generation().await?;
        let policies = self.adopted_in(read, scope, school).await?;
        let calendar = Arc::new(crate::calendar::calendar_of(read, scope, school).await?);
        let place = Place { school: school.id, title: Name::from(school.title.as_str()), trust: school.trust };
        let mut world = World::new(place, self.now(), calendar, self.schemas.clone());
        world.called = self.known_registers(read, school).await?;
        world.seeds = self.seeds(read).await?;
        world.alone = !read.has_office(scope, school.id).await?;
        let stored = match only {
            None => read.snapshot(scope, school.id).await?,
            Some(only) => {
                world = world.only(only);
                let registers: Vec<&str> = only.iter().map(|at| &*self.schemas.all()[*at].id).collect();
                read.snapshot_of(scope, school.id, &registers).await?
            }
        };
        for stored in stored {
            let Some(register) = self.schemas.index(&stored.register) else { continue };
            world.put(register, row(&self.schemas, register, &stored));
        }
        let mut contradicted = Vec::new();
        for stored in read.censuses(scope, school.id).await? {
            let Some(register) = self.schemas.index(&stored.register) else { continue };
            let looked = only.is_none_or(|only| only.contains(&register));
            let held = || match &stored.class {
                None => !world.table(register).rows.is_empty(),
                Some(class) => world.of_class(register, class).next().is_some(),
            };
            if stored.none && looked && held() {
                contradicted.push(stored);
                continue;
            }
            match stored.class {
                None => world.put_census(register, stored.census),
                Some(class) => world.put_class_census(register, class, stored.census),
            }
        }
        world.seal();
        self.name_erased(read, scope, school, &mut world).await?;
        Ok(Snapshot { policies, world, generation, contradicted })
    }

    /// Says of what is pointed to and gone under which rule it went; only looked for where anything ever was erased.
    async fn name_erased(&self, read: &Read, scope: &Scope, school: &School, world: &mut World) -> Result<(), Error> {
        if !read.has_erased(scope, school.id).await? {
            return Ok(());
        }
        let stones = read.tombstones(scope, school.id, &world.dangling()).await?;
        let words = |(id, rule): (EntryId, String)| (id, Name::from(schoolkeeper_core::keep::tombstone(&rule)));
        world.erased = stones.into_iter().map(words).collect();
        Ok(())
    }
}
