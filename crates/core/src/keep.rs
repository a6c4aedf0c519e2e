//! How long records are kept and from when: one rule for each register, each type of case and each log of the house.
//!
//! Invariant: a record is kept to the end of its last day at its school; without a known first day its time has not
//! begun.

use crate::calendar::Calendar;
use crate::id::Name;
use crate::phrase::{Span, Unit};
use crate::schema::Register;
use crate::value::{Fact, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Shortest time an organisation may choose where a register says nothing.
pub const MIN: Span = Span { count: 1, unit: Unit::Month };
/// Longest time an organisation may choose where a register says nothing: what is advised for allegations of abuse.
pub const MAX: Span = Span { count: 75, unit: Unit::Year };

/// The rule of a register.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Keep {
    /// How long.
    pub span: Span,
    /// From when: the latest of these that is known.
    pub from: Vec<KeepFrom>,
    /// Why so long, in one sentence for people.
    pub why: String,
    /// Shortest an organisation may choose.
    pub min: Span,
    /// Longest.
    pub max: Span,
    /// Why a record about a person stays although that person asks for erasure; it then no longer names them.
    pub law: Option<String>,
}

/// What starts the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum KeepFrom {
    /// The record was made.
    Created,
    /// No source knows it any more.
    Left,
    /// It reached a state that no move leaves.
    Ended,
    /// The day in a field.
    Field(Name),
}

impl From<String> for KeepFrom {
    fn from(text: String) -> Self {
        match text.as_str() {
            "created" => Self::Created,
            "left" => Self::Left,
            "ended" => Self::Ended,
            _ => Self::Field(Name::from(text)),
        }
    }
}

impl From<KeepFrom> for String {
    fn from(from: KeepFrom) -> Self {
        match from {
            KeepFrom::Created => "created".to_owned(),
            KeepFrom::Left => "left".to_owned(),
            KeepFrom::Ended => "ended".to_owned(),
            KeepFrom::Field(name) => name.to_string(),
        }
    }
}

/// What is known of a record's life.
#[derive(Clone, Copy, Debug)]
pub struct Life<'a> {
    /// When it was made.
    pub since: Timestamp,
    /// When the last source stopped knowing it.
    pub left_at: Option<Timestamp>,
    /// What is known of it, that of past sources included.
    pub facts: &'a BTreeMap<Name, Fact>,
}

impl Life<'_> {
    /// The day the record's time begins; `None` while it has not ended.
    pub fn start(&self, register: &Register, calendar: &Calendar) -> Option<Date> {
        let from = register.keep.as_ref().map_or(&[][..], |keep| &keep.from);
        from.iter().filter_map(|from| self.day(from, register, calendar)).max()
    }

    fn day(&self, from: &KeepFrom, register: &Register, calendar: &Calendar) -> Option<Date> {
        match from {
            KeepFrom::Created => Some(calendar.day(self.since)),
            KeepFrom::Left => self.left_at.map(|at| calendar.day(at)),
            KeepFrom::Ended => {
                let fact = self.facts.get("state")?;
                let state = fact.value.as_text()?;
                let last = register.states.as_ref()?.is_last(state);
                last.then(|| calendar.day(fact.held_since))
            }
            KeepFrom::Field(name) => match self.facts.get(name)?.value {
                Value::Date(day) => Some(day),
                Value::Instant(at) => Some(calendar.day(at)),
                _ => None,
            },
        }
    }
}

/// The first instant at which a record is past its time; `None` beyond all calendars.
pub fn ends_at(start: Date, span: Span, calendar: &Calendar) -> Option<Timestamp> {
    calendar.add(start, span).ok().map(|last| calendar.end_of(last))
}

/// Whether a span can be a time to keep: whole days or longer, without needing a school's terms.
pub fn is_fit(span: Span) -> bool {
    span.count > 0 && matches!(span.unit, Unit::Day | Unit::Week | Unit::Month | Unit::Year)
}

/// What people read instead of the name of a record that is gone: `erased under the 7-year rule`.
pub fn tombstone(rule: &str) -> String {
    match rule.parse::<Span>() {
        Ok(span) => {
            let words = span.to_string();
            let unit = words.split_once(' ').map_or("", |(_, unit)| unit.trim_end_matches('s'));
            format!("erased under the {}-{unit} rule", span.count)
        }
        Err(_) => "erased on request".to_owned(),
    }
}

