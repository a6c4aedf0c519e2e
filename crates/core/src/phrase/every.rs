//! How often: `1 week`, `1 half-term`, `2 years`.

use super::{PhraseError, Span, Unit, phrase_serde, quoted};
use std::fmt;
use std::str::FromStr;

/// A period that comes again. Unlike a [`Span`] it is at least a day and never counted in working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Every(pub Span);

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Every {
    type Err = PhraseError;

    fn from_str(text: &str) -> Result<Self, PhraseError> {
        let span: Span = text.parse()?;
        let allowed = matches!(
            span.unit,
            Unit::Day | Unit::Week | Unit::Month | Unit::Year | Unit::HalfTerm | Unit::Term | Unit::SchoolYear
        );
        if !allowed || span.count < 1 {
            return Err(PhraseError(format!(
                "{} cannot come again; write `1 day`, `1 week`, `1 month`, `1 half-term`, `1 term`, `1 school year` or more of one",
                quoted(text)
            )));
        }
        Ok(Self(span))
    }
}
phrase_serde!(Every);
