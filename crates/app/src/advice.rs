//! What the policies say again at the moment it counts: before something is lent, sent or carried out.
//!
//! Invariant: words alone; whether the act may be done is asked when it is done.

use crate::{Error, House};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::Name;
use schoolkeeper_rules::decide::shown_at;
use schoolkeeper_store::School;

/// One point of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Its statement.
    pub clause: Name,
    /// What it says, in plain words.
    pub words: String,
}

impl House {
    /// What the policies in force at a school say again before any of these acts, each point once.
    pub async fn advice(&self, school: &School, acts: &[&str]) -> Result<Vec<Advice>, Error> {
        let live = self.live(&self.read().await?, &Scope::system("advice"), school).await?;
        let mut out: Vec<Advice> = Vec::new();
        for (clause, article) in live.iter().flat_map(|pack| acts.iter().flat_map(|act| shown_at(pack, act))) {
            if out.iter().all(|known| known.words != article.words) {
                out.push(Advice { clause: clause.clone(), words: article.words.clone() });
            }
        }
        Ok(out)
    }
}
