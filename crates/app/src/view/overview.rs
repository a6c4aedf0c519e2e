//! The overview: where are we, what first.

use super::section::{Section, sections, worst_first};
use super::{Line, Tally};
use jiff::civil::Date;
use schoolkeeper_core::standing::{KnownBy, Standing};

/// The whole policy at a glance.
#[derive(Debug)]
pub struct Overview<'a> {
    /// All statements that can stand somewhere.
    pub tally: Tally,
    /// Sections, worst first.
    pub sections: Vec<Section<'a>>,
    /// How the met ones are known, strongest first, without zeros.
    pub known: Vec<(KnownBy, usize)>,
    /// The next day something is due, with the statement.
    pub next: Option<(Date, Line<'a>)>,
}

/// Counts everything once.
pub fn overview<'a>(lines: &[Line<'a>]) -> Overview<'a> {
    let kept = lines.iter().filter(|line| line.outcome.standing == Standing::Kept);
    let mut known: Vec<(KnownBy, usize)> = Vec::new();
    for by in kept.filter_map(|line| line.outcome.known_by) {
        match known.iter_mut().find(|(known, _)| *known == by) {
            Some((_, count)) => *count += 1,
            None => known.push((by, 1)),
        }
    }
    known.sort_by_key(|(by, _)| std::cmp::Reverse(*by));
    let next = lines.iter().filter_map(|line| Some((line.outcome.due_on?, *line))).min_by_key(|(date, _)| *date);
    Overview {
        tally: Tally::of(lines.iter().map(|line| (line.outcome.standing, line.outcome.none_because))),
        sections: worst_first(sections(lines)),
        known,
        next,
    }
}
