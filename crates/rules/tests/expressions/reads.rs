use crate::support::{Small, text};
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::expr::{Affected, affected_subjects};

#[test]
fn a_changed_entry_names_the_subjects_it_may_change() {
    let mut small = Small::new("2026-11-23T08:00");
    let rooms = [small.put("place", &[("name", text("A"))]), small.put("place", &[("name", text("B"))])];
    let things: Vec<_> = (0..4).map(|n| small.put("thing", &[("place", Value::Ref(rooms[n % 2]))])).collect();
    small.put("event", &[("thing", Value::Ref(things[3]))]);
    small.world.seal();
    let rows = |text: &str, register: &str, row: usize| {
        let expression = small.compile("thing", text).unwrap();
        affected_subjects(&expression, &small.world, &[(small.register(register), row)])
    };
    let some = |rows: &[usize]| Affected::Rows(rows.iter().copied().collect());
    assert_eq!(rows("thing.flag", "thing", 2), some(&[2]));
    assert_eq!(rows("thing.flag", "place", 0), some(&[]));
    assert_eq!(rows("thing.place.locked", "place", 1), some(&[1, 3]));
    assert_eq!(rows("thing.events.exists(e, e.ok)", "event", 0), some(&[3]));
    assert_eq!(rows("thing.place.things.all(t, t.flag)", "thing", 0), some(&[0, 2]));
    assert_eq!(rows("holds(thing.holder, 'siro')", "appointment", 0), Affected::All);
    assert_eq!(rows("thing.place == entry('safe-room')", "thing", 1), some(&[1]));
}

#[test]
fn an_expression_knows_which_registers_touch_it() {
    let small = Small::new("2026-11-23T08:00");
    let expression = small.compile("thing", "thing.place.locked && signed('aup', thing.holder)").unwrap();
    for touching in ["thing", "place", "signature", "publication"] {
        assert!(expression.reads().touches(small.register(touching)), "{touching}");
    }
    assert!(!expression.reads().touches(small.register("event")));
    let expression =
        small.compile("thing", "age(thing.seen_at) <= param.gap && thing.name != 'param.count_max'").unwrap();
    assert_eq!(expression.reads().params().iter().map(|name| &**name).collect::<Vec<_>>(), ["gap"]);
}

#[test]
fn a_path_that_does_not_begin_at_the_subject_concerns_everybody() {
    let mut small = Small::new("2026-11-23T08:00");
    small.put("place", &[]);
    small.put("thing", &[]);
    small.world.seal();
    let expression = small.compile("thing", "entry('safe-room').building.locked || thing.flag").unwrap();
    let place = small.register("place");
    assert_eq!(affected_subjects(&expression, &small.world, &[(place, 0)]), Affected::All);
    let expression = small.compile("thing", "thing.events.within(days(3)).size() == 0").unwrap();
    let (event, at) = (small.register("event"), small.world.schemas.get("event").unwrap().field("at").unwrap().0);
    assert!(expression.reads().iter().any(|read| read.register == event && read.field == Some(at)), "the time is read");
}
