//! The school's terms, as people write them.

pub mod change;
pub mod dates;
pub mod year;

use crate::authority::Try;
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::{BankHolidays, Calendar, Term, check};
use schoolkeeper_store::{Read, School};
use serde::Deserialize;
use std::sync::Arc;

/// Longest file of terms, in bytes.
const BYTES_MAX: usize = 256 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    term: Vec<Term>,
}

/// Reads `[[term]]` tables. The message says which table and what next.
pub fn read(text: &str) -> Result<Vec<Term>, Error> {
    if text.len() > BYTES_MAX {
        return Err(Error::refused(format!("a file of terms has at most {BYTES_MAX} bytes")));
    }
    let table: toml::Table = text.parse().map_err(|error| unreadable(&error))?;
    let file: File = serde_json::from_value(json(toml::Value::Table(table))).map_err(|error| unreadable(&error))?;
    let problems = check(&file.term);
    if problems.is_empty() { Ok(file.term) } else { Err(Error::refused(problems.join("\n"))) }
}

fn unreadable(error: &dyn std::fmt::Display) -> Error {
    Error::refused(format!("the terms cannot be read: {error}\nhint: write [[term]] with name, from and to"))
}

/// TOML's own dates as text, as everything else reads them.
fn json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
    }
}

/// The school's year as it holds there: its own terms or its central office's, and the newest list of bank holidays.
pub(crate) async fn calendar_of(read: &Read, scope: &Scope, school: &School) -> Result<Calendar, Error> {
    let holidays = holidays_of(read, scope, school).await?;
    Ok(Calendar::new(school.division, read.terms(scope, school.id).await?).with_bank_holidays(holidays))
}

/// The newest list of bank holidays that is known for a school.
pub(crate) async fn holidays_of(read: &Read, scope: &Scope, school: &School) -> Result<Arc<BankHolidays>, Error> {
    let Some(list) = read.bank_holidays(scope, school.id).await? else { return Ok(BankHolidays::embedded()) };
    let list = BankHolidays::read(&list).map_err(|error| Error::corrupt("the list of bank holidays", error))?;
    // A list that was handed in to an older program may end before that of this one.
    let newer = list.known_to() >= BankHolidays::embedded().known_to();
    Ok(if newer { Arc::new(list) } else { BankHolidays::embedded() })
}

impl House {
    /// Replaces a school's terms; gives how many there are now.
    pub async fn set_calendar(&self, actor: &Actor, school: &School, text: &str) -> Result<usize, Error> {
        let scope = self.allow(actor, school, &Try::plain("calendar.set")).await?.scope;
        let terms = read(text)?;
        let mut write = self.write().await?;
        write.set_terms(&scope, school.id, &terms, self.now()).await?;
        write.commit().await?;
        Ok(terms.len())
    }
}
