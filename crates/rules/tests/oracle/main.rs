//! Made-up expressions over made-up worlds, asked of ours and of the interpreter of the crate `cel`.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod choices;
mod generate;
mod interpreter;
mod worlds;

use choices::Choices;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use schoolkeeper_core::schema::Absent;
use schoolkeeper_core::value::Fact;
use schoolkeeper_rules::expr::{Affected, Expression, Scene, Tested, Truth, affected_subjects};
use support::Small;
use worlds::{SUBJECTS, some_value, world};

/// Bytes that decide everything; shorter and smaller ones give simpler worlds and expressions.
fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..most)
}

fn compiled(small: &Small, text: &str) -> Expression {
    small.compile("thing", text).unwrap_or_else(|problems| panic!("{text}: {problems:#?}"))
}

fn ask(small: &Small, expression: &Expression, at: Timestamp) -> Tested {
    expression.test(&Scene { at, ..small.scene("thing", 0) })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_200, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_is_what_the_interpreter_of_cel_gives(facts in bytes(120), shape in bytes(80)) {
        let small = world(&mut Choices::new(&facts));
        let both = generate::test(&mut Choices::new(&shape), 4);
        let ours = ask(&small, &compiled(&small, &both.ours), small.world.now);
        let oracle = interpreter::ask(&small, &both.oracle);
        prop_assert_eq!(ours.truth, oracle, "{}\n{}", both.ours, both.oracle);
        prop_assert!(ours.truth == Truth::Unknown || ours.missing.is_empty());
    }

    #[test]
    fn time_alone_changes_nothing_inside_a_window(facts in bytes(120), shape in bytes(80), when in any::<u16>(), step in any::<u16>()) {
        let small = world(&mut Choices::new(&facts));
        let expression = compiled(&small, &generate::test(&mut Choices::new(&shape), 4).ours);
        holds_inside(&small, &expression, (when, step))?;
    }

    #[test]
    fn time_alone_changes_no_function_inside_its_window(facts in bytes(120), more in bytes(80), which in 0..FUNCTIONS.len(), when in any::<u16>(), step in any::<u16>()) {
        let mut small = world(&mut Choices::new(&facts));
        worlds::people(&mut small, &mut Choices::new(&more));
        holds_inside(&small, &compiled(&small, FUNCTIONS[which]), (when, step))?;
    }

    #[test]
    fn one_more_fact_never_turns_yes_into_no(facts in bytes(120), shape in bytes(80), more in bytes(12)) {
        let mut small = world(&mut Choices::new(&facts));
        let expression = compiled(&small, &generate::test(&mut Choices::new(&shape), 4).ours);
        let before = ask(&small, &expression, small.world.now).truth;
        learn(&mut small, &mut Choices::new(&more));
        let after = ask(&small, &expression, small.world.now).truth;
        prop_assert!(before == Truth::Unknown || before == after, "{}: {before:?}, then {after:?}", expression.text());
    }

    #[test]
    fn only_the_affected_may_change(facts in bytes(120), shape in bytes(80), change in bytes(30)) {
        let mut small = world(&mut Choices::new(&facts));
        let expression = compiled(&small, &generate::test(&mut Choices::new(&shape), 4).ours);
        let answers = |small: &Small| {
            [0, 1].map(|row| expression.test(&small.scene("thing", row)).truth)
        };
        let (before, old) = (answers(&small), small.world.clone());
        let changed = [worlds::change(&mut small, &mut Choices::new(&change))];
        let affected = affected_subjects(&expression, &old, &changed).and(affected_subjects(&expression, &small.world, &changed));
        let after = answers(&small);
        for row in 0..2 {
            let may = match &affected {
                Affected::All => true,
                Affected::Rows(rows) => rows.contains(&row),
            };
            prop_assert!(may || before[row] == after[row], "{} of row {row} by {:?}", expression.text(), changed);
        }
    }

    #[test]
    fn since_is_when_it_began(facts in bytes(120), shape in bytes(80)) {
        let small = world(&mut Choices::new(&facts));
        let expression = compiled(&small, &generate::test(&mut Choices::new(&shape), 3).ours);
        let scene = small.scene("thing", 0);
        let truth = expression.test(&scene).truth;
        let since = expression.since(&scene, truth);
        prop_assert!(since <= scene.at);
        // To the second: look a second later, and at some instants until now.
        let second = SignedDuration::from_secs(1);
        let length = scene.at.duration_since(since);
        for part in 0..8 {
            let at = since + length / 8 * part + second;
            if at < scene.at {
                prop_assert_eq!(ask(&small, &expression, at).truth, truth, "{} since {} but not at {}", expression.text(), since, at);
            }
        }
    }
}

