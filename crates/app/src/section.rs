//! Starting a section: who does what, what is open on that day, who will get what, and the start itself.
//!
//! Invariant: before the start its statements are judged and not counted, nothing is mailed about them (no problem of
//! theirs is stored) and what is unknown does not grow older. The start is one transaction with its owners, its starting
//! point and the change of standing, cause *section started*.

use crate::apart::section_of;
use crate::authority::Try;
use crate::evaluate::{Evaluated, TRIES_MAX, moved};
use crate::outcome::Problem;
use crate::snapshot::{Adopted, Snapshot};
use crate::view::cause::{Group, causes};
use crate::{Error, House, Standpoint, dates};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::occur::occurrences;
use schoolkeeper_store::section::{SectionAt, StoredSection, TaskOwner};
use schoolkeeper_store::{Cause, School};
use std::collections::{BTreeMap, BTreeSet};

/// Longest a start may be put off, and longest a fix of the starting point may take, in months.
const MONTHS_MAX: i64 = 12;
/// How many weeks are proposed for what was open at the start.
const FIX_WEEKS: i64 = 12;
/// More than so many tasks of one role in two weeks are said to be too many.
const TASKS_MAX: usize = 8;

/// What was chosen on the page.
#[derive(Clone, Debug, Default)]
pub struct StartAsked {
    /// Control → role that does it, and the one that stands in.
    pub owners: BTreeMap<Name, (Name, Option<Name>)>,
    /// Control → by when what is open is fixed.
    pub fix_by: BTreeMap<Name, Date>,
}

/// One task or cause of the section, with who does it.
#[derive(Clone, Debug)]
pub struct StartRow {
    /// The control.
    pub control: Name,
    /// In words.
    pub title: String,
    /// The first day it is due; of a cause, by when it is fixed.
    pub on: Option<Date>,
    /// The role that does it; empty when the policy names none.
    pub owner: Name,
    /// The role that stands in.
    pub deputy: Option<Name>,
    /// Nobody holds the role.
    pub vacant: bool,
    /// How many problems are open; 0 for a task.
    pub open: usize,
}

/// Everything the page shows.
#[derive(Debug)]
pub struct StartShown {
    /// The heading of the section.
    pub title: String,
    /// Since when it is started, in words.
    pub started: Option<String>,
    /// When it is to be started.
    pub planned_on: Option<Date>,
    /// What comes again, vacant roles first.
    pub tasks: Vec<StartRow>,
    /// What is open today, by cause.
    pub open: Vec<StartRow>,
    /// Roles to choose from: name and title.
    pub roles: Vec<(Name, String)>,
    /// Who will get what; nothing was sent.
    pub preview: Vec<String>,
    /// The latest day to plan for or fix by.
    pub latest: Date,
    /// The last day the school's terms are known for, when that is nearer than a year.
    pub known_until: Option<Date>,
}

impl House {
    /// The page of a start: what was chosen, and what is proposed where nothing was.
    pub async fn section_start(
        &self,
        actor: &Actor,
        at: &Standpoint,
        section: &str,
        asked: &StartAsked,
    ) -> Result<StartShown, Error> {
        let scope = self.scope_at(actor, "section.start", &at.school).await?;
        let mut snapshot = self.snapshot(&scope, &at.school).await?;
        let policy = policy_of(&mut snapshot, at)?;
        let clauses = policy.live.pack.clauses.iter().filter(|clause| section_of(clause) == section);
        let title = clauses.map(|clause| clause.section.clone()).next().ok_or(Error::Missing)?;
        let stored = policy.sections.iter().find(|known| *known.section == *section).cloned();
        let started = policy.is_started(section);
        begin(policy, section, self.now());
        let worked = self.worked(snapshot).await?;
        let one = worked.all.iter().find(|one| **one.policy.id() == *at.pack_id()).ok_or(Error::Missing)?;
        let posts = self.posts(&self.read().await?, &at.school).await?;
        let held: BTreeSet<Name> = self
            .roles(actor, &at.school)
            .await?
            .into_iter()
            .filter(|line| !line.people.is_empty())
            .map(|line| line.role)
            .collect();
        let today = at.calendar.day(self.now());
        let mut tasks = tasks(one, section, today);
        let mut open = open((one, &at.registers), section, today);
        for row in tasks.iter_mut().chain(&mut open) {
            row.choose(asked, &held);
        }
        tasks.sort_by_key(|row| !row.vacant);
        let mut roles: Vec<(Name, String)> =
            posts.roles.iter().map(|(name, _)| (name.clone(), posts.title(name))).collect();
        roles.sort_by_key(|(_, title)| title.to_lowercase());
        let latest = latest(today);
        let preview = preview(at, (&tasks, &open), (&roles, today));
        Ok(StartShown {
            title: title.unwrap_or_else(|| "Other statements".to_owned()),
            started: started.then(|| started_words(at, stored.as_ref())),
            planned_on: stored.and_then(|stored| stored.planned_on),
            tasks,
            open,
            roles,
            preview,
            latest,
            known_until: at.calendar.ends_on().filter(|ends| *ends < latest),
        })
    }

