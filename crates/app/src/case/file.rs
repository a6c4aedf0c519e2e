//! The files of an incident, for those who deal with it: a step may be somebody's who opens no list of records.
//!
//! Invariant: whoever sees an incident whole sees its files, and nobody else by it.

use super::CASE;
use super::see::found;
use crate::attachment::{Attachment, Shown};
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_store::School;
use schoolkeeper_store::attachment::AttachedTo;
use uuid::Uuid;

impl House {
    /// The files of an incident, oldest first; missing for whoever does not see it whole.
    pub async fn files_of_case(&self, actor: &Actor, school: &School, case: EntryId) -> Result<Vec<Shown>, Error> {
        let reach = self.case_reach(actor, school).await?;
        let before = self.before(actor, school).await?;
        let (_, _, looks) = found(&before, case, reach)?;
        if !looks.whole {
            return Err(Error::Missing);
        }
        let to = AttachedTo { school: school.id, register: CASE, owner: case.0 };
        Ok(self.files_of(&Scope::system("case files"), to).await?.there)
    }

    /// One of them.
    pub async fn file_of_case(
        &self,
        actor: &Actor,
        school: &School,
        (case, file): (EntryId, Uuid),
    ) -> Result<Attachment, Error> {
        let files = self.files_of_case(actor, school, case).await?;
        files.into_iter().map(|shown| shown.file).find(|known| known.id == file).ok_or(Error::Missing)
    }
}
