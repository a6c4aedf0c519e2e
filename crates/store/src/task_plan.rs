//! On which day a school means to do a yearly task.
//!
//! Invariant: a plan moves no due date and no standing; it is replaced as a whole for the days it is about.

use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use jiff::civil::Date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};

/// Most tasks of a plan.
pub const PLANNED_MAX: i64 = 2_000;

statements! {
    LIST = "SELECT pack, control, due, planned_on FROM task_plan WHERE school = $1 AND due >= $2 \
        ORDER BY planned_on, pack, control, due LIMIT $3";
    CLEAR = "DELETE FROM task_plan WHERE school = $1 AND due >= $2 AND due <= $3";
    PUT = "INSERT INTO task_plan (school, pack, control, due, planned_on) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (school, pack, control, due) DO UPDATE SET planned_on = excluded.planned_on";
}

/// A task with the day it is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTask {
    /// The policy.
    pub pack: Name,
    /// Its control.
    pub control: Name,
    /// When it is due.
    pub due: Date,
    /// When it is meant to be done.
    pub planned_on: Date,
}

impl Read {
    /// The plan of a school for everything due from a day on, by day.
    pub async fn task_plan(&self, scope: &Scope, school: SchoolId, from: Date) -> Result<Vec<PlannedTask>, Error> {
        let Some(reached) = self.reach(scope, school).await? else { return Ok(Vec::new()) };
        let values = vec![reached.id(), text(from.to_string()), PLANNED_MAX.into()];
        let rows = self.all("task_plan", LIST, values).await?;
        rows.iter()
            .map(|row| {
                let day = |column| row.maybe_day(column)?.ok_or_else(|| row.corrupt(column));
                let (pack, control) = (Name::from(row.text("pack")?), Name::from(row.text("control")?));
                Ok(PlannedTask { pack, control, due: day("due")?, planned_on: day("planned_on")? })
            })
            .collect()
    }
}

impl Write {
    /// Replaces the plan of what is due within days; `false` when the school is not reached whole.
    pub async fn set_task_plan(
        &mut self,
        scope: &Scope,
        (school, (from, to)): (SchoolId, (Date, Date)),
        plan: &[PlannedTask],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(false) };
        self.run(CLEAR, vec![reached.id(), text(from.to_string()), text(to.to_string())]).await?;
        for one in plan {
            let days = [one.due, one.planned_on].map(|day| text(day.to_string()));
            self.run(PUT, [vec![reached.id(), text(&one.pack), text(&one.control)], days.to_vec()].concat()).await?;
        }
        let count = i64::try_from(plan.len()).unwrap_or(i64::MAX);
        self.record(scope, About::school(school, now), "tasks-planned", &[("tasks", Detail::Count(count))]).await?;
        Ok(true)
    }
}
