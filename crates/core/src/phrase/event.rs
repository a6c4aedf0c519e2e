//! What makes a duty, job or case begin: `system.changed:owner`, `standards-review.done`,
//! `case.opened:leaver`, `improvement.reaches:target_on`.

use super::{PhraseError, name, phrase_serde, quoted};
use crate::id::Name;
use std::fmt;
use std::str::FromStr;

/// Something that happens once, at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// `REGISTER.changed:FIELD`: an entry of the register `change` was written.
    Changed {
        /// Register of the entry that changed.
        register: Name,
        /// Its field.
        field: Name,
    },
    /// `CONTROL.done`: an occurrence of that duty was done.
    Done {
        /// The duty.
        control: Name,
    },
    /// `case.opened:TYPE`.
    Opened {
        /// The case control.
        case: Name,
    },
    /// `REGISTER.reaches:FIELD`: the day an entry names comes.
    Reaches {
        /// Register of the entry.
        register: Name,
        /// Its field: a date.
        field: Name,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { register, field } => write!(f, "{register}.changed:{field}"),
            Self::Done { control } => write!(f, "{control}.done"),
            Self::Opened { case } => write!(f, "case.opened:{case}"),
            Self::Reaches { register, field } => write!(f, "{register}.reaches:{field}"),
        }
    }
}

impl FromStr for Event {
    type Err = PhraseError;

    fn from_str(text: &str) -> Result<Self, PhraseError> {
        read(text).ok_or_else(|| {
            PhraseError(format!(
                "{} is no event; write `REGISTER.changed:FIELD`, `REGISTER.reaches:FIELD`, `CONTROL.done` or `case.opened:TYPE`",
                quoted(text)
            ))
        })
    }
}

fn read(text: &str) -> Option<Event> {
    let (subject, what) = text.split_once('.')?;
    let subject = name(subject)?;
    match what.split_once(':') {
        None if what == "done" => Some(Event::Done { control: subject }),
        Some(("changed", field)) => Some(Event::Changed { register: subject, field: name(field)? }),
        Some(("reaches", field)) => Some(Event::Reaches { register: subject, field: name(field)? }),
        Some(("opened", case)) if &*subject == "case" => Some(Event::Opened { case: name(case)? }),
        _ => None,
    }
}
phrase_serde!(Event);
