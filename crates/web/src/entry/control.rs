//! Questions made from a register: each field as the part of a form it is, with what was typed in it.
//!
//! Invariant: names of fields stand behind `f-`, so that no field of a school meets a field of ours.

use crate::form::{Choice, Field, Posted};
use schoolkeeper_app::entry::form::{self, Control};
use schoolkeeper_app::entry::{self};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{Field as Schema, FieldType, Register};
use std::collections::BTreeMap;

/// What was typed, by name of the field: dates as `27-3-2027`, several values line by line.
pub type Typed = BTreeMap<Name, String>;
/// What is wrong, by name of the field.
pub type Mistakes = [(Name, String)];

/// A question on a page.
pub struct Question {
    /// Which part shows it.
    pub kind: &'static str,
    /// Label, hint, value, fault.
    pub field: Field,
    /// The field's own name.
    pub name: Name,
    /// Entries it points to: id and name.
    pub links: Vec<(String, String)>,
    /// Asked only when the choice at this place (from 1) is made.
    pub under: BTreeMap<usize, Vec<Question>>,
}

/// Questions under one heading.
pub struct Group {
    /// Its heading.
    pub title: Option<String>,
    /// In order.
    pub questions: Vec<Question>,
}

/// What makes questions.
pub struct Asking<'a> {
    /// The register.
    pub register: &'a Register,
    /// What stands in them.
    pub typed: &'a Typed,
    /// What is wrong with it.
    pub mistakes: &'a Mistakes,
    /// What entries are called.
    pub names: &'a BTreeMap<EntryId, String>,
}

impl Asking<'_> {
    /// Every question in its place.
    pub fn groups(&self) -> Vec<Group> {
        let groups = form::sections(self.register).into_iter().map(|(title, fields)| Group {
            title: title.map(str::to_owned),
            questions: fields
                .into_iter()
                .filter(|field| self.above(field).is_none())
                .filter_map(|f| self.question(f))
                .collect(),
        });
        groups.filter(|group| !group.questions.is_empty()).collect()
    }

    /// The radios a field stands under, and at which choice.
    fn above(&self, field: &Schema) -> Option<(&Schema, usize)> {
        let when = field.when.as_ref()?;
        let [only] = when.is.as_slice() else { return None };
        let (_, above) = self.register.field(&when.field)?;
        let radios = form::control(above) == Some(Control::Radios) && above.when.is_none();
        let at = values(above).iter().position(|value| *value == &**only)?;
        radios.then_some((above, at + 1))
    }

    /// One question; nothing for what no form asks for.
    pub fn question(&self, field: &Schema) -> Option<Question> {
        let control = form::control(field)?;
        let kind = match control {
            Control::Line => "line",
            Control::Digits => "digits",
            Control::Lines => "lines",
            Control::Radios => "radios",
            Control::Select => "select",
            Control::Boxes => "boxes",
            Control::Date => "date",
            Control::Link => "link",
            Control::Links => "links",
        };
        let value = self.typed.get(&field.name).cloned().unwrap_or_default();
        let mut shown = Field::new(id(&field.name), label(field));
        shown.hint = self.hint(field);
        shown.choices = choices(field, control, &value);
        shown.error = self.mistakes.iter().find(|(name, _)| *name == field.name).map(|(_, why)| why.clone());
        let links = if matches!(control, Control::Link | Control::Links) { self.links(&value) } else { Vec::new() };
        shown.value = value;
        let mut under: BTreeMap<usize, Vec<Question>> = BTreeMap::new();
        for below in &self.register.fields {
            let place = self.above(below).filter(|(above, _)| above.name == field.name);
            if let Some((_, at)) = place {
                under.entry(at).or_default().extend(self.question(below));
            }
        }
        Some(Question { kind, field: shown, name: field.name.clone(), links, under })
    }

    fn hint(&self, field: &Schema) -> Option<String> {
        let hint = form::hint(field);
        let when = field.when.as_ref().filter(|_| self.above(field).is_none());
        let only = when.and_then(|when| {
            let (_, above) = self.register.field(&when.field)?;
            let values: Vec<String> = when.is.iter().map(|value| entry::choice(value).to_lowercase()).collect();
            Some(format!("Only when “{}” is {}", above.label, values.join(" or ")))
        });
        match (only, hint) {
            (Some(only), Some(hint)) => Some(format!("{only}. {hint}")),
            (only, hint) => only.or(hint),
        }
    }

    fn links(&self, value: &str) -> Vec<(String, String)> {
        let ids = value.lines().filter_map(|line| line.parse().ok().map(EntryId));
        let name = |id: EntryId| self.names.get(&id).cloned().unwrap_or_else(|| "A record that is not here".to_owned());
        ids.map(|id| (id.to_string(), name(id))).collect()
    }

    /// Questions with a fault, in the order of the page.
    pub fn faulty(groups: &[Group]) -> Vec<&Field> {
        fn of<'q>(question: &'q Question, out: &mut Vec<&'q Field>) {
            out.push(&question.field);
            question.under.values().flatten().for_each(|below| of(below, out));
        }
        let mut out = Vec::new();
        groups.iter().flat_map(|group| &group.questions).for_each(|question| of(question, &mut out));
        out
    }
}

