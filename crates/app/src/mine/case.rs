//! What waits for somebody in incidents: a step, closing it; and what became of what they reported.

use super::{Mine, What};
use crate::act::Before;
use crate::case::{self, Of, Stand};
use crate::request::id_of;
use jiff::SignedDuration;
use schoolkeeper_core::phrase::When;
use schoolkeeper_rules::expr::Truth;
use schoolkeeper_rules::flow::case::{Timer, concerns, doers, is_now_for, is_open, may_handle, stands_above, timers};
use schoolkeeper_rules::flow::clock::last_day;
use schoolkeeper_rules::flow::people::meant;
use schoolkeeper_rules::flow::record::Row;

/// What was closed is shown to its reporter for so long.
const NEWS_DAYS: i64 = 14;

/// Every line, of a school by its address.
pub(super) fn of(before: &Before, school: &str) -> Vec<Mine> {
    let Some(person) = before.person() else { return Vec::new() };
    let mut out = Vec::new();
    for (of, row) in case::all(before) {
        let link = format!("/school/{school}/case/{}", row.id());
        let mine = waits(of, row, person).or_else(|| reported(of, row, person));
        out.extend(mine.map(|mine| Mine { link, ..mine }));
    }
    out
}

fn mine(of: Of<'_>, what: What, about: String) -> Mine {
    Mine { what, title: of.title(), about, due: None, late: false, link: String::new() }
}

/// A step of theirs; once no step is open, closing it for those who were told first.
fn waits(of: Of<'_>, row: Row<'_>, person: usize) -> Option<Mine> {
    if !is_open(row) {
        return None;
    }
    let timers = timers(of.ctx, of.control, of.spec, row);
    let open = |timer: &&Timer| timer.is_step && timer.stopped.is_none() && timer.started.is_some();
    let of_step = |name: &str| of.spec.steps.iter().find(|step| *step.name == *name);
    let theirs = timers.iter().filter(open).filter(|timer| {
        let step = of_step(&timer.name);
        step.is_some_and(|step| !doers(step).is_empty() && is_now_for(of.ctx, of.control, of.spec, (step, row), person))
    });
    if let Some(timer) = theirs.min_by_key(|timer| (timer.due().is_none(), timer.due())) {
        let due = timer.due().map(|due| last_day(of.ctx, due));
        return Some(Mine { due, late: timer.is_missed(), ..mine(of, What::Do, case::title_of(&timer.name)) });
    }
    let steps_open = timers.iter().any(|timer| open(&timer));
    let opened = of.control.control.tell.iter().filter(|tell| tell.when == When::Opened);
    let first: Vec<_> = opened.flat_map(|tell| tell.who.iter().cloned()).collect();
    let told = meant(of.ctx, &first, person, Some(row)).truth == Truth::True || stands_above(of.ctx, row, person);
    let theirs = told && may_handle(of.ctx, of.control, row, person) && !concerns(row, id_of(of.ctx, person));
    if steps_open || !theirs {
        return None;
    }
    let clock = timers.iter().filter(|timer| timer.stopped.is_none()).filter_map(Timer::due).min();
    let due = clock.map(|due| last_day(of.ctx, due));
    let late = Stand::of(of, row) == Stand::Late;
    Some(Mine { due, late, ..mine(of, What::Do, "Write what was done, and close it".to_owned()) })
}

/// What became of what they reported; nothing once it is old news.
fn reported(of: Of<'_>, row: Row<'_>, person: usize) -> Option<Mine> {
    if row.one("reporter") != Some(id_of(of.ctx, person)) {
        return None;
    }
    let fresh = |at: jiff::Timestamp| of.ctx.world.now.duration_since(at) < SignedDuration::from_hours(24 * NEWS_DAYS);
    let about = match row.instant("closed_at") {
        None => "You reported it. It is being dealt with".to_owned(),
        Some(at) if fresh(at) => "You reported it. It is closed".to_owned(),
        Some(_) => return None,
    };
    Some(mine(of, What::Asked, about))
}
