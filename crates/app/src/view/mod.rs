//! What the pages show, worked out from a stored [`crate::outcome::Outcome`] and stored problems.
//!
//! Invariant: pure; every number on a page is counted here and only here.

pub mod across;
pub mod asks;
pub mod cause;
pub mod chapter;
pub mod overview;
pub mod section;
pub mod statement;

use crate::outcome::{ClauseOutcome, Outcome};
use schoolkeeper_core::clause::Clause;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::standing::{NoneBecause, Standing};

/// The order in which people read standings, worst first.
pub const WORST_FIRST: [Standing; 5] =
    [Standing::Broken, Standing::Unknown, Standing::Due, Standing::Told, Standing::Kept];

/// How many statements stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Met.
    pub kept: usize,
    /// For information.
    pub told: usize,
    /// Due.
    pub due: usize,
    /// Not known yet.
    pub unknown: usize,
    /// Not met.
    pub broken: usize,
    /// Explain the policy, or are answered elsewhere.
    pub none: usize,
    /// Of a section that is not started.
    pub not_started: usize,
    /// Do not apply here.
    pub not_here: usize,
}

impl Tally {
    /// Counts the standings.
    pub fn of(standings: impl Iterator<Item = (Standing, Option<NoneBecause>)>) -> Self {
        let mut out = Self::default();
        for (standing, because) in standings {
            match standing {
                Standing::Kept => out.kept += 1,
                Standing::Told => out.told += 1,
                Standing::Due => out.due += 1,
                Standing::Unknown => out.unknown += 1,
                Standing::Broken => out.broken += 1,
                Standing::None => match because {
                    Some(NoneBecause::NotStarted) => out.not_started += 1,
                    Some(NoneBecause::NotHere) => out.not_here += 1,
                    _ => out.none += 1,
                },
            }
        }
        out
    }

    /// Those of one standing.
    pub fn get(&self, standing: Standing) -> usize {
        match standing {
            Standing::Kept => self.kept,
            Standing::Told => self.told,
            Standing::Due => self.due,
            Standing::Unknown => self.unknown,
            Standing::Broken => self.broken,
            Standing::None => self.none,
        }
    }

    /// All that can stand somewhere: without those that explain.
    pub fn counted(&self) -> usize {
        self.kept + self.told + self.due + self.unknown + self.broken
    }

    /// Worst first, for ordering sections: more of the worse comes first.
    pub fn weight(&self) -> (usize, usize, usize) {
        (self.broken, self.unknown, self.due)
    }

    /// `1 not met, 2 not known yet, 15 met`.
    pub fn words(&self) -> String {
        let apart = [(self.not_started, "not started"), (self.not_here, "not applying here")];
        let apart = apart.into_iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}"));
        let parts: Vec<String> = WORST_FIRST
            .iter()
            .chain(&[Standing::None])
            .filter(|standing| self.get(**standing) > 0)
            .map(|standing| format!("{} {}", self.get(*standing), crate::words::standing(*standing).many))
            .chain(apart)
            .collect();
        parts.join(", ")
    }
}

/// A statement with where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The statement.
    pub clause: &'a Clause,
    /// Where it stands.
    pub outcome: &'a ClauseOutcome,
}

/// Statements with their outcomes, in the order of the policy. One the outcome does not know yet is left out.
pub fn lines<'a>(pack: &'a Pack, outcome: &'a Outcome) -> Vec<Line<'a>> {
    pack.clauses
        .iter()
        .filter_map(|clause| Some(Line { clause, outcome: outcome.clause(clause.id.get_ref())? }))
        .collect()
}
