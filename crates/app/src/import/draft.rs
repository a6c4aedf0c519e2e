//! Rows → entries: finds whom each row is about, merges rows about the same entry, asks where it cannot know.

use super::identity::{Candidates, Found, Values};
use super::link::{Links, naming_fields};
use super::message::{Problem, quote, rows};
use super::plan::{Answer, Before, Options, Question};
use super::rows::{Said, Unlinked};
use super::trip;
use jiff::Timestamp;
use schoolkeeper_core::id::{EntryId, ImportId, Name};
use schoolkeeper_core::schema::Register;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::entry::StoredEntry;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One entry the file speaks of.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its rows in the file.
    pub rows: Vec<u32>,
    /// Its id, old or new.
    pub id: EntryId,
    /// Position among the known entries; `None` for a new one.
    pub known: Option<usize>,
    /// What its rows agree on.
    pub values: Values,
    /// Fields in which its rows differ.
    pub differ: BTreeSet<usize>,
    /// References to other rows.
    pub later: Vec<(usize, String)>,
}

/// Whom a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// An entry, known or of an earlier row.
    Candidate(usize),
    /// Nobody we know.
    Nobody,
    /// It is not taken in.
    LeftOut,
}

/// Lines, as they come together.
pub struct Draft<'a> {
    register: &'a Register,
    before: &'a Before<'a>,
    options: &'a Options,
    candidates: Candidates,
    /// Candidate → line.
    line_of: HashMap<usize, usize>,
    /// Candidate → position among the known entries.
    known_of: Vec<Option<usize>>,
    /// Entries so far.
    pub lines: Vec<Line>,
    /// What somebody must answer.
    pub questions: Vec<Question>,
    /// Rows that could not be kept.
    pub refused: Vec<Problem>,
    /// References that lead nowhere.
    pub unlinked: Vec<Unlinked>,
    /// Known entries that the file may speak of, whatever came of the row.
    pub seen: BTreeSet<EntryId>,
    /// Rows whose numbers lost their zeros, by field.
    pub zeros: BTreeMap<usize, Vec<u32>>,
    /// Rows that would change what was changed here since the list went out: row, record, version it was read at.
    pub stale: Vec<(u32, EntryId, i64)>,
    /// Candidates that are records, by id.
    by_id: HashMap<EntryId, usize>,
    /// What was merged into an entry: positions among the merged ones.
    merged_of: HashMap<EntryId, Vec<usize>>,
    /// Rows that share only a weaker key with an entry: row and that entry's name.
    pub others: Vec<(u32, String)>,
}

/// What is known of an entry by field position, and whose word each is.
fn said_of<'e>(register: &'e Register, entry: &'e StoredEntry) -> (Values, impl Fn(usize) -> Option<Name> + 'e) {
    let fact = |field: usize| entry.facts.get(&register.fields[field].name);
    let values = (0..register.fields.len()).filter_map(|field| Some((field, fact(field)?.value.clone()))).collect();
    (values, move |field| fact(field).map(|fact| fact.source.clone()))
}

impl<'a> Draft<'a> {
    /// Takes the known entries of the register.
    pub fn new(
        register: &'a Register,
        before: &'a Before<'a>,
        options: &'a Options,
        mut candidates: Candidates,
    ) -> Self {
        let (mut known_of, mut by_id) = (Vec::new(), HashMap::new());
        let ours = |(_, entry): &(usize, &StoredEntry)| entry.register == register.id && entry.school == before.school;
        for (at, entry) in before.entries.iter().enumerate().filter(ours) {
            let (values, source) = said_of(register, entry);
            let keys = candidates.keys(&values, source);
            by_id.insert(entry.id, candidates.add(entry.id, keys));
            known_of.push(Some(at));
        }
        let mut merged_of: HashMap<EntryId, Vec<usize>> = HashMap::new();
        for (at, (entry, lives_as)) in before.merged.iter().enumerate() {
            merged_of.entry(*lives_as).or_default().push(at);
            let Some(candidate) = by_id.get(lives_as) else { continue };
            let (values, source) = said_of(register, entry);
            let keys = candidates.keys(&values, source);
            candidates.index(*candidate, &keys);
        }
        let (lines, questions, refused, unlinked) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (line_of, seen, zeros, others) = (HashMap::new(), BTreeSet::new(), BTreeMap::new(), Vec::new());
        Self {
            register,
            before,
            options,
            candidates,
            line_of,
            known_of,
            lines,
            questions,
            refused,
            unlinked,
            seen,
            zeros,
            stale: Vec::new(),
            by_id,
            merged_of,
            others,
        }
    }

    /// The lines alone; what found them is given back first.
    pub fn into_lines(self) -> Vec<Line> {
        self.lines
    }

