//! What was brought in: every import of a school with who, from where, how much, and whether it can be taken back.

use crate::{Error, House, words};
use jiff::Timestamp;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::ImportId;
use schoolkeeper_store::School;
use schoolkeeper_store::import::StoredImport;

/// Imports on one page.
const SHOWN: u32 = 25;

/// One import.
#[derive(Clone, Debug)]
pub struct Brought {
    /// As it is stored.
    pub import: StoredImport,
    /// Several of its register: *devices*.
    pub many: String,
    /// Who brought it in.
    pub who: String,
}

/// Imports of one page, newest first.
#[derive(Clone, Debug, Default)]
pub struct BroughtPage {
    /// They.
    pub imports: Vec<Brought>,
    /// Where the next page begins.
    pub next: Option<(Timestamp, ImportId)>,
}

impl House {
    /// Imports of a school, newest first, those before the given one.
    pub async fn brought_in(
        &self,
        actor: &Actor,
        school: &School,
        before: Option<(Timestamp, ImportId)>,
    ) -> Result<BroughtPage, Error> {
        let desk = self.desk(actor, school).await?;
        let mut found = self.read().await?.imports(&desk.scope, school.id, before, SHOWN + 1).await?;
        let more = found.len() > SHOWN as usize;
        found.truncate(SHOWN as usize);
        let next = found.last().filter(|_| more).map(|last| (last.at, last.id));
        let (mut imports, schemas) = (Vec::new(), self.registers_at(school).await?);
        for import in found {
            let who = self.who_did(&desk.scope, &import.actor).await?;
            imports.push(Brought { many: words::plural(&schemas, &import.register), who, import });
        }
        Ok(BroughtPage { imports, next })
    }
}
