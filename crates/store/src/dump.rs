//! Every table as lines of JSON, the same from either engine, and back: what a back-up is made of.
//!
//! Invariant: the tables are those the migrations make and the columns those the database has, so a new one cannot
//! be forgotten; a row gives the same line on both engines, and lines come in the order of their keys.

use crate::engine;
use crate::error::Error;
use crate::sql::{VALUES_MAX, placeholders, text};
use crate::transaction::{Read, Write};
use futures_util::stream::{self, BoxStream, StreamExt};
use schoolkeeper_core::actor::Scope;
use sea_orm::{QueryResult, Value};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a column holds, in the words of either engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Id,
    Number,
    Flag,
    Text,
}

/// A table as it stands in this database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Columns by name.
    columns: BTreeMap<String, Kind>,
    /// Columns of its primary key, in order.
    key: Vec<String>,
}

/// Columns, and the key's by their place in it.
type Found = (BTreeMap<String, Kind>, BTreeMap<i64, String>);

/// One row as it is stored in a back-up.
pub type Line = Map<String, Json>;

/// The tables the migrations make, in the order in which rows can be put in.
pub fn tables() -> Vec<&'static str> {
    let mut out: Vec<&'static str> = Vec::new();
    for line in crate::migrate::ALL.iter().flat_map(|step| step.postgres.lines()) {
        let name = |start: &str| line.strip_prefix(start).and_then(|rest| rest.split([' ', '(', ';']).next());
        if let Some(name) = name("CREATE TABLE ") {
            out.push(name);
        }
        if let Some(gone) = name("DROP TABLE ") {
            out.retain(|table| *table != gone);
        }
    }
    out
}

/// The names of all steps this version knows, in order.
pub fn steps() -> Vec<&'static str> {
    crate::migrate::ALL.iter().map(|step| step.name).collect()
}

impl Read {
    /// Every table with its columns, in the order in which rows can be put in; none but for the system.
    pub async fn tables(&self, scope: &Scope) -> Result<Vec<Table>, Error> {
        if scope.organisation().is_some() {
            return Ok(Vec::new());
        }
        let mut found: BTreeMap<String, Found> = BTreeMap::new();
        let names = tables();
        for row in self.all("catalogue", engine::catalogue(self.engine()), Vec::new()).await? {
            let (table, column, kind, place) = (row.text("t")?, row.text("c")?, row.text("k")?, row.int("p")?);
            if !names.contains(&table.as_str()) {
                continue;
            }
            let (columns, key) = found.entry(table).or_default();
            columns.insert(column.clone(), kind_of(&kind).ok_or_else(|| row.corrupt("k"))?);
            if place > 0 {
                key.insert(place, column);
            }
        }
        let made = names.into_iter().filter_map(|name| found.remove(name).map(|(columns, key)| (name, columns, key)));
        Ok(made
            .map(|(name, columns, key)| Table { name: name.to_owned(), columns, key: key.into_values().collect() })
            .collect())
    }

    /// Every row of a table as one line of JSON, by key; none but for the system. As long as it is read nothing else
    /// can be read through this handle.
    pub async fn lines<'a>(
        &'a self,
        scope: &Scope,
        table: &'a Table,
    ) -> Result<BoxStream<'a, Result<String, Error>>, Error> {
        if scope.organisation().is_some() {
            return Ok(stream::empty().boxed());
        }
        let columns: Vec<String> = table.columns.keys().map(|column| format!("\"{column}\"")).collect();
        let is_text = |column: &String| table.columns.get(column) == Some(&Kind::Text);
        let order = table.key.iter().map(|column| engine::in_order(self.engine(), column, is_text(column)));
        let sql = format!(
            "SELECT {} FROM \"{}\" ORDER BY {}",
            columns.join(", "),
            table.name,
            order.collect::<Vec<_>>().join(", ")
        );
        let rows = self.stream(&sql).await?;
        Ok(rows.map(move |row| line(table, &row?)).boxed())
    }

    /// Every sealed text in a column called `sealed` or `…_sealed`; none but for the system.
    pub async fn sealed(&self, scope: &Scope) -> Result<Vec<String>, Error> {
        let mut out = Vec::new();
        for (table, column) in sealed_columns(&self.tables(scope).await?) {
            let sql = format!("SELECT DISTINCT {column} AS sealed FROM \"{table}\" WHERE {column} IS NOT NULL");
            for row in self.all("sealed", &sql, Vec::new()).await? {
                out.push(row.text("sealed")?);
            }
        }
        Ok(out)
    }
}

