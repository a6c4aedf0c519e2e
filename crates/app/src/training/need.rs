//! People against courses: who has, who lacks, what ends.
//!
//! Invariant: a course stands here because a rule of a policy in force asks it of somebody; a list nobody has called
//! complete leaves *not known* what it does not hold.

use super::TRAINING;
use crate::act::Before;
use crate::agreement::class_of;
use crate::{Error, House, export};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::{ControlKind, Rule};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::world::World;
use schoolkeeper_rules::evaluate::training as engine;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::{CompiledControl, Ctx};
use schoolkeeper_store::School;
use std::collections::{BTreeMap, BTreeSet};

/// Training that ends within so many days is told of before.
pub(super) const SOON_DAYS: i32 = 60;

/// Somebody is a joiner for so many days.
const JOINER_DAYS: i32 = 120;

/// Where somebody stands with a course, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Has {
    /// It counted once.
    Ended,
    /// Never taken.
    Lacks,
    /// Nobody can say.
    Unknown,
    /// It counts, and ends soon.
    Soon,
    /// It counts.
    Yes,
}

impl Has {
    /// As it is written in files.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ended => "Ended",
            Self::Lacks => "Lacks it",
            Self::Unknown => "Not known yet",
            Self::Soon => "Ends soon",
            Self::Yes => "Has it",
        }
    }

    /// Something is to be done about it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Ended | Self::Lacks | Self::Soon)
    }
}

/// One course that policies ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// As policies and records call it.
    pub name: String,
    /// Policy and statement, policy by policy.
    pub statements: Vec<(Name, Name)>,
    /// A rule that asks for it, as the history names it.
    pub control: (Name, Name),
    /// A section that asks for it is started.
    pub started: bool,
}

/// Somebody's standing with one course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The course.
    pub course: String,
    /// Where they stand.
    pub has: Has,
    /// Until when it counts, or counted.
    pub until: Option<Date>,
}

/// Somebody of whom a course is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonLine {
    /// Who.
    pub person: EntryId,
    /// Their name.
    pub name: String,
    /// `Governors`, `Pupils: Oak class`.
    pub class: String,
    /// They began not long ago.
    pub joiner: bool,
    /// The courses asked of them, in the order of the matrix.
    pub cells: Vec<Cell>,
    /// Mail reaches them.
    pub has_email: bool,
}

impl PersonLine {
    /// The most urgent of their courses.
    pub fn worst(&self) -> Has {
        self.cells.iter().map(|cell| cell.has).min().unwrap_or(Has::Yes)
    }
}

/// Everybody against everything.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// The courses policies ask for, by name.
    pub courses: Vec<Course>,
    /// Everybody of whom one is asked: the most urgent first, then by class and name.
    pub lines: Vec<PersonLine>,
    /// Nobody has said that the list of training is complete.
    pub unsure: bool,
}

impl Matrix {
    /// Classes of person with how many lack nothing and how many there are.
    pub fn classes(&self) -> Vec<(String, usize, usize)> {
        let mut out: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for line in &self.lines {
            let (good, all) = out.entry(&line.class).or_default();
            *good += usize::from(matches!(line.worst(), Has::Yes | Has::Soon));
            *all += 1;
        }
        out.into_iter().map(|(class, (good, all))| (class.to_owned(), good, all)).collect()
    }
}

impl House {
    /// Everybody against every course that policies ask for.
    pub async fn training_matrix(&self, actor: &Actor, school: &School) -> Result<Matrix, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        Ok(matrix(&self.before(actor, school).await?))
    }

    /// Some people of the matrix as CSV, a line for each course asked of them.
    pub fn training_csv(lines: &[PersonLine]) -> Result<Vec<u8>, Error> {
        let head = ["Name", "Class of person", "Course", "Status", "Until", "Mail"];
        let row = |line: &PersonLine, cell: &Cell| {
            let until = cell.until.map_or_else(String::new, |day| day.to_string());
            let mail = if line.has_email { "yes" } else { "no" };
            let words = [&*line.name, &*line.class, &*cell.course, cell.has.words(), &*until, mail];
            words.map(str::to_owned).to_vec()
        };
        export::table(&head, lines.iter().flat_map(|line| line.cells.iter().map(move |cell| row(line, cell))))
    }
}

/// What somebody's training in a course counts for: the longest of their records.
type Held<'w> = BTreeMap<(EntryId, &'w str), Option<Date>>;

