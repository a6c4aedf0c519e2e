//! What is asked of a list: as its address has it, as the store is asked, and in words.
//!
//! Invariant: an address gives the same question whoever reads it; what it cannot mean is said beside the field, and
//! never widens the list.

use super::cell;
use crate::dates;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{Field, FieldType, Register};
use schoolkeeper_store::fold;
use schoolkeeper_store::listing::{By, Narrow, Sort, Spot, Test, Turn};
use std::collections::BTreeMap;

/// Parts of an address that are looked at.
const PARTS_MAX: usize = 80;
/// Longest part, in characters.
const PART_MAX: usize = 200;
/// Most columns.
const COLUMNS_MAX: usize = 12;
/// Rows on a page that may be chosen; the first is what is shown unasked.
pub const ROWS: [u32; 4] = [50, 20, 200, 1000];

/// What is asked of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAsked {
    /// Words an entry must hold.
    pub search: String,
    /// Filters, as `is.kind` and a value.
    pub filters: Vec<(String, String)>,
    /// The field it is sorted by, and whether the last comes first.
    pub sort: Option<(String, bool)>,
    /// Those that were removed or have left.
    pub removed: bool,
    /// Columns, when others than the register's own.
    pub columns: Vec<String>,
    /// Rows on a page.
    pub rows: Option<u32>,
    /// Which page: after or before (`true`) a row.
    pub turn: Option<(bool, Spot)>,
}

/// A filter in force, as a chip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// *Kind: Laptop*.
    pub text: String,
    /// The question without it.
    pub without: ListAsked,
}

/// Something in an address that cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The part of the address.
    pub part: String,
    /// What is wrong.
    pub text: String,
}

/// What the filters mean.
#[derive(Debug, Default)]
pub struct Meant {
    /// As the store is asked.
    pub narrow: Vec<Narrow>,
    /// As people see them.
    pub chips: Vec<Chip>,
    /// What cannot be meant.
    pub faults: Vec<Fault>,
}

/// How filters are read at one school.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// The register.
    pub register: &'a Register,
    /// The school's zone.
    pub zone: &'a TimeZone,
    /// Names of entries that filters point to.
    pub names: BTreeMap<EntryId, String>,
}

impl ListAsked {
    /// Reads an address.
    pub fn read(parts: &[(String, String)]) -> Self {
        let mut out = Self::default();
        for (name, value) in parts.iter().take(PARTS_MAX) {
            let long = if matches!(name.as_str(), "after" | "before") { PART_MAX * 8 } else { PART_MAX };
            let value: String = value.chars().filter(|c| !c.is_control()).take(long).collect();
            out.read_part(name, value.trim().to_owned());
        }
        out
    }

    fn read_part(&mut self, name: &str, value: String) {
        match name {
            _ if value.is_empty() => {}
            "q" => self.search = value,
            "sort" => {
                let down = value.starts_with('-');
                self.sort = Some((value.trim_start_matches('-').to_owned(), down));
            }
            "show" => self.removed = value == "removed",
            "col" if self.columns.len() < COLUMNS_MAX && !self.columns.contains(&value) => self.columns.push(value),
            "rows" => self.rows = value.parse().ok().filter(|rows| ROWS.contains(rows) && *rows != ROWS[0]),
            "after" | "before" => self.turn = spot(&value).map(|spot| (name == "before", spot)),
            "since" | "source" => self.add(name, value),
            _ if ["is.", "from.", "to."].iter().any(|start| name.starts_with(start)) => self.add(name, value),
            _ => {}
        }
    }

    fn add(&mut self, name: &str, value: String) {
        let part = (name.to_owned(), value);
        if !self.filters.contains(&part) {
            self.filters.push(part);
        }
    }

    /// The parts of its address, without the page.
    pub fn parts(&self) -> Vec<(String, String)> {
        let part = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut out = Vec::new();
        out.extend((!self.search.is_empty()).then(|| part("q", &self.search)));
        out.extend(self.filters.iter().cloned());
        let sort = self.sort.as_ref().map(|(field, down)| if *down { format!("-{field}") } else { field.clone() });
        out.extend(sort.map(|sort| part("sort", &sort)));
        out.extend(self.removed.then(|| part("show", "removed")));
        out.extend(self.columns.iter().map(|column| part("col", column)));
        out.extend(self.rows.map(|rows| part("rows", &rows.to_string())));
        out
    }

    /// The parts of the address of another page.
    pub fn turned(&self, back: bool, spot: &Spot) -> Vec<(String, String)> {
        let mut out = self.parts();
        out.push(((if back { "before" } else { "after" }).to_owned(), spot_text(spot)));
        out
    }

