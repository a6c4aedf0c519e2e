//! The new school year: what is to be ready on 1 September, how far it is, and the yearly tasks spread over the year.
//!
//! Invariant: how far a step is follows from the records; only the spread is stored, and only by somebody's act.

mod spread;

use crate::act::Before;
use crate::agreement::places;
use crate::appointment::Posts;
use crate::authority::Try;
use crate::duty::{Yearly, yearly};
use crate::request::id_of;
use crate::training::{Has, matrix};
use crate::{Error, House, dates};
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_rules::flow::agreement as engine;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use schoolkeeper_store::task_plan::PlannedTask;
use std::collections::{BTreeMap, BTreeSet};

/// The act behind it.
const ACT: &str = "calendar.set";
/// So many months of a school year over, the next one is prepared.
const NEXT_AFTER_MONTHS: i64 = 8;
/// The dates of a year are known when they reach so many months into it.
const KNOWN_MONTHS: i64 = 10;
/// What is brought in so long before a year belongs to it.
const BEFORE_DAYS: i64 = 92;
/// So many of the last imports are looked through for the staff list.
const IMPORTS_MAX: u32 = 200;
/// Tasks of a role in a fortnight, as it is proposed.
pub const MOST: usize = 3;
/// As many as may be asked for.
pub const MOST_MAX: usize = 20;

/// One thing to be ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub title: &'static str,
    /// How far it is.
    pub words: String,
    /// Nothing is left to do.
    pub done: bool,
    /// Words and path of where it is done.
    pub link: (&'static str, String),
}

/// A yearly task with the day it would be planned for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// The policy.
    pub pack: Name,
    /// Its control.
    pub control: Name,
    /// What it is called.
    pub title: String,
    /// Whose it is, by role.
    pub owner: String,
    /// Its last day, as the policy says.
    pub due: Date,
    /// The day it would be planned for; none where it does not fit.
    pub day: Option<Date>,
    /// The day it is planned for now.
    pub planned: Option<Date>,
}

/// Which year is looked at, and how its tasks would be spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearAsked {
    /// Most tasks of a role in a fortnight.
    pub most: usize,
    /// The year after the one that runs, however long that still does.
    pub next: bool,
}

impl Default for YearAsked {
    fn default() -> Self {
        Self { most: MOST, next: false }
    }
}

/// What the page shows.
#[derive(Debug)]
pub struct NewYear {
    /// Its first day.
    pub from: Date,
    /// It has begun already.
    pub runs: bool,
    /// What is to be ready, in order.
    pub steps: Vec<Step>,
    /// Its yearly tasks, by the day they would be planned for.
    pub spread: Vec<Spread>,
    /// Most tasks of a role in a fortnight.
    pub most: usize,
}

impl House {
    /// How far a school is with its new year, and how its yearly tasks would be spread from today on.
    pub async fn new_year(&self, actor: &Actor, school: &School, asked: YearAsked) -> Result<NewYear, Error> {
        self.scope_at(actor, ACT, school).await?;
        let before = self.before(actor, school).await?;
        let from = year_of(&before, asked.next);
        let most = asked.most.clamp(1, MOST_MAX);
        let read = self.read().await?;
        let plan = read.task_plan(&Scope::system("new year"), school.id, from).await?;
        let brought = read.imports(&Scope::system("new year"), school.id, None, IMPORTS_MAX).await?;
        let posts = self.posts(&read, school).await?;
        let needed = self.needed(&read, &Scope::system("new year"), school).await?;
        drop(read);
        let spread = spread_of(&before, (from, most), &plan);
        let brought = brought.iter().find(|import| &*import.register == "person");
        let brought = brought.map(|import| before.world().calendar.day(import.at));
        let steps = vec![
            dates_known(&before, school, from),
            roles_held(&posts, school, (from.max(posts.today), needed.keys())),
            people_known(&before, &posts, school, (from, brought)),
            joiners_ready(&before, school, from),
            agreements_signed(&before, school),
            training_had(&before, school),
            tasks_spread(&spread),
        ];
        Ok(NewYear { from, runs: from <= posts.today, steps, spread, most })
    }

    /// Plans the yearly tasks as they were shown; says how many.
    pub async fn plan_year(&self, actor: &Actor, school: &School, asked: YearAsked) -> Result<usize, Error> {
        let scope = self.allow(actor, school, &Try::plain(ACT)).await?.scope;
        let year = self.new_year(actor, school, asked).await?;
        let planned = year.spread.into_iter().filter_map(|one| {
            Some(PlannedTask { pack: one.pack, control: one.control, due: one.due, planned_on: one.day? })
        });
        let planned: Vec<PlannedTask> = planned.collect();
        let days = (year.from, last_of(year.from));
        let mut write = self.write().await?;
        if !write.set_task_plan(&scope, (school.id, days), &planned, self.now()).await? {
            return Err(Error::Missing);
        }
        write.commit().await?;
        Ok(planned.len())
    }