/// Everybody against every course.
pub(crate) fn matrix(before: &Before) -> Matrix {
    of(before, None)
}

fn of(before: &Before, only: Option<EntryId>) -> Matrix {
    let (courses, asked) = asked(before, only);
    let world = if only.is_some() { before.own_world() } else { before.world() };
    let closed = world.table_of(TRAINING).is_some_and(|table| table.closed_until(world.now).is_some());
    let held = held(world);
    let mut lines: Vec<PersonLine> = asked
        .into_iter()
        .filter_map(|(person, wanted)| {
            let row = Row::of(world, person)?;
            let cell = |(course, sure): (Name, bool)| {
                let until = held.get(&(person, &*course)).copied();
                let has =
                    until.map_or(if closed && sure { Has::Lacks } else { Has::Unknown }, |until| has(world, until));
                Cell { has, until: until.flatten(), course: course.to_string() }
            };
            Some(PersonLine {
                person,
                name: row.name(),
                class: class_of(world, row),
                joiner: row.date("first_day").is_some_and(|day| is_joiner(world, day)),
                cells: wanted.into_iter().map(cell).collect(),
                has_email: row.text("email").is_some(),
            })
        })
        .collect();
    lines.sort_by(|a, b| (a.worst(), &a.class, &a.name).cmp(&(b.worst(), &b.class, &b.name)));
    Matrix { courses, lines, unsure: !closed }
}

/// The courses asked of one person, with where they stand.
pub(crate) fn asked_of(before: &Before, person: EntryId) -> Option<(Vec<Course>, PersonLine)> {
    let Matrix { courses, lines, .. } = of(before, Some(person));
    lines.into_iter().next().map(|line| (courses, line))
}

type Asked = BTreeMap<EntryId, BTreeMap<Name, bool>>;

fn asked(before: &Before, only: Option<EntryId>) -> (Vec<Course>, Asked) {
    let (mut courses, mut asked): (BTreeMap<Name, Course>, Asked) = (BTreeMap::new(), BTreeMap::new());
    for (policy, ctx) in before.policies() {
        for (control, rule) in rules(ctx) {
            let needed = engine::needed(ctx, control, rule, only);
            let names: BTreeSet<&Name> = needed.keys().map(|(_, course)| course).collect();
            for name in names {
                let id = &control.control.id;
                let course = courses.entry(name.clone()).or_insert_with(|| Course {
                    name: name.to_string(),
                    control: (policy.id().clone(), id.clone()),
                    ..Course::default()
                });
                let clauses = ctx.pack.pack.clauses_of(id).map(|clause| clause.id.get_ref().clone());
                course.statements.extend(clauses.map(|clause| (policy.id().clone(), clause)));
                course.started |= ctx.world.started.get(id).is_none_or(Option::is_some);
            }
            for ((person, course), sure) in needed {
                *asked.entry(person).or_default().entry(course).or_insert(false) |= sure;
            }
        }
    }
    (courses.into_values().collect(), asked)
}

fn rules(ctx: Ctx<'_>) -> impl Iterator<Item = (&CompiledControl, &Rule)> {
    ctx.pack.controls.values().filter_map(|control| match &control.control.kind {
        ControlKind::Rule(rule) => Some((control, rule)),
        _ => None,
    })
}

fn held(world: &World) -> Held<'_> {
    let mut out = Held::new();
    for row in Row::all(world, TRAINING) {
        let (Some(person), Some(course)) = (row.one("person"), row.text("course")) else { continue };
        let until = row.date("until");
        let longest = |known: Option<Date>| known.zip(until).map(|(known, until)| known.max(until));
        out.entry((person, course)).and_modify(|known| *known = longest(*known)).or_insert(until);
    }
    out
}

/// Whether somebody began not long ago, or is still to begin.
pub(super) fn is_joiner(world: &World, first_day: Date) -> bool {
    (world.calendar.day(world.now) - first_day).get_days() <= JOINER_DAYS
}

/// By the longest record; one without an end counts for ever.
fn has(world: &World, until: Option<Date>) -> Has {
    let today = world.calendar.day(world.now);
    match until {
        Some(until) if until < today => Has::Ended,
        Some(until) if (until - today).get_days() <= SOON_DAYS => Has::Soon,
        _ => Has::Yes,
    }
}
