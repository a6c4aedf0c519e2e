//! Entries: saved, changed, listed, found, loaded whole.

use crate::house::{House, asset, day, device, facts, id, named};
use schoolkeeper_core::id::EntryId;
use schoolkeeper_core::value::Value;
use schoolkeeper_store::entry::Page;
use schoolkeeper_store::{ByHand, EntryChange, Error};

schoolkeeper_testkit::both_engines!(
    an_entry_reads_back_as_it_was_written,
    a_change_keeps_what_it_does_not_mention_and_how_long_it_held,
    a_stale_change_is_a_conflict,
    a_list_pages_by_name_and_never_repeats_or_loses_an_entry,
    a_list_is_searched_whatever_the_case,
    entries_are_found_by_their_keys,
    a_school_sees_its_office_and_no_other_school,
    own_reach_shows_only_what_is_ones_own,
);

fn at(house: &House, now: i64, register: &'static schoolkeeper_core::schema::Register) -> ByHand<'static> {
    ByHand { school: house.lane, register, now: day(now), why: None }
}

fn leak(register: schoolkeeper_core::schema::Register) -> &'static schoolkeeper_core::schema::Register {
    Box::leak(Box::new(register))
}

async fn an_entry_reads_back_as_it_was_written(url: String) {
    let house = House::open(&url).await;
    let mut entry = named(100, "hand", day(1), "Édith's \0 laptop");
    entry.facts.extend(facts("hand", day(1), &[("encrypted", Value::Bool(true)), ("model", Value::Empty)]));
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.create_entry(&house.operator(), at(&house, 1, leak(asset())), entry.clone()).await.unwrap());
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let stored = read.entry(&house.operator(), entry.id).await.unwrap().unwrap();
    assert_eq!(stored.facts, entry.facts);
    assert_eq!((stored.version, stored.since, stored.school), (1, day(1), house.lane));
    assert_eq!(read.snapshot(&house.operator(), house.lane).await.unwrap(), [stored]);
}

async fn a_change_keeps_what_it_does_not_mention_and_how_long_it_held(url: String) {
    let house = House::open(&url).await;
    let register = leak(asset());
    let mut entry = named(100, "hand", day(1), "Laptop");
    entry.facts.extend(facts("hand", day(1), &[("model", Value::text("A")), ("encrypted", Value::Bool(true))]));
    let mut tx = house.store.write_tx().await.unwrap();
    tx.create_entry(&house.operator(), at(&house, 1, register), entry.clone()).await.unwrap();
    let said = facts("hand", day(5), &[("model", Value::text("B")), ("encrypted", Value::Bool(true))]);
    let change = EntryChange { id: entry.id, expected_version: 1, facts: said };
    assert!(tx.change_entry(&house.operator(), at(&house, 5, register), change).await.unwrap());
    tx.commit().await.unwrap();
    let stored = house.store.read().await.unwrap().entry(&house.operator(), entry.id).await.unwrap().unwrap();
    let seen = |name: &str| (stored.facts[name].value.clone(), stored.facts[name].at, stored.facts[name].held_since);
    assert_eq!(seen("name"), (Value::text("Laptop"), day(1), day(1)));
    assert_eq!(seen("model"), (Value::text("B"), day(5), day(5)));
    assert_eq!(seen("encrypted"), (Value::Bool(true), day(5), day(1)));
    assert_eq!(stored.version, 2);
}

async fn a_stale_change_is_a_conflict(url: String) {
    let house = House::open(&url).await;
    let register = leak(asset());
    let entry = named(100, "hand", day(1), "Laptop");
    let mut tx = house.store.write_tx().await.unwrap();
    tx.create_entry(&house.operator(), at(&house, 1, register), entry.clone()).await.unwrap();
    let change = EntryChange { id: entry.id, expected_version: 7, facts: entry.facts.clone() };
    let refused = tx.change_entry(&house.operator(), at(&house, 2, register), change.clone()).await.unwrap_err();
    assert!(matches!(&refused, Error::Conflict { constraint } if constraint == "entry_version"), "{refused:?}");
    let elsewhere = ByHand { school: house.quarry, register, now: day(2), why: None };
    let change = EntryChange { expected_version: 1, ..change };
    let refused = tx.change_entry(&house.operator(), elsewhere, change).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { .. }), "an entry of another school was changed");
}

