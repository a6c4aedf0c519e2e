//! A preview in words, as the command line prints it.

use super::message::{Problem, quote, rows};
use super::plan::{Before, Change, Planned, Preview};
use crate::dates;
use jiff::tz::TimeZone;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::{Register, Schemas};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::entry::StoredEntry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Lines of one kind that are shown before `and N more`.
const SHOWN: usize = 10;

impl Preview {
    /// `staff.csv, 63 rows: 5 new, 7 changed, 48 the same, 2 refused, 1 question.`
    pub fn sentence(&self) -> String {
        let counts = self.counts();
        let mut parts = vec![
            format!("{} new", counts.new),
            format!("{} changed", counts.changed),
            format!("{} the same", counts.same),
        ];
        let more = [
            (counts.left, if self.left_is_proposal { "proposed leavers" } else { "not in the list any more" }),
            (counts.refused, "refused"),
            (counts.questions, if counts.questions == 1 { "question" } else { "questions" }),
        ];
        parts.extend(more.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
        let rows = if self.row_count == 1 { "row" } else { "rows" };
        format!("{}, {} {rows}: {}.", self.file, self.row_count, parts.join(", "))
    }

    /// The whole preview, against the records it was made for.
    pub fn text(&self, before: &Before) -> String {
        let mut out = format!("{}\n", self.sentence());
        let Some(register) = before.schemas.get(&self.register) else { return out };
        let names = self.names_of(before.schemas, before.entries);
        let words = Words { register, zone: before.calendar.zone(), names };
        let left =
            if self.left_is_proposal { "Proposed as leavers; nothing ends now" } else { "Not in the list any more" };
        section(&mut out, "New", &self.new, |planned| words.line(planned));
        section(&mut out, "Changed", &self.changed, |planned| words.line(planned));
        section(&mut out, left, &self.left, |(_, _, name)| name.clone());
        section(&mut out, "Refused", &causes(&self.refused), Clone::clone);
        section(&mut out, "Questions", &self.questions, |question| {
            let names: Vec<String> = question.candidates.iter().map(|(id, name)| format!("`{name}` ({id})")).collect();
            if names.is_empty() {
                question.message.clone()
            } else {
                format!("{}: {}", question.message, names.join(", "))
            }
        });
        section(&mut out, "Noticed", &self.notes, Clone::clone);
        match (&self.stop, &self.census) {
            (Some(problem), _) => drop(writeln!(out, "Not saved: {problem}")),
            (None, Some(census)) => {
                let (from, until) =
                    (dates::moment(census.as_of, words.zone), dates::moment(census.ends_at, words.zone));
                let _ = writeln!(out, "Complete as of {from}; counts until {until}.");
            }
            (None, None) => {}
        }
        out
    }

    /// What entries are called that its values point to.
    pub(crate) fn names_of(&self, schemas: &Schemas, entries: &[StoredEntry]) -> BTreeMap<EntryId, String> {
        let pointed = self.pointed_at();
        let known = entries.iter().filter(|entry| pointed.contains(&entry.id)).map(|entry| {
            let field =
                schemas.get(&entry.register).and_then(|register| Some(&register.fields[register.name_field()?].name));
            let name = field.and_then(|field| entry.facts.get(field)).and_then(|fact| fact.value.as_text());
            (entry.id, name.unwrap_or("an entry without a name").to_owned())
        });
        let new = self.new.iter().filter(|planned| pointed.contains(&planned.id));
        known.chain(new.map(|planned| (planned.id, planned.name.clone()))).collect()
    }

    /// Every entry a value of the preview points to.
    fn pointed_at(&self) -> BTreeSet<EntryId> {
        let mut out = BTreeSet::new();
        for new in &self.new {
            new.facts.facts().values().for_each(|fact| point(&fact.value, &mut out));
        }
        let changed = self.changed.iter().flat_map(|one| &one.changes);
        changed.flat_map(|change| change.before.iter().chain(&change.after)).for_each(|value| point(value, &mut out));
        out
    }
}

fn point(value: &Value, out: &mut BTreeSet<EntryId>) {
    match value {
        Value::Ref(id) => drop(out.insert(*id)),
        Value::List(items) => items.iter().for_each(|item| point(item, out)),
        _ => {}
    }
}

fn section<T>(out: &mut String, title: &str, items: &[T], show: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "{title}:");
    for item in items.iter().take(SHOWN) {
        let _ = writeln!(out, "  {}", show(item).replace('\n', "\n  "));
    }
    if items.len() > SHOWN {
        let _ = writeln!(out, "  and {} more", items.len() - SHOWN);
    }
}

