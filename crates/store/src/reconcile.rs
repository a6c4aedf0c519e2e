//! Brings what is stored in line with an evaluation: the difference is opened, kept or closed, each change recorded.
//!
//! Invariant: the same results twice change nothing the second time but when it was last looked at.

use crate::cause::Cause;
use crate::error::Error;
use crate::finding::{StoredFinding, subject_value};
use crate::key;
use crate::ledger::{About, Detail};
use crate::sql::{at, id, json, maybe_at, name_of, statements, text, word};
use crate::standing::Interval;
use crate::transaction::Write;
use crate::webhook::Event;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::standing::{ClauseResult, Finding};
use sea_orm::Value;
use serde::Serialize;
use std::collections::BTreeMap;

statements! {
    // First of all, so that a second evaluation of the same pack waits here for the first.
    RUN = "INSERT INTO evaluation (school, pack, hash, at, valid_until, outcome) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (school, pack) DO UPDATE SET hash = excluded.hash, at = excluded.at, \
        valid_until = excluded.valid_until, outcome = excluded.outcome";
    CLOSE_FINDING = "UPDATE finding SET closed_at = $5, cause = $6 \
        WHERE school = $1 AND pack = $2 AND control = $3 AND subject = $4 AND closed_at IS NULL";
    KEEP_FINDING = "UPDATE finding SET standing = $5, since = $6, due_at = $7, message = $8, message_key = $9 \
        WHERE school = $1 AND pack = $2 AND control = $3 AND subject = $4 AND closed_at IS NULL";
    CLOSE_STANDING = "UPDATE standing SET to_at = $4 WHERE school = $1 AND pack = $2 AND clause = $3 AND to_at IS NULL";
    RECOUNT = "UPDATE standing SET counts = $4 WHERE school = $1 AND pack = $2 AND clause = $3 AND to_at IS NULL";
    OPEN_STANDING = "INSERT INTO standing (school, pack, clause, from_at, standing, known_by, counts, cause) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (school, pack, clause, from_at) DO UPDATE SET \
        to_at = NULL, standing = excluded.standing, known_by = excluded.known_by, counts = excluded.counts, \
        cause = excluded.cause";
}

/// One evaluation of one pack at one school.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation<'a> {
    /// Where.
    pub school: SchoolId,
    /// Pack id.
    pub pack: &'a Name,
    /// SHA-256 of the pack's files.
    pub hash: &'a str,
    /// As of.
    pub now: Timestamp,
    /// First instant at which time alone may change anything.
    pub valid_until: Option<Timestamp>,
    /// Every clause of the pack; findings that several clauses share count once.
    pub results: &'a [ClauseResult],
    /// Why it was run, when that explains its changes: the policy changed, a section was started. Otherwise the
    /// change itself tells.
    pub why: Option<Cause>,
}

/// What an evaluation changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Findings opened.
    pub opened: u64,
    /// Findings closed.
    pub closed: u64,
    /// Clauses that stand elsewhere or are known in another way.
    pub standings: u64,
}

type FindingKey = (Name, Option<EntryId>);

impl Write {
    /// Stores the difference and `outcome`, which pages read back with [`crate::Read::outcome`]; `None` and nothing
    /// changed when the school is not reached.
    pub async fn reconcile<O: Serialize>(
        &mut self,
        scope: &Scope,
        evaluation: &Evaluation<'_>,
        outcome: &O,
    ) -> Result<Option<Changes>, Error> {
        let Some(reached) = self.reach_whole(scope, evaluation.school).await? else { return Ok(None) };
        let run = vec![
            reached.id(),
            text(evaluation.pack),
            text(evaluation.hash),
            at(evaluation.now),
            maybe_at(evaluation.valid_until),
            json(outcome),
        ];
        self.run(RUN, run).await?;
        let mut changes = self.reconcile_findings(scope, evaluation).await?;
        changes.standings = self.reconcile_standings(scope, evaluation).await?;
        let details = [
            ("pack", Detail::Word(evaluation.pack.to_string())),
            ("hash", Detail::Word(evaluation.hash.to_owned())),
            ("clauses", Detail::Count(evaluation.results.len() as i64)),
            ("opened", Detail::Count(changes.opened as i64)),
            ("closed", Detail::Count(changes.closed as i64)),
            ("standings", Detail::Count(changes.standings as i64)),
        ];
        if changes != Changes::default() {
            self.record(scope, About::school(evaluation.school, evaluation.now), "evaluated", &details).await?;
        }
        Ok(Some(changes))
    }

