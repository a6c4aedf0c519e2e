//! Findings: problems one by one, grouped by control, and how they began and ended.

use crate::cause::Cause;
use crate::error::Error;
use crate::key;
use crate::sql::{Row, id, statements, text};
use crate::transaction::Read;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::standing::Standing;
use sea_orm::Value;
use uuid::Uuid;

/// Longest page.
pub const PAGE_MAX: u32 = 1000;

statements! {
    PAGE = "SELECT control, subject, opened_at, standing, since, due_at, message, closed_at, cause FROM finding \
        WHERE school = $1 AND pack = $2 AND closed_at IS NULL AND (control, subject) > ($3, $4) \
        AND ($5 = '' OR control = $5) AND ($6 = '' OR message_key LIKE $6 ESCAPE '\\') \
        AND (subject = $7 OR $7 = $8) ORDER BY control, subject LIMIT $9";
    OPEN = "SELECT control, subject, opened_at, standing, since, due_at, message, closed_at, cause FROM finding \
        WHERE school = $1 AND pack = $2 AND closed_at IS NULL ORDER BY control, subject";
    GROUPS = "SELECT control, CAST(count(*) AS BIGINT) AS number, \
        CAST(sum(CASE WHEN standing = 'broken' THEN 1 ELSE 0 END) AS BIGINT) AS broken, \
        min(since) AS since, min(due_at) AS due_at, min(message) AS message FROM finding \
        WHERE school = $1 AND pack = $2 AND closed_at IS NULL GROUP BY control ORDER BY control";
    CAUSES = "SELECT count(*) AS number FROM (SELECT DISTINCT pack, control FROM finding \
        WHERE school = $1 AND closed_at IS NULL) cause";
    OF_ENTRY = "SELECT school, control, subject, opened_at, standing, since, due_at, message, closed_at, cause \
        FROM finding WHERE subject = $1 ORDER BY opened_at DESC, school, pack, control LIMIT $2";
    HISTORY = "SELECT control, subject, opened_at, standing, since, due_at, message, closed_at, cause FROM finding \
        WHERE school = $1 AND pack = $2 AND control = $3 AND subject = $4 ORDER BY opened_at DESC LIMIT $5";
}

/// A finding as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFinding {
    /// The control that is not kept.
    pub control: Name,
    /// The entry concerned; `None` when the control as a whole is.
    pub subject: Option<EntryId>,
    /// When a run first saw it.
    pub opened_at: Timestamp,
    /// Broken, or due while a grace runs.
    pub standing: Standing,
    /// Since when it has really been so.
    pub since: Timestamp,
    /// When the grace ends.
    pub due_at: Option<Timestamp>,
    /// In words; may name the subject.
    pub message: String,
    /// When a run saw that it was over.
    pub closed_at: Option<Timestamp>,
    /// Why it was closed.
    pub cause: Option<Cause>,
}

/// Open findings of one control.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingGroup {
    /// The control.
    pub control: Name,
    /// How many.
    pub count: u64,
    /// Of these broken; the others are due.
    pub broken: u64,
    /// The longest standing one.
    pub since: Timestamp,
    /// The nearest end of a grace.
    pub due_at: Option<Timestamp>,
    /// The words of one of them.
    pub message: String,
}

/// Which findings are wanted.
#[derive(Clone, Debug, Default)]
pub struct FindingPage {
    /// Of one control.
    pub control: Option<Name>,
    /// Words the message must hold, whatever their case.
    pub search: Option<String>,
    /// After this one: its control and subject.
    pub after: Option<(Name, Option<EntryId>)>,
    /// At most so many; no more than [`PAGE_MAX`].
    pub limit: u32,
}

