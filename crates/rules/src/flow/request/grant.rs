//! A grant: it begins with the last yes, ends on its day or earlier, and what its end asks for is shown.
//!
//! Invariant: nothing but time and these acts ends a grant. Which grant counts now is for `evaluate::grant`.

use super::super::change::{Change, Refusal, map};
use super::super::form::{self, Acting};
use super::super::record::Row;
use super::super::telling::Course;
use super::super::{clock, people};
use super::ask::{first_day, last_day as longest_day};
use super::{find_grant, grants};
use crate::compiled::CompiledControl;
use crate::expr::Truth;
use crate::judge::Ctx;
use jiff::civil::Date;
use schoolkeeper_core::control::{AtEnd, Request};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;

/// The person named in a form: the grant is theirs, not the asker's.
pub(super) fn person_in(form: &Value) -> Option<EntryId> {
    form.get("person").and_then(Value::as_ref_id)
}

/// The person a request asks for, when it is not the asker.
pub(super) fn for_person(request: Row<'_>) -> Option<EntryId> {
    request.value("form").and_then(person_in)
}

/// What a form asks permission for: every entry in it that is not a person.
pub fn things_in(ctx: Ctx<'_>, form: &Value) -> Vec<EntryId> {
    let person = |id: &EntryId| Row::of(ctx.world, *id).is_some_and(|row| row.kind() == "person");
    people::refs_in(form).into_iter().filter(|id| !person(id)).collect()
}

/// The grant of a request whose last stage said yes.
pub(super) fn begin(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Request,
    request: Row<'_>,
) -> Result<Change, Refusal> {
    let form = request.value("form").cloned().unwrap_or_else(|| map([]));
    let person = person_in(&form).or_else(|| request.one("requester"));
    let from = renewed_from(ctx, control, (person, &things_in(ctx, &form))).unwrap_or_else(|| first_day(ctx, &form));
    let grant = new(ctx, (control, spec), (person, from), form)?;
    Ok(grant.set_some("asked_at", request.instant("asked_at").map(Value::Instant)))
}

/// What somebody gives of their own to the person a form names.
pub(super) fn give(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Request,
    (me, form): (EntryId, &Value),
) -> Result<Change, Refusal> {
    let person = person_in(form).filter(|person| *person != me);
    if person.is_none() {
        return Refusal::say("nobody else is named who gets it\nhint: name the person it is for");
    }
    let from = first_day(ctx, form);
    let grant = new(ctx, (control, spec), (person, from), form.clone())?;
    Ok(grant.set("asked_at", Value::Instant(ctx.world.now)).set("given_by", Value::Ref(me)))
}

fn new(
    ctx: Ctx<'_>,
    (control, spec): (&CompiledControl, &Request),
    (person, from): (Option<EntryId>, Date),
    form: Value,
) -> Result<Change, Refusal> {
    let things = things_in(ctx, &form);
    let until = longest_day(ctx, spec, &form, from)?;
    Ok(Change::new("grant")
        .set("request", Value::text(&control.control.id))
        .set_some("person", person.map(Value::Ref))
        .set("things", Value::List(things.into_iter().map(Value::Ref).collect()))
        .set("from", Value::Date(from))
        .set("until", until.map_or(Value::Empty, Value::Date))
        .set("decided_at", Value::Instant(ctx.world.now))
        .set("form", form))
}

/// A renewal begins the day after the grant that still runs.
fn renewed_from(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    (person, things): (Option<EntryId>, &[EntryId]),
) -> Option<Date> {
    let today = ctx.world.calendar.day(ctx.world.now);
    let same = grants(ctx, control).filter(|row| row.one("person") == person && row.refs("things") == things);
    let last = same.filter(|row| row.value("ended_on").is_none()).filter_map(|row| row.date("until")).max()?;
    (last >= today).then(|| last.tomorrow().ok()).flatten()
}

/// The last day a grant may be used; `None` while it has no end. Ended early, that is the day before.
pub fn last_day(grant: Row<'_>) -> Option<Date> {
    let ended = grant.date("ended_on").and_then(|day| day.yesterday().ok());
    [ended, grant.date("until")].into_iter().flatten().min()
}

/// Whether a grant covers a day.
pub fn covers(grant: Row<'_>, day: Date) -> bool {
    grant.date("from").is_none_or(|from| from <= day) && last_day(grant).is_none_or(|last| day <= last)
}

/// Whether a grant covered a part of a day: one ended early did in the morning.
pub(super) fn was_given(grant: Row<'_>, day: Date) -> bool {
    covers(grant, day) || grant.date("ended_on") == Some(day)
}

