//! The open house: data folder, store, registers, clock. Every use case is a method of [`House`], in its own file.
//!
//! Invariant: only [`House::now`] asks the clock, only [`House::new_id`] makes ids and only [`House::secret`] and
//! [`House::salt`] ask for chance.

use crate::Error;
use crate::asking::{HELD_MAX, Looks};
use crate::base_url::BaseUrl;
use crate::change::ChangeLooks;
use crate::entry::own::{KnownRegisters, REGISTERS_MAX};
use crate::figures::Figures;
use crate::folder::Folder;
use crate::key::{Key, KeyFrom};
use crate::policy::{self, Policies};
use crate::policy_page::{PUBLISHED_MAX, Published};
use crate::seeds::Seeds;
use crate::settings::{PORT, Settings};
use crate::sign_in::secret::Secret;
use crate::sign_in::{Hashing, KnownLimits};
use crate::standpoint::{STANDPOINTS_MAX, Standpoints};
use crate::upgrade::{Upgraded, upgrade};
use crate::{calendar, section, shipped};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Narrowing, Scope};
use schoolkeeper_core::calendar::Division;
use schoolkeeper_core::id::{OrganisationId, SchoolId, slug};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_ledger::Signer;
use schoolkeeper_rules::decide::Decide;
use schoolkeeper_store::{Organisation, Read, School, Store, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Use cases over one data folder.
#[derive(Debug)]
pub struct House {
    pub(crate) folder: Folder,
    pub(crate) store: Store,
    pub(crate) schemas: Arc<Schemas>,
    pub(crate) policies: Policies,
    pub(crate) standpoints: Standpoints,
    pub(crate) published: Published,
    pub(crate) looks: Looks,
    pub(crate) change_looks: ChangeLooks,
    pub(crate) seeds: Seeds,
    pub(crate) own: KnownRegisters,
    pub(crate) signer: OnceLock<Signer>,
    pub(crate) figures: Figures,
    key: Key,
    pub(crate) hashing: Hashing,
    pub(crate) limits: KnownLimits,
    /// Somebody can sign in; never undone.
    pub(crate) lived_in: AtomicBool,
    /// A back-up came back and the recovery sheet is put away: asked until it is so.
    pub(crate) prepared: AtomicBool,
    terminal: OnceLock<fn(&str)>,
    /// What stands in front of every act.
    pub(crate) decide: Decide,
    organisation: OrganisationId,
    pretended: Option<Timestamp>,
    base_url: BaseUrl,
    upgraded: Upgraded,
    /// The built program: a back-up is proved in a process of its own.
    pub(crate) program: Option<PathBuf>,
}

/// How a data folder is opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// Pretends an instant: reading always, writing only in a sandbox.
    pub now: Option<Timestamp>,
    /// Where the installation key is.
    pub key: &'a KeyFrom,
    /// What this process is called when somebody wants the folder alone.
    pub holder: &'a str,
    /// Whether records of an older version may be brought up to date.
    pub upgrade: bool,
}

/// What a new house is made of.
#[derive(Debug, Default)]
pub struct NewHouse {
    /// Names of schools; at least one.
    pub schools: Vec<String>,
    /// Name of the trust.
    pub trust: Option<String>,
    /// File, folder or id of the policy.
    pub pack: String,
    /// `K=V` for the policy's numbers, names and blanks.
    pub params: Vec<String>,
    /// A PostgreSQL address.
    pub database: Option<String>,
    /// The schools' terms, as TOML.
    pub calendar: Option<String>,
    /// The policy goes by sections: nothing of it is counted, mailed or late before somebody starts its section.
    pub by_section: bool,
    /// Time may be pretended.
    pub sandbox: bool,
    /// A made-up school or trust: besides, one may look at it as anybody.
    pub demo: bool,
    /// Where the installation key is, or is made.
    pub key: KeyFrom,
}

