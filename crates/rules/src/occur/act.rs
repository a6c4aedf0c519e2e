//! The acts of a duty: it is done, left out with a reason, signed by a second person; what went out with it is read.
//!
//! Invariant: what is written down here is judged as done (or as waiting for its second signature, or for the
//! records); anything else is refused with what is lacking.

use super::complete::{complete, record};
use super::doers::doers;
use super::doing::Doings;
use super::duty::{Asked, Course};
use super::notice;
use super::occurrence::Occurrence;
use crate::compiled::CompiledControl;
use crate::expr::Truth;
use crate::flow::change::{Change, Refusal};
use crate::flow::form::{Acting, bound};
use crate::flow::record::Row;
use crate::flow::{clock, people};
use crate::judge::Ctx;
use jiff::civil::Date;
use schoolkeeper_core::control::{ControlKind, Duty};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::Who;
use schoolkeeper_core::role::HEAD;
use schoolkeeper_core::value::Value;

/// Longest reason, in characters.
const REASON_MAX: usize = 500;

/// Does an act of a duty; `None` when it is none of its own.
pub fn act(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    name: &str,
    acting: Acting<'_>,
) -> Option<Result<Vec<Change>, Refusal>> {
    let ControlKind::Duty(spec) = &control.control.kind else { return None };
    if let Err(refusal) = bound(acting.form) {
        return Some(Err(refusal));
    }
    Some(match name {
        "duty.complete" => complete(ctx, control, spec, acting),
        "duty.skip" => skip(ctx, control, spec, acting),
        "duty.countersign" => countersign(ctx, control, spec, acting),
        "notice.read" => notice::read(ctx, &control.control, spec, acting),
        _ => return None,
    })
}

/// One occurrence somebody names by its due date, and what it is about.
pub(super) fn named(
    course: &Course<'_>,
    ctx: Ctx<'_>,
    (due, entry): (Date, Option<EntryId>),
) -> Result<(Occurrence, Option<(usize, usize)>), Refusal> {
    let asked = course.asked().map_err(|missing| {
        Refusal(format!("nobody can say what is due: {missing}\nhint: once that is known, write it down here"))
    })?;
    let subject = entry.and_then(|id| ctx.world.find(id));
    let is_it = |asked: &&Asked| asked.subject == subject && (entry.is_none() || subject.is_some());
    let ones = asked.iter().filter(is_it).flat_map(|asked| [asked.last, asked.upcoming]).flatten();
    // The nearest of those the day may mean.
    let found = ones.filter(|one| one.is_named(due)).min_by_key(|one| (one.due - due).get_days().abs());
    if let Some(one) = found.or_else(|| course.passed(due, asked.iter().find(is_it)?.subject)) {
        return Ok((one, subject));
    }
    if entry.is_none() && !asked.is_empty() && asked.iter().all(|asked| asked.subject.is_some()) {
        return Refusal::say("this task is done thing by thing\nhint: say for which under `entry`");
    }
    Refusal::say(format!("nothing is open here that is due on {due}\nhint: look at the list of tasks again"))
}

/// The name under which somebody does it: the first of these that means them; the headteacher where nobody is there.
pub(super) fn as_whom(ctx: Ctx<'_>, who: &Who, acting: Acting<'_>, about: Option<Row<'_>>) -> Option<Name> {
    let means =
        |name: &&Name| people::meant(ctx, std::slice::from_ref(*name), acting.person, about).truth == Truth::True;
    let own = who.iter().find(means).cloned();
    own.or_else(|| {
        let stand_in = doers(ctx, who, about);
        (stand_in.stand_in && stand_in.people.contains(&acting.id(ctx))).then(|| Name::from(HEAD))
    })
}

