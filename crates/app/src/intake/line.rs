//! The lines of a look, as a page shows them: before and after, cell by cell.

use crate::import::show::Words;
use crate::import::{Looked, Planned};
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::Register;
use schoolkeeper_store::School;
use schoolkeeper_store::intake::{Intake, Line, LineKind, LinesPage};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Lines on one page.
pub const LINES_SHOWN: u32 = 50;

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LineShown {
    /// What people call it.
    pub name: String,
    /// Its rows in the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<u32>,
    /// Label, what was known, what the list says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<(String, Option<String>, Option<String>)>,
    /// Why it is refused, or what is asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub says: Vec<String>,
    /// Whom it may be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<(EntryId, String)>,
    /// The row as it stands in the file, for a file to mend.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub raw: Vec<String>,
    /// It was in no list for a while.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub came_back: bool,
}

/// Which lines are wanted.
#[derive(Clone, Debug)]
pub struct LinesAsked {
    /// Of which kind.
    pub kind: LineKind,
    /// After this one.
    pub after: i64,
    /// Only those whose name holds this.
    pub search: String,
}

/// Lines of one page.
#[derive(Clone, Debug, Default)]
pub struct LinesShown {
    /// Number and line.
    pub lines: Vec<(i64, LineShown)>,
    /// Where the next page begins.
    pub next: Option<i64>,
}

impl House {
    /// Lines of the last look at an intake.
    pub async fn intake_lines(
        &self,
        actor: &Actor,
        school: &School,
        intake: &Intake,
        asked: &LinesAsked,
    ) -> Result<LinesShown, Error> {
        let desk = self.desk(actor, school).await?;
        let page =
            LinesPage { kind: asked.kind, after: asked.after, limit: LINES_SHOWN + 1, search: Some(&asked.search) };
        let mut lines = self.read().await?.intake_lines(&desk.scope, intake.id, page).await?;
        let more = lines.len() > LINES_SHOWN as usize;
        lines.truncate(LINES_SHOWN as usize);
        let next = lines.last().filter(|_| more).map(|line| line.number);
        let read = |line: Line| {
            let shown = serde_json::from_str(&line.document).map_err(|error| Error::corrupt("a line", error))?;
            Ok((line.number, shown))
        };
        Ok(LinesShown { lines: lines.into_iter().map(read).collect::<Result<_, Error>>()?, next })
    }
}

/// Every line of a look, in order, made as they are asked for.
pub(crate) fn lines<'a>(looked: &'a Looked, words: &'a Words<'a>) -> impl Iterator<Item = Line> + Send + 'a {
    let preview = &looked.preview;
    let register = words.register;
    let new = preview.new.iter().map(|one| (LineKind::New, fresh(one, register, words)));
    let changed = preview.changed.iter().map(|one| (LineKind::Changed, changes(one, words)));
    let left = preview
        .left
        .iter()
        .map(|(_, _, name)| (LineKind::Left, LineShown { name: name.clone(), ..LineShown::default() }));
    let questions = preview.questions.iter().map(|asked| {
        let (rows, says) = (asked.rows.clone(), vec![asked.message.clone()]);
        let candidates = asked.candidates.clone();
        (LineKind::Question, LineShown { name: asked.message.clone(), rows, says, candidates, ..LineShown::default() })
    });
    let same = preview.same.iter().map(|one| {
        (LineKind::Same, LineShown { name: one.name.clone(), rows: one.rows.clone(), ..LineShown::default() })
    });
    let refused = refused(looked).into_iter().map(|line| (LineKind::Refused, line));
    let all = new.chain(changed).chain(left).chain(refused).chain(questions).chain(same);
    all.scan(BTreeMap::new(), |numbers: &mut BTreeMap<LineKind, i64>, (kind, shown)| {
        let number = numbers.entry(kind).or_default();
        *number += 1;
        let document = serde_json::to_string(&shown).expect("texts and numbers");
        Some(Line { kind, number: *number, name: shown.name, document })
    })
}

/// Adds a line to the digest of all: what is saved must be what was shown.
pub(crate) fn digest(hash: &mut Sha256, line: &Line) {
    hash.update(serde_json::to_string(&(line.kind, line.number)).expect("a word and a number"));
    hash.update(&line.document);
    hash.update([0]);
}

fn fresh(planned: &Planned, register: &Register, words: &Words) -> LineShown {
    let facts = planned.facts.facts();
    let said = register.fields.iter().filter_map(|field| Some((field, &facts.get(&field.name)?.value)));
    let cells = said.map(|(field, value)| (field.label.clone(), None, Some(words.value(value)))).collect();
    let (name, rows) = (planned.name.clone(), planned.rows.clone());
    LineShown { name, rows, cells, ..LineShown::default() }
}

fn changes(planned: &Planned, words: &Words) -> LineShown {
    let cells = planned.changes.iter().map(|change| {
        let (before, after) = (change.before.as_ref(), change.after.as_ref());
        let label = words.label(&change.field).to_owned();
        (label, before.map(|value| words.value(value)), after.map(|value| words.value(value)))
    });
    LineShown {
        name: planned.name.clone(),
        rows: planned.rows.clone(),
        cells: cells.collect(),
        came_back: planned.came_back,
        ..LineShown::default()
    }
}

/// Refused rows with all that is wrong in each, and as they stand in the file.
fn refused(looked: &Looked) -> Vec<LineShown> {
    let (preview, sheet) = (&looked.preview, &looked.sheet);
    let mut by_row: BTreeMap<u32, LineShown> = BTreeMap::new();
    for problem in &preview.refused {
        let row = problem.place.row.unwrap_or_default();
        let line = by_row.entry(row).or_insert_with(|| LineShown { rows: vec![row], ..LineShown::default() });
        let column = problem.place.column.as_ref().map_or_else(String::new, |column| format!("{column}: "));
        let hint = problem.hint.as_ref().map_or_else(String::new, |hint| format!(". {hint}"));
        line.says.push(format!("{column}{}{hint}", problem.message));
    }
    for row in &sheet.rows {
        if let Some(line) = by_row.get_mut(&row.number) {
            line.raw = (0..sheet.columns.len()).map(|at| crate::import::plain(row.cell(at))).collect();
            line.name = line.raw.iter().find(|text| !text.is_empty()).cloned().unwrap_or_default();
        }
    }
    by_row.into_values().collect()
}
