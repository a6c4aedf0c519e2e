//! Checking an edition: the diagnostics of the command line, each with its place, and the examples before it is adopted.
//!
//! Invariant: one at a time, off the threads that answer; a text that is wrong ends in messages, whatever it holds.

use super::{Edition, ordered_by_trust};
use crate::change::EDITION;
use crate::{Error, House, shipped};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::diagnostic::{Diagnostic, Severity, Source};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_pack::{Library, Spot, spots};
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_rules::example::Outcome;
use schoolkeeper_store::School;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Editions are checked and tried one after the other, so that nobody waits for a page because of them.
static TURN: Semaphore = Semaphore::const_new(1);
/// Most messages shown.
const FOUND_MAX: usize = 100;
/// Longest excerpt, in characters.
const EXCERPT_MAX: usize = 160;

/// An edition with everything that is to be said of it.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Ready to be looked at and adopted; none while something is wrong.
    pub pack: Option<Arc<CompiledPack>>,
    /// Every text it was read from, parents and shared tables included.
    pub sources: Vec<Source>,
    /// Errors first.
    pub found: Vec<Found>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// It stops the policy from being adopted.
    pub error: bool,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// Path of the file.
    pub file: String,
    /// Its table, key and line there.
    pub spot: Spot,
    /// The line itself.
    pub excerpt: String,
}

impl Checked {
    /// How many things stop it.
    pub fn errors(&self) -> usize {
        self.found.iter().filter(|one| one.error).count()
    }
}

impl House {
    /// Checks an edition as the command line does.
    pub async fn check_edition(&self, edition: &Edition) -> Result<Checked, Error> {
        let (library, pack, schemas) =
            (self.library_of(edition).await?, edition.pack().to_owned(), self.schemas.clone());
        let _turn = TURN.acquire().await.map_err(|_| Error::Busy)?;
        off_thread(move || checked(&library, &pack, &schemas)).await
    }

    /// Runs every example of a policy; those that failed come first.
    pub async fn try_examples(&self, pack: &Arc<CompiledPack>) -> Result<Vec<Outcome>, Error> {
        let pack = pack.clone();
        let _turn = TURN.acquire().await.map_err(|_| Error::Busy)?;
        let mut out = off_thread(move || schoolkeeper_rules::example::run_all(&pack, |_| ())).await?;
        out.sort_by_key(|outcome| outcome.result.is_ok());
        Ok(out)
    }

    /// A policy somebody has in mind: an edition of the school (`edition:ID`), or one that comes with Schoolkeeper.
    pub async fn proposed_policy(
        &self,
        actor: &Actor,
        school: &School,
        with: &str,
    ) -> Result<Arc<CompiledPack>, Error> {
        let Some(id) = with.strip_prefix(EDITION) else { return self.shipped_policy(with) };
        let edition = self.edition(actor, school, (id, None)).await?;
        let checked = self.check_edition(&edition).await?;
        let errors = checked.errors();
        checked.pack.ok_or_else(|| {
            Error::refused(format!("this policy is not ready: {errors} errors\nhint: mend them where you write it"))
        })
    }

    /// Refuses an edition that may not be adopted: in place of what the trust orders, or with an example that fails.
    pub(crate) async fn hold_edition(&self, school: &School, pack: &Arc<CompiledPack>) -> Result<(), Error> {
        let id = pack.pack.head.id.get_ref();
        if ordered_by_trust(&self.read().await?, school, id).await? {
            return Err(Error::refused(
                "the trust orders this policy, and nothing takes its place here\nhint: write one that extends it",
            ));
        }
        let outcomes = self.try_examples(pack).await?;
        let failed: Vec<&Outcome> = outcomes.iter().filter(|one| one.result.is_err()).collect();
        match failed.first() {
            None => Ok(()),
            Some(first) => Err(Error::refused(format!(
                "{} of {} examples fail, first: {} ({})\nhint: change the policy or the example, then try again",
                failed.len(),
                outcomes.len(),
                first.title,
                first.control
            ))),
        }
    }

    /// Where an edition is read from: its own texts, then what it extends as it is in force here, then what comes with
    /// Schoolkeeper. Nothing of it is a folder.
    async fn library_of(&self, edition: &Edition) -> Result<Library, Error> {
        let adopted = self.read().await?.adopted_packs(&Scope::system("editions"), edition.school.id).await?;
        let own = Library::embedded(edition.sources.iter().cloned());
        let others = adopted.into_iter().filter(|one| *one.pack != *edition.pack());
        Ok(others.fold(own, |library, one| library.then(Library::embedded(one.sources))).then(shipped::packs()))
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::refused(format!("this could not be read: {error}")))
}

fn checked(library: &Library, id: &str, schemas: &Arc<Schemas>) -> Checked {
    let pack = match schoolkeeper_pack::load(library, id) {
        Ok(pack) => pack,
        Err(report) => {
            return Checked { found: found(&report.diagnostics, &report.sources), sources: report.sources, pack: None };
        }
    };
    let mut all = schoolkeeper_pack::check(&pack, schemas, false);
    all.extend(schoolkeeper_rules::check(&pack, schemas));
    let sources = pack.sources.clone();
    let good = all.iter().all(|one| one.severity != Severity::Error);
    let compiled = good.then(|| schoolkeeper_rules::compile(Arc::new(pack), schemas.clone()));
    let pack = match compiled {
        Some(Ok(pack)) => Some(Arc::new(pack)),
        Some(Err(more)) => {
            all.extend(more);
            None
        }
        None => None,
    };
    Checked { pack, found: found(&all, &sources), sources }
}

/// The messages with their places, errors first.
fn found(all: &[Diagnostic], sources: &[Source]) -> Vec<Found> {
    let at = |one: &Diagnostic| one.place.as_ref().map_or(0, |place| place.range.start);
    let places: Vec<usize> = all.iter().map(at).collect();
    let mut out: Vec<Found> = all
        .iter()
        .zip(spots(sources, &places))
        .map(|(one, spot)| {
            let source = sources.get(spot.file);
            let line = source.and_then(|source| source.text.lines().nth(spot.line.saturating_sub(1)));
            Found {
                error: one.severity == Severity::Error,
                message: one.message.clone(),
                hint: one.hint.clone(),
                file: source.map_or_else(String::new, |source| source.path.clone()),
                excerpt: line.unwrap_or_default().trim().chars().take(EXCERPT_MAX).collect(),
                spot,
            }
        })
        .collect();
    out.sort_by_key(|one| !one.error);
    out.truncate(FOUND_MAX);
    out
}
