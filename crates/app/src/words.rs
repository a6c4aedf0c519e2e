//! The words people read, from `labels.toml`, and the sentences made with them.
//!
//! Invariant: no page or mail holds a word for a standing, a way of knowing or a missing thing that is not here.

use crate::register::cell::choice;
use crate::register::list::lower;
use schoolkeeper_core::clause::Severity;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::schema::{Register, Schemas};
use schoolkeeper_core::standing::{KnownBy, Missing, NoneBecause, Standing};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How a standing looks on a page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingWords {
    /// The text of its tag: the whole meaning.
    pub tag: String,
    /// Colour of GOV.UK Frontend's tag; only helps.
    pub colour: String,
    /// Its mark in print and grey copies.
    pub mark: String,
    /// After a number: *7 not met*.
    pub many: String,
}

/// `labels.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    standing: BTreeMap<String, StandingWords>,
    known_by: BTreeMap<String, String>,
    known_by_means: BTreeMap<String, String>,
    thing: BTreeMap<String, String>,
    record: BTreeMap<String, String>,
    choice: BTreeMap<String, String>,
    missing: BTreeMap<String, String>,
    next: BTreeMap<String, String>,
    subject: Vec<Subject>,
    notice: Notice,
}

/// Registers that are about the same thing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// By which tokens are given it.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Ids of registers, in the order of the page.
    pub registers: Vec<String>,
}

/// What everybody agrees to before they go on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Another version is asked for again.
    pub version: String,
    /// Its paragraphs.
    pub text: Vec<String>,
}

static LABELS: LazyLock<Labels> =
    LazyLock::new(|| toml::from_str(include_str!("../../../labels.toml")).expect("labels.toml is checked by a test"));

/// What everybody agrees to before they go on.
pub fn notice() -> &'static Notice {
    &LABELS.notice
}

/// What registers are about, in the order of the page *Records*.
pub fn subjects() -> &'static [Subject] {
    &LABELS.subject
}

/// The words of a standing.
pub fn standing(standing: Standing) -> &'static StandingWords {
    &LABELS.standing[standing.name()]
}

/// *Measured*, *Signed for* …
pub fn known_by(known_by: KnownBy) -> &'static str {
    &LABELS.known_by[known_by_key(known_by)]
}

/// One sentence on what that means.
pub fn known_by_means(known_by: KnownBy) -> &'static str {
    &LABELS.known_by_means[known_by_key(known_by)]
}

/// The word for a thing of the house.
pub fn thing(name: &str) -> &'static str {
    LABELS.thing.get(name).map_or("", String::as_str)
}

/// What happened, by the kind of a record of the ledger: *brought in a list*.
pub fn record(kind: &str) -> String {
    LABELS.record.get(kind).cloned().unwrap_or_else(|| kind.replace('-', " "))
}

/// Every kind of record that has words, for a choice of them.
pub fn records() -> impl Iterator<Item = (&'static str, &'static str)> {
    LABELS.record.iter().map(|(kind, words)| (kind.as_str(), words.as_str()))
}

/// A choice as it is written within a sentence: `memory-stick` → *memory stick*, `usb-drive` → *USB drive*.
pub fn spelt(name: &str) -> String {
    let known = |word: &str| LABELS.choice.get(word).cloned();
    known(name).unwrap_or_else(|| {
        let words = name.split('-').map(|word| known(word).unwrap_or_else(|| word.to_owned()));
        words.collect::<Vec<_>>().join(" ")
    })
}

fn known_by_key(known_by: KnownBy) -> &'static str {
    match known_by {
        KnownBy::Stated => "stated",
        KnownBy::Signed => "signed",
        KnownBy::Evidenced => "evidenced",
        KnownBy::Measured => "measured",
        KnownBy::Enforced => "enforced",
    }
}

/// How far a mail has come, and the colour of its tag.
pub fn progress(progress: schoolkeeper_store::mail::Progress) -> (&'static str, &'static str) {
    use schoolkeeper_store::mail::Progress;
    match progress {
        Progress::Waiting => ("Waiting", "blue"),
        Progress::Gathered => ("In a digest", "grey"),
        Progress::Sending => ("Being sent", "blue"),
        Progress::Sent => ("Sent", "green"),
        Progress::HandedOver => ("Handed over", "green"),
        Progress::Failed => ("Not sent", "red"),
        Progress::Bounced => ("Came back", "red"),
        Progress::Withdrawn => ("Taken back", "grey"),
    }
}

/// Why a standing changed: *newly not met*, *now known*.
pub fn cause(cause: schoolkeeper_store::Cause) -> &'static str {
    use schoolkeeper_store::Cause;
    match cause {
        Cause::FirstLook => "looked at for the first time",
        Cause::NewlyBroken => "newly not met",
        Cause::Fixed => "fixed",
        Cause::NowDue => "now due",
        Cause::Done => "done",
        Cause::NowKnown => "now known",
        Cause::NoLongerKnown => "no longer known",
        Cause::Signed => "signed",
        Cause::KnownOtherwise => "known in another way",
        Cause::PolicyChanged => "policy changed",
        Cause::SectionStarted => "section started",
        Cause::DoesNotApply => "does not apply here",
    }
}

