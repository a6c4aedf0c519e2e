//! One task: why it is asked, what is to be shown, what was done before.

use super::WHOLE;
use super::list::{Task, owner_words};
use crate::act::Before;
use crate::snapshot::Adopted;
use crate::view::cause::role_title;
use crate::{Error, House, dates};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::phrase::Evidence;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::expr::Scene;
use schoolkeeper_rules::flow::people;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::occur::notice::Notice;
use schoolkeeper_rules::occur::{self, Part, Waits};
use schoolkeeper_rules::{CompiledControl, Ctx};
use schoolkeeper_store::School;

/// How many earlier ones the page shows.
const PAST_SHOWN: usize = 12;
/// Most other things that may be done at once with it.
const TOGETHER_MAX: usize = 200;

/// Which task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskAt {
    /// The policy.
    pub pack: Name,
    /// Its control.
    pub control: Name,
    /// The due date that names it.
    pub due: Date,
    /// What it is about.
    pub of: Option<EntryId>,
}

/// Something that was done for it.
#[derive(Clone, Debug)]
pub struct DoneLine {
    /// Its record.
    pub entry: EntryId,
    /// It was due.
    pub due: Date,
    /// `on 4 December 2026 by Tess Made-Up, IT technician; signed by Hedda Made-Up`
    pub words: String,
    /// What was written and shown, one line each.
    pub shown: Vec<(String, String)>,
    /// A notice went out with it.
    pub notice: bool,
}

/// What the page shows.
#[derive(Debug)]
pub struct TaskShown {
    /// The task.
    pub task: Task,
    /// Title of its policy.
    pub policy: String,
    /// Statements behind it: id and text.
    pub why: Vec<(String, String)>,
    /// What is asked.
    pub spec: Duty,
    /// How it is checked, in plain sentences.
    pub says: String,
    /// What the reader has to do with it.
    pub part: Option<Part>,
    /// Who signs after it, by role.
    pub second: Option<String>,
    /// The reader may leave it out.
    pub may_skip: bool,
    /// What somebody wrote down for it.
    pub begun: Option<DoneLine>,
    /// The reader wrote it today, so they can take it back.
    pub undo: bool,
    /// Earlier ones, newest first.
    pub past: Vec<DoneLine>,
    /// Other things it is open for by the same date: a list with one tick each.
    pub together: Vec<(EntryId, String)>,
    /// What a decision is asked for.
    pub decide: Vec<(EntryId, String)>,
    /// Texts a notice may begin from.
    pub texts: Vec<String>,
    /// The list of what it is about.
    pub kind: Option<Name>,
    /// Roles by the names the form asks about: who takes part, who gets it, who has read it.
    pub roles: Vec<(Name, String)>,
    /// The school's own day.
    pub today: Date,
}

impl TaskAt {
    /// Reads the parts of an address.
    pub fn read(pack: &str, control: &str, (due, of): (&str, &str)) -> Result<Self, Error> {
        let of = match of {
            WHOLE => None,
            id => Some(EntryId(id.parse().map_err(|_| Error::Missing)?)),
        };
        let due = due.parse().map_err(|_| Error::Missing)?;
        Ok(Self { pack: pack.into(), control: control.into(), due, of })
    }
}

impl House {
    /// A task, for those it waits for, those who did it, and those who see the school's problems.
    pub async fn task(&self, actor: &Actor, school: &School, at: &TaskAt) -> Result<TaskShown, Error> {
        let before = self.before(actor, school).await?;
        let (policy, ctx) = before.policy(&at.pack)?;
        let (control, spec) =
            super::duties(policy).find(|(control, _)| control.control.id == at.control).ok_or(Error::Missing)?;
        let open = occur::seen(ctx, (control, spec), (at.due, at.of)).ok_or(Error::Missing)?;
        let me = actor.person;
        let part = me.and_then(|me| open.part_of(me));
        let begun = open.begun.and_then(|id| Row::of(ctx.world, id));
        let mine = begun.is_some_and(|row| me.is_some() && row.one("person") == me);
        if part.is_none() && !mine && self.scope_at(actor, "finding.see", school).await.is_err() {
            return Err(Error::Missing);
        }
        let task = Task::of(ctx, (policy, school), (control, spec), open);
        let mut shown = shown(&before, (policy, ctx, control, spec), (task, part, mine));
        // Both the policy and the table must let somebody leave it out.
        shown.may_skip &= self.scope_at(actor, "duty.skip", school).await.is_ok();
        Ok(shown)
    }
}