impl Read {
    /// Open findings of a pack at a school, by control and subject.
    pub async fn findings(
        &self,
        scope: &Scope,
        school: SchoolId,
        pack: &str,
        page: &FindingPage,
    ) -> Result<Vec<StoredFinding>, Error> {
        let Some(reached) = self.reach(scope, school).await? else { return Ok(Vec::new()) };
        let (after, subject) = page.after.as_ref().map_or(("", Uuid::nil()), |(control, subject)| {
            (&**control, subject.map_or(Uuid::nil(), |subject| subject.0))
        });
        let search = page.search.as_deref().map(key::fold).filter(|search| !search.is_empty());
        let values = vec![
            reached.id(),
            text(pack),
            text(after),
            id(subject),
            text(page.control.as_deref().unwrap_or_default()),
            text(search.as_deref().map(key::pattern).unwrap_or_default()),
            id(reached.own.unwrap_or_default()),
            id(Uuid::nil()),
            i64::from(page.limit.clamp(1, PAGE_MAX)).into(),
        ];
        self.all("finding", PAGE, values).await?.iter().map(from_row).collect()
    }

    /// How many findings are open, by control.
    pub async fn finding_groups(
        &self,
        scope: &Scope,
        school: SchoolId,
        pack: &str,
    ) -> Result<Vec<FindingGroup>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let rows = self.all("finding", GROUPS, vec![reached.id(), text(pack)]).await?;
        rows.iter()
            .map(|row| {
                Ok(FindingGroup {
                    control: Name::from(row.text("control")?),
                    count: row.int("number")?.unsigned_abs(),
                    broken: row.int("broken")?.unsigned_abs(),
                    since: row.at("since")?,
                    due_at: row.maybe_at("due_at")?,
                    message: row.text("message")?,
                })
            })
            .collect()
    }

    /// How many controls of a school's policies have an open finding; 0 when it is not reached.
    pub async fn open_causes(&self, scope: &Scope, school: SchoolId) -> Result<u64, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(0) };
        let row = self.one("finding", CAUSES, vec![reached.id()]).await?;
        row.map_or(Ok(0), |row| Ok(row.int("number")?.unsigned_abs()))
    }

    /// How one control was not kept for one subject over time, newest first.
    pub async fn finding_history(
        &self,
        scope: &Scope,
        (school, pack): (SchoolId, &str),
        (control, subject): (&str, Option<EntryId>),
        limit: u32,
    ) -> Result<Vec<StoredFinding>, Error> {
        let Some(reached) = self.reach_whole(scope, school).await? else { return Ok(Vec::new()) };
        let limit: Value = i64::from(limit.clamp(1, PAGE_MAX)).into();
        let values = vec![reached.id(), text(pack), text(control), subject_value(subject), limit];
        self.all("finding", HISTORY, values).await?.iter().map(from_row).collect()
    }

    /// Every finding about one entry, open or over, newest first, at most [`PAGE_MAX`]; none when it is not reached.
    pub async fn findings_of(&self, scope: &Scope, entry: EntryId) -> Result<Vec<StoredFinding>, Error> {
        let rows = self.all("finding", OF_ENTRY, vec![id(entry.0), i64::from(PAGE_MAX).into()]).await?;
        let mut out = Vec::new();
        for row in &rows {
            if self.reach_whole(scope, SchoolId(row.id("school")?)).await?.is_some() {
                out.push(from_row(row)?);
            }
        }
        Ok(out)
    }

    /// All that are open: only an evaluation needs them at once.
    pub(crate) async fn open_findings(&self, school: SchoolId, pack: &str) -> Result<Vec<StoredFinding>, Error> {
        self.all("finding", OPEN, vec![id(school.0), text(pack)]).await?.iter().map(from_row).collect()
    }
}

/// The nil id stands for the control as a whole: keys hold no NULL.
pub(crate) fn subject_value(subject: Option<EntryId>) -> Value {
    id(subject.map_or(Uuid::nil(), |subject| subject.0))
}

fn from_row(row: &Row) -> Result<StoredFinding, Error> {
    let subject = row.id("subject")?;
    Ok(StoredFinding {
        control: Name::from(row.text("control")?),
        subject: (!subject.is_nil()).then_some(EntryId(subject)),
        opened_at: row.at("opened_at")?,
        standing: row.word("standing")?,
        since: row.at("since")?,
        due_at: row.maybe_at("due_at")?,
        message: row.text("message")?,
        closed_at: row.maybe_at("closed_at")?,
        cause: row.maybe_word("cause")?,
    })
}
