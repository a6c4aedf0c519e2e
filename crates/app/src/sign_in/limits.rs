//! How long one may rest and how often one may be wrong: what the house sets, or the policies in force where stricter.

use crate::kept::{At, Kept};
use crate::{Error, House};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::OrganisationId;
use schoolkeeper_rules::evaluate::wanted::{self, Level};
use schoolkeeper_store::Read;
use std::collections::HashMap;
use std::sync::Arc;

/// What the policies ask of sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Longest rest.
    pub idle_seconds: Option<i64>,
    /// Wrong attempts before sign-in waits.
    pub attempts: Option<i64>,
    /// Greatest age of a password.
    pub age_seconds: Option<i64>,
    /// Earlier passwords a new one differs from.
    pub history: Option<i64>,
}

/// The limits of every organisation, as they were last read.
pub(crate) type KnownLimits = Kept<(), (), HashMap<OrganisationId, Limits>>;

impl Limits {
    fn strictest(self, other: Self) -> Self {
        let least = |one: Option<i64>, two: Option<i64>| one.into_iter().chain(two).min();
        Self {
            idle_seconds: least(self.idle_seconds, other.idle_seconds),
            attempts: least(self.attempts, other.attempts),
            age_seconds: least(self.age_seconds, other.age_seconds),
            history: self.history.into_iter().chain(other.history).max(),
        }
    }
}

impl House {
    /// What the policies in force anywhere in an organisation ask of sign-in, the strictest of all; without an
    /// organisation the strictest of the installation.
    pub(crate) async fn limits(&self, organisation: Option<OrganisationId>) -> Result<Limits, Error> {
        self.limits_in(&self.read().await?, organisation).await
    }

    /// The same, as it is in a look under way.
    pub(crate) async fn limits_in(&self, read: &Read, organisation: Option<OrganisationId>) -> Result<Limits, Error> {
        let system = Scope::system("sign-in");
        let at = At { generation: read.generation().await?, also: () };
        let all = if let Some(known) = self.limits.get(&(), &at) {
            known
        } else {
            let mut all: HashMap<OrganisationId, Limits> = HashMap::new();
            for school in read.schools(&system).await? {
                let mut limits = all.get(&school.organisation).copied().unwrap_or_default();
                for policy in self.adopted(&system, &school).await? {
                    limits = limits.strictest(of_policy(&policy));
                }
                all.insert(school.organisation, limits);
            }
            let all = Arc::new(all);
            self.limits.keep((), at, (&all, 1));
            all
        };
        let wanted = all.iter().filter(|(known, _)| organisation.is_none_or(|organisation| organisation == **known));
        Ok(wanted.fold(Limits::default(), |limits, (_, more)| limits.strictest(*more)))
    }
}

fn of_policy(policy: &crate::snapshot::Adopted) -> Limits {
    let params = policy.params();
    let mut out = Limits::default();
    for control in policy.live.pack.controls.values() {
        let ControlKind::Setting(setting) = &control.kind else { continue };
        for wanted in wanted::all(setting, &params).unwrap_or_default() {
            out = out.strictest(match (wanted.key.name, wanted.level) {
                ("session.idle_max", Level::Span(span)) => {
                    Limits { idle_seconds: Some(span.rough_seconds()), ..Limits::default() }
                }
                ("password.age_max", Level::Span(span)) => {
                    Limits { age_seconds: Some(span.rough_seconds()), ..Limits::default() }
                }
                ("lockout.attempts_max", Level::Count(count)) => Limits { attempts: Some(count), ..Limits::default() },
                ("password.history", Level::Count(count)) => Limits { history: Some(count), ..Limits::default() },
                _ => Limits::default(),
            });
        }
    }
    out
}
