//! Who does something about a cause, who stands in, and by when it is to be fixed.
//!
//! Invariant: an agreed date never changes where a statement stands, and is never later than the policy's own while
//! that still runs.

use crate::appointment::Posts;
use crate::authority::Try;
use crate::view::cause::Cause;
use crate::{Error, House, Standpoint, dates};
use jiff::ToSpan;
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::Standing;
use schoolkeeper_store::section::TaskOwner;
use std::collections::BTreeSet;

/// The act behind it.
const GIVE: &str = "finding.give";
/// Longest time to fix what the policy gives no time for any more, in months.
const MONTHS_MAX: i64 = 12;
/// Who is told when nobody holds a role and nobody stands in.
const LAST: &str = "headteacher";

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiveAsked {
    /// The role that does it.
    pub owner: Name,
    /// The role that stands in.
    pub deputy: Option<Name>,
    /// By when it is to be fixed.
    pub fix_by: Option<Date>,
}

/// What the page shows.
#[derive(Debug)]
pub struct GiveShown {
    /// The cause.
    pub cause: Cause,
    /// Roles to choose from: name and title.
    pub roles: Vec<(Name, String)>,
    /// The latest day to fix it by.
    pub latest: Date,
    /// Whoever would hear of it today, by name.
    pub people: Vec<String>,
}

impl House {
    /// Who does something about a cause; missing for whoever may not say so.
    pub async fn owner_of(&self, actor: &Actor, at: &Standpoint, control: &str) -> Result<GiveShown, Error> {
        self.scope_at(actor, GIVE, &at.school).await?;
        let cause = at.causes().into_iter().find(|cause| *cause.control == *control).ok_or(Error::Missing)?;
        let posts = self.posts(&self.read().await?, &at.school).await?;
        let mut roles: Vec<(Name, String)> =
            posts.roles.iter().map(|(name, _)| (name.clone(), posts.title(name))).collect();
        roles.sort_by_key(|(_, title)| title.to_lowercase());
        let doers = posts.doers(cause.role.as_deref(), cause.deputy.as_deref());
        let people = self.names_at(&at.school, &doers).await?.into_values().collect();
        let latest = self.latest_fix(at, &cause);
        Ok(GiveShown { cause, roles, latest, people })
    }

    /// Gives a cause to a role.
    pub async fn give_cause(
        &self,
        actor: &Actor,
        at: &Standpoint,
        control: &str,
        asked: &GiveAsked,
    ) -> Result<(), Error> {
        let scope = self.allow(actor, &at.school, &Try::plain(GIVE)).await?.scope;
        let shown = self.owner_of(actor, at, control).await?;
        let known = |role: &Name| shown.roles.iter().any(|(name, _)| name == role);
        if !known(&asked.owner) || !asked.deputy.as_ref().is_none_or(known) {
            return Err(Error::refused("choose roles of this school"));
        }
        let today = at.calendar.day(self.now());
        if asked.fix_by.is_some_and(|day| day <= today || day > shown.latest) {
            let latest = dates::long(shown.latest);
            return Err(Error::refused(format!("choose a day from tomorrow until {latest} to fix it by")));
        }
        let before = at.owners.iter().find(|owner| *owner.control == *control);
        let owner = TaskOwner {
            control: Name::from(control),
            owner: asked.owner.clone(),
            deputy: asked.deputy.clone(),
            fix_by: asked.fix_by,
            open_count: before.map_or(0, |before| before.open_count),
        };
        let mut write = self.write().await?;
        write.set_task_owner(&scope, (at.school.id, at.pack_id()), &owner, self.now()).await?;
        write.commit().await?;
        Ok(())
    }

    /// While the policy's own time runs, nobody agrees to a later day.
    fn latest_fix(&self, at: &Standpoint, cause: &Cause) -> Date {
        let today = at.calendar.day(self.now());
        let own = cause.due_at.map(|due| at.calendar.day(due)).filter(|due| *due > today);
        own.or_else(|| today.checked_add(MONTHS_MAX.months()).ok()).unwrap_or(today)
    }
}

impl Posts {
    /// Who does it today: those there who hold the role, else those of the deputy, else the headteacher.
    pub(crate) fn doers(&self, owner: Option<&str>, deputy: Option<&str>) -> Vec<EntryId> {
        let asked = [owner, deputy, Some(LAST)].into_iter().flatten();
        asked.map(|role| self.present(role)).find(|people| !people.is_empty()).unwrap_or_default()
    }

    /// Those there today who answer for a role.
    pub(crate) fn present(&self, role: &str) -> Vec<EntryId> {
        let found = self.roles.responsible(&self.appointments, role, (None, self.today));
        let there = found.into_iter().filter(|one| !one.is_away_on(self.today)).map(|one| one.person);
        there.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

impl Standpoint {
    /// Whether a cause is a task that is open or late: that has a page of its own.
    pub(crate) fn is_task(&self, cause: &Cause) -> bool {
        let control = self.pack.controls.get(&cause.control);
        control.is_some_and(|control| matches!(control.control.kind, ControlKind::Duty(_)))
    }

    /// The last day to do something about it.
    pub(crate) fn last_day(&self, cause: &Cause) -> Option<Date> {
        cause.fix_by.or_else(|| cause.due_at.map(|due| self.calendar.day(due)))
    }

    /// Whether its day is over: the one that was agreed, else the end of the grace the policy gives.
    pub(crate) fn is_past(&self, cause: &Cause, today: Date) -> bool {
        if let Some(day) = self.last_day(cause) {
            return day < today;
        }
        let rule = self.pack.controls.get(&cause.control).map(|control| &control.control.kind);
        let graced = matches!(rule, Some(ControlKind::Rule(rule)) if rule.grace.is_some());
        graced && cause.standing == Standing::Broken
    }

    /// Whether somebody does something about a cause, or stands in for whoever does.
    pub fn is_theirs(&self, actor: &Actor, cause: &Cause) -> bool {
        let here = actor.roles.iter().filter(|held| held.school.is_none_or(|school| school == self.school.id));
        let theirs = |role: &Name| cause.role.as_ref() == Some(role) || cause.deputy.as_ref() == Some(role);
        here.map(|held| &held.role).any(theirs)
    }
}
