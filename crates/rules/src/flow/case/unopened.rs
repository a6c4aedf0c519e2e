//! A report that nobody who deals with it has opened in time.
//!
//! Invariant: what opens by itself is nobody's report; whoever works on one has opened it.

use super::super::clock;
use super::super::record::Row;
use super::super::telling::{Told, What};
use super::above::{as_meant, is_about_head};
use super::{handlers, is_exercise};
use crate::compiled::CompiledControl;
use crate::judge::Ctx;
use jiff::{SignedDuration, Timestamp};
use schoolkeeper_core::control::Case;
use schoolkeeper_core::id::Name;
use schoolkeeper_core::phrase::When;
use schoolkeeper_core::role::{CHAIR, HEAD};

/// How soon a report is opened where the policy does not say.
const USUAL: SignedDuration = SignedDuration::from_hours(1);

/// By when somebody is to have opened a report; nothing for what nobody reported.
pub fn open_by(ctx: Ctx<'_>, spec: &Case, case: Row<'_>) -> Option<Timestamp> {
    let reported = case.value("reporter").or(case.value("receipt")).is_some() && !is_exercise(case);
    let opened = case.instant("opened_at").filter(|_| reported)?;
    match &spec.look_within {
        Some(within) => clock::deadline(ctx, within, opened).ok(),
        None => Some(opened + USUAL),
    }
}

/// What is told of a report that nobody had opened by then: everybody who deals with it, the headteacher where nobody
/// is named.
pub fn unopened(ctx: Ctx<'_>, control: &CompiledControl, spec: &Case, case: Row<'_>) -> Option<Told> {
    let when = open_by(ctx, spec, case)?;
    let steps = case.items("steps").iter().filter_map(|row| row.get("at")?.as_instant());
    let seen = ["seen_at", "closed_at"].into_iter().filter_map(|field| case.instant(field)).chain(steps).min();
    if seen.is_some_and(|seen| seen < when) {
        return None;
    }
    let mut who = handlers(ctx, control, spec, case);
    who.extend(is_about_head(ctx, case).then(|| Name::from(CHAIR)));
    if who.is_empty() {
        who.push(Name::from(HEAD));
    }
    let mut who = as_meant(ctx, case, &who).into_owned();
    who.sort();
    who.dedup();
    let what = What { name: control.control.title.clone(), entry: Some(case.id()) };
    Some(Told { who, moment: When::Overdue, when, what })
}
