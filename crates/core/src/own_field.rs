//! Fields a school, or its trust for all its schools, adds to a register itself. Pure.
//!
//! Invariant: the name of such a field begins with [`OWN`] and never changes, so that a policy cannot mean one by
//! accident and what was said stays readable under another label.

use crate::id::{Name, slug};
use crate::schema::{Absent, Field, FieldType, OWN, Register, Section};
use serde::{Deserialize, Serialize};

/// Most fields of a register that are in use at a school beside its own.
pub const LIVE_MAX: usize = 20;
/// Most fields of a register that were ever made, so that rows stay bounded.
pub const EVER_MAX: usize = 60;
/// Longest label, in characters.
pub const LABEL_MAX: usize = 60;
/// Longest help, in characters.
pub const HELP_MAX: usize = 200;
/// Most options of a choice, and the longest, in characters.
pub const OPTIONS_MAX: usize = 40;
/// Longest option, in characters.
pub const OPTION_MAX: usize = 60;

/// What a field of one's own is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnField {
    /// What people read.
    pub label: String,
    /// Its type.
    pub kind: OwnKind,
    /// A form asks for it.
    pub required: bool,
    /// One sentence under it.
    pub help: Option<String>,
    /// The heading it stands under; before all headings when `None`.
    pub section: Option<String>,
    /// The list shows it.
    pub listed: bool,
}

/// Its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnKind {
    /// One line.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    YesNo,
    /// One of some.
    Choice(Vec<Name>),
    /// A person of the records.
    Person,
}

/// A field of one's own in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAt<'a> {
    /// Its name.
    pub name: &'a Name,
    /// What it is.
    pub own: &'a OwnField,
    /// It is asked for no more.
    pub retired: bool,
}

impl OwnKind {
    /// As forms send it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::YesNo => "yes-no",
            Self::Choice(_) => "choice",
            Self::Person => "person",
        }
    }
}

/// The name of a new field: its label in snake_case behind [`OWN`], with a number when that is taken.
pub fn name_of(label: &str, taken: impl Fn(&str) -> bool) -> Name {
    let plain: String = slug(label).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let plain = plain.trim_matches('_');
    let base = format!("{OWN}{}", if plain.is_empty() { "field" } else { &plain[..plain.len().min(40)] });
    let numbered = (2..).map(|number| format!("{base}_{number}"));
    let free = std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name));
    Name::from(free.expect("numbers do not end"))
}

/// An option as values hold it: `SEN support` → `SEN-support`, which people read as they wrote it.
pub fn option_of(text: &str) -> Name {
    Name::from(text.split_whitespace().collect::<Vec<_>>().join("-"))
}

/// A register with the fields of a school, in the order in which they were made; `order` says in which people see them.
pub fn with_own(register: &Register, own: &[OwnAt<'_>], order: &[Name]) -> Register {
    let mut out = register.clone();
    out.fields.extend(own.iter().map(field));
    let mut shown: Vec<&OwnAt<'_>> = own.iter().filter(|at| !at.retired).collect();
    let place = |name: &Name| order.iter().position(|known| known == name).unwrap_or(usize::MAX);
    shown.sort_by_key(|at| place(at.name));
    for at in shown {
        if at.own.listed {
            out.list.columns.push(at.name.clone());
        }
        let title = at.own.section.as_deref().unwrap_or(OWN_SECTION);
        match out.sections.iter_mut().find(|section| section.title == title) {
            Some(section) => section.fields.push(at.name.clone()),
            None => out.sections.push(Section { title: title.to_owned(), fields: vec![at.name.clone()] }),
        }
    }
    out
}

/// Where fields stand that name no heading.
pub const OWN_SECTION: &str = "Our own fields";

fn field(at: &OwnAt<'_>) -> Field {
    let kind = match &at.own.kind {
        OwnKind::Text => FieldType::Text,
        OwnKind::Number => FieldType::Number,
        OwnKind::Date => FieldType::Date,
        OwnKind::YesNo => FieldType::YesNo,
        OwnKind::Choice(options) => FieldType::Choice(options.clone()),
        OwnKind::Person => FieldType::Ref(Name::from("person")),
    };
    Field {
        name: at.name.clone(),
        label: at.own.label.clone(),
        find: matches!(kind, FieldType::Ref(_)),
        kind,
        required: at.own.required && !at.retired,
        absent: Absent::Unknown,
        stale_after: None,
        import: Vec::new(),
        sensitive: false,
        help: at.own.help.clone(),
        when: None,
        why: false,
        retired: at.retired,
    }
}

#[cfg(test)]
#[path = "own_field_tests.rs"]
mod own_field_tests;
