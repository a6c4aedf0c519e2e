//! What an import says to people: where, what, and what to do next. One shape for whole files and for rows.

use std::fmt;

/// Where in a file something stands, as a spreadsheet shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Place {
    /// Row as a spreadsheet numbers it; `None` for the whole file.
    pub row: Option<u32>,
    /// Name of the column, or its letter while names are not known.
    pub column: Option<String>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What and why; the offending value in backticks.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
}

impl Problem {
    /// About the whole file.
    pub fn file(message: impl Into<String>) -> Self {
        Self { place: Place::default(), message: message.into(), hint: None }
    }

    /// About one row.
    pub fn row(row: u32, message: impl Into<String>) -> Self {
        Self { place: Place { row: Some(row), column: None }, ..Self::file(message) }
    }

    /// Names the column.
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.place.column = Some(column.into());
        self
    }

    /// Adds the next step.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.place.row {
            write!(f, "row {row}{}", if self.place.column.is_some() { ", " } else { ": " })?;
        }
        if let Some(column) = &self.place.column {
            write!(f, "{column}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// The whole file is refused; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct Refused {
    /// The file as it was given.
    pub file: String,
    /// Why.
    pub problem: Box<Problem>,
}

impl Refused {
    /// Refuses a file for a reason.
    pub fn new(file: &str, problem: Problem) -> Self {
        Self { file: quote(file), problem: Box::new(problem) }
    }
}

/// A value as messages show it: one line, without control characters, at most 60 characters.
pub fn quote(text: &str) -> String {
    let mut clean = text.chars().map(|c| if c.is_control() || c == '`' { ' ' } else { c });
    let mut out: String = clean.by_ref().take(60).collect();
    if clean.next().is_some() {
        out.push('…');
    }
    out
}

/// `row 7` or `rows 7, 9, 12 and 30 more`.
pub fn rows(numbers: &[u32]) -> String {
    let shown: Vec<String> = numbers.iter().take(5).map(u32::to_string).collect();
    let more = numbers.len() - shown.len();
    let word = if numbers.len() == 1 { "row" } else { "rows" };
    match more {
        0 => format!("{word} {}", shown.join(", ")),
        _ => format!("{word} {} and {more} more", shown.join(", ")),
    }
}
