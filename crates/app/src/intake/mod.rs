//! Lists that are handed in and looked at before anything is saved: from the file to the click that saves it.
//!
//! Invariant: an intake changes no record until it is saved, and then it saves exactly what was shown; its file lies
//! sealed until then, at most a day.

mod choose;
mod line;
mod look;
mod refused;
mod save;
mod work;

pub(crate) use work::KIND;

pub use choose::{ColumnAsked, ColumnsAsked, First, Next, Reply, next};
pub use line::{LineShown, LinesAsked, LinesShown};
pub use look::{Shown, Stop, shown_of};
pub use schoolkeeper_store::intake::{Intake, LineKind, Stage};

use crate::authority::Try;
use crate::blob::BlobOf;
use crate::import::sheet::FILE_BYTES_MAX;
use crate::import::{Answer, MapFile};
use crate::{Error, House};
use futures_util::stream::{self, Stream, StreamExt};
use jiff::SignedDuration;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::schema::Register;
use schoolkeeper_store::School;
use schoolkeeper_store::blob::Blob;
use schoolkeeper_store::object::ObjectError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use uuid::Uuid;

/// How long a list that was handed in waits.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Most lists of a school that wait at once.
const WAITING_MAX: usize = 50;
/// Longest name of a file that is kept.
const NAME_MAX: usize = 120;

/// What somebody chose for an intake.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one answer of its own")]
pub struct Choices {
    /// Only some of them: nobody has left, nothing becomes complete.
    pub part: bool,
    /// What was said about the columns; `None` takes what was said the last time.
    pub map: Option<MapFile>,
    /// Whose word it is; `None` takes the known export's.
    pub source: Option<String>,
    /// Answers to questions, by row.
    pub answers: BTreeMap<u32, Answer>,
    /// Somebody has said what strange words mean.
    pub asked_words: bool,
    /// Somebody has seen the questions.
    pub asked_questions: bool,
    /// In a list that went out and came back a blank cell empties.
    pub blank_is_empty: bool,
}

/// A list somebody hands in.
#[derive(Clone, Debug)]
pub struct NewIntake<'a> {
    /// Into which register.
    pub register: &'a str,
    /// Name of the file.
    pub file: &'a str,
    /// Only some of them.
    pub part: bool,
}

/// Of which school, and how far the actor reaches there.
pub(crate) struct Desk<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) school: &'a School,
    pub(crate) scope: Scope,
}

impl House {
    /// Where somebody may bring in lists; missing when they may not.
    pub(crate) async fn desk<'a>(&self, actor: &'a Actor, school: &'a School) -> Result<Desk<'a>, Error> {
        let scope = self.scope_at(actor, "records.import", school).await?;
        if scope.reaches_whole(school.id) { Ok(Desk { actor, school, scope }) } else { Err(Error::Missing) }
    }

    /// A register somebody may bring lists into; what there is none of is missing.
    pub async fn intake_register(&self, actor: &Actor, school: &School, register: &str) -> Result<Register, Error> {
        self.desk(actor, school).await?;
        let schema = self.registers_at(school).await?.get(register).ok_or(Error::Missing)?.clone();
        Self::may_fill(actor, school, register)?;
        Ok(schema)
    }

    /// Seals a list and keeps it until somebody has looked at it. What cannot be read as a list is refused at once.
    pub async fn hand_in(
        &self,
        actor: &Actor,
        school: &School,
        new: &NewIntake<'_>,
        content: impl Stream<Item = io::Result<Vec<u8>>> + Send,
    ) -> Result<Uuid, Error> {
        let scope = self.allow(actor, school, &Try::plain("records.import")).await?.scope;
        let schema = self.intake_register(actor, school, new.register).await?;
        self.may_write()?;
        if self.read().await?.intakes(&scope, school.id, self.now()).await?.len() >= WAITING_MAX {
            return Err(Error::refused(format!(
                "{WAITING_MAX} lists wait already\nhint: save or cancel some of them first"
            )));
        }
        let id = Self::new_id();
        let of = BlobOf { school: school.id, register: &schema.id, owner: id, size_max: FILE_BYTES_MAX };
        let blob = self.seal_blob(of, content).await.map_err(too_large)?;
        let intake = Intake {
            id,
            school: school.id,
            register: schema.id.clone(),
            file: name_of(new.file),
            blob: blob.id,
            stage: Stage::Open,
            version: 1,
            choices: serde_json::json!(Choices { part: new.part, ..Choices::default() }),
            outcome: None,
            import: None,
            progress: None,
            person: actor.person,
            actor: String::new(),
            created_at: self.now(),
            ends_at: self.now() + KEPT,
        };
        if let Err(refused) = self.first_look(&schema, &intake, &blob).await {
            self.objects()?.remove_object(&blob.object).await?;
            return Err(refused);
        }
        let mut write = self.write().await?;
        let added = write.add_blob(&scope, &blob).await? && write.add_intake(&scope, &intake).await?;
        if !added {
            return Err(Error::Missing);
        }
        write.commit().await?;
        Ok(id)
    }

