//! The choices between handing in and looking: which sheet and header, what the columns are, what strange words mean,
//! and the answers to questions. Going back finds them as they were left.

use super::look::shown_of;
use super::{Choices, Intake, Stage, choices};
use crate::import::columns::{self, Mapping};
use crate::import::top::Top;
use crate::import::trip;
use crate::import::{self, Answer, MapFile, Sheet, heavy};
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::schema::{FieldType, Register};
use schoolkeeper_store::School;
use schoolkeeper_store::mapping::MappingOf;
use std::collections::BTreeMap;

/// Cells of a column that are shown, so that somebody sees what is in it.
const EXAMPLES: usize = 3;

/// One column, as somebody is asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnAsked {
    /// Its name in the file.
    pub name: String,
    /// What stands in it.
    pub examples: Vec<String>,
    /// The field it fills now; empty when it is left out.
    pub field: String,
}

/// What is asked about the columns.
#[derive(Clone, Debug, Default)]
pub struct ColumnsAsked {
    /// The known export it looks like.
    pub shape: Option<String>,
    /// Whose word it is, as far as known.
    pub source: String,
    /// The columns.
    pub columns: Vec<ColumnAsked>,
    /// Columns that are never kept, with the reason.
    pub dropped: Vec<(String, String)>,
    /// Fields a column may fill: name and label.
    pub fields: Vec<(String, String)>,
    /// Nothing is left open: it is a known export, or its columns were said before.
    pub known: bool,
}

/// What a question is answered with on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// An answer about its row.
    Answer(Answer),
    /// Of its rows only this one counts.
    Only(u32),
}

impl House {
    /// Where somebody begins with an intake: what is clear already is not asked.
    pub async fn first_step(&self, actor: &Actor, school: &School, intake: &Intake) -> Result<First, Error> {
        if choices(intake)?.map.is_some() {
            return Ok(First::Look);
        }
        match self.intake_columns(actor, school, intake).await {
            Ok(asked) if asked.known => return Ok(First::Look),
            Ok(_) => {}
            Err(Error::Import(_)) => return Ok(First::Table),
            Err(error) => return Err(error),
        }
        let top = self.intake_top(actor, school, intake).await?;
        let plain = top.sheets.len() < 2 && top.rows.first().is_none_or(|(row, _)| *row == top.header_row);
        Ok(if plain { First::Columns } else { First::Table })
    }

    /// The first rows of the file, and which of them holds the names of the columns.
    pub async fn intake_top(&self, actor: &Actor, school: &School, intake: &Intake) -> Result<Top, Error> {
        let desk = self.desk(actor, school).await?;
        let (register, bytes) = (&self.schema_of(school, intake).await?, self.intake_bytes(&desk.scope, intake).await?);
        let map = choices(intake)?.map.unwrap_or_default();
        let top = heavy(|| import::top::top(&bytes, &intake.file, register, &map));
        Ok(top.map_err(import::Error::from)?)
    }

    /// Says where the table stands.
    pub async fn choose_table(
        &self,
        actor: &Actor,
        school: &School,
        intake: &mut Intake,
        (sheet, row): (Option<String>, u32),
    ) -> Result<(), Error> {
        self.choose(actor, school, intake, |choices| {
            let map = choices.map.get_or_insert_default();
            (map.sheet, map.header_row) = (sheet, Some(row));
        })
        .await
    }

    /// Says what the columns are by a map file's text, and whose word it is.
    pub async fn choose_map(
        &self,
        actor: &Actor,
        school: &School,
        intake: &mut Intake,
        (map, source): (Option<&str>, Option<&str>),
    ) -> Result<(), Error> {
        let map = map.map(MapFile::parse).transpose().map_err(|problem| Error::refused(problem.to_string()))?;
        self.choose(actor, school, intake, |choices| {
            choices.map = map;
            choices.source = source.map(str::to_owned);
        })
        .await
    }

    /// What is asked about the columns, as they are understood now.
    pub async fn intake_columns(&self, actor: &Actor, school: &School, intake: &Intake) -> Result<ColumnsAsked, Error> {
        let desk = self.desk(actor, school).await?;
        let register = &self.schema_of(school, intake).await?;
        let (sheet, mapping, remembered) = self.understood(&desk.scope, register, intake).await?;
        let columns =
            distinct(&sheet).filter(|&at| !trip::went_out(&sheet) || !trip::is_ours(&sheet.columns[at])).map(|at| {
                ColumnAsked {
                    name: sheet.columns[at].clone(),
                    examples: examples(&sheet, at),
                    field: field_of(register, &mapping, at),
                }
            });
        Ok(ColumnsAsked {
            columns: columns.collect(),
            known: (mapping.unmapped.is_empty() && (remembered || mapping.shape.is_some())) || trip::went_out(&sheet),
            source: choices(intake)?.source.or(mapping.source.map(|source| source.to_string())).unwrap_or_default(),
            shape: mapping.shape,
            dropped: sheet.dropped,
            fields: fields_of(register),
        })
    }

