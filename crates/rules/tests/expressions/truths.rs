use crate::support::{Small, text};
use schoolkeeper_core::standing::Missing;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::expr::Truth::{self, False, True, Unknown};

fn asked(values: &[(&str, Value)], expression: &str) -> Truth {
    let mut small = Small::new("2026-11-23T08:00");
    small.put("thing", values);
    small.complete("event");
    small.ask("thing", expression).truth
}

#[test]
fn absent_is_unknown_unless_the_other_side_decides() {
    assert_eq!(asked(&[], "thing.flag"), Unknown);
    assert_eq!(asked(&[], "thing.flag || true"), True);
    assert_eq!(asked(&[], "true || thing.flag"), True);
    assert_eq!(asked(&[], "thing.flag && false"), False);
    assert_eq!(asked(&[], "false && thing.flag"), False);
    assert_eq!(asked(&[], "thing.flag || false"), Unknown);
    assert_eq!(asked(&[], "!thing.flag"), Unknown);
    assert_eq!(asked(&[], "thing.count == thing.count"), Unknown);
    assert_eq!(asked(&[], "thing.count == null"), Unknown);
    assert_eq!(asked(&[], "has(thing.count)"), Unknown, "else a new fact would turn no into yes");
}

#[test]
fn empty_compares_false_and_is_no() {
    let empty = [("count", Value::Empty), ("flag", Value::Empty)];
    assert_eq!(asked(&empty, "thing.count == 1"), False);
    assert_eq!(asked(&empty, "thing.count != 1"), True);
    assert_eq!(asked(&empty, "thing.count < 1 || thing.count >= 1"), False);
    assert_eq!(asked(&empty, "thing.count == null"), True);
    assert_eq!(asked(&empty, "has(thing.count)"), False);
    assert_eq!(asked(&empty, "thing.flag"), False);
    assert_eq!(asked(&[], "!thing.shared"), True, "nobody said, and the register says that this means none");
}

#[test]
fn a_path_through_an_empty_reference_is_empty_and_through_an_absent_one_absent() {
    assert_eq!(asked(&[("place", Value::Empty)], "thing.place.locked"), False);
    assert_eq!(asked(&[("place", Value::Empty)], "thing.place.building.name == null"), True);
    assert_eq!(asked(&[], "thing.place.locked"), Unknown);
}

#[test]
fn a_missing_partner_is_none_only_where_the_list_is_complete() {
    let mut small = Small::new("2026-11-23T08:00");
    let gone = Value::Ref(schoolkeeper_core::id::EntryId(uuid::Uuid::from_u128(9)));
    small.put("thing", &[("place", gone)]);
    assert_eq!(small.ask("thing", "linked(thing.place)").truth, Unknown);
    let asked = small.ask("thing", "thing.place.locked");
    assert_eq!((asked.truth, asked.missing), (Unknown, vec![Missing::census(&"place".into())]));
    small.complete("place");
    assert_eq!(small.ask("thing", "linked(thing.place)").truth, False);
    assert_eq!(small.ask("thing", "thing.place.locked").truth, False);
}

#[test]
fn a_list_that_nobody_called_complete_is_open() {
    let mut small = Small::new("2026-11-23T08:00");
    let thing = small.put("thing", &[]);
    small.put("event", &[("thing", Value::Ref(thing)), ("ok", Value::Bool(true))]);
    let truth = |small: &mut Small, text: &str| small.ask("thing", text).truth;
    assert_eq!(truth(&mut small, "thing.events.exists(e, e.ok)"), True);
    assert_eq!(truth(&mut small, "thing.events.exists(e, !e.ok)"), Unknown);
    assert_eq!(truth(&mut small, "thing.events.all(e, e.ok)"), Unknown);
    assert_eq!(truth(&mut small, "thing.events.all(e, !e.ok)"), False);
    assert_eq!(truth(&mut small, "thing.events.size() == 1"), Unknown);
    assert_eq!(truth(&mut small, "thing.events.filter(e, e.ok).size() == 1"), Unknown);
    let asked = small.ask("thing", "thing.events.size() == 1");
    assert_eq!(asked.missing, [Missing::census(&"event".into())]);
    small.complete("event");
    assert_eq!(truth(&mut small, "thing.events.exists(e, !e.ok)"), False);
    assert_eq!(truth(&mut small, "thing.events.all(e, e.ok)"), True);
    assert_eq!(truth(&mut small, "thing.events.size() == 1"), True);
}

