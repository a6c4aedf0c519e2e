//! Keeps the table behind lists: one row for each entry, worked out from what all its sources say.
//!
//! Invariant: written in the transaction of what it follows; a row holds the names of what its entry points to, and
//! a new name, or the end of one, reaches every row that holds it.

use crate::document::{self, Facts, Names};
use crate::error::Error;
use crate::fold;
use crate::sql::{CHUNK, Row, id, list, maybe_text, statements, text};
use crate::transaction::{Read, Write};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_core::listing::KEYS_MAX;
use schoolkeeper_core::schema::{Absent, Field, FieldType, Register};
use schoolkeeper_core::value::Value as Said;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

statements! {
    SHAPES = "SELECT register, shape FROM listed_shape ORDER BY register";
    PUT_SHAPE = "INSERT INTO listed_shape (register, shape) VALUES ($1, $2) \
        ON CONFLICT (register) DO UPDATE SET shape = excluded.shape";
    NEXT = "SELECT id, register FROM entry WHERE id > $1 ORDER BY id LIMIT $2";
    NEXT_AT = "SELECT id FROM entry WHERE school = $1 AND register = $2 AND id > $3 ORDER BY id LIMIT $4";
}

/// Goes up when rows are worked out otherwise than before, so that all are made anew.
const MADE_AS: u32 = 1;
/// Between the name of what is pointed to and its id.
pub(crate) const OF: char = '\u{1f}';
/// Around each of several values.
pub(crate) const AND: char = '|';
/// Longest name of what is pointed to, in characters.
const NAME_MAX: usize = 100;
/// Values of one entry's field that are looked at.
const VALUES_OF_FIELD_MAX: usize = 50;
/// Rows that hold a name, looked at together.
const HOLDERS: i64 = 500;
/// The columns of keys, in the order of [`Register::keyed`].
pub(crate) const COLUMNS: [&str; KEYS_MAX] = [
    "k00", "k01", "k02", "k03", "k04", "k05", "k06", "k07", "k08", "k09", "k10", "k11", "k12", "k13", "k14", "k15",
    "k16", "k17", "k18", "k19", "k20", "k21", "k22", "k23", "k24", "k25", "k26", "k27", "k28", "k29", "k30", "k31",
    "k32", "k33", "k34", "k35", "k36", "k37", "k38", "k39", "k40", "k41", "k42", "k43", "k44", "k45", "k46", "k47",
];

/// One row.
struct Line {
    entry: Uuid,
    school: Uuid,
    gone: bool,
    changed: String,
    sources: String,
    words: String,
    keys: Vec<Option<String>>,
    links: BTreeSet<Uuid>,
}

/// What an entry says, and who says it.
#[derive(Default)]
struct Merged {
    facts: Facts,
    sources: BTreeSet<String>,
}

/// What other entries are called.
type Called = HashMap<Uuid, String>;

impl Read {
    /// By which fields each register was listed last; none but for the system.
    pub async fn listed_shapes(&self, scope: &Scope) -> Result<BTreeMap<Name, String>, Error> {
        if scope.organisation().is_some() {
            return Ok(BTreeMap::new());
        }
        let rows = self.all("listed_shape", SHAPES, Vec::new()).await?;
        rows.iter().map(|row| Ok((Name::from(row.text("register")?), row.text("shape")?))).collect()
    }

    /// What is known of some entries: of one that is gone (`true`) also what its sources said last.
    pub(crate) async fn last_said(&self, entries: &[(Uuid, bool)]) -> Result<HashMap<Uuid, Facts>, Error> {
        Ok(self.merged(entries).await?.into_iter().map(|(entry, merged)| (entry, merged.facts)).collect())
    }

