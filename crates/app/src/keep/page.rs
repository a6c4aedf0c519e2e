//! What the page *Keeping and erasing* shows: each kind of record with its rule, the last night, proofs.

use super::hold::HoldLine;
use super::rule::Rules;
use super::run::title;
use crate::{Error, House, dates};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::calendar::Calendar;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::keep::{KeepFrom, LOGS};
use schoolkeeper_core::schema::{Register, Schemas};
use schoolkeeper_store::School;
use schoolkeeper_store::attachment::WHAT;
use schoolkeeper_store::keep::{KeepRule, KeepRun, Proof};
use schoolkeeper_store::ledger::Detail;
use schoolkeeper_store::said::SaidPage;
use std::collections::BTreeMap;
use uuid::Uuid;

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
    /// What was chosen here, by whom and why: for everybody first, then school by school.
    pub own: Vec<String>,
    /// How many there are now; `None` for logs.
    pub now: Option<u64>,
}

/// One proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofLine {
    /// Its id.
    pub id: Uuid,
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
    /// The page of the actor's organisation: kinds that hold the words looked for; proofs those before the given one.
    pub async fn keep_page(
        &self,
        actor: &Actor,
        find: &str,
        before: Option<(Timestamp, Uuid)>,
    ) -> Result<KeepPage, Error> {
        let scope = Self::scope(actor, "keep.see")?;
        let schools = self.read().await?.schools(&scope).await?;
        let mut kinds = self.kinds(actor, &scope, &schools).await?;
        let find = find.trim().to_lowercase();
        kinds.retain(|kind| kind.says(&find));
        let run = self.read().await?.keep_run(&scope, actor.organisation).await?;
        let calendar = calendar_of(&schools);
        let (proofs, next) = self.proof_lines(&scope, actor, &schools, before).await?;
        let holds = self.holds(actor).await?;
        Ok(KeepPage { kinds, last_run: last_run(&run, &calendar), holds, proofs, next })
    }

    /// What is kept how long and why, as CSV.
    pub async fn kinds_csv(&self, actor: &Actor) -> Result<Vec<u8>, Error> {
        let scope = Self::scope(actor, "keep.see")?;
        let schools = self.read().await?.schools(&scope).await?;
        let kinds = self.kinds(actor, &scope, &schools).await?;
        let rows = kinds.into_iter().map(|kind| {
            let now = kind.now.map_or_else(String::new, |now| now.to_string());
            vec![kind.title, kind.period, kind.why, kind.own.join(" "), now]
        });
        super::csv_of(&["Kind", "Kept for", "Why", "Chosen here", "Records now"], rows)
    }

    /// The receipt of a proof: the record of the history that says what was erased, checkable without this program.
    pub async fn erasure_receipt(&self, actor: &Actor, proof: Uuid) -> Result<String, Error> {
        let scope = Self::scope(actor, "keep.see")?;
        let read = self.read().await?;
        let known = read.proof(&scope, actor.organisation, proof).await?.ok_or(Error::Missing)?;
        let kind = if known.school.is_some() { "entries-erased" } else { "log-erased" };
        let page = SaidPage {
            school: known.school,
            kind: Some(kind.to_owned()),
            from: Some(known.at),
            to: Some(known.at + jiff::SignedDuration::from_micros(1)),
            limit: 1000,
            ..SaidPage::default()
        };
        // What was erased of a log belongs to no school; that it may be seen was asked above.
        let whole = Self::scope(&Actor::operator(actor.organisation), "keep.see")?;
        let lines = read.said(&whole, &page).await?;
        let line = lines.iter().find(|line| line.details.get("erasure") == Some(&Detail::Id(proof)));
        let line =
            line.ok_or_else(|| Error::refused("its record is not in the history yet\nhint: try again in a minute"))?;
        self.receipt(actor, line.index).await
    }

    async fn kinds(&self, actor: &Actor, scope: &Scope, schools: &[School]) -> Result<Vec<KindLine>, Error> {
        let Some(first) = schools.first() else { return Ok(Vec::new()) };
        let own = self.read().await?.keep_rules(scope, actor.organisation).await?;
        let (rules, mut counts) = (self.keep_rules(scope, first).await?, BTreeMap::new());
        for school in schools {
            for (register, count) in self.read().await?.keep_counts(scope, school.id).await? {
                *counts.entry(register).or_insert(0) += count;
            }
        }
        let schemas = self.registers_of(schools).await?;
        let mut out: Vec<KindLine> =
            schemas.all().iter().map(|register| kind_line(register, (&schemas, &rules), &counts)).collect();
        out.sort_by_key(|line| (line.now == Some(0), line.title.clone()));
        out.extend(log_lines(&rules));
        for line in &mut out {
            let of_line = own.iter().filter(|rule| rule.what == line.what);
            let mut of_line: Vec<&KeepRule> = of_line.collect();
            of_line.sort_by_key(|rule| rule.school.is_some());
            for rule in of_line {
                let who = self.who_did(scope, &rule.actor).await?;
                line.own.push(own_words(rule, schools, &who));
            }
        }
        Ok(out)
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
        let schemas = self.registers_of(schools).await?;
        let mut out = Vec::new();
        for proof in &proofs {
            out.push(self.proof_line(scope, (schools, &schemas), proof).await?);
        }
        Ok((out, next))
    }

    async fn proof_line(
        &self,
        scope: &Scope,
        (schools, schemas): (&[School], &Schemas),
        proof: &Proof,
    ) -> Result<ProofLine, Error> {
        let school = proof.school.and_then(|id| schools.iter().find(|school| school.id == id));
        Ok(ProofLine {
            id: proof.id,
            title: title(schemas, &proof.what),
            school: school.map_or_else(|| "Everywhere".to_owned(), |school| school.title.clone()),
            erased: proof.erased,
            held: proof.held,
            rule: match &proof.reason {
                Some(reason) => format!("Asked for: {reason}"),
                None if proof.what == WHAT => "Their own last day, or 30 days after being taken off".to_owned(),
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
        let (mut before, mut rows) = (None, Vec::new());
        loop {
            let (lines, next) = self.proof_lines(&scope, actor, &schools, before).await?;
            rows.extend(lines.into_iter().map(|line| {
                let (erased, held) = (line.erased.to_string(), line.held.to_string());
                vec![line.title, line.school, erased, held, line.rule, line.at, line.who, line.id.to_string()]
            }));
            before = next;
            if before.is_none() || rows.len() >= 100_000 {
                let head = ["Kind", "School", "Erased", "Held", "Rule", "Day", "By", "Id"];
                return super::csv_of(&head, rows.into_iter());
            }
        }
    }
}

fn kind_line(register: &Register, (schemas, rules): (&Schemas, &Rules), counts: &BTreeMap<Name, u64>) -> KindLine {
    let span = rules.span_everywhere(register).map_or_else(String::new, |span| span.to_string());
    let from = register.keep.as_ref().map(|keep| from_words(register, &keep.from)).unwrap_or_default();
    let mut why = register.keep.as_ref().map(|keep| keep.why.clone()).unwrap_or_default();
    if &*register.id == "case" {
        // Types of case of the policies at the first school.
        let cases = rules.cases().map(|(case, span)| format!(" {}: {span}.", case.replace('-', " ")));
        why.extend(cases);
    }
    why.extend(rules.asked(&register.id).map(|(span, policy)| format!(" {policy} asks for at least {span}.")));
    KindLine {
        what: register.id.to_string(),
        title: title(schemas, &register.id),
        period: format!("{span} after {from}"),
        why,
        own: Vec::new(),
        now: Some(counts.get(&register.id).copied().unwrap_or_default()),
    }
}

impl KindLine {
    fn says(&self, find: &str) -> bool {
        let own = self.own.concat();
        [&self.title, &self.what, &self.period, &self.why, &own].iter().any(|text| text.to_lowercase().contains(find))
    }
}

fn log_lines(rules: &Rules) -> Vec<KindLine> {
    let line = |log: &schoolkeeper_core::keep::Log| KindLine {
        what: format!("log:{}", log.name),
        title: log.title.to_owned(),
        period: format!("{} after {}", rules.of_log(log), log.from),
        why: log.why.to_owned(),
        own: Vec::new(),
        now: None,
    };
    LOGS.iter().map(line).collect()
}

fn own_words(rule: &KeepRule, schools: &[School], who: &str) -> String {
    let school = rule.school.and_then(|id| schools.iter().find(|school| school.id == id));
    let place = school.map_or("everywhere", |school| school.title.as_str());
    format!("Chosen for {place}: {}. {} ({who})", rule.span, rule.reason)
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
