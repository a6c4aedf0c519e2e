//! Where the dates of a duty stand: `statutory-return/school-workforce-census`.

use super::{PhraseError, name, phrase_serde, quoted};
use crate::id::Name;
use std::fmt;
use std::str::FromStr;

/// An entry of a register whose dates are due dates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dates {
    /// The register.
    pub register: Name,
    /// The entry: a name of the pack's `[entry]`, or of an entry of the register with blanks as `-`.
    pub entry: Name,
}

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.register, self.entry)
    }
}

impl FromStr for Dates {
    type Err = PhraseError;

    fn from_str(text: &str) -> Result<Self, PhraseError> {
        let parts = text.split_once('/').and_then(|(register, entry)| Some((name(register)?, name(entry)?)));
        let (register, entry) = parts.ok_or_else(|| {
            PhraseError(format!(
                "{} names no entry with dates; write `REGISTER/ENTRY`, as in `statutory-return/school-census`",
                quoted(text)
            ))
        })?;
        Ok(Self { register, entry })
    }
}
phrase_serde!(Dates);
