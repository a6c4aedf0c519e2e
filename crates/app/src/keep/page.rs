//! What the page *Keeping and erasing* shows: each kind of record with its rule and numbers, the last night, proofs.

use super::PAGE;
use super::hold::HoldLine;
use super::rule::Rules;
use super::run::title;
use crate::{Error, House, dates};
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::keep::{KeepFrom, LOGS};
use schoolkeeper_core::schema::Register;
use schoolkeeper_store::School;
use schoolkeeper_store::keep::{KeepRule, KeepRun, Proof};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How far ahead the page looks.
const AHEAD: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Proofs on one page.
pub const PROOFS: u32 = 50;

/// The page.
#[derive(Clone, Debug)]
pub struct KeepPage {
    /// Registers with records first, then the others, then the logs.
    pub kinds: Vec<KindLine>,
    /// When it last ran, in words; `None` when it never did.
    pub last_run: Option<String>,
    /// Holds that run.
    pub holds: Vec<HoldLine>,
    /// Proofs, newest first.
    pub proofs: Vec<ProofLine>,
    /// Where the next page of proofs begins.
    pub next: Option<(Timestamp, Uuid)>,
}

/// One kind of record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindLine {
    /// The register, or `log:NAME`.
    pub what: String,
    /// What people read.
    pub title: String,
    /// `7 years after the last day, or the day it left every list`.
    pub period: String,
    /// Why so long.
    pub why: String,
    /// Chosen by the organisation: who said so and why.
    pub own: Option<String>,
    /// How many there are now; `None` for logs.
    pub now: Option<u64>,
    /// How many will be past their time within 30 days, or are already.
    pub due: Option<u64>,
}

/// One proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofLine {
    /// What kind.
    pub title: String,
    /// Where.
    pub school: String,
    /// How many were erased.
    pub erased: u64,
    /// How many were held.
    pub held: u64,
    /// Under which rule.
    pub rule: String,
    /// When.
    pub at: String,
    /// Who.
    pub who: String,
}

impl House {
    /// The page of the actor's organisation; proofs those before the given one.
    pub async fn keep_page(&self, actor: &Actor, before: Option<(Timestamp, Uuid)>) -> Result<KeepPage, Error> {
        let scope = Self::scope(actor, "keep.see")?;
        let schools = self.read().await?.schools(&scope).await?;
        let kinds = self.kinds(&scope, &schools).await?;
        let run = self.read().await?.keep_run(&scope, actor.organisation).await?;
        let calendar = calendar_of(&schools);
        let (proofs, next) = self.proof_lines(&scope, actor, &schools, before).await?;
        let holds = self.holds(actor).await?;
        Ok(KeepPage { kinds, last_run: last_run(&run, &calendar), holds, proofs, next })
    }

    async fn kinds(&self, scope: &Scope, schools: &[School]) -> Result<Vec<KindLine>, Error> {
        let mut lines: BTreeMap<String, KindLine> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut last = None;
        for school in schools {
            let rules = self.keep_rules(scope, school).await?;
            let counts = self.read().await?.keep_counts(scope, school.id).await?;
            for register in self.schemas.all() {
                let count = counts.get(&register.id).copied().unwrap_or_default();
                let due = if count == 0 { 0 } else { self.due_soon(scope, school, register, &rules).await? };
                let line = lines.entry(register.id.to_string()).or_insert_with(|| self.kind_line(register, &rules));
                line.now = Some(line.now.unwrap_or_default() + count);
                line.due = Some(line.due.unwrap_or_default() + due);
            }
            last = Some(rules);
        }
        order.extend(self.schemas.all().iter().map(|register| register.id.to_string()));
        let mut out: Vec<KindLine> = order.iter().filter_map(|what| lines.remove(what)).collect();
        out.sort_by_key(|line| (line.now == Some(0), line.title.clone()));
        out.extend(last.iter().flat_map(log_lines));
        Ok(out)
    }

    async fn due_soon(&self, scope: &Scope, school: &School, register: &Register, rules: &Rules) -> Result<u64, Error> {
        let (mut after, mut due, soon) = (None, 0, self.now() + AHEAD);
        loop {
            let page = self.read().await?.keep_page(scope, (school.id, &register.id), after, PAGE).await?;
            let old = page.iter().filter(|kept| rules.age(register, kept).is_some_and(|age| age.ends_at <= soon));
            due += old.count() as u64;
            after = page.last().map(|kept| kept.id);
            if page.len() < PAGE as usize {
                return Ok(due);
            }
        }
    }

    fn kind_line(&self, register: &Register, rules: &Rules) -> KindLine {
        let span = rules.span(register).map_or_else(String::new, |span| span.to_string());
        let from = register.keep.as_ref().map(|keep| from_words(register, &keep.from)).unwrap_or_default();
        let mut why = register.keep.as_ref().map(|keep| keep.why.clone()).unwrap_or_default();
        if &*register.id == "case" {
            let cases = rules.cases().map(|(case, span)| format!(" {}: {span}.", case.replace('-', " ")));
            why.extend(cases);
        }
        KindLine {
            what: register.id.to_string(),
            title: title(self, &register.id),
            period: format!("{span} after {from}"),
            why,
            own: rules.own(&register.id).map(own_words),
            now: None,
            due: None,
        }
    }

