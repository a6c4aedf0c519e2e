use crate::support::{Small, at, instant, text};
use jiff::civil::date;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::expr::Truth::{False, True, Unknown};
use schoolkeeper_rules::expr::{Environment, Expression, Scene, Truth, Want};
use std::sync::Arc;

const NOW: &str = "2026-11-23T08:00";

fn all_true(small: &mut Small, register: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(small.ask(register, text).truth, True, "{text}");
    }
}

#[test]
fn lengths_of_time_are_compared_by_the_clock_or_by_the_calendar() {
    let mut small = Small::new(NOW);
    small.put("thing", &[("seen_at", instant("2026-11-22T06:00")), ("bought_on", Value::Date(date(2026, 5, 23)))]);
    all_true(
        &mut small,
        "thing",
        &[
            "age(thing.seen_at) <= param.gap",
            "age(thing.seen_at) == hours(26)",
            "age(thing.seen_at) < days(2) && days(1) < age(thing.seen_at)",
            "now - thing.seen_at == hours(26)",
            "age(thing.bought_on) <= months(6)",
            "!(age(thing.bought_on) < months(6))",
            "thing.bought_on >= today - days(184)",
            "thing.bought_on < today - days(183)",
            "add(thing.bought_on, '6 months') == today",
            "add(today, '5 working days') == add(today, '7 days')",
            "working_days(today, add(today, '10 working days')) == 10",
            "term(today) == 'autumn'",
            "today - thing.bought_on == days(184)",
        ],
    );
    assert_eq!(small.ask("thing", "add(today, '400 working days') > today").truth, True);
    assert_eq!(small.ask("thing", "term(add(today, '2 years')) == 'autumn'").truth, Unknown, "beyond the calendar");
}

#[test]
fn events_are_recent_or_earlier() {
    let mut small = Small::new(NOW);
    let thing = small.put("thing", &[]);
    small.complete("event");
    for time in ["2026-11-22T06:00", "2026-11-01T06:00", "2026-10-01T06:00", "2026-12-24T06:00"] {
        small.put("event", &[("thing", Value::Ref(thing)), ("at", instant(time))]);
    }
    all_true(
        &mut small,
        "thing",
        &[
            "thing.events.within(days(2)).size() == 1",
            "thing.events.within(days(30)).size() == 2",
            "thing.events.within(days(60)).earlier(days(30)).size() == 1",
            "thing.events.earlier(days(30)).size() == 1",
            "thing.events.within(months(1)).size() == 2",
            "thing.events.within(months(2)).earlier('10 working days').size() == 2",
        ],
    );
}

#[test]
fn roles_are_held_from_a_day_until_a_day_and_follow_a_post() {
    let mut small = Small::new(NOW);
    let ann = small.put("person", &[("name", text("Ann Example"))]);
    let eve = small.put("person", &[("name", text("Eve Example"))]);
    small.put("thing", &[("holder", Value::Ref(ann))]);
    let appoint = |small: &mut Small, person: EntryId, role: &str, from, until| {
        let until = if let Some(until) = until { Value::Date(until) } else { Value::Empty };
        small.put(
            "appointment",
            &[("person", Value::Ref(person)), ("role", text(role)), ("from", Value::Date(from)), ("until", until)],
        );
    };
    appoint(&mut small, ann, "headteacher", date(2026, 9, 1), None);
    appoint(&mut small, eve, "headteacher", date(2020, 9, 1), Some(date(2026, 8, 31)));
    all_true(
        &mut small,
        "thing",
        &[
            "holds(thing.holder, 'headteacher')",
            "holds(thing.holder, 'siro')",
            "!holds(thing.holder, 'headteacher', today - days(365))",
        ],
    );
    small.replace(
        small.world.table_of("thing").unwrap().rows[0].id,
        "thing",
        "2020-01-01T00:00",
        &[("holder", Value::Ref(eve))],
    );
    assert_eq!(small.ask("thing", "holds(thing.holder, 'siro')").truth, False);
    assert_eq!(small.ask("thing", "holds(thing.holder, 'siro', today - days(365))").truth, True);
}

#[test]
fn a_permission_covers_a_thing_or_a_person_until_it_ends() {
    let mut small = Small::new(NOW);
    let ann = small.put("person", &[("name", text("Ann Example"))]);
    let thing = small.put("thing", &[("holder", Value::Ref(ann)), ("seen_at", instant("2026-10-10T08:00"))]);
    small.put(
        "grant",
        &[
            ("request", text("borrow")),
            ("person", Value::Ref(ann)),
            ("things", Value::List([Value::Ref(thing)].into())),
            ("from", Value::Date(date(2026, 10, 1))),
            ("until", Value::Date(date(2026, 10, 31))),
        ],
    );
    assert_eq!(small.ask("thing", "granted('borrow', it)").truth, False, "ended");
    all_true(
        &mut small,
        "thing",
        &[
            "granted('borrow', it, thing.seen_at)",
            "granted('borrow', thing.holder, thing.seen_at)",
            "granted('borrow', thing.holder, it, today - days(30))",
        ],
    );
}

