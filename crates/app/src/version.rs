//! The versions of a policy that held at a school: who adopted each, when and why, and what changed between two.
//!
//! Invariant: what changed is what the two texts and the numbers set with them say; nothing is told from memory.

use crate::compare::{Difference, Side, differences};
use crate::{Error, House, Standpoint, dates};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Literal;
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_store::version::Version;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One adoption as its page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionLine {
    /// Its word in addresses: `3`, or `trust-2` for one of the trust.
    pub key: String,
    /// `Version 2.1`.
    pub title: String,
    /// Who adopted it.
    pub who: String,
    /// When, in words.
    pub day: String,
    /// Why, in words; empty when nobody said.
    pub why: String,
    /// The trust adopted it for all its schools.
    pub of_trust: bool,
    /// It is the one in force.
    pub in_force: bool,
}

/// A version read again: its text, and the numbers that were set with it.
type Read = (Arc<CompiledPack>, BTreeMap<Name, Literal>);

impl House {
    /// Every version of a policy that held at a school, newest first.
    pub async fn versions(&self, actor: &Actor, at: &Standpoint) -> Result<Vec<VersionLine>, Error> {
        let scope = self.scope_at(actor, "policy.see", &at.school).await?;
        let all = self.read().await?.versions(&scope, at.school.id, at.pack_id()).await?;
        let mut out = Vec::new();
        for one in all {
            let of_trust = one.school != at.school.id;
            let line = VersionLine {
                key: key(&one, of_trust),
                title: match &*one.version {
                    "" => "Version without a number".to_owned(),
                    version => format!("Version {version}"),
                },
                who: self.who_did(&Scope::system("names"), &one.adopted_by).await?,
                day: dates::long(at.calendar.day(one.adopted_at)),
                in_force: one.hash == at.pack.pack.hash && out.iter().all(|line: &VersionLine| !line.in_force),
                why: one.why,
                of_trust,
            };
            out.push(line);
        }
        Ok(out)
    }

    /// What changed from one version to another, or without a second one to what holds today, numbers included.
    pub async fn changed_between(
        &self,
        actor: &Actor,
        at: &Standpoint,
        (from, to): (&str, &str),
    ) -> Result<Vec<Difference>, Error> {
        let scope = self.scope_at(actor, "policy.see", &at.school).await?;
        let (old, old_set) = self.version_read(&scope, at, from).await?;
        let (new, new_set) = match to {
            "" => (at.pack.clone(), at.set.clone()),
            to => self.version_read(&scope, at, to).await?,
        };
        Ok(differences(Side { pack: &old, set: &old_set }, Side { pack: &new, set: &new_set }))
    }

    async fn version_read(&self, scope: &Scope, at: &Standpoint, wanted: &str) -> Result<Read, Error> {
        let read = self.read().await?;
        let all = read.versions(scope, at.school.id, at.pack_id()).await?;
        let found = all.iter().find(|one| key(one, one.school != at.school.id) == wanted).ok_or(Error::Missing)?;
        let said = read.version_text(scope, at.school.id, (at.pack_id(), found)).await?.ok_or(Error::Missing)?;
        let pack = self.policies.live(at.pack_id(), &said.hash, &said.sources, &self.schemas)?;
        Ok((pack, said.params))
    }
}

fn key(version: &Version, of_trust: bool) -> String {
    if of_trust { format!("trust-{}", version.number) } else { version.number.to_string() }
}