    async fn proof_lines(
        &self,
        scope: &Scope,
        actor: &Actor,
        schools: &[School],
        before: Option<(Timestamp, Uuid)>,
    ) -> Result<(Vec<ProofLine>, Option<(Timestamp, Uuid)>), Error> {
        let read = self.read().await?;
        let mut proofs = read.proofs(scope, actor.organisation, before, PROOFS + 1).await?;
        let more = proofs.len() > PROOFS as usize;
        proofs.truncate(PROOFS as usize);
        let next = proofs.last().filter(|_| more).map(|proof| (proof.at, proof.id));
        let mut out = Vec::new();
        for proof in &proofs {
            out.push(self.proof_line(scope, schools, proof).await?);
        }
        Ok((out, next))
    }

    async fn proof_line(&self, scope: &Scope, schools: &[School], proof: &Proof) -> Result<ProofLine, Error> {
        let school = proof.school.and_then(|id| schools.iter().find(|school| school.id == id));
        Ok(ProofLine {
            title: title(self, &proof.what),
            school: school.map_or_else(|| "Everywhere".to_owned(), |school| school.title.clone()),
            erased: proof.erased,
            held: proof.held,
            rule: match &proof.reason {
                Some(reason) => format!("Asked for: {reason}"),
                None => format!("Kept for {}", proof.rule),
            },
            at: dates::long(calendar_of(schools).day(proof.at)),
            who: self.who_did(scope, &proof.actor).await?,
        })
    }

    /// Every proof as CSV, at most 100,000.
    pub async fn proofs_csv(&self, actor: &Actor) -> Result<Vec<u8>, Error> {
        let scope = Self::scope(actor, "keep.see")?;
        let schools = self.read().await?.schools(&scope).await?;
        let failed = |error: csv::Error| Error::corrupt("the export", error);
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["Kind", "School", "Erased", "Held", "Rule", "Day", "By"]).map_err(failed)?;
        let (mut before, mut rows) = (None, 0);
        loop {
            let (lines, next) = self.proof_lines(&scope, actor, &schools, before).await?;
            rows += lines.len();
            for line in lines {
                let (erased, held) = (line.erased.to_string(), line.held.to_string());
                let row = [line.title, line.school, erased, held, line.rule, line.at, line.who];
                csv.write_record(row.iter().map(|cell| crate::export::safe(cell))).map_err(failed)?;
            }
            before = next;
            if before.is_none() || rows >= 100_000 {
                return csv.into_inner().map_err(|error| Error::corrupt("the export", error.to_string()));
            }
        }
    }
}

fn log_lines(rules: &Rules) -> Vec<KindLine> {
    let line = |log: &schoolkeeper_core::keep::Log| KindLine {
        what: format!("log:{}", log.name),
        title: log.title.to_owned(),
        period: format!("{} after {}", rules.of_log(log), log.from),
        why: log.why.to_owned(),
        own: rules.own(&format!("log:{}", log.name)).map(own_words),
        now: None,
        due: None,
    };
    LOGS.iter().map(line).collect()
}

fn own_words(rule: &KeepRule) -> String {
    format!("Chosen here: {}", rule.reason)
}

fn from_words(register: &Register, from: &[KeepFrom]) -> String {
    let one = |from: &KeepFrom| match from {
        KeepFrom::Created => "the day it was made".to_owned(),
        KeepFrom::Left => "the day it left every list".to_owned(),
        KeepFrom::Ended => "the day it ended".to_owned(),
        KeepFrom::Field(name) => {
            let label = register.field(name).map_or_else(|| name.to_string(), |(_, field)| field.label.clone());
            format!("“{label}”")
        }
    };
    let words: Vec<String> = from.iter().map(one).collect();
    if words.len() > 1 { format!("the later of {}", words.join(" and ")) } else { words.concat() }
}

fn calendar_of(schools: &[School]) -> Calendar {
    Calendar::new(schools.first().map(|school| school.division).unwrap_or_default(), Vec::new())
}

fn last_run(run: &KeepRun, calendar: &Calendar) -> Option<String> {
    let day = |at: Timestamp| dates::long(calendar.day(at));
    match (run.started_at, run.ended_at) {
        (_, Some(ended)) => Some(format!(
            "Last run on {}: {} erased, {} held, {} waiting for something that still runs.",
            day(ended),
            run.erased,
            run.held,
            run.waiting
        )),
        (Some(started), None) => {
            Some(format!("Began on {} and has not ended yet; it goes on by itself.", day(started)))
        }
        (None, None) => None,
    }
}
