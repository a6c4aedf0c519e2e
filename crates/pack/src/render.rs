//! Messages as a compiler writes them: place, offending text underlined, `hint:` line; no colour needed.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use schoolkeeper_core::diagnostic::{Diagnostic, Place, Severity, Source, locate};

/// How many messages are printed; the rest is counted.
const SHOWN_MAX: usize = 100;
/// Columns of a message; longer lines are cropped around the offending text.
const COLUMNS: usize = 140;

/// Prints messages, errors and warnings alike, in the order given.
pub fn render(diagnostics: &[Diagnostic], sources: &[Source]) -> String {
    let mut out: Vec<String> = diagnostics.iter().take(SHOWN_MAX).map(|one| render_one(one, sources)).collect();
    if diagnostics.len() > SHOWN_MAX {
        out.push(format!("… and {} more", diagnostics.len() - SHOWN_MAX));
    }
    out.join("\n\n")
}

fn render_one(diagnostic: &Diagnostic, sources: &[Source]) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(escape(&diagnostic.message)));
    if let Some(line) = diagnostic.place.as_ref().and_then(|place| Excerpt::of(place, sources)) {
        let annotation = AnnotationKind::Primary.span(line.range);
        let snippet = Snippet::source(line.text).path(line.path).line_start(line.number).annotation(annotation);
        group = group.element(snippet);
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.with_name("hint").message(escape(hint)));
    }
    Renderer::plain().term_width(COLUMNS).render(&[group])
}

/// One line of a source with the part that is meant.
struct Excerpt {
    path: String,
    number: usize,
    text: String,
    range: std::ops::Range<usize>,
}

impl Excerpt {
    fn of(place: &Place, sources: &[Source]) -> Option<Self> {
        let (file, from) = locate(sources, place.range.start)?;
        let text = &sources[file].text;
        let from = floor(text, from.min(text.len()));
        let start = text[..from].rfind('\n').map_or(0, |at| at + 1);
        let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
        let end = from.max(start + text[start..end].trim_end_matches('\r').len());
        let to = floor(text, (from + place.range.len()).clamp(from, end));
        let (before, marked, after) =
            (escape(&text[start..from]), escape(cut(&text[from..to])), escape(cut(&text[to..end])));
        Some(Self {
            path: escape(&sources[file].path),
            number: text[..from].matches('\n').count() + 1,
            range: before.len()..before.len() + marked.len(),
            text: format!("{before}{marked}{after}"),
        })
    }
}

/// At most [`COLUMNS`] characters.
fn cut(text: &str) -> &str {
    text.char_indices().nth(COLUMNS).map_or(text, |(at, _)| &text[..at])
}

/// The nearest character boundary at or before a byte.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Makes control characters and those that turn the direction of writing visible.
pub(crate) fn escape(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '\t' => out.push(' '),
            c if c.is_control() || turns(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
        out
    })
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
