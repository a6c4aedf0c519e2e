//! Who hears of an incident by mail: those the policy names at its moments, and whoever has a step to do. What is to be told
//! is worked out by the engine; here it becomes mails, each once.
//!
//! Invariant: a mail names nobody and nothing: it holds a link, which asks who opens it. Whom an incident concerns hears
//! of it only where the policy names them as such.

use super::{CASE, Of, RELATIONS, of_row, of_school};
use crate::act::Before;
use crate::mail::NewMail;
use crate::{Error, House};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_core::phrase::When;
use schoolkeeper_rules::flow::case::{concerns, is_open, timers, unopened};
use schoolkeeper_rules::flow::clock::last_day;
use schoolkeeper_rules::flow::people::all_of;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{Told, told_by};
use schoolkeeper_store::School;
use std::collections::BTreeSet;

/// What should have been told longer ago is not told any more: the day's work was missed for days, or the record is old.
const TOLD_HOURS: i64 = 7 * 24;

impl House {
    /// Tells everybody who is to hear of an incident of a school; how many mails wait after it. Twice gives the same as
    /// once.
    pub(crate) async fn tell_of_cases(&self, school: &School) -> Result<usize, Error> {
        let before = self.before(&self.operator(), school).await?;
        let news = news(&before, school, self.now());
        drop(before);
        self.tell_each(news).await
    }
}

/// What is to be told now, whoever was told before.
pub(crate) fn news(before: &Before, school: &School, now: Timestamp) -> Vec<NewMail> {
    let mut out = Vec::new();
    for of in of_school(before) {
        let recent = |told: &Told| told.when > now - SignedDuration::from_hours(TOLD_HOURS);
        for told in told_by(of.ctx, of.control, now).into_iter().filter(recent) {
            let Some(row) = told.what.entry.and_then(|id| Row::of(of.ctx.world, id)) else { continue };
            if of_row(before, row).is_none_or(|other| other.policy.id() != of.policy.id()) {
                continue;
            }
            out.extend(recipients(of, row, &told.who).into_iter().map(|to| mail(school, (of, row), (&told, to))));
        }
        let rows = Row::all(of.ctx.world, CASE).filter(|row| {
            row.text("type") == Some(&*of.control.control.id)
                && of_row(before, *row).is_some_and(|own| own.policy.id() == of.policy.id())
        });
        for (row, told) in rows.filter_map(|row| Some((row, unopened(of.ctx, of.control, of.spec, row)?))) {
            if told.when <= now && recent(&told) {
                let to = recipients(of, row, &told.who).into_iter();
                out.extend(to.map(|to| unopened_mail(school, (of, row), to)));
            }
        }
    }
    out
}

fn mail(school: &School, (of, row): (Of<'_>, Row<'_>), (told, to): (&Told, EntryId)) -> NewMail {
    let next = timers(of.ctx, of.control, of.spec, row).into_iter().filter(|timer| timer.stopped.is_none());
    let due = next.filter_map(|timer| timer.due()).min();
    let reported = row.one("reporter") == Some(to) && told.moment == When::Closed;
    let kind = if reported {
        MailKind::Reported
    } else {
        MailKind::Incident { by: due.filter(|_| is_open(row)).map(|due| last_day(of.ctx, due)) }
    };
    NewMail {
        organisation: school.organisation,
        school: school.id,
        to,
        link: Some(format!("/school/{}/case/{}", school.slug, row.id())),
        // What runs against hours does not wait for the mail of the day.
        urgent: told.moment == When::Opened && !of.spec.clocks.is_empty(),
        key: format!("{CASE}:{}:{}:{:?}:{}:{to}", row.id(), told.when.as_second(), told.moment, kind.name()),
        kind,
    }
}

/// Nobody has opened it: whoever deals with it hears of it once more.
fn unopened_mail(school: &School, (of, row): (Of<'_>, Row<'_>), to: EntryId) -> NewMail {
    NewMail {
        organisation: school.organisation,
        school: school.id,
        to,
        kind: MailKind::Unopened,
        link: Some(format!("/school/{}/case/{}", school.slug, row.id())),
        urgent: !of.spec.clocks.is_empty(),
        key: format!("{CASE}:{}:unopened:{to}", row.id()),
    }
}

/// The people some names of a policy mean, as seen from an incident.
pub(super) fn recipients(of: Of<'_>, row: Row<'_>, who: &[Name]) -> BTreeSet<EntryId> {
    let (own, others): (Vec<Name>, Vec<Name>) = who.iter().cloned().partition(|name| RELATIONS.contains(&&**name));
    let mut out = all_of(of.ctx, &others, Some(row));
    out.retain(|person| !concerns(row, *person));
    out.extend(all_of(of.ctx, &own, Some(row)));
    out
}
