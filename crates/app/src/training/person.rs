//! One person's training, and everything a joiner has to do, in one list.

use super::certificate::{self, Certificate};
use super::course::{by_name, taught};
use super::need::{Course, PersonLine, asked_of, is_joiner};
use super::{Has, TRAINING};
use crate::act::Before;
use crate::agreement::{self, class_of};
use crate::{Error, House, duty, mine};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::mail::Mailbox;
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::clock;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use schoolkeeper_store::mail_setup::{Setup, SetupOf, Side};

/// A record of training.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The course.
    pub course: String,
    /// When.
    pub on: Option<Date>,
    /// Until when it counts.
    pub until: Option<Date>,
    /// `lessons`, `certificate`, `session`.
    pub way: Option<String>,
}

/// One thing a joiner does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Induction {
    /// What sort of thing: *Training*, *Agreement*, *Task*.
    pub kind: &'static str,
    /// What it is called.
    pub title: String,
    /// It is done.
    pub done: bool,
    /// Until when it is to be done.
    pub due: Option<Date>,
}

/// Everything about one person's training.
#[derive(Clone, Debug)]
pub struct PersonTraining {
    /// Who.
    pub person: EntryId,
    /// Their name.
    pub name: String,
    /// `Governors`.
    pub class: String,
    /// When they began, and whether that is so short ago that they are a joiner.
    pub first_day: Option<(Date, bool)>,
    /// The courses policies ask of them, with where they stand.
    pub asked: Option<(Vec<Course>, PersonLine)>,
    /// Everything on record, newest first.
    pub records: Vec<Record>,
    /// Certificates they handed in, newest first.
    pub certificates: Vec<Certificate>,
    /// What they have to do: training, agreements, tasks; what is open first.
    pub induction: Vec<Induction>,
}

/// One's own training, with what can be done about it.
#[derive(Clone, Debug)]
pub struct MyTraining {
    /// The same as others see.
    pub shown: PersonTraining,
    /// Course asked of them → what can be opened here, and where it is found outside.
    pub ways: Vec<(String, Option<EntryId>, Option<String>)>,
    /// Lessons after trial messages: the result and its day.
    pub lessons: Vec<(EntryId, Option<Date>)>,
    /// Where suspicious messages are sent.
    pub report_to: Option<String>,
}

impl House {
    /// Everything about one person's training, for whoever looks after people.
    pub async fn training_of(&self, actor: &Actor, school: &School, person: EntryId) -> Result<PersonTraining, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        of(&self.before(actor, school).await?, school, person)
    }

    /// One's own training.
    pub async fn my_training(&self, actor: &Actor, school: &School) -> Result<MyTraining, Error> {
        self.scope_at(actor, "training.hand-in", school).await?;
        let person = actor.person.ok_or(Error::Missing)?;
        let before = self.before(actor, school).await?;
        let shown = of(&before, school, person)?;
        let cells = shown.asked.iter().flat_map(|(_, line)| &line.cells);
        let way = |course: &String| {
            let outside = by_name(&before, course).and_then(|course| course.found_at.or(course.provider));
            (course.clone(), taught(&before, course), outside)
        };
        let ways = cells.map(|cell| way(&cell.course)).collect();
        let lessons = super::taught_by(&before, person);
        Ok(MyTraining { shown, ways, lessons, report_to: self.report_to(school).await? })
    }

    /// Where people send what looks suspicious: the mailbox that is read for reports.
    pub async fn report_to(&self, school: &School) -> Result<Option<String>, Error> {
        let of = SetupOf { school: school.id, side: Side::In };
        let setup = self.read().await?.mail_setup(&Scope::system("report address"), of).await?;
        let mailbox: Option<Mailbox> = setup.as_ref().and_then(Setup::settings);
        Ok(mailbox.and_then(|mailbox| mailbox.way.user().map(str::to_owned)).filter(|user| user.contains('@')))
    }
}

