//! What somebody (or a known export) says about the columns of a file: TOML, the same in `--map FILE` and in
//! `data/shapes.toml`.
//!
//! ```toml
//! "Pay ref" = "payroll_number"     # column = field
//! "NI No" = ""                     # never read
//! [const]                          # the same for every row
//! system = "Main directory"
//! [until]                          # yes while the day in another field has not passed
//! active = "last_day"
//! [join]                           # several columns make one field
//! name = ["Legal forename", "Legal surname"]
//! [first]                          # the first of several columns that says something
//! email = ["Work email", "Email"]
//! [values]                         # what stands in the file = what it means
//! "Suspended" = "no"
//! [values."OS"]                    # only in this column
//! "ChromeOS" = "laptop"
//! "*" = "other"                    # whatever else cannot be read
//! [file]
//! sheet = "Staff list"
//! header_row = 4
//! ```

use super::message::{Problem, quote};
use super::words::fold;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// A map file, read. Names of columns are as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MapFile {
    /// Column → field; an empty field drops the column.
    pub columns: BTreeMap<String, String>,
    /// Field → text for every row.
    pub constants: BTreeMap<String, String>,
    /// Yes-no field → date field: yes while that day has not passed.
    pub until: BTreeMap<String, String>,
    /// Field → columns whose texts are joined with a space.
    pub joins: BTreeMap<String, Vec<String>>,
    /// Field → columns of which the first that says something counts.
    pub firsts: BTreeMap<String, Vec<String>>,
    /// Folded cell text (or `*`) → text it stands for, in every column.
    pub values: BTreeMap<String, String>,
    /// The same for one column, by its folded name.
    pub column_values: BTreeMap<String, BTreeMap<String, String>>,
    /// Sheet of the workbook.
    pub sheet: Option<String>,
    /// Row of the header.
    pub header_row: Option<u32>,
}

impl MapFile {
    /// Reads a map file; the problem names the line.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let row = error.span().map(|span| text[..span.start].matches('\n').count() as u32 + 1);
            let problem = Problem::file(error.message().to_owned());
            Problem { place: super::message::Place { row, column: None }, ..problem }
        })?;
        Self::from_table(table)
    }

    /// The same from TOML that was parsed as part of something else.
    pub fn from_table(table: Table) -> Result<Self, Problem> {
        let mut out = Self::default();
        for (key, value) in table {
            match (key.as_str(), value) {
                (_, Value::String(field)) => drop(out.columns.insert(key, field)),
                ("const", Value::Table(table)) => out.constants = texts("const", table)?,
                ("until", Value::Table(table)) => out.until = texts("until", table)?,
                ("values", Value::Table(table)) => out.take_values(table)?,
                ("join", Value::Table(table)) => out.joins = lists("join", table)?,
                ("first", Value::Table(table)) => out.firsts = lists("first", table)?,
                ("file", Value::Table(table)) => out.take_file(table)?,
                (key, _) => {
                    let message = format!("`{}` is none of the parts of a map file", quote(key));
                    let hint = "A map file holds lines like \"Pay ref\" = \"payroll_number\" and the tables const, until, join, first, values and file.";
                    return Err(Problem::file(message).hint(hint));
                }
            }
        }
        Ok(out)
    }

    fn take_values(&mut self, table: Table) -> Result<(), Problem> {
        for (from, to) in table {
            match to {
                Value::String(to) => drop(self.values.insert(fold_text(&from), to)),
                Value::Table(table) => {
                    let texts = texts("values", table)?.into_iter().map(|(from, to)| (fold_text(&from), to)).collect();
                    self.column_values.insert(fold(&from), texts);
                }
                _ => return Err(odd("values", &from, "a text")),
            }
        }
        Ok(())
    }

    fn take_file(&mut self, table: Table) -> Result<(), Problem> {
        for (key, value) in table {
            match (key.as_str(), value) {
                ("sheet", Value::String(sheet)) => self.sheet = Some(sheet),
                ("header_row", Value::Integer(row @ 1..=1000)) => self.header_row = Some(row as u32),
                (key, _) => return Err(odd("file", key, "sheet = \"NAME\" or header_row = NUMBER")),
            }
        }
        Ok(())
    }

    /// Says what a word of a column means.
    pub fn say(&mut self, column: &str, word: &str, means: &str) {
        let words = self.column_values.entry(fold(column)).or_default();
        words.insert(fold_text(word), means.to_owned());
    }

    /// Takes over what words mean that nobody has said otherwise.
    pub fn learn_words(&mut self, before: Self) {
        for (column, words) in before.column_values {
            let known = self.column_values.entry(column).or_default();
            for (word, means) in words {
                known.entry(word).or_insert(means);
            }
        }
    }

    /// The field a column is mapped to, by a name blind to case and spaces.
    pub fn field(&self, column: &str) -> Option<&str> {
        let folded = fold(column);
        self.columns.iter().find(|(name, _)| fold(name) == folded).map(|(_, field)| field.as_str())
    }

    /// Every column it names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let several = self.joins.values().chain(self.firsts.values()).flatten();
        self.columns.keys().chain(several).map(String::as_str)
    }
}

/// A cell text as it is compared; `*` stands for every other one.
fn fold_text(text: &str) -> String {
    if text == "*" { text.to_owned() } else { fold(text) }
}

fn lists(part: &str, table: Table) -> Result<BTreeMap<String, Vec<String>>, Problem> {
    let read = |(field, columns): (String, Value)| {
        let wrong = odd(part, &field, "a list of columns");
        let columns = columns.as_array().and_then(|columns| {
            columns.iter().map(|column| column.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        Ok((field, columns.ok_or(wrong)?))
    };
    table.into_iter().map(read).collect()
}

fn texts(part: &str, table: Table) -> Result<BTreeMap<String, String>, Problem> {
    table
        .into_iter()
        .map(|(key, value)| match value {
            Value::String(text) => Ok((key, text)),
            Value::Boolean(yes) => Ok((key, (if yes { "yes" } else { "no" }).to_owned())),
            Value::Integer(number) => Ok((key, number.to_string())),
            Value::Datetime(moment) => Ok((key, moment.to_string())),
            _ => Err(odd(part, &key, "a text")),
        })
        .collect()
}

fn odd(part: &str, key: &str, wanted: &str) -> Problem {
    Problem::file(format!("`{}` in [{part}] must be {wanted}", quote(key)))
}
