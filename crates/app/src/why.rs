//! Why is this not met? What is known with its source and age, what is expected with its numbers, what was said of it,
//! how it was before.

use crate::entry::view::FactLine;
use crate::pack_form::Offered;
use crate::remark::{ProblemAt, SAY};
use crate::view::cause::register_of;
use crate::{Error, House, Standpoint, dates};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::standing::Standing;
use schoolkeeper_rules::CompiledPack;
use schoolkeeper_rules::flow::request::opening;
use schoolkeeper_store::finding::StoredFinding;
use schoolkeeper_store::remark::{Remark, RemarkKind, Settled};
use std::collections::BTreeSet;

/// How many times before are told.
const HISTORY_MAX: u32 = 20;

/// One problem explained.
#[derive(Debug)]
pub struct Why {
    /// The problem in words.
    pub title: String,
    /// It is not over.
    pub open: bool,
    /// How it stands, while it is open.
    pub standing: Standing,
    /// Since when it has been so.
    pub since: Timestamp,
    /// When the time to mend it ends.
    pub due_at: Option<Timestamp>,
    /// What the rule looks at, with whose word it is and since when.
    pub facts: Vec<FactLine>,
    /// The record concerned, for those who may see it: register, id, what people call it.
    pub record: Option<(Name, EntryId, String)>,
    /// What is expected, in plain sentences.
    pub expected: String,
    /// The numbers that count here: *days: 14*.
    pub numbers: Vec<String>,
    /// How often it was found and was over, newest first.
    pub history: Vec<String>,
    /// What was said of it, newest first.
    pub said: Vec<String>,
    /// Somebody said that it is wrong, and nothing has settled that: until when it is looked at.
    pub doubt: Option<String>,
    /// What the reader may ask for that would open the way, while it is open.
    pub asks: Vec<Offered>,
    /// Somebody may say something.
    pub may_say: bool,
}

impl House {
    /// Explains one problem; missing when it was never found, or is not theirs to see.
    pub async fn why(&self, actor: &Actor, at: &Standpoint, problem: ProblemAt<'_>) -> Result<Why, Error> {
        let (control, subject) = problem;
        let stated = at.pack.pack.controls.get(control).ok_or(Error::Missing)?;
        let register = register_of(stated);
        let read = self.read().await?;
        let scope = self.scope_in(&read, (actor, &at.school), "finding.see").await?;
        if !self.sight(&read, (actor, &at.school)).await?.sees(register, subject) {
            return Err(Error::Missing);
        }
        let place = (at.school.id, at.pack_id());
        let found = read.finding_history(&scope, place, problem, HISTORY_MAX).await?;
        let newest = found.first().ok_or(Error::Missing)?;
        let set = read.params(&scope, at.school.id, at.pack_id()).await?;
        let mut remarks = read.remarks(&scope, place, control).await?;
        drop(read);
        remarks.retain(|one| one.new.subject == subject);
        let (record, facts) = self.rests_on(actor, at, (register, problem)).await?;
        let doubt: Vec<&Remark> = remarks.iter().filter(|one| one.is_open_doubt()).collect();
        let mut said = Vec::new();
        for one in &remarks {
            said.push(self.remark_words(at, one).await?);
        }
        let numbers = numbers(&at.pack, control).into_iter().filter_map(|name| {
            let value = set.get(&name).or_else(|| at.pack.pack.params.get(&name)?.value.as_ref())?;
            let unit = at.pack.pack.params.get(&name).and_then(|param| param.unit.clone());
            let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
            Some(format!("{}: {}{unit}", name.replace(['-', '_', '.'], " "), schoolkeeper_pack::literal_words(value)))
        });
        Ok(Why {
            title: newest.message.clone(),
            open: newest.closed_at.is_none(),
            standing: newest.standing,
            since: newest.since,
            due_at: newest.due_at,
            facts,
            record,
            expected: at.explain(control),
            numbers: numbers.collect(),
            history: found.iter().map(|one| times(at, one)).collect(),
            said,
            doubt: crate::remark::looked_at(&doubt),
            asks: self.may_open(actor, at, (control, newest.closed_at.is_none())).await?,
            may_say: self.scope_at(actor, SAY, &at.school).await.is_ok(),
        })
    }

