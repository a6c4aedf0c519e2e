//! Tasks that are somebody's: to do, and to sign after another.

use super::{Mine, What};
use crate::act::Before;
use crate::dates;
use crate::duty::{self, Task};
use crate::register::cell::choice;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_rules::expr::Truth;
use schoolkeeper_rules::flow::people;
use schoolkeeper_rules::occur::{self, Part, Waits};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// The days tasks are planned for: by policy, control and due date.
type Planned = BTreeMap<(Name, Name, jiff::civil::Date), jiff::civil::Date>;

/// What waits for a person at a school; one line for the same task about several things. The headteacher hears of what
/// others are late with, in one line for each of them.
pub(super) fn of(before: &Before, school: &School, (person, planned, heads): (EntryId, &Planned, bool)) -> Vec<Mine> {
    let mut out: BTreeMap<(String, String, jiff::civil::Date, Part), (Mine, usize)> = BTreeMap::new();
    let mut late: BTreeMap<String, (jiff::civil::Date, usize)> = BTreeMap::new();
    for task in duty::open_tasks(before, school) {
        let Some(part) = task.open.part_of(person) else {
            if task.late {
                let (first, count) = late.entry(task.owner.clone()).or_insert((task.due, 0));
                (*first, *count) = (task.due.min(*first), *count + 1);
            }
            continue;
        };
        let key = (task.pack.to_string(), task.control.to_string(), task.due, part);
        match out.get_mut(&key) {
            Some((mine, count)) => {
                *count += 1;
                mine.about = format!("{count} things");
            }
            None => drop(out.insert(key, (line(&task, part, planned), 1))),
        }
    }
    let mut out: Vec<Mine> = out.into_values().map(|(mine, _)| mine).collect();
    if heads {
        out.extend(late.into_iter().map(|(owner, (first, count))| past(school, &owner, (first, count))));
    }
    out
}

/// What was decided in a review and is theirs to carry out.
pub(super) fn decided(before: &Before, school: &School) -> Vec<Mine> {
    let Some(me) = before.person() else { return Vec::new() };
    let mut out = Vec::new();
    for (policy, ctx) in before.policies() {
        let today = ctx.world.calendar.day(ctx.world.now);
        for (control, spec) in duty::duties(policy) {
            let Some(follow) = spec.decide_each.as_ref().and_then(|each| each.task.as_ref()) else { continue };
            for one in occur::follow_ups(ctx, &control.control, spec) {
                if people::meant(ctx, &follow.to.0, me, Some(one.entry)).truth != Truth::True {
                    continue;
                }
                let (slug, kind) = (&school.slug, one.entry.kind());
                out.push(Mine {
                    what: What::Do,
                    title: format!("{}: {}", choice(&one.answer), one.entry.name()),
                    about: format!("Decided on {}. {}", dates::long(one.decided_on), control.control.title),
                    due: one.due,
                    late: one.due.is_some_and(|due| due < today),
                    link: format!("/school/{slug}/records/{kind}/{}", one.entry.id()),
                });
            }
        }
    }
    out
}

fn past(school: &School, owner: &str, (first, count): (jiff::civil::Date, usize)) -> Mine {
    let many = if count == 1 { "1 task is".to_owned() } else { format!("{count} tasks are") };
    Mine {
        what: What::Fix,
        title: format!("{many} late with: {owner}"),
        about: "Theirs to do; you may have to ask".to_owned(),
        due: Some(first),
        late: true,
        link: format!("/school/{}/tasks", school.slug),
    }
}

fn line(task: &Task, part: Part, planned: &Planned) -> Mine {
    let day = planned.get(&(task.pack.clone(), task.control.clone(), task.due));
    let about = task.about.as_ref().map_or_else(String::new, |(_, name)| name.clone());
    let (what, about) = match (part, task.waits) {
        (Part::Countersigner, _) => (What::Decide, join("Done by another, waits for your signature", &about)),
        (_, Waits::Records) => (What::Do, join("The records do not show it yet", &about)),
        (Part::Helper, _) => (What::Do, join("You take part", &about)),
        _ => (What::Do, about),
    };
    let day = day.filter(|_| !task.late && what == What::Do);
    let about = day.map_or(about.clone(), |day| join(&format!("Planned for {}", dates::with_weekday(*day)), &about));
    let doing = task.waits == Waits::Doing;
    let link = task.tally.as_ref().filter(|_| doing).unwrap_or(&task.link).clone();
    Mine { what, title: task.title.clone(), about, due: Some(task.due), late: task.late, link }
}

fn join(words: &str, about: &str) -> String {
    if about.is_empty() { words.to_owned() } else { format!("{about}. {words}") }
}

/// The next task of theirs to open.
pub(super) fn next(before: &Before) -> Option<(jiff::civil::Date, String)> {
    let person = before.person()?;
    duty::next_of(before, |ctx, spec| people::meant(ctx, &spec.owner.0, person, None).truth == Truth::True)
}