fn of(before: &Before, school: &School, person: EntryId) -> Result<PersonTraining, Error> {
    let world = before.own_world();
    let row = Row::of(world, person).filter(|row| row.kind() == "person").ok_or(Error::Missing)?;
    let mut records: Vec<Record> = Row::all(world, TRAINING)
        .filter(|one| one.one("person") == Some(person))
        .map(|one| Record {
            course: one.text("course").unwrap_or_default().to_owned(),
            on: one.date("on"),
            until: one.date("until"),
            way: one.text("way").map(str::to_owned),
        })
        .collect();
    records.sort_by(|a, b| (b.on, &a.course).cmp(&(a.on, &b.course)));
    let mut certificates: Vec<Certificate> =
        certificate::all(before).filter(|one| one.person == Some(person)).collect();
    certificates.sort_by_key(|one| std::cmp::Reverse(one.handed_in_on));
    let asked = asked_of(before, person);
    Ok(PersonTraining {
        person,
        name: row.name(),
        class: class_of(world, row),
        first_day: row.date("first_day").map(|day| (day, is_joiner(world, day))),
        induction: induction(before, school, (person, row.row), asked.as_ref().map(|(_, line)| line)),
        asked,
        records,
        certificates,
    })
}

/// What somebody has to do: the courses, the agreements, the tasks that are open.
fn induction(
    before: &Before,
    school: &School,
    (person, row): (EntryId, usize),
    line: Option<&PersonLine>,
) -> Vec<Induction> {
    let cells = line.into_iter().flat_map(|line| &line.cells);
    let mut out: Vec<Induction> = cells
        .map(|cell| Induction {
            kind: "Training",
            title: cell.course.clone(),
            done: cell.has >= Has::Soon,
            due: cell.until.filter(|_| cell.has == Has::Soon),
        })
        .collect();
    for place in agreement::places(before).into_iter().filter(agreement::Place::is_started) {
        let roll = engine::roll(place.ctx, place.control, place.spec);
        out.extend(roll.iter().filter(|line| line.signer.person == row && !line.is_unknown()).map(|line| Induction {
            kind: "Agreement",
            title: place.title(),
            done: line.signed.at.is_some(),
            due: line.due.filter(|_| line.signed.at.is_none()).map(|due| clock::last_day(place.ctx, due)),
        }));
    }
    let tasks = duty::open_tasks(before, school).into_iter().filter(|task| task.open.part_of(person).is_some());
    out.extend(tasks.map(|task| Induction { kind: "Task", title: task.title, done: false, due: Some(task.due) }));
    out.sort_by(|a, b| (a.done, a.kind, a.due, &a.title).cmp(&(b.done, b.kind, b.due, &b.title)));
    out.dedup();
    out
}

/// Lines of somebody's own page: courses that wait, lessons after trials.
pub(crate) fn of_mine(before: &Before, school: &School, person: EntryId) -> Vec<mine::Mine> {
    let line = |title: String, about: String, due: Option<Date>, link: String| mine::Mine {
        what: mine::What::Do,
        title,
        about,
        due,
        late: false,
        link,
    };
    let lesson = |(result, day): (EntryId, Option<Date>)| {
        let day = day.map_or_else(String::new, |day| format!(" on {}", crate::dates::long(day)));
        let about =
            format!("A short lesson, because a trial message took you in{day}. Only you and your trainer see this");
        line("Recognise false messages".to_owned(), about, None, format!("/school/{}/learn/{result}", school.slug))
    };
    let mut out: Vec<mine::Mine> = super::taught_by(before, person).into_iter().map(lesson).collect();
    let Some((courses, found)) = asked_of(before, person) else { return out };
    let started = |name: &str| courses.iter().any(|course| course.name == name && course.started);
    for cell in found.cells.iter().filter(|cell| cell.has.is_open() && started(&cell.course)) {
        let here = taught(before, &cell.course);
        let about = match (cell.has, cell.until) {
            (Has::Soon, Some(until)) => format!("Your training ends on {}", crate::dates::long(until)),
            (Has::Ended, Some(until)) => format!("Your training ended on {}", crate::dates::long(until)),
            _ => "You have not taken it yet".to_owned(),
        };
        let href = match here {
            Some(course) => format!("/school/{}/learn/{course}", school.slug),
            None => format!("/school/{}/my-training", school.slug),
        };
        let mut one =
            line(format!("Course: {}", cell.course), about, cell.until.filter(|_| cell.has == Has::Soon), href);
        one.late = cell.has == Has::Ended;
        out.push(one);
    }
    out
}

/// Certificates that wait to be looked at, for whoever may.
pub(crate) fn to_decide(before: &Before, school: &School, me: EntryId) -> Vec<mine::Mine> {
    let waiting = certificate::all(before).filter(|one| one.decided.is_none() && one.person != Some(me));
    waiting
        .map(|one| mine::Mine {
            what: mine::What::Decide,
            title: format!("Certificate: {}", one.course),
            about: format!("{} handed it in", one.name),
            due: None,
            late: false,
            link: format!("/school/{}/training/certificate/{}", school.slug, one.id),
        })
        .collect()
}
