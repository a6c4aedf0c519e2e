//! Appointments as they are on record, and the roles of a school's policies that give them their meaning.

use crate::authority::Reason;
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::permission::BaseRole;
use schoolkeeper_core::role::{Appointment, Conflict, RoleSpec, Roles};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::{Read, School, StoredEntry};
use std::collections::{BTreeMap, BTreeSet};

/// The roles of a school today and every appointment that counts there, those of its central office included.
#[derive(Debug)]
pub struct Posts {
    /// What each role means here.
    pub roles: Roles,
    /// Past, present and coming appointments.
    pub appointments: Vec<Appointment>,
    /// The school's own day.
    pub today: Date,
    /// The organisation's own words for roles.
    pub labels: BTreeMap<Name, String>,
}

impl Posts {
    /// A role as people here call it.
    pub fn title(&self, role: &str) -> String {
        let own = self.labels.get(role).cloned();
        let own = own.or_else(|| self.roles.get(role).map(|spec| spec.title.clone()).filter(|title| !title.is_empty()));
        own.unwrap_or_else(|| role.replace('-', " "))
    }

    /// What the house itself has against an appointment: powers beyond one's own, roles that do not go together, and
    /// a leading role that would move without a delegation on paper.
    pub(crate) fn against(
        &self,
        actor: &Actor,
        school: &School,
        (new, delegation): (&Appointment, Option<&str>),
    ) -> Vec<Reason> {
        let mut out = self.powers(actor, school, new);
        out.extend(self.roles.conflicts(&self.appointments, new).iter().map(|one| self.conflict(one, new)));
        if delegation.is_none_or(|text| text.trim().is_empty()) && self.moves(new) {
            let title = self.title(new.deputy_of.as_deref().unwrap_or(&new.role));
            let what = if new.deputy_of.is_some() { "standing in for" } else { "handing on" };
            out.push(Reason::of_house(
                format!(
                    "{what} the role {title} needs the minute or letter that says so\nhint: name it as the delegation"
                ),
                &[],
            ));
        }
        out
    }

    /// Nobody gives themselves a leading role, and what the headteacher may do is given by a headteacher.
    pub(crate) fn powers(&self, actor: &Actor, school: &School, new: &Appointment) -> Vec<Reason> {
        let given = [Some(&new.role), new.deputy_of.as_ref()].into_iter().flatten();
        let given: BTreeSet<BaseRole> =
            given.filter_map(|role| self.roles.get(role)).flat_map(|spec| spec.bases.iter().copied()).collect();
        let now = self.roles.held(&self.appointments, new.person, self.today);
        let new_power = |base: &BaseRole| base.leads() && !now.iter().any(|one| one.base == *base);
        let mine = actor.bases_at(school.id);
        if mine.contains(&BaseRole::Operator) || !given.iter().any(new_power) {
            return Vec::new();
        }
        let head = self.title("headteacher");
        if actor.person == Some(new.person) {
            return vec![Reason::of_house("nobody gives a leading role to themselves", &[&head])];
        }
        if given.contains(&BaseRole::Head) && !mine.contains(&BaseRole::Head) {
            return vec![Reason::of_house(
                format!("the role {} may do what a headteacher may", self.title(&new.role)),
                &[&head],
            )];
        }
        Vec::new()
    }

    /// What the headteacher holds is ended or changed by a headteacher only.
    pub(crate) fn untouchable(&self, actor: &Actor, school: &School, role: &str) -> Vec<Reason> {
        let head = self.roles.get(role).is_some_and(|spec| spec.bases.contains(&BaseRole::Head));
        let mine = actor.bases_at(school.id);
        if !head || mine.contains(&BaseRole::Head) || mine.contains(&BaseRole::Operator) {
            return Vec::new();
        }
        let text = format!("the role {} may do what a headteacher may", self.title(role));
        vec![Reason::of_house(text, &[&self.title("headteacher")])]
    }

