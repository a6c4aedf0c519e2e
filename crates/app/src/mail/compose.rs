//! What a mail says: the words of `data/mail.toml`, filled in, as plain text and as HTML alike.
//!
//! Invariant: nothing that is filled in can begin a header or a tag, and both texts say the same.

use crate::dates;
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use schoolkeeper_core::mail::{Gathered, MailKind, Waiting};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Longest first name or school that is written, in characters.
const NAME_MAX: usize = 80;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    greeting: String,
    nobody: String,
    footer: String,
    kind: BTreeMap<String, KindWords>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindWords {
    says: String,
    subject: String,
    lines: Vec<String>,
    action: String,
    page: String,
    after: Option<String>,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/mail.toml")).expect("a test reads data/mail.toml"));

/// How the outbox calls a kind: *Decision waiting*.
pub fn says(kind: &str) -> &'static str {
    WORDS.kind.get(kind).map_or("Mail", |words| &words.says)
}

/// Every kind: its name and how the outbox calls it.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.kind.iter().map(|(name, words)| (&**name, &*words.says))
}

/// The page a kind leads to when its mail has no link of its own.
pub(super) fn page(kind: &MailKind) -> &'static str {
    &words(kind).page
}

fn words(kind: &MailKind) -> &'static KindWords {
    &WORDS.kind[kind.name()]
}

/// What is filled in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    /// The reader's name as the records have it; only the first name is used.
    pub(super) name: &'a str,
    /// The school's title.
    pub(super) school: &'a str,
    /// The whole address of the one link.
    pub(super) link: &'a str,
    /// The instant it is sent.
    pub(super) now: Timestamp,
    /// The school's zone.
    pub(super) zone: &'a TimeZone,
}

/// A mail in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub plain: String,
    /// The same as HTML.
    pub html: String,
}

/// Puts a mail into words.
pub(super) fn compose(kind: &MailKind, reader: &Reader<'_>) -> Text {
    let words = words(kind);
    let fills = fills(kind, reader);
    let fill = |text: &str| fill(text, &fills);
    let greeting = if first_name(reader.name).is_empty() { &WORDS.nobody } else { &WORDS.greeting };
    let before: Vec<String> = std::iter::once(greeting).chain(&words.lines).map(|line| fill(line)).collect();
    let (action, footer) = (fill(&words.action), fill(&WORDS.footer));
    let after: Vec<String> = words.after.iter().map(|line| fill(line)).collect();
    Text {
        subject: fill(&words.subject),
        plain: plain(&before, (&action, reader.link), &after, &footer),
        html: html(&before, (&action, reader.link), &after, &footer),
    }
}

fn plain(before: &[String], (action, link): (&str, &str), after: &[String], footer: &str) -> String {
    let mut out = String::new();
    for line in before {
        let _ = write!(out, "{line}\n\n");
    }
    let _ = write!(out, "{action}\n{link}\n\n");
    for line in after {
        let _ = write!(out, "{line}\n\n");
    }
    let _ = write!(out, "-- \n{footer}\n");
    out
}

fn html(before: &[String], (action, link): (&str, &str), after: &[String], footer: &str) -> String {
    let mut out =
        String::from("<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head><meta charset=\"utf-8\"></head>\n<body>\n");
    for line in before {
        let _ = writeln!(out, "<p>{}</p>", escape(line));
    }
    let link = escape(link);
    let _ = writeln!(out, "<p>{}<br>\n<a href=\"{link}\">{link}</a></p>", escape(action));
    for line in after {
        let _ = writeln!(out, "<p>{}</p>", escape(line));
    }
    let _ = write!(out, "<hr>\n<p>{}</p>\n</body>\n</html>\n", escape(footer));
    out
}

fn fill(text: &str, fills: &[(&'static str, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(fills.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    out + rest
}

fn fills(kind: &MailKind, reader: &Reader<'_>) -> Vec<(&'static str, String)> {
    let today = reader.now.to_zoned(reader.zone.clone()).date();
    let mut out = vec![
        ("first_name", first_name(reader.name)),
        ("school", one_line(reader.school)),
        ("today", dates::with_weekday(today)),
    ];
    match kind {
        MailKind::Link { until }
        | MailKind::Invite { until }
        | MailKind::SignLink { until }
        | MailKind::CourseLink { until } => {
            out.push(("until", dates::moment(*until, reader.zone)));
        }
        MailKind::Decision { by } | MailKind::Task { by } | MailKind::Incident { by } | MailKind::Signature { by } => {
            out.push(("by_day", by.map_or_else(String::new, |by| format!(" by {}", day(by, today)))));
        }
        MailKind::Digest(gathered) => {
            let count = gathered.count();
            out.push(("count", if count == 1 { "1 thing".to_owned() } else { format!("{count} things") }));
            out.push(("waiting", waiting(gathered, today)));
        }
        MailKind::BreakGlass { at } => out.push(("at", dates::moment(*at, reader.zone))),
        MailKind::TokenEnds { at } => {
            out.push(("day", dates::long(at.to_zoned(reader.zone.clone()).date())));
            out.push(("at", dates::moment(*at, reader.zone)));
        }
        MailKind::Checkpoint { line } => out.push(("line", one_line(line))),
        MailKind::JobDead | MailKind::Test | MailKind::Answer | MailKind::Reported | MailKind::Unopened => {}
    }
    out
}

/// "To decide: 1, by Friday 27 November. To do: 2. Nothing is late."
fn waiting(gathered: &Gathered, today: Date) -> String {
    let parts = [("To decide", gathered.decide), ("To do", gathered.act), ("To sign", gathered.sign)];
    let mut said: Vec<String> = Vec::new();
    for (what, Waiting { count, by }) in parts.into_iter().filter(|(_, waiting)| waiting.count > 0) {
        let by = by.map_or_else(String::new, |by| format!(", by {}", day(by, today)));
        said.push(format!("{what}: {count}{by}."));
    }
    let late = parts.iter().any(|(_, waiting)| waiting.by.is_some_and(|by| by < today));
    said.push(if late { "Something is late." } else { "Nothing is late." }.to_owned());
    said.join(" ")
}

/// "Friday 27 November" within two weeks, "18 December 2026" otherwise.
fn day(day: Date, today: Date) -> String {
    let near = (day - today).get_days().abs() < 14;
    if !near {
        return dates::long(day);
    }
    let whole = dates::with_weekday(day);
    whole.rsplit_once(' ').map_or(whole.clone(), |(short, _)| short.to_owned())
}

/// The first name alone, of *Ada Marlpit* or *Marlpit, Ada*.
fn first_name(name: &str) -> String {
    let name = one_line(name);
    let given = name.split_once(',').map_or(&*name, |(_, given)| given);
    given.split_whitespace().next().unwrap_or_default().to_owned()
}

/// No line break, no other control character, not endless.
fn one_line(text: &str) -> String {
    let clean = |c: char| if c.is_control() || "\u{2028}\u{2029}\u{202e}".contains(c) { ' ' } else { c };
    text.chars().take(NAME_MAX).map(clean).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod compose_tests;
