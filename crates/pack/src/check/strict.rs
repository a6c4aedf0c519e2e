//! What a pack needs before it may be shipped: honest modes, and examples for every control.

use super::clause::subject_of;
use super::{Checker, who};
use schoolkeeper_core::clause::{Clause, Mode};
use schoolkeeper_core::control::{Control, ControlKind};
use schoolkeeper_core::pack::Example;
use schoolkeeper_core::role::{CHAIR, HEAD};
use std::collections::BTreeSet;

pub(super) fn check(checker: &mut Checker<'_>) {
    let pack = checker.pack;
    for clause in &pack.clauses {
        honest(checker, clause);
        touched(checker, clause);
    }
    for control in pack.controls.values() {
        exampled(checker, control);
        decided(checker, control);
    }
}

/// Nobody decides their own request: a stage that one role decides alone names who does so instead.
fn decided(checker: &mut Checker<'_>, control: &Control) {
    let ControlKind::Request(request) = &control.kind else { return };
    for stage in request.stages.iter().filter(|stage| stage.otherwise.is_empty()) {
        let alone = stage.all || stage.by.0.len() == 1;
        let Some(name) = stage.by.iter().find(|name| alone && who::may_be_one_of(checker, name, &request.who)) else {
            continue;
        };
        checker.at("control", &control.id);
        let place = checker.find_key("stages");
        let message = format!("nobody is left to decide what `{name}` asks for: nobody decides their own request");
        let above = if &**name == HEAD { CHAIR } else { HEAD };
        checker.error_hint(message, place, format!("add who decides instead: `else = [\"{above}\"]`"));
    }
}

/// A clause binds at least one control that can carry its mode (specification §8).
fn honest(checker: &mut Checker<'_>, clause: &Clause) {
    let bound = clause.controls.iter().filter_map(|name| checker.pack.controls.get(name.get_ref()));
    let needs = match clause.mode {
        Mode::Context => return,
        Mode::Acknowledged => "an agreement, or anything stronger",
        Mode::Evidenced => "a duty, a request, a case, a channel with a log, or a retention",
        Mode::Detected => "a rule, a setting with `compare`, a job, or a duty with `measured`",
        Mode::Enforced => {
            "a setting, an access or channel control, a rule with `guards`, an agreement with `blocks`, \
             a request with `unlocks`, or a case with `close_when`"
        }
    };
    if !bound.clone().any(|control| carries(&control.kind, clause.mode)) {
        let mode = serde_json::to_value(clause.mode)
            .ok()
            .and_then(|mode| mode.as_str().map(str::to_owned))
            .unwrap_or_default();
        let place = checker.place(&clause.id);
        let message = format!("nothing the clause `{}` binds makes it {mode}", clause.id.get_ref());
        checker.error_hint(message, place, format!("bind {needs}, or give the clause a weaker `mode`"));
    }
}

fn carries(kind: &ControlKind, mode: Mode) -> bool {
    let enforces = match kind {
        ControlKind::Setting(_) | ControlKind::Access(_) | ControlKind::Channel(_) => true,
        ControlKind::Rule(rule) => !rule.guards.is_empty(),
        ControlKind::Agreement(agreement) => !agreement.blocks.is_empty(),
        ControlKind::Request(request) => !request.unlocks.is_empty(),
        ControlKind::Case(case) => case.close_when.is_some(),
        ControlKind::Duty(_) | ControlKind::Retention(_) | ControlKind::Job(_) => false,
    };
    let detects = match kind {
        ControlKind::Rule(_) | ControlKind::Job(_) => true,
        ControlKind::Setting(setting) => !setting.compare.is_empty(),
        ControlKind::Duty(duty) => duty.measured.is_some(),
        _ => false,
    };
    let evidences = match kind {
        ControlKind::Duty(_) | ControlKind::Request(_) | ControlKind::Case(_) | ControlKind::Retention(_) => true,
        ControlKind::Channel(channel) => !channel.log.is_empty(),
        _ => false,
    };
    match mode {
        Mode::Context => true,
        Mode::Enforced => enforces,
        Mode::Detected => detects,
        Mode::Evidenced => evidences || detects,
        Mode::Acknowledged => matches!(kind, ControlKind::Agreement(_)) || evidences || detects || enforces,
    }
}

/// Every outcome of an example: of its act or look, and of each line of its story.
fn outcomes(example: &Example) -> impl Iterator<Item = &str> {
    let told = example.story.iter().filter_map(|line| line.expect.as_deref());
    example.expect.iter().map(|expect| expect.get_ref().as_str()).chain(told)
}