/// How values of one register are shown.
pub(crate) struct Words<'a> {
    pub(crate) register: &'a Register,
    pub(crate) zone: &'a TimeZone,
    pub(crate) names: BTreeMap<EntryId, String>,
}

impl Words<'_> {
    /// Of a new entry what a list shows of it; of a changed one everything that changes.
    fn line(&self, planned: &Planned) -> String {
        let says: Vec<String> = if planned.version.is_some() {
            planned.changes.iter().map(|change| self.change(change)).collect()
        } else {
            let columns = self.register.list.columns.iter();
            let facts = planned.facts.facts();
            let said = columns.filter_map(|field| Some((field, &facts.get(field)?.value)));
            said.map(|(field, value)| format!("{} {}", self.label(field), self.value(value))).collect()
        };
        let name = if planned.name.is_empty() { String::new() } else { format!("{}, ", planned.name) };
        let back = if planned.came_back { " came back" } else { "" };
        format!("{name}{}{back}: {}", rows(&planned.rows), says.join("; "))
    }

    pub(crate) fn label<'f>(&'f self, field: &'f str) -> &'f str {
        self.register.field(field).map_or(field, |(_, field)| &field.label)
    }

    fn change(&self, change: &Change) -> String {
        let label = self.label(&change.field);
        let after = change.after.as_ref().map_or_else(|| "(not said any more)".to_owned(), |after| self.value(after));
        match &change.before {
            Some(before) => format!("{label} {} → {after}", self.value(before)),
            None => format!("{label} {after}"),
        }
    }

    pub(crate) fn value(&self, value: &Value) -> String {
        match value {
            Value::Empty => "(empty)".to_owned(),
            Value::Bool(yes) => (if *yes { "yes" } else { "no" }).to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Text(text) => quote(text),
            Value::Date(date) => dates::long(*date),
            Value::Instant(instant) => dates::moment(*instant, self.zone),
            Value::Seconds(seconds) => format!("{seconds} seconds"),
            Value::Ref(id) => self.names.get(id).cloned().unwrap_or_else(|| "an unknown entry".to_owned()),
            Value::List(items) => items.iter().map(|item| self.value(item)).collect::<Vec<_>>().join(", "),
            Value::Map(_) => "(details)".to_owned(),
        }
    }
}

/// The same reason in many rows is one line.
fn causes(refused: &[Problem]) -> Vec<String> {
    let mut by_cause: Vec<(Problem, Vec<u32>)> = Vec::new();
    for problem in refused {
        let same = |known: &(Problem, Vec<u32>)| {
            known.0.message == problem.message && known.0.place.column == problem.place.column
        };
        match by_cause.iter().position(same) {
            Some(at) => by_cause[at].1.extend(problem.place.row),
            None if by_cause.len() < 200 => by_cause.push((problem.clone(), problem.place.row.into_iter().collect())),
            None => {}
        }
    }
    let show = |(problem, numbers): (Problem, Vec<u32>)| match numbers.len() {
        0 | 1 => problem.to_string(),
        _ => {
            let column = problem.place.column.as_ref().map_or_else(String::new, |column| format!("{column}: "));
            let hint = problem.hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            format!("{}, {column}{}{hint}", rows(&numbers), problem.message)
        }
    };
    by_cause.into_iter().map(show).collect()
}