    /// Takes one row.
    pub fn push(&mut self, row: u32, mut said: Said) {
        let source: Name = self.options.source.clone();
        let keys = self.candidates.keys(&said.values, |_| Some(source.clone()));
        let found = self.candidates.find(&keys);
        match self.options.answers.get(&row) {
            Some(Answer::Is(id)) => drop(self.seen.insert(*id)),
            Some(Answer::New | Answer::LeaveOut) => {}
            None => self.see(&found),
        }
        if !said.problems.is_empty() {
            self.refused.append(&mut said.problems);
            return;
        }
        let about = self.place(row, found, &mut said);
        if about == About::Nobody && keys.iter().all(Option::is_none) {
            let hint = format!("Fill one of: {}.", super::header::looked_for(self.register));
            return self.refused.push(Problem::row(row, "says nothing that would recognise it again").hint(hint));
        }
        let candidate = match about {
            About::Candidate(candidate) => candidate,
            About::LeftOut => return,
            About::Nobody => {
                self.known_of.push(None);
                self.candidates.add(fresh_id(self.before.now, self.options.import, row), keys.clone())
            }
        };
        self.candidates.index(candidate, &keys);
        self.keep_keys(candidate, &mut said);
        self.unlinked.append(&mut said.unlinked);
        self.join(candidate, row, said);
    }

    /// A list that still has the key of what was merged away does not give it to the one that stayed.
    fn keep_keys(&self, candidate: usize, said: &mut Said) {
        let Some(stayed) = self.known_of[candidate].map(|known| &self.before.entries[known]) else { return };
        for (gone, _) in self.merged_of.get(&stayed.id).into_iter().flatten().map(|at| &self.before.merged[*at]) {
            for field in self.candidates.fields() {
                let name = &self.register.fields[field].name;
                let of = |entry: &'a StoredEntry| entry.facts.get(name).map(|fact| &fact.value);
                let value = said.values.get(field);
                if value.is_some() && value == of(gone) && of(gone) != of(stayed) {
                    said.values.set(field, None);
                }
            }
        }
    }

    /// Takes a row of a list that went out: it names its record, and says only what was changed in it.
    pub fn push_named(&mut self, row: u32, named: Result<Option<(EntryId, i64)>, Problem>, mut said: Said) {
        let (id, version) = match named {
            Ok(Some(named)) => named,
            Ok(None) => return self.push(row, said),
            Err(problem) => return self.refused.push(problem),
        };
        let found = self.by_id.get(&id).and_then(|&at| Some((at, self.known_of[at]?)));
        let Some((candidate, known)) = found else {
            let problem = Problem::row(row, "names a record that is not in this list here");
            return self
                .refused
                .push(problem.hint("It is of another school or list, or is gone. Export the list again."));
        };
        self.seen.insert(id);
        if !said.problems.is_empty() {
            return self.refused.append(&mut said.problems);
        }
        let known = &self.before.entries[known];
        said.values.retain(|field, said| {
            let before = known.facts.get(&self.register.fields[field].name).map(|fact| &fact.value);
            !trip::says_the_same(before, said)
        });
        let state = self.register.field("state").and_then(|(at, _)| said.values.get(at));
        if let Some(why) = trip::wrong_move(self.register, &known.facts, state) {
            return self.refused.push(Problem::row(row, why));
        }
        if !said.values.is_empty() && known.version != version {
            self.stale.push((row, id, version));
            let problem = Problem::row(row, "was changed here since the list went out");
            return self.refused.push(problem.hint("Export the list again and change it there."));
        }
        self.unlinked.append(&mut said.unlinked);
        self.join(candidate, row, said);
    }

    /// Whom a row is about.
    fn place(&mut self, row: u32, found: Found, said: &mut Said) -> About {
        match (self.options.answers.get(&row), found) {
            (Some(Answer::LeaveOut), _) => About::LeftOut,
            (Some(Answer::New), _) | (None, Found::Nobody { but: None }) => About::Nobody,
            (Some(Answer::Is(id)), _) => {
                let candidate = (0..self.known_of.len()).find(|&at| self.candidates.get(at).id == *id);
                if candidate.is_none() {
                    let problem = Problem::row(row, "was answered with an entry that is not there any more");
                    self.refused.push(problem.hint("Look at the list again and answer again."));
                }
                candidate.map_or(About::LeftOut, About::Candidate)
            }
            (None, Found::Nobody { but: Some(other) }) => {
                self.others.push((row, self.name_of(other)));
                About::Nobody
            }
            (None, Found::One { candidate, zeros }) => {
                if let Some(field) = zeros {
                    self.zeros.entry(field).or_default().push(row);
                    said.values.set(field, self.value_of(candidate, field));
                }
                About::Candidate(candidate)
            }
            (None, Found::Several { by, candidates }) => {
                let label = self.candidates.label(self.register, by);
                self.ask(row, &format!("fits {} entries by {label}", candidates.len()), &candidates)
            }
            (None, Found::Zeros { field, candidates }) => {
                let label = self.register.fields[field].label.to_lowercase();
                let text = said.values.get(field).and_then(Value::as_text).unwrap_or_default();
                let why = format!("has {label} `{}`; Excel drops leading zeros. Is it the same?", quote(text));
                self.ask(row, &why, &candidates)
            }
        }
    }

