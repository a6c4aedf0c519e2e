//! The files of a request: whoever decides it may be somebody who opens no list of records.
//!
//! Invariant: whoever finds a request finds its files, and nobody else by it; of a form that asks for a sensitive one only
//! its asker and those who decide.

use super::REQUEST;
use super::view::found;
use crate::attachment::{Attachment, Shown};
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::control::FormField;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_store::School;
use schoolkeeper_store::attachment::AttachedTo;
use uuid::Uuid;

impl House {
    /// The files of a request, oldest first; missing for whoever has no part in it.
    pub async fn files_of_request(&self, actor: &Actor, school: &School, id: EntryId) -> Result<Vec<Shown>, Error> {
        self.scope_at(actor, "request.answer", school).await?;
        let leads = self.scope_at(actor, "finding.see", school).await.is_ok();
        let before = self.before(actor, school).await?;
        let (of, _, looks) = found(&before, id, leads)?;
        let form = of.ctx.pack.pack.forms.get(of.spec.form.get_ref());
        let is_file = |field: &&FormField| matches!(&**field.kind.get_ref(), "file" | "photo");
        let sensitive = form.iter().flat_map(|form| &form.fields).filter(is_file).any(|field| field.sensitive);
        if sensitive && !looks.near() {
            return Ok(Vec::new());
        }
        let to = AttachedTo { school: school.id, register: REQUEST, owner: id.0 };
        Ok(self.files_of(&Scope::system("request files"), to).await?.there)
    }

    /// One of them.
    pub async fn file_of_request(
        &self,
        actor: &Actor,
        school: &School,
        (id, file): (EntryId, Uuid),
    ) -> Result<Attachment, Error> {
        let files = self.files_of_request(actor, school, id).await?;
        files.into_iter().map(|shown| shown.file).find(|known| known.id == file).ok_or(Error::Missing)
    }
}