    async fn merged(&self, entries: &[(Uuid, bool)]) -> Result<HashMap<Uuid, Merged>, Error> {
        let (mut out, mut names): (HashMap<Uuid, Merged>, _) = (HashMap::new(), Names::default());
        for chunk in entries.chunks(CHUNK) {
            let sql = format!(
                "SELECT entry, source, at, left_at, document FROM observation WHERE entry IN ({}) ORDER BY entry, source",
                list(1, chunk.len())
            );
            let rows = self.all("observation", &sql, chunk.iter().map(|(entry, _)| id(*entry)).collect()).await?;
            let gone: HashMap<Uuid, bool> = chunk.iter().copied().collect();
            for row in rows {
                let entry = row.id("entry")?;
                if row.maybe_at("left_at")?.is_some() && gone.get(&entry) != Some(&true) {
                    continue;
                }
                let source = names.name(&row.text("source")?);
                let facts = document::decode(&row.text("document")?, row.at("at")?, &source, &mut names);
                let merged = out.entry(entry).or_default();
                document::merge(&mut merged.facts, facts.ok_or_else(|| row.corrupt("document"))?);
                merged.sources.insert(source.to_string());
            }
        }
        Ok(out)
    }

    /// What the entries are called, folded; those that are not there are left out.
    async fn called(&self, entries: &BTreeSet<Uuid>) -> Result<Called, Error> {
        let ids: Vec<Uuid> = entries.iter().copied().collect();
        let mut out = HashMap::new();
        for chunk in ids.chunks(CHUNK) {
            let sql = format!("SELECT id, name_key FROM entry WHERE id IN ({})", list(1, chunk.len()));
            for row in self.all("entry", &sql, chunk.iter().copied().map(id).collect()).await? {
                out.insert(row.id("id")?, called(&row.text("name_key")?));
            }
        }
        Ok(out)
    }

    async fn lines_of(&self, register: &Register, entries: &[Uuid]) -> Result<Vec<Line>, Error> {
        let sql = format!(
            "SELECT e.id, e.school, e.left_at, coalesce(max(v.at), e.since) AS changed_at FROM entry e \
             LEFT JOIN entry_version v ON v.entry = e.id WHERE e.id IN ({}) GROUP BY e.id, e.school, e.left_at, e.since",
            list(1, entries.len())
        );
        let rows = self.all("entry", &sql, entries.iter().copied().map(id).collect()).await?;
        let wanted = rows.iter().map(|row| Ok((row.id("id")?, row.maybe_at("left_at")?.is_some())));
        let mut merged = self.merged(&wanted.collect::<Result<Vec<_>, Error>>()?).await?;
        let mut targets = BTreeSet::new();
        for field in register.keyed() {
            let values = merged.values().filter_map(|merged| merged.facts.get(&field.name));
            values.for_each(|fact| fact.value.each_ref(&mut |target| targets.extend([target.0])));
        }
        let names = self.called(&targets).await?;
        let line = |row: &Row| {
            let said = merged.remove(&row.id("id")?).unwrap_or_default();
            line(register, row, (&said, &names))
        };
        rows.iter().map(line).collect()
    }
}

impl Write {
    /// Lists every entry of these registers anew, because they are listed by other fields than before; nothing but for
    /// the system.
    pub async fn list_anew(&mut self, scope: &Scope, registers: &[&Register]) -> Result<u64, Error> {
        if scope.organisation().is_some() {
            return Ok(0);
        }
        let (mut listed, mut after) = (0, Uuid::nil());
        loop {
            let rows = self.all("entry", NEXT, vec![id(after), (CHUNK as i64).into()]).await?;
            let mut of: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
            for row in &rows {
                after = row.id("id")?;
                of.entry(row.text("register")?).or_default().push(after);
            }
            for register in registers {
                let entries = of.remove(&*register.id).unwrap_or_default();
                listed += entries.len() as u64;
                self.relist(register, &entries).await?;
            }
            if rows.len() < CHUNK {
                break;
            }
        }
        for register in registers {
            self.run(PUT_SHAPE, vec![text(&register.id), text(shape(register))]).await?;
        }
        Ok(listed)
    }

    /// The same for the entries of one school, whose register has fields of its own.
    pub async fn list_own_anew(&mut self, scope: &Scope, school: SchoolId, register: &Register) -> Result<u64, Error> {
        if scope.organisation().is_some() {
            return Ok(0);
        }
        let (mut listed, mut after) = (0, Uuid::nil());
        loop {
            let values = vec![id(school.0), text(&register.id), id(after), (CHUNK as i64).into()];
            let rows = self.all("entry", NEXT_AT, values).await?;
            let entries = rows.iter().map(|row| row.id("id")).collect::<Result<Vec<_>, _>>()?;
            self.relist(register, &entries).await?;
            listed += entries.len() as u64;
            match entries.last() {
                Some(last) if entries.len() == CHUNK => after = *last,
                _ => return Ok(listed),
            }
        }
    }