fn skip(ctx: Ctx<'_>, control: &CompiledControl, spec: &Duty, acting: Acting<'_>) -> Result<Vec<Change>, Refusal> {
    let Some(skip) = &spec.skip else {
        return Refusal::say("the policy lets nobody leave this task out\nhint: do it late rather than not at all");
    };
    let (Some(due), entry) = (date(acting, "occurrence"), entry(acting)) else { return no_date() };
    let course = Course::new(ctx, control, spec);
    let (one, subject) = named(&course, ctx, (due, entry))?;
    let about = subject.map(|(register, row)| Row::at(ctx.world, register, row));
    let Some(by) = skip
        .by
        .iter()
        .find(|name| people::meant(ctx, std::slice::from_ref(*name), acting.person, about).truth == Truth::True)
    else {
        let who = clock::any_of(&skip.by.0);
        return Refusal::say(format!("only {who} may leave this task out\nhint: ask them"));
    };
    let reason = acting.text("reason").map(str::trim).unwrap_or_default();
    if reason.is_empty() && skip.reason {
        return Refusal::say("the reason is empty\nhint: write a sentence under `reason`");
    }
    if reason.chars().count() > REASON_MAX {
        return Refusal::say(format!("the reason may have {REASON_MAX} characters\nhint: say it shorter"));
    }
    let reason = if reason.is_empty() { "-" } else { reason };
    let change = record(ctx, control, (&course, &one, subject), acting)?
        .set("by", Value::text(by))
        .set("on", Value::Date(ctx.world.calendar.day(ctx.world.now)))
        .set("skipped_because", Value::text(reason));
    Ok(vec![change])
}

fn countersign(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Duty,
    acting: Acting<'_>,
) -> Result<Vec<Change>, Refusal> {
    let own = |row: &Row<'_>| row.kind() == "done" && row.text("control") == Some(&*control.control.id);
    let Some(row) = acting.on.and_then(|id| Row::of(ctx.world, id)).filter(own) else {
        return Refusal::say("nothing that was done is named\nhint: look at the list of tasks again");
    };
    let me = acting.id(ctx);
    if row.one("person") == Some(me) {
        return Refusal::say("nobody signs what they did themselves\nhint: leave it to somebody else");
    }
    let subject = row.one("entry").and_then(|id| ctx.world.find(id));
    let about = subject.map(|(register, row)| Row::at(ctx.world, register, row));
    let Some(name) = as_whom(ctx, &spec.countersign, acting, about) else {
        let who = clock::any_of(&spec.countersign.0);
        return Refusal::say(format!("this is signed by {who}\nhint: leave it to them"));
    };
    let doings = Doings::of(ctx, control, spec);
    if row.date("countersigned_on").is_some() {
        return Refusal::say("this is signed already\nhint: there is nothing to do");
    }
    if let Some(lacking) = doings.not_shown(row, subject) {
        return Refusal::say(format!("it is not all done yet: {lacking}\nhint: sign when it is"));
    }
    if let Some(why) = acting.form.get("sent_back") {
        return send_back(row, me, why.as_text().unwrap_or_default().trim());
    }
    // The same role twice reads like the same hand: then the person's name stands there.
    let signed = if row.text("by") == Some(&*name) { acting.row(ctx).name() } else { name.to_string() };
    let change = Change::of("done", row.id())
        .set("countersigned_on", Value::Date(ctx.world.calendar.day(ctx.world.now)))
        .set("countersigned_by", Value::text(signed))
        .set("countersigner", Value::Ref(me));
    Ok(vec![change])
}

/// The second person does not sign it: it is to be done again.
fn send_back(row: Row<'_>, me: EntryId, why: &str) -> Result<Vec<Change>, Refusal> {
    if why.is_empty() {
        return Refusal::say("it is not said what is missing\nhint: write a sentence, so that it can be mended");
    }
    if why.chars().count() > REASON_MAX {
        return Refusal::say(format!("the reason may have {REASON_MAX} characters\nhint: say it shorter"));
    }
    let change = Change::of("done", row.id())
        .set("sent_back", Value::Bool(true))
        .set("sent_back_because", Value::text(why))
        .set("sent_back_by", Value::Ref(me));
    Ok(vec![change])
}

/// A record of one occurrence, by the person who acts.
pub(super) fn fresh(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    (one, entry): (&Occurrence, Option<EntryId>),
    acting: Acting<'_>,
) -> Change {
    Change::new("done")
        .set("control", Value::text(&control.control.id))
        .set("occurrence", Value::Date(one.due))
        .set("person", Value::Ref(acting.id(ctx)))
        .set_some("entry", entry.map(Value::Ref))
}

pub(super) fn date(acting: Acting<'_>, name: &str) -> Option<Date> {
    acting.answer(name).and_then(Value::as_date)
}

pub(super) fn entry(acting: Acting<'_>) -> Option<EntryId> {
    acting.answer("entry").and_then(Value::as_ref_id)
}

pub(super) fn no_date<T>() -> Result<T, Refusal> {
    Refusal::say("it is not said which one was done\nhint: name it by its due date under `occurrence`")
}
