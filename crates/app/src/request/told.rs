//! Who hears of requests and permissions by mail: those who decide, those who asked, and whoever the policy names. What
//! is to be told is worked out by the engine; here it becomes mails, each once.
//!
//! Invariant: a mail names nobody and nothing: it holds a link, which asks who opens it.

use super::of_school;
use crate::act::Before;
use crate::mail::NewMail;
use crate::{Error, House};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::expr::Truth;
use schoolkeeper_rules::flow::clock::last_day;
use schoolkeeper_rules::flow::people::Group;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::request::{deciders, due_at, is_waiting};
use schoolkeeper_rules::flow::{Told, told_by};
use schoolkeeper_store::School;
use std::collections::BTreeSet;

/// What should have been told longer ago is not told any more: the day's work was missed for days, or the record is old.
const TOLD_HOURS: i64 = 7 * 24;

impl House {
    /// Tells everybody who is to hear of a request or permission of a school; how many mails wait after it. Twice gives
    /// the same as once.
    pub(crate) async fn tell_of_requests(&self, school: &School) -> Result<usize, Error> {
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
            let decide =
                if is_request(row) && is_waiting(row) { deciders(of.ctx, of.spec, row) } else { BTreeSet::new() };
            let by = due_at(of.ctx, of.spec, row).map(|due| last_day(of.ctx, due));
            for to in recipients(of.ctx, &told, row) {
                let kind = if decide.contains(&to) {
                    MailKind::Decision { by }
                } else if is_request(row) {
                    MailKind::Answer
                } else {
                    MailKind::Task { by: row.date("until") }
                };
                out.push(one(school, row, (to, kind), &format!("{}:{:?}", told.when.as_second(), told.moment)));
            }
        }
        out.extend(asked_back(of.ctx, of.control, school));
    }
    out
}

/// Whoever asked hears of a question that waits for them.
fn asked_back(ctx: Ctx<'_>, control: &schoolkeeper_rules::CompiledControl, school: &School) -> Vec<NewMail> {
    let requests = schoolkeeper_rules::flow::request::requests(ctx, control).filter(|row| is_waiting(*row));
    let of_row = |row: Row<'_>| {
        let open = row.items("questions").iter().position(|question| question.get("answered_at").is_none())?;
        Some(one(school, row, (row.one("requester")?, MailKind::Answer), &format!("question:{open}")))
    };
    requests.filter_map(of_row).collect()
}

fn one(school: &School, row: Row<'_>, (to, kind): (EntryId, MailKind), what: &str) -> NewMail {
    let page = if is_request(row) { "request" } else { "grant" };
    let key = format!("{page}:{}:{what}:{}:{to}", row.id(), kind.name());
    NewMail::of(school, (to, kind), (format!("/school/{}/{page}/{}", school.slug, row.id()), key))
}

fn is_request(row: Row<'_>) -> bool {
    row.kind() == "request"
}

/// The people some names of a policy mean, as seen from a request or permission.
fn recipients(ctx: Ctx<'_>, told: &Told, about: Row<'_>) -> Vec<EntryId> {
    let group = Group::of(ctx, &told.who, Some(about));
    let people = Row::all(ctx.world, "person").filter(|person| group.has(person.row).truth == Truth::True);
    people.map(Row::id).collect()
}
