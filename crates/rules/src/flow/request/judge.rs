//! How a request control stands (specification §6, row *request*).

use super::super::record::Row;
use super::super::{case, clock, people};
use super::{deciders, due_at, grant, grants, is_waiting, requests, second, stage_of, stage_since};
use crate::compiled::{CompiledControl, CompiledPack};
use crate::evaluate::rule::excuses;
use crate::judge::{Ctx, Judged, Judgement};
use schoolkeeper_core::act;
use schoolkeeper_core::control::{ControlKind, Request};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::standing::{KnownBy, Missing, Standing};

/// What the rules that look for the request's grants (`granted('NAME', …)`) say beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detection {
    /// None is bound beside it, or it is not kept.
    Nothing,
    /// One is kept: what was never asked for was not done either.
    Kept,
}

/// Judges the request by itself. A request that nobody ever asked for may still be kept beside a rule:
/// see [`granted_rules`] and [`judge_beside`].
pub fn judge(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request) -> Judged {
    judge_beside(ctx, control, spec, Detection::Nothing)
}

/// The rules of the pack that ask for grants of this request.
pub fn granted_rules(ctx: Ctx<'_>, request: &str) -> Vec<Name> {
    let asks = |control: &&CompiledControl| {
        matches!(control.control.kind, ControlKind::Rule(_)) && looks_for(control, request)
    };
    ctx.pack.controls.values().filter(asks).map(|control| control.control.id.clone()).collect()
}

/// The requests of a policy whose grants a control looks for, or which excuse from it: what somebody may ask for where
/// it stands in the way.
pub fn opening<'p>(pack: &'p CompiledPack, control: &CompiledControl) -> Vec<&'p CompiledControl> {
    let excuses = match &control.control.kind {
        ControlKind::Rule(rule) => excuses(pack, &control.control.id, rule),
        _ => Vec::new(),
    };
    let requests = pack.controls.values().filter(|other| matches!(other.control.kind, ControlKind::Request(_)));
    requests
        .filter(|request| excuses.contains(&request.control.id) || looks_for(control, &request.control.id))
        .collect()
}

/// Whether a control speaks of grants of a request.
fn looks_for(control: &CompiledControl, request: &str) -> bool {
    let (single, double) = (format!("granted('{request}'"), format!("granted(\"{request}\""));
    control.expressions.values().any(|expr| {
        let text: String = expr.text().split_whitespace().collect();
        text.contains(&single) || text.contains(&double)
    })
}

/// Judges the request knowing what the bound rules of [`granted_rules`] say.
pub fn judge_beside(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request, beside: Detection) -> Judged {
    let mut all = Vec::new();
    all.extend(requests(ctx, control).map(|request| judge_request(ctx, control, spec, request)));
    all.extend(grants(ctx, control).map(|grant| judge_grant(ctx, control, spec, grant)));
    let asked = !all.is_empty();
    all.extend(without_grant(ctx, control, spec));
    all.extend(staffed(ctx, spec));
    all.extend(spec.longest.iter().filter_map(|span| clock::span(ctx, span).err()).map(Judgement::missing));
    all.extend(probe(ctx, control, spec));
    if !asked {
        all.push(never_asked(ctx, control, spec, beside));
    }
    Judged::of(all)
}

fn judge_request(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request, request: Row<'_>) -> Judgement {
    let of = |standing| Judgement::of(request.register, request.row, standing);
    if !is_waiting(request) {
        return of(Standing::Kept).known_by(KnownBy::Evidenced);
    }
    let Some((_, stage)) = stage_of(spec, request) else {
        return Judgement {
            since: stage_since(request),
            message: Some(format!("{}: a request waits at a stage the policy no longer has", control.control.title)),
            ..of(Standing::Broken)
        };
    };
    let names = second::names(ctx, stage, request);
    let changes = names.iter().filter_map(|name| people::holders_until(ctx, name)).min();
    if deciders(ctx, spec, request).is_empty() {
        let missing = names.into_iter().map(|name| Missing::Role { name }).collect();
        return Judgement { missing, ..of(Standing::Unknown) }.until(changes);
    }
    let limit = stage.within.as_ref().zip(stage_since(request));
    if let Some(Err(missing)) = limit.map(|(within, since)| clock::deadline(ctx, within, since)) {
        return Judgement { missing: vec![missing], ..of(Standing::Unknown) };
    }
    let due_at = due_at(ctx, spec, request);
    let late = due_at.filter(|due| *due <= ctx.world.now);
    let who = clock::any_of(&names);
    Judgement {
        since: late.or_else(|| stage_since(request)),
        due_at,
        due_on: due_at.map(|due| clock::last_day(ctx, due)),
        message: Some(format!("{}: a request waits for a decision by {who}", control.control.title)),
        valid_until: clock::earlier(clock::ahead(ctx, due_at), changes),
        known_by: Some(KnownBy::Evidenced),
        ..of(if late.is_some() { Standing::Broken } else { Standing::Due })
    }
}

