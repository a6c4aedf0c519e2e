//! Appointments as they are on record, and the roles of a school's policies that give them their meaning.

use crate::{Error, House};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::role::{Appointment, Roles};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::{Read, School, StoredEntry};

/// The roles of a school today and every appointment that counts there, those of its central office included.
#[derive(Debug)]
pub struct Posts {
    /// What each role means here.
    pub roles: Roles,
    /// Past, present and coming appointments.
    pub appointments: Vec<Appointment>,
    /// The school's own day.
    pub today: jiff::civil::Date,
}

impl House {
    /// Roles and appointments of a school.
    pub(crate) async fn posts(&self, read: &Read, school: &School) -> Result<Posts, Error> {
        let scope = Scope::system("roles");
        let live = self.live(read, &scope, school).await?;
        let roles = Roles::of(live.iter().map(|one| &one.pack.pack.roles));
        let stored = read.appointments(&scope, school.id).await?;
        let appointments = stored.iter().filter_map(|entry| appointment(entry, school)).collect();
        Ok(Posts { roles, appointments, today: self.today(school) })
    }

    /// The day at a school.
    pub(crate) fn today(&self, school: &School) -> jiff::civil::Date {
        Calendar::new(school.division, Vec::new()).day(self.now())
    }
}

/// Reads one; `None` when it names no person or no role.
pub(crate) fn appointment(entry: &StoredEntry, school: &School) -> Option<Appointment> {
    let value = |field: &str| entry.facts.get(field).map(|fact| &fact.value);
    let date = |field: &str| value(field).and_then(Value::as_date);
    let word = |field: &str| value(field).and_then(Value::as_text).filter(|text| !text.is_empty()).map(Name::from);
    let elsewhere = entry.school != school.id;
    Some(Appointment {
        id: entry.id,
        person: value("person")?.as_ref_id()?,
        role: word("role")?,
        school: (!elsewhere && !school.trust).then_some(school.id),
        site: value("site").and_then(Value::as_ref_id),
        from: date("from"),
        until: date("until"),
        deputy_of: word("deputy_of"),
        away_from: date("away_from"),
        away_until: date("away_until"),
    })
}
