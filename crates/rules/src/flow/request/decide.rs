//! Deciding a request, stage by stage, by people who are not the asker.

use super::super::change::{Change, Refusal, map};
use super::super::form::Acting;
use super::super::people::{self, Group};
use super::super::record::Row;
use super::super::{case, clock};
use super::second::{self, is_own};
use super::{find, grant, is_waiting, stage_of};
use crate::compiled::CompiledControl;
use crate::expr::Truth;
use crate::judge::Ctx;
use schoolkeeper_core::control::{Request, Stage};
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use std::collections::BTreeSet;

/// Questions and decisions one request holds at most.
const ROWS_MAX: usize = 50;

/// What a decision does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Asks the asker something; the request waits on.
    Question,
    /// No: the request ends.
    Refused,
    /// Yes, and others still have to decide.
    Waiting,
    /// Yes, and nobody is left to ask.
    Granted,
}

/// Somebody decides, or asks back. The form holds `yes` (and perhaps `reason`, `stage`), or `question`.
pub fn decide(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Request,
    acting: Acting<'_>,
) -> Result<(Decision, Vec<Change>), Refusal> {
    let request = find(ctx, control, acting.on)?;
    if !is_waiting(request) {
        return Refusal::say("this request has been decided\nhint: ask again if something has changed");
    }
    let Some((at, stage)) = stage_of(spec, request) else {
        return Refusal::say("this request is at a stage the policy no longer has\nhint: ask again");
    };
    if acting.form.get("stage").is_some_and(|stage| *stage != Value::Int(at as i64)) {
        return Refusal::say(format!("this request is at stage {at}\nhint: earlier stages are decided first"));
    }
    let roles = may_decide(ctx, spec, request, acting.person)?;
    if let Some(question) = acting.text("question") {
        return ask_back(ctx, request, acting, question).map(|change| (Decision::Question, vec![change]));
    }
    let Some(yes) = acting.form.get("yes").and_then(Value::as_bool) else {
        return Refusal::say("`yes` is not answered\nhint: decide with `yes` true or false, or ask a `question`");
    };
    let counted = if stage.all { &roles[..] } else { &roles[..1] };
    let rows = with_decision(ctx, request, acting, (at, counted, yes))?;
    let change = Change::of("request", request.id()).set("decisions", Value::List(rows.clone().into()));
    Ok(if !yes {
        (Decision::Refused, vec![ended(ctx, change, "refused")])
    } else if lacking(ctx, (stage, at), &rows, request) != (Vec::new(), 0) {
        (Decision::Waiting, vec![change])
    } else if at < spec.stages.len() {
        let change = change.set("stage", Value::Int(at as i64 + 1)).set("stage_since", Value::Instant(ctx.world.now));
        (Decision::Waiting, vec![change])
    } else {
        (Decision::Granted, granted(ctx, control, spec, request, ended(ctx, change, "granted"))?)
    })
}

fn ended(ctx: Ctx<'_>, change: Change, outcome: &str) -> Change {
    change.set("outcome", Value::text(outcome)).set("decided_at", Value::Instant(ctx.world.now))
}

fn granted(
    ctx: Ctx<'_>,
    control: &CompiledControl,
    spec: &Request,
    request: Row<'_>,
    change: Change,
) -> Result<Vec<Change>, Refusal> {
    let mut changes = vec![change, grant::begin(ctx, control, spec, request)?];
    let cases = spec.unlocks.iter().filter_map(|act| act.get_ref().strip_prefix("case.open:"));
    for name in cases {
        changes.extend(case::open_for_grant(ctx, name, request));
    }
    Ok(changes)
}

/// The names of the stage under which a person may decide; a refusal says why not.
pub fn may_decide(ctx: Ctx<'_>, spec: &Request, request: Row<'_>, person: usize) -> Result<Vec<Name>, Refusal> {
    let Some((_, stage)) = stage_of(spec, request) else {
        return Refusal::say("nothing is to be decided here\nhint: look the request up again");
    };
    let me = Row::at(ctx.world, ctx.world.schemas.index("person").unwrap_or_default(), person).id();
    if is_own(request, me) {
        return Refusal::say("nobody decides their own request\nhint: leave it to another of those who decide");
    }
    let fits =
        |name: &&Name| people::meant(ctx, std::slice::from_ref(*name), person, Some(request)).truth == Truth::True;
    let names = second::names(ctx, stage, request);
    let roles: Vec<Name> = names.iter().filter(fits).cloned().collect();
    if roles.is_empty() {
        let who = clock::any_of(&names);
        return Refusal::say(format!("this is decided by {who}\nhint: leave it to them"));
    }
    Ok(roles)
}

