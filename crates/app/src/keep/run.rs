//! The nightly work: finds what is past its time and erases it, batch by batch.
//!
//! Invariant: each batch is a transaction of its own and the next look begins with what is there, so that being cut
//! short and run again ends in the same state.

use super::PAGE;
use super::rule::Rules;
use crate::attachment::KEPT_REMOVED;
use crate::job::Handler;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name, OrganisationId};
use schoolkeeper_core::keep::LOGS;
use schoolkeeper_core::schema::{Register, Schemas};
use schoolkeeper_store::attachment::{DueFiles, WHAT};
use schoolkeeper_store::erase::{BATCH_MAX, Batch};
use schoolkeeper_store::keep::KeepRun;
use schoolkeeper_store::keep_log::ROWS_MAX;
use schoolkeeper_store::{NewJob, School};
use std::collections::{BTreeMap, BTreeSet};

/// Name of the job after an erasure.
const FINISH: &str = "keep-finish";
/// Batches of one log in one night; the rest goes the next.
const LOG_BATCHES_MAX: usize = 10_000;

/// What one night did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// By kind of record and rule.
    pub lines: Vec<KeepLine>,
}

/// One kind of record at one school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepLine {
    /// The school; `None` for logs of the house.
    pub school: Option<String>,
    /// The register, or `log:NAME`.
    pub what: String,
    /// The rule.
    pub rule: String,
    /// How many were erased.
    pub erased: u64,
    /// How many were past their time and held.
    pub held: u64,
    /// How many were past their time while something about them still ran.
    pub waiting: u64,
}

impl Report {
    fn add(&mut self, key: (Option<&str>, &str, &str), erased: u64, held: u64, waiting: u64) {
        let (school, what, rule) = key;
        let same = |line: &&mut KeepLine| line.school.as_deref() == school && line.what == what && line.rule == rule;
        if let Some(line) = self.lines.iter_mut().find(same) {
            line.erased += erased;
            line.held += held;
            line.waiting += waiting;
        } else if erased + held + waiting > 0 {
            let (school, what, rule) = (school.map(str::to_owned), what.to_owned(), rule.to_owned());
            self.lines.push(KeepLine { school, what, rule, erased, held, waiting });
        }
    }

    /// All together: erased, held, waiting.
    pub fn totals(&self) -> (u64, u64, u64) {
        self.lines.iter().fold((0, 0, 0), |(erased, held, waiting), line| {
            (erased + line.erased, held + line.held, waiting + line.waiting)
        })
    }
}

impl House {
    /// Erases what is past its time, in every organisation; with `dry` only says what would go.
    pub async fn keep_run(&self, actor: &Actor, dry: bool) -> Result<Report, Error> {
        Self::scope(actor, "keep.run")?;
        self.keep_nightly(dry).await
    }

    /// The same for the schedule.
    pub(crate) async fn keep_nightly(&self, dry: bool) -> Result<Report, Error> {
        if !dry {
            self.may_write()?;
        }
        let scope = Scope::system("keep");
        let (mut report, mut schools) = (Report::default(), self.read().await?.schools(&scope).await?);
        schools.sort_by_key(|school| (school.organisation, school.id));
        for school in schools.chunk_by(|a, b| a.organisation == b.organisation) {
            self.keep_organisation(&scope, school, dry, &mut report).await?;
        }
        let own = schools.chunk_by(|a, b| a.organisation == b.organisation).filter_map(<[School]>::first);
        for school in own {
            self.keep_logs(&scope, school, true, (dry, &mut report)).await?;
        }
        if let Some(school) = schools.first() {
            self.keep_logs(&scope, school, false, (dry, &mut report)).await?;
        }
        if !dry {
            self.forget_copies()?;
            self.keep_finish().await?;
        }
        Ok(report)
    }

    /// What follows every erasure, also one that was cut short before: whoever is nobody any more cannot sign in, no
    /// byte of the erased stays in the database's file, and standings are worked out anew.
    pub async fn keep_finish(&self) -> Result<(), Error> {
        self.forget_old_sign_ins().await?;
        self.store.clean().await?;
        self.evaluate_due().await
    }