impl Write {
    /// Takes every row out of every table, also those a migration put in; nothing but for the system.
    pub async fn clear(&mut self, scope: &Scope) -> Result<bool, Error> {
        let tables = self.tables(scope).await?;
        for table in tables.iter().rev() {
            self.run(&format!("DELETE FROM \"{}\"", table.name), Vec::new()).await?;
        }
        Ok(!tables.is_empty())
    }

    /// Puts rows in as [`Read::lines`] gave them; `false` and nothing changed but for the system. A row that does not
    /// fit its table is an error.
    pub async fn load(&mut self, scope: &Scope, table: &Table, lines: &[Line]) -> Result<bool, Error> {
        if scope.organisation().is_some() {
            return Ok(false);
        }
        let columns: Vec<String> = table.columns.keys().map(|column| format!("\"{column}\"")).collect();
        for some in lines.chunks((VALUES_MAX / columns.len()).max(1)) {
            let mut values = Vec::with_capacity(some.len() * columns.len());
            for line in some {
                values.extend(values_of(table, line)?);
            }
            let rows = placeholders(1, some.len(), columns.len());
            self.run(&format!("INSERT INTO \"{}\" ({}) VALUES {rows}", table.name, columns.join(", ")), values).await?;
        }
        Ok(true)
    }

    /// Puts a sealed text in place of another one, wherever it stands; `false` when it stands nowhere.
    pub async fn reseal(&mut self, scope: &Scope, old: &str, new: &str) -> Result<bool, Error> {
        let mut found = 0;
        for (table, column) in sealed_columns(&self.tables(scope).await?) {
            let sql = format!("UPDATE \"{table}\" SET {column} = $1 WHERE {column} = $2");
            found += self.run(&sql, vec![text(new), text(old)]).await?;
        }
        Ok(found > 0)
    }
}

fn sealed_columns(tables: &[Table]) -> Vec<(String, String)> {
    let sealed = |column: &String| column == "sealed" || column.ends_with("_sealed");
    let of = |table: &Table| -> Vec<(String, String)> {
        table
            .columns
            .keys()
            .filter(|column| sealed(column))
            .map(|column| (table.name.clone(), column.clone()))
            .collect()
    };
    tables.iter().flat_map(of).collect()
}

/// SQLite keeps flags as numbers.
fn kind_of(word: &str) -> Option<Kind> {
    match word {
        "uuid" | "BLOB" => Some(Kind::Id),
        "bigint" | "INTEGER" => Some(Kind::Number),
        "boolean" => Some(Kind::Flag),
        "text" | "TEXT" => Some(Kind::Text),
        _ => None,
    }
}

fn line(table: &Table, row: &QueryResult) -> Result<String, Error> {
    let mut out = Line::new();
    for (column, kind) in &table.columns {
        let value = match kind {
            Kind::Id => row.try_get::<Option<Uuid>>("", column)?.map(|id| Json::from(id.to_string())),
            Kind::Number => row.try_get::<Option<i64>>("", column)?.map(Json::from),
            Kind::Flag => row.try_get::<Option<bool>>("", column)?.map(|flag| Json::from(i64::from(flag))),
            Kind::Text => row.try_get::<Option<String>>("", column)?.map(Json::from),
        };
        out.insert(column.clone(), value.unwrap_or_default());
    }
    serde_json::to_string(&out).map_err(|error| Error::Engine(Box::new(error)))
}

fn values_of(table: &Table, line: &Line) -> Result<Vec<Value>, Error> {
    let corrupt = |column: &str| {
        let id = line.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
        Error::Unfit { table: table.name.clone(), column: column.to_owned(), id }
    };
    if let Some(unknown) = line.keys().find(|column| !table.columns.contains_key(*column)) {
        return Err(corrupt(unknown));
    }
    let value = |(column, kind): (&String, &Kind)| {
        let given = line.get(column).ok_or_else(|| corrupt(column))?;
        let value: Option<Value> = match (kind, given) {
            (Kind::Id, Json::Null) => Some(None::<Uuid>.into()),
            (Kind::Number, Json::Null) => Some(None::<i64>.into()),
            (Kind::Flag, Json::Null) => Some(None::<bool>.into()),
            (Kind::Text, Json::Null) => Some(None::<String>.into()),
            (Kind::Id, Json::String(id)) => id.parse::<Uuid>().ok().map(Into::into),
            (Kind::Number, Json::Number(number)) => number.as_i64().map(Into::into),
            (Kind::Flag, Json::Number(number)) => number.as_i64().map(|flag| (flag != 0).into()),
            (Kind::Text, Json::String(given)) => Some(text(given)),
            _ => None,
        };
        value.ok_or_else(|| corrupt(column))
    };
    table.columns.iter().map(value).collect()
}
