//! Imports: committed whole, undone whole.

use crate::house::{House, SYSTEM, day, device, facts, id, named};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, ImportId, Name, SchoolId};
use schoolkeeper_core::schema::RegisterKind;
use schoolkeeper_core::value::Value;
use schoolkeeper_core::world::Census;
use schoolkeeper_store::census::{ListOf, Vouched};
use schoolkeeper_store::import::Plan;
use schoolkeeper_store::{ByHand, EntryChange, Error, NewEntry, StoredEntry, Undone};

schoolkeeper_testkit::both_engines!(
    an_import_creates_changes_confirms_and_lets_go,
    an_observed_register_forgets_what_its_source_no_longer_says,
    two_sources_of_one_entry_are_merged_newest_first,
    an_entry_stays_while_another_source_knows_it_and_returns_with_its_id,
    undo_puts_back_what_was_there_before,
    undo_keeps_a_census_somebody_gave_later,
    undo_is_refused_when_something_later_touched_its_entries,
    an_import_that_finds_an_entry_moved_on_changes_nothing,
    three_thousand_rows_come_in_at_once,
    an_import_leaves_one_record_without_names,
    of_two_plans_made_on_the_same_records_one_is_carried_out,
);

pub fn plan(school: SchoolId, number: u128, source: &str, now: i64) -> Plan {
    Plan {
        import: ImportId(id(number)),
        school,
        source: Name::from(source),
        part: false,
        turn: None,
        at: day(now),
        file_hash: "00ff".to_owned(),
        mapping: serde_json::json!({"Device name": "name"}),
        creates: Vec::new(),
        updates: Vec::new(),
        unchanged: Vec::new(),
        left: Vec::new(),
        census: Some(Census { source: Name::from(source), as_of: day(now), ends_at: day(now + 35), stated: false }),
    }
}

fn laptop(number: u128, source: &str, now: i64, encrypted: bool) -> NewEntry {
    let mut entry = named(number, source, day(now), &format!("Laptop {number}"));
    entry.facts.extend(facts(source, day(now), &[("encrypted", Value::Bool(encrypted))]));
    entry
}

fn change(number: u128, expected_version: i64, source: &str, now: i64, encrypted: bool) -> EntryChange {
    EntryChange { id: EntryId(id(number)), expected_version, facts: laptop(number, source, now, encrypted).facts }
}

async fn commit(house: &House, plan: &Plan) {
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.commit_import(&house.operator(), &device(), plan).await.unwrap());
    tx.commit().await.unwrap();
}

async fn undo(house: &House, number: u128, now: i64) -> Option<Undone> {
    let mut tx = house.store.write_tx().await.unwrap();
    let undone = tx.undo_import(&house.operator(), &device(), ImportId(id(number)), day(now)).await.unwrap();
    tx.commit().await.unwrap();
    undone
}

async fn snapshot(house: &House) -> Vec<StoredEntry> {
    house.store.read().await.unwrap().snapshot(&house.operator(), house.lane).await.unwrap()
}

/// Two laptops on day 1; on day 5 one is changed, one confirmed, one new, and on day 9 two are gone.
async fn three_imports(house: &House) {
    let mut first = plan(house.lane, 1001, "intune", 1);
    first.creates = vec![laptop(100, "intune", 1, true).pack(), laptop(101, "intune", 1, true).pack()];
    commit(house, &first).await;
    let mut second = plan(house.lane, 1002, "intune", 5);
    second.creates = vec![laptop(102, "intune", 5, true).pack()];
    second.updates = vec![change(100, 1, "intune", 5, false).pack()];
    second.unchanged = vec![EntryId(id(101))];
    commit(house, &second).await;
}

