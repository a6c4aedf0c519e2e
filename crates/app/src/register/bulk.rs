//! Many entries changed or removed at once: looked at first, then all of them or none, and taken back while nothing
//! later touched them.
//!
//! Invariant: what is done is what was shown: every entry is asked about like a save by hand, and one that has moved
//! on since is left out.

use super::{ListAsked, capital};
use crate::asking::{About, Asking};
use crate::authority::{Reason, Try};
use crate::entry::is_changeable;
use crate::entry::words::without_a_name;
use crate::job::{Failure, Handler};
use crate::{Error, House};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, ImportId, Name, OrganisationId, SchoolId};
use schoolkeeper_core::schema::{Field, FieldType, Register};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_rules::decide::speaks_of;
use schoolkeeper_store::bulk::Bulk;
use schoolkeeper_store::entry::{HAND, StoredEntry};
use schoolkeeper_store::listing::{PAGE_MAX, Turn};
use schoolkeeper_store::{EntryChange, NewJob, School, Undone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

pub use schoolkeeper_store::bulk::BulkAct;

/// Most entries at once.
pub const BULK_MAX: usize = 10_000;
/// More than so many are done in the background.
const AT_ONCE: usize = 500;
/// Refusals that are named.
const NAMED_MAX: usize = 20;
/// Kind of the job.
const KIND: &str = "change-many";

/// Works through a long change.
pub(crate) const HANDLER: Handler =
    Handler { kind: KIND, attempts_max: 5, run: |house, document| Box::pin(house.run_bulk(document)) };

/// Which entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// These.
    Some(Vec<EntryId>),
    /// Everything a list shows, on all its pages.
    All(ListAsked),
}

/// What is to be done to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BulkAsked {
    /// Change or remove.
    pub act: BulkAct,
    /// The field and what it says then; for a change only.
    pub set: Option<(Name, Value)>,
    /// The reason; needed to remove.
    pub why: String,
}

/// What would happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkShown {
    /// Entries that were chosen.
    pub chosen: usize,
    /// Entries it would be done to, with the version that was looked at.
    pub can: Vec<(EntryId, i64)>,
    /// Entries that say so already.
    pub same: usize,
    /// Entries it cannot be done to: name and reason, the first twenty.
    pub refused: Vec<(String, String)>,
    /// How many in all.
    pub refused_count: usize,
    /// It would be done in the background.
    pub long: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkStands {
    /// So many are done; taken back or not.
    Done {
        /// What was done.
        act: BulkAct,
        /// To how many.
        count: u64,
        /// It was taken back.
        undone: bool,
    },
    /// It waits for a program that works, or is being done.
    Working,
}

/// What a job is given.
#[derive(Serialize, Deserialize)]
struct Work {
    id: Uuid,
    person: Option<Uuid>,
    organisation: Uuid,
    school: Uuid,
    register: String,
    asked: BulkAsked,
    entries: Vec<(Uuid, i64)>,
}

impl House {
    /// Who may change many entries of a register, and the register; missing for anybody else.
    pub async fn register_to_change(&self, actor: &Actor, school: &School, register: &str) -> Result<Register, Error> {
        let schema = self.registers_at(school).await?.get(register).ok_or(Error::Missing)?.clone();
        self.sight_of(actor, school, &schema).await?;
        self.scope_at(actor, &format!("{register}.save"), school).await?;
        if is_changeable(&schema) { Ok(schema) } else { Err(Error::Missing) }
    }

    /// What would happen to the chosen entries.
    pub async fn look_at_bulk(
        &self,
        actor: &Actor,
        (school, register): (&School, &str),
        chosen: &Chosen,
        asked: &BulkAsked,
    ) -> Result<BulkShown, Error> {
        let schema = self.register_to_change(actor, school, register).await?;
        let sight = self.sight_of(actor, school, &schema).await?;
        let ids = match chosen {
            Chosen::Some(ids) => ids.iter().copied().take(BULK_MAX).collect(),
            Chosen::All(list) => self.every_id(actor, school, (register, list)).await?,
        };
        let mut entries = self.read().await?.listed_entries(&sight.scope, school.id, &ids).await?;
        entries.retain(|entry| entry.register == schema.id && sight.sees(entry.id));
        let chosen = entries.len();
        let judged = self.judge(actor, school, &schema, (entries, asked)).await?;
        Ok(BulkShown { chosen, long: judged.can.len() > AT_ONCE, ..judged })
    }

