//! The logs of the house: which tables each is, and how its old rows go, a bounded number at a time.
//!
//! Invariant: every table is here, belongs to an entry, or stands in the list of those without people; a test reads the
//! migrations and finds one that does not.

use crate::erase::NewProof;
use crate::error::Error;
use crate::ledger::{About, Detail};
use crate::sql::{at, count, maybe_id, statements};
use crate::transaction::Write;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::OrganisationId;
use uuid::Uuid;

/// Rows that go in one transaction.
pub const ROWS_MAX: usize = 1000;

statements! {
    HISTORY = "DELETE FROM entry_version WHERE (entry, version) IN ( \
        SELECT entry, version FROM entry_version WHERE at < $1 \
        AND school IN (SELECT id FROM school WHERE organisation = $3) ORDER BY at, entry, version LIMIT $2)";
    UNDONE = "DELETE FROM entry_version WHERE (entry, version) IN (SELECT v.entry, v.version FROM entry_version r \
        JOIN entry_version v ON v.entry = r.entry WHERE r.change = 'removed' AND r.at < $1 \
        AND r.school IN (SELECT id FROM school WHERE organisation = $3) \
        AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.id = r.entry) ORDER BY v.entry, v.version LIMIT $2)";
    IMPORT = "DELETE FROM import WHERE id IN (SELECT id FROM import WHERE at < $1 \
        AND school IN (SELECT id FROM school WHERE organisation = $3) ORDER BY at, id LIMIT $2)";
    FINDING = "DELETE FROM finding WHERE (school, pack, control, subject, opened_at) IN ( \
        SELECT school, pack, control, subject, opened_at FROM finding WHERE closed_at < $1 \
        AND school IN (SELECT id FROM school WHERE organisation = $3) \
        ORDER BY closed_at, school, pack, control, subject, opened_at LIMIT $2)";
    // What was said of a problem is as old as its last word; an open doubt stays.
    REMARK = "DELETE FROM remark WHERE id IN (SELECT id FROM remark WHERE said_at < $1 \
        AND (nature = 'note' OR settled_at < $1) \
        AND school IN (SELECT id FROM school WHERE organisation = $3) ORDER BY said_at, id LIMIT $2)";
    STANDING = "DELETE FROM standing WHERE (school, pack, clause, from_at) IN ( \
        SELECT school, pack, clause, from_at FROM standing WHERE to_at < $1 \
        AND school IN (SELECT id FROM school WHERE organisation = $3) \
        ORDER BY to_at, school, pack, clause, from_at LIMIT $2)";
    // Work that could not be done goes with its last run.
    JOB = "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE stage = 'dead' AND run_at < $1 \
        AND organisation IS NOT DISTINCT FROM $3 \
        ORDER BY run_at, id LIMIT $2)";
    JOB_RUN = "DELETE FROM job_run WHERE id IN (SELECT id FROM job_run WHERE started_at < $1 \
        AND organisation IS NOT DISTINCT FROM $3 \
        ORDER BY started_at, id LIMIT $2)";
    DELIVERY = "DELETE FROM webhook_delivery WHERE id IN (SELECT id FROM webhook_delivery WHERE changed_at < $1 \
        AND delivered <> 'waiting' AND organisation = $3 ORDER BY changed_at, id LIMIT $2)";
    MAIL = "DELETE FROM mail WHERE id IN (SELECT id FROM mail WHERE changed_at < $1 \
        AND progress NOT IN ('waiting', 'sending') AND organisation = $3 ORDER BY changed_at, id LIMIT $2)";
    SESSION = "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE ends_at < $1 \
        AND organisation = $3 ORDER BY ends_at, id LIMIT $2)";
    LINK = "DELETE FROM link WHERE id IN (SELECT id FROM link WHERE ends_at < $1 \
        AND organisation = $3 ORDER BY ends_at, id LIMIT $2)";
    SIGN_LINK = "DELETE FROM sign_link WHERE id IN (SELECT id FROM sign_link WHERE ends_at < $1 \
        AND organisation = $3 ORDER BY ends_at, id LIMIT $2)";
    EMERGENCY = "DELETE FROM emergency_use WHERE id IN (SELECT id FROM emergency_use WHERE reviewed_at < $1 \
        AND organisation = $3 ORDER BY reviewed_at, id LIMIT $2)";
    // Its files go with it.
    REPORT = "DELETE FROM report WHERE id IN (SELECT id FROM report WHERE received_at < $1 \
        AND school IN (SELECT id FROM school WHERE organisation = $3) ORDER BY received_at, id LIMIT $2)";
    LEDGER = "SELECT idx FROM ledger_record WHERE at < $1 AND salt IS NOT NULL AND kind <> 'erased' \
        AND (organisation = $3 OR school IN (SELECT id FROM school WHERE organisation = $3) \
        OR ($3 IS NULL AND organisation IS NULL AND school IS NULL)) ORDER BY idx LIMIT $2";
    HOLD = "DELETE FROM hold WHERE id IN (SELECT id FROM hold WHERE lifted_at < $1 \
        AND organisation = $3 ORDER BY lifted_at, id LIMIT $2)";
}

