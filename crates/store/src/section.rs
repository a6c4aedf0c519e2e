//! Which sections of a policy a school has started or planned, and who does something about what there.
//!
//! Invariant: a policy goes by sections as soon as one of its sections has a row; then one without a row is not started.

use crate::error::Error;
use crate::ledger::{About, Detail, actor};
use crate::sql::{Row, at, maybe_text, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};

statements! {
    PUT = "INSERT INTO section (school, pack, section, planned_on, started_at, actor, set_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (school, pack, section) DO UPDATE SET \
        planned_on = excluded.planned_on, started_at = excluded.started_at, actor = excluded.actor, \
        set_at = excluded.set_at WHERE section.started_at IS NULL";
    LIST = "SELECT school, pack, section, planned_on, started_at, actor, set_at FROM section \
        WHERE school = $1 AND pack = $2 ORDER BY section";
    PUT_OWNER = "INSERT INTO task_owner (school, pack, control, owner, deputy, fix_by, open_count, actor, set_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (school, pack, control) DO UPDATE SET \
        owner = excluded.owner, deputy = excluded.deputy, fix_by = excluded.fix_by, \
        open_count = excluded.open_count, actor = excluded.actor, set_at = excluded.set_at";
    OWNERS = "SELECT school, pack, control, owner, deputy, fix_by, open_count, set_at FROM task_owner \
        WHERE school = $1 AND pack = $2 ORDER BY control";
}

/// One section of a policy at a school.
#[derive(Clone, Copy, Debug)]
pub struct SectionAt<'a> {
    /// Where.
    pub school: SchoolId,
    /// The policy.
    pub pack: &'a str,
    /// The slug of its heading.
    pub section: &'a str,
}

/// How far a section is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSection {
    /// The slug of its heading.
    pub section: Name,
    /// When it is to be started.
    pub planned_on: Option<Date>,
    /// When it was started.
    pub started_at: Option<Timestamp>,
    /// Who said so: `person:ID`, `operator`.
    pub actor: String,
    /// When that was said.
    pub set_at: Timestamp,
}

/// Who does something about a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskOwner {
    /// The control.
    pub control: Name,
    /// A role.
    pub owner: Name,
    /// The role that does it when nobody of the other is there.
    pub deputy: Option<Name>,
    /// By when what was open at the start is fixed.
    pub fix_by: Option<Date>,
    /// How many problems were open at the start.
    pub open_count: u32,
}

impl Write {
    /// Starts a section, or plans when to: `planned_on` without `started_at`. `false` and nothing changed when the
    /// school is not reached or the section was started before.
    pub async fn set_section(
        &mut self,
        scope: &Scope,
        place: SectionAt<'_>,
        (planned_on, started_at): (Option<Date>, Option<Timestamp>),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, place.school).await? else { return Ok(false) };
        let planned = planned_on.map(|day| day.to_string());
        let values = vec![
            reached.id(),
            text(place.pack),
            text(place.section),
            maybe_text(planned.as_deref()),
            crate::sql::maybe_at(started_at),
            text(actor(scope.by())),
            at(now),
        ];
        if self.run(PUT, values).await? == 0 {
            return Ok(false);
        }
        let details =
            [("pack", Detail::Word(place.pack.to_owned())), ("section", Detail::Word(place.section.to_owned()))];
        let kind = if started_at.is_some() { "section-started" } else { "section-planned" };
        self.record(scope, About::school(place.school, now), kind, &details).await?;
        self.bump_generation().await?;
        Ok(true)
    }

    /// Says who does something about a control; `false` and nothing changed when the school is not reached.
    pub async fn set_task_owner(
        &mut self,
        scope: &Scope,
        (school, pack): (SchoolId, &str),
        owner: &TaskOwner,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        let fix_by = owner.fix_by.map(|day| day.to_string());
        let values = vec![
            reached.id(),
            text(pack),
            text(&owner.control),
            text(&owner.owner),
            maybe_text(owner.deputy.as_deref()),
            maybe_text(fix_by.as_deref()),
            i64::from(owner.open_count).into(),
            text(actor(scope.by())),
            at(now),
        ];
        self.run(PUT_OWNER, values).await?;
        let details = [
            ("pack", Detail::Word(pack.to_owned())),
            ("control", Detail::Word(owner.control.to_string())),
            ("role", Detail::Word(owner.owner.to_string())),
            ("open", Detail::Count(i64::from(owner.open_count))),
        ];
        self.record(scope, About::school(school, now), "task-owner-set", &details).await?;
        Ok(true)
    }
}

impl Read {
    /// The sections of a policy a school has started or planned; none when it does not go by sections.
    pub async fn sections(&self, scope: &Scope, school: SchoolId, pack: &str) -> Result<Vec<StoredSection>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        self.all("section", LIST, vec![reached.id(), text(pack)]).await?.iter().map(section).collect()
    }

    /// Who does something about which control.
    pub async fn task_owners(&self, scope: &Scope, school: SchoolId, pack: &str) -> Result<Vec<TaskOwner>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        self.all("task_owner", OWNERS, vec![reached.id(), text(pack)]).await?.iter().map(owner).collect()
    }
}

fn section(row: &Row) -> Result<StoredSection, Error> {
    Ok(StoredSection {
        section: Name::from(row.text("section")?),
        planned_on: row.maybe_day("planned_on")?,
        started_at: row.maybe_at("started_at")?,
        actor: row.text("actor")?,
        set_at: row.at("set_at")?,
    })
}

fn owner(row: &Row) -> Result<TaskOwner, Error> {
    Ok(TaskOwner {
        control: Name::from(row.text("control")?),
        owner: Name::from(row.text("owner")?),
        deputy: row.maybe_text("deputy")?.map(Name::from),
        fix_by: row.maybe_day("fix_by")?,
        open_count: u32::try_from(row.int("open_count")?).map_err(|_| row.corrupt("open_count"))?,
    })
}
