//! What the ledger tells of the schools somebody reaches, newest first.
//!
//! Invariant: names are not here; whoever shows a line looks them up.

use crate::error::Error;
use crate::ledger::Detail;
use crate::sql::{Row, at, id, maybe_text, statements};
use crate::transaction::Read;
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{OrganisationId, SchoolId};
use std::collections::BTreeMap;

statements! {
    OF_SCHOOL = "SELECT r.idx, r.kind, r.organisation, r.school, r.actor, r.document, r.at FROM ledger_record r \
        WHERE r.idx < $1 AND r.school = $2 AND COALESCE($3, r.kind) = r.kind AND COALESCE($4, r.actor) = r.actor \
        AND r.at >= $5 AND r.at < $6 ORDER BY r.idx DESC LIMIT $7";
    OF_ALL = "SELECT r.idx, r.kind, r.organisation, r.school, r.actor, r.document, r.at FROM ledger_record r \
        WHERE r.idx < $1 \
        AND (r.organisation = $2 OR r.school IN (SELECT s.id FROM school s WHERE s.organisation = $2)) \
        AND COALESCE($3, r.kind) = r.kind AND COALESCE($4, r.actor) = r.actor \
        AND r.at >= $5 AND r.at < $6 ORDER BY r.idx DESC LIMIT $7";
}

/// The longest page.
pub const PAGE_MAX: u32 = 1000;

/// Which records.
#[derive(Clone, Debug, Default)]
pub struct SaidPage {
    /// Only before this index.
    pub before: Option<u64>,
    /// Only of this school.
    pub school: Option<SchoolId>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only by this actor, as it is stored.
    pub actor: Option<String>,
    /// From this instant.
    pub from: Option<Timestamp>,
    /// Before this one.
    pub to: Option<Timestamp>,
    /// At most [`PAGE_MAX`].
    pub limit: u32,
}

/// One record, to be put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place in the ledger.
    pub index: u64,
    /// What happened.
    pub kind: String,
    /// Where.
    pub organisation: Option<OrganisationId>,
    /// Where.
    pub school: Option<SchoolId>,
    /// On whose behalf: `person:ID`, `operator`, `system:REASON`.
    pub actor: String,
    /// Ids and counts.
    pub details: BTreeMap<String, Detail>,
    /// When.
    pub at: Timestamp,
}

impl Read {
    /// Records of what the scope reaches, newest first; none for a scope that reaches only one's own things.
    pub async fn said(&self, scope: &Scope, page: &SaidPage) -> Result<Vec<Line>, Error> {
        let places = match (page.school, scope.organisation()) {
            (Some(school), _) => {
                let reached = self.reach_whole(scope, school).await?;
                reached.map(|reached| (OF_SCHOOL, reached.school.0)).into_iter().collect()
            }
            // What belongs to no school is for whoever reaches them all.
            (None, Some(organisation)) if scope.reaches_all() => vec![(OF_ALL, organisation.0)],
            (None, _) => self.schools(scope).await?.into_iter().map(|school| (OF_SCHOOL, school.id.0)).collect(),
        };
        let limit = page.limit.min(PAGE_MAX);
        let mut out = Vec::new();
        for (statement, place) in places {
            let values = vec![
                page.before.map_or(i64::MAX, |before| before as i64).into(),
                id(place),
                maybe_text(page.kind.as_deref()),
                maybe_text(page.actor.as_deref()),
                at(page.from.unwrap_or(Timestamp::MIN)),
                at(page.to.unwrap_or(Timestamp::MAX)),
                i64::from(limit).into(),
            ];
            for row in self.all("ledger_record", statement, values).await? {
                out.push(line(&row)?);
            }
        }
        out.sort_by_key(|line| std::cmp::Reverse(line.index));
        out.truncate(limit as usize);
        Ok(out)
    }
}

fn line(row: &Row) -> Result<Line, Error> {
    Ok(Line {
        index: row.int("idx")? as u64,
        kind: row.text("kind")?,
        organisation: row.maybe_id("organisation")?.map(OrganisationId),
        school: row.maybe_id("school")?.map(SchoolId),
        actor: row.text("actor")?,
        details: row.json("document").unwrap_or_default(),
        at: row.at("at")?,
    })
}
