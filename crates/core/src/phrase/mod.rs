//! The phrases every control and form shares: one type and one parser each.
//!
//! Invariant: a phrase prints (`Display`) as it is written in a pack.

mod every;
mod evidence;
mod span;
mod who;

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

impl<T: fmt::Display> Serialize for OrParam<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: FromStr<Err = PhraseError>> Deserialize<'de> for OrParam<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.strip_prefix('$') {
            Some(name) => Ok(Self::Param(Name::from(name))),
            None => text.parse().map(Self::Is).map_err(serde::de::Error::custom),
        }
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
