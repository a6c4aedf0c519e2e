//! Sections of a policy, worst first.

use super::{Line, Tally};

/// One section with its tally.
#[derive(Clone, Debug)]
pub struct Section<'a> {
    /// Its heading.
    pub title: &'a str,
    /// Its address: the slug of the heading.
    pub slug: String,
    /// Its statements, in the order of the policy.
    pub lines: Vec<Line<'a>>,
    /// How they stand.
    pub tally: Tally,
}

/// All sections in the order of the policy.
pub fn sections<'a>(lines: &[Line<'a>]) -> Vec<Section<'a>> {
    let mut out: Vec<Section<'a>> = Vec::new();
    for line in lines {
        let title = line.clause.section.as_deref().unwrap_or("Other statements");
        match out.iter_mut().find(|section| section.title == title) {
            Some(section) => section.lines.push(*line),
            None => out.push(Section {
                title,
                slug: schoolkeeper_core::id::slug(title),
                lines: vec![*line],
                tally: Tally::default(),
            }),
        }
    }
    for section in &mut out {
        section.tally = Tally::of(section.lines.iter().map(|line| (line.outcome.standing, line.outcome.none_because)));
    }
    out
}

/// The same, worst first; equals keep the order of the policy.
pub fn worst_first(mut sections: Vec<Section<'_>>) -> Vec<Section<'_>> {
    sections.sort_by_key(|section| std::cmp::Reverse(section.tally.weight()));
    sections
}
