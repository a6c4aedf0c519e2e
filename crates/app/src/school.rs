//! Schools: which there are, and which one somebody means.

use crate::outcome::Outcome;
use crate::view::Tally;
use crate::view::across::{self, SectionAcross};
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
    /// It is the trust's central office.
    pub trust: bool,
    /// Where it stands, over all its policies.
    pub tally: Tally,
}

/// Every school in reach, and every section of their policies.
#[derive(Clone, Debug, Default)]
pub struct Across {
    /// The central office first, then by name.
    pub schools: Vec<SchoolLine>,
    /// Worst first.
    pub sections: Vec<SectionAcross>,
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

    /// Where every school in reach stands, and what stands worst over all of them.
    pub async fn across(&self, actor: &Actor) -> Result<Across, Error> {
        let scope = Self::scope(actor, "policy.see")?;
        let read = self.read().await?;
        let mut out = Across::default();
        for school in self.all_schools(actor).await? {
            let live = self.live(&read, &scope, &school).await?;
            let mut standings = Vec::new();
            for run in read.last_runs(&scope, school.id).await? {
                let Some(outcome) = read.outcome::<Outcome>(&scope, school.id, &run.pack).await? else { continue };
                standings.extend(outcome.clauses.iter().map(|clause| (clause.standing, clause.none_because)));
                let pack = live.iter().find(|live| *live.pack.head.id.get_ref() == run.pack);
                if let Some(pack) = pack {
                    across::add(&mut out.sections, &school, (&pack.pack, &outcome));
                }
            }
            let tally = Tally::of(standings.into_iter());
            out.schools.push(SchoolLine { slug: school.slug, title: school.title, trust: school.trust, tally });
        }
        across::worst_first(&mut out.sections);
        Ok(out)
    }
}
