//! Roles that nobody holds, and who stands in for whom today.
//!
//! Invariant: a role is vacant only while a statement waits for it; who stands in has the role's rights and is told so.

use crate::appointment::Posts;
use crate::outcome::Outcome;
use crate::standpoint::Standpoint;
use crate::{Error, House, dates};
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::standing::Missing;
use schoolkeeper_store::{Read, School};
use std::collections::BTreeMap;

/// A role that nobody holds, with what waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vacancy {
    /// As packs name it.
    pub role: Name,
    /// As people here call it.
    pub title: String,
    /// Statements that name it: id and text.
    pub statements: Vec<(String, String)>,
}

/// Role → statements that name it or cannot be told while nobody holds it: id and text.
pub(crate) type Needed = BTreeMap<Name, Vec<(String, String)>>;

/// Adds what one policy needs.
pub(crate) fn need(out: &mut Needed, pack: &Pack, outcome: Option<&Outcome>) {
    for clause in &pack.clauses {
        let missing = outcome.and_then(|outcome| outcome.clause(clause.id.get_ref()));
        let missing = missing.map_or(&[][..], |clause| clause.missing.as_slice());
        let vacant = missing.iter().filter_map(|one| match one {
            Missing::Role { name } => Some(name),
            _ => None,
        });
        for role in clause.who.iter().chain(vacant) {
            let of = out.entry(role.clone()).or_default();
            let statement = (clause.id.get_ref().to_string(), clause.text.clone());
            if !of.contains(&statement) {
                of.push(statement);
            }
        }
    }
}

impl Posts {
    /// Nobody holds it today and nobody stands in.
    pub(crate) fn is_vacant(&self, role: &str) -> bool {
        let holders = self.roles.holders(&self.appointments, role, self.today);
        holders.is_empty() && self.roles.standing_in(&self.appointments, role, self.today).is_empty()
    }

    /// The last day somebody stands in for a role, as far as it is known: theirs, or before whoever is away is back.
    fn stands_in_until(&self, role: &str, own: Option<Date>) -> Option<Date> {
        let holders = self.roles.holders(&self.appointments, role, self.today);
        let back = holders.iter().map(|one| one.away_until).min().flatten();
        [own, back].into_iter().flatten().min()
    }
}

impl House {
    /// Roles that a policy's statements need and nobody holds, for those who see problems.
    pub async fn vacancies(&self, actor: &Actor, at: &Standpoint) -> Result<Vec<Vacancy>, Error> {
        let read = self.read().await?;
        match self.scope_in(&read, (actor, &at.school), "finding.see").await {
            Ok(_) => {}
            Err(Error::NotAllowed(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        }
        let posts = self.posts(&read, &at.school).await?;
        let mut needed = Needed::new();
        need(&mut needed, &at.pack.pack, Some(&at.outcome));
        let vacant = needed.into_iter().filter(|(role, _)| posts.roles.get(role).is_some() && posts.is_vacant(role));
        let mut out: Vec<Vacancy> =
            vacant.map(|(role, statements)| Vacancy { title: posts.title(&role), role, statements }).collect();
        out.sort_by_key(|one| (std::cmp::Reverse(one.statements.len()), one.title.to_lowercase()));
        Ok(out)
    }

    /// What somebody stands in for today, one sentence each: *You stand in for the headteacher until 4 December 2026.*
    pub async fn stand_ins(&self, actor: &Actor) -> Result<Vec<String>, Error> {
        if !actor.roles.iter().any(|held| held.stands_in) {
            return Ok(Vec::new());
        }
        let read = self.read().await?;
        let schools = read.schools(&Scope::system("stand-ins")).await?;
        let own = || schools.iter().filter(|school| school.organisation == actor.organisation);
        let many = own().count() > 1;
        let mut out = Vec::new();
        for school in own() {
            let place = (!school.trust).then_some(school.id);
            let here = actor.roles.iter().filter(|held| held.stands_in && held.school == place);
            let here: Vec<_> = here.collect();
            if here.is_empty() {
                continue;
            }
            let posts = self.posts(&read, school).await?;
            for held in here {
                let until = posts.stands_in_until(&held.role, held.until);
                let says = sentence(&posts.title(&held.role), many.then_some(&school.title), until);
                if !out.contains(&says) {
                    out.push(says);
                }
            }
        }
        Ok(out)
    }

    /// Role → statements of all policies of a school that need it.
    pub(crate) async fn needed(&self, read: &Read, scope: &Scope, school: &School) -> Result<Needed, Error> {
        let mut out = Needed::new();
        for pack in self.live(read, &Scope::system("roles"), school).await? {
            let outcome: Option<Outcome> = read.outcome(scope, school.id, pack.pack.head.id.get_ref()).await?;
            need(&mut out, &pack.pack, outcome.as_ref());
        }
        Ok(out)
    }
}

fn sentence(title: &str, school: Option<&String>, until: Option<Date>) -> String {
    // `Headteacher` within a sentence, but `ICT lead`.
    let plain = !title.chars().nth(1).is_some_and(char::is_uppercase);
    let title = if plain { lower_first(title) } else { title.to_owned() };
    let school = school.map_or_else(String::new, |school| format!(" at {school}"));
    let until = until.map_or_else(String::new, |day| format!(" until {}", dates::long(day)));
    format!("You stand in for the {title}{school}{until}.")
}

fn lower_first(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
