//! Whom an open task is told: those it waits for when it opens, and whoever stands on the rung of its ladder that is
//! reached.
//!
//! Invariant: a task about many things is told once, and a section that is not started tells nobody.

use super::duties;
use super::list::Task;
use super::notice::{link, unread};
use crate::act::Before;
use crate::mine::found_told;
use crate::remind::Reminder;
use crate::{Error, House};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_rules::flow::people;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::occur::{self, Open, Waits};
use schoolkeeper_rules::{CompiledControl, Ctx};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// Names on a ladder that mean whoever does the task.
const OWNERS: [&str; 2] = ["owner", "deputy"];

impl House {
    /// What is told of the open tasks of a school.
    pub(crate) async fn open_tasks_told(&self, before: &Before, school: &School) -> Result<Vec<Reminder>, Error> {
        let mut out: BTreeMap<String, Reminder> = BTreeMap::new();
        for (policy, ctx) in before.policies() {
            for (control, spec) in duties(policy) {
                for open in occur::open(ctx, control, spec) {
                    let mut told = vec![opened(&open)];
                    told.extend(rung(ctx, control, &open));
                    let task = Task::of(ctx, (policy, school), (control, spec), open);
                    for (people, when) in told {
                        let key = format!("task:{}:{}:{}:{}:{when}", school.id, task.pack, task.control, task.due);
                        if let Some(reminder) = out.get_mut(&key) {
                            reminder.people.extend(people);
                            "/mine".clone_into(&mut reminder.link);
                            continue;
                        }
                        let reminder =
                            Reminder { people, by: Some(task.due), link: task.link.clone(), key: key.clone() };
                        out.insert(key, reminder);
                    }
                }
            }
        }
        for (notice, people) in unread(before) {
            let (key, link) = (format!("notice:{}:{notice}", school.id), link(school, notice));
            out.insert(key.clone(), Reminder { people, by: None, link, key });
        }
        out.extend(found_told(before, school).into_iter().map(|one| (one.key.clone(), one)));
        out.extend(self.new_year_told(before, school).await?);
        let mut all: Vec<Reminder> = out.into_values().collect();
        for reminder in &mut all {
            reminder.people.sort_unstable();
            reminder.people.dedup();
        }
        Ok(all)
    }
}

impl House {
    /// In July those who lead are told to prepare the new year.
    async fn new_year_told(&self, before: &Before, school: &School) -> Result<Option<(String, Reminder)>, Error> {
        let today = before.world().calendar.day(before.world().now);
        let any = before.policies().any(|(policy, _)| duties(policy).next().is_some());
        if today.month() != 7 || !any {
            return Ok(None);
        }
        let people = self.posts(&self.read().await?, school).await?.leaders();
        let key = format!("new-year:{}:{}", school.id, today.year());
        let link = format!("/school/{}/new-year", school.slug);
        Ok(Some((key.clone(), Reminder { people, by: Some(today.last_of_month()), link, key })))
    }
}

/// Those it waits for now.
fn opened(open: &Open) -> (Vec<EntryId>, String) {
    let signs = open.waits == Waits::Countersigning;
    let doers = if signs { &open.countersigners } else { &open.owners };
    (doers.people.iter().copied().collect(), if signs { "sign".to_owned() } else { "open".to_owned() })
}

/// Those of the last rung that is reached.
fn rung(ctx: Ctx<'_>, control: &CompiledControl, open: &Open) -> Option<(Vec<EntryId>, String)> {
    let told = occur::told(ctx, control, open)?;
    let about = open.subject.map(|(register, row)| Row::at(ctx.world, register, row));
    let mut out: Vec<EntryId> = Vec::new();
    for name in &told.who {
        if OWNERS.contains(&&**name) {
            out.extend(&open.owners.people);
        } else {
            out.extend(people::all_of(ctx, std::slice::from_ref(name), about));
        }
    }
    Some((out, told.when.as_second().to_string()))
}
