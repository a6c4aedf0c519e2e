//! Values in and out of statements: instants as microseconds UTC, documents as JSON text, no NUL in texts.

use crate::error::Error;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::{QueryResult, TryGetable, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Entries handled at once.
pub(crate) const CHUNK: usize = 250;
/// Values of one multi-row statement: SQLite looks for a numbered value among all of them, so that twice as many
/// take four times as long.
pub(crate) const VALUES_MAX: usize = 1000;

/// Names the statements of a module, so that a test can prepare every one of them on both engines.
macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(const $name: &str = $sql;)*
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;

pub(crate) fn id(id: Uuid) -> Value {
    id.into()
}

/// PostgreSQL takes no NUL in texts; neither do we.
pub(crate) fn text(text: impl AsRef<str>) -> Value {
    text.as_ref().replace('\0', "\u{fffd}").into()
}

pub(crate) fn maybe_text(value: Option<&str>) -> Value {
    value.map_or(Value::String(None), text)
}

pub(crate) fn maybe_id(value: Option<Uuid>) -> Value {
    value.into()
}

pub(crate) fn count(value: usize) -> Value {
    i64::try_from(value).unwrap_or(i64::MAX).into()
}

pub(crate) fn at(at: Timestamp) -> Value {
    at.as_microsecond().into()
}

pub(crate) fn maybe_at(value: Option<Timestamp>) -> Value {
    value.map(Timestamp::as_microsecond).into()
}

pub(crate) fn json(value: &impl Serialize) -> Value {
    serde_json::to_string(value).expect("our documents have text keys and finite numbers").into()
}

/// `($1, $2), ($3, $4)` for so many rows of so many columns, counting from `first`.
pub(crate) fn placeholders(first: usize, rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let cells: Vec<String> = (0..columns).map(|column| format!("${}", first + row * columns + column)).collect();
        format!("({})", cells.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// `$3, $4, $5`: a list for IN, counting from `first`.
pub(crate) fn list(first: usize, length: usize) -> String {
    (first..first + length).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ")
}

/// One row of a table, read by column name.
pub(crate) struct Row {
    row: QueryResult,
    table: &'static str,
}

impl Row {
    pub(crate) fn new(row: QueryResult, table: &'static str) -> Self {
        Self { row, table }
    }

    fn get<T: TryGetable>(&self, column: &'static str) -> Result<T, Error> {
        self.row.try_get("", column).map_err(|_| self.corrupt(column))
    }

    /// The column does not hold what it must.
    pub(crate) fn corrupt(&self, column: &'static str) -> Error {
        let id: Option<Uuid> = ["id", "entry", "school"].iter().find_map(|column| self.row.try_get("", column).ok());
        Error::Corrupt { table: self.table, column, id: id.map_or_else(String::new, |id| id.to_string()) }
    }

    pub(crate) fn id(&self, column: &'static str) -> Result<Uuid, Error> {
        self.get(column)
    }

    pub(crate) fn maybe_id(&self, column: &'static str) -> Result<Option<Uuid>, Error> {
        self.get(column)
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, Error> {
        self.get(column)
    }

    pub(crate) fn maybe_text(&self, column: &'static str) -> Result<Option<String>, Error> {
        self.get(column)
    }

    pub(crate) fn int(&self, column: &'static str) -> Result<i64, Error> {
        self.get(column)
    }

    pub(crate) fn maybe_int(&self, column: &'static str) -> Result<Option<i64>, Error> {
        self.get(column)
    }

    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, Error> {
        self.get(column)
    }

    pub(crate) fn at(&self, column: &'static str) -> Result<Timestamp, Error> {
        Timestamp::from_microsecond(self.get(column)?).map_err(|_| self.corrupt(column))
    }

    pub(crate) fn maybe_at(&self, column: &'static str) -> Result<Option<Timestamp>, Error> {
        let micros: Option<i64> = self.get(column)?;
        micros.map(Timestamp::from_microsecond).transpose().map_err(|_| self.corrupt(column))
    }

    /// A day written `2026-11-23`.
    pub(crate) fn maybe_day(&self, column: &'static str) -> Result<Option<Date>, Error> {
        self.maybe_text(column)?.map(|text| text.parse().map_err(|_| self.corrupt(column))).transpose()
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        serde_json::from_str(&self.text(column)?).map_err(|_| self.corrupt(column))
    }

    /// A value stored as its kebab-case name.
    pub(crate) fn word<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        let word = serde_json::Value::String(self.text(column)?);
        serde_json::from_value(word).map_err(|_| self.corrupt(column))
    }

    pub(crate) fn maybe_word<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>, Error> {
        match self.maybe_text(column)? {
            Some(_) => self.word(column).map(Some),
            None => Ok(None),
        }
    }
}

/// An enum as its kebab-case name.
pub(crate) fn word(value: &impl Serialize) -> Value {
    Value::String(name_of(value))
}

/// The kebab-case name of an enum without fields.
pub(crate) fn name_of(value: &impl Serialize) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Some(name),
        _ => None,
    }
}