    /// Works out the rows of these entries anew, after something was said of them.
    pub(crate) async fn relist(&mut self, register: &Register, entries: &[Uuid]) -> Result<(), Error> {
        let fields = register.keyed().len();
        let keys: Vec<&str> = std::iter::once("link_words").chain(COLUMNS[..fields].iter().copied()).collect();
        let into = format!("listed (school, register, entry, gone, changed, sources, words, {})", keys.join(", "));
        for chunk in entries.chunks(CHUNK) {
            let lines = self.lines_of(register, chunk).await?;
            for table in ["listed", "listed_link"] {
                let sql = format!("DELETE FROM {table} WHERE entry IN ({})", list(1, chunk.len()));
                self.run(&sql, chunk.iter().copied().map(id).collect()).await?;
            }
            let values = lines.iter().flat_map(|line| line.values(register)).collect();
            self.insert(&into, 8 + fields, values, "").await?;
            let pointing =
                lines.iter().flat_map(|line| line.links.iter().flat_map(|target| [id(*target), id(line.entry)]));
            self.insert("listed_link (target, entry)", 2, pointing.collect(), "").await?;
            self.rename(chunk).await?;
        }
        Ok(())
    }

    /// The entries may be called otherwise now, or be gone: every row that holds their names follows.
    pub(crate) async fn rename(&mut self, entries: &[Uuid]) -> Result<(), Error> {
        let sql = format!(
            "SELECT school, register, entry, {} FROM listed WHERE entry > $1 AND entry IN \
             (SELECT entry FROM listed_link WHERE target IN ({})) ORDER BY entry LIMIT $2",
            COLUMNS.join(", "),
            list(3, entries.len())
        );
        let (mut after, mut names) = (Uuid::nil(), Called::new());
        while !entries.is_empty() {
            let mut values = vec![id(after), HOLDERS.into()];
            values.extend(entries.iter().copied().map(id));
            let rows = self.all("listed", &sql, values).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.id("entry")?;
            if names.is_empty() {
                let mut found = self.called(&entries.iter().copied().collect()).await?;
                names = entries.iter().map(|entry| (*entry, found.remove(entry).unwrap_or_default())).collect();
            }
            for row in &rows {
                self.rename_in(row, &names).await?;
            }
            if (rows.len() as i64) < HOLDERS {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn rename_in(&mut self, row: &Row, names: &Called) -> Result<(), Error> {
        let keys = COLUMNS.iter().map(|column| row.maybe_text(column)).collect::<Result<Vec<_>, _>>()?;
        let renamed: Vec<Option<String>> =
            keys.iter().map(|key| key.as_deref().map(|key| with_names(key, names))).collect();
        if renamed == keys {
            return Ok(());
        }
        let set: Vec<String> =
            COLUMNS.iter().enumerate().map(|(at, column)| format!("{column} = ${}", at + 5)).collect();
        let sql = format!(
            "UPDATE listed SET link_words = $4, {} WHERE school = $1 AND register = $2 AND entry = $3",
            set.join(", ")
        );
        let words = link_words(&renamed);
        let mut values = vec![id(row.id("school")?), text(row.text("register")?), id(row.id("entry")?), text(words)];
        values.extend(renamed.iter().map(|key| maybe_text(key.as_deref())));
        self.run(&sql, values).await.map(drop)
    }
}

/// By which fields a register is listed, as one text: when it is another one, it must be listed anew.
pub fn shape(register: &Register) -> String {
    let keyed: Vec<String> = register.keyed().iter().map(|field| format!("{}:{:?}", field.name, field.kind)).collect();
    let searched: Vec<&str> = register.searched().iter().map(|field| &*field.name).collect();
    format!("{MADE_AS};{};{}", keyed.join(","), searched.join(","))
}

fn line(register: &Register, row: &Row, (said, names): (&Merged, &Called)) -> Result<Line, Error> {
    let value = |field: &Field| said.facts.get(&field.name).map(|fact| &fact.value);
    let fields = register.keyed();
    let mut links = BTreeSet::new();
    for value in fields.iter().filter_map(|field| value(field)) {
        value.each_ref(&mut |target| links.extend([target.0]));
    }
    let mut texts = Vec::new();
    for field in register.searched() {
        if let Some(value) = value(field) {
            say(field, value, &mut texts);
        }
    }
    let changed: Timestamp = row.at("changed_at")?;
    let sources: Vec<&str> = said.sources.iter().map(String::as_str).collect();
    Ok(Line {
        entry: row.id("id")?,
        school: row.id("school")?,
        gone: row.maybe_at("left_at")?.is_some(),
        changed: fold::instant(changed),
        sources: format!("{AND}{}{AND}", sources.join("|")),
        words: fold::words(texts.iter().map(String::as_str)),
        keys: fields.iter().map(|field| key(field, value(field), names)).collect(),
        links,
    })
}

impl Line {
    fn values(&self, register: &Register) -> Vec<sea_orm::Value> {
        let mut out = vec![
            id(self.school),
            text(&register.id),
            id(self.entry),
            self.gone.into(),
            text(&self.changed),
            text(&self.sources),
            text(&self.words),
            text(link_words(&self.keys)),
        ];
        out.extend(self.keys.iter().map(|key| maybe_text(key.as_deref())));
        out
    }
}

/// What a field is sorted and filtered by; `None` is *not known*, blank is *known to have none*.
fn key(field: &Field, value: Option<&Said>, names: &Called) -> Option<String> {
    match value {
        None if field.absent == Absent::Empty => Some(String::new()),
        None => None,
        Some(value) => one_key(&field.kind, value, names),
    }
}

fn one_key(kind: &FieldType, value: &Said, names: &Called) -> Option<String> {
    Some(match value {
        Said::Empty => String::new(),
        Said::Bool(yes) => (if *yes { "y" } else { "n" }).to_owned(),
        Said::Int(number) | Said::Seconds(number) => fold::number(*number as f64),
        Said::Number(number) => fold::number(*number),
        Said::Text(text) if matches!(kind, FieldType::Choice(_) | FieldType::Choices(_)) => text.to_string(),
        Said::Text(text) => fold::text(text),
        Said::Date(date) => date.to_string(),
        Said::Instant(at) => fold::instant(*at),
        Said::Ref(target) => format!("{}{OF}{}", names.get(&target.0).map_or("", String::as_str), target.0),
        Said::List(items) => {
            let mut keys: Vec<String> = items.iter().filter_map(|item| one_key(kind, item, names)).collect();
            keys.sort_unstable();
            keys.truncate(VALUES_OF_FIELD_MAX);
            if keys.is_empty() { String::new() } else { format!("{AND}{}{AND}", keys.join("|")) }
        }
        Said::Map(_) => return None,
    })
}

/// The words a search finds an entry by.
fn say(field: &Field, value: &Said, out: &mut Vec<String>) {
    match value {
        Said::Text(text) if matches!(field.kind, FieldType::Choice(_) | FieldType::Choices(_)) => {
            out.push(text.replace('-', " "));
        }
        Said::Text(text) => out.push(text.to_string()),
        Said::Int(number) => out.push(number.to_string()),
        Said::List(items) => items.iter().for_each(|item| say(field, item, out)),
        _ => {}
    }
}

/// A name as keys hold it. What is named only by what it points to has none.
fn called(name_key: &str) -> String {
    if Uuid::try_parse(name_key).is_ok() {
        return String::new();
    }
    fold::fold(&name_key.replace([AND, OF], " ")).chars().take(NAME_MAX).collect()
}

/// A key with the names these entries have now.
fn with_names(key: &str, names: &Called) -> String {
    let part = |part: &str| {
        let (_, target) = part.split_once(OF)?;
        let name = names.get(&Uuid::try_parse(target).ok()?)?;
        Some(format!("{name}{OF}{target}"))
    };
    let parts: Vec<String> = key.split(AND).map(|one| part(one).unwrap_or_else(|| one.to_owned())).collect();
    parts.join("|")
}

/// The names in keys, for a search.
fn link_words(keys: &[Option<String>]) -> String {
    let parts = keys.iter().flatten().flat_map(|key| key.split(AND));
    let names: Vec<&str> = parts.filter_map(|part| part.split_once(OF)).map(|(name, _)| name).collect();
    names.join(" ")
}
