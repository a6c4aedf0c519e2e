//! What is wrong in a pack or a register file, and where. Rendering lives in `pack`.
//!
//! Invariant: a byte position counts through all source files one after the other, as in a compiler's source map,
//! so a pack made of several files (folders, imports, parents) needs no file beside each `Spanned`. [`locate`] reads one.

use serde::Serialize;
use std::ops::Range;

/// A stretch of one source file. `file` indexes [`crate::pack::Pack::sources`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Which source file.
    pub file: usize,
    /// Bytes from the start of the *first* file; see [`locate`].
    pub range: Range<usize>,
}

/// Whether a message stops a pack from being adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth a look; the pack still loads.
    Warning,
    /// The pack is refused.
    Error,
}

/// One message about a pack: what, where, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// One sentence; values in backticks.
    pub message: String,
    /// Where it stands, when it stands somewhere.
    pub place: Option<Place>,
    /// The next step, printed on its own `hint:` line.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(message: impl Into<String>, place: Place) -> Self {
        Self { severity: Severity::Error, message: message.into(), place: Some(place), hint: None }
    }

    /// A warning at a place.
    pub fn warning(message: impl Into<String>, place: Place) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message, place) }
    }

    /// Adds the `hint:` line.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One file a pack was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The path as it was given, for messages.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// The file a position stands in and the bytes from the start of that file. One byte lies between two files.
/// `None` when there are no files; positions past the end are at the end of the last one.
pub fn locate(sources: &[Source], at: usize) -> Option<(usize, usize)> {
    let mut base = 0;
    for (file, source) in sources.iter().enumerate() {
        if at <= base + source.text.len() {
            return Some((file, at - base));
        }
        base += source.text.len() + 1;
    }
    let last = sources.len().checked_sub(1)?;
    Some((last, sources[last].text.len()))
}