fn judge_grant(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request, row: Row<'_>) -> Judgement {
    let of = |standing| Judgement::of(row.register, row.row, standing).known_by(KnownBy::Evidenced);
    let due_at = grant::end_due(ctx, spec, row);
    let shown = row.value("at_end_done_on").is_some();
    let Some(due) = due_at.filter(|_| !shown && !grant::is_renewed(ctx, control, row)) else {
        return of(Standing::Kept);
    };
    let early = row.value("ended_on").is_some();
    let standing = match (due <= ctx.world.now, early) {
        (true, _) => Standing::Broken,
        (false, true) => Standing::Due,
        (false, false) => return of(Standing::Kept).until(Some(due)),
    };
    let says = spec.at_end.first().map_or("", |item| item.says.as_str());
    let person = row.one("person").and_then(|id| Row::of(ctx.world, id)).map_or_else(String::new, Row::name);
    Judgement {
        since: Some(due.min(ctx.world.now)),
        due_at,
        due_on: due_at.map(|due| clock::last_day(ctx, due)),
        message: Some(format!("{}: the permission of {person} has ended; open: {says}", control.control.title)),
        valid_until: clock::ahead(ctx, due_at),
        ..of(standing)
    }
}

/// Cases that only a grant opens, opened without one.
fn without_grant(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request) -> Vec<Judgement> {
    let types = spec.unlocks.iter().filter_map(|act| act.get_ref().strip_prefix("case.open:"));
    let opened = types.flat_map(|name| case::named_cases(ctx, name));
    let lawful = |case: Row<'_>| {
        let day = case.date("opened_at");
        let yes = |row: Row<'_>| case.one("about") == Some(row.id()) && row.text("outcome") == Some("granted");
        let by_request = requests(ctx, control).any(yes);
        let reporter = case.one("reporter");
        let granted =
            |grant: Row<'_>| grant.one("person") == reporter && day.is_none_or(|day| grant::was_given(grant, day));
        by_request || grants(ctx, control).any(granted)
    };
    let broken = opened.filter(|case| !lawful(*case)).map(|case| Judgement {
        since: case.instant("opened_at"),
        message: Some(format!("{} was opened without the permission `{}`", case.name(), control.control.title)),
        known_by: Some(KnownBy::Measured),
        ..Judgement::of(case.register, case.row, Standing::Broken)
    });
    broken.collect()
}

/// Roles of the stages that nobody holds, where nobody else may decide instead.
fn staffed(ctx: Ctx<'_>, spec: &Request) -> Option<Judgement> {
    let mut missing = Vec::new();
    for stage in &spec.stages {
        let vacant = people::vacant(ctx, &stage.by.0, None);
        if !vacant.is_empty() && (stage.all || vacant.len() == stage.by.0.len()) {
            missing.extend(vacant.into_iter().map(|name| Missing::Role { name }));
        }
    }
    let roles = spec.stages.iter().flat_map(|stage| stage.by.iter());
    let until = roles.filter_map(|role| people::holders_until(ctx, role)).min();
    let standing = if missing.is_empty() { Standing::Kept } else { Standing::Unknown };
    let whole = Judgement { missing, ..Judgement::whole(standing) }.until(until);
    (standing == Standing::Unknown || until.is_some()).then_some(whole)
}

/// What it unlocks must really be locked.
fn probe(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request) -> Option<Judgement> {
    if spec.unlocks.is_empty() {
        return None;
    }
    super::super::probed(ctx, control)
}

fn never_asked(ctx: Ctx<'_>, control: &CompiledControl, spec: &Request, beside: Detection) -> Judgement {
    let register = |name: &str| ctx.world.schemas.index(name).is_some();
    let inside = |name: &str| act::find(name, register).is_some_and(|act| act.inside);
    let all_inside = !spec.unlocks.is_empty() && spec.unlocks.iter().all(|act| inside(act.get_ref()));
    match (all_inside, beside) {
        (true, _) => Judgement::whole(Standing::Kept).known_by(KnownBy::Enforced),
        (false, Detection::Kept) => Judgement::whole(Standing::Kept).known_by(KnownBy::Measured),
        (false, Detection::Nothing) => Judgement::missing(Missing::NeverAsked { control: control.control.id.clone() }),
    }
}