impl House {
    /// Opens a data folder. `now` pretends an instant: reading always, writing only in a sandbox.
    pub async fn open(path: &Path, now: Option<Timestamp>) -> Result<Self, Error> {
        Self::open_with(path, now, &KeyFrom::default()).await
    }

    /// Opens a data folder whose key is elsewhere than beside it.
    pub async fn open_with(path: &Path, now: Option<Timestamp>, key: &KeyFrom) -> Result<Self, Error> {
        Self::open_as(path, &Opening { now, key, ..Opening::default() }).await
    }

    /// Opens a data folder; records of an older version are brought up to date first, when nobody else holds it.
    pub async fn open_as(path: &Path, opening: &Opening<'_>) -> Result<Self, Error> {
        let (mut folder, mut store) = reach(path, opening.holder).await?;
        let missing = store.schema().await?.missing;
        let mut upgraded = Upgraded::default();
        if let Some(first) = missing.first() {
            if !opening.upgrade {
                return Err(Error::refused(format!(
                    "the records are those of an older version: `{first}` is missing\nhint: run `schoolkeeper migrate --data {}`",
                    path.display()
                )));
            }
            store.close().await?;
            drop(folder);
            upgraded = upgrade(path, opening.now).await?;
            (folder, store) = reach(path, opening.holder).await?;
        }
        let mut house = Self::over((folder, store), opening.key, opening.now).await?;
        house.upgraded = upgraded;
        Ok(house)
    }

    /// Opens a folder and records that are held already.
    pub(crate) async fn over(
        (mut folder, store): (Folder, Store),
        key: &KeyFrom,
        now: Option<Timestamp>,
    ) -> Result<Self, Error> {
        let key = folder.key(key)?;
        let organisations = store.read().await?.organisations(&Scope::system("open")).await?;
        let Some(first) = organisations.first() else {
            return Err(Error::refused(format!(
                "`{}` holds no school\nhint: make one with `schoolkeeper init`",
                folder.path().display()
            )));
        };
        let house = Self::with((folder, key), store, first.id, now)?;
        house.list_anew().await?;
        Ok(house)
    }

    /// What had to be done before it could be opened.
    pub fn upgraded(&self) -> &Upgraded {
        &self.upgraded
    }

    fn with(
        (folder, key): (Folder, Key),
        store: Store,
        organisation: OrganisationId,
        now: Option<Timestamp>,
    ) -> Result<Self, Error> {
        let schemas = shipped::registers(None).map_err(|report| Error::refused(report.to_string()))?;
        let base_url = folder.settings().base_url.clone().unwrap_or_else(|| BaseUrl::local(PORT));
        Ok(Self {
            folder,
            store,
            schemas: Arc::new(schemas),
            policies: Policies::default(),
            standpoints: Standpoints::up_to(STANDPOINTS_MAX),
            published: Published::up_to(PUBLISHED_MAX),
            looks: Looks::up_to(HELD_MAX),
            change_looks: ChangeLooks::default(),
            seeds: Seeds::default(),
            own: KnownRegisters::up_to(REGISTERS_MAX),
            signer: OnceLock::new(),
            figures: Figures::default(),
            key,
            hashing: Hashing::default(),
            limits: KnownLimits::up_to(1),
            lived_in: AtomicBool::new(false),
            prepared: AtomicBool::new(false),
            terminal: OnceLock::new(),
            decide: schoolkeeper_rules::decide,
            organisation,
            pretended: now,
            base_url,
            upgraded: Upgraded::default(),
            program: None,
        })
    }

    /// The instant.
    pub fn now(&self) -> Timestamp {
        self.pretended.unwrap_or_else(clock)
    }

    /// The settings of this installation.
    pub fn settings(&self) -> &Settings {
        self.folder.settings()
    }

    /// The address people type: links, names of cookies and the gate follow it.
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// The pages listen at a port of this machine: that is the address, unless the settings name one.
    pub fn listens_at(&mut self, port: u16) {
        if self.settings().base_url.is_none() {
            self.base_url = BaseUrl::local(port);
        }
    }