    /// Says what the columns are: name and field, in the order of the page. Several columns make one name.
    pub async fn choose_columns(
        &self,
        actor: &Actor,
        school: &School,
        intake: &mut Intake,
        (said, source): (&[(String, String)], &str),
    ) -> Result<(), Error> {
        let desk = self.desk(actor, school).await?;
        let register = &self.schema_of(school, intake).await?;
        let (sheet, mapping, _) = self.understood(&desk.scope, register, intake).await?;
        let mut map = choices(intake)?.map.unwrap_or_else(|| mapping.said.clone());
        let mut by_field: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (column, field) in said {
            let at = sheet.columns.iter().position(|known| known == column).ok_or(Error::Missing)?;
            if !field.is_empty() {
                by_field.entry(field).or_default().push(column.clone());
            }
            // What was only guessed by its name is said now.
            let guessed = mapping.fields.iter().any(|mapped| mapped.guessed && mapped.columns.contains(&at));
            if guessed || field_of(register, &mapping, at) != *field {
                map.columns.insert(column.clone(), field.clone());
            }
        }
        let name = register.name_field().map(|at| &*register.fields[at].name);
        for (field, columns) in by_field.iter().filter(|(_, columns)| columns.len() > 1) {
            let before = mapping.fields.iter().find(|mapped| *register.fields[mapped.field].name == **field);
            let as_before = before.is_some_and(|mapped| mapped.columns.len() == columns.len());
            if Some(*field) == name && !as_before {
                map.joins.insert((*field).to_owned(), columns.clone());
            } else if !as_before {
                let label = register.field(field).map_or(*field, |(_, field)| &field.label);
                return Err(Error::refused(format!(
                    "{} both say {label}\nhint: leave one of them out",
                    columns.join(" and ")
                )));
            }
        }
        let checked = columns::map(register, &sheet, &map);
        checked.map_err(import::Error::from)?;
        let source = source.trim().to_owned();
        let named = schoolkeeper_core::id::slug(&source);
        let before = self.remembered(&desk.scope, intake, &named).await?.unwrap_or_default();
        map.learn_words(before);
        self.choose(actor, school, intake, |choices| {
            choices.map = Some(map);
            choices.source = Some(source).filter(|source| !source.is_empty());
        })
        .await
    }

    /// Says what strange words mean: column, word and choice; an empty choice leaves the cell empty.
    pub async fn choose_words(
        &self,
        actor: &Actor,
        school: &School,
        intake: &mut Intake,
        said: &[(String, String, String)],
    ) -> Result<(), Error> {
        let desk = self.desk(actor, school).await?;
        let register = &self.schema_of(school, intake).await?;
        let said_before = self.understood(&desk.scope, register, intake).await?.1.said;
        self.choose(actor, school, intake, |choices| {
            let map = choices.map.get_or_insert(said_before);
            for (column, word, means) in said {
                map.say(column, word, means);
            }
            choices.asked_words = true;
        })
        .await
    }

    /// Answers questions, each named by the first of its rows.
    pub async fn answer_questions(
        &self,
        actor: &Actor,
        school: &School,
        intake: &mut Intake,
        replies: &[(Vec<u32>, Reply)],
    ) -> Result<(), Error> {
        self.choose(actor, school, intake, |choices| {
            for (rows, reply) in replies {
                match reply {
                    Reply::Answer(answer) => choices.answers.extend(rows.iter().map(|row| (*row, *answer))),
                    Reply::Only(one) => {
                        choices.answers.remove(one);
                        choices
                            .answers
                            .extend(rows.iter().filter(|row| *row != one).map(|row| (*row, Answer::LeaveOut)));
                    }
                }
            }
            choices.asked_questions = true;
        })
        .await
    }

    /// Says whether these are all, and in a list that went out and came back, whether a blank empties.
    pub async fn choose_extent(
        &self,
        actor: &Actor,
        school: &School,
        intake: &mut Intake,
        (part, blank_is_empty): (bool, bool),
    ) -> Result<(), Error> {
        self.choose(actor, school, intake, |choices| {
            choices.part = part;
            choices.blank_is_empty = blank_is_empty;
        })
        .await
    }