#[test]
fn a_signature_counts_from_the_last_material_version() {
    let mut small = Small::new(NOW);
    let ann = small.put("person", &[("name", text("Ann Example"))]);
    small.put("thing", &[("holder", Value::Ref(ann))]);
    let signed = "signed('aup', thing.holder)";
    assert_eq!(small.ask("thing", signed).truth, False);
    small.put(
        "signature",
        &[("agreement", text("aup")), ("person", Value::Ref(ann)), ("version", text("1")), ("signed_at", instant(NOW))],
    );
    assert_eq!(small.ask("thing", signed).truth, True, "nothing was published here");
    let publish = |small: &mut Small, version: &str, day: &str, material| {
        small.put(
            "publication",
            &[
                ("agreement", text("aup")),
                ("version", text(version)),
                ("published_at", instant(day)),
                ("material", Value::Bool(material)),
            ],
        );
    };
    publish(&mut small, "1", "2026-01-01T08:00", true);
    publish(&mut small, "2", "2026-02-01T08:00", false);
    assert_eq!(small.ask("thing", signed).truth, True, "a small change");
    publish(&mut small, "3", "2026-03-01T08:00", true);
    assert_eq!(small.ask("thing", signed).truth, False);
}

#[test]
fn texts_are_compared_as_people_mean_them() {
    let mut small = Small::new(NOW);
    small.put("thing", &[("name", text("The qBittorrent 4.6 client"))]);
    all_true(
        &mut small,
        "thing",
        &[
            "same_serial('ab-12 3', 'AB123') && !same_serial('', '') && !same_serial('ab12', 'ab123')",
            "same_name('Example, Ann', 'ann EXAMPLE') && !same_name('Ann', 'Ann Example')",
            "matches_any(thing.name, list('bad-names'))",
            "!matches_any('Storage browser', list('bad-names')) && matches_any('a Tor Browser', list('bad-names'))",
            "version_at_least('10.2', '9.10') && version_at_least('10', '10.0') && !version_at_least('v1.9', '1.10')",
            "'limewire' in list('bad-names')",
        ],
    );
    let asked = small.ask("thing", "version_at_least(thing.name, '1')");
    let missing = Missing::Field { register: "thing".into(), field: "name".into() };
    assert_eq!((asked.truth, asked.missing), (Unknown, vec![missing]), "a name is no version");
}

#[test]
fn a_state_knows_since_when() {
    let mut small = Small::new(NOW);
    small.put_since(
        "thing",
        "2026-11-20T08:00",
        &[("state", text("faulty")), ("seen_at", instant("2026-11-19T08:00"))],
    );
    all_true(&mut small, "thing", &["state_since(it) == now - days(3)", "thing.seen_at <= state_since(thing)"]);
}

#[test]
fn a_form_and_an_actor_are_read_at_an_act() {
    let mut small = Small::new(NOW);
    let ann = small.put("person", &[("name", text("Ann Example"))]);
    let thing = small.put("thing", &[("name", text("T1")), ("kind", text("laptop"))]);
    small.world.seal();
    let schemas = small.pack.schemas.clone();
    let pack = small.pack.pack.clone();
    let fields = &pack.forms["ask"].fields;
    let environment = Environment::new(&pack, &schemas, schemas.index("thing"))
        .at_an_act(schoolkeeper_rules::expr::Form::Fields(fields));
    let text = "form.things.all(t, t.kind == 'laptop') && form.until == null && actor.name == 'Ann Example' && act == 'thing.save'";
    let expression =
        Expression::compile(text, &environment, Want::Test).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let map = [("things".into(), Value::List([Value::Ref(thing)].into()))];
    let form = Value::Map(Arc::new(map.into_iter().collect()));
    let scene = Scene { actor: Some(0), act: Some("thing.save"), form: Some(&form), ..small.scene("thing", 0) };
    assert_eq!(expression.test(&scene).truth, True);
    assert_eq!(expression.test(&small.scene("thing", 0)).truth, Unknown, "without an act");
    let _ = ann;
}

