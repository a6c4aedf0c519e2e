//! Every task of a school that is open or late, and what comes next.

use super::tally::is_daily;
use super::{duties, link, tally_link};
use crate::act::Before;
use crate::apart::section_of;
use crate::snapshot::Adopted;
use crate::view::cause::role_title;
use crate::{Error, House};
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::Duty;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::phrase::Who;
use schoolkeeper_core::role::HEAD;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::occur::{self, Open, Waits, occurrences, owner_names};
use schoolkeeper_rules::{CompiledControl, Ctx};
use schoolkeeper_store::School;

/// How far ahead the next date is looked for, in days.
const AHEAD_DAYS: i64 = 366;

/// One task that waits for somebody.
#[derive(Clone, Debug)]
pub struct Task {
    /// The policy.
    pub pack: Name,
    /// Its control.
    pub control: Name,
    /// What it is called.
    pub title: String,
    /// Sections of the policy it belongs to.
    pub sections: Vec<String>,
    /// Statements it proves.
    pub clauses: Vec<Name>,
    /// What it is about, by name.
    pub about: Option<(EntryId, String)>,
    /// Its last day.
    pub due: Date,
    /// That day has passed.
    pub late: bool,
    /// What it waits for.
    pub waits: Waits,
    /// Whose it is, by role.
    pub owner: String,
    /// They, by name.
    pub people: Vec<String>,
    /// The engine's own word on it.
    pub open: Open,
    /// Path of its page.
    pub link: String,
    /// Path of its page of the month, when it comes every day.
    pub tally: Option<String>,
}

/// What the page of tasks shows.
#[derive(Debug)]
pub struct TaskLists {
    /// Open or late, by date.
    pub open: Vec<Task>,
    /// The next one to open: its first day and title.
    pub next: Option<(Date, String)>,
}

impl Task {
    pub(super) fn of(
        ctx: Ctx<'_>,
        (policy, school): (&Adopted, &School),
        (control, spec): (&CompiledControl, &Duty),
        open: Open,
    ) -> Self {
        let pack = &policy.live.pack;
        let about = open.subject.map(|(register, row)| Row::at(ctx.world, register, row));
        let about = about.map(|row| (row.id(), row.name()));
        let of = about.as_ref().map(|(id, _)| *id);
        let signs = open.waits == Waits::Countersigning;
        let doers = if signs { &open.countersigners } else { &open.owners };
        let who = if signs { spec.countersign.clone() } else { owner_names(ctx, &control.control.id, spec) };
        let people = doers.people.iter().filter_map(|id| Row::of(ctx.world, *id)).map(Row::name).collect();
        let mut sections: Vec<String> =
            pack.clauses_of(&control.control.id).map(|clause| section_of(clause).clone()).collect();
        sections.dedup();
        Self {
            pack: policy.id().clone(),
            control: control.control.id.clone(),
            title: control.control.title.clone(),
            sections,
            clauses: open.clauses.clone(),
            due: open.one.due,
            late: open.late,
            waits: open.waits,
            owner: owner_words(pack, &who, doers.stand_in),
            people,
            link: link(school, (policy.id(), &control.control.id), (open.one.due, of)),
            tally: is_daily(ctx, spec).then(|| tally_link(school, (policy.id(), &control.control.id))),
            about,
            open,
        }
    }
}

/// `Caretaker`, or who does it while nobody is.
pub(super) fn owner_words(pack: &Pack, who: &Who, stand_in: bool) -> String {
    let titles: Vec<String> = who.iter().map(|name| role_title(pack, name)).collect();
    let titles = titles.join(" or ");
    if stand_in { format!("{}, as nobody is {titles}", role_title(pack, HEAD)) } else { titles }
}

/// Every open task of the policies, by date.
pub(crate) fn open(before: &Before, school: &School) -> Vec<Task> {
    let mut out = Vec::new();
    for (policy, ctx) in before.policies() {
        for (control, spec) in duties(policy) {
            let found = occur::open(ctx, control, spec).into_iter();
            out.extend(found.map(|one| Task::of(ctx, (policy, school), (control, spec), one)));
        }
    }
    out.sort_by(|a, b| (a.due, &a.title, &a.about).cmp(&(b.due, &b.title, &b.about)));
    out
}

impl House {
    /// Every open task of a school, for those who see its problems.
    pub async fn tasks(&self, actor: &Actor, school: &School) -> Result<TaskLists, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        Ok(TaskLists { open: open(&before, school), next: next(&before, |_, _| true) })
    }
}

/// The next occurrence to open, of those that pass.
pub(crate) fn next(before: &Before, passes: impl Fn(Ctx<'_>, &Duty) -> bool) -> Option<(Date, String)> {
    let mut out: Option<(Date, String)> = None;
    for (policy, ctx) in before.policies() {
        let today = ctx.world.calendar.day(ctx.world.now);
        let until = today.saturating_add(AHEAD_DAYS.days());
        for (control, spec) in duties(policy).filter(|(_, spec)| spec.on.is_none() && passes(ctx, spec)) {
            let coming = occurrences(ctx, control, spec, (today, until)).unwrap_or_default();
            let first = coming.into_iter().map(|one| one.opens).find(|opens| *opens > today);
            let found = first.map(|day| (day, control.control.title.clone()));
            out = [out, found].into_iter().flatten().min();
        }
    }
    out
}
