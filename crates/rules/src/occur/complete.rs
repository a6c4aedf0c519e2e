//! Doing a duty: what somebody shows becomes an entry of the register `done`, if it is all that is asked.

use super::act::{as_whom, date, entry, fresh, named, no_date};
use super::doers::owner_names;
use super::doing::{Doings, State};
use super::duty::Course;
use super::notice::WORDS_MAX;
use super::occurrence::Occurrence;
use super::passed::{self, is_missed};
use crate::compiled::CompiledControl;
use crate::flow::change::{Change, Refusal, apply};
use crate::flow::form::{Acting, is_blank};
use crate::flow::record::Row;
use crate::flow::{clock, people};
use crate::judge::Ctx;
use jiff::civil::Date;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::{Evidence, Who};
use schoolkeeper_core::value::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Most things one act answers for.
const MANY_MAX: usize = 200;
/// Keys of the form that become a field of `done` as they are.
const FIELDS: [&str; 5] = ["count", "with", "sent_to", "read_by", "decisions"];
/// Keys the act itself reads, besides the kinds of evidence.
const OWN_KEYS: [&str; 5] = ["occurrence", "entry", "entries", "on", "items"];
/// First half of the ids under which a record is tried before it is written.
const TRIED: u64 = 0xd07e;

/// Somebody did it. The form holds `occurrence` (its due date), `entry` or `entries` (what it is about), `on` (the day
/// it was done; today when left out), evidence by its kind (`note`, `photo`, …), and `items`, `count`, `with`,
/// `sent_to`, `read_by`, `decisions` as the register `done` has them. With `missed_because` it says why it was not done.
pub(super) fn complete(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Duty,
    acting: Acting<'_>,
) -> Result<Vec<Change>, Refusal> {
    if acting.form.get("missed_because").is_some() {
        return passed::explain(ctx, (control, spec), acting);
    }
    only_known(spec, acting)?;
    if acting.text(Evidence::Notice.name()).is_some_and(|words| words.chars().count() > WORDS_MAX) {
        return Refusal::say(format!("a notice may have {WORDS_MAX} characters\nhint: say it shorter"));
    }
    let Some(due) = date(acting, "occurrence") else { return no_date() };
    let owners = owner_names(ctx, &control.control.id, spec);
    let course = Course::new(ctx, control, spec);
    let mut changes = Vec::new();
    let mut subjects = Vec::new();
    for entry in entries(acting)? {
        let (one, subject) = named(&course, ctx, (due, entry))?;
        let about = subject.map(|(register, row)| Row::at(ctx.world, register, row));
        let by = may_do(ctx, (&owners, spec), acting, about)?;
        let on = day_done(ctx, &one, acting)?;
        let change = record(ctx, control, (&course, &one, subject), acting)?;
        let change = change.set("by", Value::text(by)).set("on", Value::Date(on));
        changes.push(answers(change, spec, acting));
        subjects.push(subject);
    }
    is_all(ctx, control, (spec, &subjects), &changes)?;
    Ok(changes)
}

fn only_known(spec: &Duty, acting: Acting<'_>) -> Result<(), Refusal> {
    let Value::Map(answers) = acting.form else {
        return Refusal::say("the form is not a set of named answers\nhint: give one answer for each question");
    };
    let kind = |name: &str| Evidence::ALL.iter().any(|kind| kind.name() == name);
    let known = |name: &Name| OWN_KEYS.contains(&&**name) || FIELDS.contains(&&**name) || kind(name);
    if let Some(name) = answers.keys().find(|name| !known(name)) {
        return Refusal::say(format!("`{name}` is nothing this task asks for\nhint: leave it out"));
    }
    let items = acting.form.get("items");
    let Some(Value::Map(items)) = items else { return Ok(()) };
    match items.keys().find(|name| !spec.checklist.iter().any(|item| item.name == **name)) {
        Some(name) => Refusal::say(format!("`{name}` is no line of this checklist\nhint: leave it out")),
        None => Ok(()),
    }
}

/// What it is about: one thing, several with the same evidence, or the whole.
pub(super) fn entries(acting: Acting<'_>) -> Result<Vec<Option<EntryId>>, Refusal> {
    let Some(Value::List(many)) = acting.answer("entries") else { return Ok(vec![entry(acting)]) };
    let mut out: Vec<EntryId> = many.iter().filter_map(Value::as_ref_id).collect();
    out.sort_unstable();
    out.dedup();
    if out.is_empty() || out.len() > MANY_MAX || out.len() < many.len() {
        return Refusal::say(format!("choose up to {MANY_MAX} things, each once\nhint: do the others after them"));
    }
    Ok(out.into_iter().map(Some).collect())
}

