//! What somebody found bad when they did a task, and is somebody's to see to until it is found good.
//!
//! Invariant: it is told whom the line of the checklist names, else whoever does the task; on time or late makes no
//! difference to it.

use super::{Mine, What};
use crate::act::Before;
use crate::remind::Reminder;
use crate::{dates, duty};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_rules::occur::{self, BadAnswer};
use schoolkeeper_rules::{CompiledControl, Ctx};
use schoolkeeper_store::School;
use std::collections::BTreeSet;

/// What of it is somebody's; one line for all that a task found for them.
/// `drafts`: policies they may write and that are being written, so what began a draft leads there.
pub(super) fn of(before: &Before, school: &School, (person, drafts): (EntryId, &BTreeSet<Name>)) -> Vec<Mine> {
    let mut out = Vec::new();
    for (ctx, control, all) in found(before) {
        let own: Vec<&BadAnswer<'_>> =
            all.iter().filter(|(_, people)| people.contains(&person)).map(|(one, _)| one).collect();
        let Some(first) = own.iter().min_by_key(|one| one.since) else { continue };
        let title = match own.len() {
            1 => first.words(),
            many => format!("{many} bad answers: {}", control.control.title),
        };
        let since = dates::long(ctx.world.calendar.day(first.since));
        let about = format!("{}. Found on {since}", control.control.title);
        let pack = ctx.pack.pack.head.id.get_ref();
        let waits = drafts.contains(pack) && own.iter().any(|one| one.item.draft);
        let (about, link) = if waits {
            (format!("{about}. The policy is being written"), format!("/school/{}/edition/{pack}", school.slug))
        } else {
            (about, link(ctx, school, control))
        };
        out.push(Mine { what: What::Fix, title, about, due: None, late: false, link });
    }
    out
}

/// Whom it is told by mail, once for each bad answer.
pub(crate) fn told(before: &Before, school: &School) -> Vec<Reminder> {
    let mut out = Vec::new();
    for (ctx, control, all) in found(before) {
        let (pack, id) = (ctx.pack.pack.head.id.get_ref(), &control.control.id);
        for (one, people) in all {
            let about = one.about.map_or_else(|| duty::WHOLE.to_owned(), |row| row.id().to_string());
            let since = one.since.as_second();
            out.push(Reminder {
                people,
                by: None,
                link: link(ctx, school, control),
                key: format!("found:{}:{pack}:{id}:{}:{about}:{since}", school.id, one.item.name),
            });
        }
    }
    out
}

type Found<'b> = (Ctx<'b>, &'b CompiledControl, Vec<(BadAnswer<'b>, Vec<EntryId>)>);

fn found(before: &Before) -> impl Iterator<Item = Found<'_>> {
    before.policies().flat_map(|(policy, ctx)| {
        duty::duties(policy).map(move |(control, spec)| {
            let all = occur::bad_answers(ctx, control, spec).into_iter();
            let whose = |one: &BadAnswer<'_>| one.doers(ctx, control, spec).people.into_iter().collect();
            (ctx, control, all.map(|one| (one, whose(&one))).collect())
        })
    })
}

/// The statement behind the task: whoever it is told may read it, whatever else they see.
fn link(ctx: Ctx<'_>, school: &School, control: &CompiledControl) -> String {
    let pack = &ctx.pack.pack;
    let policy = format!("/school/{}/policy/{}", school.slug, pack.head.id.get_ref());
    match pack.clauses_of(&control.control.id).next() {
        Some(clause) => format!("{policy}/statement/{}", clause.id.get_ref()),
        None => policy,
    }
}
