//! Which known entry a row is about.
//!
//! A source's own id wins; then the register's identity list, in order. Two hits are a question, never a merge. A
//! weaker key (a name) does not count against a stronger one that differs (a payroll number). `412` may be what
//! Excel left of `00412`: taken as the same only when another key says so too, else asked.

use super::words::fold_value;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{Identity, Register};
use schoolkeeper_core::value::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// A key that more entries share recognises none of them; it also bounds the work of a hostile list.
const SHARED_MAX: usize = 50;

/// Values by field position. A list fills a few of a register's many fields: only those are held, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values(Vec<(u16, Value)>);

impl Values {
    fn at(&self, field: usize) -> Result<usize, usize> {
        self.0.binary_search_by_key(&field, |(at, _)| usize::from(*at))
    }

    /// The value of a field.
    pub fn get(&self, field: usize) -> Option<&Value> {
        self.at(field).ok().map(|at| &self.0[at].1)
    }

    /// Sets, or with `None` takes away, the value of a field.
    pub fn set(&mut self, field: usize, value: Option<Value>) {
        match (self.at(field), value) {
            (Ok(at), Some(value)) => self.0[at].1 = value,
            (Ok(at), None) => drop(self.0.remove(at)),
            (Err(at), Some(value)) => self.0.insert(at, (u16::try_from(field).expect("fields are few"), value)),
            (Err(_), None) => {}
        }
    }

    /// Nothing is said, or that there is none.
    pub fn says_nothing(&self, field: usize) -> bool {
        matches!(self.get(field), None | Some(Value::Empty))
    }

    /// No field has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps those a test is true of.
    pub fn retain(&mut self, mut keep: impl FnMut(usize, &Value) -> bool) {
        self.0.retain(|(field, value)| keep((*field).into(), value));
    }

    /// Field positions and values, in order.
    pub fn into_iter(self) -> impl Iterator<Item = (usize, Value)> {
        self.0.into_iter().map(|(field, value)| (field.into(), value))
    }

    /// Gives room back that is not needed.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}

impl FromIterator<(usize, Value)> for Values {
    fn from_iter<I: IntoIterator<Item = (usize, Value)>>(all: I) -> Self {
        let mut out = Self::default();
        all.into_iter().for_each(|(field, value)| out.set(field, Some(value)));
        out
    }
}

/// What a row was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nobody we know; `but` names an entry that shares only a weaker key.
    Nobody { but: Option<usize> },
    /// This candidate; `zeros` is the field whose leading zeros were lost on the way.
    One { candidate: usize, zeros: Option<usize> },
    /// Several candidates share this key.
    Several { by: usize, candidates: Vec<usize> },
    /// It differs from these candidates only by leading zeros of one field.
    Zeros { field: usize, candidates: Vec<usize> },
}

/// An entry a row may be about.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its id.
    pub id: EntryId,
    /// Its keys, by position of the identity.
    keys: Keys,
}

/// What recognises an entry, by position of the identity; the texts are shared with the maps they are looked up in.
pub type Keys = Box<[Option<Arc<str>>]>;

/// Candidates by a key.
type ByKey = HashMap<Arc<str>, Vec<u32>>;

/// Entries by their keys.
pub struct Candidates {
    /// Identities, strongest first; their ignored words folded.
    order: Vec<Identity>,
    positions: Vec<Vec<usize>>,
    all: Vec<Candidate>,
    by_key: Vec<ByKey>,
    /// The same without leading zeros, for single-field keys of digits.
    by_stripped: Vec<ByKey>,
}

impl Candidates {
    /// Nobody yet. A register without identities is recognised by all of `mapped` together.
    pub fn new(register: &Register, mapped: &[usize]) -> Self {
        let mut order = register.identity.clone();
        order.sort_by_key(|identity| !identity.per_source);
        if order.is_empty() {
            let by = mapped.iter().map(|&at| register.fields[at].name.clone()).collect();
            order.push(Identity { by, per_source: false, ignore: Vec::new() });
        }
        for identity in &mut order {
            identity.ignore = identity.ignore.iter().map(|word| fold_value(word)).collect();
        }
        let position = |name: &Name| register.field(name).map(|(at, _)| at);
        let positions = order.iter().map(|identity| identity.by.iter().filter_map(position).collect()).collect();
        let maps = vec![HashMap::new(); order.len()];
        Self { order, positions, all: Vec::new(), by_key: maps.clone(), by_stripped: maps }
    }

    /// The candidate at a position.
    pub fn get(&self, candidate: usize) -> &Candidate {
        &self.all[candidate]
    }

    /// Fields that recognise an entry.
    pub fn fields(&self) -> impl Iterator<Item = usize> {
        self.positions.iter().flatten().copied()
    }

    /// Values that mean nothing (`default string`), in fields that should recognise an entry.
    pub fn is_ignored(&self, field: usize, text: &str) -> bool {
        let both = self.order.iter().zip(&self.positions);
        let mut ignored =
            both.filter(|(_, positions)| positions.contains(&field)).flat_map(|(by, _)| &by.ignore).peekable();
        if ignored.peek().is_none() {
            return false;
        }
        let folded = fold_value(text);
        ignored.any(|word| *word == folded)
    }