    async fn reconcile_findings(&mut self, scope: &Scope, evaluation: &Evaluation<'_>) -> Result<Changes, Error> {
        let open = self.open_findings(evaluation.school, evaluation.pack).await?;
        let mut open: BTreeMap<FindingKey, StoredFinding> =
            open.into_iter().map(|finding| ((finding.control.clone(), finding.subject), finding)).collect();
        let mut new = Vec::new();
        for (key, finding) in worst(evaluation.results) {
            match open.remove(&key) {
                None => new.push(finding),
                Some(known) if same(&known, finding) => {}
                Some(_) => self.keep_finding(evaluation, finding).await?,
            }
        }
        let changes = Changes { opened: new.len() as u64, closed: open.len() as u64, standings: 0 };
        self.tell_causes(scope, evaluation, (Event::ProblemOpened, new.iter().map(|one| &one.control).collect()))
            .await?;
        self.tell_causes(scope, evaluation, (Event::ProblemClosed, open.keys().map(|(one, _)| one).collect())).await?;
        for finding in open.values() {
            self.close_finding(scope, evaluation, finding).await?;
        }
        self.open_new(scope, evaluation, &new).await?;
        Ok(changes)
    }

    /// One thing told for each cause, however many it concerns.
    async fn tell_causes(
        &mut self,
        scope: &Scope,
        evaluation: &Evaluation<'_>,
        (event, controls): (Event, Vec<&Name>),
    ) -> Result<(), Error> {
        let mut counts: BTreeMap<&Name, i64> = BTreeMap::new();
        for control in controls {
            *counts.entry(control).or_default() += 1;
        }
        for (control, count) in counts {
            let details = [
                ("pack", Detail::Word(evaluation.pack.to_string())),
                ("control", Detail::Word(control.to_string())),
                ("count", Detail::Count(count)),
            ];
            self.announce(scope, (evaluation.school, event, evaluation.now), &details).await?;
        }
        Ok(())
    }

    async fn open_new(&mut self, scope: &Scope, evaluation: &Evaluation<'_>, new: &[&Finding]) -> Result<(), Error> {
        let rows = new.iter().flat_map(|finding| {
            let mut row = place(evaluation, &finding.control, finding.subject);
            row.push(at(evaluation.now));
            row.extend(state(finding));
            row
        });
        let again = "ON CONFLICT (school, pack, control, subject, opened_at) DO UPDATE SET closed_at = NULL, \
            cause = NULL, standing = excluded.standing, since = excluded.since, due_at = excluded.due_at, \
            message = excluded.message, message_key = excluded.message_key";
        let into = "finding (school, pack, control, subject, opened_at, standing, since, due_at, message, message_key)";
        self.insert(into, 10, rows.collect(), again).await?;
        for finding in new {
            let details = details(evaluation, &finding.control, finding.subject);
            self.record(scope, about(evaluation), "finding-opened", &details).await?;
        }
        Ok(())
    }

    async fn keep_finding(&mut self, evaluation: &Evaluation<'_>, finding: &Finding) -> Result<(), Error> {
        let mut values = place(evaluation, &finding.control, finding.subject);
        values.extend(state(finding));
        self.run(KEEP_FINDING, values).await.map(drop)
    }

    async fn close_finding(
        &mut self,
        scope: &Scope,
        evaluation: &Evaluation<'_>,
        finding: &StoredFinding,
    ) -> Result<(), Error> {
        let mut values = place(evaluation, &finding.control, finding.subject);
        values.extend([at(evaluation.now), word(&evaluation.why.unwrap_or(Cause::Fixed))]);
        self.run(CLOSE_FINDING, values).await?;
        let details = details(evaluation, &finding.control, finding.subject);
        self.record(scope, about(evaluation), "finding-closed", &details).await
    }