    async fn every_id(
        &self,
        actor: &Actor,
        school: &School,
        (register, list): (&str, &ListAsked),
    ) -> Result<Vec<EntryId>, Error> {
        let schemas = self.registers_at(school).await?;
        let question = self.question(actor, school, (&schemas, register), list).await?;
        let read = self.read().await?;
        let (mut out, mut turn) = (Vec::new(), Turn { limit: PAGE_MAX, ..Turn::default() });
        loop {
            let page = question.sight.page(&read, &question.listing(), &turn).await?;
            out.extend(page.spots.iter().map(|spot| spot.entry));
            turn.from = page.spots.last().cloned();
            if !page.more || out.len() >= BULK_MAX {
                out.truncate(BULK_MAX);
                return Ok(out);
            }
        }
    }

    /// Asks about every entry.
    async fn judge(
        &self,
        actor: &Actor,
        school: &School,
        register: &Register,
        (entries, asked): (Vec<StoredEntry>, &BulkAsked),
    ) -> Result<BulkShown, Error> {
        let act = format!("{}.{}", register.id, if is_move(asked) { "move" } else { "save" });
        let read = self.read().await?;
        let live = self.live(&read, &Scope::system("bulk"), school).await?;
        let asking = if live.iter().any(|pack| speaks_of(pack, &act)) {
            let on: Vec<usize> = self.schemas.index(&register.id).into_iter().collect();
            let look = self.look_before(&read, school, About { live: &live, acts: &[&act], on: &on }).await?;
            Some(self.asking(&read, (actor, school), look).await?)
        } else {
            None
        };
        let mut out =
            BulkShown { chosen: 0, can: Vec::new(), same: 0, refused: Vec::new(), refused_count: 0, long: false };
        for entry in entries {
            if asked.set.as_ref().is_some_and(|(field, value)| known(&entry, field) == Some(value)) {
                out.same += 1;
                continue;
            }
            let why = against(register, &entry, asked).or_else(|| refused(asking.as_ref(), &act, &entry, asked));
            let Some(why) = why else {
                out.can.push((entry.id, entry.version));
                continue;
            };
            out.refused_count += 1;
            if out.refused.len() < NAMED_MAX {
                out.refused.push((name(register, &entry), why));
            }
        }
        Ok(out)
    }

    /// Does what was shown: at once, or in the background when there are many. Gives its id.
    pub async fn do_bulk(
        &self,
        actor: &Actor,
        (school, register): (&School, &str),
        shown: &BulkShown,
        asked: &BulkAsked,
    ) -> Result<ImportId, Error> {
        let schema = self.register_to_change(actor, school, register).await?;
        let id = ImportId(Self::new_id());
        if shown.long {
            let work = Work {
                id: id.0,
                person: actor.person.map(|person| person.0),
                organisation: actor.organisation.0,
                school: school.id.0,
                register: register.to_owned(),
                asked: asked.clone(),
                entries: shown.can.iter().map(|(entry, version)| (entry.0, *version)).collect(),
            };
            let text = serde_json::to_vec(&work).map_err(|error| Error::corrupt("the work", error))?;
            let scope = self.scope_at(actor, &format!("{register}.save"), school).await?;
            let job = NewJob {
                kind: KIND,
                key: Some(id.0.to_string()),
                // It holds what somebody typed, so it is sealed.
                document: serde_json::json!({ "work": self.key().seal_text(&text) }),
                run_at: self.now(),
                organisation: Some(school.organisation),
            };
            let mut write = self.write().await?;
            write.push(&scope, &job).await?;
            write.commit().await?;
        } else {
            self.change_all(actor, (school, &schema), (id, &shown.can), asked).await?;
        }
        Ok(id)
    }

    async fn change_all(
        &self,
        actor: &Actor,
        (school, register): (&School, &Register),
        (id, entries): (ImportId, &[(EntryId, i64)]),
        asked: &BulkAsked,
    ) -> Result<(), Error> {
        let scope = self.scope_at(actor, &format!("{}.save", register.id), school).await?;
        let now = self.now();
        let why = asked.why.trim();
        let bulk = Bulk { id, school: school.id, register, now, why: (!why.is_empty()).then_some(why) };
        let waited = self.waited(school, &register.id).await?;
        let mut write = self.write().await?;
        match &asked.set {
            None => drop(write.remove_many(&scope, &bulk, entries).await?),
            Some((field, value)) => {
                let fact = Fact { value: value.clone(), at: now, held_since: now, source: Name::from(HAND) };
                let change = |(entry, version): &(EntryId, i64)| EntryChange {
                    id: *entry,
                    expected_version: *version,
                    facts: BTreeMap::from([(field.clone(), fact.clone())]),
                };
                write.change_many(&scope, &bulk, &entries.iter().map(change).collect::<Vec<_>>()).await?;
                let changed = entries.iter().map(|(entry, _)| (*entry, field.clone())).collect();
                waited.write_down(&mut write, &scope, (school.id, now), changed).await?;
            }
        }
        if &*register.id == "person" {
            self.keeps_administrator(&mut write, school.organisation).await?;
        }
        Ok(write.commit().await?)
    }

