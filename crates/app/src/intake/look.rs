//! A look at an intake: what saving it would do, line by line, kept until it is saved or chosen otherwise.

use super::{Choices, Desk, Intake, Stage, choices, line};
use crate::import::show::Words;
use crate::import::{self, Asked, Counts, Looked, Strange};
use crate::{Error, House, dates};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::ImportId;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_store::School;
use schoolkeeper_store::intake::Line;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Lines written at once: other changes go in between.
const LINES_AT_ONCE: usize = 5_000;

/// What a look showed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one answer of its own")]
pub struct Shown {
    /// Rows under the header.
    pub rows: usize,
    /// What saving would do.
    pub counts: Counts,
    /// What was noticed, in plain sentences.
    pub notes: Vec<String>,
    /// The known export it was recognised as.
    pub shape: Option<String>,
    /// Whose word.
    pub source: String,
    /// Who is missing is only proposed as a leaver.
    pub left_is_proposal: bool,
    /// How many the source spoke of before.
    pub left_of: usize,
    /// Words of choices nobody here knows.
    pub strange: Vec<Strange>,
    /// Why it cannot be saved.
    pub stop: Option<Stop>,
    /// Until when the list would count as complete.
    pub complete_until: Option<String>,
    /// Digest of every line: what is saved must be what was shown.
    pub digest: String,
    /// Columns as they stand in the file.
    pub columns: Vec<String>,
    /// It went out and came back.
    pub came_back: bool,
    /// Only some of them.
    pub part: bool,
    /// A blank cell of it empties.
    pub blank_is_empty: bool,
}

/// Why an intake cannot be saved as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// What and why.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
}

impl Shown {
    /// More than a tenth would have left: somebody types the number.
    pub fn many_left(&self) -> bool {
        self.counts.left * 10 > self.left_of
    }

    /// Somebody should answer something before it is saved.
    pub fn asks(&self) -> bool {
        self.counts.questions > 0 || !self.strange.is_empty() || self.many_left()
    }

    /// `63 rows: 5 new, 7 changed, 48 the same, 2 refused, 1 question.`
    pub fn sentence(&self) -> String {
        let counts = &self.counts;
        let proposed = "not in the list, proposed as leavers";
        let left = if self.left_is_proposal { proposed } else { "not in the list any more" };
        let parts = [
            (counts.new, "new"),
            (counts.changed, "changed"),
            (counts.same, "the same"),
            (counts.left, left),
            (counts.refused, "refused"),
            (counts.questions, if counts.questions == 1 { "question" } else { "questions" }),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        let rows = if self.rows == 1 { "row" } else { "rows" };
        format!("{} {rows}: {}.", self.rows, parts.collect::<Vec<_>>().join(", "))
    }
}

impl House {
    /// Looks at an intake as it is chosen now.
    pub async fn look_at_intake(&self, actor: &Actor, school: &School, intake: &mut Intake) -> Result<(), Error> {
        let desk = self.desk(actor, school).await?;
        intake.stage = Stage::Looking;
        self.put_intake(&desk.scope, intake).await?;
        let import = ImportId(Self::new_id());
        match self.looked_at(&desk, intake, import).await {
            Ok((looked, calendar)) => self.keep_look(&desk, intake, (&looked, &calendar)).await,
            Err(error) => {
                let stop = Stop { message: error.to_string(), hint: None };
                intake.stage = Stage::Open;
                intake.outcome = Some(serde_json::json!(Shown { stop: Some(stop), ..Shown::default() }));
                self.put_intake(&desk.scope, intake).await
            }
        }
    }

    /// The preview of an intake as it is chosen now.
    pub(crate) async fn looked_at(
        &self,
        desk: &Desk<'_>,
        intake: &Intake,
        import: ImportId,
    ) -> Result<(Looked, Calendar), Error> {
        let schemas = self.registers_at(desk.school).await?;
        let schema = schemas.get(&intake.register).ok_or(Error::Missing)?;
        let bytes = self.intake_bytes(&desk.scope, intake).await?;
        let terms = self.read().await?.terms(&desk.scope, desk.school.id).await?;
        let calendar = Calendar::new(desk.school.division, terms);
        let Choices { part, map, source, answers, blank_is_empty, .. } = choices(intake)?;
        let asked = Asked {
            schemas: &schemas,
            calendar: &calendar,
            school: desk.school.id,
            register: &intake.register,
            file: &intake.file,
            bytes: &bytes,
            map: map.as_ref(),
            source: source.as_deref(),
            part,
            // The page asks for the number instead.
            confirm_left: true,
            answers,
            blank_is_empty,
            import,
            now: self.now(),
        };
        let looked = self.look_at(desk.actor, (desk.school, &desk.scope), schema, &asked).await?;
        Ok((looked, calendar))
    }