    async fn keep_organisation(
        &self,
        scope: &Scope,
        schools: &[School],
        dry: bool,
        report: &mut Report,
    ) -> Result<(), Error> {
        let Some(organisation) = schools.first().map(|school| school.organisation) else { return Ok(()) };
        if !dry {
            self.mark_run(scope, organisation, None).await?;
        }
        let mut own = Report::default();
        let mut ruled = Vec::new();
        for school in schools {
            ruled.push((school, self.keep_rules(scope, school).await?));
        }
        let busy = self.busy(scope, &ruled).await?;
        for (school, rules) in &ruled {
            let mut sweep = Sweep { house: self, scope, school, rules, busy: &busy, dry, report: &mut own };
            for register in self.schemas.all() {
                sweep.register(register).await?;
            }
            sweep.files().await?;
        }
        if !dry {
            self.mark_run(scope, organisation, Some(own.totals())).await?;
        }
        report.lines.append(&mut own.lines);
        Ok(())
    }

    async fn mark_run(
        &self,
        scope: &Scope,
        organisation: OrganisationId,
        ended: Option<(u64, u64, u64)>,
    ) -> Result<(), Error> {
        let (mut write, now) = (self.write().await?, self.now());
        match ended {
            None => write.start_keep_run(scope, organisation, now).await?,
            Some((erased, held, waiting)) => {
                let run = KeepRun { started_at: None, ended_at: Some(now), erased, held, waiting };
                write.end_keep_run(scope, organisation, &run).await?
            }
        };
        Ok(write.commit().await?)
    }

    /// Everybody and everything that records by nature closed (appointments, permissions, incidents …) speak of while
    /// these still run: a person with an open incident is not erased.
    pub(crate) async fn busy(&self, scope: &Scope, ruled: &[(&School, Rules)]) -> Result<BTreeSet<EntryId>, Error> {
        let (mut busy, now) = (BTreeSet::new(), self.now());
        for (school, rules) in ruled {
            for register in self.schemas.all().iter().filter(|register| register.closed) {
                let mut after = None;
                loop {
                    let page = self.read().await?.keep_page(scope, (school.id, &register.id), after, PAGE).await?;
                    for kept in page.iter().filter(|kept| rules.runs(register, kept, now)) {
                        let mut see = |id| {
                            busy.insert(id);
                        };
                        kept.facts.values().for_each(|fact| fact.value.each_ref(&mut see));
                    }
                    after = page.last().map(|kept| kept.id);
                    if page.len() < PAGE as usize {
                        break;
                    }
                }
            }
        }
        Ok(busy)
    }

