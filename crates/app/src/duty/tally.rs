//! Tallies: a task of every day on one page a month, ticked with one tap, with the days that nobody ticked.
//!
//! Invariant: a tap writes down what the button says and nothing else; a task that asks for more has its own page.

use super::act::{Came, TaskAct};
use super::{TaskAt, duties, link};
use crate::act::{Acted, Before};
use crate::snapshot::Adopted;
use crate::{Error, House};
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::{Evidence, Unit};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::occur::occurrence::every_of;
use schoolkeeper_rules::occur::{self, Open, Passed, Waits, occurrences};
use schoolkeeper_rules::{CompiledControl, Ctx};
use schoolkeeper_store::School;
use std::collections::{BTreeMap, BTreeSet};

/// A task of every day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Daily {
    /// The policy.
    pub pack: Name,
    /// Its control.
    pub control: Name,
    /// What it is called.
    pub title: String,
    /// It waits to be ticked today.
    pub waits: bool,
}

/// How one day of a tally stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayState {
    /// Ticked.
    Done,
    /// Left out, with a reason.
    LeftOut,
    /// Ticked for so many of all things it is about today.
    Partly(usize, usize),
    /// Nobody ticked it, and it is past.
    Missing,
    /// It was not done, and somebody said why.
    Explained,
    /// It is today's, or may be done already.
    Open,
    /// It is to come.
    Ahead,
}

/// One day of a tally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TallyDay {
    /// The day.
    pub day: Date,
    /// How it stands.
    pub state: DayState,
    /// Path of its own page, while something can be said there.
    pub link: Option<String>,
}

/// A month of a task of every day.
#[derive(Debug)]
pub struct Tally {
    /// What it is called.
    pub title: String,
    /// Its month's first day.
    pub month: Date,
    /// The school's own day.
    pub today: Date,
    /// The days on which it is asked.
    pub days: Vec<TallyDay>,
    /// What can be ticked now, by name; one nameless thing when it is about nothing in particular.
    pub open: Vec<(Option<EntryId>, String)>,
    /// What a tap writes down: what is asked, and the answer. `None` when the task asks for more than a tap.
    pub tap: Option<Vec<(String, String)>>,
    /// Path of the page of today's task.
    pub page: Option<String>,
    /// Whether the one who looks may say what happened on the days nobody ticked.
    pub may_say: bool,
}

pub(super) type Of<'a> = (&'a Adopted, Ctx<'a>, &'a CompiledControl, &'a Duty);

impl House {
    /// The tasks of every day that are somebody's; of those who see problems, every one.
    pub async fn dailies(&self, actor: &Actor, school: &School) -> Result<Vec<Daily>, Error> {
        let sees = self.scope_at(actor, "finding.see", school).await.is_ok();
        let before = self.before(actor, school).await?;
        let mut out = Vec::new();
        for (policy, ctx) in before.policies() {
            for (control, spec) in duties(policy).filter(|(_, spec)| is_daily(ctx, spec)) {
                let open = occur::open(ctx, control, spec);
                let waits = !todays(ctx, actor, &open).is_empty();
                if sees || waits || is_owner(ctx, (control, spec), actor) {
                    let title = control.control.title.clone();
                    out.push(Daily { pack: policy.id().clone(), control: control.control.id.clone(), title, waits });
                }
            }
        }
        Ok(out)
    }

