//! The phrases every control and form shares: one type and one parser each.
//!
//! Invariant: a phrase prints (`Display`) as it is written in a pack, and what it prints reads back as the same.
//! Hostile text costs no more than its length, and messages quote no more than its beginning.

mod dates;
mod event;
mod every;
mod evidence;
mod span;
mod who;

pub use dates::Dates;
pub use event::Event;
pub use every::Every;
pub use evidence::Evidence;
pub use span::{Span, Unit};
pub use who::{Tell, When, Who};

use crate::id::Name;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Why a phrase could not be read; the text is shown as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PhraseError(pub String);

/// Longest text a message quotes and longest name a phrase holds, in characters.
const LONGEST: usize = 80;

/// Text as a message quotes it: in backticks, one line, not longer than [`LONGEST`].
fn quoted(text: &str) -> String {
    let start: String = text.chars().take(LONGEST).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let more = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    format!("`{start}{more}`")
}

/// Reads one name: lower-case letters, digits, `-` and `_`, beginning with a letter.
fn name(text: &str) -> Option<Name> {
    let letters = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    let first = text.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    (letters && first && text.len() <= LONGEST).then(|| Name::from(text))
}

/// A literal, or `"$param"` in its place.
#[derive(Clone, Debug, PartialEq)]
pub enum OrParam<T> {
    /// Written out.
    Is(T),
    /// Taken from `[param]`, named without the `$`.
    Param(Name),
}

impl<T: fmt::Display> fmt::Display for OrParam<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(value) => value.fmt(f),
            Self::Param(name) => write!(f, "${name}"),
        }
    }
}

impl<T: FromStr<Err = PhraseError>> FromStr for OrParam<T> {
    type Err = PhraseError;

    fn from_str(text: &str) -> Result<Self, PhraseError> {
        let Some(param) = text.strip_prefix('$') else { return text.parse().map(Self::Is) };
        let bad =
            || PhraseError(format!("{} names no param; write `$` and its name, as in `$backup_gap`", quoted(text)));
        name(param).map(Self::Param).ok_or_else(bad)
    }
}

impl<T: fmt::Display> Serialize for OrParam<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: FromStr<Err = PhraseError>> Deserialize<'de> for OrParam<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Gives a phrase serde through its `FromStr` and `Display`.
macro_rules! phrase_serde {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
use phrase_serde;

#[cfg(test)]
mod phrase_tests;