    /// The values of one filter.
    pub fn values(&self, part: &str) -> Vec<&str> {
        self.filters.iter().filter(|(name, _)| name == part).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether anything narrows the list.
    pub fn narrows(&self) -> bool {
        !self.search.is_empty() || !self.filters.is_empty()
    }

    /// The same without search and filters.
    pub fn cleared(&self) -> Self {
        Self { search: String::new(), filters: Vec::new(), turn: None, ..self.clone() }
    }

    /// The order: what was asked, when the register can be sorted by it, else by its first column.
    pub fn order(&self, register: &Register) -> Sort {
        let asked = self.sort.as_ref().filter(|(field, _)| field == "changed" || register.key_of(field).is_some());
        match asked {
            Some((field, down)) if field == "changed" => Sort { by: By::Changed, down: *down },
            Some((field, down)) => Sort { by: By::Field(Name::from(field.as_str())), down: *down },
            None => {
                let first = register.keyed().first().map(|field| field.name.clone());
                first.map_or(Sort { by: By::Changed, down: true }, |name| Sort { by: By::Field(name), down: false })
            }
        }
    }

    /// The columns: those asked for that the register has, else its own.
    pub fn shown<'r>(&self, register: &'r Register) -> Vec<&'r Field> {
        let field = |name: &str| register.field(name).map(|(_, field)| field).filter(|field| is_shown(field));
        let mut asked: Vec<&Field> = self.columns.iter().filter_map(|name| field(name)).collect();
        let own = register.list.columns.iter().filter_map(|name| field(name));
        if asked.is_empty() {
            return own.collect();
        }
        // What names an entry is always there: it leads to it.
        if let Some(name) = register.name_field().map(|at| &register.fields[at]) {
            asked.retain(|field| field.name != name.name);
            asked.insert(0, name);
        }
        asked
    }

    /// Which page.
    pub fn page(&self) -> Turn {
        let limit = self.rows.unwrap_or(ROWS[0]);
        match &self.turn {
            None => Turn { from: None, back: false, limit },
            Some((back, spot)) => Turn { from: Some(spot.clone()), back: *back, limit },
        }
    }

    /// Ids of entries that filters point to.
    pub fn points_to(&self) -> Vec<EntryId> {
        self.filters.iter().filter_map(|(_, value)| value.parse().ok().map(EntryId)).collect()
    }

    /// What the filters mean.
    pub fn meant(&self, reading: &Reading<'_>) -> Meant {
        let mut out = Meant::default();
        let mut any: BTreeMap<String, (By, Vec<Test>)> = BTreeMap::new();
        for (at, (part, value)) in self.filters.iter().enumerate() {
            let mut without = self.clone();
            without.filters.remove(at);
            without.turn = None;
            match reading.filter(part, value) {
                Ok(read) => {
                    any.entry(read.key).or_insert_with(|| (read.by, Vec::new())).1.push(read.test);
                    out.chips.push(Chip { text: read.text, without });
                }
                Err(text) => out.faults.push(Fault { part: part.clone(), text }),
            }
        }
        out.narrow = any.into_values().map(|(by, any)| Narrow { by, any }).collect();
        // A filter that cannot be read must not show more than was asked for.
        if !out.faults.is_empty() {
            out.narrow.push(Narrow { by: By::Changed, any: Vec::new() });
        }
        out
    }
}

/// One filter, read.
struct Read {
    /// Filters of the same key are either-or; others all hold.
    key: String,
    by: By,
    test: Test,
    text: String,
}