/// A log: its name in `schoolkeeper_core::keep::LOGS`, its tables, and the statement by which its oldest rows go.
pub(crate) struct Rows {
    pub(crate) log: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares them with the migrations"))]
    pub(crate) tables: &'static [&'static str],
    delete: &'static str,
}

/// Every log.
pub(crate) const LOGS: &[Rows] = &[
    Rows { log: "undone", tables: &["entry_version"], delete: UNDONE },
    Rows { log: "history", tables: &["entry_version"], delete: HISTORY },
    Rows { log: "import", tables: &["import"], delete: IMPORT },
    Rows { log: "finding", tables: &["finding"], delete: FINDING },
    Rows { log: "finding", tables: &["remark"], delete: REMARK },
    Rows { log: "standing", tables: &["standing"], delete: STANDING },
    Rows { log: "job", tables: &["job"], delete: JOB },
    Rows { log: "job", tables: &["job_run"], delete: JOB_RUN },
    Rows { log: "job", tables: &["webhook_delivery"], delete: DELIVERY },
    Rows { log: "mail", tables: &["mail"], delete: MAIL },
    Rows { log: "session", tables: &["session"], delete: SESSION },
    Rows { log: "session", tables: &["link"], delete: LINK },
    Rows { log: "session", tables: &["sign_link"], delete: SIGN_LINK },
    Rows { log: "emergency", tables: &["emergency_use"], delete: EMERGENCY },
    Rows { log: "report", tables: &["report", "report_file"], delete: REPORT },
    Rows { log: "hold", tables: &["hold", "hold_review"], delete: HOLD },
];

/// The ledger's own records: their texts go, their proofs stay.
pub(crate) const LEDGER_LOG: &str = "ledger";

impl Write {
    /// Erases at most [`ROWS_MAX`] rows of an organisation's log, or of those that belong to none, that are older than
    /// an instant, with proof; how many there were. Only the system may.
    pub async fn erase_log(
        &mut self,
        scope: &Scope,
        (organisation, log, rule): (Option<OrganisationId>, &str, &str),
        before: Timestamp,
        (proof, now): (Uuid, Timestamp),
    ) -> Result<usize, Error> {
        if scope.organisation().is_some() {
            return Ok(0);
        }
        let mut gone = match log {
            LEDGER_LOG => self.erase_ledger(scope, (organisation, rule), before, now).await?,
            _ => 0,
        };
        for rows in LOGS.iter().filter(|rows| rows.log == log) {
            let values = vec![at(before), count(ROWS_MAX - gone), maybe_id(organisation.map(|id| id.0))];
            gone += self.run(rows.delete, values).await? as usize;
        }
        if log == crate::attachment::REPORT && gone > 0 {
            self.forget_files_without_report(now).await?;
        }
        if gone > 0 {
            let what = format!("log:{log}");
            let proof = NewProof {
                id: proof,
                organisation: organisation.map(|id| id.0),
                school: None,
                what: &what,
                rule,
                erased: gone,
                held: 0,
                reason: None,
                now,
            };
            self.put_proof(scope, &proof).await?;
            let details = [
                ("erasure", Detail::Id(proof.id)),
                ("log", Detail::Word(log.to_owned())),
                ("erased", Detail::Count(gone as i64)),
            ];
            let about = About { organisation, school: None, now };
            self.record(scope, about, "log-erased", &details).await?;
        }
        Ok(gone)
    }
}

impl Write {
    async fn erase_ledger(
        &mut self,
        scope: &Scope,
        (organisation, rule): (Option<OrganisationId>, &str),
        before: Timestamp,
        now: Timestamp,
    ) -> Result<usize, Error> {
        let values = vec![at(before), count(ROWS_MAX), maybe_id(organisation.map(|id| id.0))];
        let rows = self.all("ledger_record", LEDGER, values).await?;
        let indexes = rows.iter().map(|row| Ok(row.int("idx")?.unsigned_abs()));
        let indexes = indexes.collect::<Result<Vec<u64>, Error>>()?;
        Ok(self.erase_records(scope, &indexes, rule, now).await? as usize)
    }
}

#[cfg(test)]
#[path = "keep_log_tests.rs"]
mod keep_log_tests;
