//! The history: who did what, and when, in words.
//!
//! Invariant: names are looked up when a page is shown, as far as whoever looks may see them; no record holds one. Which
//! incident a record is about is told only to those who see the incident.

use crate::act::Before;
use crate::case::{CASE, Reach, found};
use crate::{Error, House, dates, words};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::schema::Schemas;
use schoolkeeper_store::ledger::Detail;
use schoolkeeper_store::said::{Line, SaidPage};
use schoolkeeper_store::{Read, School};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Lines of one page.
const PAGE: u32 = 50;
/// Lines of an export.
const EXPORT: u32 = 10_000;

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub struct HistoryAsked {
    /// Only before this record.
    pub before: Option<u64>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only by whoever is stored so: `person:ID`, `operator`, `system:REASON`.
    pub who: Option<String>,
    /// Only at this school, by its slug.
    pub school: Option<String>,
    /// From this day.
    pub from: Option<Date>,
    /// To this day, with it.
    pub to: Option<Date>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its place in the ledger.
    pub index: u64,
    /// When, to the second.
    pub at: Timestamp,
    /// When, in words of the school's zone.
    pub when: String,
    /// Who, as it is stored: what a filter takes.
    pub actor: String,
    /// Who, by name.
    pub who: String,
    /// What, in words.
    pub what: String,
    /// What exactly: *34 created, list devices*.
    pub details: String,
    /// The school's name.
    pub school: String,
}

/// One page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryPage {
    /// Newest first.
    pub lines: Vec<HistoryLine>,
    /// Where the next page begins.
    pub next: Option<u64>,
    /// The schools to choose from: slug and name.
    pub schools: Vec<(String, String)>,
    /// The name of whoever is filtered for.
    pub who: Option<String>,
}

impl House {
    /// A page of the history of the schools the actor reaches.
    pub async fn ledger_history(&self, actor: &Actor, asked: &HistoryAsked) -> Result<HistoryPage, Error> {
        self.history_of(actor, asked, PAGE).await
    }

    /// The same as CSV, at most ten thousand lines.
    pub async fn ledger_history_export(&self, actor: &Actor, asked: &HistoryAsked) -> Result<Vec<u8>, Error> {
        let mut asked = asked.clone();
        let mut rows = Vec::new();
        while rows.len() < EXPORT as usize {
            let page = self.history_of(actor, &asked, schoolkeeper_store::said::PAGE_MAX).await?;
            rows.extend(page.lines);
            asked.before = page.next;
            if page.next.is_none() {
                break;
            }
        }
        crate::export::history(&rows)
    }

    async fn history_of(&self, actor: &Actor, asked: &HistoryAsked, limit: u32) -> Result<HistoryPage, Error> {
        let scope = Self::scope(actor, "history.see")?;
        if self.can_write() {
            // The page shows what happened a moment ago, too. Where nothing can be signed it shows what there is.
            if let Err(error) = self.sequence_once().await {
                tracing::error!(%error, "the ledger could not be written");
            }
        }
        let read = self.read().await?;
        let schools = read.schools(&scope).await?;
        let school = match &asked.school {
            Some(slug) => Some(schools.iter().find(|school| school.slug == *slug).ok_or(Error::Missing)?),
            None => None,
        };
        let zone = zone(school.or(schools.first()));
        let day = |date: Option<Date>| date.and_then(|date| date.to_zoned(zone.clone()).ok()).map(|at| at.timestamp());
        let page = SaidPage {
            before: asked.before,
            school: school.map(|school| school.id),
            kind: asked.kind.clone(),
            actor: asked.who.clone(),
            from: day(asked.from),
            to: day(asked.to.and_then(|date| date.tomorrow().ok())),
            limit,
        };
        let found = read.said(&scope, &page).await?;
        let next = found.last().filter(|_| found.len() == limit as usize).map(|last| last.index);
        let mut names =
            Names { scope: Self::scope(actor, "records.see").ok(), known: BTreeMap::new(), registers: BTreeMap::new() };
        let (mut lines, mut eyes) = (Vec::new(), Eyes::default());
        for mut line in found {
            let school = line.school.and_then(|id| schools.iter().find(|school| school.id == id));
            if self.hides((&read, actor), (school, &line), &mut eyes).await? {
                line.details.clear();
            }
            lines.push(self.put(&read, &mut names, &schools, line).await?);
        }
        let who = match &asked.who {
            Some(who) => Some(self.who(&read, &mut names, who).await?),
            None => None,
        };
        let schools = schools.into_iter().map(|school| (school.slug, school.title)).collect();
        Ok(HistoryPage { lines, next, schools, who })
    }

    /// Whether a line is about an incident that whoever looks does not see. A school is looked at whole only then. What
    /// was found about incidents names none, so nobody is told of which kind.
    async fn hides(
        &self,
        (read, actor): (&Read, &Actor),
        (school, line): (Option<&School>, &Line),
        eyes: &mut Eyes,
    ) -> Result<bool, Error> {
        if let Some(school) = school.filter(|_| line.kind.starts_with("finding-")) {
            return self.is_about_incidents(read, (school, line), eyes).await;
        }
        let acts = line.kind.starts_with("case-");
        let Some(school) = school.filter(|_| acts || line.kind.starts_with("entry-")) else { return Ok(false) };
        let Some(case) = case_in(read, line).await? else { return Ok(acts) };
        let (before, reach) = match eyes.schools.entry(school.id) {
            Entry::Occupied(open) => &*open.into_mut(),
            Entry::Vacant(shut) => {
                &*shut.insert((self.before(actor, school).await?, self.case_reach(actor, school).await?))
            }
        };
        Ok(!found(before, case, *reach).is_ok_and(|(_, _, looks)| looks.whole))
    }

