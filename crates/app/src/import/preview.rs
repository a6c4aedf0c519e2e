//! Works out a preview: reads the rows, finds the entries, compares, and says what it could not decide.

use super::cell::Reader;
use super::columns::Mapping;
use super::compare::{compare, name};
use super::draft::Draft;
use super::identity::Candidates;
use super::link::Links;
use super::message::{Problem, Refused, quote, rows};
use super::plan::{Before, Options, Preview, Strange};
use super::rows::{RowReader, constants, drop_wrong_guesses, unlinked_notes};
use super::sheet::{Row, Sheet};
use super::strange::strange;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::{Register, RegisterKind};
use schoolkeeper_core::world::Census;
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::entry::StoredEntry;
use std::collections::BTreeMap;

/// Works out what an import would do. Pure: the same file, records and options give the same preview. The rows are taken
/// out of the sheet, one after the other: those of a long list are not held twice.
pub fn preview(before: &Before, sheet: &mut Sheet, mapping: &Mapping, options: &Options) -> Result<Preview, Refused> {
    let file = sheet.file.clone();
    let refuse = |problem| Refused::new(&file, problem);
    let register = before.schemas.get(&mapping.register).ok_or_else(|| {
        refuse(Problem::file(format!("cannot be brought in: there is no register `{}`", mapping.register)))
    })?;
    if sheet.rows.is_empty() && sheet.refused.is_empty() {
        let hint = "If there are none, say so in the register instead: \"we have none\".";
        return Err(refuse(Problem::file("has column names but no rows").hint(hint)));
    }
    let rows = std::mem::take(&mut sheet.rows);
    let work = Work { before, register, sheet, options };
    work.read(mapping.clone(), rows).map_err(refuse)
}

/// Everything a preview is made from.
pub struct Work<'a> {
    /// What is known.
    pub before: &'a Before<'a>,
    /// The register that is filled.
    pub register: &'a Register,
    /// The file, without its rows.
    pub sheet: &'a Sheet,
    /// How.
    pub options: &'a Options,
}

