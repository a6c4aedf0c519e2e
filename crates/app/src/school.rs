//! Schools: which there are, and which one somebody means.

use crate::outcome::Outcome;
use crate::view::Tally;
use crate::{Error, House};
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::slug;
use schoolkeeper_store::School;

/// A school in the list of schools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolLine {
    /// Its address.
    pub slug: String,
    /// Its name.
    pub title: String,
    /// Where it stands, over all its policies.
    pub words: String,
}

impl House {
    /// Every school the actor reaches, the trust's central office first.
    pub async fn all_schools(&self, actor: &Actor) -> Result<Vec<School>, Error> {
        let scope = Self::scope(actor, "policy.see")?;
        let mut schools = self.read().await?.schools(&scope).await?;
        schools.sort_by_key(|school| (!school.trust, school.slug.clone()));
        Ok(schools)
    }

    /// The schools somebody means: all, or the one with this name or id.
    pub async fn chosen(&self, actor: &Actor, school: Option<&str>) -> Result<Vec<School>, Error> {
        match school {
            None => self.all_schools(actor).await,
            Some(_) => Ok(vec![self.one_school(actor, school).await?]),
        }
    }

    /// The one school somebody means; it need not be named when there is only one.
    pub async fn one_school(&self, actor: &Actor, school: Option<&str>) -> Result<School, Error> {
        let mut schools = self.all_schools(actor).await?;
        let slugs: Vec<String> = schools.iter().map(|school| school.slug.clone()).collect();
        if let Some(name) = school {
            return schools.into_iter().find(|known| known.slug == slug(name)).ok_or_else(|| {
                Error::refused(format!("there is no school `{name}`\nhint: there is {}", slugs.join(", ")))
            });
        }
        schools.retain(|school| !school.trust);
        match schools.pop() {
            Some(only) if schools.is_empty() => Ok(only),
            _ => Err(Error::refused(format!("which school?\nhint: add --school with one of {}", slugs.join(", ")))),
        }
    }

    /// The list of schools with where each stands.
    pub async fn schools(&self, actor: &Actor) -> Result<Vec<SchoolLine>, Error> {
        let scope = Self::scope(actor, "policy.see")?;
        let read = self.read().await?;
        let mut out = Vec::new();
        for school in self.all_schools(actor).await? {
            let mut standings = Vec::new();
            for run in read.last_runs(&scope, school.id).await? {
                let outcome: Option<Outcome> = read.outcome(&scope, school.id, &run.pack).await?;
                let clauses = outcome.into_iter().flat_map(|outcome| outcome.clauses);
                standings.extend(clauses.map(|clause| (clause.standing, clause.none_because)));
            }
            let words = Tally::of(standings.into_iter()).words();
            out.push(SchoolLine { slug: school.slug, title: school.title, words });
        }
        Ok(out)
    }
}