/// Why a statement stands nowhere here.
pub fn none_because(because: Option<NoneBecause>) -> &'static str {
    match because {
        None | Some(NoneBecause::Context) => "This statement explains the policy. There is nothing to keep.",
        Some(NoneBecause::ChapterOff) => "This chapter does not apply here.",
        Some(NoneBecause::AtTrust) => "This is answered once, by the trust.",
        Some(NoneBecause::AtSchools) => "This is answered at each school.",
        Some(NoneBecause::NotStarted) => "Nobody has started this section. Nothing is mailed and nothing becomes late.",
        Some(NoneBecause::NotHere) => "This does not apply here.",
    }
}

/// How strongly the policy asks, for the page of a statement.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Must => "Required",
        Severity::Should => "Expected",
        Severity::May => "Good practice",
    }
}

/// What is missing and the next step, as two sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingWords {
    /// What is missing.
    pub what: String,
    /// The act that would tell.
    pub next: String,
}

/// Puts a missing thing into words.
pub fn missing(missing: &Missing, pack: &Pack, schemas: &Schemas) -> MissingWords {
    let (key, names) = missing_parts(missing, pack, schemas);
    let fill = |sentence: &str| {
        names.iter().fold(sentence.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    };
    let template =
        |from: &BTreeMap<String, String>| from.get(key).or_else(|| from.get("other")).cloned().unwrap_or_default();
    MissingWords { what: fill(&template(&LABELS.missing)), next: fill(&template(&LABELS.next)) }
}

type Names = Vec<(&'static str, String)>;

fn missing_parts(missing: &Missing, pack: &Pack, schemas: &Schemas) -> (&'static str, Names) {
    let control = |name: &str| pack.controls.get(name).map_or_else(|| name.to_owned(), |control| control.title.clone());
    match missing {
        Missing::Census { register, classes } => {
            let many = plural(schemas, register);
            let many = if classes.is_empty() { many } else { format!("{many} {}", of_kinds(classes)) };
            ("census", vec![("register", many)])
        }
        Missing::Field { register, field } => {
            let label =
                schemas.get(register).and_then(|schema| schema.field(field)).map(|(_, field)| field.label.clone());
            let title = schemas.get(register).map_or_else(|| register.to_string(), |schema| schema.title.clone());
            ("field", vec![("register", title), ("field", label.unwrap_or_else(|| field.to_string()))])
        }
        Missing::Param { name } => {
            let ask = pack.params.get(name).and_then(|param| param.ask.clone());
            ("param", vec![("ask", ask.unwrap_or_else(|| name.replace('_', " ")))])
        }
        Missing::Entry { name } => {
            let title = pack.entries.get(name).and_then(|entry| entry.set.get("name"));
            let title = title.and_then(|value| match value.get_ref() {
                schoolkeeper_core::pack::Literal::Text(text) => Some(text.clone()),
                _ => None,
            });
            ("entry", vec![("entry", title.unwrap_or_else(|| name.to_string()))])
        }
        Missing::Role { name } => {
            let title = pack.roles.get(name).map(|role| role.title.clone());
            ("role", vec![("role", title.unwrap_or_else(|| name.replace('-', " ")))])
        }
        Missing::CalendarEnds { on: Some(on) } => ("calendar", vec![("on", crate::dates::long(*on))]),
        Missing::CalendarEnds { on: None } => ("no_calendar", Vec::new()),
        Missing::Publication { control: name } => ("publication", vec![("control", control(name))]),
        Missing::NeverAsked { control: name } => ("never_asked", vec![("control", control(name))]),
        Missing::NeverTested { control: name } => ("never_tested", vec![("control", control(name))]),
        Missing::NeverUsed { control: name } => ("never_used", vec![("control", control(name))]),
        Missing::Probe { control: name } => ("probe", vec![("control", control(name))]),
        Missing::NotSetUp { control: name } => ("not_set_up", vec![("control", control(name))]),
        Missing::Directory => ("directory", Vec::new()),
    }
}

/// *devices*, *users of a system*: a register's entries in the plural, in lower case unless an abbreviation begins it.
pub fn plural(schemas: &Schemas, register: &str) -> String {
    schemas.get(register).map_or_else(|| pluralised(register.replace('-', " ")), plural_of)
}

/// *of the kind “laptop”*, *of the kinds “laptop” and “tablet”*: some classes of a list.
pub fn of_kinds(classes: &[Name]) -> String {
    let quoted: Vec<String> = classes.iter().map(|class| format!("“{}”", lower(&choice(class)))).collect();
    let kind = if quoted.len() == 1 { "kind" } else { "kinds" };
    format!("of the {kind} {}", quoted.join(" and "))
}

/// The same of a register as it is called somewhere.
pub fn plural_of(register: &Register) -> String {
    register.plural.clone().unwrap_or_else(|| pluralised(register.title.clone()))
}

fn pluralised(title: String) -> String {
    let abbreviation = title.chars().take(2).filter(char::is_ascii_uppercase).count() == 2;
    let title = if abbreviation { title } else { title.to_lowercase() };
    let end = [" of ", " in ", " on ", " from "].iter().filter_map(|word| title.find(word)).min();
    let (head, tail) = title.split_at(end.unwrap_or(title.len()));
    several(head) + tail
}

fn several(word: &str) -> String {
    let vowel_before_y = ["ay", "ey", "oy", "uy"].iter().any(|end| word.ends_with(end));
    match word {
        "person" => "people".to_owned(),
        _ if word.ends_with("software") || word.ends_with("rules") => word.to_owned(),
        _ if word.ends_with('y') && !vowel_before_y => format!("{}ies", word.trim_end_matches('y')),
        _ if word.ends_with('s') || word.ends_with("ch") || word.ends_with('x') => format!("{word}es"),
        _ => format!("{word}s"),
    }
}
