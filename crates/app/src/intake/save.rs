//! Saving an intake: once, and exactly what was shown.

use super::look::{digest_of, shown_of};
use super::{Intake, Stage};
use crate::authority::Try;
use crate::{Error, House, import};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_store::School;

/// Said when the records have moved on between the look and the save.
const MOVED_ON: &str = "records were changed since you looked, so the list was looked at again\nhint: look at what it would do now, and save then";

impl House {
    /// Saves an intake that was looked at. When the records have moved on nothing is saved and it is looked at again.
    /// `left` is the number somebody typed when more than a tenth would have left.
    pub async fn save_intake(
        &self,
        actor: &Actor,
        school: &School,
        intake: &mut Intake,
        left: Option<usize>,
    ) -> Result<(), Error> {
        self.allow(actor, school, &Try::plain("records.import")).await?;
        let desk = self.desk(actor, school).await?;
        let shown = shown_of(intake)?.filter(|_| intake.stage == Stage::Looked);
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
        self.put_intake(&desk.scope, intake).await?;
        match self.saved(actor, school, intake, &shown.digest).await {
            Ok(true) => {
                intake.stage = Stage::Saved;
                self.put_intake(&desk.scope, intake).await?;
                self.erase_blob(&desk.scope, intake.blob).await?;
                Ok(())
            }
            Ok(false) | Err(Error::Import(import::Error::MovedOn)) => {
                self.look_at_intake(actor, school, intake).await?;
                Err(Error::refused(MOVED_ON))
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
        let (looked, calendar) = self.looked_at(&desk, intake, import).await?;
        if digest_of(&looked, &self.words_of(&looked, &calendar)?) != digest {
            return Ok(false);
        }
        let schema = self.schemas.get(&intake.register).ok_or(Error::Missing)?;
        import::save(&self.store, &desk.scope, schema, &looked.preview).await?;
        Ok(true)
    }
}
