//! The first run: whoever reads the terminal makes the first person, who is an administrator.
//!
//! Invariant: the code works only while nobody can sign in, four wrong tries end it, and only its hash is kept.

use super::join::NewLogin;
use super::password::{About, floor};
use super::secret::{code_hash, same};
use super::session::{Arrival, NewSession};
use crate::authority::Try;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::School;
use schoolkeeper_store::session::Way;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// Wrong codes until a new one is printed.
const TRIES: i64 = 4;

/// The first person, as the form has them.
#[derive(Clone, Debug, Default)]
pub struct FirstPerson {
    /// The code from the terminal.
    pub code: String,
    /// Handle of the school.
    pub school: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// `headteacher` or `school-business-manager`.
    pub role: String,
    /// The password.
    pub password: String,
    /// The same again.
    pub again: String,
}

/// What became of it.
#[derive(Debug)]
pub enum SetUp {
    /// Done and signed in.
    In(NewSession),
    /// The code is not the one on the terminal; so many tries are left, 0 when a new one was printed.
    Code(i64),
    /// What is wrong with which field.
    Mistakes(Vec<(&'static str, String)>),
}

impl House {
    /// Whether nobody can sign in yet: then nothing but the first run answers.
    pub async fn is_new(&self) -> Result<bool, Error> {
        if self.lived_in.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let anybody = self.read().await?.anybody_signs_in().await?;
        self.lived_in.store(anybody, Ordering::Relaxed);
        Ok(!anybody)
    }

    /// A fresh code for the first run, to be printed; the one before is worth nothing. Refused when somebody can
    /// sign in already.
    pub async fn setup_code(&self) -> Result<String, Error> {
        if !self.is_new().await? {
            return Err(Error::refused(
                "somebody can sign in already, so there is no first run\nhint: ask an administrator to invite you",
            ));
        }
        let code = Self::secret()?.code(2);
        let mut write = self.write().await?;
        write.set_setup_code(&Scope::system("set-up"), &code_hash(&code), TRIES, self.now()).await?;
        write.commit().await?;
        Ok(code)
    }

    /// Checks the first run's code; a wrong one costs a try, and after the last a new one is printed.
    pub async fn check_setup_code(&self, typed: &str) -> Result<Result<(), i64>, Error> {
        let system = Scope::system("set-up");
        let mut write = self.write().await?;
        if !write.try_setup_code(&system).await? {
            return Ok(Err(0));
        }
        let Some((hash, left)) = write.setup_code(&system).await? else { return Ok(Err(0)) };
        if same(&hash, &code_hash(typed)) {
            // Dropped: the right code costs no try.
            return Ok(Ok(()));
        }
        write.commit().await?;
        if left == 0 {
            self.print(&format!("Four wrong codes. The new set-up code is {}", self.setup_code().await?));
        }
        Ok(Err(left))
    }

    /// Makes the first person and lets them in.
    pub async fn set_up(&self, first: &FirstPerson, arrival: &Arrival) -> Result<SetUp, Error> {
        if !self.is_new().await? {
            return Err(Error::Missing);
        }
        if let Err(left) = self.check_setup_code(&first.code).await? {
            return Ok(SetUp::Code(left));
        }
        let operator = self.operator();
        let schools = self.all_schools(&operator).await?;
        let mut mistakes = mistakes(first, &schools);
        if mistakes.is_empty() {
            mistakes = self.against_policies(first, &schools).await?;
        }
        let Some(school) = schools.into_iter().find(|school| school.slug == first.school) else {
            return Ok(SetUp::Mistakes(mistakes));
        };
        if !mistakes.is_empty() {
            return Ok(SetUp::Mistakes(mistakes));
        }
        let hash = self.hashing.hash(&first.password).await?;
        let (system, now) = (Scope::system("set-up"), self.now());
        let mut write = self.write().await?;
        if !write.end_setup_code(&system).await? {
            return Ok(SetUp::Code(0));
        }
        let new =
            NewLogin { name: first.name.clone(), email: first.email.clone(), role: Some(first.role.clone()), school };
        let person = self.join(&mut write, &new, &system).await?;
        write.set_password(&system, person.login, &hash, now).await?;
        let login = write.login(&system, person.login).await?.ok_or(Error::Missing)?;
        let joined = write.joined(&system, person.login).await?;
        write.commit().await?;
        self.lived_in.store(true, Ordering::Relaxed);
        let joined = joined.first().ok_or(Error::Missing)?;
        Ok(SetUp::In(self.begin_session(&login, joined, Way::Password, arrival).await?))
    }

    /// What the policies in force where they are say against the first person's password.
    async fn against_policies(
        &self,
        first: &FirstPerson,
        schools: &[School],
    ) -> Result<Vec<(&'static str, String)>, Error> {
        let fields = [("password", &first.password), ("username", &first.email), ("name", &first.name)];
        let mut form: BTreeMap<Name, Value> =
            fields.into_iter().map(|(name, text)| (Name::from(name), Value::text(&**text))).collect();
        form.insert(Name::from("previous"), Value::List(Vec::new().into()));
        let form = Value::Map(form.into());
        let mut why = Vec::new();
        for school in schools.iter().filter(|school| school.slug == first.school || school.trust) {
            let tried = Try { act: "password.set", on: None, form: form.clone() };
            match self.decided(&Actor::operator(school.organisation), school, &tried).await {
                Ok(_) => {}
                Err(Error::Denied(denial)) => why.extend(denial.reasons.into_iter().map(|one| one.message)),
                Err(other) => return Err(other),
            }
        }
        why.sort();
        why.dedup();
        Ok(why.first().map(|_| ("password", why.join(" "))).into_iter().collect())
    }
}

fn mistakes(first: &FirstPerson, schools: &[School]) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let Some(school) = schools.iter().find(|school| school.slug == first.school) else {
        return vec![("school", "Choose a school.".to_owned())];
    };
    let new = NewLogin { name: first.name.clone(), email: first.email.clone(), role: None, school: school.clone() };
    out.extend(new.mistakes());
    if !["headteacher", "school-business-manager"].contains(&first.role.as_str()) {
        out.push(("role", "Choose what you are at the school.".to_owned()));
    }
    let titles = [school.title.clone()];
    let about = About { name: &first.name, email: &first.email, schools: &titles };
    let weak = floor(&first.password, about);
    let strong = weak.is_empty();
    out.extend(weak.into_iter().map(|why| ("password", why)));
    if strong && first.password != first.again {
        out.push(("again", "This is not the same password as above. Type it again.".to_owned()));
    }
    out
}
