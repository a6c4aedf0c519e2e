//! What people do with one entry: whatever they say, taking the last change back ends as it was before, and a merge
//! that is taken back leaves nothing behind.

use crate::house::{House, asset, day, facts, id, named, register};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::schema::{Register, RegisterKind, Schemas};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::document::Facts;
use schoolkeeper_store::merge::Merging;
use schoolkeeper_store::word::WholeEntry;
use schoolkeeper_store::{ByHand, EntryChange, Error};

schoolkeeper_testkit::both_engines!(
    a_change_that_is_taken_back_ends_as_it_was,
    a_merge_that_is_taken_back_ends_as_it_was,
    an_entry_is_removed_and_comes_back,
    the_history_tells_before_and_after_of_each_source,
);

const ENTRY: EntryId = EntryId(uuid::Uuid::from_u128(100));

fn at<'a>(house: &House, now: i64, register: &'a Register) -> ByHand<'a> {
    ByHand { school: house.lane, register, now: day(now), why: Some("because") }
}

async fn known(house: &House, entry: EntryId) -> WholeEntry {
    house.store.read().await.unwrap().whole_entry(&house.operator(), entry).await.unwrap().unwrap()
}

/// Everything that counts of an entry but its version, which only ever goes up.
fn state(whole: &WholeEntry) -> (Facts, Option<jiff::Timestamp>, Vec<Facts>) {
    let words = whole.words.iter().map(|word| word.facts.clone()).collect();
    (whole.entry.facts.clone(), whole.left_at, words)
}

async fn create(house: &House, register: &Register, number: u128, name: &str) -> EntryId {
    let mut tx = house.store.write_tx().await.unwrap();
    let entry = named(number, "hand", day(1), name);
    let created = entry.id;
    assert!(tx.create_entry(&house.operator(), at(house, 1, register), entry).await.unwrap());
    tx.commit().await.unwrap();
    created
}

async fn keys(house: &House, name: &str) -> Vec<EntryId> {
    let read = house.store.read().await.unwrap();
    let hits = read.entries_by_key(&house.operator(), (house.lane, "asset"), "name", &[name.to_owned()]).await.unwrap();
    hits.into_iter().map(|hit| hit.entry).collect()
}

async fn a_change_that_is_taken_back_ends_as_it_was(url: String) {
    let house = House::open(&url).await;
    let register = asset();
    create(&house, &register, 100, "chair").await;
    let value =
        prop_oneof![Just(Value::Empty), "[a-z]{1,5}".prop_map(Value::text), any::<bool>().prop_map(Value::Bool)];
    let said = proptest::collection::btree_map(
        prop::sample::select(vec!["name", "serial", "model", "encrypted"]),
        value,
        0..4,
    );
    let handle = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        let config = ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() };
        let result = TestRunner::new(config).run(&said, |said| {
            handle.block_on(async {
                let before = known(&house, ENTRY).await;
                let values: Vec<(&str, Value)> = said.into_iter().collect();
                let mut tx = house.store.write_tx().await.unwrap();
                let version = before.entry.version;
                let change =
                    EntryChange { id: ENTRY, expected_version: version, facts: facts("hand", day(5), &values) };
                tx.restate_entry(&house.operator(), at(&house, 5, &register), change).await.unwrap();
                tx.commit().await.unwrap();
                let mut tx = house.store.write_tx().await.unwrap();
                tx.undo_entry(&house.operator(), at(&house, 6, &register), (ENTRY, version + 1)).await.unwrap();
                tx.commit().await.unwrap();
                let after = known(&house, ENTRY).await;
                assert_eq!(state(&after), state(&before));
                assert_eq!(keys(&house, "chair").await, [ENTRY], "its keys are those it had");
            });
            Ok(())
        });
        result.unwrap();
    });
    let mut tx = house.store.write_tx().await.unwrap();
    let version = known(&house, ENTRY).await.entry.version;
    let twice = tx.undo_entry(&house.operator(), at(&house, 7, &register), (ENTRY, version)).await;
    assert!(matches!(twice, Err(Error::Conflict { .. })), "what was taken back is not taken back again");
}