    /// A month of one of them; missing for whom it does not concern.
    pub async fn tally(
        &self,
        actor: &Actor,
        school: &School,
        ((pack, control), month): ((&str, &str), Option<Date>),
    ) -> Result<Tally, Error> {
        let sees = self.scope_at(actor, "finding.see", school).await.is_ok();
        let before = self.before(actor, school).await?;
        let of = find(&before, pack, control)?;
        let (_, ctx, compiled, spec) = of;
        if !sees && !is_owner(ctx, (compiled, spec), actor) {
            return Err(Error::Missing);
        }
        let today = ctx.world.calendar.day(ctx.world.now);
        let month = month.unwrap_or(today).first_of_month();
        let open = occur::open(ctx, compiled, spec);
        let mine = todays(ctx, actor, &open);
        let name = |open: &&Open| {
            let about = open.subject.map(|(register, row)| Row::at(ctx.world, register, row));
            (about.map(Row::id), about.map_or_else(String::new, Row::name))
        };
        let page = mine.first().map(|open| link(school, (of.0.id(), &open.control), (open.one.due, name(open).0)));
        Ok(Tally {
            title: compiled.control.title.clone(),
            days: days(school, of, (month, today), &open),
            open: mine.iter().map(name).collect(),
            tap: tap(spec),
            may_say: is_owner(ctx, (compiled, spec), actor),
            page,
            month,
            today,
        })
    }

    /// Ticks today's, for the things that are named; words when it is refused.
    pub async fn tick_day(
        &self,
        actor: &Actor,
        school: &School,
        ((pack, control), chosen): ((&str, &str), &[EntryId]),
    ) -> Result<Acted, Error> {
        let before = self.before(actor, school).await?;
        let (_, ctx, compiled, spec) = find(&before, pack, control)?;
        let Some(answers) = tap(spec).map(|_| tapped(spec)) else { return Err(Error::Missing) };
        let open = occur::open(ctx, compiled, spec);
        let mine = todays(ctx, actor, &open);
        let about = |open: &Open| open.subject.map(|(register, row)| Row::at(ctx.world, register, row).id());
        let ids: Vec<EntryId> = mine.iter().filter_map(|one| about(one)).filter(|id| chosen.contains(id)).collect();
        let Some(first) = mine.first().filter(|one| one.subject.is_none() || !ids.is_empty()) else {
            return Ok(Acted::Refused("nothing was ticked\nhint: tick at least one line that is open".to_owned()));
        };
        let at = TaskAt { pack: pack.into(), control: control.into(), due: first.one.due, of: ids.first().copied() };
        let mut form = answers;
        if ids.len() > 1 {
            let all: Vec<Value> = ids.into_iter().map(Value::Ref).collect();
            form.insert(Name::from("entries"), Value::List(all.into()));
        }
        drop(before);
        self.act_on_task((actor, school), (&at, TaskAct::Complete, None), form, Came::none()).await
    }
}

pub(super) fn find<'a>(before: &'a Before, pack: &str, control: &str) -> Result<Of<'a>, Error> {
    let (policy, ctx) = before.policy(pack)?;
    let (compiled, spec) = duties(policy).find(|(known, _)| *known.control.id == *control).ok_or(Error::Missing)?;
    if is_daily(ctx, spec) { Ok((policy, ctx, compiled, spec)) } else { Err(Error::Missing) }
}

/// Whether it comes every day, every school day or the like.
pub(super) fn is_daily(ctx: Ctx<'_>, spec: &Duty) -> bool {
    let days = [Unit::Day, Unit::WorkingDay, Unit::SchoolDay, Unit::StaffDay];
    let every = spec.every.as_ref().and_then(|every| every_of(ctx, every.get_ref()).ok());
    every.is_some_and(|every| every.0.count == 1 && days.contains(&every.0.unit))
}

fn is_owner(ctx: Ctx<'_>, (control, spec): (&CompiledControl, &Duty), actor: &Actor) -> bool {
    let owners = occur::doers(ctx, &occur::owner_names(ctx, &control.control.id, spec), None);
    actor.person.is_some_and(|person| owners.people.contains(&person))
}

/// What of the open ones is today's and the actor's to do.
fn todays<'a>(ctx: Ctx<'_>, actor: &Actor, open: &'a [Open]) -> Vec<&'a Open> {
    let today = ctx.world.calendar.day(ctx.world.now);
    let mine = |one: &Open| actor.person.is_some_and(|person| one.part_of(person).is_some());
    let now = |one: &&Open| one.one.due >= today && one.one.opens <= today && one.waits == Waits::Doing;
    open.iter().filter(now).filter(|one| mine(one)).collect()
}

