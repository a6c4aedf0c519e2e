//! Whether anybody who deals with a report has opened it: written down once, and told of when nobody did in time.
//!
//! Invariant: looking writes at most once about one incident, and only what nobody disputes: that it was opened.

use super::see::found;
use super::{CASE, Of, Reach};
use crate::act::{Acted, Before, PolicyAct};
use crate::job::Failure;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::Change;
use schoolkeeper_rules::flow::case::{is_open, may_handle, open_by};
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::School;
use schoolkeeper_store::job::NewJob;
use serde_json::json;
use std::collections::BTreeMap;

/// The job that tells of a report nobody opened.
pub(crate) const UNOPENED: &str = "case-unopened";
/// The act.
const SEE: &str = "case.see";

/// Whether it is first opened by this look: by one of those who deal with it, who did not report it.
pub(super) fn opens(before: &Before, (of, row): (Of<'_>, Row<'_>), reported: bool) -> bool {
    let handles = |person| may_handle(of.ctx, of.control, row, person);
    !reported && is_open(row) && row.value("seen_at").is_none() && before.person().is_some_and(handles)
}

impl House {
    /// Writes down that somebody who deals with an incident has opened it.
    pub(super) async fn opened_case(
        &self,
        (actor, school, reach): (&Actor, &School, Reach),
        ((pack, control), case): (&(Name, Name), EntryId),
    ) -> Result<Acted, Error> {
        let form = Value::Map(BTreeMap::new().into());
        let act = PolicyAct { pack, control, act: SEE, on: Some(case), form };
        let judge = |before: &Before, _: &PolicyAct<'_>| {
            let (of, row, looks) = found(before, case, reach)?;
            let seen = Change::of(CASE, case).set("seen_at", Value::Instant(of.ctx.world.now));
            Ok(Ok(if opens(before, (of, row), looks.reported) { vec![seen] } else { Vec::new() }))
        };
        self.act_judged((actor, school), act, None, judge).await
    }

    /// Looks again when a report is to have been opened.
    pub(super) async fn await_opening(&self, school: &School, case: EntryId) -> Result<(), Error> {
        let before = self.before(&self.operator(), school).await?;
        let row = Row::of(before.world(), case).ok_or(Error::Missing)?;
        let by: Option<Timestamp> = super::of_row(&before, row).and_then(|of| open_by(of.ctx, of.spec, row));
        drop(before);
        let Some(run_at) = by else { return Ok(()) };
        let job = NewJob {
            kind: UNOPENED,
            key: Some(case.to_string()),
            document: json!({ "school": school.id.to_string() }),
            run_at,
            organisation: Some(school.organisation),
        };
        let mut write = self.write().await?;
        write.push(&Scope::system("cases"), &job).await?;
        write.commit().await?;
        Ok(())
    }

    /// The job.
    pub(crate) async fn tell_unopened(&self, document: &serde_json::Value) -> Result<(), Failure> {
        let wanted = document["school"].as_str().unwrap_or_default();
        let schools = self.all_schools(&self.operator()).await?;
        let school = schools.into_iter().find(|school| school.id.to_string() == wanted);
        let school = school.ok_or_else(|| Failure::Fail("There is no such school any more.".to_owned()))?;
        crate::job::count("told", self.tell_of_cases(&school).await?);
        Ok(())
    }
}
