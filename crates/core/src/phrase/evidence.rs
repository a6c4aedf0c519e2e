//! Kinds of evidence a duty, a step or the end of a permission may ask for.

use super::{PhraseError, phrase_serde, quoted};
use std::fmt;
use std::str::FromStr;

macro_rules! evidence {
    ($($variant:ident $text:literal $doc:literal,)*) => {
        /// What somebody must show. The closed list of the language specification §2.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Evidence { $(#[doc = $doc] $variant,)* }

        impl Evidence {
            /// Every kind, in the order of the specification.
            pub const ALL: &'static [Evidence] = &[$(Self::$variant,)*];

            /// As it is written in a pack; also the name of the item in `done.items`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl FromStr for Evidence {
            type Err = PhraseError;

            fn from_str(text: &str) -> Result<Self, PhraseError> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(PhraseError(format!("{} is no kind of evidence; one of: {}", quoted(text), [$($text),*].join(", ")))),
                }
            }
        }
    };
}

evidence! {
    Note "note" "A few words.",
    File "file" "An uploaded file.",
    Photo "photo" "A picture.",
    Count "count" "A number counted by hand.",
    Measured "measured" "A value read from a register.",
    Statement "statement" "Somebody's signed words.",
    Choice "choice" "One of the offered answers.",
    Signature "signature" "A signature.",
    Read "read" "Each recipient has opened it.",
    Certificate "certificate" "A certificate with serial numbers.",
    Receipt "receipt" "A receipt with its number.",
    Notice "notice" "Words that everybody in `send_to` reads here, each with a receipt.",
    Minute "minute" "A minute: body, date, reference.",
    Report "report" "A report made and sent.",
    Decisions "decisions" "A decision for each subject.",
    Countersignature "countersignature" "A second person's signature.",
    SignOff "sign-off" "The owner's signature under a report.",
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
phrase_serde!(Evidence);