async fn an_import_creates_changes_confirms_and_lets_go(url: String) {
    let house = House::open(&url).await;
    three_imports(&house).await;
    let entries = snapshot(&house).await;
    let seen = |entry: &StoredEntry| {
        let (name, encrypted) = (&entry.facts["name"], &entry.facts["encrypted"]);
        (name.at, name.held_since, encrypted.value.as_bool().unwrap(), encrypted.held_since, entry.version)
    };
    assert_eq!(entries.len(), 3);
    assert_eq!(seen(&entries[0]), (day(5), day(1), false, day(5), 2), "changed");
    assert_eq!(seen(&entries[1]), (day(5), day(1), true, day(1), 1), "confirmed");
    assert_eq!(seen(&entries[2]), (day(5), day(5), true, day(5), 1), "created");

    let mut third = plan(house.lane, 1003, "intune", 9);
    third.left = vec![EntryId(id(100)), EntryId(id(102))];
    third.unchanged = vec![EntryId(id(101))];
    commit(&house, &third).await;
    assert_eq!(snapshot(&house).await.iter().map(|entry| entry.id.0.as_u128()).collect::<Vec<_>>(), [101]);

    let read = house.store.read().await.unwrap();
    let imports = read.imports(&house.operator(), house.lane, None, 10).await.unwrap();
    let counts = |at: usize| (imports[at].created, imports[at].changed, imports[at].unchanged, imports[at].left);
    assert_eq!((counts(0), counts(1), counts(2)), ((0, 0, 1, 2), (1, 1, 1, 0), (2, 0, 0, 0)));
    let next = read.imports(&house.operator(), house.lane, Some((imports[1].at, imports[1].id)), 10).await.unwrap();
    assert_eq!(next, imports[2..]);
    let censuses = read.censuses(&house.operator(), house.lane).await.unwrap();
    assert_eq!((censuses.len(), censuses[0].census.as_of, &*censuses[0].register), (1, day(9), "device"));
}

async fn an_observed_register_forgets_what_its_source_no_longer_says(url: String) {
    let house = House::open(&url).await;
    for (kind, number, remains) in [(RegisterKind::Observed, 0, false), (RegisterKind::Entry, 500, true)] {
        let mut register = device();
        register.kind = kind;
        let mut first = plan(house.lane, 1001 + number, "intune", 1);
        first.creates = vec![laptop(100 + number, "intune", 1, true).pack()];
        let mut second = plan(house.lane, 1002 + number, "intune", 5);
        let facts = named(100 + number, "intune", day(5), "Laptop renamed").facts;
        second.updates = vec![EntryChange { id: EntryId(id(100 + number)), expected_version: 1, facts }.pack()];
        let mut tx = house.store.write_tx().await.unwrap();
        tx.commit_import(&house.operator(), &register, &first).await.unwrap();
        tx.commit_import(&house.operator(), &register, &second).await.unwrap();
        tx.commit().await.unwrap();
        let read = house.store.read().await.unwrap();
        let entry = read.entry(&house.operator(), EntryId(id(100 + number))).await.unwrap().unwrap();
        assert_eq!(entry.facts.contains_key("encrypted"), remains);
        assert!(entry.facts.get("encrypted").is_none_or(|fact| fact.at == day(1)), "an old word was renewed");
    }
}

async fn two_sources_of_one_entry_are_merged_newest_first(url: String) {
    let house = House::open(&url).await;
    let mut first = plan(house.lane, 1001, "intune", 5);
    first.creates = vec![laptop(100, "intune", 5, true).pack()];
    commit(&house, &first).await;
    let mut second = plan(house.lane, 1002, "inventory", 3);
    let mut said = change(100, 1, "inventory", 3, false);
    said.facts.extend(facts("inventory", day(3), &[("model", Value::text("Model T"))]));
    second.updates = vec![said.pack()];
    commit(&house, &second).await;
    let entry = snapshot(&house).await.remove(0);
    assert_eq!((&entry.facts["encrypted"].value, &*entry.facts["encrypted"].source), (&Value::Bool(true), "intune"));
    assert_eq!((&entry.facts["model"].value, &*entry.facts["model"].source), (&Value::text("Model T"), "inventory"));
    assert_eq!((entry.facts["name"].at, entry.facts["name"].held_since), (day(5), day(3)), "sources that agree");
}