    /// Whether the check a line names is of incidents.
    async fn is_about_incidents(
        &self,
        read: &Read,
        (school, line): (&School, &Line),
        eyes: &mut Eyes,
    ) -> Result<bool, Error> {
        let Some(Detail::Word(control)) = line.details.get("control") else { return Ok(false) };
        let kinds = match eyes.kinds.entry(school.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let policies = self.live(read, &Scope::system("history"), school).await?;
                let controls = policies.iter().flat_map(|pack| pack.controls.values());
                let cases = controls.filter(|control| matches!(control.control.kind, ControlKind::Case(_)));
                unknown.insert(cases.map(|control| control.control.id.clone()).collect())
            }
        };
        Ok(kinds.contains(control.as_str()))
    }

    async fn put(&self, read: &Read, names: &mut Names, schools: &[School], line: Line) -> Result<HistoryLine, Error> {
        let school = line.school.and_then(|id| schools.iter().find(|school| school.id == id));
        let who = self.who(read, names, &line.actor).await?;
        let mut details = Vec::new();
        for (name, detail) in &line.details {
            let text = match detail {
                Detail::Count(micros) if name.ends_with("-at") => Timestamp::from_microsecond(*micros)
                    .map_or_else(|_| micros.to_string(), |at| dates::long(at.to_zoned(zone(school)).date())),
                Detail::Count(count) => count.to_string(),
                // Hashes and builds are for machines; the record holds them.
                Detail::Word(word) if word.len() == 64 || name == "build" => continue,
                Detail::Word(word) if name == "register" => {
                    let registers = self.registers_there(read, names, school).await?;
                    details.push(format!("list {}", words::plural(&registers, word)));
                    continue;
                }
                Detail::Word(word) => word.clone(),
                Detail::Id(id) => match self.name(read, names, EntryId(*id)).await? {
                    Some(name) => name,
                    None => continue,
                },
            };
            details.push(format!("{} {text}", name.replace(['-', '_'], " ")));
        }
        Ok(HistoryLine {
            index: line.index,
            at: line.at,
            when: dates::moment(line.at, &zone(school)),
            who,
            actor: line.actor,
            what: words::record(&line.kind),
            details: details.join(", "),
            school: school.map_or_else(String::new, |school| school.title.clone()),
        })
    }

    /// The registers as they are called where something happened; looked up once a page.
    async fn registers_there(
        &self,
        read: &Read,
        names: &mut Names,
        school: Option<&School>,
    ) -> Result<Arc<Schemas>, Error> {
        let Some(school) = school else { return Ok(self.schemas.clone()) };
        if let Some(known) = names.registers.get(&school.id) {
            return Ok(known.clone());
        }
        let found = self.known_registers(read, school).await?;
        names.registers.insert(school.id, found.clone());
        Ok(found)
    }

    /// Who acted, by the name the records have for them now.
    async fn who(&self, read: &Read, names: &mut Names, actor: &str) -> Result<String, Error> {
        if let Some(id) = actor.strip_prefix("person:").and_then(|id| id.parse().ok()) {
            let name = self.name(read, names, EntryId(id)).await?;
            return Ok(name.unwrap_or_else(|| words::thing("somebody").to_owned()));
        }
        if let Some(token) = actor.strip_prefix("token:").and_then(|id| id.parse().ok()) {
            let says = self.token_says(token).await?.filter(|_| names.scope.is_some());
            return Ok(says.unwrap_or_else(|| words::thing("somebody").to_owned()));
        }
        Ok(words::thing(if actor == "operator" { "operator" } else { "system" }).to_owned())
    }

    /// The name of a record, when whoever looks may see it; looked up once a page.
    async fn name(&self, read: &Read, names: &mut Names, id: EntryId) -> Result<Option<String>, Error> {
        if let Some(known) = names.known.get(&id) {
            return Ok(known.clone());
        }
        let entry = match &names.scope {
            Some(scope) => read.entry(scope, id).await?,
            None => None,
        };
        let name = entry.and_then(|entry| {
            let schema = self.schemas.get(&entry.register)?;
            let field = schema.fields.get(schema.name_field()?)?;
            entry.facts.get(&field.name)?.value.as_text().map(str::to_owned)
        });
        names.known.insert(id, name.clone());
        Ok(name)
    }
}

/// The incident a line is about.
async fn case_in(read: &Read, line: &Line) -> Result<Option<EntryId>, Error> {
    for detail in line.details.values() {
        let Detail::Id(id) = detail else { continue };
        let stored = read.entry(&Scope::system("history"), EntryId(*id)).await?;
        if stored.is_some_and(|entry| &*entry.register == CASE) {
            return Ok(Some(EntryId(*id)));
        }
    }
    Ok(None)
}

/// What is known by school while a page is read.
#[derive(Default)]
struct Eyes {
    /// Whoever looks, before its policies, and how far they see incidents there.
    schools: BTreeMap<SchoolId, (Before, Reach)>,
    /// Names of the checks that are kinds of incident.
    kinds: BTreeMap<SchoolId, BTreeSet<Name>>,
}

/// Names looked up so far, with what whoever looks may see.
struct Names {
    scope: Option<Scope>,
    known: BTreeMap<EntryId, Option<String>>,
    registers: BTreeMap<SchoolId, Arc<Schemas>>,
}

fn zone(school: Option<&School>) -> TimeZone {
    Calendar::new(school.map_or_else(Default::default, |school| school.division), Vec::new()).zone().clone()
}