    /// Writes a choice; what was looked at before no longer counts.
    async fn choose(
        &self,
        actor: &Actor,
        school: &School,
        intake: &mut Intake,
        change: impl FnOnce(&mut Choices),
    ) -> Result<(), Error> {
        let desk = self.desk(actor, school).await?;
        if intake.stage == Stage::Saved {
            return Err(Error::refused("this list was saved already\nhint: undo it, and hand it in again"));
        }
        let mut chosen = choices(intake)?;
        change(&mut chosen);
        intake.choices = serde_json::json!(chosen);
        (intake.stage, intake.outcome, intake.import) = (Stage::Open, None, None);
        self.put_intake(&desk.scope, intake).await
    }

    /// The first rows with what their columns are taken for, and whether that was said at an earlier import.
    async fn understood(
        &self,
        scope: &Scope,
        register: &Register,
        intake: &Intake,
    ) -> Result<(Sheet, Mapping, bool), Error> {
        let bytes = self.intake_bytes(scope, intake).await?;
        let Choices { map, source, .. } = choices(intake)?;
        let with = |map: &MapFile| -> Result<(Sheet, Mapping), import::Error> {
            heavy(|| {
                let sheet = import::sheet::sample(&bytes, &intake.file, register, map)?;
                let mapping = columns::guess(register, &sheet, map)?;
                Ok((sheet, mapping))
            })
        };
        if let Some(map) = map.filter(|map| *map != MapFile::default()) {
            let (sheet, mapping) = with(&map)?;
            return Ok((sheet, mapping, false));
        }
        let (sheet, mapping) = with(&MapFile::default())?;
        let named = source.as_deref().map(schoolkeeper_core::id::slug).map(Into::into);
        let source = named.or_else(|| mapping.source.clone()).unwrap_or_else(|| import::LIST.into());
        match self.remembered(scope, intake, &source).await? {
            Some(map) if map != MapFile::default() => {
                with(&map).map(|(sheet, mapping)| (sheet, mapping, true)).map_err(Error::from)
            }
            found => Ok((sheet, mapping, found.is_some())),
        }
    }

    /// What was said at an earlier import of a source.
    async fn remembered(&self, scope: &Scope, intake: &Intake, source: &str) -> Result<Option<MapFile>, Error> {
        let of = MappingOf { school: intake.school, register: &intake.register, source };
        let found = self.read().await?.mapping(scope, of).await?;
        Ok(found.and_then(|map| serde_json::from_value(map).ok()))
    }

    async fn schema_of(&self, school: &School, intake: &Intake) -> Result<Register, Error> {
        let schemas = self.registers_at(school).await?;
        schemas.get(&intake.register).cloned().ok_or(Error::Missing)
    }
}

/// Where somebody begins with an intake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Where its table stands.
    Table,
    /// What its columns are.
    Columns,
    /// With the look: it is a list we know.
    Look,
}

/// Where somebody goes on with an intake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// What strange words mean.
    Words,
    /// Questions.
    Questions,
    /// The look.
    Look,
}

/// What is still open after a look, if anything.
pub fn next(intake: &Intake) -> Result<Next, Error> {
    let (chosen, shown) = (choices(intake)?, shown_of(intake)?.unwrap_or_default());
    if !shown.strange.is_empty() && !chosen.asked_words {
        return Ok(Next::Words);
    }
    let asks = shown.counts.questions > 0 && !chosen.asked_questions;
    Ok(if asks { Next::Questions } else { Next::Look })
}

/// Columns of different names, by position.
fn distinct(sheet: &Sheet) -> impl Iterator<Item = usize> {
    (0..sheet.columns.len()).filter(|&at| !sheet.columns[..at].contains(&sheet.columns[at]))
}

fn examples(sheet: &Sheet, at: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for text in sheet.rows.iter().map(|row| import::message::quote(&import::plain(row.cell(at)))) {
        if !text.is_empty() && !out.contains(&text) && out.len() < EXAMPLES {
            out.push(text);
        }
    }
    out
}

/// The field a column fills; empty when none.
fn field_of(register: &Register, mapping: &Mapping, column: usize) -> String {
    let fills = mapping.fields.iter().find(|mapped| mapped.columns.contains(&column));
    fills.map_or_else(String::new, |mapped| register.fields[mapped.field].name.to_string())
}

fn fields_of(register: &Register) -> Vec<(String, String)> {
    let fields = register.fields.iter().filter(|field| !matches!(field.kind, FieldType::Back { .. }));
    fields.map(|field| (field.name.to_string(), field.label.clone())).collect()
}