    /// Starts a section: from now on it is counted, becomes late and is told of.
    pub async fn start_section(
        &self,
        actor: &Actor,
        at: &Standpoint,
        section: &str,
        asked: &StartAsked,
    ) -> Result<(), Error> {
        let scope = self.allow(actor, &at.school, &Try::plain("section.start")).await?.scope;
        let shown = self.section_start(actor, at, section, asked).await?;
        if shown.started.is_some() {
            return Err(Error::refused("this section is started already"));
        }
        let today = at.calendar.day(self.now());
        if shown.open.iter().any(|row| row.on.is_none_or(|day| day <= today || day > shown.latest)) {
            let latest = dates::long(shown.latest);
            return Err(Error::refused(format!("choose days from tomorrow until {latest} to fix what is open")));
        }
        // What time alone has changed is no change of the start.
        self.evaluate(&Actor::operator(at.school.organisation), &at.school).await?;
        for _ in 0..TRIES_MAX {
            let mut snapshot = self.snapshot(&scope, &at.school).await?;
            begin(policy_of(&mut snapshot, at)?, section, self.now());
            let worked = self.worked(snapshot).await?;
            let mut write = self.write().await?;
            if write.generation().await? != worked.generation {
                continue;
            }
            let now = self.now();
            let place = SectionAt { school: at.school.id, pack: at.pack_id(), section };
            write.set_section(&scope, place, (shown.planned_on, Some(now)), now).await?;
            for row in shown.tasks.iter().chain(&shown.open).filter(|row| !row.owner.is_empty()) {
                write.set_task_owner(&scope, (at.school.id, at.pack_id()), &row.owner(), now).await?;
            }
            self.store_all(&mut write, &scope, &at.school, (&worked, Some(Cause::SectionStarted))).await?;
            write.commit().await?;
            return Ok(());
        }
        Err(moved())
    }

    /// Makes a policy that runs as a whole go by sections: they all count as started since it is in force, what is
    /// open is their starting point, and a new section of a newer version waits for its start.
    pub async fn switch_to_sections(&self, actor: &Actor, at: &Standpoint) -> Result<usize, Error> {
        let scope = self.allow(actor, &at.school, &Try::plain("section.start")).await?.scope;
        let adopted = self.adopted(&scope, &at.school).await?;
        let policy = adopted.iter().find(|policy| **policy.id() == *at.pack_id()).ok_or(Error::Missing)?;
        if !policy.sections.is_empty() {
            return Err(Error::refused("this policy goes by sections already"));
        }
        let (now, sections) = (self.now(), sections_of(&policy.live.pack));
        let fix_by = at.calendar.day(now).checked_add(FIX_WEEKS.weeks()).ok();
        let mut write = self.write().await?;
        for section in &sections {
            let place = SectionAt { school: at.school.id, pack: at.pack_id(), section };
            write.set_section(&scope, place, (None, Some(policy.since)), now).await?;
        }
        for cause in at.causes() {
            let owner = TaskOwner {
                control: cause.control,
                owner: cause.role.unwrap_or_else(nobody),
                deputy: cause.deputy,
                fix_by: cause.fix_by.or(fix_by),
                open_count: u32::try_from(cause.count).unwrap_or(u32::MAX),
            };
            write.set_task_owner(&scope, (at.school.id, at.pack_id()), &owner, now).await?;
        }
        write.commit().await?;
        self.evaluate(&Actor::operator(at.school.organisation), &at.school).await?;
        Ok(sections.len())
    }

