//! A login and the person it is in an organisation: both are made when they are not there yet.

use crate::appointment::appointment_of;
use crate::authority::Try;
use crate::role::{form, refuse};
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, LoginId, Name};
use schoolkeeper_core::role::Appointment;
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::entry::HAND;
use schoolkeeper_store::key::fold;
use schoolkeeper_store::login::Joined;
use schoolkeeper_store::{ByHand, NewEntry, School, Write};

/// Longest address that mail carries.
const EMAIL_MAX: usize = 254;
/// Longest name.
const NAME_MAX: usize = 200;

/// Somebody who shall be able to sign in.
#[derive(Clone, Debug)]
pub struct NewLogin {
    /// What people read.
    pub name: String,
    /// Their address, as it was typed.
    pub email: String,
    /// The role they hold, as packs name it; none when they hold what they hold.
    pub role: Option<String>,
    /// Where.
    pub school: School,
}

/// A login joined to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonOf {
    /// The login.
    pub login: LoginId,
    /// The person.
    pub person: EntryId,
}

/// An address as it is kept; `None` when it cannot be one.
pub(crate) fn address(typed: &str) -> Option<String> {
    let email = fold(typed);
    let (local, domain) = email.split_once('@')?;
    let bad = |c: char| c.is_whitespace() || c.is_control() || "@<>,;:\"()[]\\".contains(c);
    let fine = !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    (fine && typed.trim().len() <= EMAIL_MAX && !local.contains(bad) && !domain.contains(bad)).then_some(email)
}

impl NewLogin {
    /// What cannot be used of it: the field and why.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            out.push(("name", format!("Enter a name of at most {NAME_MAX} characters.")));
        }
        if address(&self.email).is_none() {
            out.push(("email", "Enter an email address, like name@school.example.".to_owned()));
        }
        out
    }
}

impl House {
    /// Makes somebody who can sign in with a password at once: for demos and tests, where nobody reads mails.
    pub async fn add_person(&self, new: &NewLogin, password: &str) -> Result<PersonOf, Error> {
        let hash = self.hashing.hash(password).await?;
        let mut write = self.write().await?;
        let person = self.join(&mut write, new, &Scope::system("sign-in")).await?;
        write.set_password(&Scope::system("sign-in"), person.login, &hash, self.now()).await?;
        write.commit().await?;
        Ok(person)
    }

    /// Makes or finds the login, the person and the appointment, in the caller's transaction. `giver` is by whose
    /// authority the role is given; the caller has asked for it.
    pub(crate) async fn join(&self, write: &mut Write, new: &NewLogin, giver: &Scope) -> Result<PersonOf, Error> {
        let (system, now) = (Scope::system("sign-in"), self.now());
        let email = address(&new.email).ok_or_else(|| Error::refused("this is no email address"))?;
        let known = write.login_by_email(&system, &email).await?;
        let login = known.as_ref().map_or_else(|| LoginId(Self::new_id()), |known| known.id);
        if known.is_none() {
            write.add_login(&system, login, &email, now).await?;
        }
        let known = write.joined(&system, login).await?;
        let known = known.into_iter().find(|joined| joined.organisation == new.school.organisation);
        let person = match known {
            Some(joined) => joined.person,
            None => self.person_for(write, new, &email, now).await?,
        };
        let joined = Joined {
            login,
            organisation: new.school.organisation,
            title: String::new(),
            person,
            school: new.school.id,
            name: new.name.trim().to_owned(),
            made_at: now,
            ended_at: None,
        };
        write.join_login(&system, &joined, now).await?;
        if let Some(role) = &new.role {
            self.appoint_now(write, (giver, &new.school), (person, role)).await?;
        }
        Ok(PersonOf { login, person })
    }

