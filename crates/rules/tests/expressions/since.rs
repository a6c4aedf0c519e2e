use crate::support::{Small, at, instant, text};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::expr::Truth;

const NOW: &str = "2026-11-23T08:00";

fn since(small: &mut Small, text: &str) -> jiff::Timestamp {
    small.world.seal();
    let expression = small.compile("thing", text).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let scene = small.scene("thing", 0);
    assert_eq!(expression.test(&scene).truth, Truth::False);
    expression.since(&scene, Truth::False)
}

#[test]
fn a_good_run_that_grew_old_is_missed_since_it_did() {
    let mut small = Small::new(NOW);
    let thing = small.put("thing", &[]);
    small.complete("event");
    small.put("event", &[("thing", Value::Ref(thing)), ("ok", Value::Bool(true)), ("at", instant("2026-11-18T02:00"))]);
    let test = "thing.events.exists(e, e.ok && age(e.at) <= param.gap)";
    assert_eq!(since(&mut small, test), at("2026-11-19T04:00"));
}

#[test]
fn a_value_is_wrong_since_it_was_first_seen_so() {
    let mut small = Small::new(NOW);
    small.put_since("thing", "2026-11-20T09:30", &[("flag", Value::Bool(false))]);
    assert_eq!(since(&mut small, "thing.flag"), at("2026-11-20T09:30"));
}

#[test]
fn a_break_starts_it_anew() {
    let mut small = Small::new(NOW);
    let thing = small.put("thing", &[]);
    small.complete("event");
    for (time, known) in [("2026-11-01T02:00", "2026-11-01T03:00"), ("2026-11-10T02:00", "2026-11-10T03:00")] {
        small.put_since(
            "event",
            known,
            &[("thing", Value::Ref(thing)), ("ok", Value::Bool(true)), ("at", instant(time))],
        );
    }
    let test = "thing.events.exists(e, e.ok && age(e.at) <= param.gap)";
    assert_eq!(since(&mut small, test), at("2026-11-11T04:00"), "not since the second of November");
}

#[test]
fn it_is_never_before_the_thing_was_known() {
    let mut small = Small::new(NOW);
    small.put_since("thing", "2026-11-21T10:00", &[("kind", text("phone"))]);
    assert_eq!(since(&mut small, "thing.kind == 'laptop'"), at("2026-11-21T10:00"));
    assert_eq!(since(&mut small, "false"), at("2026-11-21T10:00"));
}

#[test]
fn a_day_that_passed_is_missed_since_midnight() {
    let mut small = Small::new(NOW);
    small.put("thing", &[("bought_on", Value::Date(jiff::civil::date(2026, 11, 20)))]);
    assert_eq!(since(&mut small, "thing.bought_on >= today"), at("2026-11-21T00:00"));
}
