//! The panel of filters: what a list can be narrowed by, as a form shows it.

use super::asked::{Fault, ListAsked};
use super::cell;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::listing::is_filtered;
use schoolkeeper_core::schema::{Absent, Field, FieldType, Register};

/// One filter of the panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterShown {
    /// The part of the address its choices are sent as.
    pub part: String,
    /// What people read.
    pub label: String,
    /// What is filled in.
    pub kind: FilterKind,
}

/// How a filter is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// Tick boxes.
    Choices(Vec<Tick>),
    /// A day, or a number, from and to.
    Bounds {
        /// The type of the input: `date` or `text`.
        input: &'static str,
        /// From and to.
        ends: Vec<End>,
    },
    /// Part of the name of what is pointed to.
    Name(End),
}

/// One tick box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub text: String,
    /// It is ticked.
    pub ticked: bool,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The part of the address.
    pub part: String,
    /// What people read.
    pub label: String,
    /// What stands in it.
    pub value: String,
    /// What is wrong with it.
    pub fault: Option<String>,
}

/// Every filter of a register.
pub(crate) fn panel(register: &Register, asked: &ListAsked, sources: &[Name], faults: &[Fault]) -> Vec<FilterShown> {
    let keyed = register.keyed();
    let mut out: Vec<FilterShown> = keyed
        .iter()
        .filter(|field| is_filtered(&field.kind) && !field.retired)
        .map(|field| FilterShown {
            part: format!("is.{}", field.name),
            label: field.label.clone(),
            kind: kind(field, asked, faults),
        })
        .collect();
    out.push(FilterShown {
        part: "since".to_owned(),
        label: "Changed".to_owned(),
        kind: FilterKind::Bounds { input: "date", ends: vec![end("since".to_owned(), "Since", asked, faults)] },
    });
    if sources.len() > 1 {
        let ticks = sources.iter().map(|source| tick("source", source, cell::source(source), asked)).collect();
        let kind = FilterKind::Choices(ticks);
        out.push(FilterShown { part: "source".to_owned(), label: "Source".to_owned(), kind });
    }
    out
}

fn kind(field: &Field, asked: &ListAsked, faults: &[Fault]) -> FilterKind {
    let part = format!("is.{}", field.name);
    let blank = match field.absent {
        Absent::Empty => ("none", "None"),
        Absent::Unknown => ("unknown", cell::NOT_KNOWN),
    };
    let bounds = |input: &'static str| FilterKind::Bounds {
        input,
        ends: vec![
            end(format!("from.{}", field.name), "From", asked, faults),
            end(format!("to.{}", field.name), "To", asked, faults),
        ],
    };
    match &field.kind {
        FieldType::Choice(choices) | FieldType::Choices(choices) => {
            let known = choices.iter().map(|choice| tick(&part, choice, cell::choice(choice), asked));
            let rest = std::iter::once(tick(&part, blank.0, blank.1.to_owned(), asked));
            let has_blank = &*field.name != "state";
            FilterKind::Choices(known.chain(rest.filter(|_| has_blank)).collect())
        }
        FieldType::YesNo => {
            let all = [("yes", "Yes"), ("no", "No"), blank];
            FilterKind::Choices(all.map(|(value, text)| tick(&part, value, text.to_owned(), asked)).to_vec())
        }
        FieldType::Ref(_) | FieldType::Refs(_) => FilterKind::Name(end(part, "Name holds", asked, faults)),
        FieldType::Date | FieldType::Instant => bounds("date"),
        _ => bounds("text"),
    }
}

fn tick(part: &str, value: &str, text: String, asked: &ListAsked) -> Tick {
    Tick { value: value.to_owned(), text, ticked: asked.values(part).contains(&value) }
}

fn end(part: String, label: &str, asked: &ListAsked, faults: &[Fault]) -> End {
    let value = asked.values(&part).first().map(|value| (*value).to_owned()).unwrap_or_default();
    let fault = faults.iter().find(|fault| fault.part == part).map(|fault| fault.text.clone());
    // An entry that was pointed to by its id is shown as a chip, not as its id.
    let value = if value.parse::<uuid::Uuid>().is_ok() { String::new() } else { value };
    End { part, label: label.to_owned(), value, fault }
}