async fn an_entry_stays_while_another_source_knows_it_and_returns_with_its_id(url: String) {
    let house = House::open(&url).await;
    three_imports(&house).await;
    let mut other = plan(house.lane, 1003, "inventory", 6);
    other.updates = vec![change(100, 2, "inventory", 6, false).pack()];
    commit(&house, &other).await;
    let mut gone = plan(house.lane, 1004, "intune", 7);
    gone.left = [100, 101].map(|number| EntryId(id(number))).to_vec();
    commit(&house, &gone).await;
    let ids = |entries: Vec<StoredEntry>| entries.iter().map(|entry| entry.id.0.as_u128()).collect::<Vec<_>>();
    assert_eq!(ids(snapshot(&house).await), [100, 102]);
    let read = house.store.read().await.unwrap();
    let keys = ["laptop 101".to_owned()];
    let hits = read.entries_by_key(&house.operator(), (house.lane, "device"), "name", &keys).await.unwrap();
    assert!(hits.len() == 1 && hits[0].left, "{hits:?}");
    let mut back = plan(house.lane, 1005, "intune", 8);
    back.updates = vec![change(101, 2, "intune", 8, true).pack()];
    commit(&house, &back).await;
    assert_eq!(ids(snapshot(&house).await), [100, 101, 102]);
    let returned = &snapshot(&house).await[1];
    assert_eq!(returned.facts["encrypted"].held_since, day(8), "a break does not count as held");
    assert_eq!(returned.since, day(1));
}

async fn undo_puts_back_what_was_there_before(url: String) {
    let house = House::open(&url).await;
    three_imports(&house).await;
    let read = async || {
        let read = house.store.read().await.unwrap();
        let operator = house.operator();
        let entries = read.snapshot(&operator, house.lane).await.unwrap();
        let keys = [100, 101, 102].map(|number| format!("laptop {number}"));
        let place = (house.lane, "device");
        let hits = read.entries_by_key(&operator, place, "name", &keys).await.unwrap();
        let facts: Vec<_> = entries.into_iter().map(|entry| (entry.id, entry.since, entry.facts)).collect();
        (facts, hits, read.censuses(&operator, house.lane).await.unwrap())
    };
    let before = read().await;
    let mut third = plan(house.lane, 1003, "intune", 9);
    third.creates = vec![laptop(103, "intune", 9, true).pack()];
    third.updates = vec![change(102, 1, "intune", 9, false).pack()];
    third.unchanged = vec![EntryId(id(101))];
    third.left = vec![EntryId(id(100))];
    commit(&house, &third).await;
    assert_ne!(read().await, before);
    assert_eq!(undo(&house, 1003, 10).await, Some(Undone::Yes));
    assert_eq!(read().await, before);
    assert_eq!(undo(&house, 1003, 11).await, Some(Undone::Already));
    let read = house.store.read().await.unwrap();
    let import = read.import(&house.operator(), ImportId(id(1003))).await.unwrap().unwrap();
    assert_eq!(import.undone_at, Some(day(10)));
}

