//! What a look at a change shows: school by school, statement by statement, and what must be decided with it.

use crate::form::{Choice, Field, Posted};
use crate::frame::{Link, Status};
use crate::urls;
use schoolkeeper_app::change::{Conflict, Impact, Moved, Reach, SchoolImpact, Side};
use schoolkeeper_app::{Standpoint, words};
use schoolkeeper_core::standing::{NoneBecause, Standing};

/// Most statements shown of one school.
const ROWS_MAX: usize = 60;

/// A finished look.
pub(super) struct Shown {
    pub(super) lead: String,
    pub(super) schools: Vec<AtSchool>,
    pub(super) conflicts: Vec<Decide>,
    pub(super) says: usize,
}

/// One school.
pub(super) struct AtSchool {
    pub(super) title: String,
    pub(super) now: String,
    pub(super) then: String,
    pub(super) problems: String,
    pub(super) people: Option<String>,
    pub(super) tasks: Option<Tasks>,
    pub(super) rows: Vec<Row>,
    pub(super) more: usize,
}

/// Tasks that would begin or end.
pub(super) struct Tasks {
    pub(super) words: String,
    pub(super) begin: Vec<String>,
    pub(super) end: Vec<String>,
}

/// One statement.
pub(super) struct Row {
    pub(super) link: Link,
    pub(super) text: String,
    pub(super) before: Stands,
    pub(super) after: Stands,
    pub(super) problems: String,
    pub(super) examples: Vec<String>,
}

/// A status, or words instead of one.
pub(super) struct Stands {
    pub(super) status: Option<Status>,
    pub(super) words: String,
}

/// Two policies that cannot both be met.
pub(super) struct Decide {
    pub(super) id: String,
    pub(super) number: usize,
    pub(super) field: Field,
}

/// A look as its page shows it.
pub(super) fn shown(at: &Standpoint, impact: &Impact, posted: &Posted) -> Shown {
    let moved: usize = impact.schools.iter().map(|school| school.moved.len()).sum();
    let opened: usize = impact.schools.iter().map(|school| school.opened).sum();
    let closed: usize = impact.schools.iter().map(|school| school.closed).sum();
    let lead = match (moved, opened + closed) {
        (0, 0) => "With what we know today, no status changes.".to_owned(),
        _ => format!("{} would stand otherwise. {}", several(moved, "statement"), problems(opened, closed)),
    };
    Shown {
        lead,
        schools: impact.schools.iter().map(|school| at_school(at, school)).collect(),
        conflicts: impact.conflicts.iter().enumerate().map(|(number, one)| decide(one, number + 1, posted)).collect(),
        says: impact.changes.len(),
    }
}

fn at_school(at: &Standpoint, school: &SchoolImpact) -> AtSchool {
    AtSchool {
        title: school.title.clone(),
        now: Some(school.now.words())
            .filter(|words| !words.is_empty())
            .unwrap_or_else(|| "Not in force here".to_owned()),
        then: school.then.words(),
        problems: problems(school.opened, school.closed),
        people: people(&school.reach),
        tasks: Tasks::of(&school.reach),
        rows: school.moved.iter().take(ROWS_MAX).map(|one| row(at, school, one)).collect(),
        more: school.moved.len().saturating_sub(ROWS_MAX),
    }
}

/// Whom it reaches, counted.
fn people(reach: &Reach) -> Option<String> {
    let persons = |count: usize| format!("{count} {}", if count == 1 { "person" } else { "people" });
    let mut said = Vec::new();
    if reach.people > 0 {
        said.push(format!("{} would have something to put right.", persons(reach.people)));
    }
    if reach.sign > 0 {
        said.push(format!("{} would be asked to sign.", persons(reach.sign)));
    }
    if reach.permissions > 0 {
        said.push(format!("{} in force would no longer count.", several(reach.permissions, "permission")));
    }
    (!said.is_empty()).then(|| said.join(" "))
}

impl Tasks {
    fn of(reach: &Reach) -> Option<Self> {
        let (begin, end) = (reach.tasks.len(), reach.over.len());
        let words = match (begin, end) {
            (0, 0) => return None,
            (begin, 0) => format!("{} would begin.", several(begin, "task")),
            (0, end) => format!("{} would end.", several(end, "task")),
            (begin, end) => format!("{} would begin and {end} would end.", several(begin, "task")),
        };
        Some(Self { words, begin: reach.tasks.clone(), end: reach.over.clone() })
    }
}

fn row(at: &Standpoint, school: &SchoolImpact, one: &Moved) -> Row {
    let href = urls::statement(&school.slug, at.pack_id(), &one.clause);
    Row {
        link: Link { text: one.clause.to_string(), href: if one.before.is_some() { href } else { String::new() } },
        text: one.text.clone(),
        before: stands(one.before, "New"),
        after: stands(one.after, "Gone"),
        problems: if one.opened + one.closed == 0 { String::new() } else { problems(one.opened, one.closed) },
        examples: one.examples.clone(),
    }
}

fn stands(stands: Option<(Standing, Option<NoneBecause>)>, without: &str) -> Stands {
    match stands {
        None => Stands { status: None, words: without.to_owned() },
        Some((standing, because)) => {
            let status = Status::of(standing);
            let words = if status.is_some() { String::new() } else { words::none_because(because).to_owned() };
            Stands { status, words }
        }
    }
}

fn problems(opened: usize, closed: usize) -> String {
    match (opened, closed) {
        (0, 0) => "No problem would begin or end.".to_owned(),
        (opened, 0) => format!("{} would begin.", several(opened, "problem")),
        (0, closed) => format!("{} would end.", several(closed, "problem")),
        (opened, closed) => format!("{} would begin and {closed} would end.", several(opened, "problem")),
    }
}

fn several(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The question which of two policies holds.
pub(super) fn decide(conflict: &Conflict, number: usize, posted: &Posted) -> Decide {
    let name = format!("holds-{number}");
    let choice =
        |side: &Side| Choice { hint: Some(side.wants.clone()), ..Choice::new(&*side.pack, side.pack.to_string()) };
    let field = Field::new(name.clone(), format!("{}. Which policy holds?", conflict.about));
    let field = field.choices(conflict.sides.iter().map(choice).collect()).value(posted.word(&name));
    Decide { id: conflict.id.clone(), number, field }
}
