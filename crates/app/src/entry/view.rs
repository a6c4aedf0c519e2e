//! What the page of an entry shows: each fact with whose word it is and since when, what others say beside it, what
//! points here, which statements look at it, and its open problems.

use super::words;
use super::{EntryAt, form};
use crate::register::cell::choice;
use crate::view::cause::register_of;
use crate::{Error, House};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::schema::{Field, FieldType};
use schoolkeeper_core::standing::Standing;
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::StoredEntry;
use schoolkeeper_store::entry::HAND;
use schoolkeeper_store::history::Change;
use std::collections::BTreeMap;

/// Most entries of one kind named as pointing here.
const BACK_MAX: usize = 10;
/// How many changes are looked through for who said something.
const SAID_MAX: u32 = 100;
/// Most problems and statements named.
const NAMED_MAX: usize = 20;

/// Everything the page shows besides its heading.
#[derive(Debug)]
pub struct EntryView {
    /// What people call it.
    pub name: String,
    /// Its state, when the register has states.
    pub state: Option<String>,
    /// Title of the section, and its facts.
    pub sections: Vec<(Option<String>, Vec<FactLine>)>,
    /// What points here, by register and field.
    pub back: Vec<Back>,
    /// Open problems about it.
    pub problems: Vec<Problem>,
    /// Statements that look at records like it.
    pub statements: Vec<Statement>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactLine {
    /// What it is of.
    pub label: String,
    /// In words; *Not known* when nobody said.
    pub value: String,
    /// Entries it points to.
    pub links: Vec<Named>,
    /// Whose word, when, since when.
    pub from: Option<String>,
    /// What others say instead.
    pub others: Vec<String>,
}

/// An entry with where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: EntryId,
    /// Its register.
    pub register: Name,
    /// The address of its school.
    pub school: String,
    /// What people call it.
    pub name: String,
}

/// Entries of one register that point here by one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    /// Their register.
    pub register: Name,
    /// Several of them, and the field.
    pub title: String,
    /// How many.
    pub count: usize,
    /// The first ten.
    pub entries: Vec<Named>,
}

/// An open problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// In words.
    pub message: String,
    /// How it stands.
    pub standing: Standing,
    /// Since when.
    pub since: Timestamp,
    /// When the time to mend it ends.
    pub due_at: Option<Timestamp>,
}

/// A statement that looks at records of this kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The policy.
    pub pack: String,
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// What the lines of one page need.
struct Page<'a> {
    at: &'a EntryAt,
    names: BTreeMap<EntryId, Named>,
    plain: BTreeMap<EntryId, String>,
    said: Vec<(Change, String)>,
    zone: TimeZone,
    now: Timestamp,
}

impl House {
    /// Works out what the page of an entry shows.
    pub async fn entry_view(&self, actor: &Actor, at: &EntryAt) -> Result<EntryView, Error> {
        let page = self.page_of(at).await?;
        let sections = form::sections(&at.register).into_iter().map(|(title, fields)| {
            let apart = |field: &Field| &*field.name == "state" || field.retired || field.is_filled_in();
            let shown = fields.into_iter().filter(|field| field.is_stored() && !apart(field));
            (title.map(str::to_owned), shown.map(|field| page.line(field)).collect())
        });
        let state = at.whole.entry.facts.get("state").and_then(|fact| fact.value.as_text()).map(choice);
        Ok(EntryView {
            name: title_of(at, &page.plain),
            sections: sections.collect(),
            state: at.register.states.as_ref().map(|states| state.unwrap_or_else(|| choice(&states.first))),
            back: self.back(actor, at).await?,
            problems: self.open_problems(actor, at).await?,
            statements: self.statements_of(at).await?,
        })
    }

    /// Some facts of an entry, as its page shows them.
    pub(crate) async fn fact_lines(&self, at: &EntryAt, fields: &[&Name]) -> Result<Vec<FactLine>, Error> {
        let page = self.page_of(at).await?;
        let wanted = at.register.fields.iter().filter(|field| field.is_stored() && fields.contains(&&field.name));
        Ok(wanted.map(|field| page.line(field)).collect())
    }

