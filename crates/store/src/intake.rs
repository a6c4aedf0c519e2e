//! Lists that were handed in and are not saved yet: their file, what was chosen, and the lines a look at them shows.
//!
//! Invariant: nothing of an intake is a record; it goes when it is saved, given up or a day old. A change of one names
//! the version it was made on, so that two windows never work on each other's choices.

use crate::error::Error;
use crate::key;
use crate::ledger::actor;
use crate::sql::{Row, VALUES_MAX, at, id, json, maybe_id, maybe_text, placeholders, statements, text, word};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO intake (id, school, register, file, blob, step, version, choices, person, actor, created_at, \
        ends_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10, $11)";
    GET = "SELECT id, school, register, file, blob, step, version, choices, outcome, import, progress, progress_of, \
        person, actor, created_at, ends_at FROM intake WHERE id = $1";
    LIST = "SELECT id, school, register, file, blob, step, version, choices, outcome, import, progress, progress_of, \
        person, actor, created_at, ends_at FROM intake WHERE school = $1 AND ends_at > $2 \
        ORDER BY created_at DESC, id DESC LIMIT 100";
    PAST = "SELECT id, school, register, file, blob, step, version, choices, outcome, import, progress, progress_of, \
        person, actor, created_at, ends_at FROM intake WHERE ends_at <= $1 ORDER BY ends_at LIMIT 100";
    SET = "UPDATE intake SET step = $3, version = version + 1, choices = $4, outcome = $5, import = $6, \
        progress = NULL, progress_of = NULL WHERE id = $1 AND version = $2";
    PROGRESS = "UPDATE intake SET progress = $2, progress_of = $3 WHERE id = $1 AND step IN ('looking', 'saving')";
    REMOVE = "DELETE FROM intake WHERE id = $1";
    LINES = "SELECT number, document FROM intake_line WHERE intake = $1 AND kind = $2 AND number > $3 \
        ORDER BY number LIMIT $4";
    SEARCH = "SELECT number, document FROM intake_line WHERE intake = $1 AND kind = $2 AND number > $3 \
        AND name_key LIKE $5 ESCAPE '\\' ORDER BY number LIMIT $4";
    FORGET_LINES = "DELETE FROM intake_line WHERE intake = $1";
}

/// How far an intake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Somebody is choosing.
    Open,
    /// It is being looked at.
    Looking,
    /// What saving would do is known.
    Looked,
    /// It is being saved.
    Saving,
    /// It was saved.
    Saved,
}

impl Stage {
    /// All.
    pub const ALL: [Self; 5] = [Self::Open, Self::Looking, Self::Looked, Self::Saving, Self::Saved];
}

/// What a line of a look is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// A new entry.
    New,
    /// An entry of which something changes.
    Changed,
    /// An entry that is not in the list any more.
    Left,
    /// A row that is left out.
    Refused,
    /// Something somebody must answer.
    Question,
    /// An entry of which nothing changes.
    Same,
}

impl LineKind {
    /// All.
    pub const ALL: [Self; 6] = [Self::New, Self::Changed, Self::Left, Self::Refused, Self::Question, Self::Same];
}

/// A list that was handed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Intake {
    /// Its id.
    pub id: Uuid,
    /// Where.
    pub school: SchoolId,
    /// Into which register.
    pub register: Name,
    /// Name of the file.
    pub file: String,
    /// The sealed file.
    pub blob: Uuid,
    /// How far it is.
    pub stage: Stage,
    /// Goes up with every change.
    pub version: i64,
    /// What somebody chose.
    pub choices: serde_json::Value,
    /// What the last look or save said.
    pub outcome: Option<serde_json::Value>,
    /// The import it becomes or became.
    pub import: Option<ImportId>,
    /// Rows done of how many, while it is looked at or saved.
    pub progress: Option<(i64, i64)>,
    /// Who handed it in, when they are on record.
    pub person: Option<EntryId>,
    /// On whose behalf: `person:ID`, `operator`, `system:REASON`.
    pub actor: String,
    /// When.
    pub created_at: Timestamp,
    /// When it goes by itself.
    pub ends_at: Timestamp,
}

/// One line of a look.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is about.
    pub kind: LineKind,
    /// Its place among those of its kind, from 1.
    pub number: i64,
    /// What it is found by.
    pub name: String,
    /// What is shown, as JSON text: there may be hundreds of thousands.
    pub document: String,
}

/// Which lines are wanted.
#[derive(Clone, Copy, Debug)]
pub struct LinesPage<'a> {
    /// Of which kind.
    pub kind: LineKind,
    /// After this number.
    pub after: i64,
    /// At most so many.
    pub limit: u32,
    /// Only those whose name holds this text.
    pub search: Option<&'a str>,
}

impl Write {
    /// Adds an intake; `false` and nothing changed when its school is not reached. A choice, not an act: its file's own
    /// record tells that something was handed in.
    pub async fn add_intake(&mut self, scope: &Scope, intake: &Intake) -> Result<bool, Error> {
        if self.reach_whole(scope, intake.school).await?.is_none() {
            return Ok(false);
        }
        let values = vec![
            id(intake.id),
            id(intake.school.0),
            text(&intake.register),
            text(&intake.file),
            id(intake.blob),
            word(&intake.stage),
            json(&intake.choices),
            maybe_id(intake.person.map(|person| person.0)),
            text(actor(scope.by())),
            at(intake.created_at),
            at(intake.ends_at),
        ];
        self.run(INSERT, values).await?;
        Ok(true)
    }

