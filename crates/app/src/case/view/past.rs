//! Who was told of an incident, and what happened, in the order of time.

use super::super::Of;
use super::super::told::recipients;
use super::{title_of, value_words};
use crate::request::{moment, name_of};
use jiff::Timestamp;
use schoolkeeper_core::phrase::When;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::case::unopened;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{Told, told_by};
use std::collections::BTreeMap;

/// Most tellings shown.
const TOLD_MAX: usize = 50;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastLine {
    /// When.
    pub at: String,
    /// What.
    pub says: String,
    /// Who.
    pub who: String,
}

/// `Headteacher and IT technician (3 people), 23 November 2026, 9am: it was opened`.
pub(super) fn told(of: Of<'_>, row: Row<'_>) -> Vec<String> {
    let mine =
        told_by(of.ctx, of.control, of.ctx.world.now).into_iter().filter(|told| told.what.entry == Some(row.id()));
    let line = |told: Told| {
        let count = recipients(of, row, &told.who).len();
        let people = if count == 1 { "1 person".to_owned() } else { format!("{count} people") };
        let why = match told.moment {
            When::Opened => "it is theirs from then",
            When::Due => "the last day is near",
            When::Overdue => "it is late",
            When::Closed => "it was closed",
            When::Changed => "it went on",
        };
        format!("{} ({people}), {}: {why}", of.people(&told.who), moment(of.ctx, told.when))
    };
    let mut lines: Vec<String> = mine.map(line).collect();
    let unopened = unopened(of.ctx, of.control, of.spec, row).filter(|told| told.when <= of.ctx.world.now);
    lines.extend(
        unopened.map(|told| format!("{}, {}: nobody had opened it", of.people(&told.who), moment(of.ctx, told.when))),
    );
    lines.dedup();
    lines.truncate(TOLD_MAX);
    lines
}

pub(super) fn past(of: Of<'_>, row: Row<'_>) -> Vec<PastLine> {
    let mut out: BTreeMap<(Timestamp, usize), PastLine> = BTreeMap::new();
    let mut add = |at: Option<Timestamp>, says: String, who: String| {
        if let Some(at) = at {
            let turn = out.len();
            out.insert((at, turn), PastLine { at: moment(of.ctx, at), says, who });
        }
    };
    let reporter = row.one("reporter").map(|id| name_of(of.ctx, Some(id))).unwrap_or_default();
    add(row.instant("opened_at"), "Opened".to_owned(), reporter);
    for one in row.items("steps") {
        let name = one.get("name").and_then(Value::as_text).unwrap_or_default();
        let value =
            one.get("value").and_then(Value::as_text).map(|value| format!(": {}", value_words(of, (name, value))));
        let who = name_of(of.ctx, one.get("by").and_then(Value::as_ref_id));
        let says = format!("{}{}", title_of(name), value.unwrap_or_default());
        add(one.get("at").and_then(Value::as_instant), says, who);
    }
    add(row.instant("seen_at"), "First opened by somebody who deals with it".to_owned(), String::new());
    add(row.instant("closed_at"), "Closed".to_owned(), String::new());
    add(row.instant("reviewed_at"), "Looked at by a second person".to_owned(), String::new());
    out.into_values().collect()
}