    /// One long change. It may be run twice: what is done is on record under its id.
    async fn run_bulk(&self, document: &serde_json::Value) -> Result<(), Failure> {
        let work = self.open_work(document).ok_or_else(|| Failure::Fail("It cannot be read any more.".to_owned()))?;
        let (system, id) = (Scope::system("change-many"), ImportId(work.id));
        let read = self.read().await?;
        if read.bulk(&system, id).await?.is_some() {
            return Ok(());
        }
        let school = read.school(&system, SchoolId(work.school)).await?.ok_or(Error::Missing)?;
        drop(read);
        let organisation = OrganisationId(work.organisation);
        let actor = match work.person {
            Some(person) => self.actor(EntryId(person), organisation).await?,
            None => Actor::operator(organisation),
        };
        let register = self.register_to_change(&actor, &school, &work.register).await?;
        let ids: Vec<EntryId> = work.entries.iter().map(|(entry, _)| EntryId(*entry)).collect();
        let chosen = Chosen::Some(ids);
        let now = self.look_at_bulk(&actor, (&school, &work.register), &chosen, &work.asked).await?;
        // Only what is still as it was looked at.
        let same = |one: &&(EntryId, i64)| work.entries.contains(&(one.0.0, one.1));
        let can: Vec<(EntryId, i64)> = now.can.iter().filter(same).copied().collect();
        self.change_all(&actor, (&school, &register), (id, &can), &work.asked).await?;
        crate::job::count("records", can.len());
        Ok(())
    }

    fn open_work(&self, document: &serde_json::Value) -> Option<Work> {
        let text = self.key().open_text(document.get("work")?.as_str()?).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// How far a change of many has come; missing when there is none.
    pub async fn bulk_stands(
        &self,
        actor: &Actor,
        school: &School,
        register: &str,
        id: Uuid,
    ) -> Result<BulkStands, Error> {
        self.register_to_change(actor, school, register).await?;
        let scope = self.scope_at(actor, "records.see", school).await?;
        let read = self.read().await?;
        match read.bulk(&scope, ImportId(id)).await? {
            Some(stored) if *stored.register == *register && stored.school == school.id => {
                Ok(BulkStands::Done { act: stored.act, count: stored.count, undone: stored.undone_at.is_some() })
            }
            None if read.job_waits(&scope, KIND, &id.to_string()).await? => Ok(BulkStands::Working),
            Some(_) | None => Err(Error::Missing),
        }
    }

    /// Takes a change of many back; says what happened.
    pub async fn undo_bulk(&self, actor: &Actor, school: &School, register: &str, id: Uuid) -> Result<String, Error> {
        let schema = self.register_to_change(actor, school, register).await?;
        let scope = self.scope_at(actor, &format!("{register}.save"), school).await?;
        let bulk = Bulk { id: ImportId(id), school: school.id, register: &schema, now: self.now(), why: None };
        let waited = self.waited(school, &schema.id).await?;
        let mut write = self.write().await?;
        let changed = waited.taken_back(&write, &scope, bulk.id).await?;
        let undone = write.undo_bulk(&scope, &bulk).await?.ok_or(Error::Missing)?;
        if undone == Undone::Yes {
            waited.write_down(&mut write, &scope, (school.id, bulk.now), changed).await?;
        }
        if undone == Undone::Yes && register == "person" {
            self.keeps_administrator(&mut write, school.organisation).await?;
        }
        write.commit().await?;
        let many = self.many_at(school, register).await?;
        Ok(match undone {
            Undone::Yes => format!("{} are as they were before", capital(&many)),
            Undone::Already => "It was taken back before".to_owned(),
            Undone::Touched(count) => format!("{count} of these {many} were changed later, so nothing was taken back"),
        })
    }

    /// The fields of a register that many entries can be given at once.
    pub fn bulk_fields<'r>(&self, register: &'r Register) -> Vec<&'r Field> {
        let identity = |field: &Field| register.identity.iter().any(|one| one.by.contains(&field.name));
        register.fields.iter().filter(|field| is_simple(&field.kind) && !identity(field) && !field.retired).collect()
    }

    /// Reads what somebody typed for a field; `Err` says what is to be mended.
    pub async fn bulk_value(
        &self,
        school: &School,
        field: &Field,
        typed: &str,
    ) -> Result<Result<Value, String>, Error> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(Err("Say what it becomes".to_owned()));
        }
        let FieldType::Ref(to) = &field.kind else { return Ok(plain(field, typed)) };
        let schemas = self.registers_at(school).await?;
        let Some(schema) = schemas.get(to) else { return Ok(Err("This cannot be chosen here".to_owned())) };
        let Some(named) = schema.name_field().map(|at| &schema.fields[at]).filter(|named| named.find) else {
            return Ok(Err("This cannot be chosen here".to_owned()));
        };
        let keys = [schoolkeeper_store::key::fold(typed)];
        let read = self.read().await?;
        let hits = read.entries_by_key(&Scope::system("bulk"), (school.id, to), &named.name, &keys).await?;
        let mut ids: Vec<EntryId> = hits.iter().filter(|hit| !hit.left).map(|hit| hit.entry).collect();
        ids.sort_unstable();
        ids.dedup();
        let one = super::list::lower(&schema.title);
        Ok(match ids[..] {
            [only] => Ok(Value::Ref(only)),
            [] => Err(format!("There is no {one} called \"{typed}\"")),
            _ => Err(format!("More than one {one} is called \"{typed}\"")),
        })
    }
}