    /// Whether a leading role would pass from one person to another, or to a deputy.
    fn moves(&self, new: &Appointment) -> bool {
        if let Some(post) = &new.deputy_of {
            return self.roles.get(post).is_some_and(RoleSpec::leads);
        }
        let leads = self.roles.get(&new.role).is_some_and(RoleSpec::leads);
        let others = self.appointments.iter().filter(|one| one.id != new.id && one.role == new.role);
        let mut others = others.filter(|one| one.school == new.school && one.site == new.site).peekable();
        leads && others.peek().is_some() && others.all(|one| one.person != new.person && !one.overlaps(new))
    }

    fn conflict(&self, conflict: &Conflict, new: &Appointment) -> Reason {
        let title = self.title(&new.role);
        let text = match conflict {
            Conflict::NoSuchRole => {
                format!("no policy here names a role `{}`\nhint: `schoolkeeper roles` lists them", new.role)
            }
            Conflict::EndsBeforeItBegins => {
                "its last day comes before its first\nhint: give a later last day".to_owned()
            }
            Conflict::HeldAtSchools => format!("{title} is a role of a school\nhint: name the school"),
            Conflict::HeldAtTrust => format!("{title} is a role of the central office\nhint: name the central office"),
            Conflict::HeldBy(person) if *person == new.person => {
                format!("this person holds the role {title} then already\nhint: change that appointment instead")
            }
            Conflict::HeldBy(_) => format!(
                "{title} is held by one person at a time, and somebody holds it then\nhint: end that appointment first, or give a later first day"
            ),
            Conflict::NotWith(other) => format!(
                "{title} and {} may not be the same person\nhint: end the other role first, or choose somebody else",
                self.title(other)
            ),
            Conflict::Requires(other) => format!(
                "{title} is only for somebody who is {} as well\nhint: give them that role first",
                self.title(other)
            ),
        };
        Reason::of_house(text, &[])
    }
}

impl House {
    /// Roles and appointments of a school.
    pub(crate) async fn posts(&self, read: &Read, school: &School) -> Result<Posts, Error> {
        let scope = Scope::system("roles");
        let live = self.live(read, &scope, school).await?;
        let mut roles = Roles::of(live.iter().map(|one| &one.pack.roles));
        if !read.has_office(&scope, school.id).await? {
            roles = roles.of_one_school();
        }
        let stored = read.appointments(&scope, school.id).await?;
        let appointments = stored.iter().filter_map(|entry| appointment(entry, school)).collect();
        let labels = read.role_labels(&scope, school.organisation).await?;
        Ok(Posts { roles, appointments, today: self.today(school), labels })
    }

    /// The day at a school.
    pub(crate) fn today(&self, school: &School) -> Date {
        Calendar::new(school.division, Vec::new()).day(self.now())
    }
}

/// Reads one as seen from a school.
pub(crate) fn appointment(entry: &StoredEntry, school: &School) -> Option<Appointment> {
    let elsewhere = entry.school != school.id;
    appointment_of(entry.id, &entry.facts, (!elsewhere && !school.trust).then_some(school.id))
}

/// Reads one from its facts; `None` when it names no person or no role.
pub(crate) fn appointment_of(id: EntryId, facts: &Facts, school: Option<SchoolId>) -> Option<Appointment> {
    let value = |field: &str| facts.get(field).map(|fact| &fact.value);
    let date = |field: &str| value(field).and_then(Value::as_date);
    let word = |field: &str| value(field).and_then(Value::as_text).filter(|text| !text.is_empty()).map(Name::from);
    Some(Appointment {
        id,
        person: value("person")?.as_ref_id()?,
        role: word("role")?,
        school,
        site: value("site").and_then(Value::as_ref_id),
        from: date("from"),
        until: date("until"),
        deputy_of: word("deputy_of"),
        away_from: date("away_from"),
        away_until: date("away_until"),
    })
}
