//! What people and things of a pack are called: no names of the language where people have a word.

use crate::control::title_of;
use crate::suggest::and;
use schoolkeeper_core::control::Control;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::pack::{Literal, Pack};
use schoolkeeper_core::phrase::{OrParam, Tell, When, Who};
use schoolkeeper_core::schema::Schemas;
use serde_spanned::Spanned;
use std::collections::BTreeMap;
use std::fmt::Display;

/// Kinds of people of the register `person`, in the plural.
const KINDS: &[(&str, &str)] = &[
    ("agency", "agency staff"),
    ("volunteer", "volunteers"),
    ("governor", "governors"),
    ("contractor", "contractors"),
    ("visitor", "visitors"),
    ("pupil", "pupils"),
    ("parent", "parents"),
];

/// A pack and, when they are known, the registers.
pub(super) struct Words<'a> {
    pub pack: &'a Pack,
    pub schemas: Option<&'a Schemas>,
    /// What a school set; it goes before the pack's own values.
    pub set: Option<&'a BTreeMap<Name, Literal>>,
}

impl Words<'_> {
    /// `backup-job` → *back-up job*.
    pub fn register(&self, id: &str) -> String {
        match self.schemas.and_then(|schemas| schemas.get(id)) {
            Some(register) => lower(&register.title),
            None => id.replace('-', " "),
        }
    }

    /// Names of people: *the headteacher and the owner of the room*.
    pub fn who(&self, who: &Who) -> String {
        self.people(&who.0)
    }

    pub fn people(&self, names: &[Name]) -> String {
        and(&names.iter().map(|name| self.person(name)).collect::<Vec<_>>())
    }

    fn person(&self, name: &str) -> String {
        if let Some(role) = self.pack.roles.get(name) {
            return format!("the {}", lower(&role.title));
        }
        if let Some(audience) = self.pack.audiences.get(name) {
            return audience.title.as_deref().map_or_else(|| name.replace('-', " "), lower);
        }
        match name.rsplit_once('.') {
            Some(("it", relation)) => format!("its {}", relation.replace('_', " ")),
            Some((of, relation)) => format!("the {} of the {}", plain(relation), plain(of)),
            None if matches!(name, "owner" | "holder" | "manager") => format!("the {name}"),
            None if name == "requester" => "whoever asked".to_owned(),
            None if name == "reporter" => "whoever reported it".to_owned(),
            None if matches!(name, "subject" | "involved") => "the person concerned".to_owned(),
            None => {
                KINDS.iter().find(|(kind, _)| *kind == name).map_or_else(|| plain(name), |(_, says)| (*says).to_owned())
            }
        }
    }

    /// *Told: the headteacher when it begins.*
    pub fn told(&self, tell: &[Tell]) -> Option<String> {
        let parts: Vec<String> =
            tell.iter().map(|tell| format!("{} {}", self.who(&tell.who), when(tell.when))).collect();
        (!parts.is_empty()).then(|| format!("Told: {}.", and(&parts)))
    }

    /// A span or a period, or what the param holds.
    pub fn or_param<T: Display>(&self, value: &OrParam<T>) -> String {
        match value {
            OrParam::Is(value) => value.to_string(),
            OrParam::Param(name) => self.param(name),
        }
    }

    /// The value of a param, or that it is still open.
    pub fn param(&self, name: &str) -> String {
        let Some(param) = self.pack.params.get(name) else { return plain(name) };
        let value = self.set.and_then(|set| set.get(name)).or(param.value.as_ref());
        let unit = param
            .unit
            .as_deref()
            .filter(|unit| !matches!(*unit, "count" | "number" | "schedule" | "text" | "yes-no" | "times"));
        match (value, unit) {
            (Some(Literal::Int(number)), Some(unit)) => format!("{number} {unit}"),
            (Some(Literal::Number(number)), Some(unit)) => format!("{number} {unit}"),
            (Some(value), _) => literal(value),
            (None, _) => format!("(not set yet: {})", param.ask.as_deref().unwrap_or(name)),
        }
    }

    /// A function of the language: its words, and whether they are a value. `None` for one without words.
    pub fn call(&self, name: &str, literal: &str, arguments: &[String]) -> Option<(String, bool)> {
        let argument = |at: usize| arguments.get(at).map_or("", String::as_str);
        let bare = |at: usize| argument(at).trim_matches(['“', '”']).to_owned();
        let value = match name {
            "age" => format!("the age of {}", argument(0)),
            "days" if argument(0).ends_with("days") => argument(0).to_owned(),
            "days" => format!("{} days", argument(0)),
            "working_days" | "school_days" => {
                format!("the number of {} from {} to {}", name.replace('_', " "), argument(0), argument(1))
            }
            "add" => format!("{} after {}", bare(1), argument(0)),
            "term" => format!("the term of {}", argument(0)),
            "state_since" => "the day its state began".to_owned(),
            "entry" => self.entry(literal),
            "list" => format!("the list “{}”", plain(literal)),
            "avg" => format!("the average of {}", argument(0)),
            "sum" => format!("the sum of {}", argument(0)),
            "min" => format!("the least of {}", argument(0)),
            "max" => format!("the greatest of {}", argument(0)),
            "count" | "size" => format!("the number of {}", argument(0)),
            "step" => format!("the answer to “{}”", plain(literal)),
            _ => return self.sentence(name, literal, arguments).map(|text| (text, false)),
        };
        Some((value, true))
    }

    fn sentence(&self, name: &str, literal: &str, arguments: &[String]) -> Option<String> {
        let argument = |at: usize| arguments.get(at).map_or("", String::as_str);
        Some(match name {
            "linked" => format!("{} is on record", argument(0)),
            "has" => format!("{} is known", argument(0)),
            "holds" => {
                let role = argument(1).trim_matches(['“', '”']);
                if role == "it" {
                    format!("{} has that role", argument(0))
                } else {
                    format!("{} is {}", argument(0), self.person(role))
                }
            }
            "granted" => match arguments.get(1) {
                Some(thing) => format!("there is a permission “{}” for {thing}", self.control(literal)),
                None => format!("there is a permission “{}”", self.control(literal)),
            },
            "signed" => format!("{} has signed “{}”", argument(1), self.control(literal)),
            "trained" => format!("{} has done the training “{}”", argument(1), plain(literal)),
            "same_serial" => format!("{} and {} are the same serial number", argument(0), argument(1)),
            "same_name" => format!("{} and {} are the same name", argument(0), argument(1)),
            "matches_any" => format!("{} matches {}", argument(0), argument(1)),
            "version_at_least" => format!("{} is version {} or newer", argument(0), argument(1)),
            "done" => format!("“{}” is done", plain(literal)),
            _ => return None,
        })
    }

    /// What people call a control.
    pub fn control(&self, name: &str) -> String {
        self.pack.controls.get(name).map_or_else(|| plain(name), |control: &Control| control.title.clone())
    }

    pub fn controls(&self, names: &[Spanned<Name>]) -> String {
        let titles = names.iter().map(|name| format!("“{}”", self.control(name.get_ref())));
        crate::suggest::or(&titles.collect::<Vec<_>>())
    }

    /// What people call a named system, place or record.
    pub fn entry(&self, name: &str) -> String {
        let entry = self.pack.entries.get(name);
        match entry.and_then(|entry| entry.set.get("name")).map(Spanned::get_ref) {
            Some(Literal::Text(title)) => format!("“{title}”"),
            _ => format!("“{}”", plain(name)),
        }
    }

    /// Acts in words: *lend an asset or hand out an account*.
    pub fn acts(&self, acts: &[Spanned<Name>]) -> String {
        crate::suggest::or(&acts.iter().map(|act| self.act(act.get_ref())).collect::<Vec<_>>())
    }

    fn act(&self, act: &str) -> String {
        let (name, qualifier) = act.split_once(':').map_or((act, None), |(name, rest)| (name, Some(rest)));
        let spec = schoolkeeper_core::act::ACTS.iter().find(|spec| spec.name == name);
        let says = match (spec, name.rsplit_once('.')) {
            (Some(spec), _) => spec.says.to_owned(),
            (None, Some((register, "save"))) => format!("save the record of {}", a(&self.register(register))),
            (None, Some((register, "move"))) => format!("change the state of {}", a(&self.register(register))),
            _ => act.to_owned(),
        };
        match qualifier {
            Some(case) if name.starts_with("case.") => format!("{says} (“{}”)", self.control(case)),
            Some(other) => format!("{says} ({})", plain(other)),
            None => says,
        }
    }
}

