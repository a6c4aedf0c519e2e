//! Who can sign in and give roles, today and on every day to come.
//!
//! Invariant: nothing people do brings the first day nearer on which nobody could, not even when two do it at once.

use crate::appointment::Posts;
use crate::authority::has_left;
use crate::{Error, House, dates};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};
use schoolkeeper_core::permission::{Reach, reach};
use schoolkeeper_core::role::{Appointment, RoleSpec};
use schoolkeeper_store::{Read, School, StoredEntry, Write};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// What an administrator may do.
const ACT: &str = "role.assign";
/// Days with a change that are looked at; behind them nothing is said.
const DAYS_MAX: usize = 400;
/// What to do before the last administrator goes.
const HINT: &str = "make somebody else headteacher or business manager first, and see that they have signed in";

/// Who can sign in and holds something, and the posts of their schools.
#[derive(Default)]
struct Chart {
    people: Vec<(EntryId, StoredEntry)>,
    schools: BTreeMap<SchoolId, (School, Posts)>,
}

impl House {
    /// Refuses a change under way that leaves an organisation without anybody who can sign in and give roles, now or
    /// on a day to come. Called last before the commit, by whatever ends access, a role or a person: two such changes
    /// wait for each other.
    pub async fn keeps_administrator(&self, write: &mut Write, organisation: OrganisationId) -> Result<(), Error> {
        if self.is_new().await? {
            return Ok(());
        }
        // From here on nobody else changes who can sign in: what stands now is what would be changed.
        write.joined_to_alone(&Scope::system("sign-in"), organisation).await?;
        let Some((today, day)) = self.first_day_without(write, organisation).await? else { return Ok(()) };
        let before = self.first_day_without(&self.read().await?, organisation).await?;
        if before.is_some_and(|(_, before)| before <= day) {
            return Ok(());
        }
        let when = if day <= today { String::new() } else { format!("from {} on ", dates::long(day)) };
        Err(Error::refused(format!("{when}nobody else could give roles or let people in\nhint: {HINT}")))
    }

    /// The first day from today on which nobody could sign in and give roles, for those who see problems; `None` as
    /// far as the records tell.
    pub async fn without_administrator(&self, actor: &Actor, school: &School) -> Result<Option<Date>, Error> {
        let read = self.read().await?;
        match self.scope_in(&read, (actor, school), "finding.see").await {
            Ok(_) if !self.is_new().await? => {}
            Ok(_) | Err(Error::NotAllowed(_)) => return Ok(None),
            Err(error) => return Err(error),
        }
        Ok(self.first_day_without(&read, school.organisation).await?.map(|(_, day)| day))
    }

    /// Today, and the first day from today on without anybody.
    async fn first_day_without(
        &self,
        read: &Read,
        organisation: OrganisationId,
    ) -> Result<Option<(Date, Date)>, Error> {
        let system = Scope::system("sign-in");
        let mut schools = read.schools(&system).await?;
        schools.retain(|school| school.organisation == organisation);
        let Some(today) = schools.first().map(|school| self.today(school)) else { return Ok(None) };
        let mut chart = Chart::default();
        for joined in read.joined_to(&system, organisation).await? {
            let mine = read.appointments_of(&system, organisation, joined.person).await?;
            let Some(person) = read.entry(&system, joined.person).await?.filter(|_| !mine.is_empty()) else { continue };
            for school in schools.iter().filter(|school| mine.iter().any(|one| one.school == school.id)) {
                if let Entry::Vacant(slot) = chart.schools.entry(school.id) {
                    slot.insert((school.clone(), self.posts(read, school).await?));
                }
            }
            chart.people.push((joined.person, person));
            if chart.stays(today) {
                return Ok(None);
            }
        }
        let days = std::iter::once(today).chain(chart.days_after(today));
        Ok(days.take(DAYS_MAX).find(|day| !chart.is_led_on(*day)).map(|day| (today, day)))
    }
}

impl Chart {
    /// Whether the person looked at last leads for good, so that no day needs to be looked at.
    fn stays(&self, today: Date) -> bool {
        let Some((person, entry)) = self.people.last() else { return false };
        let leaves = entry.facts.contains_key("last_day") || has_left(entry, today);
        let lasts = |posts: &Posts, one: &Appointment| {
            let leads = posts.roles.get(&one.role).is_some_and(|role| role.held_by.is_none() && assigns(role));
            let open = one.until.is_none() && one.deputy_of.is_none() && one.counts_on(today);
            one.person == *person && open && leads
        };
        !leaves && self.schools.values().any(|(_, posts)| posts.appointments.iter().any(|one| lasts(posts, one)))
    }

    /// Whether somebody can give roles on a day.
    fn is_led_on(&self, day: Date) -> bool {
        let leads = |person: EntryId, school: &School, posts: &Posts| {
            let place = (!school.trust).then_some(school.id);
            let mut held = posts.roles.held(&posts.appointments, person, day).into_iter();
            held.any(|held| held.school == place && reach(held.base, ACT) != Reach::None)
        };
        let mut there = self.people.iter().filter(|(_, entry)| !has_left(entry, day));
        there.any(|(person, _)| self.schools.values().any(|(school, posts)| leads(*person, school, posts)))
    }

    /// The days after one on which somebody comes, goes, is away or is back, in order.
    fn days_after(&self, today: Date) -> BTreeSet<Date> {
        let next = |day: Option<Date>| day.and_then(|day| day.tomorrow().ok());
        let of = |one: &Appointment| [one.from, next(one.until), one.away_from, next(one.away_until)];
        let held = self.schools.values().flat_map(|(_, posts)| posts.appointments.iter().flat_map(of));
        let last = |entry: &StoredEntry| next(entry.facts.get("last_day").and_then(|fact| fact.value.as_date()));
        let left = self.people.iter().map(|(_, entry)| last(entry));
        held.chain(left).flatten().filter(|day| *day > today).collect()
    }
}

fn assigns(role: &RoleSpec) -> bool {
    role.bases.iter().any(|base| reach(*base, ACT) != Reach::None)
}