    /// The person with this address at the school, or a new one.
    async fn person_for(
        &self,
        write: &mut Write,
        new: &NewLogin,
        email: &str,
        now: Timestamp,
    ) -> Result<EntryId, Error> {
        let system = Scope::system("sign-in");
        let hits = write.entries_by_key(&system, (new.school.id, "person"), "email", &[email.to_owned()]).await?;
        if let Some(hit) = hits.iter().find(|hit| !hit.left) {
            return Ok(hit.entry);
        }
        let id = EntryId(Self::new_id());
        let kind = match new.role.as_deref() {
            Some("governor") => "governor",
            Some("dpo" | "auditor") => "contractor",
            _ => "staff",
        };
        let said = [
            ("name", Value::text(new.name.trim())),
            ("email", Value::text(email)),
            ("kind", Value::text(kind)),
            ("active", Value::Bool(true)),
        ];
        self.create(write, (&system, &new.school), ("person", id), facts(said, now)).await?;
        Ok(id)
    }

    async fn appoint_now(
        &self,
        write: &mut Write,
        (giver, school): (&Scope, &School),
        (person, role): (EntryId, &str),
    ) -> Result<(), Error> {
        let system = Scope::system("sign-in");
        let hits = write.entries_by_key(&system, (school.id, "appointment"), "person", &[person.to_string()]).await?;
        let ids: Vec<EntryId> = hits.iter().filter(|hit| !hit.left).map(|hit| hit.entry).collect();
        let known = write.entries_by_id(&system, school.id, &ids).await?;
        let holds = |entry: &schoolkeeper_store::StoredEntry| {
            entry.facts.get("role").is_some_and(|fact| fact.value.as_text() == Some(role))
        };
        if known.iter().any(holds) {
            return Ok(());
        }
        let (id, facts) = (EntryId(Self::new_id()), self.beginning_today(school, person, role));
        self.create(write, (giver, school), ("appointment", id), facts).await
    }

    /// An appointment that begins today.
    fn beginning_today(&self, school: &School, person: EntryId, role: &str) -> Facts {
        let today = ("from", Value::Date(self.today(school)));
        facts([("person", Value::Ref(person)), ("role", Value::text(role)), today], self.now())
    }

    /// Asks for the role somebody is invited to as for any other appointment: of the policies, and of the house's own
    /// rules on powers. Somebody new is asked about before they are on record.
    pub(crate) async fn may_join(&self, actor: &Actor, new: &NewLogin) -> Result<Scope, Error> {
        let school = &new.school;
        let Some(role) = &new.role else {
            return Ok(self.allow(actor, school, &Try::plain("role.assign")).await?.scope);
        };
        let (system, read) = (Scope::system("sign-in"), self.read().await?);
        let email = address(&new.email).ok_or_else(|| Error::refused("this is no email address"))?;
        let hits = read.entries_by_key(&system, (school.id, "person"), "email", &[email]).await?;
        let known = hits.iter().find(|hit| !hit.left).map(|hit| hit.entry);
        let facts = self.beginning_today(school, known.unwrap_or_else(|| EntryId(Self::new_id())), role);
        let posts = self.posts(&read, school).await?;
        drop(read);
        let allowed = self.allow(actor, school, &Try { form: form(&facts), ..Try::plain("role.assign") }).await?;
        let place = (!school.trust).then_some(school.id);
        let wanted = appointment_of(EntryId(Self::new_id()), &facts, place).ok_or(Error::Missing)?;
        let own = |one: &Appointment| Some(one.person) == known && one.role == wanted.role;
        if !posts.appointments.iter().any(|one| own(one) && one.counts_on(posts.today)) {
            refuse(posts.against(actor, school, (&wanted, None)))?;
        }
        Ok(allowed.scope)
    }

    async fn create(
        &self,
        write: &mut Write,
        (by, school): (&Scope, &School),
        (register, id): (&str, EntryId),
        facts: Facts,
    ) -> Result<(), Error> {
        // Asked for in the change itself, which nothing else may wait behind.
        let schemas = self.registers_in(write, school).await?;
        let register = schemas.get(register).ok_or(Error::Missing)?;
        let now = self.now();
        let place = ByHand { school: school.id, register, now, why: None };
        write.create_entry(by, place, NewEntry { id, facts }).await?;
        Ok(())
    }
}

fn facts<const COUNT: usize>(said: [(&str, Value); COUNT], now: Timestamp) -> Facts {
    let fact = |value| Fact { value, at: now, held_since: now, source: Name::from(HAND) };
    said.into_iter().map(|(name, value)| (Name::from(name), fact(value))).collect()
}