/// The first letter small, unless the word is all capitals (`IT technician`).
pub(super) fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// A part of something in an expression: `it` + `person` → *its person*.
pub(super) fn part(of: &str, name: &str) -> String {
    let name = match (name.strip_suffix("_at"), name.strip_suffix("_on")) {
        (Some(name), _) => format!("{} time", plain(name)),
        (_, Some(name)) => format!("{} date", plain(name)),
        _ => plain(name),
    };
    match of {
        "it" => format!("its {name}"),
        "the form" => format!("“{name}” on the form"),
        of => format!("the {name} of {of}"),
    }
}

/// *a dog*, *an account*.
pub(super) fn a(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// `after-hours` → *after hours*.
pub(super) fn plain(name: &str) -> String {
    name.replace(['-', '_'], " ")
}

/// A name of the language as a title.
pub(super) fn title(name: &str) -> String {
    title_of(name)
}

/// A value as people write it.
pub fn literal(value: &Literal) -> String {
    match value {
        Literal::Bool(true) => "yes".to_owned(),
        Literal::Bool(false) => "no".to_owned(),
        Literal::Int(number) => number.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Text(text) => text.clone(),
        Literal::List(items) => and(&items.iter().map(literal).collect::<Vec<_>>()),
    }
}

fn when(when: When) -> &'static str {
    match when {
        When::Opened => "when it begins",
        When::Due => "when it is due",
        When::Overdue => "when it is late",
        When::Closed => "when it ends",
        When::Changed => "when it changes",
    }
}
