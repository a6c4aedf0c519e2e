//! The courses of a school: those made of its policies' chapters, those taken elsewhere, and making one.

use super::COURSE;
use super::lesson::{Piece, pieces};
use super::need::matrix;
use crate::act::Before;
use crate::entry::{Filled, Saved, Version};
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Longest time a course may count.
const MONTHS_MAX: u32 = 120;
/// Longest name of a course, in characters.
pub(super) const NAME_MAX: usize = 200;

/// A chapter of a policy from which lessons can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// `primary-school: Passwords`.
    pub key: String,
    /// Title of its policy.
    pub policy: String,
    /// Its heading.
    pub title: String,
    /// Screens it gives.
    pub screens: usize,
}

/// One course of the school's list, or one that policies ask for and nobody has entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CourseAt {
    /// Its record.
    pub id: Option<EntryId>,
    /// What policies and records call it.
    pub name: String,
    /// What it is made of.
    pub chapters: Vec<String>,
    /// Screens it has; none when it is not taught here.
    pub screens: usize,
    /// For how many months it counts.
    pub months: Option<u32>,
    /// Who else gives it.
    pub provider: Option<String>,
    /// Where it is found outside.
    pub found_at: Option<String>,
    /// Of how many people a policy asks it.
    pub asked_of: usize,
    /// How many of these have it.
    pub have: usize,
}

/// A course somebody fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewCourse {
    /// Its name.
    pub name: String,
    /// Keys of its chapters.
    pub chapters: Vec<String>,
    /// For how many months it counts, as typed; for ever when empty.
    pub months: String,
    /// Who else gives it.
    pub provider: String,
    /// Where it is found outside.
    pub found_at: String,
}

impl House {
    /// Every course: those on the school's list and those its policies ask for.
    pub async fn courses(&self, actor: &Actor, school: &School) -> Result<Vec<CourseAt>, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        let found = matrix(&before);
        let rows = Row::all(before.world(), COURSE);
        let mut out: BTreeMap<String, CourseAt> =
            rows.map(|row| at(&before, row)).map(|course| (course.name.clone(), course)).collect();
        for course in found.courses {
            let fresh = || CourseAt { name: course.name.clone(), ..CourseAt::default() };
            out.entry(course.name.clone()).or_insert_with(fresh);
        }
        for cell in found.lines.iter().flat_map(|line| &line.cells) {
            let Some(course) = out.get_mut(&cell.course) else { continue };
            course.asked_of += 1;
            course.have += usize::from(cell.has >= super::Has::Soon);
        }
        Ok(out.into_values().collect())
    }

    /// Chapters of the policies in force from which lessons can be made.
    pub async fn chapters(&self, actor: &Actor, school: &School) -> Result<Vec<Chapter>, Error> {
        self.scope_at(actor, "training.teach", school).await?;
        let before = self.before(actor, school).await?;
        let mut out: Vec<Chapter> = Vec::new();
        for piece in pieces(&before) {
            let key = piece.chapter();
            if let Some(known) = out.iter_mut().find(|chapter| chapter.key == key) {
                known.screens += 1;
                continue;
            }
            let policy = piece.ctx.pack.pack.head.title.clone();
            out.push(Chapter { key, policy, title: piece.heading().to_owned(), screens: 1 });
        }
        Ok(out)
    }

    /// Puts a course on the school's list, or changes one; `Mistakes` says what is to be mended, field by field.
    pub async fn save_course(
        &self,
        actor: &Actor,
        school: &School,
        (course, new): (Option<EntryId>, &NewCourse),
    ) -> Result<Saved, Error> {
        self.allow(actor, school, &crate::authority::Try::plain("training.teach")).await?;
        let mistakes = mistakes(new);
        if !mistakes.is_empty() {
            return Ok(Saved::Mistakes(mistakes));
        }
        let filled = filled(new);
        let Some(course) = course else {
            return self.create_entry(actor, school, (COURSE, &filled)).await;
        };
        let stored = self.read().await?.entry(&Scope::system("course"), course).await?.ok_or(Error::Missing)?;
        self.change_entry(actor, school, ((COURSE, course, Version(stored.version)), &filled)).await
    }
}

fn mistakes(new: &NewCourse) -> Vec<(Name, String)> {
    let mut out = Vec::new();
    let name = new.name.trim();
    if name.is_empty() {
        out.push((Name::from("name"), "Give the course the name that policies and records use".to_owned()));
    } else if name.chars().count() > NAME_MAX {
        out.push((Name::from("name"), format!("The name may have {NAME_MAX} characters")));
    }
    let months = new.months.trim();
    if !months.is_empty() && !months.parse::<u32>().is_ok_and(|months| (1..=MONTHS_MAX).contains(&months)) {
        out.push((Name::from("months"), format!("Write a number of months from 1 to {MONTHS_MAX}, or leave it empty")));
    }
    if new.chapters.is_empty() && new.provider.trim().is_empty() && new.found_at.trim().is_empty() {
        out.push((Name::from("chapters"), "Choose chapters to teach it here, or say who else gives it".to_owned()));
    }
    out
}

fn filled(new: &NewCourse) -> Filled {
    let mut filled = Filled::default();
    let mut say = |field: &str, value: Option<Value>| match value {
        Some(value) => drop(filled.say.insert(Name::from(field), value)),
        None => drop(filled.unsay.insert(Name::from(field))),
    };
    let text = |typed: &str| Some(typed.trim()).filter(|typed| !typed.is_empty()).map(Value::text);
    say("name", text(&new.name));
    say("provider", text(&new.provider));
    say("found_at", text(&new.found_at));
    say("months", new.months.trim().parse::<i64>().ok().map(Value::Int));
    let chapters: Vec<Value> = new.chapters.iter().map(Value::text).collect();
    say("chapters", (!chapters.is_empty()).then(|| Value::List(chapters.into())));
    filled
}

/// A course as its record says it.
pub(super) fn at(before: &Before, row: Row<'_>) -> CourseAt {
    let said = |field: &str| row.text(field).map(str::to_owned);
    let chapters: Vec<String> = row.texts("chapters").iter().map(ToString::to_string).collect();
    CourseAt {
        id: Some(row.id()),
        name: row.name(),
        screens: of_chapters(before, &chapters).len(),
        months: row.number("months").and_then(|months| u32::try_from(months).ok()),
        provider: said("provider"),
        found_at: said("found_at"),
        chapters,
        ..CourseAt::default()
    }
}

/// The articles of some chapters.
pub(super) fn of_chapters<'a>(before: &'a Before, chapters: &[String]) -> Vec<Piece<'a>> {
    pieces(before).into_iter().filter(|piece| chapters.contains(&piece.chapter())).collect()
}

/// The record of a course by its name.
pub(super) fn by_name(before: &Before, name: &str) -> Option<CourseAt> {
    Row::all(before.world(), COURSE).find(|row| row.text("name") == Some(name)).map(|row| at(before, row))
}

/// The record of a course that is taught here.
pub(super) fn taught(before: &Before, name: &str) -> Option<EntryId> {
    by_name(before, name).filter(|course| course.screens > 0).and_then(|course| course.id)
}
