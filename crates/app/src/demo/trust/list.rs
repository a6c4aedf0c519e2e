//! From `demo-lists.toml` to the lists of one place at one time.

use super::cell::{Row, When, written};
use super::place::{Made, Place};
use crate::Error;
use crate::demo::csv;
use jiff::Span;
use jiff::civil::Date;
use schoolkeeper_core::pack::{Literal, Pack};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The text of `demo-lists.toml`.
const TEXT: &str = include_str!("../../../data/demo-lists.toml");

/// `demo-lists.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// Every list in the order in which they refer to each other.
    list: Vec<Shape>,
    /// Words that rows go through.
    words: BTreeMap<String, Vec<String>>,
}

/// How one list is made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Register it goes into.
    pub register: String,
    /// File name.
    pub file: String,
    /// Post of whoever brings it in.
    pub by: String,
    /// How often.
    every: Often,
    /// The first month it comes in.
    #[serde(default)]
    from: usize,
    #[serde(default)]
    at: Where,
    #[serde(default)]
    rows: Rows,
    /// One row for each record the policy names.
    #[serde(default)]
    named: bool,
    /// Only some of them.
    #[serde(default)]
    pub part: bool,
    /// One school in three forgets it in the last months.
    #[serde(default)]
    lags: bool,
    cells: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Often {
    Month,
    Term,
    Year,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Where {
    #[default]
    Schools,
    Centre,
    All,
}

/// A number of rows, or `devices`, `people`, `devices / 3`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Rows {
    Count(usize),
    Of(String),
}

impl Default for Rows {
    fn default() -> Self {
        Self::Count(0)
    }
}

/// One list, ready to be brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// CSV.
    pub text: String,
    /// How many rows it has.
    pub rows: usize,
}

impl Lists {
    /// Reads them.
    pub fn read() -> Result<Self, Error> {
        toml::from_str(TEXT).map_err(|error| Error::corrupt("the made-up lists", error))
    }