    /// The days tasks are planned for: by policy, control and due date.
    pub(crate) async fn planned(&self, school: &School) -> Result<BTreeMap<(Name, Name, Date), Date>, Error> {
        let from = self.today(school).saturating_sub(1.year());
        let plan = self.read().await?.task_plan(&Scope::system("plan"), school.id, from).await?;
        Ok(plan.into_iter().map(|one| ((one.pack, one.control, one.due), one.planned_on)).collect())
    }
}

/// The school year that is looked at: the one that runs, or towards its end the next one.
fn year_of(before: &Before, next: bool) -> Date {
    let calendar = &before.world().calendar;
    let today = calendar.day(before.world().now);
    let from = calendar.school_year_start(today);
    if !next && today < from.saturating_add(NEXT_AFTER_MONTHS.months()) { from } else { from.saturating_add(1.year()) }
}

fn last_of(from: Date) -> Date {
    from.saturating_add(1.year()).yesterday().unwrap_or(from)
}

fn spread_of(before: &Before, (from, most): (Date, usize), plan: &[PlannedTask]) -> Vec<Spread> {
    let to = last_of(from);
    let (tasks, busy): (Vec<Yearly>, Vec<Yearly>) =
        yearly(before, (from, to)).into_iter().partition(|task| task.once_a_year);
    let calendar = &before.world().calendar;
    let staff = |day: Date| calendar.is_staff_day(day) == Ok(true);
    let today = calendar.day(before.world().now);
    let wanted: Vec<spread::ToPlan> = tasks
        .iter()
        .map(|task| spread::ToPlan { role: task.owner.clone(), opens: task.opens.max(today), due: task.due })
        .collect();
    let busy: Vec<(String, Date)> = busy.into_iter().map(|task| (task.owner, task.due)).collect();
    let days = spread::spread(&wanted, &busy, &spread::Slots { from, to, most, staff: &staff });
    let found = |task: &Yearly| {
        let known = plan.iter().find(|one| one.pack == task.pack && one.control == task.control && one.due == task.due);
        known.map(|one| one.planned_on)
    };
    let line = |(task, day): (Yearly, Option<Date>)| Spread {
        planned: found(&task),
        pack: task.pack,
        control: task.control,
        title: task.title,
        owner: task.owner,
        due: task.due,
        day,
    };
    let mut out: Vec<Spread> = tasks.into_iter().zip(days).map(line).collect();
    out.sort_by(|a, b| (a.day.is_none(), a.day, &a.owner, &a.title).cmp(&(b.day.is_none(), b.day, &b.owner, &b.title)));
    out
}

fn dates_known(before: &Before, school: &School, from: Date) -> Step {
    let ends = before.world().calendar.ends_on();
    let done = ends.is_some_and(|end| end >= from.saturating_add(KNOWN_MONTHS.months()));
    let words = match ends {
        Some(end) => format!("We know the school's dates until {}.", dates::long(end)),
        None => "We do not know the school's dates.".to_owned(),
    };
    let link = ("Give the term dates", format!("/school/{}/calendar/change", school.slug));
    Step { title: "Term dates", words, done, link }
}

fn roles_held<'a>(posts: &Posts, school: &School, (day, needed): (Date, impl Iterator<Item = &'a Name>)) -> Step {
    let vacant = |role: &&Name| {
        let known = posts.roles.get(role).is_some();
        let held = posts.roles.holders(&posts.appointments, role, day);
        known && held.is_empty() && posts.roles.standing_in(&posts.appointments, role, day).is_empty()
    };
    let vacant: Vec<String> = needed.filter(vacant).map(|role| posts.title(role)).collect();
    let day = dates::long(day);
    let words = match vacant.len() {
        0 => format!("Every role that a statement needs is held on {day}."),
        1 => format!("1 role is held by nobody on {day}: {}.", vacant[0]),
        many => format!("{many} roles are held by nobody on {day}: {}.", vacant.join(", ")),
    };
    let link = ("See the roles", format!("/school/{}/roles", school.slug));
    Step { title: "Who holds which role", words, done: vacant.is_empty(), link }
}