    /// What somebody may ask for where a control is not met.
    async fn may_open(
        &self,
        actor: &Actor,
        at: &Standpoint,
        (control, open): (&str, bool),
    ) -> Result<Vec<Offered>, Error> {
        let stated = at.pack.controls.get(control).ok_or(Error::Missing)?;
        let opening = opening(&at.pack, stated);
        if !open || opening.is_empty() || self.scope_at(actor, "request.ask", &at.school).await.is_err() {
            return Ok(Vec::new());
        }
        let mut all = self.may_ask_for(actor, &at.school).await?;
        all.retain(|one| *one.pack == *at.pack_id() && opening.iter().any(|request| request.control.id == one.control));
        Ok(all)
    }

    /// The record and what the rule looks at in it; nothing for those who may not see such records.
    async fn rests_on(
        &self,
        actor: &Actor,
        at: &Standpoint,
        (register, (control, subject)): (Option<&str>, ProblemAt<'_>),
    ) -> Result<(Option<(Name, EntryId, String)>, Vec<FactLine>), Error> {
        let (Some(register), Some(subject)) = (register, subject) else { return Ok((None, Vec::new())) };
        let entry = match self.entry_at(actor, &at.school, (register, subject)).await {
            Ok(entry) => entry,
            Err(Error::Missing | Error::NotAllowed(_)) => return Ok((None, Vec::new())),
            Err(error) => return Err(error),
        };
        let index = self.schemas.index(register).ok_or(Error::Missing)?;
        let read = fields_read(&at.pack, control, index);
        let names: Vec<&Name> = read.iter().map(|field| &self.schemas.all()[index].fields[*field].name).collect();
        let facts = self.fact_lines(&entry, &names).await?;
        let title = self.entry_title(&entry).await?;
        Ok((Some((Name::from(register), subject, title)), facts))
    }

    async fn remark_words(&self, at: &Standpoint, one: &Remark) -> Result<String, Error> {
        let who = self.who_did(&Scope::system("names"), &one.actor).await?;
        let when = dates::moment(one.said_at, at.calendar.zone());
        let settled = one.settled.map(|(at_instant, because)| {
            let day = dates::long(at.calendar.day(at_instant));
            let words = match because {
                Settled::Reading => "a newer reading came",
                Settled::Person => "somebody looked again",
                Settled::Over => "the problem was over",
            };
            format!(". Settled {day}: {words}")
        });
        let what = match one.new.kind {
            RemarkKind::Note => "",
            RemarkKind::Doubt => "this is wrong, ",
        };
        Ok(format!("{when}, {who}: {what}“{}”{}", one.new.said, settled.unwrap_or_default()))
    }
}

/// The fields of a register that a control's rule looks at.
pub(crate) fn fields_read(pack: &CompiledPack, control: &str, register: usize) -> BTreeSet<usize> {
    let Some(compiled) = pack.controls.get(control) else { return BTreeSet::new() };
    let asked = compiled.expressions.iter().filter(|(slot, _)| !slot.starts_with("message"));
    let read = asked.flat_map(|(_, expression)| expression.reads().iter());
    read.filter(|read| read.register == register).filter_map(|read| read.field).collect()
}

/// The numbers a control's rule speaks of.
fn numbers(pack: &CompiledPack, control: &str) -> BTreeSet<Name> {
    let compiled = pack.controls.get(control);
    let expressions = compiled.into_iter().flat_map(|compiled| compiled.expressions.values());
    expressions.flat_map(|expression| expression.reads().params().iter().cloned()).collect()
}

/// `Found 9 November 2026, over 12 November 2026`
fn times(at: &Standpoint, one: &StoredFinding) -> String {
    let day = |instant| dates::long(at.calendar.day(instant));
    match one.closed_at {
        Some(closed) => format!("Found {}, over {}", day(one.opened_at), day(closed)),
        None => format!("Found {}, open", day(one.opened_at)),
    }
}
