//! What is wrong with the terms somebody gave.

use super::Term;
use jiff::civil::Date;

/// Most terms of one school: 20 years of three.
const MAX_TERMS: usize = 60;
/// Most INSET or closed days of one term.
const MAX_DAYS: usize = 60;
/// Longest term, in days.
const LONGEST: i32 = 300;

/// Messages in plain English, one for each problem; none means the terms can be used.
pub fn check(terms: &[Term]) -> Vec<String> {
    if terms.len() > MAX_TERMS {
        return vec![format!(
            "{} terms are more than a calendar holds ({MAX_TERMS}); leave out past school years",
            terms.len()
        )];
    }
    let mut out: Vec<String> = terms.iter().flat_map(check_term).collect();
    let mut sorted: Vec<&Term> = terms.iter().collect();
    sorted.sort_by_key(|term| term.from);
    for pair in sorted.windows(2) {
        if pair[1].from <= pair[0].to {
            out.push(format!(
                "terms `{}` and `{}` overlap: one ends on {}, the other begins on {}",
                pair[0].name, pair[1].name, pair[0].to, pair[1].from
            ));
        }
    }
    out
}

fn check_term(term: &Term) -> Vec<String> {
    let name = &term.name;
    let mut out = Vec::new();
    if term.name.trim().is_empty() || term.name.chars().count() > 60 {
        out.push(format!("a term that begins on {} needs a name of 1 to 60 characters", term.from));
    }
    if term.to < term.from {
        out.push(format!("term `{name}` ends on {}, before it begins on {}", term.to, term.from));
        return out;
    }
    if (term.to - term.from).get_days() > LONGEST {
        out.push(format!("term `{name}` is longer than {LONGEST} days; give each term of its own"));
    }
    if !(2000..=2100).contains(&term.from.year()) || !(2000..=2100).contains(&term.to.year()) {
        out.push(format!("term `{name}` begins on {}; years from 2000 to 2100 can be used", term.from));
    }
    if term.inset.len() > MAX_DAYS || term.closed.len() > MAX_DAYS {
        out.push(format!("term `{name}` has more than {MAX_DAYS} INSET or closed days"));
    }
    out.extend(check_half(term));
    out.extend(
        term.closed
            .iter()
            .filter(|day| !inside(term, **day))
            .map(|day| format!("`{day}` is closed in term `{name}` but lies outside it")),
    );
    out.extend(
        term.inset
            .iter()
            .filter(|day| !near(term, **day))
            .map(|day| format!("`{day}` is an INSET day of term `{name}` but lies more than 60 days away from it")),
    );
    out
}

fn check_half(term: &Term) -> Option<String> {
    let name = &term.name;
    match (term.half_from, term.half_to) {
        (Some(from), Some(to)) if to < from => {
            Some(format!("the half term of `{name}` ends on {to}, before it begins on {from}"))
        }
        (Some(from), Some(to)) if from <= term.from || to >= term.to => Some(format!(
            "the half term of `{name}` ({from} to {to}) must lie inside the term ({} to {})",
            term.from, term.to
        )),
        (None, None) | (Some(_), Some(_)) => None,
        _ => Some(format!("the half term of `{name}` needs both `half_from` and `half_to`")),
    }
}

fn inside(term: &Term, day: Date) -> bool {
    term.from <= day && day <= term.to
}

fn near(term: &Term, day: Date) -> bool {
    (term.from - day).get_days() <= 60 && (day - term.to).get_days() <= 60
}
