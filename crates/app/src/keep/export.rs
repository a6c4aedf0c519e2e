//! Everything about one person, for them to have: JSON and one CSV a register in a zip file, other people masked.
//!
//! Invariant: no other person of the records is named in it, as a reference or within a text.

use super::files::{TheirFiles, Theirs};
use super::person::{Found, Place};
use super::rule::Rules;
use crate::authority::Try;
use crate::entry::words::name_of;
use crate::{Error, House, dates};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::keep;
use schoolkeeper_core::schema::{Field, Register};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::School;
use schoolkeeper_store::document::Facts;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What stands where another person was named.
const MASK: &str = "[another person]";
/// Largest export, in bytes before packing.
const BYTES_MAX: usize = 256 * 1024 * 1024;
/// Changes of one record that are shown.
const HISTORY_MAX: u32 = 1000;
/// Most people whose names are masked.
const PEOPLE_MAX: usize = 200_000;

/// Other people's names, and the names of what the records speak of.
struct Mask {
    own: EntryId,
    /// Names and addresses of everybody else, the longest first.
    others: Vec<String>,
    people: BTreeSet<EntryId>,
    named: BTreeMap<EntryId, String>,
}

impl House {
    /// A zip file with everything about a person. The ledger keeps that it was made, by whom and how much it held.
    pub async fn export_person(&self, actor: &Actor, school: &School, person: &str) -> Result<Vec<u8>, Error> {
        let scope = self.allow(actor, school, &Try::plain("keep.export")).await?.scope;
        let person = self.find_entry(&scope, school, "person", person).await?;
        let places = self.places(&scope).await?;
        let found = self.about(&scope, &places, person).await?;
        if found.iter().all(|one| one.kept.id != person) {
            return Err(Error::Missing);
        }
        let mask = self.mask(&scope, &places, &found, person).await?;
        let rules = self.keep_rules(&scope, school).await?;
        let theirs = self.files_about(&scope, &found, person).await?;
        let zip = self.packed(&scope, &found, &mask, (&rules, theirs)).await?;
        let mut write = self.write().await?;
        write.record_export(&scope, school.id, (person, found.len()), self.now()).await?;
        write.commit().await?;
        Ok(zip)
    }