    /// Plans when to start a section; nothing else changes.
    pub async fn plan_section(&self, actor: &Actor, at: &Standpoint, section: &str, on: Date) -> Result<(), Error> {
        let scope = self.allow(actor, &at.school, &Try::plain("section.start")).await?.scope;
        let today = at.calendar.day(self.now());
        let latest = latest(today);
        if on <= today || on > latest {
            let latest = dates::long(latest);
            return Err(Error::refused(format!("choose a day from tomorrow until {latest}")));
        }
        let mut snapshot = self.snapshot(&scope, &at.school).await?;
        let policy = policy_of(&mut snapshot, at)?;
        if policy.is_started(section) || !policy.live.pack.clauses.iter().any(|clause| section_of(clause) == section) {
            return Err(Error::refused("this section is started already"));
        }
        let place = SectionAt { school: at.school.id, pack: at.pack_id(), section };
        let mut write = self.write().await?;
        write.set_section(&scope, place, (Some(on), None), self.now()).await?;
        write.commit().await?;
        Ok(())
    }
}

/// Makes a policy go by sections at a school: none of them is started.
pub(crate) async fn go_by_sections(
    write: &mut schoolkeeper_store::Write,
    scope: &Scope,
    school: &School,
    (pack, now): (&schoolkeeper_core::pack::Pack, Timestamp),
) -> Result<(), Error> {
    for section in &sections_of(pack) {
        let place = SectionAt { school: school.id, pack: pack.head.id.get_ref(), section };
        write.set_section(scope, place, (None, None), now).await?;
    }
    Ok(())
}

/// The slugs of a policy's sections.
fn sections_of(pack: &schoolkeeper_core::pack::Pack) -> BTreeSet<String> {
    pack.clauses.iter().map(section_of).collect()
}

impl StartRow {
    /// What was chosen for it goes before what is proposed.
    fn choose(&mut self, asked: &StartAsked, held: &BTreeSet<Name>) {
        if let Some((owner, deputy)) = asked.owners.get(&self.control) {
            (self.owner, self.deputy) = (owner.clone(), deputy.clone());
        }
        if let Some(day) = asked.fix_by.get(&self.control).filter(|_| self.open > 0) {
            self.on = Some(*day);
        }
        self.vacant = !held.contains(&self.owner);
    }

    fn owner(&self) -> TaskOwner {
        TaskOwner {
            control: self.control.clone(),
            owner: self.owner.clone(),
            deputy: self.deputy.clone(),
            fix_by: self.on.filter(|_| self.open > 0),
            open_count: u32::try_from(self.open).unwrap_or(u32::MAX),
        }
    }
}

fn policy_of<'a>(snapshot: &'a mut Snapshot, at: &Standpoint) -> Result<&'a mut Adopted, Error> {
    snapshot.policies.iter_mut().find(|policy| **policy.id() == *at.pack_id()).ok_or(Error::Missing)
}

/// As if the section were started at an instant; nothing when it is.
fn begin(policy: &mut Adopted, section: &str, now: Timestamp) {
    if policy.is_started(section) {
        return;
    }
    policy.sections.retain(|known| *known.section != *section);
    let (actor, section) = (String::new(), Name::from(section));
    policy.sections.push(StoredSection { section, planned_on: None, started_at: Some(now), actor, set_at: now });
}

/// Controls of a section, in the order of the policy.
fn controls_of<'a>(one: &'a Evaluated, section: &str) -> Vec<&'a Name> {
    let clauses = one.policy.live.pack.clauses.iter().filter(|clause| section_of(clause) == section);
    let mut out: Vec<&Name> = Vec::new();
    for control in clauses.flat_map(|clause| &clause.controls).map(serde_spanned::Spanned::get_ref) {
        if !out.contains(&control) {
            out.push(control);
        }
    }
    out
}

