//! Saving an intake: once, and exactly what was shown.

use super::look::{digest_of, shown_of, words_of};
use super::{Intake, Stage};
use crate::authority::Try;
use crate::{Error, House, import};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_store::School;

/// Said when the records have moved on between the look and the save.
const MOVED_ON: &str = "Nothing was saved yet: records were changed since you looked, so the list was looked at again. This is what it would do now.";

impl House {
    /// Saves an intake that was looked at; a large one by a job. When the records have moved on nothing is saved and it
    /// is looked at again. `left` is the number somebody typed when more than a tenth would have left.
    pub async fn save_intake(
        &self,
        actor: &Actor,
        school: &School,
        intake: &mut Intake,
        left: Option<usize>,
    ) -> Result<(), Error> {
        self.allow(actor, school, &Try::plain("records.import")).await?;
        let desk = self.desk(actor, school).await?;
        let shown = shown_of(intake)?.filter(|_| matches!(intake.stage, Stage::Looked | Stage::Saving));
        let shown = shown.ok_or_else(|| Error::refused("nothing was looked at yet\nhint: look at the list first"))?;
        if let Some(stop) = &shown.stop {
            return Err(Error::refused(stop.message.clone()));
        }
        if shown.many_left() && left != Some(shown.counts.left) {
            return Err(Error::refused(format!(
                "type {}, the number that are missing from the list",
                shown.counts.left
            )));
        }
        intake.stage = Stage::Saving;
        if self.is_long(&desk, intake).await? {
            return self.put_with_job(&desk, intake).await;
        }
        self.put_intake(&desk.scope, intake).await?;
        self.finish_save(actor, school, intake).await
    }

    /// The save itself; harmless when it was done already.
    pub(crate) async fn finish_save(&self, actor: &Actor, school: &School, intake: &mut Intake) -> Result<(), Error> {
        let desk = self.desk(actor, school).await?;
        let shown = shown_of(intake)?.unwrap_or_default();
        match self.saved(actor, school, intake, &shown.digest).await {
            Ok(true) => {
                intake.stage = Stage::Saved;
                self.put_intake(&desk.scope, intake).await?;
                self.erase_blob(&desk.scope, intake.blob).await?;
                Ok(())
            }
            Ok(false) | Err(Error::Import(import::Error::MovedOn)) => {
                self.look_at_intake(actor, school, intake).await?;
                if let Some(mut shown) = shown_of(intake)? {
                    shown.notes.insert(0, MOVED_ON.to_owned());
                    intake.outcome = Some(serde_json::json!(shown));
                    self.put_intake(&desk.scope, intake).await?;
                }
                Ok(())
            }
            Err(error) => {
                intake.stage = Stage::Looked;
                self.put_intake(&desk.scope, intake).await?;
                Err(error)
            }
        }
    }

    /// Saves what was shown; `false` when a look would show something else now.
    async fn saved(&self, actor: &Actor, school: &School, intake: &Intake, digest: &str) -> Result<bool, Error> {
        let desk = self.desk(actor, school).await?;
        let Some(import) = intake.import else { return Ok(false) };
        if self.read().await?.import(&desk.scope, import).await?.is_some() {
            return Ok(true);
        }
        let schemas = self.registers_at(school).await?;
        let (mut looked, calendar) = self.looked_at(&desk, intake, import).await?;
        if digest_of(&looked, &words_of(&schemas, &looked, &calendar)?) != digest {
            return Ok(false);
        }
        // The next file of this source may have its names in another row.
        (looked.preview.map.sheet, looked.preview.map.header_row) = (None, None);
        let schema = schemas.get(&intake.register).ok_or(Error::Missing)?;
        self.may_write()?;
        let waited = self.waited(school, &schema.id).await?;
        import::save(&self.store, &desk.scope, (schema, &waited), &looked.preview).await?;
        Ok(true)
    }
}
