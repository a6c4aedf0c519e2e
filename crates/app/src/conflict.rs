//! Where the policies of a school cannot both be met: all of them, what was decided, and deciding.
//!
//! Invariant: what conflicts is worked out from the policies in force, never stored; only what somebody decided is.

use crate::authority::Try;
use crate::change::is_side;
use crate::number::reason;
use crate::{Error, House, dates};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_pack::Conflict;
use schoolkeeper_store::School;
use schoolkeeper_store::conflict::DecidedConflict;

/// One conflict with what was decided about it.
#[derive(Clone, Debug)]
pub struct ConflictLine {
    /// What cannot both hold.
    pub conflict: Conflict,
    /// The policy that holds, and who said so, when and why.
    pub decided: Option<(String, String)>,
}

impl House {
    /// Every conflict between the policies of a school, open ones first.
    pub async fn conflicts(&self, actor: &Actor, school: &School) -> Result<Vec<ConflictLine>, Error> {
        let scope = self.scope_at(actor, "policy.see", school).await?;
        let (read, system) = (self.read().await?, Scope::system("conflicts"));
        let policies = self.adopted(&system, school).await?;
        let decided = read.decided_conflicts(&scope, school.id).await?;
        let calendar = crate::calendar::calendar_of(&read, &system, school).await?;
        let mut out = Vec::new();
        for (at, one) in policies.iter().enumerate() {
            for other in &policies[at + 1..] {
                let found = schoolkeeper_pack::conflicts((&one.live.pack, &one.set), (&other.live.pack, &other.set));
                for conflict in found {
                    let said = decided.iter().find(|said| said.conflict == conflict.id);
                    let words = match said {
                        Some(said) => {
                            let title = title_of(&policies, &said.holds);
                            Some((title, self.said_words(said, dates::long(calendar.day(said.decided_at))).await?))
                        }
                        None => None,
                    };
                    out.push(ConflictLine { conflict, decided: words });
                }
            }
        }
        out.sort_by_key(|line| line.decided.is_some());
        Ok(out)
    }

    async fn said_words(&self, said: &DecidedConflict, day: String) -> Result<String, Error> {
        let who = self.who_did(&Scope::system("names"), &said.decided_by).await?;
        Ok(format!("Decided by {who}, {day}: {}", said.reason))
    }

    /// Decides which of the two policies holds.
    pub async fn decide_conflict(
        &self,
        actor: &Actor,
        school: &School,
        (conflict, holds, why): (&str, &str, &str),
    ) -> Result<(), Error> {
        let scope = self.allow(actor, school, &Try::plain("policy.adopt")).await?.scope;
        let all = self.conflicts(actor, school).await?;
        let known = all.iter().find(|line| line.conflict.id == conflict).ok_or(Error::Missing)?;
        if !is_side(&known.conflict, holds) {
            return Err(Error::refused("choose which of the two policies holds"));
        }
        let why = reason(why)?;
        let mut write = self.write().await?;
        write.decide_conflict(&scope, school.id, (conflict, holds, &why), self.now()).await?;
        write.commit().await?;
        Ok(())
    }
}

fn title_of(policies: &[crate::snapshot::Adopted], id: &str) -> String {
    let found = policies.iter().find(|policy| **policy.id() == *id);
    found.map_or_else(|| id.to_owned(), |policy| policy.live.pack.head.title.clone())
}