async fn a_list_pages_by_name_and_never_repeats_or_loses_an_entry(url: String) {
    let house = House::open(&url).await;
    let register = leak(asset());
    let mut tx = house.store.write_tx().await.unwrap();
    for number in 0..25 {
        let entry = named(100 + number, "hand", day(1), ["Zebra", "apple", "Émile", "apple"][number as usize % 4]);
        tx.create_entry(&house.operator(), at(&house, 1, register), entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let (mut seen, mut page) = (Vec::new(), Page { limit: 4, ..Page::default() });
    loop {
        let entries = read.entries(&house.operator(), house.lane, "asset", &page).await.unwrap();
        assert!(entries.entries.len() <= 4);
        seen.extend(entries.entries.iter().map(|entry| (entry.facts["name"].value.clone(), entry.id)));
        let Some(next) = entries.next else { break };
        page.after = Some(next);
    }
    let mut ids: Vec<EntryId> = seen.iter().map(|(_, id)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((seen.len(), ids.len()), (25, 25));
    assert_eq!(seen[0].0, Value::text("apple"));
    assert_eq!(seen[24].0, Value::text("Émile"));
    assert_eq!(read.entry_count(&house.operator(), house.lane, "asset").await.unwrap(), 25);
}

async fn a_list_is_searched_whatever_the_case(url: String) {
    let house = House::open(&url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    for (number, name) in ["ÉCOLE 100%", "école 100 x", "Maths"].iter().enumerate() {
        let entry = named(100 + number as u128, "hand", day(1), name);
        tx.create_entry(&house.operator(), at(&house, 1, leak(asset())), entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let found = async |search: &str| {
        let page = Page { limit: 10, search: Some(search.to_owned()), after: None };
        read.entries(&house.operator(), house.lane, "asset", &page).await.unwrap().entries.len()
    };
    assert_eq!((found("école").await, found("100%").await, found("_").await, found(" ").await), (2, 1, 0, 3));
}

async fn entries_are_found_by_their_keys(url: String) {
    let house = House::open(&url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    for (number, serial) in [(100, "  AB 1 "), (101, "Default String")] {
        let mut entry = named(number, "hand", day(1), "Laptop");
        entry.facts.extend(facts("hand", day(1), &[("serial", Value::text(serial))]));
        tx.create_entry(&house.operator(), at(&house, 1, leak(device())), entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let hits = async |field: &str, key: &str| {
        let keys = [key.to_owned()];
        let place = (house.lane, "device");
        let hits = read.entries_by_key(&house.operator(), place, field, &keys).await.unwrap();
        hits.iter().map(|hit| hit.entry.0.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(hits("serial", "ab 1").await, [100]);
    assert_eq!(hits("serial", "default string").await, [0_u128; 0]);
    assert_eq!(hits("name", "laptop").await, [100, 101]);
}

async fn a_school_sees_its_office_and_no_other_school(url: String) {
    let house = House::open(&url).await;
    let register = leak(asset());
    let mut tx = house.store.write_tx().await.unwrap();
    for (number, school) in [(100, house.office), (101, house.lane), (102, house.quarry), (103, house.elsewhere)] {
        let scope = schoolkeeper_core::actor::Scope::system("test");
        let place = ByHand { school, register, now: day(1), why: None };
        tx.create_entry(&scope, place, named(number, "hand", day(1), "Laptop")).await.unwrap();
    }
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let snapshot = read.snapshot(&house.technician(house.lane), house.lane).await.unwrap();
    assert_eq!(snapshot.iter().map(|entry| entry.id.0.as_u128()).collect::<Vec<_>>(), [100, 101]);
    assert!(read.snapshot(&house.technician(house.lane), house.quarry).await.unwrap().is_empty());
    assert!(read.snapshot(&house.stranger(), house.lane).await.unwrap().is_empty());
}

async fn own_reach_shows_only_what_is_ones_own(url: String) {
    let house = House::open(&url).await;
    let register = leak(asset());
    let me = EntryId(id(100));
    let mut tx = house.store.write_tx().await.unwrap();
    for (number, person) in [(100, None), (101, Some(me)), (102, Some(EntryId(id(555))))] {
        let mut entry = named(number, "hand", day(1), "Thing");
        entry
            .facts
            .extend(person.map(|person| facts("hand", day(1), &[("person", Value::Ref(person))])).unwrap_or_default());
        tx.create_entry(&house.operator(), at(&house, 1, register), entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let own = house.own(me);
    let page = Page { limit: 10, ..Page::default() };
    let entries = read.entries(&own, house.lane, "asset", &page).await.unwrap().entries;
    assert_eq!(entries.iter().map(|entry| entry.id.0.as_u128()).collect::<Vec<_>>(), [100, 101]);
    assert!(read.entry(&own, EntryId(id(101))).await.unwrap().is_some());
    assert!(read.entry(&own, EntryId(id(102))).await.unwrap().is_none());
    assert!(read.snapshot(&own, house.lane).await.unwrap().is_empty());
}