async fn undo_keeps_a_census_somebody_gave_later(url: String) {
    let house = House::open(&url).await;
    three_imports(&house).await;
    let later = Census { source: Name::from("intune"), as_of: day(8), ends_at: day(30), stated: true };
    let mut tx = house.store.write_tx().await.unwrap();
    tx.confirm_census(
        &house.operator(),
        ListOf::whole(house.lane, &device().id),
        &Vouched::plain(later.clone()),
        day(8),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(undo(&house, 1002, 9).await, Some(Undone::Yes));
    let censuses = house.store.read().await.unwrap().censuses(&house.operator(), house.lane).await.unwrap();
    assert_eq!(censuses[0].census, later);
}

async fn undo_is_refused_when_something_later_touched_its_entries(url: String) {
    let house = House::open(&url).await;
    three_imports(&house).await;
    assert_eq!(undo(&house, 1001, 6).await, Some(Undone::Touched(2)), "a later import of the same source");
    let register = device();
    let place = ByHand { school: house.lane, register: &register, now: day(6), why: None };
    let said = facts("hand", day(6), &[("model", Value::text("Model T"))]);
    let mut tx = house.store.write_tx().await.unwrap();
    let change = EntryChange { id: EntryId(id(102)), expected_version: 1, facts: said };
    tx.change_entry(&house.operator(), place, change).await.unwrap();
    tx.commit().await.unwrap();
    let before = snapshot(&house).await;
    assert_eq!(undo(&house, 1002, 7).await, Some(Undone::Touched(1)), "a person's word");
    assert_eq!(snapshot(&house).await, before);
    let mut tx = house.store.write_tx().await.unwrap();
    assert_eq!(tx.undo_import(&house.stranger(), &device(), ImportId(id(1002)), day(8)).await.unwrap(), None);
}

async fn an_import_that_finds_an_entry_moved_on_changes_nothing(url: String) {
    let house = House::open(&url).await;
    three_imports(&house).await;
    let before = snapshot(&house).await;
    let stale_update =
        Plan { updates: vec![change(100, 1, "intune", 9, true).pack()], ..plan(house.lane, 1003, "intune", 9) };
    let stale_left = Plan { left: vec![EntryId(id(777))], ..plan(house.lane, 1004, "intune", 9) };
    let foreign =
        Plan { school: house.quarry, unchanged: vec![EntryId(id(100))], ..plan(house.lane, 1005, "intune", 9) };
    for mut stale in [stale_update, stale_left, foreign] {
        stale.creates = vec![laptop(stale.import.0.as_u128() + 1000, "intune", 9, true).pack()];
        let mut tx = house.store.write_tx().await.unwrap();
        let refused = tx.commit_import(&house.operator(), &device(), &stale).await.unwrap_err();
        assert!(matches!(&refused, Error::Conflict { constraint } if constraint == "entry_version"), "{refused:?}");
    }
    assert_eq!(snapshot(&house).await, before);
}

async fn three_thousand_rows_come_in_at_once(url: String) {
    let house = House::open(&url).await;
    let mut first = plan(house.lane, 1001, "intune", 1);
    first.creates = (0..3_000).map(|number| laptop(10_000 + number, "intune", 1, true).pack()).collect();
    commit(&house, &first).await;
    let mut second = plan(house.lane, 1002, "intune", 2);
    second.updates = (0..1_200).map(|number| change(10_000 + number, 1, "intune", 2, false).pack()).collect();
    second.unchanged = (1_200..2_400).map(|number| EntryId(id(10_000 + number))).collect();
    second.left = (2_400..3_000).map(|number| EntryId(id(10_000 + number))).collect();
    commit(&house, &second).await;
    let entries = snapshot(&house).await;
    let broken = entries.iter().filter(|entry| entry.facts["encrypted"].value == Value::Bool(false)).count();
    assert_eq!((entries.len(), broken), (2_400, 1_200));
    assert_eq!(undo(&house, 1002, 3).await, Some(Undone::Yes));
    assert_eq!(undo(&house, 1001, 4).await, Some(Undone::Touched(3_000)), "an undo is a later touch");
    assert_eq!(snapshot(&house).await.len(), 3_000);
}

async fn an_import_leaves_one_record_without_names(url: String) {
    let house = House::open(&url).await;
    three_imports(&house).await;
    let read = house.store.read().await.unwrap();
    let records = read.pending_records(&Scope::system(SYSTEM), None, 100).await.unwrap();
    let imports: Vec<_> = records.iter().filter(|record| record.kind == "import-committed").collect();
    assert_eq!(imports.len(), 2);
    assert_eq!(imports[1].details["changed"], schoolkeeper_store::ledger::Detail::Count(1));
    assert!(records.iter().all(|record| !format!("{record:?}").contains("Laptop")));
}

async fn of_two_plans_made_on_the_same_records_one_is_carried_out(url: String) {
    let house = crate::house::House::open(&url).await;
    let scope = house.operator();
    let turn = house.store.read().await.unwrap().import_turn(&scope, house.lane, "device").await.unwrap();
    let on_it = |number, entry| Plan {
        turn: Some(turn),
        creates: vec![laptop(entry, "intune", 9, true).pack()],
        ..plan(house.lane, number, "intune", 9)
    };
    let both = [on_it(2001, 900), on_it(2002, 901)].map(|plan| {
        let (store, scope) = (house.store.clone(), scope.clone());
        async move {
            let mut tx = store.write_tx().await.unwrap();
            let done = tx.commit_import(&scope, &device(), &plan).await.map(|_| ());
            if done.is_ok() { tx.commit().await } else { done }
        }
    });
    let [first, second] = both;
    let (first, second) = futures_util::future::join(first, second).await;
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let refused = first.err().or(second.err()).unwrap();
    assert!(matches!(refused, schoolkeeper_store::Error::Conflict { .. }), "{refused}");
}