/// Owners, those who take part, and whoever stands in; the name under which they do it.
pub(super) fn may_do(
    ctx: Ctx<'_>,
    (owners, spec): (&Who, &Duty),
    acting: Acting<'_>,
    about: Option<Row<'_>>,
) -> Result<Name, Refusal> {
    let helper = |any: &Who| {
        let fits = |name: &&Name| {
            let one = std::slice::from_ref(*name);
            people::all_of(ctx, one, about).contains(&acting.id(ctx))
        };
        any.iter().find(fits).cloned()
    };
    let helps = || spec.with.iter().find_map(|with| helper(&with.any));
    as_whom(ctx, owners, acting, about).or_else(helps).ok_or_else(|| {
        let who = clock::any_of(&owners.0);
        Refusal(format!("this task is for {who}\nhint: leave it to them, or have yourself made their deputy"))
    })
}

/// The day it was done: not to come, and not before it could be.
fn day_done(ctx: Ctx<'_>, one: &Occurrence, acting: Acting<'_>) -> Result<Date, Refusal> {
    let today = ctx.world.calendar.day(ctx.world.now);
    let on = date(acting, "on").unwrap_or(today);
    if on > today {
        return Refusal::say(format!("{on} is still to come\nhint: write it down when it is done"));
    }
    let first = one.opens.min(one.from).min(today);
    if on < first {
        return Refusal::say(format!(
            "{on} is before this task was open\nhint: it counts from {first} on; give the day it was done under `on`"
        ));
    }
    Ok(on)
}

/// The record to be written: a new one, or one that was begun and is not all.
pub(super) fn record(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    (course, one, subject): (&Course<'_>, &Occurrence, Option<(usize, usize)>),
    acting: Acting<'_>,
) -> Result<Change, Refusal> {
    let entry = subject.map(|(register, row)| Row::at(ctx.world, register, row).id());
    let fresh = fresh(ctx, control, (one, entry), acting);
    let (state, row) = course.doings.found(one, subject);
    let Some(row) = row.filter(|row| row.one("entry") == entry) else { return Ok(fresh) };
    if matches!(state, State::Done { .. }) {
        return Refusal::say("this is done already\nhint: there is nothing to do");
    }
    if course.doings.awaits_second(row, subject) {
        return Refusal::say("this is done and waits for its second signature\nhint: there is nothing to do");
    }
    let again = row.flag("sent_back").filter(|back| *back).map(|_| Value::Bool(false));
    let after_all = is_missed(row).then_some(Value::Empty);
    let change = Change { entry: Some(row.id()), ..fresh };
    Ok(change.set_some("sent_back", again).set_some("missed_because", after_all))
}

/// Everything that is shown.
fn answers(mut change: Change, spec: &Duty, acting: Acting<'_>) -> Change {
    let mut shown: Vec<Value> = Vec::new();
    let mut items: BTreeMap<Name, Value> = match acting.answer("items") {
        Some(Value::Map(items)) => (**items).clone(),
        _ => BTreeMap::new(),
    };
    for kind in Evidence::ALL {
        let held = FIELDS.contains(&kind.name()) || spec.checklist.iter().any(|item| *item.name == *kind.name());
        let given = acting.answer(kind.name()).filter(|given| **given != Value::Bool(false) && !held);
        if let Some(given) = given {
            shown.push(Value::text(kind.name()));
            items.insert(Name::from(kind.name()), given.clone());
        }
    }
    for field in FIELDS {
        change = change.set_some(field, acting.answer(field).cloned());
    }
    if spec.evidence.contains(&Evidence::Notice) && items.contains_key(Evidence::Notice.name()) {
        // It goes out with the record itself.
        let sent: Vec<Value> = spec.send_to.iter().map(|name| Value::text(&**name)).collect();
        change = change.set("sent_to", Value::List(sent.into()));
    }
    let shown = (!shown.is_empty()).then(|| Value::List(shown.into()));
    let items = (!items.is_empty()).then(|| Value::Map(items.into()));
    change.set_some("shown", shown).set_some("items", items.filter(|items| !is_blank(items)))
}

/// Judges what would be written as any evaluation would.
fn is_all(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    (spec, subjects): (&Duty, &[Option<(usize, usize)>]),
    changes: &[Change],
) -> Result<(), Refusal> {
    let mut world = ctx.world.clone();
    let id = |at: usize| EntryId(Uuid::from_u64_pair(TRIED, at as u64));
    let tried: Vec<Change> = changes
        .iter()
        .enumerate()
        .map(|(at, change)| Change { entry: change.entry.or(Some(id(at))), ..change.clone() })
        .collect();
    apply(&mut world, &tried, || id(usize::MAX));
    let ctx = Ctx { world: &world, ..ctx };
    let doings = Doings::of(ctx, control, spec);
    for (change, subject) in tried.iter().zip(subjects) {
        let Some(row) = change.entry.and_then(|id| Row::of(&world, id)) else { continue };
        if let State::Not(Some(lacking)) = doings.judge(row, *subject)
            && !doings.awaits_second(row, *subject)
        {
            return Refusal::say(format!("{lacking}\nhint: add it, then it is done"));
        }
    }
    Ok(())
}
