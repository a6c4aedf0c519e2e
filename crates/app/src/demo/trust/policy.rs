//! What a made-up trust does because of its policies: numbers it sets, agreements it publishes and signs, tasks it does.
//! Read from the policy itself, so that any policy has a believable year.

use super::cell::{When, written};
use super::list::Table;
use super::place::Place;
use crate::demo::{articles, chance::Chance, csv};
use crate::snapshot::Adopted;
use jiff::Span;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::pack::Pack;
use schoolkeeper_core::world::World;
use schoolkeeper_rules::Ctx;
use schoolkeeper_rules::occur::occurrences;
use std::collections::BTreeMap;

/// `K=V` for nearly every blank of a policy; a few stay blank, as they do.
pub fn params(pack: &Pack, seed: u64) -> Vec<String> {
    let mut chance = Chance::new(seed);
    let blanks = pack.params.iter().filter(|(_, param)| param.value.is_none());
    let set = blanks.filter_map(|(name, param)| {
        let value = match param.unit.as_deref()? {
            "schedule" => "1 term",
            "days" => "30 days",
            "working days" => "10 working days",
            "hours" => "48 hours",
            "minutes" => "15 minutes",
            "months" => "12 months",
            "percent" => "10",
            _ => "20",
        };
        (chance.below(12) > 0).then(|| format!("{name}={value}"))
    });
    set.collect()
}

/// The agreements a place publishes.
pub fn published(pack: &Pack, when: &When) -> Table {
    let rows: Vec<Vec<String>> = articles(pack)
        .into_iter()
        .map(|(agreement, articles)| {
            vec![agreement, "1".to_owned(), written(when.today), "Yes".to_owned(), articles.join("; ")]
        })
        .collect();
    let head = ["Agreement", "Version", "Published", "Material change", "Articles"];
    Table { rows: rows.len(), text: csv(&head, rows) }
}

/// Who has signed by now: of a hundred people `share`, always the same first.
pub fn signatures(pack: &Pack, place: &Place, when: &When, (seed, share): (u64, u64)) -> Table {
    let mut rows = Vec::new();
    for (agreement, articles) in articles(pack) {
        let mut chance = Chance::new(seed ^ place.index as u64 ^ agreement.len() as u64);
        for person in &place.people {
            let signs = chance.below(100) < share;
            if signs && person.from <= when.today && person.is_here(when.today) {
                let cells = [&agreement, &person.name, "1", &written(when.today), "Yes", &articles.join("; ")];
                rows.push(cells.map(ToString::to_string).to_vec());
            }
        }
    }
    let head = ["Agreement", "Person", "Version", "Signed", "Passed", "Articles"];
    Table { rows: rows.len(), text: csv(&head, rows) }
}

/// Most records of one task: rooms, say, each looked at once a term.
const EACH_MAX: usize = 12;

/// Tasks that were due in the last month, most of them done in time; some late, some not at all.
pub fn tasks_done(
    (one, world): (&Adopted, &World),
    (when, names): (&When, &BTreeMap<String, Vec<String>>),
    seed: u64,
) -> Table {
    let params = one.params();
    let ctx = Ctx { pack: &one.live, params: &params, world };
    let from = when.today.saturating_sub(Span::new().days(31));
    let mut rows = Vec::new();
    let mut chance = Chance::new(seed ^ when.month as u64);
    for (name, compiled) in &one.live.controls {
        let ControlKind::Duty(duty) = &compiled.control.kind else { continue };
        let owner = duty.owner.iter().next().map_or_else(String::new, ToString::to_string);
        let shown = duty.evidence.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let each: Vec<String> = match &duty.subject {
            None => vec![String::new()],
            Some(register) => {
                let register = register.get_ref();
                let known = names.get(&**register).into_iter().flatten();
                known.take(EACH_MAX).map(|name| format!("{register}/{name}")).collect()
            }
        };
        for due in occurrences(ctx, compiled, duty, (from, when.today)).unwrap_or_default() {
            if due.happened.is_some() || due.due > when.today || chance.below(100) < 15 {
                continue;
            }
            let late = if chance.below(100) < 12 { 6 } else { 0 };
            let on = due.due.saturating_add(Span::new().days(late)).min(when.today);
            let day = written(due.due);
            let done = |about: &String| {
                [name.as_ref(), &day, &written(on), &owner, &shown, about].map(ToOwned::to_owned).to_vec()
            };
            rows.extend(each.iter().map(done));
        }
    }
    let head = ["Task", "Due", "Done on", "By", "Evidence", "For"];
    Table { rows: rows.len(), text: csv(&head, rows) }
}

/// The trust's board has allowed a head to adopt a policy.
pub fn leave_to_adopt(head: &str, when: &When) -> Table {
    let day = |days: i64| written(when.today.saturating_add(Span::new().days(days)));
    let row = ["policy-approval", head, &day(-6), &day(30), &day(-20), &day(-6)].map(str::to_owned).to_vec();
    let head = ["request", "person", "from", "until", "asked_at", "decided_at"];
    Table { rows: 1, text: csv(&head, [row]) }
}

/// One incident of a kind the policy knows.
pub fn incident(pack: &Pack, place: &Place, when: &When) -> Table {
    let kinds = pack.controls.values().filter(|control| matches!(control.kind, ControlKind::Case(_)));
    let kinds: Vec<String> = kinds.map(|control| control.id.to_string()).collect();
    let Some(kind) = kinds.get((when.month + place.index) % kinds.len().max(1)) else {
        return Table { rows: 0, text: String::new() };
    };
    let day = |days: i64| written(when.today.saturating_sub(Span::new().days(days)));
    let closed = if when.month.is_multiple_of(2) { format!("{} 15:00", day(3)) } else { String::new() };
    let row = vec![
        kind.clone(),
        format!("{} 09:10", day(12)),
        format!("{} 08:40", day(12)),
        closed,
        "No".to_owned(),
        place.post("caretaker"),
        "Wrote it down and told the office".to_owned(),
    ];
    let head = ["Type", "Opened", "Aware", "Closed", "Exercise", "Reporter", "Action"];
    Table { rows: 1, text: csv(&head, [row]) }
}
