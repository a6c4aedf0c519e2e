//! The policy as it is read: chapters, the school's numbers beside each statement, words explained where they stand.
//!
//! Invariant: pure, and nothing here says who stands where; it is the text everybody may read.

use crate::Standpoint;
use schoolkeeper_core::clause::{Clause, Mode, Severity};
use schoolkeeper_core::id::{Name, slug};
use schoolkeeper_core::pack::Pack;
use std::collections::BTreeSet;

/// Longest text somebody looks for, in characters.
const SEARCH_MAX: usize = 100;

/// One chapter with its statements, in the order of the policy.
#[derive(Debug)]
pub struct Chapter<'a> {
    /// Its heading.
    pub title: &'a str,
    /// Its address.
    pub slug: String,
    /// Its statements.
    pub clauses: Vec<&'a Clause>,
}

/// A number, name or blank a statement rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// As the policy names it.
    pub name: Name,
    /// The question it answers, or its name in words.
    pub asks: String,
    /// What holds here; none while it is blank.
    pub value: Option<String>,
}

/// A piece of a text: an explained word, or what stands between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// It is a word of the glossary.
    pub word: bool,
}

/// All chapters.
pub fn chapters(pack: &Pack) -> Vec<Chapter<'_>> {
    let mut out: Vec<Chapter<'_>> = Vec::new();
    for clause in &pack.clauses {
        let title = clause.section.as_deref().unwrap_or("Other statements");
        match out.iter_mut().find(|chapter| chapter.title == title) {
            Some(chapter) => chapter.clauses.push(clause),
            None => out.push(Chapter { title, slug: slug(title), clauses: vec![clause] }),
        }
    }
    out
}

/// The numbers a statement's checks rest on, as they are set here.
pub fn numbers(at: &Standpoint, clause: &Clause) -> Vec<Number> {
    let pack = &at.pack.pack;
    let controls = clause.controls.iter().filter_map(|name| pack.controls.get(name.get_ref()));
    let names: BTreeSet<Name> = controls.flat_map(|control| schoolkeeper_pack::params_of(control, pack)).collect();
    names.into_iter().map(|name| number(at, name)).collect()
}

/// One number as it is set here.
pub fn number(at: &Standpoint, name: Name) -> Number {
    let pack = &at.pack.pack;
    Number { asks: asks(pack, &name), value: schoolkeeper_pack::param_words(&name, pack, &at.set), name }
}

/// The question a number answers, else its name in words.
pub fn asks(pack: &Pack, name: &str) -> String {
    let asked = pack.params.get(name).and_then(|param| param.ask.clone());
    asked.unwrap_or_else(|| {
        let words = name.replace('_', " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    })
}

/// Statements whose number, text, heading or explained words hold every word somebody looks for.
pub fn find<'a>(pack: &'a Pack, asked: &str) -> Vec<&'a Clause> {
    let asked: String = asked.chars().take(SEARCH_MAX).collect::<String>().to_lowercase();
    let wanted: Vec<&str> = asked.split_whitespace().collect();
    let holds = |clause: &&Clause| {
        let terms = pack.terms.iter().filter(|term| clause.terms.contains(&term.id)).map(|term| term.word.as_str());
        let parts = [&**clause.id.get_ref(), clause.text.as_str(), clause.section.as_deref().unwrap_or_default()];
        let text = parts.into_iter().chain(terms).collect::<Vec<_>>().join(" ").to_lowercase();
        wanted.iter().all(|word| text.contains(word))
    };
    if wanted.is_empty() { Vec::new() } else { pack.clauses.iter().filter(holds).collect() }
}

/// A text cut where words of the glossary stand in it, and those words with what they mean.
pub fn explained(pack: &Pack, clause: &Clause) -> (Vec<Piece>, Vec<(String, String)>) {
    let lower = clause.text.to_lowercase();
    // Only where lower case keeps every place: else the text stays whole.
    let same = lower.len() == clause.text.len();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut meant = Vec::new();
    for term in &pack.terms {
        let word = term.word.to_lowercase();
        let found = if same { whole_word(&lower, &word) } else { None };
        let fits = found.filter(|at| cuts.iter().all(|(from, to)| at + word.len() <= *from || at >= to));
        if let Some(at) = fits {
            cuts.push((at, at + word.len()));
        }
        if fits.is_some() || clause.terms.contains(&term.id) {
            meant.push((term.word.clone(), term.means.clone()));
        }
    }
    cuts.sort_unstable();
    let mut pieces = Vec::new();
    let mut done = 0;
    for (from, to) in cuts {
        let piece = |text: &str, word| Piece { text: text.to_owned(), word };
        if from > done {
            pieces.push(piece(&clause.text[done..from], false));
        }
        pieces.push(piece(&clause.text[from..to], true));
        done = to;
    }
    pieces.push(Piece { text: clause.text[done..].to_owned(), word: false });
    (pieces, meant)
}

fn whole_word(text: &str, word: &str) -> Option<usize> {
    let edge = |next: Option<char>| !next.is_some_and(char::is_alphanumeric);
    let whole = |at: &usize| {
        let (before, after) = (&text[..*at], &text[at + word.len()..]);
        edge(before.chars().next_back()) && edge(after.chars().next())
    };
    text.match_indices(word).map(|(at, _)| at).find(whole)
}

/// How a statement is kept, in one sentence.
pub fn kept_by(mode: Mode) -> &'static str {
    match mode {
        Mode::Context => "For information",
        Mode::Acknowledged => "People are told and sign",
        Mode::Evidenced => "People show that it was done",
        Mode::Detected => "Read from the records",
        Mode::Enforced => "Schoolkeeper refuses what goes against it",
    }
}

/// All statements as a table: one a line.
pub fn table(at: &Standpoint) -> (&'static [&'static str], Vec<Vec<String>>) {
    const HEAD: &[&str] =
        &["Statement", "Section", "Text", "How strongly", "Who", "How it is kept", "How it is checked", "Numbers here"];
    let pack = &at.pack.pack;
    let rows = pack.clauses.iter().map(|clause| {
        let who: Vec<String> = clause.who.iter().map(|name| at.role_title(name)).collect();
        let checked: Vec<String> = clause.controls.iter().map(|name| at.explain(name.get_ref())).collect();
        let numbers = numbers(at, clause).into_iter();
        let numbers: Vec<String> = numbers
            .map(|number| format!("{} {}", number.asks, number.value.as_deref().unwrap_or("not set yet")))
            .collect();
        let strength = if clause.mode == Mode::Context { "" } else { strength(clause.severity) };
        vec![
            clause.id.get_ref().to_string(),
            clause.section.clone().unwrap_or_default(),
            clause.text.clone(),
            strength.to_owned(),
            who.join(", "),
            kept_by(clause.mode).to_owned(),
            checked.join(" "),
            numbers.join("; "),
        ]
    });
    (HEAD, rows.collect())
}

fn strength(severity: Severity) -> &'static str {
    crate::words::severity(severity)
}