    /// The logs of a school's organisation under its own rules, or what belongs to none under the usual ones.
    async fn keep_logs(
        &self,
        scope: &Scope,
        school: &School,
        own: bool,
        (dry, report): (bool, &mut Report),
    ) -> Result<(), Error> {
        let rules = self.keep_rules(scope, school).await?;
        let organisation = own.then_some(school.organisation);
        for log in LOGS {
            let span = if own { rules.of_log(log) } else { log.span };
            let Some(before) = before(self.now(), span, &rules) else { continue };
            for _ in 0..LOG_BATCHES_MAX {
                let mut write = self.store.write_tx().await?;
                let proof = (Self::new_id(), self.now());
                let gone = write.erase_log(scope, (organisation, log.name, &span.to_string()), before, proof).await?;
                report.add((None, &format!("log:{}", log.name), &span.to_string()), gone as u64, 0, 0);
                if dry {
                    break;
                }
                write.commit().await?;
                if gone < ROWS_MAX {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// One school's records.
struct Sweep<'a> {
    house: &'a House,
    scope: &'a Scope,
    school: &'a School,
    rules: &'a Rules,
    busy: &'a BTreeSet<EntryId>,
    dry: bool,
    report: &'a mut Report,
}

impl Sweep<'_> {
    async fn register(&mut self, register: &Register) -> Result<(), Error> {
        let (mut after, now) = (None, self.house.now());
        let mut due: BTreeMap<String, Vec<(EntryId, i64)>> = BTreeMap::new();
        loop {
            let place = (self.school.id, &*register.id);
            let page = self.house.read().await?.keep_page(self.scope, place, after, PAGE).await?;
            for kept in &page {
                let Some(age) = self.rules.age(register, kept).filter(|age| age.ends_at <= now) else { continue };
                let rule = age.span.to_string();
                if self.busy.contains(&kept.id) {
                    self.report.add((Some(&self.school.title), &register.id, &rule), 0, 0, 1);
                    continue;
                }
                let batch = due.entry(rule.clone()).or_default();
                batch.push((kept.id, kept.version));
                if batch.len() == BATCH_MAX {
                    let batch = std::mem::take(batch);
                    self.erase(register, &rule, &batch).await?;
                }
            }
            after = page.last().map(|kept| kept.id);
            if page.len() < PAGE as usize {
                break;
            }
        }
        for (rule, batch) in due.iter().filter(|(_, batch)| !batch.is_empty()) {
            self.erase(register, rule, batch).await?;
        }
        Ok(())
    }

    /// Files that are past their own last day, or were taken off their record long ago.
    async fn files(&mut self) -> Result<(), Error> {
        let now = self.house.now();
        let mut due = DueFiles {
            school: self.school.id,
            today: self.rules.calendar().day(now),
            removed_before: now - KEPT_REMOVED,
            after: uuid::Uuid::nil(),
            proof: House::new_id(),
            now,
        };
        loop {
            let mut write = self.house.store.write_tx().await?;
            let gone = write.erase_attachments(self.scope, &due).await?;
            if !self.dry {
                write.commit().await?;
            }
            self.report.add((Some(&self.school.title), WHAT, "own day"), gone.erased as u64, gone.held as u64, 0);
            let Some(last) = gone.last else { return Ok(()) };
            due = DueFiles { after: last, proof: House::new_id(), ..due };
        }
    }

    /// A dry run does the very same and lets go of it.
    async fn erase(&mut self, register: &Register, rule: &str, entries: &[(EntryId, i64)]) -> Result<(), Error> {
        let batch = Batch {
            id: House::new_id(),
            school: self.school.id,
            register,
            rule,
            reason: None,
            entries,
            now: self.house.now(),
        };
        let mut write = self.house.store.write_tx().await?;
        let erased = write.erase(self.scope, &batch).await?.unwrap_or_default();
        if !self.dry {
            write.commit().await?;
        }
        let counts = [erased.erased.len(), erased.held.len(), erased.waiting.len()].map(|count| count as u64);
        let [erased, held, waiting] = counts;
        self.report.add((Some(&self.school.title), &register.id, rule), erased, held, waiting);
        Ok(())
    }
}

/// Does what follows an erasure; pushed with it, so that nobody waits for it and nothing forgets it.
pub const HANDLER: Handler =
    Handler { kind: FINISH, attempts_max: 10, run: |house, _| Box::pin(async { Ok(house.keep_finish().await?) }) };

pub(super) fn finish_soon(now: Timestamp) -> NewJob {
    let document = serde_json::json!({});
    NewJob { kind: FINISH, key: Some(FINISH.to_owned()), document, run_at: now, organisation: None }
}

/// Rows older than this are past a span.
fn before(now: Timestamp, span: schoolkeeper_core::phrase::Span, rules: &Rules) -> Option<Timestamp> {
    let calendar = rules.calendar();
    let back = schoolkeeper_core::phrase::Span { count: -span.count, unit: span.unit };
    let day = calendar.add(calendar.day(now), back).ok()?;
    Some(calendar.start_of(day))
}

/// A register's or log's name for people.
pub(super) fn title(schemas: &Schemas, what: &str) -> String {
    let log = what.strip_prefix("log:").and_then(|name| LOGS.iter().find(|log| log.name == name));
    match (log, schemas.get(what)) {
        _ if what == WHAT => "Files".to_owned(),
        (Some(log), _) => log.title.to_owned(),
        (None, Some(_)) => capital(&crate::words::plural(schemas, what)),
        (None, None) => Name::from(what).to_string(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