impl Work<'_> {
    fn read(&self, mut mapping: Mapping, rows: Vec<Row>) -> Result<Preview, Problem> {
        let mapped: Vec<usize> = mapping.fields.iter().map(|mapped| mapped.field).collect();
        let constant = mapping.constants.iter().map(|(at, _)| *at);
        let kinds: Vec<_> = mapped.iter().copied().chain(constant).map(|at| &self.register.fields[at].kind).collect();
        let mut links = Links::new(self.before, &kinds);
        let keys = Candidates::new(self.register, &mapped);
        let (row_count, strange_words);
        let mut draft = Draft::new(self.register, self.before, self.options, Candidates::new(self.register, &mapped));
        {
            let name_field = (&*self.register.id == "person").then(|| self.register.name_field()).flatten();
            let cells = Reader { links: &links, zone: self.before.calendar.zone(), name_field };
            drop_wrong_guesses(self.register, &mut mapping, (self.sheet, &rows), &cells);
            (row_count, strange_words) = (rows.len(), strange(self.register, &mapping, (self.sheet, &rows)));
            let constants = constants(self.register, &mapping, &cells)?;
            let (register, sheet) = (self.register, self.sheet);
            let today = self.before.calendar.day(self.before.now);
            let trip = self.options.trip;
            let reader =
                RowReader { register, sheet, mapping: &mapping, cells, candidates: &keys, today, constants, trip };
            for row in rows {
                let said = reader.read(&row);
                match self.options.trip {
                    Some(_) => draft.push_named(row.number, super::trip::named(&row), said),
                    None => draft.push(row.number, said),
                }
            }
        }
        draft.settle();
        draft.link(&mut links);
        Ok(self.outcome(&mapping, draft, (row_count, strange_words)))
    }

    fn outcome(&self, mapping: &Mapping, mut draft: Draft, (row_count, strange): (usize, Vec<Strange>)) -> Preview {
        let mut out = Preview {
            import: self.options.import,
            school: self.before.school,
            at: self.before.now,
            file_hash: self.sheet.hash.clone(),
            map: mapping.said.clone(),
            columns: self.columns(mapping),
            register: self.register.id.clone(),
            source: self.options.source.clone(),
            file: self.sheet.file.clone(),
            part: self.options.part,
            new: Vec::new(),
            changed: Vec::new(),
            same: Vec::new(),
            refused: self.sheet.refused.iter().cloned().chain(std::mem::take(&mut draft.refused)).collect(),
            questions: std::mem::take(&mut draft.questions),
            row_count: row_count + self.sheet.refused.len(),
            left: Vec::new(),
            left_is_proposal: self.register.kind == RegisterKind::Entry,
            census: None,
            notes: self.notes(mapping, &draft),
            stop: None,
            left_of: 0,
            strange,
            dropped: self.sheet.dropped.clone(),
            shape: mapping.shape.clone(),
            stale: std::mem::take(&mut draft.stale),
            turn: None,
        };
        out.refused.sort_by_key(|problem| problem.place.row);
        self.find_left(&draft, &mut out);
        for line in draft.into_lines() {
            let planned = compare(self, line);
            match (planned.version, planned.changes.is_empty()) {
                (None, _) => out.new.push(planned),
                (Some(_), false) => out.changed.push(planned),
                (Some(_), true) => out.same.push(planned),
            }
        }
        self.complete(&mut out);
        out
    }

    /// Entries this source spoke of before and does not speak of now.
    fn find_left(&self, draft: &Draft, out: &mut Preview) {
        if self.options.part || self.register.kind == RegisterKind::Event {
            return;
        }
        let spoken = |entry: &&StoredEntry| {
            entry.register == self.register.id
                && entry.school == self.before.school
                && !self.before.left.contains(&entry.id)
                && entry.facts.values().any(|fact| fact.source == self.options.source)
        };
        let before: Vec<&StoredEntry> = self.before.entries.iter().filter(spoken).collect();
        out.left_of = before.len();
        let gone: Vec<&&StoredEntry> = before.iter().filter(|entry| !draft.seen.contains(&entry.id)).collect();
        if !gone.is_empty() && !self.sheet.refused.is_empty() {
            out.notes.push(format!(
                "{} rows could not be read, so we cannot say who is missing from the list.",
                self.sheet.refused.len()
            ));
            return;
        }
        out.left = gone
            .iter()
            .map(|entry| (entry.id, entry.version, name(self.register, &Facts::new(), Some(entry))))
            .collect();
        if out.left.len() * 10 > before.len() && !self.options.confirm_left {
            let many = crate::words::plural(self.before.schemas, &self.register.id);
            let (gone, all) = (out.left.len(), before.len());
            let message = format!("{gone} of {all} {many} are missing from this list. Is it the whole list?");
            out.stop = Some(
                Problem::file(message).hint("If it is only part, say --part. If they have left, say --confirm-left."),
            );
        }
    }

    /// "These are all of them", if every row found its place.
    fn complete(&self, out: &mut Preview) {
        let Some(span) = self.register.census.filter(|_| !self.options.part && !self.register.closed) else { return };
        let open = out.questions.iter().filter(|question| !question.placed).count();
        if out.refused.is_empty() && open == 0 {
            match self.before.calendar.add_instant(self.before.now, span) {
                Ok(ends_at) => {
                    let (source, as_of) = (self.options.source.clone(), self.before.now);
                    out.census = Some(Census { source, as_of, ends_at, stated: false });
                }
                Err(beyond) => out.notes.push(format!("The list is not marked as complete: {beyond}.")),
            }
        } else {
            let left_out = out.refused_rows().len() + open;
            let rows = if left_out == 1 { "one row is" } else { &format!("{left_out} rows are") };
            let note = format!("The list is not marked as complete, because {rows} left out. Mend and drop it again.");
            out.notes.push(note);
        }
        if out.new.is_empty() && out.changed.is_empty() && out.same.is_empty() {
            let why = "none of its rows can be kept";
            out.stop = Some(
                Problem::file(why)
                    .hint("The reasons are listed row by row; often one column is mapped to the wrong field."),
            );
        }
    }

    fn columns(&self, mapping: &Mapping) -> BTreeMap<String, Name> {
        let pairs =
            mapping.fields.iter().flat_map(|mapped| mapped.columns.iter().map(|&column| (column, mapped.field)));
        pairs
            .map(|(column, field)| (self.sheet.columns[column].clone(), self.register.fields[field].name.clone()))
            .collect()
    }

    fn notes(&self, mapping: &Mapping, draft: &Draft) -> Vec<String> {
        let mut out = self.sheet.notes.clone();
        out.extend(mapping.shape.iter().map(|shape| format!("Recognised as: {shape}.")));
        out.extend(mapping.notes.iter().cloned());
        out.extend(
            self.sheet
                .dropped
                .iter()
                .map(|(column, because)| format!("Column `{}`: not kept; {because}.", quote(column))),
        );
        let ours = |column: &str| self.options.trip.is_some() && super::trip::is_ours(column);
        if mapping.unmapped.iter().any(|(column, _)| !ours(column)) {
            let columns: Vec<String> = mapping
                .unmapped
                .iter()
                .filter(|(column, _)| !ours(column))
                .take(60)
                .map(|(column, near)| match near {
                    Some(near) => format!("`{}` (is it {near}?)", quote(column)),
                    None => format!("`{}`", quote(column)),
                })
                .collect();
            out.push(format!("Columns not read: {}.", columns.join(", ")));
        }
        for (field, numbers) in &draft.zeros {
            let label = &self.register.fields[*field].label;
            out.push(format!("{label}: {} lost leading zeros on the way (Excel does that); another column says who it is, so the number we know stays.", rows(numbers)));
        }
        for (row, other) in draft.others.iter().take(20) {
            out.push(format!(
                "Row {row} shares only a weaker sign with `{other}`: taken as another {}.",
                self.register.title.to_lowercase()
            ));
        }
        out.extend(unlinked_notes(self.register, &draft.unlinked));
        out
    }
}