/// Shorter names stand in too many words to be taken out of them.
pub const NAME_MIN: usize = 3;

/// The text with every one of the names replaced where it stands as a word of its own; `None` when none does.
pub fn without(said: &str, names: &[String], instead: &str) -> Option<String> {
    let mut out: Option<String> = None;
    for name in names {
        let text = out.as_deref().unwrap_or(said);
        if let Some(replaced) = replaced(text, name, instead) {
            out = Some(replaced);
        }
    }
    out
}

fn replaced(said: &str, name: &str, instead: &str) -> Option<String> {
    let ends_word = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let (mut out, mut rest, mut from) = (String::new(), 0, 0);
    while let Some(at) = said[from..].find(name).map(|at| at + from) {
        let end = at + name.len();
        if ends_word(said[..at].chars().next_back()) && ends_word(said[end..].chars().next()) {
            out.push_str(&said[rest..at]);
            out.push_str(instead);
            rest = end;
        }
        from = end;
    }
    (rest > 0).then(|| out + &said[rest..])
}

/// A log of the house: tables without an entry, and how long their rows are kept.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    /// Its name in proofs.
    pub name: &'static str,
    /// What people read.
    pub title: &'static str,
    /// How long.
    pub span: Span,
    /// From when, for people.
    pub from: &'static str,
    /// Why so long.
    pub why: &'static str,
}

const fn years(count: i32) -> Span {
    Span { count, unit: Unit::Year }
}

/// Every log of the house. The store knows which tables each one is; a test finds a table that has no rule.
pub const LOGS: &[Log] = &[
    Log {
        name: "history",
        title: "Earlier versions of records",
        span: years(7),
        from: "the change",
        why: "Shows what was known when, for as long as it may be questioned. Goes with its record if that ends earlier.",
    },
    Log {
        name: "undone",
        title: "What an import brought that was taken back",
        span: Span { count: 3, unit: Unit::Month },
        from: "the day it was taken back",
        why: "Long enough to see that a list was brought in by mistake.",
    },
    Log {
        name: "import",
        title: "Imports: which list, when, how many",
        span: years(7),
        from: "the import",
        why: "Shows where records came from. Holds counts, no names.",
    },
    Log {
        name: "finding",
        title: "Problems that are over",
        span: years(3),
        from: "the day it was over",
        why: "Long enough to see a problem come back. Goes with its record if that ends earlier.",
    },
    Log {
        name: "standing",
        title: "Where statements of the policy stood",
        span: years(7),
        from: "the change",
        why: "Shows governors and insurers where the school stood. Holds counts, no names.",
    },
    Log {
        name: "job",
        title: "Runs of automatic work",
        span: years(1),
        from: "the run",
        why: "Long enough to find out what went wrong. Holds counts, no names.",
    },
    Log {
        name: "report",
        title: "Reports by mail",
        span: Span { count: 90, unit: Unit::Day },
        from: "the day they came",
        why: "Long enough to make a case of it. What becomes a case is kept with the case.",
    },
    Log {
        name: "mail",
        title: "Mails that were sent",
        span: years(2),
        from: "the day it was sent or given up",
        why: "Shows that somebody was told. Holds who and what about, not the text. Goes with its reader if they end earlier.",
    },
    Log {
        name: "session",
        title: "Sign-ins that are over, and one-time links",
        span: Span { count: 3, unit: Unit::Month },
        from: "their end",
        why: "Long enough to ask who was signed in where. What they did stands in the history.",
    },
    Log {
        name: "emergency",
        title: "Uses of the emergency account",
        span: years(7),
        from: "the day somebody reviewed it",
        why: "Shows what the emergency account was used for.",
    },
    Log {
        name: "ledger",
        title: "History: what was done, by which id",
        span: years(10),
        from: "the act",
        why: "Longer than any question may come. Holds ids and counts, no names; the proof that nothing is missing stays.",
    },
    Log {
        name: "hold",
        title: "Holds that were lifted",
        span: years(7),
        from: "the day it was lifted",
        why: "Shows why something was kept longer.",
    },
];

#[cfg(test)]
#[path = "keep_tests.rs"]
mod keep_tests;