    /// The keys of some values; `source_of` says whose word a field's value is.
    pub fn keys(&self, values: &Values, source_of: impl Fn(usize) -> Option<Name>) -> Keys {
        let both = self.order.iter().zip(&self.positions);
        both.map(|(identity, positions)| {
            let source = identity.per_source.then(|| positions.first().and_then(|&at| source_of(at)));
            key(identity, positions, values, source.flatten().as_ref()).map(Arc::from)
        })
        .collect()
    }

    /// Adds an entry.
    pub fn add(&mut self, id: EntryId, keys: Keys) -> usize {
        let at = self.all.len();
        self.index(at, &keys);
        self.all.push(Candidate { id, keys });
        at
    }

    /// Makes a candidate findable by further keys: those of a row that was found to be it.
    pub fn index(&mut self, candidate: usize, keys: &[Option<Arc<str>>]) {
        for (at, key) in keys.iter().enumerate().filter_map(|(at, key)| Some((at, key.as_ref()?))) {
            push(&mut self.by_key[at], key.clone(), candidate);
            if let Some(stripped) = self.stripped(at, key).map(Arc::from) {
                push(&mut self.by_stripped[at], stripped, candidate);
            }
        }
    }

    /// The entry with these keys.
    pub fn find(&self, keys: &[Option<Arc<str>>]) -> Found {
        let (mut but, mut zeros) = (None, None);
        for (at, key) in keys.iter().enumerate().filter_map(|(at, key)| Some((at, key.as_ref()?))) {
            let hits = self.by_key[at].get(key).map_or_else(Vec::new, |hits| places(hits));
            let stronger = keys[..at].iter().any(Option::is_some);
            if stronger && hits.len() > SHARED_MAX {
                but = but.or(hits.first().copied());
                continue;
            }
            let fitting: Vec<usize> = hits.iter().copied().filter(|&hit| !self.contradicts(hit, keys, at)).collect();
            match fitting[..] {
                [] => {}
                [candidate] => {
                    let lost = zeros.as_ref().map(|(field, _): &(usize, Vec<usize>)| *field);
                    return Found::One { candidate, zeros: lost };
                }
                _ => return Found::Several { by: at, candidates: fitting },
            }
            but = but.or(hits.first().copied());
            if let Some(near) = self.stripped(at, key).and_then(|stripped| self.by_stripped[at].get(stripped)) {
                zeros.get_or_insert_with(|| (self.positions[at][0], places(near)));
            }
        }
        match zeros {
            Some((field, candidates)) => Found::Zeros { field, candidates },
            None => Found::Nobody { but },
        }
    }

    /// Labels of the fields of an identity.
    pub fn label(&self, register: &Register, by: usize) -> String {
        let labels: Vec<&str> = self.positions[by].iter().map(|&at| register.fields[at].label.as_str()).collect();
        labels.join(" and ").to_lowercase()
    }

    /// A stronger key says that it is somebody else. A source's own id may change: machines are enrolled again.
    fn contradicts(&self, candidate: usize, keys: &[Option<Arc<str>>], weaker: usize) -> bool {
        (0..weaker).filter(|&at| !self.order[at].per_source).any(|at| {
            match (&self.all[candidate].keys[at], &keys[at]) {
                (Some(known), Some(read)) => {
                    known != read && self.stripped(at, known).is_none_or(|known| Some(known) != self.stripped(at, read))
                }
                _ => false,
            }
        })
    }

    fn stripped<'k>(&self, at: usize, key: &'k str) -> Option<&'k str> {
        let plain = !self.order[at].per_source && self.positions[at].len() == 1;
        (plain && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())).then(|| key.trim_start_matches('0'))
    }
}

fn places(hits: &[u32]) -> Vec<usize> {
    hits.iter().map(|&hit| hit as usize).collect()
}

fn push(map: &mut ByKey, key: Arc<str>, candidate: usize) {
    // Nearly every key has one.
    let hits = map.entry(key).or_insert_with(|| Vec::with_capacity(1));
    let candidate = u32::try_from(candidate).expect("rows and records are fewer");
    if hits.len() <= SHARED_MAX && !hits.contains(&candidate) {
        hits.push(candidate);
    }
}

/// The parts of a key in one text; `None` when its first part says nothing.
fn key(identity: &Identity, positions: &[usize], values: &Values, source: Option<&Name>) -> Option<String> {
    if identity.per_source && source.is_none() {
        return None;
    }
    let mut out = source.map(|source| format!("{source}\u{1f}")).unwrap_or_default();
    for (part, &at) in positions.iter().enumerate() {
        let text = values.get(at).map(part_of).unwrap_or_default();
        if part == 0 && (text.is_empty() || identity.ignore.contains(&text)) {
            return None;
        }
        if part > 0 {
            out.push('\u{1f}');
        }
        out.push_str(&text);
    }
    (!positions.is_empty()).then_some(out)
}

fn part_of(value: &Value) -> String {
    match value {
        Value::Text(text) => fold_value(text),
        Value::Bool(yes) => yes.to_string(),
        Value::Int(number) | Value::Seconds(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => instant.to_string(),
        Value::Ref(id) => id.to_string(),
        Value::List(items) => items.iter().map(part_of).collect::<Vec<_>>().join("\u{1e}"),
        Value::Empty | Value::Map(_) => String::new(),
    }
}