    /// The lists that somebody at a place brings in this month.
    pub fn due<'a>(&'a self, place: &'a Place, when: &'a When) -> impl Iterator<Item = &'a Shape> {
        self.list.iter().filter(move |shape| shape.is_due(place, when.month))
    }

    /// Makes one for a place, under the policies it has, and remembers what its rows are called.
    pub fn make(
        &self,
        shape: &Shape,
        (seed, place, when): (u64, &Place, &When),
        (packs, names): (&[&Pack], &mut BTreeMap<String, Vec<String>>),
    ) -> Table {
        for (word, all) in &self.words {
            names.entry(word.clone()).or_insert_with(|| all.clone());
        }
        let (count, per) = shape.count(place);
        let here: Vec<&Made> = place.people.iter().filter(|one| one.from <= when.today).collect();
        let records = shape.records(packs);
        let count = if shape.named { records.len() } else { count };
        let heads: Vec<&str> = shape.heads(&records);
        let rows = (0..count).filter(|at| !shape.is_of_people() || *at < here.len()).map(|at| {
            let person = here.get(at % here.len().max(1)).copied();
            let row = Row { seed, place, when, list: &shape.file, at, per, person, names };
            let set = records.get(at);
            let cell = |head: &&str| {
                let fixed = set.and_then(|set| set.get(*head)).cloned();
                fixed.or_else(|| shape.cells.get(*head).map(|text| row.fill(head, text))).unwrap_or_default()
            };
            heads.iter().map(cell).collect::<Vec<_>>()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        if let Some(key) = heads.iter().position(|head| KEYS.contains(head)).filter(|_| !shape.named) {
            let called = rows.iter().map(|row| row[key].clone()).collect();
            names.insert(shape.register.clone(), called);
        }
        let text = csv(&heads, rows.iter().cloned());
        Table { text, rows: rows.len() }
    }
}

/// Columns that say what a row is called.
const KEYS: [&str; 7] = ["name", "reference", "label", "Device name", "Asset Tag", "Job name", "User name"];

impl Shape {
    fn is_due(&self, place: &Place, month: usize) -> bool {
        let here = match self.at {
            Where::All => true,
            Where::Centre => place.is_centre(),
            Where::Schools => !place.is_centre(),
        };
        let forgotten = self.lags && place.index % 3 == 1 && month > 9;
        let due = match self.every {
            Often::Month => month >= self.from,
            Often::Term => month >= self.from && (month - self.from).is_multiple_of(4),
            Often::Year => month == self.from,
        };
        here && due && !forgotten
    }

    fn is_of_people(&self) -> bool {
        matches!(&self.rows, Rows::Of(of) if of.starts_with("people"))
    }

    /// How many rows, and for how many rows of the other list each stands.
    fn count(&self, place: &Place) -> (usize, usize) {
        match &self.rows {
            Rows::Count(count) => (*count, 1),
            Rows::Of(of) => {
                let (of, per) = of.split_once('/').unwrap_or((of, "1"));
                let per = per.trim().parse().unwrap_or(1).max(1);
                let all = if of.trim() == "people" { place.people.len() } else { place.devices };
                (all.div_ceil(per), per)
            }
        }
    }

    /// The records of this register that the policies name, with what they propose.
    fn records(&self, packs: &[&Pack]) -> Vec<BTreeMap<String, String>> {
        let entries = packs.iter().flat_map(|pack| &pack.entries).filter(|_| self.named);
        let mine = entries.filter(|(_, entry)| **entry.register.get_ref() == *self.register);
        let mut out: Vec<BTreeMap<String, String>> = Vec::new();
        for (id, entry) in mine {
            let set = entry.set.iter().map(|(name, literal)| (name.to_string(), words(literal.get_ref())));
            let mut set: BTreeMap<String, String> = set.collect();
            set.entry("name".to_owned()).or_insert_with(|| id.to_string());
            if !out.iter().any(|known| known["name"] == set["name"]) {
                out.push(set);
            }
        }
        out
    }

    fn heads<'a>(&'a self, named: &'a [BTreeMap<String, String>]) -> Vec<&'a str> {
        let mut heads: Vec<&str> = self.cells.keys().map(String::as_str).collect();
        for head in named.iter().flat_map(BTreeMap::keys) {
            if !heads.contains(&head.as_str()) {
                heads.push(head);
            }
        }
        heads
    }
}

fn words(literal: &Literal) -> String {
    match literal {
        Literal::Bool(value) => if *value { "Yes" } else { "No" }.to_owned(),
        Literal::Int(value) => value.to_string(),
        Literal::Number(value) => value.to_string(),
        Literal::Text(value) => value.clone(),
        Literal::List(values) => values.iter().map(words).collect::<Vec<_>>().join("; "),
    }
}

/// The staff list of a place: everybody who has begun, with the last day of those who have gone.
pub fn staff(place: &Place, when: &When) -> Table {
    let known = place.people.iter().enumerate().filter(|(_, one)| one.from <= when.today);
    let mut rows: Vec<Vec<String>> = known
        .map(|(at, one)| {
            let left = one.left.filter(|left| *left <= when.today);
            let active = if one.is_here(when.today) { "Yes" } else { "No" };
            vec![
                format!("{}{at:04}", place.short),
                one.name.clone(),
                one.job.to_owned(),
                one.email.clone(),
                written(one.from),
                left.map_or_else(String::new, written),
                one.kind.to_owned(),
                active.to_owned(),
            ]
        })
        .collect();
    // Somebody stands in the list twice: once as the agency sent them.
    if let Some(mut twice) = rows.iter().find(|row| row[6] == "agency").cloned() {
        twice[0] = format!("AG{}", twice[0]);
        twice[1] = twice[1].replacen(' ', " T. ", 1);
        twice[3] = format!("agency.{}", twice[3]);
        rows.push(twice);
    }
    let head = ["Payroll number", "Full name", "Post", "Work email", "Start date", "End date", "Kind", "Active"];
    Table { rows: rows.len(), text: csv(&head, rows) }
}

/// Who holds which role, since long before the story.
pub fn posts(place: &Place, first: Date) -> Table {
    let since = written(first.saturating_sub(Span::new().years(3)));
    let rows: Vec<Vec<String>> =
        place.roles().map(|(one, role)| vec![one.name.clone(), role.to_owned(), since.clone()]).collect();
    Table { rows: rows.len(), text: csv(&["Person", "Role", "From"], rows) }
}