    /// What people call an entry.
    pub async fn entry_title(&self, at: &EntryAt) -> Result<String, Error> {
        let names = self.entry_names(at, &at.points_to()).await?;
        Ok(title_of(at, &names))
    }

    async fn page_of<'a>(&self, at: &'a EntryAt) -> Result<Page<'a>, Error> {
        let names = self.named(at, &at.points_to()).await?;
        let plain = names.iter().map(|(id, named)| (*id, named.name.clone())).collect();
        let mut said = Vec::new();
        for change in self.read().await?.entry_history(&at.scope, at.id(), SAID_MAX).await? {
            if &*change.source == HAND {
                let who = self.who_did(&Scope::system("names"), &change.actor).await?;
                said.push((change, who));
            }
        }
        Ok(Page { at, names, plain, said, zone: zone(at), now: self.now() })
    }

    /// Entries with where they are.
    async fn named(&self, at: &EntryAt, ids: &[EntryId]) -> Result<BTreeMap<EntryId, Named>, Error> {
        let (read, system) = (self.read().await?, Scope::system("names"));
        let schools = read.schools(&system).await?;
        let schemas = self.known_registers(&read, &at.school).await?;
        let mut found: Vec<StoredEntry> = read.entries_by_id(&system, at.school.id, ids).await?;
        for id in ids.iter().filter(|id| !found.iter().any(|entry| entry.id == **id)).copied().collect::<Vec<_>>() {
            found.extend(read.entry(&system, id).await?);
        }
        let named = found.into_iter().filter_map(|entry| {
            let school = schools.iter().find(|school| school.id == entry.school)?;
            (school.organisation == at.school.organisation).then(|| {
                let name = words::name_of(&schemas, &entry.register, &entry.facts);
                let named = Named { id: entry.id, register: entry.register, school: school.slug.clone(), name };
                (entry.id, named)
            })
        });
        Ok(named.collect())
    }

    /// What points here by a field that can be looked up, as far as one may see it.
    pub(super) async fn back(&self, actor: &Actor, at: &EntryAt) -> Result<Vec<Back>, Error> {
        let schemas = self.registers_at(&at.school).await?;
        let mut out = Vec::new();
        for register in schemas.all() {
            let points = register.fields.iter().filter(|field| field.find && points_to(field, &at.register.id));
            for field in points.collect::<Vec<_>>() {
                let Ok(scope) = self.scope_at(actor, super::see_act(&register.id), &at.school).await else { continue };
                let read = self.read().await?;
                let key = [at.id().to_string()];
                let hits = read.entries_by_key(&scope, (at.school.id, &register.id), &field.name, &key).await?;
                let mut ids: Vec<EntryId> = hits.iter().filter(|hit| !hit.left).map(|hit| hit.entry).collect();
                ids.sort_unstable();
                ids.dedup();
                let mut ids = self.seen_of((actor, &at.school), &register.id, ids).await?;
                if ids.is_empty() {
                    continue;
                }
                let count = ids.len();
                ids.truncate(BACK_MAX);
                let entries = self.named(at, &ids).await?.into_values().collect();
                let many = crate::words::plural(&schemas, &register.id);
                let title = format!("{}: {}", choice(&many), field.label.to_lowercase());
                out.push(Back { register: register.id.clone(), title, count, entries });
            }
        }
        Ok(out)
    }

    async fn open_problems(&self, actor: &Actor, at: &EntryAt) -> Result<Vec<Problem>, Error> {
        let Ok(scope) = self.scope_at(actor, "finding.see", &at.school).await else { return Ok(Vec::new()) };
        let found = self.read().await?.findings_of(&scope, at.id()).await?;
        let open = found.into_iter().filter(|one| one.closed_at.is_none()).take(NAMED_MAX);
        Ok(open
            .map(|one| Problem { message: one.message, standing: one.standing, since: one.since, due_at: one.due_at })
            .collect())
    }

    async fn statements_of(&self, at: &EntryAt) -> Result<Vec<Statement>, Error> {
        let live = self.live(&self.read().await?, &Scope::system("statements"), &at.school).await?;
        let mut out: Vec<Statement> = Vec::new();
        for pack in live {
            let controls =
                pack.pack.controls.iter().filter(|(_, control)| register_of(control) == Some(&*at.register.id));
            for clause in controls.flat_map(|(name, _)| pack.pack.clauses_of(name).collect::<Vec<_>>()) {
                let id = clause.id.get_ref().to_string();
                if !out.iter().any(|known| known.id == id) && out.len() < NAMED_MAX {
                    out.push(Statement {
                        pack: pack.pack.head.id.get_ref().to_string(),
                        id,
                        text: clause.text.clone(),
                    });
                }
            }
        }
        Ok(out)
    }
}