fn tasks(one: &Evaluated, section: &str, today: Date) -> Vec<StartRow> {
    let params = one.policy.params();
    let ctx = Ctx { pack: &one.policy.live, params: &params, world: &one.world };
    let year = today.checked_add(1.year()).unwrap_or(today);
    let duties = controls_of(one, section).into_iter().filter_map(|name| {
        let compiled = one.policy.live.controls.get(name)?;
        let ControlKind::Duty(duty) = &compiled.control.kind else { return None };
        let due = occurrences(ctx, compiled, duty, (today, year)).ok();
        Some(StartRow {
            control: name.clone(),
            title: compiled.control.title.clone(),
            on: due.and_then(|all| all.iter().map(|one| one.due).find(|due| *due >= today)),
            owner: duty.owner.iter().next().cloned().unwrap_or_else(nobody),
            deputy: None,
            vacant: false,
            open: 0,
        })
    });
    duties.collect()
}

/// What is open in a section that is not stored as a problem of another one.
fn open((one, registers): (&Evaluated, &Schemas), section: &str, today: Date) -> Vec<StartRow> {
    let pack = &one.policy.live.pack;
    let controls = controls_of(one, section);
    let mut seen = BTreeSet::new();
    let findings = one.clauses.iter().flat_map(|clause| &clause.findings);
    let problems: Vec<Problem> = findings
        .filter(|finding| controls.contains(&&finding.control) && seen.insert((&finding.control, finding.subject)))
        .map(|finding| Problem {
            control: finding.control.clone(),
            entry: finding.subject,
            standing: finding.standing,
            since: finding.since,
            due_at: finding.due_at,
            message: finding.message.clone(),
        })
        .collect();
    let fix_by = today.checked_add(FIX_WEEKS.weeks()).ok();
    let found = causes(pack, registers, &one.outcome(None), &Group::of(problems.iter()));
    let rows = found.into_iter().map(|cause| StartRow {
        owner: crate::view::cause::owner_role(pack, &cause.control).unwrap_or_else(nobody),
        control: cause.control,
        title: cause.title,
        on: fix_by,
        deputy: None,
        vacant: false,
        open: cause.count,
    });
    rows.collect()
}

/// Who will get what in the first mail, and whose first two weeks are too full.
fn preview(
    at: &Standpoint,
    (tasks, open): (&[StartRow], &[StartRow]),
    (roles, today): (&[(Name, String)], Date),
) -> Vec<String> {
    let soon = today.checked_add(2.weeks()).unwrap_or(today);
    let mut owners: Vec<&Name> =
        tasks.iter().chain(open).map(|row| &row.owner).filter(|owner| !owner.is_empty()).collect();
    owners.sort_unstable();
    owners.dedup();
    let first = (1..15).filter_map(|days: i64| today.checked_add(days.days()).ok());
    let first = first.into_iter().find(|day| at.calendar.is_staff_day(*day).unwrap_or(false));
    let first = first.map_or_else(|| "The first school day".to_owned(), dates::with_weekday);
    let mut out = Vec::new();
    for owner in owners {
        let title = roles
            .iter()
            .find(|(name, _)| name == owner)
            .map_or_else(|| at.role_title(owner), |(_, title)| title.clone());
        let mine = tasks.iter().filter(|row| row.owner == *owner).count();
        let fix = open.iter().filter(|row| row.owner == *owner).count();
        out.push(format!("{first}: {title}, 1 mail, {}, {} to fix.", many(mine, "task"), many(fix, "cause")));
        let full = tasks.iter().filter(|row| row.owner == *owner && row.on.is_some_and(|on| on <= soon)).count();
        if full > TASKS_MAX {
            out.push(format!("{title} would have {full} tasks in two weeks. Give some to somebody else."));
        }
    }
    out
}

/// The policy names no role.
fn nobody() -> Name {
    Name::from("")
}

fn many(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

fn latest(today: Date) -> Date {
    today.checked_add(MONTHS_MAX.months()).unwrap_or(today)
}

fn started_words(at: &Standpoint, stored: Option<&StoredSection>) -> String {
    match stored.and_then(|stored| stored.started_at) {
        Some(when) => format!("Started {}", dates::long(at.calendar.day(when))),
        None => "Started with the policy".to_owned(),
    }
}
