//! Documents read back as they were written, and sources are merged by the newest word.

use super::{Facts, Names, encode, merge, renew};
use jiff::Timestamp;
use proptest::prelude::*;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::{Fact, Value};
use std::sync::Arc;

fn decode(text: &str, at: Timestamp, source: &Name) -> Option<Facts> {
    super::decode(text, at, source, &mut Names::default())
}

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap()
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Empty),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<i32>().prop_map(|number| Value::Number(f64::from(number) / 8.0)),
        any::<String>().prop_map(Value::text),
        (0..4_000_000_000_000_000_i64).prop_map(|micros| Value::Instant(instant(micros))),
        any::<u128>().prop_map(|id| Value::Ref(EntryId(uuid::Uuid::from_u128(id)))),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| Value::List(items.into())),
            prop::collection::btree_map("[a-z]{1,4}".prop_map(Name::from), inner, 0..4)
                .prop_map(|map| Value::Map(Arc::new(map))),
        ]
    })
}

fn facts(source: &'static str) -> impl Strategy<Value = Facts> {
    let fact = (value(), 1..5_i64, 1..5_i64).prop_map(move |(value, at, held)| Fact {
        value,
        at: instant(at),
        held_since: instant(held),
        source: Name::from(source),
    });
    prop::collection::btree_map("[a-c]".prop_map(Name::from), fact, 0..4)
}

proptest! {
    #[test]
    fn a_document_reads_back_as_it_was_written(facts in facts("intune"), at in 1..5_i64) {
        let text = encode(instant(at), &facts);
        prop_assert_eq!(decode(&text, instant(at), &Name::from("intune")), Some(facts));
    }

    #[test]
    fn the_order_in_which_sources_are_merged_does_not_matter(a in facts("a"), b in facts("b"), c in facts("c")) {
        let merged = |order: [&Facts; 3]| {
            let mut out = Facts::new();
            for facts in order {
                merge(&mut out, facts.clone());
            }
            out.into_iter().map(|(name, fact)| (name, fact.value, fact.at, fact.source)).collect::<Vec<_>>()
        };
        let expected = merged([&a, &b, &c]);
        for order in [[&a, &c, &b], [&b, &a, &c], [&c, &b, &a]] {
            prop_assert_eq!(merged(order), expected.clone());
        }
    }

    #[test]
    fn renewing_never_shortens_what_held(before in facts("a"), after in facts("a"), keep in any::<bool>()) {
        let renewed = renew(&before, after.clone(), keep);
        for (name, fact) in &renewed {
            let same = before.get(name).is_some_and(|known| known.value == fact.value);
            let said = after.get(name).map(|fact| fact.held_since);
            let limit = if same { before[name].held_since } else { said.unwrap() };
            prop_assert!(fact.held_since <= limit);
        }
    }
}

#[test]
fn what_is_no_document_is_nobodys_fact() {
    for text in ["", "{}", "[]", "{\"held\":1,\"facts\":{\"a\":{\"v\":{\"instant\":\"never\"}}}}"] {
        assert_eq!(decode(text, instant(1), &Name::from("a")), None, "{text}");
    }
}

#[test]
fn a_number_that_is_none_is_left_out() {
    let mut facts = Facts::new();
    for (name, number) in [("a", f64::NAN), ("b", f64::INFINITY), ("c", 1.5)] {
        let value = Value::List(Arc::from([Value::Number(number)]));
        let fact = Fact { value, at: instant(1), held_since: instant(1), source: Name::from("s") };
        facts.insert(Name::from(name), fact);
    }
    let read = decode(&encode(instant(1), &facts), instant(1), &Name::from("s")).unwrap();
    assert_eq!(read.keys().map(|name| &**name).collect::<Vec<_>>(), ["c"]);
}