/// First instant at which what the end asks for is late: the day after the last one in use, or after an early end.
pub(super) fn end_due(ctx: Ctx<'_>, spec: &Request, grant: Row<'_>) -> Option<jiff::Timestamp> {
    if spec.at_end.is_empty() {
        return None;
    }
    let day = [grant.date("ended_on"), grant.date("until")].into_iter().flatten().min()?;
    Some(clock::end_of(ctx, day))
}

/// Whether another grant for the same person and things goes on where this one stops.
pub fn is_renewed(ctx: Ctx<'_>, control: &CompiledControl, grant: Row<'_>) -> bool {
    let Some(next_day) = last_day(grant).and_then(|day| day.tomorrow().ok()) else { return false };
    grants(ctx, control).any(|other| {
        other.id() != grant.id()
            && grant.value("ended_on").is_none()
            && other.one("person") == grant.one("person")
            && other.refs("things") == grant.refs("things")
            && other.one("given_by") == grant.one("given_by")
            && covers(other, next_day)
    })
}

/// Ends a grant early, or shows what its end asks for. The form may hold the evidence by its names, or `at_end`:
/// one map of evidence for each question.
pub fn end(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Request,
    acting: Acting<'_>,
) -> Result<Vec<Change>, Refusal> {
    let grant = find_grant(ctx, control, acting.on)?;
    may_end(ctx, spec, grant, acting)?;
    let today = ctx.world.calendar.day(ctx.world.now);
    let over = grant.value("ended_on").is_some() || last_day(grant).is_some_and(|day| day < today);
    let closed = spec.at_end.is_empty() || grant.value("at_end_done_on").is_some();
    if over && closed {
        return Refusal::say("this permission has ended\nhint: there is nothing left to do");
    }
    let mut change = Change::of("grant", grant.id());
    if !over {
        change = change.set("ended_on", Value::Date(today));
    }
    match shown(&spec.at_end, acting) {
        Ok(Some(shown)) => {
            let mut form = match grant.value("form") {
                Some(Value::Map(form)) => (**form).clone(),
                _ => BTreeMap::new(),
            };
            form.insert(Name::from("at_end"), shown);
            change = change.set("at_end_done_on", Value::Date(today)).set("form", Value::Map(form.into()));
        }
        Err(refusal) if over => return Err(refusal),
        Ok(None) | Err(_) => {}
    }
    Ok(vec![change])
}

fn may_end(ctx: Ctx<'_>, spec: &Request, grant: Row<'_>, acting: Acting<'_>) -> Result<(), Refusal> {
    let last = spec.stages.last().map_or(&[][..], |stage| &stage.by.0);
    let decides = people::meant(ctx, last, acting.person, Some(grant)).truth == Truth::True;
    let me = Some(acting.id(ctx));
    if decides || grant.one("person") == me || grant.one("given_by") == me {
        return Ok(());
    }
    let who = if last.is_empty() { "whoever gave it".to_owned() } else { clock::any_of(last) };
    Refusal::say(format!("this permission may be ended by the person who has it, or by {who}\nhint: ask them"))
}

/// What was shown for the end; `None` when nothing is asked.
fn shown(asked: &[AtEnd], acting: Acting<'_>) -> Result<Option<Value>, Refusal> {
    let listed = acting.form.get("at_end").map(Value::items);
    let mut out = Vec::new();
    for (at, item) in asked.iter().enumerate() {
        let given = match (listed, asked.len()) {
            (Some(listed), _) => listed.get(at),
            (None, 1) => Some(acting.form),
            (None, _) => None,
        };
        let answer = |name: &str| given.and_then(|given| given.get(name)).filter(|value| !form::is_blank(value));
        if let Some(missing) = item.evidence.iter().find(|evidence| answer(evidence.name()).is_none()) {
            return Refusal::say(format!("`{}` asks for a {missing}\nhint: answer `{missing}`", item.says));
        }
        let kept =
            item.evidence.iter().filter_map(|kind| Some((Name::from(kind.name()), answer(kind.name())?.clone())));
        out.push(Value::Map(kept.collect::<BTreeMap<_, _>>().into()));
    }
    Ok((!asked.is_empty()).then(|| Value::List(out.into())))
}

/// What tellings about the end of a grant are counted from: one course for each question.
pub(super) fn end_courses(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request, grant: Row<'_>) -> Vec<Course> {
    if is_renewed(ctx, control, grant) {
        return Vec::new();
    }
    let due = end_due(ctx, spec, grant);
    let closed = grant.date("at_end_done_on").map(|day| ctx.world.calendar.start_of(day));
    let course = |item: &AtEnd| Course {
        entry: Some(grant.id()),
        opened: grant.instant("from"),
        due,
        closed,
        ladder: item.ladder.clone().or_else(|| control.control.ladder.clone()),
        ..Course::default()
    };
    spec.at_end.iter().map(course).collect()
}