    /// Everybody's names at these schools, and those of records the person's records point to.
    async fn mask(&self, scope: &Scope, places: &[Place], found: &[Found<'_>], own: EntryId) -> Result<Mask, Error> {
        let (mut others, mut people, read) = (BTreeSet::new(), BTreeSet::new(), self.read().await?);
        for (school, _) in places {
            let mut after = None;
            loop {
                let page = read.keep_page(scope, (school.id, "person"), after, super::PAGE).await?;
                for kept in page.iter().filter(|kept| kept.id != own) {
                    people.insert(kept.id);
                    others.extend(names_of(&kept.facts));
                }
                after = page.last().map(|kept| kept.id);
                if page.len() < super::PAGE as usize || people.len() > PEOPLE_MAX {
                    break;
                }
            }
        }
        if people.len() > PEOPLE_MAX {
            return Err(Error::refused(format!("more than {PEOPLE_MAX} people: their names cannot be masked at once")));
        }
        let mut pointed = BTreeSet::new();
        for one in found {
            for fact in one.kept.facts.values() {
                fact.value.each_ref(&mut |id| {
                    pointed.insert(id);
                });
            }
        }
        let mut named = BTreeMap::new();
        for id in pointed.into_iter().filter(|id| !people.contains(id)) {
            if let Some((at, register, kept)) = read.keep_one(scope, id).await? {
                let registers = places.iter().find(|(school, _)| school.id == at).map(|(_, registers)| &**registers);
                named.insert(id, name_of(registers.unwrap_or(&self.schemas), &register, &kept.facts));
            }
        }
        let mut others: Vec<String> = others.into_iter().collect();
        others.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Ok(Mask { own, others, people, named })
    }

    async fn packed(
        &self,
        scope: &Scope,
        found: &[Found<'_>],
        mask: &Mask,
        (rules, theirs): (&Rules, TheirFiles),
    ) -> Result<Vec<u8>, Error> {
        let (mut records, mut names) = (Vec::new(), vec![String::new(); theirs.contents.len()]);
        let read = self.read().await?;
        for one in found {
            let history = read.entry_history(scope, one.kept.id, HISTORY_MAX).await?;
            let changes: Vec<Json> = history
                .iter()
                .map(|change| {
                    let before = change.before.as_ref().map(|facts| mask.facts(one.register, facts));
                    json!({ "at": change.at.to_string(), "source": &*change.source, "before": before,
                        "why": change.why.as_deref().map(|why| mask.text(why)) })
                })
                .collect();
            let until = rules.age(one.register, &one.kept).map(|age| dates::long(rules.calendar().day(age.ends_at)));
            records.push(json!({
                "register": one.register.title, "school": one.school.title, "id": one.kept.id,
                "is the person": one.kept.id == mask.own, "since": one.kept.since.to_string(),
                "erased on or after": until, "facts": mask.facts(one.register, &one.kept.facts), "changes": changes,
                "files": theirs.of.get(&one.kept.id).map(|files| mask.files(files, &mut names)).unwrap_or_default(),
            }));
        }
        let problems = self.problems_about(scope, found, mask).await?;
        let all = json!({ "made": self.now().to_string(), "records": records, "problems": problems });
        let text = serde_json::to_string_pretty(&all).map_err(|error| Error::corrupt("the export", error))?;
        if text.len() > BYTES_MAX {
            return Err(Error::refused("there is more about this person than one file may hold"));
        }
        let mut files = vec![("READ ME.txt".to_owned(), READ_ME.as_bytes().to_vec())];
        files.push(("everything.json".to_owned(), text.into_bytes()));
        files.extend(tables(found, mask)?);
        files.extend(names.into_iter().zip(theirs.contents));
        pack(files).map_err(|error| Error::corrupt("the export", error))
    }

    async fn problems_about(&self, scope: &Scope, found: &[Found<'_>], mask: &Mask) -> Result<Vec<Json>, Error> {
        let read = self.read().await?;
        let mut out = Vec::new();
        for one in found {
            for finding in read.findings_of(scope, one.kept.id).await? {
                out.push(json!({ "about": one.kept.id, "since": finding.since.to_string(),
                    "until": finding.closed_at.map(|at| at.to_string()), "problem": mask.text(&finding.message) }));
            }
        }
        Ok(out)
    }
}

impl Mask {
    /// What is said, by the columns' names as people read them.
    fn facts(&self, register: &Register, facts: &Facts) -> Json {
        let mut out = Map::new();
        for (name, fact) in facts {
            let label = register.field(name).map(|(_, field)| &field.label).filter(|label| !out.contains_key(*label));
            out.insert(label.map_or_else(|| name.to_string(), Clone::clone), self.value(&fact.value));
        }
        Json::Object(out)
    }

    /// What files there are; fills in what those that leave are called in the export.
    fn files(&self, files: &[Theirs], names: &mut [String]) -> Vec<Json> {
        let line = |theirs: &Theirs| {
            let file = &theirs.file;
            let place = theirs.number.map(|number| {
                let name = format!("files/{number:03}-{}", self.text(&file.name));
                names[number - 1].clone_from(&name);
                name
            });
            json!({ "name": self.text(&file.name), "shows": self.text(&file.caption), "added": file.added_at.to_string(),
                "bytes": file.size, "in this export": place })
        };
        files.iter().map(line).collect()
    }

    fn value(&self, value: &Value) -> Json {
        match value {
            Value::Empty => Json::Null,
            Value::Bool(yes) => (*yes).into(),
            Value::Int(number) | Value::Seconds(number) => (*number).into(),
            Value::Number(number) => (*number).into(),
            Value::Text(text) => self.text(text).into(),
            Value::Date(day) => day.to_string().into(),
            Value::Instant(at) => at.to_string().into(),
            Value::Ref(id) => self.reference(*id).into(),
            Value::List(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Map(map) => {
                Json::Object(map.iter().map(|(name, value)| (name.to_string(), self.value(value))).collect())
            }
        }
    }

    fn reference(&self, id: EntryId) -> String {
        match self.named.get(&id) {
            _ if id == self.own => "this person".to_owned(),
            _ if self.people.contains(&id) => MASK.to_owned(),
            Some(name) => self.text(name),
            None => "a record that is gone".to_owned(),
        }
    }

    fn text(&self, text: &str) -> String {
        keep::without(text, &self.others, MASK).unwrap_or_else(|| text.to_owned())
    }
}

/// The ways a person is named: `Wilhelmina Quickbeam`, `Quickbeam, Wilhelmina`, the e-mail and the payroll number.
fn names_of(facts: &Facts) -> Vec<String> {
    let text = |field: &str| facts.get(field).and_then(|fact| fact.value.as_text()).map(str::trim);
    let mut out: Vec<String> =
        ["email", "payroll_number"].iter().filter_map(|field| text(field)).map(str::to_owned).collect();
    if let Some(name) = text("name") {
        out.push(name.to_owned());
        if let Some((given, family)) = name.rsplit_once(' ') {
            out.extend([format!("{family}, {given}"), format!("{family} {given}")]);
        }
    }
    out.retain(|name| name.chars().count() >= keep::NAME_MIN);
    out
}

/// One CSV a register, a column a field.
fn tables(found: &[Found<'_>], mask: &Mask) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut by_register: BTreeMap<&str, Vec<&Found<'_>>> = BTreeMap::new();
    for one in found {
        by_register.entry(&one.register.id).or_default().push(one);
    }
    let failed = |error: csv::Error| Error::corrupt("the export", error);
    let mut out = Vec::new();
    for (register, rows) in by_register {
        let mut fields: Vec<&Field> = Vec::new();
        for field in rows.iter().flat_map(|one| &one.register.fields).filter(|field| field.is_stored()) {
            if fields.iter().all(|known| known.name != field.name) {
                fields.push(field);
            }
        }
        let mut csv = csv::Writer::from_writer(Vec::new());
        let head = ["School", "Id", "Known since"].into_iter().chain(fields.iter().map(|field| &*field.label));
        csv.write_record(head).map_err(failed)?;
        for one in rows {
            let first = [one.school.title.clone(), one.kept.id.to_string(), one.kept.since.to_string()];
            let rest =
                fields.iter().map(|field| match one.kept.facts.get(&field.name).map(|it| mask.value(&it.value)) {
                    None | Some(Json::Null) => String::new(),
                    Some(Json::String(text)) => crate::export::safe(&text),
                    Some(other) => crate::export::safe(&other.to_string()),
                });
            csv.write_record(first.into_iter().chain(rest)).map_err(failed)?;
        }
        let bytes = csv.into_inner().map_err(|error| Error::corrupt("the export", error.to_string()))?;
        out.push((format!("{register}.csv"), bytes));
    }
    Ok(out)
}

fn pack(files: Vec<(String, Vec<u8>)>) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

const READ_ME: &str = "Everything Schoolkeeper holds about one person.

everything.json   every record with its earlier versions, and the problems written down about them
*.csv             the same records without earlier versions, one file for each kind
files/            the files of records about this person; everything.json names any that had no room

Other people are masked where they are a reference and where their full name, e-mail or payroll number stands in a
text. Read it before you hand it over: a nickname or a description in a free text is not recognised, and nobody is
masked inside the files.
";
