//! The whole school's tasks of a school year, month by month.

use super::list::owner_words;
use super::{duties, link};
use crate::act::Before;
use crate::{Error, House};
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::Unit;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::occur::occurrence::every_of;
use schoolkeeper_rules::occur::{occurrences, owner_names};
use schoolkeeper_store::School;
use std::collections::{BTreeMap, BTreeSet};

/// What comes more often in a year is no work of a day.
const OFTEN: usize = 13;
/// More than so many of one task in a month stand as one line.
const EACH_MAX: usize = 3;

/// A month.
#[derive(Debug, PartialEq, Eq)]
pub struct YearMonth {
    /// Its first day.
    pub first: Date,
    /// Its tasks, by date.
    pub tasks: Vec<YearTask>,
}

/// A task in a month.
#[derive(Debug, PartialEq, Eq)]
pub struct YearTask {
    /// Its due date; of one that comes often the first.
    pub due: Date,
    /// The day it is meant for.
    pub planned: Option<Date>,
    /// How many of them were done, for one thing at least.
    pub done: usize,
    /// How many times this month.
    pub times: usize,
    /// What it is called.
    pub title: String,
    /// Whose it is, by role.
    pub owner: String,
    /// Path of its page, while it can be opened.
    pub link: Option<String>,
}

/// One occurrence of a task of a year.
#[derive(Clone, Debug)]
pub(crate) struct Yearly {
    pub pack: Name,
    pub control: Name,
    pub title: String,
    pub owner: String,
    pub opens: Date,
    pub due: Date,
    /// It comes once a year or less, so it can be spread.
    pub once_a_year: bool,
}

impl House {
    /// Every dated task of a school from the start of its school year, twelve months on, in the month it is planned for
    /// or else due.
    pub async fn task_year(&self, actor: &Actor, school: &School) -> Result<Vec<YearMonth>, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        let planned = self.planned(school).await?;
        let calendar = &before.world().calendar;
        let today = calendar.day(before.world().now);
        let from = calendar.school_year_start(today);
        let until = from.saturating_add(1.year()).yesterday().unwrap_or(today);
        let mut months: BTreeMap<Date, Vec<YearTask>> = BTreeMap::new();
        for (policy, ctx) in before.policies() {
            for (control, spec) in duties(policy).filter(|(_, spec)| spec.on.is_none()) {
                let mut by_month: BTreeMap<Date, Vec<(Date, Option<Date>, bool)>> = BTreeMap::new();
                let done = done_days(ctx, &control.control.id);
                for one in occurrences(ctx, control, spec, (from, until)).unwrap_or_default() {
                    let key = (policy.id().clone(), control.control.id.clone(), one.due);
                    let day = planned.get(&key).copied();
                    by_month.entry(day.unwrap_or(one.due).first_of_month()).or_default().push((
                        one.due,
                        day,
                        done.iter().any(|day| one.is_named(*day)),
                    ));
                }
                let owner = owner_words(&policy.live.pack, &owner_names(ctx, &control.control.id, spec), false);
                for (month, days) in by_month {
                    let each = days.len() <= EACH_MAX;
                    let shown = if each { &days[..] } else { &days[..1] };
                    let whole = spec.subject.is_none() && spec.sample.is_none();
                    let tasks = shown.iter().map(|(due, planned, done)| YearTask {
                        done: if each { usize::from(*done) } else { days.iter().filter(|day| day.2).count() },
                        due: *due,
                        planned: *planned,
                        times: if each { 1 } else { days.len() },
                        title: control.control.title.clone(),
                        owner: owner.clone(),
                        link: (whole && each && *due >= today)
                            .then(|| link(school, (policy.id(), &control.control.id), (*due, None))),
                    });
                    months.entry(month).or_default().extend(tasks);
                }
            }
        }
        let month = |(first, mut tasks): (Date, Vec<YearTask>)| {
            let day = |task: &YearTask| task.planned.unwrap_or(task.due);
            tasks.sort_by(|a, b| (day(a), &a.title).cmp(&(day(b), &b.title)));
            YearMonth { first, tasks }
        };
        Ok(months.into_iter().map(month).collect())
    }
}

/// Due dates for which something was written down that is not left out.
fn done_days(ctx: Ctx<'_>, control: &str) -> BTreeSet<Date> {
    let done = Row::all(ctx.world, "done").filter(|row| row.text("control") == Some(control));
    let is_done = |row: &Row<'_>| ["skipped_because", "missed_because"].iter().all(|why| row.text(why).is_none());
    done.filter(is_done).filter_map(|row| row.date("occurrence")).collect()
}

/// Everything that falls due in a year but what comes more often than monthly.
pub(crate) fn yearly(before: &Before, year: (Date, Date)) -> Vec<Yearly> {
    let mut out = Vec::new();
    for (policy, ctx) in before.policies() {
        for (control, spec) in duties(policy).filter(|(_, spec)| spec.on.is_none()) {
            let all = occurrences(ctx, control, spec, year).unwrap_or_default();
            if all.len() > OFTEN {
                continue;
            }
            let owner = owner_words(&policy.live.pack, &owner_names(ctx, &control.control.id, spec), false);
            let once_a_year = all.len() == 1 && is_yearly(ctx, spec);
            out.extend(all.into_iter().map(|one| Yearly {
                pack: policy.id().clone(),
                control: control.control.id.clone(),
                title: control.control.title.clone(),
                owner: owner.clone(),
                opens: one.opens,
                due: one.due,
                once_a_year,
            }));
        }
    }
    out
}

fn is_yearly(ctx: Ctx<'_>, spec: &Duty) -> bool {
    let every = spec.every.as_ref().and_then(|every| every_of(ctx, every.get_ref()).ok());
    every.is_some_and(|every| match every.0.unit {
        Unit::Year | Unit::SchoolYear => true,
        Unit::Month => every.0.count >= 12,
        Unit::Term => every.0.count >= 3,
        _ => false,
    })
}
