//! Tasks that are somebody's: to do, and to sign after another.

use super::{Mine, What};
use crate::act::Before;
use crate::dates;
use crate::duty::{self, Task};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_rules::flow::people;
use schoolkeeper_rules::occur::{Part, Waits};
use schoolkeeper_store::School;
use std::collections::BTreeMap;

/// The days tasks are planned for: by policy, control and due date.
type Planned = BTreeMap<(Name, Name, jiff::civil::Date), jiff::civil::Date>;

/// What waits for a person at a school; one line for the same task about several things.
pub(super) fn of(before: &Before, school: &School, (person, planned): (EntryId, &Planned)) -> Vec<Mine> {
    let mut out: BTreeMap<(String, String, jiff::civil::Date, Part), (Mine, usize)> = BTreeMap::new();
    for task in duty::open_tasks(before, school) {
        let Some(part) = task.open.part_of(person) else { continue };
        let key = (task.pack.to_string(), task.control.to_string(), task.due, part);
        match out.get_mut(&key) {
            Some((mine, count)) => {
                *count += 1;
                mine.about = format!("{count} things");
            }
            None => drop(out.insert(key, (line(&task, part, planned), 1))),
        }
    }
    out.into_values().map(|(mine, _)| mine).collect()
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
    let doing = task.waits == Waits::Doing && !task.late;
    let link = task.tally.as_ref().filter(|_| doing).unwrap_or(&task.link).clone();
    Mine { what, title: task.title.clone(), about, due: Some(task.due), late: task.late, link }
}

fn join(words: &str, about: &str) -> String {
    if about.is_empty() { words.to_owned() } else { format!("{about}. {words}") }
}

/// The next task of theirs to open.
pub(super) fn next(before: &Before) -> Option<(jiff::civil::Date, String)> {
    let person = before.person()?;
    duty::next_of(before, |ctx, spec| {
        people::meant(ctx, &spec.owner.0, person, None).truth == schoolkeeper_rules::expr::Truth::True
    })
}