    /// Names the built program, so that a back-up is proved in a process of its own.
    pub fn runs_as(&mut self, program: PathBuf) {
        self.program = Some(program);
    }

    /// Which installation this is: its first organisation.
    pub(crate) fn installation(&self) -> Uuid {
        self.organisation.0
    }

    /// A fresh id.
    pub(crate) fn new_id() -> Uuid {
        new_id()
    }

    /// Fresh random bytes: salts of the ledger's records, and the secret of its key.
    pub(crate) fn salt() -> [u8; 32] {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).expect("the operating system gives random bytes");
        salt
    }

    /// The installation key: seals what must stay secret when the records are stolen.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Whether the key is a demo's: then nothing beyond this machine may reach the pages.
    pub fn has_demo_key(&self) -> bool {
        self.folder.settings().demo_key
    }

    /// A fresh secret.
    pub fn secret() -> Result<Secret, Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| Error::refused(format!("the machine gives no chance: {error}")))?;
        Ok(Secret::new(bytes))
    }

    /// How to print on the terminal of the machine; codes of the first run go there and nowhere else.
    pub fn prints_with(&self, print: fn(&str)) {
        let _ = self.terminal.set(print);
    }

    /// Prints on the terminal of the machine, if there is one.
    pub(crate) fn print(&self, text: &str) {
        if let Some(print) = self.terminal.get() {
            print(text);
        }
    }

    /// The local operator of the machine: until people can sign in, everybody who can use it.
    pub fn operator(&self) -> Actor {
        Actor::operator(self.organisation)
    }

    /// The same house with another `decide` in front of every act, so that a probe can be seen to notice it.
    pub fn deciding_by(mut self, decide: Decide) -> Self {
        self.decide = decide;
        self
    }

    /// The registers.
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// Asks the permission table.
    pub(crate) fn scope(actor: &Actor, act: &str) -> Result<Scope, Error> {
        Ok(actor.scope(act, &Narrowing::default())?)
    }

    /// A consistent look at the records.
    pub(crate) async fn read(&self) -> Result<Read, Error> {
        Ok(self.store.read().await?)
    }

    /// A change of the records; refused when the instant is pretended outside a sandbox.
    pub(crate) async fn write(&self) -> Result<Write, Error> {
        self.may_write()?;
        Ok(self.store.write_tx().await?)
    }

    /// Moves a sandbox's clock on: a demo tells a whole year through one open house.
    pub(crate) fn moves_to(&mut self, now: Timestamp) {
        self.pretended = Some(now);
    }

    /// The clock that was asked for when a demo is told: a pretended instant, or the machine's.
    pub(crate) fn goes_on_at(&mut self, now: Option<Timestamp>) {
        self.pretended = now;
    }

    /// Whether an instant is pretended: then two runs may carry the same one.
    pub(crate) fn pretends(&self) -> bool {
        self.pretended.is_some()
    }

    /// What the clock of the machine says from here on.
    #[cfg(test)]
    pub(crate) fn pretend(&mut self, now: Timestamp) {
        self.folder.forget_clock();
        self.pretended = Some(now);
    }

    /// Refused when the instant is pretended outside a sandbox, or backwards.
    pub(crate) fn may_write(&self) -> Result<(), Error> {
        self.pretended.map_or(Ok(()), |now| self.folder.pretend(now))
    }

    /// Whether writing is possible: false when only a look at another instant was asked for.
    pub fn can_write(&self) -> bool {
        self.pretended.is_none_or(|now| self.folder.may_pretend(now).is_ok())
    }
}

impl Default for Opening<'_> {
    fn default() -> Self {
        Self { now: None, key: &KeyFrom::Beside, holder: "schoolkeeper", upgrade: true }
    }
}

async fn reach(path: &Path, holder: &str) -> Result<(Folder, Store), Error> {
    let folder = Folder::open(path, holder)?;
    let store = Store::open(&folder.database(), new_id()).await?;
    Ok((folder, store))
}