    async fn keep_look(
        &self,
        desk: &Desk<'_>,
        intake: &mut Intake,
        (looked, calendar): (&Looked, &Calendar),
    ) -> Result<(), Error> {
        let schemas = self.registers_at(desk.school).await?;
        let words = words_of(&schemas, looked, calendar)?;
        let mut write = self.write().await?;
        write.forget_intake_lines(&desk.scope, intake).await?;
        write.commit().await?;
        let (mut hash, mut waiting) = (Sha256::new(), Vec::new());
        let counts = looked.preview.counts();
        let of = counts.new + counts.changed + counts.same + counts.left + counts.refused + counts.questions;
        let (mut lines, mut done) = (line::lines(looked, &words).peekable(), 0);
        while let Some(line) = lines.next() {
            line::digest(&mut hash, &line);
            waiting.push(line);
            if waiting.len() >= LINES_AT_ONCE || lines.peek().is_none() {
                done += waiting.len();
                self.add_lines(desk, intake, (std::mem::take(&mut waiting), done, of)).await?;
            }
        }
        drop(lines);
        let digest = crate::blob::seal::hex(&hash.finalize());
        let blank_is_empty = choices(intake)?.blank_is_empty;
        let shown = Shown { blank_is_empty, ..shown(looked, calendar, digest) };
        intake.outcome = Some(serde_json::json!(shown));
        intake.import = Some(looked.preview.import);
        intake.stage = Stage::Looked;
        self.put_intake(&desk.scope, intake).await
    }

    async fn add_lines(
        &self,
        desk: &Desk<'_>,
        intake: &Intake,
        (lines, done, of): (Vec<Line>, usize, usize),
    ) -> Result<(), Error> {
        let mut write = self.write().await?;
        write.add_intake_lines(&desk.scope, intake, &lines).await?;
        write.set_intake_progress(&desk.scope, intake, (done as i64, of as i64)).await?;
        Ok(write.commit().await?)
    }
}

/// The words values are shown with.
pub(crate) fn words_of<'a>(
    schemas: &'a Schemas,
    looked: &'a Looked,
    calendar: &'a Calendar,
) -> Result<Words<'a>, Error> {
    let register = schemas.get(&looked.preview.register).ok_or(Error::Missing)?;
    let names = looked.preview.names_of(schemas, &looked.entries);
    Ok(Words { register, zone: calendar.zone(), names })
}

fn shown(looked: &Looked, calendar: &Calendar, digest: String) -> Shown {
    let preview = &looked.preview;
    let zone = calendar.zone();
    Shown {
        rows: preview.row_count,
        counts: preview.counts(),
        notes: preview.notes.clone(),
        shape: preview.shape.clone(),
        source: preview.source.to_string(),
        left_is_proposal: preview.left_is_proposal,
        left_of: preview.left_of,
        strange: preview.strange.clone(),
        stop: preview.stop.as_ref().map(|stop| Stop { message: stop.message.clone(), hint: stop.hint.clone() }),
        complete_until: preview.census.as_ref().map(|census| dates::moment(census.ends_at, zone)),
        digest,
        columns: looked.sheet.columns.clone(),
        came_back: import::trip::went_out(&looked.sheet),
        part: preview.part,
        blank_is_empty: false,
    }
}

/// What the last look at an intake showed; `None` before the first.
pub fn shown_of(intake: &Intake) -> Result<Option<Shown>, Error> {
    let read = |outcome: &serde_json::Value| serde_json::from_value(outcome.clone());
    let shown = intake.outcome.as_ref().map(read).transpose();
    shown.map_err(|error: serde_json::Error| Error::corrupt("an intake", error))
}

/// The digest of a look that is about to be saved.
pub(crate) fn digest_of(looked: &import::Looked, words: &Words) -> String {
    let mut hash = Sha256::new();
    for line in line::lines(looked, words) {
        line::digest(&mut hash, &line);
    }
    crate::blob::seal::hex(&hash.finalize())
}
