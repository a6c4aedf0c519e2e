//! Bringing a list into a school's records, and taking it back: the use cases over [`crate::import`].

use crate::authority::Try;
use crate::import::{self, Answer, Asked, Before, Looked, MapFile, Preview};
use crate::{Error, House, words};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::ImportId;
use schoolkeeper_core::schema::Register;
use schoolkeeper_store::keep::Kept;
use schoolkeeper_store::{School, Undone};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A list and how it is to be taken.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one answer of its own")]
pub struct List<'a> {
    /// Register it goes into.
    pub register: &'a str,
    /// Name of the file, for messages.
    pub file: &'a str,
    /// The file.
    pub bytes: &'a [u8],
    /// A map file's text: what the columns mean.
    pub map: Option<&'a str>,
    /// Whose word it is; the known export or `list` when left out.
    pub source: Option<&'a str>,
    /// Only some of them.
    pub part: bool,
    /// More than a tenth may have left.
    pub confirm_left: bool,
    /// Only look.
    pub dry_run: bool,
    /// Answers to questions of an earlier look, by row.
    pub answers: BTreeMap<u32, Answer>,
    /// In a list that went out and came back a blank cell empties.
    pub blank_is_empty: bool,
}

/// What became of a list.
#[derive(Debug)]
pub struct BroughtIn {
    /// The preview in words.
    pub text: String,
    /// The import's id when it was saved.
    pub saved: Option<ImportId>,
}

/// How often a list is looked at again because another one came in meanwhile.
const LOOKS_MAX: u32 = 20;

impl House {
    /// Looks at a list and, unless only a look was asked for, saves it in one transaction.
    pub async fn bring_in(&self, actor: &Actor, school: &School, list: &List<'_>) -> Result<BroughtIn, Error> {
        let scope = self.allow(actor, school, &Try::plain("records.import")).await?.scope;
        let schemas = self.registers_at(school).await?;
        let schema = schemas.get(list.register).ok_or_else(|| self.no_register(list.register))?;
        Self::may_fill(actor, school, list.register)?;
        let map = list.map.map(MapFile::parse).transpose().map_err(|problem| Error::refused(problem.to_string()))?;
        let terms = self.read().await?.terms(&scope, school.id).await?;
        let asked = Asked {
            schemas: &schemas,
            calendar: &Calendar::new(school.division, terms),
            school: school.id,
            register: list.register,
            file: list.file,
            bytes: list.bytes,
            map: map.as_ref(),
            source: list.source,
            part: list.part,
            confirm_left: list.confirm_left,
            answers: list.answers.clone(),
            blank_is_empty: list.blank_is_empty,
            import: ImportId(Self::new_id()),
            now: self.now(),
        };
        let mut again = 0;
        let waited = self.waited(school, &schema.id).await?;
        loop {
            let preview = self.look_at(actor, (school, &scope), schema, &asked).await?.preview;
            if list.dry_run {
                return Ok(BroughtIn { text: self.shown(&scope, &asked, &preview).await?, saved: None });
            }
            if let Some(stop) = &preview.stop {
                return Err(Error::refused(format!("{}\nNothing was saved: {stop}", left_out(&preview))));
            }
            self.may_write()?;
            match import::save(&self.store, &scope, (schema, &waited), &preview).await {
                // Nobody has looked at this preview yet, so what came meanwhile is simply looked at as well.
                Err(import::Error::MovedOn) if again < LOOKS_MAX => again += 1,
                saved => {
                    saved?;
                    return Ok(BroughtIn { text: left_out(&preview), saved: Some(preview.import) });
                }
            }
        }
    }

    /// What bringing in a list would do, with what the policies and the times records are kept have to say.
    pub(crate) async fn look_at(
        &self,
        actor: &Actor,
        (school, scope): (&School, &Scope),
        schema: &Register,
        asked: &Asked<'_>,
    ) -> Result<Looked, Error> {
        let mut looked = import::look_closely(&self.store, scope, asked).await?;
        self.guard(actor, school, schema, &mut looked.preview).await?;
        self.say_stale(scope, schema, &mut looked, asked.calendar).await?;
        looked.preview.notes.extend(self.erased_before(scope, school, schema, &looked.preview).await?);
        looked.recall_refused(asked, schema).map_err(import::Error::from)?;
        Ok(looked)
    }