/// The people who may decide the stage a request waits at: never the asker.
pub fn deciders(ctx: Ctx<'_>, spec: &Request, request: Row<'_>) -> BTreeSet<EntryId> {
    let Some((_, stage)) = stage_of(spec, request) else { return BTreeSet::new() };
    let group = Group::of(ctx, &second::names(ctx, stage, request), Some(request));
    let all = Row::all(ctx.world, "person").filter(|person| group.has(person.row).truth == Truth::True);
    all.map(Row::id).filter(|id| !is_own(request, *id)).collect()
}

fn ask_back(ctx: Ctx<'_>, request: Row<'_>, acting: Acting<'_>, says: &str) -> Result<Change, Refusal> {
    let mut questions = request.items("questions").to_vec();
    if questions.iter().any(|question| question.get("answered_at").is_none()) || questions.len() >= ROWS_MAX {
        return Refusal::say("a question is still open\nhint: wait for its answer, or decide");
    }
    questions.push(map([
        ("by", Value::Ref(acting.id(ctx))),
        ("at", Value::Instant(ctx.world.now)),
        ("says", Value::text(says)),
    ]));
    Ok(Change::of("request", request.id()).set("questions", Value::List(questions.into())))
}

/// Stage of a row of `decisions`; 1 when it is not said.
pub(super) fn row_stage(row: &Value) -> usize {
    match row.get("stage") {
        Some(Value::Int(stage)) => usize::try_from(*stage).unwrap_or(1),
        _ => 1,
    }
}

fn with_decision(
    ctx: Ctx<'_>,
    request: Row<'_>,
    acting: Acting<'_>,
    (at, roles, yes): (usize, &[Name], bool),
) -> Result<Vec<Value>, Refusal> {
    let me = Value::Ref(acting.id(ctx));
    let mut rows = request.items("decisions").to_vec();
    let before = rows.iter().any(|row| row_stage(row) == at && row.get("by") == Some(&me));
    if before || rows.len() >= ROWS_MAX {
        return Refusal::say("you have decided this already\nhint: it waits for the others");
    }
    rows.extend(roles.iter().map(|role| {
        map([
            ("stage", Value::Int(at as i64)),
            ("by", me.clone()),
            ("role", Value::text(role)),
            ("yes", Value::Bool(yes)),
            ("at", Value::Instant(ctx.world.now)),
            ("reason", acting.text("reason").map_or(Value::Empty, Value::text)),
            ("signed", acting.text("signed").map_or(Value::Empty, Value::text)),
        ])
    }));
    Ok(rows)
}

/// What the stage a request waits at still lacks: the sides that have not said yes, each as those who may say it, and
/// how many people more.
pub fn lacks(ctx: Ctx<'_>, spec: &Request, request: Row<'_>) -> (Vec<Vec<Name>>, usize) {
    let stage = stage_of(spec, request).filter(|_| is_waiting(request));
    stage.map_or((Vec::new(), 0), |(at, stage)| lacking(ctx, (stage, at), request.items("decisions"), request))
}

/// What a stage lacks of all the yeses it asks for. A decision by the asker, brought in by an import, never counts.
fn lacking(ctx: Ctx<'_>, (stage, at): (&Stage, usize), rows: &[Value], request: Row<'_>) -> (Vec<Vec<Name>>, usize) {
    let yes: Vec<&Value> = rows
        .iter()
        .filter(|row| row_stage(row) == at && row.get("yes") == Some(&Value::Bool(true)))
        .filter(|row| row.get("by").and_then(Value::as_ref_id).is_some_and(|by| !is_own(request, by)))
        .collect();
    let people: BTreeSet<EntryId> = yes.iter().filter_map(|row| row.get("by")?.as_ref_id()).collect();
    let has_role = |role: &Name| yes.iter().any(|row| row.get("role").and_then(Value::as_text) == Some(role));
    let more = (stage.any.unwrap_or(1).max(1) as usize).saturating_sub(people.len());
    let mut sides = if stage.all { second::sides(ctx, stage, request) } else { Vec::new() };
    sides.retain(|side| !side.iter().any(has_role));
    (sides, more)
}