#[test]
fn what_would_tell_is_named_once_and_only_when_it_matters() {
    let mut small = Small::new("2026-11-23T08:00");
    small.put("thing", &[("kind", text("laptop"))]);
    let asked = small.ask("thing", "thing.kind == 'laptop' ? thing.flag && thing.flag : thing.shared");
    assert_eq!(asked.missing, [Missing::Field { register: "thing".into(), field: "flag".into() }]);
    let asked = small.ask("thing", "(thing.count == 1 || true) && thing.flag");
    assert_eq!(asked.missing, [Missing::Field { register: "thing".into(), field: "flag".into() }]);
    let asked = small.ask("thing", "thing.bought_on + param.age_max > today");
    assert!(asked.missing.contains(&Missing::Field { register: "thing".into(), field: "bought_on".into() }));
    let asked = small.ask("thing", "days(3) < param.age_max");
    assert_eq!(asked.missing, [Missing::Param { name: "age_max".into() }]);
    let asked = small.ask("thing", "entry('safe-room').locked");
    assert_eq!(asked.missing, [Missing::Entry { name: "safe-room".into() }]);
}

#[test]
fn texts_lists_rows_and_maps_are_read() {
    let row = |name: &str, on| {
        let pairs = [("name".into(), text(name)), ("on".into(), Value::Bool(on))];
        Value::Map(std::sync::Arc::new(pairs.into_iter().collect()))
    };
    let values = [
        ("tags", Value::List([text("old"), text("red")].into())),
        ("profiles", Value::List([row("home", true), row("work", false)].into())),
        ("more", Value::Map(std::sync::Arc::new([("colour".into(), text("red"))].into_iter().collect()))),
    ];
    assert_eq!(asked(&values, "'red' in thing.tags"), True);
    assert_eq!(asked(&values, "thing.tags.size() == 2 && thing.tags.exists(t, t == 'old')"), True);
    assert_eq!(asked(&values, "thing.profiles.all(p, p.on)"), False);
    assert_eq!(asked(&values, "thing.profiles.exists_one(p, p.on && p.name == 'home')"), True);
    assert_eq!(asked(&values, "thing.more.colour == 'red'"), True);
    assert_eq!(asked(&values, "thing.more.size == 3"), Unknown, "nobody said");
    assert_eq!(asked(&[("tags", Value::Empty)], "thing.tags.size() == 0"), True);
}

#[test]
fn numbers_are_added_up() {
    let mut small = Small::new("2026-11-23T08:00");
    let thing = small.put("thing", &[]);
    small.complete("event");
    for size in [2, 4, 9] {
        small.put(
            "event",
            &[("thing", Value::Ref(thing)), ("size", Value::Int(size)), ("at", Value::Instant(small.world.now))],
        );
    }
    for text in [
        "sum(thing.events.map(e, e.size)) == 15",
        "avg(thing.events.map(e, e.size)) == 5",
        "thing.events.map(e, e.size).min() == 2 && max(thing.events.map(e, e.size)) == 9",
        "count(thing.events) == 3 && thing.events.filter(e, e.size > 3).size() == 2",
        "thing.events.size() <= param.count_max",
        "1 + 2 * 3 == 7 && 7 / 2 == 3 && 7 % 2 == 1 && -1 < 0",
    ] {
        assert_eq!(small.ask("thing", text).truth, True, "{text}");
    }
    assert_eq!(small.ask("thing", "1 / 0 == 1").truth, Unknown);
    assert_eq!(small.ask("thing", "9223372036854775807 + 1 > 0").truth, Unknown);
}