#[test]
fn the_made_up_expressions_are_of_every_kind() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counts = std::collections::BTreeMap::new();
    for _ in 0..1_000 {
        let facts = bytes(120).new_tree(&mut runner).unwrap().current();
        let shape = bytes(80).new_tree(&mut runner).unwrap().current();
        let small = world(&mut Choices::new(&facts));
        let both = generate::test(&mut Choices::new(&shape), 4);
        let truth = ask(&small, &compiled(&small, &both.ours), small.world.now).truth;
        *counts.entry(format!("{truth:?}")).or_insert(0) += 1;
        let words = ["exists(", "all(", "exists_one(", "within(", "filter(", "age(", "today", "?", "&&", "in ", "null"];
        for word in words.iter().filter(|word| both.ours.contains(**word)) {
            *counts.entry((*word).to_owned()).or_insert(0) += 1;
        }
    }
    assert_eq!(counts.len(), 14, "{counts:?}");
    assert!(counts.values().all(|&count| count >= 30), "{counts:?}");
}

/// Functions whose answers turn at days of their own.
const FUNCTIONS: [&str; 16] = [
    "holds(thing.holder, 'siro')",
    "holds(thing.holder, 'headteacher', thing.bought_on)",
    "!holds(thing.holder, 'headteacher', today - days(2))",
    "granted('borrow', it)",
    "granted('borrow', thing.holder)",
    "granted('borrow', it, thing.holder, thing.seen_at)",
    "signed('aup', thing.holder)",
    "add(thing.bought_on, '2 working days') >= today",
    "add(today, '1 months') > add(thing.bought_on, '4 weeks')",
    "add(thing.seen_at, '1 months') > now + days(30)",
    "working_days(thing.bought_on, today) <= 2",
    "school_days(thing.seen_at, now) != 1",
    "age(thing.seen_at) < months(1) && age(thing.bought_on) <= param.gap",
    "thing.events.within(months(1)).size() == 2 || thing.events.earlier('2 working days').exists(e, e.ok)",
    "term(today) == 'autumn' && state_since(it) < now - hours(30)",
    "age(thing.bought_on) + hours(3) > now - thing.seen_at",
];

/// Asks at an instant around now, and again elsewhere inside the window of that answer.
fn holds_inside(small: &Small, expression: &Expression, (when, step): (u16, u16)) -> Result<(), TestCaseError> {
    let first = small.world.now - SignedDuration::from_hours(20 * 24);
    let last = small.world.now + SignedDuration::from_hours(30 * 24);
    let at = first + SignedDuration::from_secs(i64::from(when) * 53);
    let asked = ask(small, expression, at);
    let window = asked.window;
    prop_assert!(window.holds(at), "{:?} does not hold {at}", window);
    let (from, until) = (window.from.unwrap_or(first).max(first), window.until.unwrap_or(last).min(last));
    let micros = until.as_microsecond() - from.as_microsecond();
    let between = from + SignedDuration::from_micros(micros / i64::from(u16::MAX) * i64::from(step));
    for other in [from, between, until - SignedDuration::from_micros(1)] {
        if window.holds(other) {
            prop_assert_eq!(
                ask(small, expression, other).truth,
                asked.truth,
                "{} at {} and at {}",
                expression.text(),
                at,
                other
            );
        }
    }
    Ok(())
}

/// Fills one absent field, adds one event to an open list, or says that a list is complete.
fn learn(small: &mut Small, choices: &mut Choices<'_>) {
    match choices.pick(4) {
        0 => {
            let lists = ["thing", "place", "event"];
            small.complete(lists[choices.pick(3)]);
        }
        1 => {
            let event = small.register("event");
            if small.world.table(event).closed_until(small.world.now).is_none() {
                let thing = small.world.table_of("thing").unwrap().rows[0].id;
                small.put("event", &[("thing", schoolkeeper_core::value::Value::Ref(thing))]);
            }
        }
        _ => fill(small, choices),
    }
    small.world.seal();
}

fn fill(small: &mut Small, choices: &mut Choices<'_>) {
    let register = small.register(SUBJECTS[choices.pick(3)]);
    let rows = small.world.table(register).rows.len();
    if rows == 0 {
        return;
    }
    let mut entry = small.world.table(register).rows[choices.pick(rows)].clone();
    let fields = small.world.schemas.all()[register].fields.clone();
    let absent = |at: usize| entry.facts[at].is_none() && fields[at].absent == Absent::Unknown;
    let open: Vec<usize> = (0..fields.len()).filter(|&at| absent(at)).collect();
    if open.is_empty() {
        return;
    }
    let at = open[choices.pick(open.len())];
    let Some(value) = some_value(small, &fields[at], choices) else { return };
    let held_since = support::at("2020-01-01T00:00");
    entry.facts[at] = Some(Fact { value, at: small.world.now, held_since, source: "test".into() });
    small.world.put(register, entry);
}