impl Reading<'_> {
    fn filter(&self, part: &str, value: &str) -> Result<Read, String> {
        match part {
            "since" => {
                let from = self.instant(value, 0)?;
                return Ok(Read {
                    key: part.to_owned(),
                    by: By::Changed,
                    test: Test::Between(Some(fold::instant(from)), None),
                    text: format!("Changed since: {}", dates::long(date(value)?)),
                });
            }
            "source" => {
                let text = format!("Source: {}", cell::source(value));
                return Ok(Read { key: part.to_owned(), by: By::Source, test: Test::holds(value), text });
            }
            _ => {}
        }
        let (how, name) = part.split_once('.').ok_or("This is no filter")?;
        let unknown = || "This list cannot be filtered by that".to_owned();
        let (_, field) = self.register.field(name).ok_or_else(unknown)?;
        self.register.key_of(name).ok_or_else(unknown)?;
        let (test, words) = if how == "is" { self.is(field, value)? } else { self.bound(field, how, value)? };
        // From and to hold together, values are either-or.
        Ok(Read {
            key: part.to_owned(),
            by: By::Field(field.name.clone()),
            test,
            text: format!("{}: {words}", field.label),
        })
    }

    fn is(&self, field: &Field, value: &str) -> Result<(Test, String), String> {
        let no = || format!("\"{value}\" is none of the choices");
        match (&field.kind, value) {
            (_, "unknown") => Ok((Test::NotKnown, cell::NOT_KNOWN.to_owned())),
            (_, "none") => Ok((Test::Is(String::new()), "None".to_owned())),
            (FieldType::YesNo, "yes") => Ok((Test::Is("y".to_owned()), "Yes".to_owned())),
            (FieldType::YesNo, "no") => Ok((Test::Is("n".to_owned()), "No".to_owned())),
            (FieldType::Choice(choices), _) => {
                let known = choices.iter().any(|choice| **choice == *value);
                if known { Ok((Test::Is(value.to_owned()), cell::choice(value))) } else { Err(no()) }
            }
            (FieldType::Choices(choices), _) => {
                let known = choices.iter().any(|choice| **choice == *value);
                if known { Ok((Test::holds(value), cell::choice(value))) } else { Err(no()) }
            }
            (FieldType::Ref(_) | FieldType::Refs(_), _) => Ok(match value.parse().ok().map(EntryId) {
                Some(entry) => {
                    let name = self.names.get(&entry).cloned();
                    (Test::points_to(entry), name.unwrap_or_else(|| "a record that is not here".to_owned()))
                }
                None => (Test::named(&fold::fold(value)), format!("holds \u{201c}{value}\u{201d}")),
            }),
            _ => Err(no()),
        }
    }

    fn bound(&self, field: &Field, how: &str, value: &str) -> Result<(Test, String), String> {
        let up = how == "to";
        let (key, words) = match &field.kind {
            FieldType::Date => (date(value)?.to_string(), dates::long(date(value)?)),
            FieldType::Instant => {
                let at = self.instant(value, i64::from(up))?;
                let at = if up { at - jiff::SignedDuration::from_micros(1) } else { at };
                (fold::instant(at), dates::long(date(value)?))
            }
            FieldType::Number | FieldType::Money | FieldType::Span => {
                let number: f64 = value
                    .trim_start_matches('£')
                    .replace(',', "")
                    .parse()
                    .map_err(|_| format!("\"{value}\" is no number. Write it like 12 or 12.5"))?;
                let (many, words) = match field.kind {
                    FieldType::Money => (number * 100.0, format!("£{number}")),
                    FieldType::Span => (number * 86_400.0, format!("{number} days")),
                    _ => (number, number.to_string()),
                };
                if !many.is_finite() {
                    return Err(format!("\"{value}\" is too large"));
                }
                (fold::number(many), words)
            }
            _ => return Err("This list cannot be filtered by that".to_owned()),
        };
        let between = if up { Test::Between(None, Some(key)) } else { Test::Between(Some(key), None) };
        Ok((between, format!("{} {words}", if up { "to" } else { "from" })))
    }

    /// Midnight of a day, or of so many days later.
    fn instant(&self, value: &str, later: i64) -> Result<Timestamp, String> {
        let wrong = || format!("\"{value}\" is no date we know");
        let day = date(value)?.checked_add(jiff::Span::new().days(later)).map_err(|_| wrong())?;
        Ok(day.to_zoned(self.zone.clone()).map_err(|_| wrong())?.timestamp())
    }
}

pub(super) fn date(value: &str) -> Result<Date, String> {
    let wrong = || format!("\"{value}\" is no date. Write it like 2026-11-21");
    let date: Date = value.parse().map_err(|_| wrong())?;
    if (1900..2200).contains(&date.year()) { Ok(date) } else { Err(wrong()) }
}

/// Whether a field can be a column.
pub fn is_shown(field: &Field) -> bool {
    !field.retired && !matches!(field.kind, FieldType::Back { .. } | FieldType::Rows(_) | FieldType::Map)
}

/// `0.ID.6b6579`: blank or not, the entry, its key as hexadecimal bytes.
fn spot_text(spot: &Spot) -> String {
    use std::fmt::Write;
    let mut out = format!("{}.{}.", u8::from(spot.blank), spot.entry);
    for byte in spot.key.bytes() {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn spot(text: &str) -> Option<Spot> {
    let mut parts = text.splitn(3, '.');
    let (blank, entry, key) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes: Option<Vec<u8>> =
        key.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    Some(Spot { blank: blank == "1", key: String::from_utf8(bytes?).ok()?, entry: EntryId(entry.parse().ok()?) })
}

#[cfg(test)]
#[path = "asked_tests.rs"]
mod asked_tests;
