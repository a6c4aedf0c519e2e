//! Probes: a control's own act examples, tried against the `decide` that stands in front of every act here, with the
//! policies in force and the numbers the school set. What came out is the fact behind *enforced*.
//!
//! Invariant: a control whose acts this program does not let people do is not tried, so nothing is claimed for it.

use crate::authority::is_live;
use crate::policy::BUILD;
use crate::snapshot::Adopted;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_rules::CompiledControl;
use schoolkeeper_rules::decide::{Decide, acts_of};
use schoolkeeper_rules::example::prove;
use schoolkeeper_store::School;
use schoolkeeper_store::probe::Tried;
use std::collections::BTreeMap;

impl House {
    /// Tries out every policy of a school and writes down what came out, and when.
    pub async fn probe(&self, school: &School) -> Result<(), Error> {
        let scope = Scope::system("probe");
        let adopted = self.adopted(&scope, school).await?;
        self.write_probes(&scope, school, &adopted).await
    }

    /// Tries out every policy of every school, as at each start and every day, and works out again where it stands
    /// when something came out otherwise than before.
    pub async fn probe_all(&self) -> Result<(), Error> {
        if !self.can_write() {
            return Ok(());
        }
        let schools = self.read().await?.schools(&Scope::system("probe")).await?;
        for school in &schools {
            let before = self.probed(school).await?;
            self.probe(school).await?;
            if self.probed(school).await? != before {
                self.evaluate(&Actor::operator(school.organisation), school).await?;
            }
        }
        Ok(())
    }

    async fn probed(&self, school: &School) -> Result<Vec<BTreeMap<Name, bool>>, Error> {
        let adopted = self.adopted(&Scope::system("probe"), school).await?;
        Ok(adopted.into_iter().map(|one| one.probes).collect())
    }

    /// Tries out the policies that were adopted, or came with a new program, since the last probe.
    pub(crate) async fn try_untried(&self, school: &School) -> Result<(), Error> {
        let scope = Scope::system("probe");
        let mut adopted = self.adopted(&scope, school).await?;
        adopted.retain(|one| one.probes.is_empty());
        if adopted.is_empty() || !self.can_write() {
            return Ok(());
        }
        self.write_probes(&scope, school, &adopted).await
    }

    async fn write_probes(&self, scope: &Scope, school: &School, adopted: &[Adopted]) -> Result<(), Error> {
        let results: Vec<_> = adopted.iter().map(|one| (one, results(one, self.decide))).collect();
        if results.iter().all(|(one, results)| results.is_empty() && one.probes.is_empty()) {
            return Ok(());
        }
        let mut write = self.write().await?;
        for (one, results) in &results {
            let tried = Tried { school: school.id, pack: one.id(), hash: &one.live.pack.hash, build: BUILD };
            write.set_probes(scope, tried, results, self.now()).await?;
        }
        Ok(write.commit().await?)
    }
}

/// Control → whether every one of its act examples came out. Only controls whose every act is live, and settings that
/// sign-in here goes by: of passwords that are chosen elsewhere only where the setting is compared with directories too.
pub(crate) fn results(adopted: &Adopted, decide: Decide) -> BTreeMap<Name, bool> {
    let pack = &adopted.live;
    let mut out = BTreeMap::new();
    for example in pack.pack.examples.iter().filter(|example| example.act.is_some()) {
        let id = example.control.get_ref();
        let Some(control) = pack.controls.get(id) else { continue };
        let acts = acts_of(control);
        if !acts.is_empty() && (acts.into_iter().all(is_live) || is_gone_by(control)) {
            let passed = prove(pack, example, decide, &adopted.set).is_ok();
            *out.entry(id.clone()).or_insert(true) &= passed;
        }
    }
    out
}

fn is_gone_by(control: &CompiledControl) -> bool {
    let ControlKind::Setting(setting) = &control.control.kind else { return false };
    let everywhere = setting.subject.is_none() || !setting.compare.is_empty();
    everywhere && setting.set.keys().all(|key| crate::sign_in::goes_by(key))
}