    /// Starts the candidate's line or merges the row into it.
    fn join(&mut self, candidate: usize, row: u32, mut said: Said) {
        let Some(&at) = self.line_of.get(&candidate) else {
            said.values.shrink();
            self.line_of.insert(candidate, self.lines.len());
            self.lines.push(Line {
                rows: vec![row],
                id: self.candidates.get(candidate).id,
                known: self.known_of[candidate],
                values: said.values,
                differ: BTreeSet::new(),
                later: said.later,
            });
            return;
        };
        let line = &mut self.lines[at];
        line.rows.push(row);
        for (field, value) in said.values.into_iter().filter(|(_, value)| *value != Value::Empty) {
            if line.values.says_nothing(field) {
                line.values.set(field, Some(value));
            } else if line.values.get(field) != Some(&value) {
                line.differ.insert(field);
            }
        }
        let more = said.later.into_iter().filter(|new| !line.later.iter().any(|old| old.0 == new.0));
        line.later.extend(more.collect::<Vec<_>>());
    }

    /// Rows that differ become questions; what they agree on stays. Without its needed fields a new entry does not.
    pub fn settle(&mut self) {
        for mut line in std::mem::take(&mut self.lines) {
            if !line.differ.is_empty() {
                let labels: Vec<&str> = line.differ.iter().map(|&at| self.register.fields[at].label.as_str()).collect();
                let message =
                    format!("{} are about the same entry but differ in: {}", rows(&line.rows), labels.join(", "));
                self.questions.push(Question {
                    rows: line.rows.clone(),
                    message,
                    candidates: Vec::new(),
                    placed: true,
                });
                for &field in &line.differ {
                    line.values.set(field, None);
                }
            }
            let missing = self.register.fields.iter().enumerate().find(|(at, field)| {
                line.known.is_none() && field.required && !field.is_own() && line.values.says_nothing(*at)
            });
            match missing {
                Some((_, field)) if line.differ.is_empty() => {
                    let message = format!(
                        "is new and has no {}, which every {} needs",
                        field.label.to_lowercase(),
                        self.register.title.to_lowercase()
                    );
                    self.refused.push(Problem::row(line.rows[0], message).hint("Fill it in and drop the file again."));
                }
                Some(_) => self.questions.last_mut().into_iter().for_each(|question| question.placed = false),
                None => self.lines.push(line),
            }
        }
    }

    /// References between rows of the file: a line manager may stand in a later row.
    pub fn link(&mut self, links: &mut Links) {
        let naming = naming_fields(self.register);
        for line in self.lines.iter().filter(|line| line.known.is_none()) {
            for text in naming.iter().filter_map(|&at| line.values.get(at).and_then(Value::as_text)) {
                links.add(&self.register.id, text, line.id);
            }
        }
        for line in &mut self.lines {
            for (field, text) in std::mem::take(&mut line.later) {
                match links.find(&self.register.id, &text) {
                    Ok(id) => line.values.set(field, Some(Value::Ref(id))),
                    Err(why) => self.unlinked.push(Unlinked { row: line.rows[0], field, why }),
                }
            }
        }
    }

    fn see(&mut self, found: &Found) {
        let candidates: &[usize] = match found {
            Found::Nobody { .. } => &[],
            Found::One { candidate, .. } => std::slice::from_ref(candidate),
            Found::Several { candidates, .. } | Found::Zeros { candidates, .. } => candidates,
        };
        self.seen.extend(candidates.iter().map(|&candidate| self.candidates.get(candidate).id));
    }

    fn ask(&mut self, row: u32, why: &str, candidates: &[usize]) -> About {
        let named = candidates.iter().map(|&at| (self.candidates.get(at).id, self.name_of(at))).collect();
        self.questions.push(Question {
            rows: vec![row],
            message: format!("row {row} {why}"),
            candidates: named,
            placed: false,
        });
        About::LeftOut
    }

    fn name_of(&self, candidate: usize) -> String {
        let value = self.register.name_field().and_then(|field| self.value_of(candidate, field));
        value.as_ref().and_then(Value::as_text).map_or_else(|| "an entry without a name".to_owned(), quote)
    }

    /// What is known of a candidate, from the records or from an earlier row.
    fn value_of(&self, candidate: usize, field: usize) -> Option<Value> {
        match self.known_of[candidate] {
            Some(at) => {
                let fact = self.before.entries[at].facts.get(&self.register.fields[field].name);
                fact.map(|fact| fact.value.clone())
            }
            None => self.lines[*self.line_of.get(&candidate)?].values.get(field).cloned(),
        }
    }
}

/// The id of a new entry: sortable by time and row, never the same for two imports.
fn fresh_id(now: Timestamp, import: ImportId, row: u32) -> EntryId {
    let digest = Sha256::digest([import.0.as_bytes().as_slice(), &row.to_be_bytes()].concat());
    // 18 bits of the row number where version 7 has its first random bits, then 56 of the digest.
    let mut tail = [(row >> 14) as u8 & 0xF, (row >> 6) as u8, row as u8 & 0x3F, 0, 0, 0, 0, 0, 0, 0];
    tail[3..].copy_from_slice(&digest[..7]);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    EntryId(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
}