/// What the register itself has against it.
fn against(register: &Register, entry: &StoredEntry, asked: &BulkAsked) -> Option<String> {
    let (field, value) = asked.set.as_ref()?;
    let states = register.states.as_ref().filter(|_| &**field == "state")?;
    let now = known(entry, "state").and_then(Value::as_text).unwrap_or(&states.first);
    let wanted = value.as_text().unwrap_or_default();
    let Some(step) = states.moves.iter().find(|step| *step.from == *now && *step.to == *wanted) else {
        return Some(format!(
            "It is {}, and from there it does not become that",
            super::cell::choice(now).to_lowercase()
        ));
    };
    let missing = step.needs.iter().find(|field| known(entry, field).is_none())?;
    let label = register.field(missing).map_or(&**missing, |(_, field)| &field.label);
    Some(format!("{label} is to be filled in first"))
}

fn is_move(asked: &BulkAsked) -> bool {
    asked.set.as_ref().is_some_and(|(field, _)| &**field == "state")
}

fn refused(asking: Option<&Asking>, act: &str, entry: &StoredEntry, asked: &BulkAsked) -> Option<String> {
    let form = Value::Map(asked.set.clone().into_iter().collect::<BTreeMap<_, _>>().into());
    let reasons: Vec<Reason> = asking?.ask(&Try { act, on: Some(entry.id), form }).err()?;
    Some(reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn known<'e>(entry: &'e StoredEntry, field: &str) -> Option<&'e Value> {
    entry.facts.get(field).map(|fact| &fact.value)
}

fn name(register: &Register, entry: &StoredEntry) -> String {
    let field = register.name_field().map(|at| &register.fields[at].name);
    let name = field.and_then(|field| known(entry, field)).and_then(Value::as_text);
    name.map_or_else(|| super::capital(&without_a_name(register)), str::to_owned)
}

fn is_simple(kind: &FieldType) -> bool {
    use FieldType::{Choice, Date, Money, Number, Ref, Text, YesNo};
    matches!(kind, Choice(_) | Date | Money | Number | Ref(_) | Text | YesNo)
}

fn plain(field: &Field, typed: &str) -> Result<Value, String> {
    let number =
        || typed.trim_start_matches('£').replace(',', "").parse::<f64>().ok().filter(|number| number.is_finite());
    match &field.kind {
        FieldType::YesNo => match typed {
            "yes" => Ok(Value::Bool(true)),
            "no" => Ok(Value::Bool(false)),
            _ => Err("Choose yes or no".to_owned()),
        },
        FieldType::Choice(choices) => {
            let known = choices.iter().find(|choice| ***choice == *typed);
            known.map(|choice| Value::Text(choice.clone())).ok_or_else(|| "Choose one".to_owned())
        }
        FieldType::Date => super::asked::date(typed).map(Value::Date),
        FieldType::Money => {
            let pounds = number().ok_or_else(|| format!("\"{typed}\" is no amount. Write it like 12.50"))?;
            Ok(Value::Int((pounds * 100.0).round() as i64))
        }
        FieldType::Number => {
            let number = number().ok_or_else(|| format!("\"{typed}\" is no number"))?;
            let whole = number.fract() == 0.0 && number.abs() < 1e15;
            Ok(if whole { Value::Int(number as i64) } else { Value::Number(number) })
        }
        FieldType::Text if typed.chars().count() <= 1000 => Ok(Value::text(typed)),
        FieldType::Text => Err("It can have 1,000 characters at most".to_owned()),
        _ => Err("This cannot be changed here".to_owned()),
    }
}