fn people_known(before: &Before, posts: &Posts, school: &School, (from, brought): (Date, Option<Date>)) -> Step {
    let early = from.saturating_sub(BEFORE_DAYS.days());
    let staff: Vec<Row<'_>> =
        Row::all(before.world(), "person").filter(|row| row.text("kind") != Some("pupil")).collect();
    let leavers: Vec<(&Row<'_>, Date)> = staff
        .iter()
        .filter_map(|row| Some((row, row.date("last_day").filter(|day| early <= *day && *day <= from)?)))
        .collect();
    let left = leavers.iter().filter(|(row, last)| {
        let own = posts.appointments.iter().filter(|one| one.person == row.id());
        own.clone().any(|one| one.until.is_none_or(|until| until > *last))
    });
    let left = left.count();
    let fresh = brought.filter(|day| early <= *day);
    let list = fresh.map_or_else(
        || "The staff list of the new year was not brought in yet.".to_owned(),
        |day| format!("The staff list was brought in on {}.", dates::long(day)),
    );
    let leave = match leavers.len() {
        0 => "Nobody is on record who leaves.".to_owned(),
        1 => format!("1 leaves, {left} of them holding a role after the last day."),
        many => format!("{many} leave, {left} of them holding a role after their last day."),
    };
    let words = format!("{list} {leave}");
    let link = match fresh {
        None => ("Bring in the staff list", format!("/school/{}/records/person/import", school.slug)),
        Some(_) => ("Hand over what they leave", format!("/school/{}/handover", school.slug)),
    };
    Step { title: "Joiners and leavers", words, done: fresh.is_some() && left == 0, link }
}

/// Whoever begins with the year, or began shortly before: what they have still to sign and to learn.
fn joiners_ready(before: &Before, school: &School, from: Date) -> Step {
    let days = from.saturating_sub(BEFORE_DAYS.days())..=from.saturating_add(1.month());
    let begins = |row: &Row<'_>| row.date("first_day").is_some_and(|day| days.contains(&day));
    let staff = Row::all(before.world(), "person").filter(|row| row.text("kind") != Some("pupil"));
    let joiners: BTreeSet<EntryId> = staff.filter(begins).map(Row::id).collect();
    let mut unsigned = BTreeSet::new();
    for place in places(before).into_iter().filter(crate::agreement::Place::is_started) {
        let roll = engine::roll(place.ctx, place.control, place.spec);
        let open = roll.iter().filter(|line| line.signed.at.is_none());
        unsigned.extend(open.map(|line| id_of(place.ctx, line.signer.person)).filter(|id| joiners.contains(id)));
    }
    let lines = matrix(before).lines;
    let lack = lines.iter().filter(|line| joiners.contains(&line.person) && line.worst() != Has::Yes).count();
    let words = match joiners.len() {
        0 => "Nobody is on record who begins. Their first day stands in the staff list.".to_owned(),
        all => {
            let begin = if all == 1 { "begins" } else { "begin" };
            format!("{all} {begin}. Still to sign: {}. Without a course they need: {lack}.", unsigned.len())
        }
    };
    let link = ("See the staff list", format!("/school/{}/records/person", school.slug));
    Step { title: "Those who begin", words, done: !joiners.is_empty() && unsigned.is_empty() && lack == 0, link }
}

fn training_had(before: &Before, school: &School) -> Step {
    let matrix = matrix(before);
    let have = matrix.lines.iter().filter(|line| line.worst() == Has::Yes).count();
    let words = match matrix.courses.len() {
        0 => "The policy asks nobody for a course.".to_owned(),
        _ => format!("{have} of {} have every course that is asked of them.", matrix.lines.len()),
    };
    let link = ("See who lacks what", format!("/school/{}/training", school.slug));
    Step { title: "Training", words, done: have == matrix.lines.len(), link }
}

fn agreements_signed(before: &Before, school: &School) -> Step {
    let (mut open, mut words) = (0, Vec::new());
    for place in places(before).into_iter().filter(crate::agreement::Place::is_started) {
        let roll = engine::roll(place.ctx, place.control, place.spec);
        if roll.is_empty() {
            continue;
        }
        let signed = roll.iter().filter(|line| line.signed.at.is_some()).count();
        open += roll.len() - signed;
        words.push(format!("{}: {signed} of {} have signed.", place.title(), roll.len()));
    }
    let words =
        if words.is_empty() { "The policy asks nobody to sign anything yet.".to_owned() } else { words.join(" ") };
    let link = ("Publish the new versions", format!("/school/{}/agreements/anew", school.slug));
    Step { title: "Agreements signed anew", words, done: open == 0, link }
}

fn tasks_spread(spread: &[Spread]) -> Step {
    let planned = spread.iter().filter(|one| one.planned.is_some()).count();
    let words = match spread.len() {
        0 => "No yearly task has a date in that year yet.".to_owned(),
        all => format!("{planned} of {all} yearly tasks have a day."),
    };
    let link = ("Spread them", "#spread".to_owned());
    Step { title: "Yearly tasks", words, done: planned > 0 && planned == spread.len(), link }
}