type Of<'a> = (&'a Adopted, Ctx<'a>, &'a CompiledControl, &'a Duty);

fn shown(
    before: &Before,
    (policy, ctx, control, spec): Of<'_>,
    (task, part, mine): (Task, Option<Part>, bool),
) -> TaskShown {
    let pack = &policy.live.pack;
    let today = ctx.world.calendar.day(ctx.world.now);
    let begun = task.open.begun.and_then(|id| Row::of(ctx.world, id));
    let written_today =
        begun.is_some_and(|row| row.held_since("on").is_some_and(|at| ctx.world.calendar.day(at) == today));
    let unsigned = begun.is_some_and(|row| row.value("countersigned_on").is_none());
    let skips = before.person().zip(spec.skip.as_ref());
    let may_skip = skips.is_some_and(|(person, skip)| {
        people::meant(ctx, &skip.by.0, person, None).truth == schoolkeeper_rules::expr::Truth::True
    });
    let second =
        (!spec.countersign.is_empty()).then(|| owner_words(pack, &spec.countersign, task.open.countersigners.stand_in));
    TaskShown {
        policy: pack.head.title.clone(),
        why: pack.clauses_of(&control.control.id).map(|one| (one.id.get_ref().to_string(), one.text.clone())).collect(),
        spec: spec.clone(),
        says: schoolkeeper_pack::explain_control(&control.control, pack, &policy.set),
        part,
        second,
        may_skip: may_skip && task.waits == Waits::Doing,
        undo: mine && written_today && unsigned && !shows_files(spec),
        past: past(ctx, (control, spec), &task),
        together: together(ctx, (control, spec), (&task, part)),
        decide: decide(ctx, control, &task),
        texts: texts(pack, spec),
        kind: task.open.subject.map(|(register, _)| ctx.world.schemas.all()[register].id.clone()),
        roles: roles(pack, spec),
        begun: begun.map(|row| done_line(ctx, spec, row)),
        today,
        task,
    }
}

fn past(ctx: Ctx<'_>, (control, spec): (&CompiledControl, &Duty), task: &Task) -> Vec<DoneLine> {
    let of = task.about.as_ref().map(|(id, _)| *id);
    let fits = |row: &Row<'_>| {
        row.text("control") == Some(&*control.control.id)
            && (row.one("entry") == of || row.one("entry").is_none())
            && Some(row.id()) != task.open.begun
    };
    let mut rows: Vec<Row<'_>> = Row::all(ctx.world, "done").filter(fits).collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.date("occurrence"), row.date("on"))));
    rows.truncate(PAST_SHOWN);
    rows.into_iter().map(|row| done_line(ctx, spec, row)).collect()
}

