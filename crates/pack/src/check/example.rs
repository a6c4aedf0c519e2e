//! Examples: what they name exists, and what they expect can come out of a control of that type.

use super::Checker;
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::pack::Example;

/// What any standing can be.
const STANDINGS: &[&str] = &["kept", "told", "due", "broken", "unknown"];
/// What an act can come to.
const ACTS: &[&str] = &["allowed", "refused"];
/// States of requests.
pub(super) const REQUESTS: &[&str] = &["granted", "refused", "ended", "waiting", "withdrawn"];
/// States of cases.
const CASES: &[&str] = &["open", "closed"];

pub(super) fn check(checker: &mut Checker<'_>) {
    for (at, example) in checker.pack.examples.iter().enumerate() {
        checker.at("example", &at.to_string());
        let pack = checker.pack;
        if !checker.known_at("the control", &example.control, pack.controls.keys().map(|name| &**name)) {
            continue;
        }
        check_given(checker, example);
        check_acts(checker, example);
        check_expect(checker, example);
    }
}

fn check_given(checker: &mut Checker<'_>, example: &Example) {
    for (name, rows) in &example.given {
        let place = checker.find(name);
        let all = checker.schemas.all().iter().map(|register| &*register.id);
        if !checker.known("the register", name, place, all) {
            continue;
        }
        let Some(register) = checker.schemas.get(name) else { continue };
        for field in rows.iter().flat_map(serde_json::Map::keys).filter(|field| !free(name, field)) {
            checker.field(register, field, checker.find(field));
        }
    }
    for name in example.census.keys() {
        let place = checker.find(name);
        checker.known("the register", name, place, checker.schemas.all().iter().map(|register| &*register.id));
    }
    let params: Vec<_> = example.param.keys().cloned().collect();
    checker.known_all("the param", &params, checker.pack.params.keys().map(|name| &**name));
    let named: Vec<_> = example.named.keys().cloned().collect();
    checker.known_all("the entry", &named, checker.pack.entries.keys().map(|name| &**name));
    if let Some(clause) = &example.clause {
        let place = checker.find(clause);
        let ids = checker.pack.clauses.iter().map(|clause| &**clause.id.get_ref());
        checker.known("the clause", clause, place, ids);
    }
}

/// A duty's `done` may carry short words such as `rooms = "all"`, which the example engine reads.
fn free(register: &str, field: &str) -> bool {
    field == "key" || field.starts_with('_') || (register == "done" && field == "rooms")
}

fn check_acts(checker: &mut Checker<'_>, example: &Example) {
    let acts = example.act.iter().map(|act| &act.name).chain(example.story.iter().filter_map(|line| line.act.as_ref()));
    let acts: Vec<_> = acts.cloned().collect();
    for act in acts {
        let place = checker.find(&act);
        checker.act_text(&act, place);
    }
    for line in &example.story {
        if line.act.is_none() && line.expect.is_none() && line.told.is_empty() {
            let place = checker.find(&line.at);
            checker.error_hint("this line does and looks at nothing", place, "add `act`, `told` or `expect`");
        }
    }
}

fn check_expect(checker: &mut Checker<'_>, example: &Example) {
    let Some(control) = checker.pack.controls.get(example.control.get_ref()) else { return };
    let mut known: Vec<&str> = [STANDINGS, ACTS].concat();
    match control.kind {
        ControlKind::Request(_) => known.extend(REQUESTS),
        ControlKind::Case(_) => known.extend(CASES),
        _ => {}
    }
    if let Some(expect) = &example.expect {
        let place = checker.place(expect);
        checker.known("the outcome", expect.get_ref(), place, known.iter().copied());
    } else if example.story.is_empty() && example.due_on.is_none() {
        let place = checker.place(&example.control);
        checker.error_hint("this example expects nothing", place, "add `expect = …` or a `story`");
    }
    for expect in example.story.iter().filter_map(|line| line.expect.as_ref()) {
        let place = checker.find(expect);
        checker.known("the outcome", expect, place, known.iter().copied());
    }
    if example.act.is_none() && example.expect.as_ref().is_some_and(|expect| ACTS.contains(&expect.get_ref().as_str()))
    {
        let place = checker.place(&example.control);
        checker.error_hint("which act is allowed or refused?", place, "add `act = { name = …, actor = … }`");
    }
    if example.at.is_none() && example.story.is_empty() && example.act.is_none() {
        let place = checker.place(&example.control);
        checker.error_hint("when is this?", place, "add `at = \"2026-11-23T08:00\"`");
    }
}