/// What a tap says: the good answer to each question, and a signature.
pub(super) fn tap(spec: &Duty) -> Option<Vec<(String, String)>> {
    let plain = [Evidence::Statement, Evidence::Signature, Evidence::SignOff];
    let more = spec.decide_each.is_some()
        || !spec.with.is_empty()
        || !spec.send_to.is_empty()
        || spec.report.is_some()
        || spec.checklist.iter().any(|item| !item.evidence.is_empty())
        || spec.evidence.iter().any(|kind| !plain.contains(kind));
    (!more)
        .then(|| spec.checklist.iter().map(|item| (item.says.clone(), good(item.bad.as_deref()).to_owned())).collect())
}

fn good(bad: Option<&str>) -> &'static str {
    if bad == Some("yes") { "no" } else { "yes" }
}

pub(super) fn tapped(spec: &Duty) -> BTreeMap<Name, Value> {
    let mut out = BTreeMap::new();
    for kind in &spec.evidence {
        let said = if *kind == Evidence::Statement { Value::text("Yes, as asked") } else { Value::Bool(true) };
        out.insert(Name::from(kind.name()), said);
    }
    let answer =
        |bad: Option<&str>| Value::Map(BTreeMap::from([(Name::from("answer"), Value::text(good(bad)))]).into());
    let items: BTreeMap<Name, Value> =
        spec.checklist.iter().map(|item| (item.name.clone(), answer(item.bad.as_deref()))).collect();
    if !items.is_empty() {
        out.insert(Name::from("items"), Value::Map(items.into()));
    }
    out
}

fn days(
    school: &School,
    (policy, ctx, control, spec): Of<'_>,
    (month, today): (Date, Date),
    open: &[Open],
) -> Vec<TallyDay> {
    let last = month.last_of_month();
    let asked = occurrences(ctx, control, spec, (month.max(today), last)).unwrap_or_default();
    let passed = occur::passed(ctx, (control, spec), (month, last));
    let gone = passed.iter().filter(|(_, passed)| passed.asked() > 0).map(|(one, passed)| {
        let silent = passed.silent.first();
        let link = silent.map(|of| link(school, (policy.id(), &control.control.id), (one.due, *of)));
        TallyDay { day: one.due, state: of_passed(passed), link }
    });
    let rows: Vec<Row<'_>> =
        Row::all(ctx.world, "done").filter(|row| row.text("control") == Some(&*control.control.id)).collect();
    let all: BTreeSet<_> = open.iter().filter(|one| one.one.due >= today).map(|one| one.subject).collect();
    let day = |one: occur::Occurrence| {
        let here = || rows.iter().filter(|row| row.date("occurrence").is_some_and(|day| one.is_named(day)));
        let done = here().map(|row| row.one("entry")).collect::<BTreeSet<_>>().len();
        let state = match done {
            0 if one.opens > today => DayState::Ahead,
            0 => DayState::Open,
            _ if !all.is_empty() => DayState::Partly(done, done + all.len()),
            _ if here().all(|row| row.text("skipped_because").is_some()) => DayState::LeftOut,
            _ => DayState::Done,
        };
        let can = open.iter().find(|open| open.one.due == one.due);
        let about = can.and_then(|open| open.subject).map(|(register, row)| Row::at(ctx.world, register, row).id());
        let link = can.map(|_| link(school, (policy.id(), &control.control.id), (one.due, about)));
        TallyDay { day: one.due, state, link }
    };
    gone.chain(asked.into_iter().map(day)).collect()
}

fn of_passed(passed: &Passed) -> DayState {
    match (passed.done, passed.asked()) {
        (done, of) if done == of => DayState::Done,
        (0, of) if passed.left_out == of => DayState::LeftOut,
        (0, of) if passed.explained == of => DayState::Explained,
        (0, _) if !passed.silent.is_empty() => DayState::Missing,
        (done, of) => DayState::Partly(done + passed.left_out, of),
    }
}

/// The months beside one.
pub fn beside(month: Date) -> (Date, Date) {
    (month.saturating_sub(1.month()), month.saturating_add(1.month()))
}