fn done_line(ctx: Ctx<'_>, spec: &Duty, row: Row<'_>) -> DoneLine {
    let pack = &ctx.pack.pack;
    let person = row.one("person").and_then(|id| Row::of(ctx.world, id)).map(Row::name);
    let role = row.text("by").map(|by| role_title(pack, by));
    let by = [person, role].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let on = row.date("on").map_or_else(String::new, dates::long);
    let mut words = match (row.text("skipped_because"), row.text("missed_because")) {
        (Some(why), _) => format!("left out on {on} by {by}: {why}"),
        (None, Some(why)) => format!("not done; on {on} {by} said why: {why}"),
        (None, None) => format!("done on {on} by {by}"),
    };
    if let Some(signed) = row.date("countersigned_on") {
        let who = row.one("countersigner").and_then(|id| Row::of(ctx.world, id)).map(Row::name);
        let who = who.or_else(|| row.text("countersigned_by").map(|by| role_title(pack, by))).unwrap_or_default();
        words = format!("{words}; signed by {who} on {}", dates::long(signed));
    }
    if row.flag("sent_back") == Some(true) {
        let who = row.one("sent_back_by").and_then(|id| Row::of(ctx.world, id)).map(Row::name).unwrap_or_default();
        words = format!("{words}; sent back by {who}");
    }
    let mut shown = Vec::new();
    if let Some(Value::Map(items)) = row.value("items") {
        for (name, value) in items.iter() {
            let says = spec.checklist.iter().find(|item| item.name == *name).map(|item| item.says.clone());
            let says = says.unwrap_or_else(|| capital(&name.replace('-', " ")));
            shown.push((says, plain(value)));
        }
    }
    shown.extend(row.number("count").map(|count| ("Count".to_owned(), count.to_string())));
    let (due, notice) = (row.date("occurrence").unwrap_or_default(), Notice::of(row).is_some());
    DoneLine { entry: row.id(), due, words, shown, notice }
}

/// A file that was shown stays, and so does what it was shown for.
fn shows_files(spec: &Duty) -> bool {
    let asked = spec.evidence.iter().chain(spec.checklist.iter().flat_map(|item| &item.evidence));
    asked.into_iter().any(|kind| matches!(kind, Evidence::File | Evidence::Photo))
}

/// A value of a checklist as people read it.
fn plain(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Text(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Date(day) => dates::long(*day),
        Value::Map(map) => map.values().map(plain).collect::<Vec<_>>().join("; "),
        Value::List(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Other things the same reader may do with it: the same date and the same evidence.
fn together(
    ctx: Ctx<'_>,
    (control, spec): (&CompiledControl, &Duty),
    (task, part): (&Task, Option<Part>),
) -> Vec<(EntryId, String)> {
    let honest = task.about.is_some() && task.waits == Waits::Doing && spec.decide_each.is_none();
    if !honest || part.is_none() {
        return Vec::new();
    }
    let all = occur::open(ctx, control, spec).into_iter();
    let same = all.filter(|one| one.one.due == task.due && one.waits == Waits::Doing && one.begun.is_none());
    let same = same.filter(|one| one.owners == task.open.owners && one.subject != task.open.subject);
    let rows = same.filter_map(|one| one.subject).map(|(register, row)| Row::at(ctx.world, register, row));
    rows.map(|row| (row.id(), row.name())).take(TOGETHER_MAX).collect()
}

fn decide(ctx: Ctx<'_>, control: &CompiledControl, task: &Task) -> Vec<(EntryId, String)> {
    let Some(list) = control.expr("decide_each") else { return Vec::new() };
    let scene = Scene { subject: task.open.subject, ..Scene::now(ctx) };
    let ids: Vec<EntryId> =
        list.value(&scene).0.map(|list| list.items().iter().filter_map(Value::as_ref_id).collect()).unwrap_or_default();
    ids.into_iter().filter_map(|id| Row::of(ctx.world, id)).map(|row| (row.id(), row.name())).collect()
}

fn texts(pack: &schoolkeeper_core::pack::Pack, spec: &Duty) -> Vec<String> {
    let list = spec.texts.as_ref().and_then(|name| pack.lists.get(name.get_ref()));
    list.map_or_else(Vec::new, |list| list.items.clone())
}

fn roles(pack: &schoolkeeper_core::pack::Pack, spec: &Duty) -> Vec<(Name, String)> {
    let named = spec.with.iter().flat_map(|with| with.any.iter()).chain(spec.send_to.iter()).chain(spec.owner.iter());
    let audience = |name: &Name| pack.audiences.get(name)?.title.clone();
    let title = |name: &Name| audience(name).unwrap_or_else(|| role_title(pack, name));
    named.map(|name| (name.clone(), title(name))).collect()
}
