//! Every appointment at the schools somebody looks into, ended and coming ones too: searched, narrowed, in an order.
//!
//! Invariant: an appointment stands once, at the school (or central office) that gave it; what has ended is shown only
//! to those who give roles there.

use super::{Holder, Names, holder};
use crate::appointment::Posts;
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::role::Appointment;
use schoolkeeper_store::School;
use std::collections::{BTreeMap, BTreeSet};

/// Whether an appointment counts today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeldState {
    /// A statement needs the role, and nobody holds it.
    Vacant,
    /// Today.
    Current,
    /// From a later day on.
    Coming,
    /// Until an earlier day.
    Ended,
}

/// What comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoleOrder {
    /// By what the role is called.
    #[default]
    Role,
    /// By the person's name.
    Person,
    /// Latest first day first.
    From,
    /// What ends next first.
    Until,
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolesAsked {
    /// Words of the role, the person, the site or the delegation.
    pub search: String,
    /// One role, as packs name it.
    pub role: Option<String>,
    /// One school, by its short name.
    pub school: Option<String>,
    /// One state.
    pub state: Option<HeldState>,
    /// Their order.
    pub order: RoleOrder,
}

/// One line: an appointment, or a role that nobody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleEntry {
    /// Where.
    pub school: School,
    /// As packs name the role.
    pub role: Name,
    /// As people here call it.
    pub title: String,
    /// For which role they stand in, as people call it.
    pub stands_in_for: Option<String>,
    /// Whether it counts today.
    pub state: HeldState,
    /// Who; `None` when nobody does.
    pub holder: Option<Holder>,
    /// Whoever asks may change it.
    pub may: bool,
}

/// The lines that fit, and what they may be narrowed by.
#[derive(Clone, Debug, Default)]
pub struct RoleEntries {
    /// In their order.
    pub lines: Vec<RoleEntry>,
    /// Every role that somebody held, holds or should hold: name and title.
    pub roles: BTreeMap<Name, String>,
    /// Every school that is looked into.
    pub schools: Vec<School>,
    /// Whoever asks sees what has ended at one of them.
    pub sees_ended: bool,
}

impl House {
    /// Every appointment at the schools somebody looks into, as far as it is wanted.
    pub async fn role_entries(&self, actor: &Actor, asked: &RolesAsked) -> Result<RoleEntries, Error> {
        let schools = self.all_schools(actor).await?;
        let mut out = RoleEntries::default();
        for school in schools.iter().filter(|school| asked.school.as_ref().is_none_or(|slug| *slug == school.slug)) {
            self.role_entries_at(actor, school, &mut out).await?;
        }
        out.roles = out.lines.iter().map(|line| (line.role.clone(), line.title.clone())).collect();
        out.lines.retain(|line| line.fits(asked));
        out.lines.sort_by_cached_key(|line| line.key(asked.order));
        out.schools = schools;
        Ok(out)
    }

    async fn role_entries_at(&self, actor: &Actor, school: &School, out: &mut RoleEntries) -> Result<(), Error> {
        let scope = match self.scope_at(actor, "policy.see", school).await {
            Ok(scope) => scope,
            Err(Error::NotAllowed(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let may = self.scope_at(actor, super::ACT, school).await.is_ok();
        out.sees_ended |= may;
        let read = self.read().await?;
        let posts = self.posts(&read, school).await?;
        let (names, needed) = (self.names(&read, school, &posts).await?, self.needed(&read, &scope, school).await?);
        let own = |one: &&Appointment| one.school.is_none() == school.trust;
        let shown = posts.appointments.iter().filter(own).map(|one| entry(&posts, (school, may), one, &names));
        out.lines.extend(shown.filter(|line| may || line.state != HeldState::Ended));
        let wanted: BTreeSet<&Name> = needed.keys().filter(|role| posts.roles.get(role).is_some()).collect();
        out.lines.extend(wanted.into_iter().filter(|role| posts.is_vacant(role)).map(|role| RoleEntry {
            school: school.clone(),
            title: posts.title(role),
            role: role.clone(),
            stands_in_for: None,
            state: HeldState::Vacant,
            holder: None,
            may,
        }));
        Ok(())
    }
}

fn entry(posts: &Posts, (school, may): (&School, bool), one: &Appointment, names: &Names) -> RoleEntry {
    let stands_in = one.deputy_of.as_deref().is_some_and(|role| {
        posts.roles.standing_in(&posts.appointments, role, posts.today).iter().any(|other| other.id == one.id)
    });
    let state = match (one.from, one.until) {
        (_, Some(until)) if until < posts.today => HeldState::Ended,
        (Some(from), _) if from > posts.today => HeldState::Coming,
        _ => HeldState::Current,
    };
    RoleEntry {
        school: school.clone(),
        role: one.role.clone(),
        title: posts.title(&one.role),
        stands_in_for: one.deputy_of.as_ref().map(|role| posts.title(role)),
        state,
        holder: Some(holder(posts, names, stands_in, one)),
        may,
    }
}

impl RoleEntry {
    fn fits(&self, asked: &RolesAsked) -> bool {
        let role = asked.role.as_deref().is_none_or(|role| *self.role == *role);
        let state = asked.state.is_none_or(|state| state == self.state);
        let wanted = asked.search.trim().to_lowercase();
        let holder = self.holder.as_ref();
        let words = [
            Some(self.title.as_str()),
            self.stands_in_for.as_deref(),
            holder.map(|holder| holder.name.as_str()),
            holder.and_then(|holder| holder.site.as_deref()),
            holder.and_then(|holder| holder.delegation.as_deref()),
        ];
        role && state && words.into_iter().flatten().any(|text| text.to_lowercase().contains(&wanted))
    }

    /// Vacant ones first, whatever the order.
    fn key(&self, order: RoleOrder) -> (bool, String, String, String) {
        let one = self.holder.as_ref().map(|holder| &holder.appointment);
        let (title, name) = (
            self.title.to_lowercase(),
            self.holder.as_ref().map_or_else(String::new, |holder| holder.name.to_lowercase()),
        );
        let (first, then) = match order {
            RoleOrder::Role => (title, name),
            RoleOrder::Person => (name, title),
            // The later a day, the smaller its key.
            RoleOrder::From => (one.and_then(|one| one.from).map_or_else(|| "~".to_owned(), latest), title),
            RoleOrder::Until => {
                (one.and_then(|one| one.until).map_or_else(|| "~".to_owned(), |day| day.to_string()), title)
            }
        };
        (self.state != HeldState::Vacant, first, then, self.school.slug.clone())
    }
}

fn latest(day: Date) -> String {
    format!("{:04}{:02}{:02}", 9999 - day.year(), 12 - day.month(), 31 - day.day())
}