    async fn reconcile_standings(&mut self, scope: &Scope, evaluation: &Evaluation<'_>) -> Result<u64, Error> {
        let now = self.current_standings(evaluation.school, evaluation.pack).await?;
        let mut now: BTreeMap<Name, Interval> =
            now.into_iter().map(|interval| (interval.clause.clone(), interval)).collect();
        let mut changed = 0;
        for result in evaluation.results {
            let known = now.remove(&result.clause);
            let stands = known.as_ref().map(|known| (known.standing, known.known_by));
            if stands != Some((result.standing, result.known_by)) {
                self.change_standing(scope, evaluation, result, known.as_ref()).await?;
                changed += 1;
            } else if known.is_some_and(|known| known.counts != result.counts) {
                let values = [clause(evaluation, &result.clause), vec![json(&result.counts)]].concat();
                self.run(RECOUNT, values).await?;
            }
        }
        for gone in now.values() {
            let values = [clause(evaluation, &gone.clause), vec![at(evaluation.now)]].concat();
            self.run(CLOSE_STANDING, values).await?;
            self.record_standing(scope, evaluation, &gone.clause, Cause::PolicyChanged).await?;
        }
        Ok(changed + now.len() as u64)
    }

    async fn change_standing(
        &mut self,
        scope: &Scope,
        evaluation: &Evaluation<'_>,
        result: &ClauseResult,
        known: Option<&Interval>,
    ) -> Result<(), Error> {
        let cause = evaluation.why.unwrap_or_else(|| Cause::of(known.map(|known| known.standing), result.standing));
        let mut values = [clause(evaluation, &result.clause), vec![at(evaluation.now)]].concat();
        self.run(CLOSE_STANDING, values.clone()).await?;
        let known_by = result.known_by.as_ref().map_or(Value::String(None), word);
        values.extend([word(&result.standing), known_by, json(&result.counts), word(&cause)]);
        self.run(OPEN_STANDING, values).await?;
        self.record_standing(scope, evaluation, &result.clause, cause).await
    }

    async fn record_standing(
        &mut self,
        scope: &Scope,
        evaluation: &Evaluation<'_>,
        name: &Name,
        why: Cause,
    ) -> Result<(), Error> {
        let details = [
            ("pack", Detail::Word(evaluation.pack.to_string())),
            ("clause", Detail::Word(name.to_string())),
            ("cause", Detail::Word(name_of(&why).unwrap_or_default())),
        ];
        self.record(scope, about(evaluation), "standing-changed", &details).await
    }
}

/// One finding per control and subject: the worst, and of equals the longest standing.
fn worst(results: &[ClauseResult]) -> BTreeMap<FindingKey, &Finding> {
    let mut out: BTreeMap<FindingKey, &Finding> = BTreeMap::new();
    for finding in results.iter().flat_map(|result| &result.findings) {
        let known = out.entry((finding.control.clone(), finding.subject)).or_insert(finding);
        if (finding.standing, known.since) > (known.standing, finding.since) {
            *known = finding;
        }
    }
    out
}

fn same(known: &StoredFinding, finding: &Finding) -> bool {
    let micros = |instant: Option<Timestamp>| instant.map(Timestamp::as_microsecond);
    known.standing == finding.standing
        && known.since.as_microsecond() == finding.since.as_microsecond()
        && micros(known.due_at) == micros(finding.due_at)
        && known.message == finding.message
}

fn about(evaluation: &Evaluation<'_>) -> About {
    About::school(evaluation.school, evaluation.now)
}

fn place(evaluation: &Evaluation<'_>, control: &Name, subject: Option<EntryId>) -> Vec<Value> {
    vec![id(evaluation.school.0), text(evaluation.pack), text(control), subject_value(subject)]
}

fn clause(evaluation: &Evaluation<'_>, clause: &Name) -> Vec<Value> {
    vec![id(evaluation.school.0), text(evaluation.pack), text(clause)]
}

fn state(finding: &Finding) -> [Value; 5] {
    [
        word(&finding.standing),
        at(finding.since),
        maybe_at(finding.due_at),
        text(&finding.message),
        text(key::fold(&finding.message)),
    ]
}

fn details(evaluation: &Evaluation<'_>, control: &Name, subject: Option<EntryId>) -> [(&'static str, Detail); 3] {
    [
        ("pack", Detail::Word(evaluation.pack.to_string())),
        ("control", Detail::Word(control.to_string())),
        ("subject", subject.map_or(Detail::Count(0), |subject| Detail::Id(subject.0))),
    ]
}
