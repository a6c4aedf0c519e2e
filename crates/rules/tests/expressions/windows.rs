use crate::support::{Small, at, instant};
use jiff::civil::date;
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_rules::expr::Truth::{False, True, Unknown};

const NOW: &str = "2026-11-23T08:00";

#[test]
fn an_age_turns_just_after_its_limit() {
    let mut small = Small::new(NOW);
    small.put("thing", &[("seen_at", instant("2026-11-22T08:00"))]);
    let asked = small.ask("thing", "age(thing.seen_at) <= param.gap");
    assert_eq!((asked.truth, asked.window.until), (True, Some("2026-11-23T10:00:00.000001Z".parse().unwrap())));
    small.world.now = at("2026-11-23T10:00");
    assert_eq!(small.ask("thing", "age(thing.seen_at) <= param.gap").truth, True);
    small.world.now = "2026-11-23T10:00:00.000001Z".parse().unwrap();
    let asked = small.ask("thing", "age(thing.seen_at) <= param.gap");
    assert_eq!((asked.truth, asked.window.from, asked.window.until), (False, Some(small.world.now), None));
}

#[test]
fn a_day_turns_at_local_midnight() {
    let mut small = Small::new("2026-07-01T12:00");
    small.put("thing", &[("bought_on", Value::Date(date(2026, 7, 3)))]);
    let asked = small.ask("thing", "thing.bought_on >= today");
    assert_eq!((asked.truth, asked.window.until), (True, Some(at("2026-07-03T23:00"))), "summer time");
    let asked = small.ask("thing", "thing.bought_on == today");
    assert_eq!((asked.truth, asked.window.until), (False, Some(at("2026-07-02T23:00"))));
}

#[test]
fn a_stale_value_and_the_end_of_a_census_end_the_window() {
    let mut small = Small::new(NOW);
    let thing = small.put_since("thing", "2026-11-20T08:00", &[("fresh", Value::Bool(true))]);
    let asked = small.ask("thing", "thing.fresh");
    assert_eq!((asked.truth, asked.window.until), (True, Some(at("2026-11-30T08:00"))));
    small.world.now = at("2026-11-30T08:00");
    let asked = small.ask("thing", "thing.fresh");
    assert_eq!((asked.truth, asked.window.until), (Unknown, None));
    small.complete("event");
    let asked = small.ask("thing", "thing.events.all(e, e.ok)");
    assert_eq!((asked.truth, asked.window.until), (True, Some(at("2100-01-01T00:00"))));
    let _ = thing;
}

#[test]
fn what_is_first_seen_later_is_not_there_yet() {
    let mut small = Small::new(NOW);
    small.put("thing", &[("flag", Value::Bool(true))]);
    let register = small.register("thing");
    let mut entry = small.world.table(register).rows[0].clone();
    let (field, _) = small.world.schemas.all()[register].field("flag").unwrap();
    let held_since = at("2026-11-23T09:00");
    entry.facts[field] = Some(Fact { value: Value::Bool(true), at: held_since, held_since, source: "test".into() });
    small.world.put(register, entry);
    let asked = small.ask("thing", "thing.flag");
    assert_eq!((asked.truth, asked.window.until), (Unknown, Some(held_since)));
}
