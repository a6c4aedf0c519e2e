//! Large lists are looked at and saved by a job; small ones at once.

use super::{Desk, Intake, Stage};
use crate::job::Failure;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_store::{NewJob, School};
use serde_json::{Value, json};
use uuid::Uuid;

/// The kind of job.
pub(crate) const KIND: &str = "intake";
/// A file up to this size is worked on at once.
const AT_ONCE_BYTES: i64 = 1 << 20;

impl House {
    /// Looks at an intake, at once or by a job: then it is *looking* until the job has run.
    pub async fn begin_look(&self, actor: &Actor, school: &School, intake: &mut Intake) -> Result<(), Error> {
        let desk = self.desk(actor, school).await?;
        if !self.is_long(&desk, intake).await? {
            return self.look_at_intake(actor, school, intake).await;
        }
        intake.stage = Stage::Looking;
        self.put_with_job(&desk, intake).await
    }

    /// Whether an intake is being worked on: a small one that says so was left by a process that ended.
    pub async fn is_worked_on(&self, actor: &Actor, school: &School, intake: &Intake) -> Result<bool, Error> {
        let desk = self.desk(actor, school).await?;
        Ok(matches!(intake.stage, Stage::Looking | Stage::Saving) && self.is_long(&desk, intake).await?)
    }

    /// Whether it is a job's work. Who is not on record has no name to work in later.
    pub(crate) async fn is_long(&self, desk: &Desk<'_>, intake: &Intake) -> Result<bool, Error> {
        let blob = self.read().await?.blob(&desk.scope, intake.blob).await?.ok_or(Error::Missing)?;
        Ok(blob.size > AT_ONCE_BYTES && intake.person.is_some())
    }

    pub(crate) async fn put_with_job(&self, desk: &Desk<'_>, intake: &mut Intake) -> Result<(), Error> {
        let mut write = self.write().await?;
        if !write.set_intake(&desk.scope, intake).await? {
            return Err(Error::refused("this list was worked on in another window\nhint: load the page again"));
        }
        let job = NewJob {
            kind: KIND,
            key: Some(intake.id.to_string()),
            document: json!({"intake": intake.id}),
            run_at: self.now(),
            organisation: Some(desk.school.organisation),
        };
        write.push(&desk.scope, &job).await?;
        write.commit().await?;
        intake.version += 1;
        Ok(())
    }

    /// Does what an intake waits for, in the name of who handed it in, as far as their roles reach today.
    pub(crate) async fn run_intake(&self, document: &Value) -> Result<(), Failure> {
        let system = Scope::system("intake");
        let id = document["intake"].as_str().and_then(|id| Uuid::parse_str(id).ok());
        let id = id.ok_or_else(|| Failure::Fail("It names no list.".to_owned()))?;
        let read = self.read().await?;
        let Some(mut intake) = read.intake(&system, id).await? else { return Ok(()) };
        let school = read.school(&system, intake.school).await?;
        drop(read);
        let (Some(school), Some(person)) = (school, intake.person) else { return Ok(()) };
        let actor = self.actor(person, school.organisation).await?;
        match intake.stage {
            Stage::Looking => self.look_at_intake(&actor, &school, &mut intake).await?,
            Stage::Saving => self.finish_save(&actor, &school, &mut intake).await.map(drop)?,
            Stage::Open | Stage::Looked | Stage::Saved => {}
        }
        Ok(())
    }
}