    /// The same for a list that is in memory already.
    pub async fn hand_in_file(
        &self,
        actor: &Actor,
        school: &School,
        new: &NewIntake<'_>,
        bytes: Vec<u8>,
    ) -> Result<Uuid, Error> {
        self.hand_in(actor, school, new, stream::once(std::future::ready(Ok(bytes)))).await
    }

    /// Whether it can be read at all.
    async fn first_look(&self, schema: &Register, intake: &Intake, blob: &Blob) -> Result<(), Error> {
        let bytes = collect(self.content(blob).await?, blob.size).await?;
        let read = crate::import::heavy(|| {
            crate::import::sheet::sample(&bytes, &intake.file, schema, &MapFile::default()).map(drop)
        });
        Ok(read.map_err(crate::import::Error::from)?)
    }

    /// A list that was handed in at a school for a register.
    pub async fn intake(&self, actor: &Actor, school: &School, register: &str, id: Uuid) -> Result<Intake, Error> {
        let desk = self.desk(actor, school).await?;
        Self::may_fill(actor, school, register)?;
        let found = self.read().await?.intake(&desk.scope, id).await?;
        let fits = |intake: &Intake| {
            intake.school == school.id && *intake.register == *register && intake.ends_at > self.now()
        };
        found.filter(fits).ok_or(Error::Missing)
    }

    /// Lists of a school that wait, newest first; those the actor may fill.
    pub async fn intakes(&self, actor: &Actor, school: &School) -> Result<Vec<Intake>, Error> {
        let desk = self.desk(actor, school).await?;
        let mut all = self.read().await?.intakes(&desk.scope, school.id, self.now()).await?;
        all.retain(|intake| intake.stage != Stage::Saved && Self::may_fill(actor, school, &intake.register).is_ok());
        Ok(all)
    }

    /// Gives up a list: its file and everything about it goes.
    pub async fn give_up_intake(&self, actor: &Actor, school: &School, intake: &Intake) -> Result<(), Error> {
        let desk = self.desk(actor, school).await?;
        self.may_write()?;
        self.forget_intake(&desk.scope, intake).await
    }

    async fn forget_intake(&self, scope: &Scope, intake: &Intake) -> Result<(), Error> {
        self.erase_blob(scope, intake.blob).await?;
        let mut write = self.write().await?;
        write.remove_intake(scope, intake.id).await?;
        Ok(write.commit().await?)
    }

    /// Forgets lists that have waited too long; how many.
    pub async fn forget_past_intakes(&self) -> Result<usize, Error> {
        let system = Scope::system("intake-tidy");
        let past = self.read().await?.past_intakes(&system, self.now()).await?;
        for intake in &past {
            self.forget_intake(&system, intake).await?;
        }
        Ok(past.len())
    }

    /// The file of an intake, opened.
    pub(crate) async fn intake_bytes(&self, scope: &Scope, intake: &Intake) -> Result<Vec<u8>, Error> {
        let (blob, content) = self.open_blob(scope, intake.blob).await?;
        collect(content, blob.size).await
    }

    /// Writes what was chosen; refused when another window was faster.
    pub(crate) async fn put_intake(&self, scope: &Scope, intake: &mut Intake) -> Result<(), Error> {
        let mut write = self.write().await?;
        if !write.set_intake(scope, intake).await? {
            return Err(Error::refused("this list was worked on in another window\nhint: load the page again"));
        }
        write.commit().await?;
        intake.version += 1;
        Ok(())
    }
}

/// What was chosen.
pub(crate) fn choices(intake: &Intake) -> Result<Choices, Error> {
    serde_json::from_value(intake.choices.clone()).map_err(|error| Error::corrupt("an intake", error))
}

async fn collect(mut content: crate::blob::Content<'static>, size: i64) -> Result<Vec<u8>, Error> {
    let size = usize::try_from(size).unwrap_or(0).min(FILE_BYTES_MAX as usize);
    let mut out = Vec::with_capacity(size);
    while let Some(piece) = content.next().await {
        out.extend(piece.map_err(|error| Error::corrupt("a sealed file", error))?);
    }
    Ok(out)
}

/// What came was cut off or is too much; where sealed files lie is nobody's business here.
fn too_large(error: Error) -> Error {
    match error {
        Error::Object(ObjectError::Source(why)) => Error::refused(format!(
            "the list could not be taken in: {why}\nhint: a file may have 50 MB, a pasted table 2 MB"
        )),
        other => other,
    }
}

/// The last part of a path, without what no name holds.
fn name_of(file: &str) -> String {
    let last = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
    if clean.trim().is_empty() { "list".to_owned() } else { clean.trim().to_owned() }
}