/// The name and id of a field on the page.
pub fn id(name: &str) -> String {
    format!("f-{name}")
}

fn label(field: &Schema) -> String {
    if field.required { format!("{} (needed)", field.label) } else { field.label.clone() }
}

fn values(field: &Schema) -> Vec<&str> {
    match &field.kind {
        FieldType::YesNo => vec!["yes", "no"],
        FieldType::Choice(choices) | FieldType::Choices(choices) => choices.iter().map(|name| &**name).collect(),
        _ => Vec::new(),
    }
}

fn choices(field: &Schema, control: Control, chosen: &str) -> Vec<Choice> {
    if !matches!(control, Control::Radios | Control::Select | Control::Boxes) {
        return Vec::new();
    }
    let unknown = Choice::new("", "Not known");
    let known = values(field).into_iter().map(|value| Choice::new(value, entry::choice(value)));
    let mut out: Vec<Choice> = known.collect();
    match control {
        Control::Select => out.insert(0, unknown),
        Control::Radios => out.push(Choice { text: "Don’t know".to_owned(), ..unknown }),
        _ => {}
    }
    for choice in &mut out {
        choice.chosen = match control {
            Control::Boxes => chosen.lines().any(|line| line == choice.value),
            _ => choice.value == chosen,
        };
    }
    out
}

/// What a form sent, field by field.
pub fn typed(register: &Register, posted: &Posted) -> Typed {
    let asked = register.fields.iter().filter_map(|field| Some((field, form::control(field)?)));
    asked
        .map(|(field, control)| {
            let name = id(&field.name);
            let value = match control {
                Control::Date => {
                    let parts =
                        ["day", "month", "year"].map(|part| posted.word(&format!("{name}-{part}")).replace('-', " "));
                    if parts.iter().all(String::is_empty) { String::new() } else { parts.join("-") }
                }
                Control::Boxes | Control::Links => posted.all(&name).join("\n"),
                _ => posted.get(&name).to_owned(),
            };
            (field.name.clone(), value)
        })
        .collect()
}

/// What was typed as a form sends it, for hidden fields.
pub fn sent(register: &Register, typed: &Typed) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for field in &register.fields {
        let (Some(control), Some(value)) = (form::control(field), typed.get(&field.name)) else { continue };
        let name = id(&field.name);
        match control {
            Control::Date => {
                let parts = ["day", "month", "year"].into_iter().zip(value.split('-'));
                out.extend(parts.map(|(part, text)| (format!("{name}-{part}"), text.to_owned())));
            }
            Control::Boxes | Control::Links => out.extend(value.lines().map(|line| (name.clone(), line.to_owned()))),
            _ => out.push((name, value.clone())),
        }
    }
    out
}