    /// Says of rows that would change what was changed here meanwhile, who changed what and when.
    async fn say_stale(
        &self,
        scope: &Scope,
        schema: &Register,
        looked: &mut Looked,
        calendar: &Calendar,
    ) -> Result<(), Error> {
        let read = self.read().await?;
        for (row, id, version) in looked.preview.stale.iter().take(STALE_MAX) {
            let now = looked.entries.iter().find(|entry| entry.id == *id).map(|entry| &entry.facts);
            let mut said = Vec::new();
            for change in read.entry_history(scope, *id, 20).await?.iter().filter(|change| change.version > *version) {
                let before = change.before.clone().unwrap_or_default();
                let differs = |name: &str| {
                    let was = before.get(name).map(|fact| &fact.value);
                    now.and_then(|now| now.get(name)).map(|fact| &fact.value) != was
                };
                let fields =
                    schema.fields.iter().filter(|field| before.contains_key(&field.name) && differs(&field.name));
                let labels: Vec<&str> = fields.map(|field| field.label.as_str()).collect();
                let what = if labels.is_empty() { String::new() } else { format!(" ({})", labels.join(", ")) };
                let when = crate::dates::moment(change.at, calendar.zone());
                said.push(format!("{when} by {}{what}", self.who_did(scope, &change.actor).await?));
            }
            let refused = looked.preview.refused.iter_mut().find(|problem| problem.place.row == Some(*row));
            if let Some(problem) = refused.filter(|_| !said.is_empty()) {
                problem.message = format!("{}: {}", problem.message, said.join("; "));
            }
        }
        Ok(())
    }

    /// An old list may bring back what was erased. Nothing of an erased record is kept by which to know it again, so
    /// this says what can be known: that there were some, and how many of the new ones are past their time.
    async fn erased_before(
        &self,
        scope: &Scope,
        school: &School,
        schema: &Register,
        preview: &Preview,
    ) -> Result<Option<String>, Error> {
        if preview.new.is_empty() || self.read().await?.erased_count(scope, school.id, &schema.id).await? == 0 {
            return Ok(None);
        }
        let (rules, now) = (self.keep_rules(scope, school).await?, self.now());
        let new = preview.new.iter().map(|new| Kept {
            id: new.id,
            version: 1,
            since: now,
            left_at: None,
            facts: new.facts.facts(),
        });
        let old = new.filter(|new| rules.age(schema, new).is_some_and(|age| age.ends_at <= now)).count();
        let many = words::plural_of(schema);
        Ok((old > 0).then(|| {
            format!(
                "{old} of the new {many} are past the time they are kept: they are new records, whoever was erased \
                 before, and are erased again tonight"
            )
        }))
    }

    /// The whole preview in words.
    async fn shown(&self, scope: &Scope, asked: &Asked<'_>, preview: &Preview) -> Result<String, Error> {
        let entries = self.read().await?.snapshot(scope, asked.school).await?;
        let before = Before {
            schemas: asked.schemas,
            school: asked.school,
            entries: &entries,
            left: &BTreeSet::new(),
            merged: &[],
            calendar: asked.calendar,
            now: asked.now,
        };
        Ok(preview.text(&before))
    }

    /// Takes back an import, or the last one; says what happened.
    pub async fn undo(&self, actor: &Actor, school: &School, import: Option<Uuid>) -> Result<String, Error> {
        let scope = self.allow(actor, school, &Try::plain("records.undo")).await?.scope;
        let (id, register) = self.import_of(&scope, school, import).await?;
        let schemas = self.registers_at(school).await?;
        let schema = schemas.get(&register).ok_or_else(|| self.no_register(&register))?;
        Self::may_fill(actor, school, &register)?;
        self.may_write()?;
        let many = words::plural(&schemas, &register);
        let waited = self.waited(school, &schema.id).await?;
        match import::undo(&self.store, &scope, (school.id, schema, &waited), (id, self.now())).await? {
            Undone::Yes => Ok(format!("the import of {many} was taken back")),
            Undone::Already => Err(Error::refused("this import was taken back before")),
            Undone::Touched(count) => Err(Error::refused(format!(
                "{count} of its {many} were changed later, so it cannot be taken back\nhint: bring in a corrected list instead"
            ))),
        }
    }

    async fn import_of(
        &self,
        scope: &Scope,
        school: &School,
        wanted: Option<Uuid>,
    ) -> Result<(ImportId, String), Error> {
        let imports = self.read().await?.imports(scope, school.id, None, 200).await?;
        let mut fitting = imports.into_iter().filter(|import| match wanted {
            Some(id) => import.id.0 == id,
            None => import.undone_at.is_none(),
        });
        let found = fitting.next().map(|import| (import.id, import.register.to_string()));
        found.ok_or_else(|| match wanted {
            Some(_) => Error::Missing,
            None => {
                Error::refused("there is no such import: none is left to be taken back\nhint: bring a list in first")
            }
        })
    }
}

/// Rows of which it is said who changed their records meanwhile.
const STALE_MAX: usize = 200;
/// How many refused rows and questions are named after an import.
const NAMED_MAX: usize = 10;

/// The numbers, and what was left out with the reason.
fn left_out(preview: &Preview) -> String {
    let refused = preview.refused.iter().map(ToString::to_string);
    let questions = preview.questions.iter().map(|question| question.message.clone());
    let notes = preview.notes.iter().cloned();
    let mut lines: Vec<String> = std::iter::once(preview.sentence()).collect();
    let left_out: Vec<String> = refused.chain(questions).collect();
    lines.extend(left_out.iter().take(NAMED_MAX).map(|line| format!("  left out: {line}")));
    if left_out.len() > NAMED_MAX {
        lines.push(format!("  and {} more; --dry-run shows them", left_out.len() - NAMED_MAX));
    }
    lines.extend(notes.map(|note| format!("  {note}")));
    lines.join("\n")
}