/// Groups of outcomes of which each control's examples show at least one, and what the group is called.
fn wanted(kind: &ControlKind) -> Vec<(&'static str, &'static [&'static str])> {
    const GOOD: (&str, &[&str]) = ("one that is kept or allowed", &["kept", "told", "allowed"]);
    const BAD: (&str, &[&str]) = ("one that is broken or refused", &["broken", "refused"]);
    match kind {
        ControlKind::Request(_) => vec![
            ("one that is granted", &["granted", "allowed"]),
            ("one that is refused", &["refused"]),
            ("one that has ended", &["ended"]),
        ],
        ControlKind::Case(_) => {
            vec![("one in time", &["due", "kept", "closed", "open"]), ("one that is late", &["broken"])]
        }
        ControlKind::Agreement(agreement) if agreement.blocks.is_empty() => {
            vec![("one that is signed", &["kept", "told"]), ("one that is late", &["broken"])]
        }
        ControlKind::Agreement(_) => vec![
            ("one that is signed", &["kept", "told", "allowed"]),
            ("one that is late", &["broken"]),
            ("one that refuses an act", &["refused"]),
        ],
        _ => vec![GOOD, BAD],
    }
}

fn exampled(checker: &mut Checker<'_>, control: &Control) {
    let pack = checker.pack;
    let own = pack.examples.iter().filter(|example| *example.control.get_ref() == control.id);
    let seen: BTreeSet<&str> = own.flat_map(outcomes).collect();
    let lacks: Vec<&str> = wanted(&control.kind)
        .into_iter()
        .filter(|(_, outcomes)| !outcomes.iter().any(|outcome| seen.contains(outcome)))
        .map(|(says, _)| says)
        .collect();
    if !lacks.is_empty() {
        checker.at("control", &control.id);
        let place = checker.name();
        let message = format!("the examples of `{}` do not show {}", control.id, crate::suggest::and(&lacks));
        checker.error_hint(message, place, format!("add an `[[example]]` with `control = \"{}\"`", control.id));
    }
}

/// Some example speaks of the entry a clause is about, or signs its article.
fn touched(checker: &mut Checker<'_>, clause: &Clause) {
    let pack = checker.pack;
    let bound: BTreeSet<&str> = clause.controls.iter().map(|name| &**name.get_ref()).collect();
    let examples = || pack.examples.iter().filter(|example| bound.contains(&**example.control.get_ref()));
    for entry in &clause.about {
        let name = entry.get_ref();
        let Some(named) = pack.entries.get(name) else { continue };
        // A name given in the example, or an entry in the entry's register under the clause that narrows to it.
        let speaks = |example: &Example| {
            let given = example.given.get(named.register.get_ref()).is_some_and(|rows| !rows.is_empty());
            example.named.contains_key(name)
                || (given && example.clause.as_deref() == Some(&**clause.id.get_ref()))
                || (given && rows_name(example, named.register.get_ref(), name, named))
        };
        if !examples().any(speaks) {
            let place = checker.place(entry);
            let message = format!("no example of its controls speaks of `{name}`");
            let hint = format!("add `clause = \"{}\"` to an example that gives the entry", clause.id.get_ref());
            checker.error_hint(message, place, hint);
        }
    }
    let agreements = clause.controls.iter().filter_map(|name| pack.controls.get(name.get_ref()));
    let signs = agreements.clone().any(|control| matches!(control.kind, ControlKind::Agreement(_)));
    if clause.article.is_some() && signs && !examples().any(|example| signs_something(checker, example)) {
        let place = checker.place(&clause.id);
        let message = format!("no example signs the article of the clause `{}`", clause.id.get_ref());
        checker.error_hint(message, place, "add an example of its agreement");
    }
}

/// A row of the example is the entry by its key or its name.
fn rows_name(example: &Example, register: &str, name: &str, entry: &schoolkeeper_core::pack::NamedEntry) -> bool {
    let title = entry.set.get("name").map(serde_spanned::Spanned::get_ref);
    example.given.get(register).into_iter().flatten().any(|row| {
        let text = |field: &str| row.get(field).and_then(serde_json::Value::as_str);
        let same = match title {
            Some(schoolkeeper_core::pack::Literal::Text(title)) => text("name") == Some(title),
            _ => false,
        };
        same || text("key") == Some(name)
    })
}

fn signs_something(checker: &Checker<'_>, example: &Example) -> bool {
    let control = checker.pack.controls.get(example.control.get_ref());
    control
        .is_some_and(|control| matches!(control.kind, ControlKind::Agreement(_)) && subject_of(&control.kind).is_none())
}
