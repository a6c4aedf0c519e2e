//! Incidents in numbers, for whoever sees where the school stands and need not see any of them.
//!
//! Invariant: no number tells of few people. A count below five is not given; how the answers of a kind share out is shown
//! only where no part of it is small, so that nothing can be worked out from the rest, and no total is given across kinds.

use super::view::title_of;
use super::{Of, all};
use crate::{Error, House};
use jiff::civil::Date;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::control::StepKind;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::case::{completed, is_exercise};
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use std::collections::BTreeMap;
use std::fmt;

/// A count below this is not given.
pub const FEW: usize = 5;
/// The month a school year begins with.
const SEPTEMBER: i8 = 9;

/// A number of incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// So many.
    Many(usize),
    /// Some, and too few to say how many.
    Few,
}

impl Counted {
    fn of(count: usize) -> Self {
        if (1..FEW).contains(&count) { Self::Few } else { Self::Many(count) }
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Many(count) => write!(f, "{count}"),
            Self::Few => write!(f, "fewer than {FEW}"),
        }
    }
}

/// One kind in one school year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearCount {
    /// What the kind is called.
    pub title: String,
    /// `2026 to 2027`.
    pub year: String,
    /// All of them.
    pub all: Counted,
    /// What was chosen, question by question; nothing where a part would be small.
    pub parts: Vec<(String, Vec<(String, Counted)>)>,
    /// Parts were left out because they are small.
    pub left_out: bool,
}

/// Every kind, the newest year first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseNumbers {
    /// By year and kind.
    pub kinds: Vec<YearCount>,
}

/// How often each answer of a question was given.
type Shares = BTreeMap<Name, BTreeMap<Name, usize>>;

impl House {
    /// Incidents in numbers, without names.
    pub async fn case_numbers(&self, actor: &Actor, school: &School) -> Result<CaseNumbers, Error> {
        self.scope_at(actor, "finding.see", school).await?;
        let before = self.before(actor, school).await?;
        let mut years: BTreeMap<(std::cmp::Reverse<i16>, String, Name), (usize, Shares)> = BTreeMap::new();
        for (of, row) in all(&before).filter(|(_, row)| !is_exercise(*row)) {
            let Some(opened) = row.date("opened_at") else { continue };
            let key = (std::cmp::Reverse(year_of(opened)), of.title(), of.policy.id().clone());
            let (count, shares) = years.entry(key).or_default();
            *count += 1;
            share(of, row, shares);
        }
        let kinds =
            years.into_iter().map(|((year, title, _), (count, shares))| year_count((year.0, title), count, &shares));
        Ok(CaseNumbers { kinds: kinds.collect() })
    }
}

fn year_of(day: Date) -> i16 {
    if day.month() >= SEPTEMBER { day.year() } else { day.year() - 1 }
}

/// Adds what was chosen last at each step that is a choice.
fn share(of: Of<'_>, row: Row<'_>, shares: &mut Shares) {
    for step in of.spec.steps.iter().filter(|step| step.kind == StepKind::Choose) {
        let counts = shares.entry(step.name.clone()).or_default();
        for choice in &step.choices {
            counts.entry(choice.clone()).or_default();
        }
        let chosen = completed(row, &step.name).last().and_then(|one| one.get("value")).and_then(Value::as_text);
        if let Some(count) = chosen.and_then(|chosen| counts.get_mut(chosen)) {
            *count += 1;
        }
    }
}

fn year_count((year, title): (i16, String), count: usize, shares: &Shares) -> YearCount {
    // Those without an answer are a part, too: what is left over must not be small either.
    let is_small = |counts: &BTreeMap<Name, usize>| {
        let open = count.saturating_sub(counts.values().sum());
        counts.values().chain([&open]).any(|count| (1..FEW).contains(count))
    };
    let given = shares.iter().filter(|(_, counts)| counts.values().any(|count| *count > 0));
    let (small, whole): (Vec<_>, Vec<_>) = given.partition(|(_, counts)| is_small(counts));
    let part = |(name, counts): (&Name, &BTreeMap<Name, usize>)| {
        let lines = counts.iter().map(|(choice, count)| (title_of(choice), Counted::of(*count)));
        (title_of(name), lines.collect())
    };
    YearCount {
        title,
        year: format!("{year} to {}", year + 1),
        all: Counted::of(count),
        parts: whole.into_iter().map(part).collect(),
        left_out: !small.is_empty(),
    }
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod number_tests;