impl Page<'_> {
    fn line(&self, field: &Field) -> FactLine {
        let fact = self.at.whole.entry.facts.get(&field.name);
        let value = fact.map_or_else(|| "Not known".to_owned(), |fact| self.value(field, &fact.value));
        let mut links = Vec::new();
        if let Some(fact) = fact {
            fact.value.each_ref(&mut |id| links.extend(self.names.get(&id).cloned()));
        }
        let stale = field.stale_after.and_then(schoolkeeper_core::phrase::Span::seconds);
        let from = fact.map(|fact| {
            let old = stale.is_some_and(|after| self.now.duration_since(fact.at).as_secs() > after);
            format!("{}{}", self.from(fact), if old { ". Too old to count" } else { "" })
        });
        FactLine { label: field.label.clone(), value, links, from, others: self.others(field, fact) }
    }

    fn value(&self, field: &Field, value: &Value) -> String {
        words::value(field, value, &self.plain, &self.zone)
    }

    /// `Intune, 20 November 2026, 6:12pm (3 days ago); so since 9 November 2026`
    fn from(&self, fact: &Fact) -> String {
        let whose = if &*fact.source == HAND { self.sayer(fact) } else { words::source(&fact.source) };
        let day = |at: Timestamp| at.to_zoned(self.zone.clone()).date();
        let when = crate::dates::moment(fact.at, &self.zone);
        let since = if day(fact.held_since) == day(fact.at) {
            String::new()
        } else {
            format!("; so since {}", crate::dates::long(day(fact.held_since)))
        };
        format!("{whose}, {when} ({}){since}", words::ago(fact.at, self.now))
    }

    /// Who said it by hand.
    fn sayer(&self, fact: &Fact) -> String {
        let found = self.said.iter().find(|(change, _)| change.at == fact.at);
        found.map_or_else(|| words::source(HAND), |(_, who)| who.clone())
    }

    /// Other sources that say something else.
    fn others(&self, field: &Field, fact: Option<&Fact>) -> Vec<String> {
        let live = self.at.whole.words.iter().filter(|word| word.left_at.is_none());
        let said = live.filter_map(|word| word.facts.get(&field.name));
        let differs = said.filter(|other| fact.is_some_and(|fact| fact.value != other.value));
        differs.map(|other| format!("{} says: {}", self.from(other), self.value(field, &other.value))).collect()
    }
}

pub(super) fn zone(at: &EntryAt) -> TimeZone {
    Calendar::new(at.school.division, Vec::new()).zone().clone()
}

fn title_of(at: &EntryAt, names: &BTreeMap<EntryId, String>) -> String {
    let field = at.register.name_field().map(|field| &at.register.fields[field]);
    let fact = field.and_then(|field| at.whole.entry.facts.get(&field.name));
    match (field, fact.map(|fact| &fact.value)) {
        (Some(field), Some(value)) if *value != Value::Empty => words::value(field, value, names, &zone(at)),
        _ => words::without_a_name(&at.register),
    }
}

fn points_to(field: &Field, register: &Name) -> bool {
    matches!(&field.kind, FieldType::Ref(to) | FieldType::Refs(to) if to == register || &**to == "any")
}
