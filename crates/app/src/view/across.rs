//! Several schools at a glance: where each stands, and in which section the most is wrong.

use super::Tally;
use super::section::sections;
use crate::outcome::Outcome;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::standing::Standing;
use schoolkeeper_store::School;

/// One school under one policy, by section.
#[derive(Clone, Debug)]
pub struct SchoolAt {
    /// Its address.
    pub slug: String,
    /// Its name.
    pub title: String,
    /// How the statements of the section stand there.
    pub tally: Tally,
}

/// One section over all schools.
#[derive(Clone, Debug)]
pub struct SectionAcross {
    /// The policy's id.
    pub pack: String,
    /// The policy's title.
    pub policy: String,
    /// The section's address.
    pub slug: String,
    /// Its heading.
    pub title: String,
    /// Each school that has it, worst first.
    pub schools: Vec<SchoolAt>,
}

impl SectionAcross {
    /// At how many schools something is not met.
    pub fn schools_not_met(&self) -> usize {
        self.schools.iter().filter(|school| school.tally.broken > 0).count()
    }

    /// Statements of one standing, over all schools.
    pub fn total(&self, standing: Standing) -> usize {
        self.schools.iter().map(|school| school.tally.get(standing)).sum()
    }

    /// Worst first: where the most is not met, then not known.
    fn weight(&self) -> (usize, usize, usize) {
        (self.schools_not_met(), self.total(Standing::Broken), self.total(Standing::Unknown))
    }
}

/// Adds what one school's outcome says of each section.
pub fn add(all: &mut Vec<SectionAcross>, school: &School, (pack, outcome): (&Pack, &Outcome)) {
    let id = pack.head.id.get_ref().to_string();
    for section in sections(&super::lines(pack, outcome)) {
        let (slug, title) = (school.slug.clone(), school.title.clone());
        let here = SchoolAt { slug, title, tally: section.tally };
        match all.iter_mut().find(|known| known.pack == id && known.slug == section.slug) {
            Some(known) => known.schools.push(here),
            None => all.push(SectionAcross {
                pack: id.clone(),
                policy: pack.head.title.clone(),
                slug: section.slug,
                title: section.title.to_owned(),
                schools: vec![here],
            }),
        }
    }
}

/// Sections worst first, and in each the schools worst first; equals keep their order.
pub fn worst_first(all: &mut [SectionAcross]) {
    for section in all.iter_mut() {
        section.schools.sort_by_key(|school| std::cmp::Reverse(school.tally.weight()));
    }
    all.sort_by_key(|section| std::cmp::Reverse(section.weight()));
}

#[cfg(test)]
#[path = "across_tests.rs"]
mod across_tests;