impl NewHouse {
    /// Makes everything or nothing, and works out the first standing.
    pub async fn make(self, path: &Path, now: Option<Timestamp>) -> Result<Vec<School>, Error> {
        if now.is_some() && !self.sandbox {
            return Err(Error::refused(
                "--now would write false times into real records\nhint: add --sandbox to try things out",
            ));
        }
        let schemas = shipped::registers(None).map_err(|report| Error::refused(report.to_string()))?;
        let adopted = policy::prepare(&self.pack, &self.params, Arc::new(schemas))?;
        let terms = self.calendar.as_deref().map(calendar::read).transpose()?;
        let (sandbox, demo) = (self.sandbox || self.demo, self.demo);
        let settings = Settings { database: self.database.clone(), sandbox, demo, ..Settings::default() };
        let (folder, _) = Folder::make(path, settings, &self.key)?;
        let at = now.unwrap_or_else(clock);
        match self.fill(&folder, &adopted, terms.as_deref(), at).await {
            Ok(schools) => {
                drop(folder);
                let house = House::open_with(path, now, &self.key).await?;
                for school in &schools {
                    house.evaluate(&house.operator(), school).await?;
                }
                Ok(schools)
            }
            Err(error) => {
                folder.discard();
                Err(error)
            }
        }
    }

    async fn fill(
        &self,
        folder: &Folder,
        adopted: &policy::Prepared,
        terms: Option<&[schoolkeeper_core::calendar::Term]>,
        at: Timestamp,
    ) -> Result<Vec<School>, Error> {
        let store = Store::open(&folder.database(), new_id()).await?;
        store.migrate(at).await?;
        let system = Scope::system("init");
        if !store.read().await?.organisations(&system).await?.is_empty() {
            return Err(Error::refused("the database already holds a school\nhint: give an empty one"));
        }
        let schools = self.schools(at)?;
        let mut write = store.write_tx().await?;
        let title = self.trust.clone().unwrap_or_else(|| schools[0].title.clone());
        let organisation = Organisation { id: schools[0].organisation, title, created_at: at };
        write.add_organisation(&system, &organisation).await?;
        for school in &schools {
            write.add_school(&system, school).await?;
            if let Some(terms) = terms {
                write.set_terms(&system, school.id, terms, at).await?;
            }
        }
        // A trust's central office adopts for all of its schools; without one each school adopts for itself.
        let adopting = if self.trust.is_some() { &schools[..1] } else { &schools[..] };
        for school in adopting {
            policy::adopt(&mut write, &system, school, (adopted, ""), at).await?;
        }
        for school in schools.iter().filter(|_| self.by_section) {
            section::go_by_sections(&mut write, &system, school, (&adopted.compiled.pack, at)).await?;
        }
        write.commit().await?;
        store.close().await?;
        Ok(schools)
    }

    /// The trust's central office first, when there is one.
    fn schools(&self, at: Timestamp) -> Result<Vec<School>, Error> {
        let organisation = OrganisationId(new_id());
        let named = self.trust.iter().map(|title| (title, true)).chain(self.schools.iter().map(|title| (title, false)));
        let mut out: Vec<School> = Vec::new();
        for (title, trust) in named {
            let slug = slug(title);
            if slug.is_empty() || title.len() > 200 {
                return Err(Error::refused(format!(
                    "`{title}` is no name for a school\nhint: use letters, at most 200"
                )));
            }
            if out.iter().any(|known| known.slug == slug) {
                return Err(Error::refused(format!(
                    "two schools would be called `{slug}`\nhint: give them different names"
                )));
            }
            let (id, division) = (SchoolId(new_id()), Division::default());
            out.push(School { id, organisation, slug, title: title.clone(), trust, division, created_at: at });
        }
        Ok(out)
    }
}

/// The instant, for what has no house yet: a restore.
pub fn instant() -> Timestamp {
    clock()
}

/// The one place that asks the clock.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the clock")]
pub(crate) fn clock() -> Timestamp {
    Timestamp::now()
}

/// The one place that makes ids.
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}