async fn a_merge_that_is_taken_back_ends_as_it_was(url: String) {
    let house = House::open(&url).await;
    let (people, assets) = (register("person", RegisterKind::Entry), asset());
    let schemas = Schemas::new(vec![people.clone(), assets.clone()]);
    let [keep, other] = [create(&house, &people, 300, "tom").await, create(&house, &people, 301, "tomma").await];
    let mut tx = house.store.write_tx().await.unwrap();
    for number in 400..420 {
        let mut entry = named(number, "hand", day(1), "laptop");
        entry.facts.extend(facts("hand", day(1), &[("person", Value::Ref(other))]));
        tx.create_entry(&house.operator(), at(&house, 1, &assets), entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    let laptop = EntryId(id(407));
    let before = [known(&house, keep).await, known(&house, other).await, known(&house, laptop).await];
    let mut tx = house.store.write_tx().await.unwrap();
    let said = facts("hand", day(3), &[("name", Value::text("tom tomma"))]);
    let merging = Merging { keep: (keep, 1), other: (other, 1), facts: said, schemas: &schemas };
    let moved = tx.merge_entries(&house.operator(), at(&house, 3, &people), &merging).await.unwrap();
    assert_eq!(moved, Some(20));
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    assert_eq!(read.alias_of(&house.operator(), other).await.unwrap(), Some(keep));
    assert_eq!(read.merged_into(&house.operator(), keep).await.unwrap(), (1, true));
    drop(read);
    assert_eq!(known(&house, laptop).await.entry.facts["person"].value, Value::Ref(keep));
    assert!(known(&house, other).await.left_at.is_some());
    let mut tx = house.store.write_tx().await.unwrap();
    let half = tx.undo_entry(&house.operator(), at(&house, 4, &people), (other, 2)).await;
    assert!(matches!(half, Err(Error::Conflict { .. })), "half a merge is not taken back");
    assert!(tx.unmerge_entry(&house.operator(), at(&house, 4, &people), (keep, &schemas)).await.unwrap());
    tx.commit().await.unwrap();
    for was in before {
        assert_eq!(state(&known(&house, was.entry.id).await), state(&was));
    }
    let read = house.store.read().await.unwrap();
    assert_eq!(read.alias_of(&house.operator(), other).await.unwrap(), None);
    assert_eq!(read.merged_into(&house.operator(), keep).await.unwrap(), (0, false));
}

async fn an_entry_is_removed_and_comes_back(url: String) {
    let house = House::open(&url).await;
    let register = asset();
    create(&house, &register, 100, "chair").await;
    let before = known(&house, ENTRY).await;
    for (version, back) in [(1, false), (2, true)] {
        let mut tx = house.store.write_tx().await.unwrap();
        assert!(tx.remove_entry(&house.operator(), at(&house, 2, &register), (ENTRY, version, back)).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(known(&house, ENTRY).await.left_at.is_some(), !back);
    }
    assert_eq!(state(&known(&house, ENTRY).await), state(&before));
    let mut tx = house.store.write_tx().await.unwrap();
    let old = tx.remove_entry(&house.operator(), at(&house, 2, &register), (ENTRY, 1, false)).await;
    assert!(matches!(old, Err(Error::Conflict { .. })), "an old look changes nothing");
}

async fn the_history_tells_before_and_after_of_each_source(url: String) {
    let house = House::open(&url).await;
    let register = asset();
    create(&house, &register, 100, "chair").await;
    for (version, name) in [(1, "stool"), (2, "bench"), (3, "sofa")] {
        let mut tx = house.store.write_tx().await.unwrap();
        let said = facts("hand", day(version + 1), &[("name", Value::text(name))]);
        let change = EntryChange { id: ENTRY, expected_version: version, facts: said };
        tx.restate_entry(&house.operator(), at(&house, version + 1, &register), change).await.unwrap();
        tx.commit().await.unwrap();
    }
    let read = house.store.read().await.unwrap();
    let name = |facts: &Option<Facts>| facts.as_ref().map(|facts| facts["name"].value.as_text().unwrap().to_owned());
    let mut told = Vec::new();
    let mut before = None;
    loop {
        let page = read.entry_past(&house.operator(), ENTRY, (before, 1)).await.unwrap();
        let Some(one) = page.first() else { break };
        told.push((name(&one.change.before), name(&one.after)));
        before = Some(one.change.version);
    }
    let text = |text: &str| Some(text.to_owned());
    let wanted = [
        (text("bench"), text("sofa")),
        (text("stool"), text("bench")),
        (text("chair"), text("stool")),
        (None, text("chair")),
    ];
    assert_eq!(told, wanted);
}