    /// Writes stage, choices, outcome and import of an intake as it was read; `false` and nothing changed when it is
    /// not reached, gone, or was changed since.
    pub async fn set_intake(&mut self, scope: &Scope, intake: &Intake) -> Result<bool, Error> {
        if self.reach_whole(scope, intake.school).await?.is_none() {
            return Ok(false);
        }
        let outcome = intake.outcome.as_ref().map(ToString::to_string);
        let values = vec![
            id(intake.id),
            intake.version.into(),
            word(&intake.stage),
            json(&intake.choices),
            maybe_text(outcome.as_deref()),
            maybe_id(intake.import.map(|import| import.0)),
        ];
        Ok(self.run(SET, values).await? > 0)
    }

    /// Says how far the work on an intake is; for the process that does it.
    pub async fn set_intake_progress(
        &mut self,
        scope: &Scope,
        intake: &Intake,
        (done, of): (i64, i64),
    ) -> Result<bool, Error> {
        if self.reach_whole(scope, intake.school).await?.is_none() {
            return Ok(false);
        }
        Ok(self.run(PROGRESS, vec![id(intake.id), done.into(), of.into()]).await? > 0)
    }

    /// Forgets the lines of an intake; `false` when it is not reached.
    pub async fn forget_intake_lines(&mut self, scope: &Scope, intake: &Intake) -> Result<bool, Error> {
        if self.reach_whole(scope, intake.school).await?.is_none() {
            return Ok(false);
        }
        self.run(FORGET_LINES, vec![id(intake.id)]).await?;
        Ok(true)
    }

    /// Adds lines to an intake; `false` and nothing changed when it is not reached.
    pub async fn add_intake_lines(&mut self, scope: &Scope, intake: &Intake, lines: &[Line]) -> Result<bool, Error> {
        if self.reach_whole(scope, intake.school).await?.is_none() {
            return Ok(false);
        }
        for chunk in lines.chunks(VALUES_MAX / 5) {
            let values = chunk.iter().flat_map(|line| {
                let name = text(key::fold(&line.name));
                [id(intake.id), word(&line.kind), line.number.into(), name, text(&line.document)]
            });
            let rows = placeholders(1, chunk.len(), 5);
            let sql = format!("INSERT INTO intake_line (intake, kind, number, name_key, document) VALUES {rows}");
            self.run(&sql, values.collect()).await?;
        }
        Ok(true)
    }

    /// Removes an intake with its lines; `false` when it is not there or not reached. Its file is erased apart.
    pub async fn remove_intake(&mut self, scope: &Scope, intake: Uuid) -> Result<bool, Error> {
        if self.intake(scope, intake).await?.is_none() {
            return Ok(false);
        }
        Ok(self.run(REMOVE, vec![id(intake)]).await? > 0)
    }
}

impl Read {
    /// An intake; `None` when it is not there or not reached.
    pub async fn intake(&self, scope: &Scope, intake: Uuid) -> Result<Option<Intake>, Error> {
        let found = self.one("intake", GET, vec![id(intake)]).await?.as_ref().map(from_row).transpose()?;
        let Some(found) = found else { return Ok(None) };
        Ok(self.reach_whole(scope, found.school).await?.map(|_| found))
    }

    /// Intakes of a school that have not ended, newest first; at most 100.
    pub async fn intakes(&self, scope: &Scope, school: SchoolId, now: Timestamp) -> Result<Vec<Intake>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        self.all("intake", LIST, vec![reached.id(), at(now)]).await?.iter().map(from_row).collect()
    }

    /// Intakes whose time is over; at most 100, the system's only.
    pub async fn past_intakes(&self, scope: &Scope, now: Timestamp) -> Result<Vec<Intake>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        self.all("intake", PAST, vec![at(now)]).await?.iter().map(from_row).collect()
    }

    /// Lines of an intake, in order; none when it is not reached.
    pub async fn intake_lines(&self, scope: &Scope, intake: Uuid, page: LinesPage<'_>) -> Result<Vec<Line>, Error> {
        if self.intake(scope, intake).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut values = vec![id(intake), word(&page.kind), page.after.into(), i64::from(page.limit).into()];
        let search = page.search.map(key::fold).filter(|search| !search.is_empty());
        let sql = match search {
            Some(search) => {
                values.push(text(key::pattern(&search)));
                SEARCH
            }
            None => LINES,
        };
        let rows = self.all("intake_line", sql, values).await?;
        let line = |row: &Row| {
            Ok(Line {
                kind: page.kind,
                number: row.int("number")?,
                name: String::new(),
                document: row.text("document")?,
            })
        };
        rows.iter().map(line).collect()
    }
}

fn from_row(row: &Row) -> Result<Intake, Error> {
    let outcome = match row.maybe_text("outcome")? {
        Some(_) => Some(row.json("outcome")?),
        None => None,
    };
    Ok(Intake {
        id: row.id("id")?,
        school: SchoolId(row.id("school")?),
        register: Name::from(row.text("register")?),
        file: row.text("file")?,
        blob: row.id("blob")?,
        stage: row.word("step")?,
        version: row.int("version")?,
        choices: row.json("choices")?,
        outcome,
        import: row.maybe_id("import")?.map(ImportId),
        progress: row.maybe_int("progress")?.zip(row.maybe_int("progress_of")?),
        person: row.maybe_id("person")?.map(EntryId),
        actor: row.text("actor")?,
        created_at: row.at("created_at")?,
        ends_at: row.at("ends_at")?,
    })
}
