//! The whole school's tasks of a school year, month by month.

use super::list::owner_words;
use super::{duties, link};
use crate::{Error, House};
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_rules::occur::{occurrences, owner_names};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

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
    /// How many times this month.
    pub times: usize,
    /// What it is called.
    pub title: String,
    /// Whose it is, by role.
    pub owner: String,
    /// Path of its page, while it can be opened.
    pub link: Option<String>,
}

impl House {
    /// Every dated task of a school from the start of its school year, twelve months on.
    pub async fn task_year(&self, actor: &Actor, school: &School) -> Result<Vec<YearMonth>, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        let calendar = &before.world().calendar;
        let today = calendar.day(before.world().now);
        let from = calendar.school_year_start(today);
        let until = from.saturating_add(1.year()).yesterday().unwrap_or(today);
        let mut months: BTreeMap<Date, Vec<YearTask>> = BTreeMap::new();
        for (policy, ctx) in before.policies() {
            for (control, spec) in duties(policy).filter(|(_, spec)| spec.on.is_none()) {
                let mut by_month: BTreeMap<Date, Vec<Date>> = BTreeMap::new();
                for one in occurrences(ctx, control, spec, (from, until)).unwrap_or_default() {
                    by_month.entry(one.due.first_of_month()).or_default().push(one.due);
                }
                let owner = owner_words(&policy.live.pack, &owner_names(ctx, &control.control.id, spec), false);
                for (month, days) in by_month {
                    let each = days.len() <= EACH_MAX;
                    let shown = if each { &days[..] } else { &days[..1] };
                    let whole = spec.subject.is_none() && spec.sample.is_none();
                    let tasks = shown.iter().map(|due| YearTask {
                        due: *due,
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
            tasks.sort_by(|a, b| (a.due, &a.title).cmp(&(b.due, &b.title)));
            YearMonth { first, tasks }
        };
        Ok(months.into_iter().map(month).collect())
    }
}