#[test]
fn steps_of_a_case_are_done_or_not_yet() {
    let mut small = Small::new(NOW);
    let steps: Vec<schoolkeeper_core::control::Step> = ["risk", "decide"]
        .iter()
        .map(|name| {
            serde_json::from_value(serde_json::json!({ "name": name, "kind": "choose", "choices": ["none", "high"] }))
                .unwrap()
        })
        .collect();
    let row =
        [("name".into(), text("risk")), ("at".into(), instant("2026-11-23T07:00")), ("value".into(), text("none"))];
    let rows = Value::List([Value::Map(Arc::new(row.into_iter().collect()))].into());
    small.put("case", &[("type", text("leak")), ("opened_at", instant("2026-11-22T07:00")), ("steps", rows)]);
    small.world.seal();
    let (schemas, pack) = (small.pack.schemas.clone(), small.pack.pack.clone());
    let environment = Environment::new(&pack, &schemas, schemas.index("case")).and_steps(&steps);
    let truth = |text: &str, when: &str| -> Truth {
        let expression = Expression::compile(text, &environment, Want::Test).unwrap();
        expression.test(&Scene { at: at(when), ..small.scene("case", 0) }).truth
    };
    assert_eq!(truth("done('risk') && step('risk') == 'none'", NOW), True);
    assert_eq!(truth("done('risk')", "2026-11-23T06:59"), False, "not yet then");
    assert_eq!(truth("done('decide')", NOW), False);
    assert_eq!(truth("step('decide') != 'none'", NOW), Unknown, "nobody has chosen yet");
    assert!(Expression::compile("done('riks')", &environment, Want::Test).is_err());
    assert!(Expression::compile("step('risk') == 'nnoe'", &environment, Want::Test).is_err());
}

#[test]
fn the_last_day_counts_but_the_day_something_was_ended_does_not() {
    let mut small = Small::new(NOW);
    let today = date(2026, 11, 23);
    let ann = small.put("person", &[("name", text("Ann Example"))]);
    small.put("thing", &[("holder", Value::Ref(ann))]);
    small.put(
        "appointment",
        &[
            ("person", Value::Ref(ann)),
            ("role", text("headteacher")),
            ("from", Value::Date(today)),
            ("until", Value::Date(today)),
        ],
    );
    let asked = small.ask("thing", "holds(thing.holder, 'headteacher')");
    assert_eq!(
        (asked.truth, asked.window.from, asked.window.until),
        (True, Some(at("2026-11-23T00:00")), Some(at("2026-11-24T00:00")))
    );
    let grant =
        small.put("grant", &[("request", text("borrow")), ("person", Value::Ref(ann)), ("until", Value::Date(today))]);
    let granted = "granted('borrow', thing.holder)";
    let asked = small.ask("thing", granted);
    assert_eq!((asked.truth, asked.window.until), (True, Some(at("2026-11-24T00:00"))));
    let ended = [("request", text("borrow")), ("person", Value::Ref(ann)), ("ended_on", Value::Date(today))];
    small.replace(grant, "grant", "2020-01-01T00:00", &ended);
    assert_eq!(small.ask("thing", granted).truth, False);
}

#[test]
fn a_failed_check_is_no_signature_and_a_version_to_come_is_awaited() {
    let mut small = Small::new(NOW);
    let ann = small.put("person", &[("name", text("Ann Example"))]);
    small.put("thing", &[("holder", Value::Ref(ann))]);
    let version = |small: &mut Small, name: &str, day: &str| {
        let published = [
            ("agreement", text("aup")),
            ("version", text(name)),
            ("published_at", instant(day)),
            ("material", Value::Bool(true)),
        ];
        small.put("publication", &published);
    };
    version(&mut small, "1", "2026-01-01T08:00");
    let sign = [("agreement", text("aup")), ("person", Value::Ref(ann)), ("version", text("1"))];
    let signature = small.put("signature", &[&sign[..], &[("passed", Value::Bool(false))]].concat());
    assert_eq!(small.ask("thing", "signed('aup', thing.holder)").truth, False);
    small.replace(signature, "signature", "2020-01-01T00:00", &sign);
    version(&mut small, "2", "2026-12-01T08:00");
    let asked = small.ask("thing", "signed('aup', thing.holder)");
    assert_eq!((asked.truth, asked.window.until), (True, Some(at("2026-12-01T08:00"))));
}

#[test]
fn months_of_events_are_counted_anew_each_day() {
    let mut small = Small::new(NOW);
    let thing = small.put("thing", &[]);
    small.complete("event");
    small.put("event", &[("thing", Value::Ref(thing)), ("at", instant("2026-11-01T06:00"))]);
    let asked = small.ask("thing", "thing.events.within(months(1)).size() == 1");
    assert_eq!((asked.truth, asked.window.until), (True, Some(at("2026-11-24T00:00"))));
}
