//! Keeping and erasing: what goes, what stays, and what a hold is stronger than.

use crate::house::{House, asset, day, facts, id, named, register};
use crate::import::plan;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::schema::{Register, RegisterKind};
use schoolkeeper_core::standing::{ClauseResult, Counts, Finding, Standing};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::erase::{Batch, Erased};
use schoolkeeper_store::hold::{HoldOn, NewHold};
use schoolkeeper_store::{ByHand, EntryChange, Evaluation, NewEntry, Place, Undone};
use std::sync::Arc;
use std::time::Duration;

schoolkeeper_testkit::both_engines!(
    an_erased_entry_leaves_its_id_its_rule_and_a_proof,
    an_entry_that_changed_since_it_was_looked_at_stays,
    a_hold_beats_every_rule_until_it_is_lifted,
    a_hold_on_a_person_covers_what_refers_to_them_at_every_school,
    a_hold_placed_while_erasing_waits_and_wins_or_finds_nothing,
    what_a_running_grace_is_about_waits_for_its_end,
    an_import_whose_entries_were_erased_cannot_bring_them_back,
    old_rows_of_logs_go_a_bounded_number_at_a_time,
    who_ended_between_erasing_and_cleaning_leaves_the_cleaning_to_the_next,
);

fn person() -> Register {
    register("person", RegisterKind::Entry)
}

async fn put(house: &House, register: &Register, entry: NewEntry) {
    let mut tx = house.store.write_tx().await.unwrap();
    let place = ByHand { school: house.lane, register, now: day(1), why: Some("Told by Wilhelmina Quickbeam") };
    assert!(tx.create_entry(&house.operator(), place, entry).await.unwrap());
    tx.commit().await.unwrap();
}

async fn erase(house: &House, proof: u128, register: &Register, entries: &[(EntryId, i64)]) -> Erased {
    let mut tx = house.store.write_tx().await.unwrap();
    let (id, school, now) = (id(proof), house.lane, day(9));
    let batch = Batch { id, school, register, rule: "7 years", reason: None, entries, now };
    let erased = tx.erase(&Scope::system("keep"), &batch).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    erased
}

async fn hold(house: &House, number: u128, on: HoldOn) -> bool {
    let mut tx = house.store.write_tx().await.unwrap();
    let (reason, review_on) = ("A claim (made up)".to_owned(), "2027-01-01".parse().unwrap());
    let hold = NewHold { id: id(number), on, reason, review_on, until_at: None, now: day(2) };
    let placed = tx.place_hold(&house.operator(), &hold).await.unwrap();
    tx.commit().await.unwrap();
    placed
}

async fn find(house: &House, subject: u128, due: Option<i64>, message: &str) {
    let finding = Finding {
        control: Name::from("enc"),
        subject: Some(EntryId(id(subject))),
        standing: Standing::Due,
        since: day(1),
        due_at: due.map(day),
        message: message.to_owned(),
    };
    let result = ClauseResult {
        pack: Name::from("p"),
        clause: Name::from("1"),
        standing: Standing::Due,
        known_by: None,
        counts: Counts::default(),
        findings: vec![finding],
        missing: Vec::new(),
        valid_until: None,
        due_on: None,
        none_because: None,
    };
    let (school, pack, hash, results) = (house.lane, &Name::from("p"), "aa", &[result][..]);
    let evaluation = Evaluation { school, pack, hash, now: day(2), valid_until: None, results, why: None };
    let mut tx = house.store.write_tx().await.unwrap();
    tx.reconcile(&Scope::system("test"), &evaluation, &serde_json::json!({})).await.unwrap().unwrap();
    tx.commit().await.unwrap();
}

async fn an_erased_entry_leaves_its_id_its_rule_and_a_proof(url: String) {
    let house = House::open(&url).await;
    put(&house, &person(), named(100, "hand", day(1), "Wilhelmina Quickbeam")).await;
    put(&house, &asset(), named(101, "hand", day(1), "Laptop")).await;
    find(&house, 101, None, "Laptop is lent to Wilhelmina Quickbeam, not to Wilhelmina Quickbeams").await;
    let erased = erase(&house, 300, &person(), &[(EntryId(id(100)), 1)]).await;
    assert_eq!(erased, Erased { erased: vec![EntryId(id(100))], ..Erased::default() });
    let (read, operator) = (house.store.read().await.unwrap(), house.operator());
    assert_eq!(read.entry(&operator, EntryId(id(100))).await.unwrap(), None);
    assert!(read.entry_history(&operator, EntryId(id(100)), 9).await.unwrap().is_empty());
    let history = read.finding_history(&operator, (house.lane, "p"), ("enc", Some(EntryId(id(101)))), 9).await.unwrap();
    let said = "Laptop is lent to erased under the 7-year rule, not to Wilhelmina Quickbeams";
    assert_eq!(history[0].message, said);
    let stones = read.tombstones(&operator, house.quarry, &[EntryId(id(100)), EntryId(id(101))]).await.unwrap();
    assert_eq!(stones.into_iter().collect::<Vec<_>>(), [(EntryId(id(100)), "7 years".to_owned())]);
    let proofs = read.proofs(&operator, house.trust, None, 9).await.unwrap();
    assert_eq!((proofs.len(), &*proofs[0].what, proofs[0].erased, proofs[0].held), (1, "person", 1, 0));
    let records = read.pending_records(&Scope::system("test"), None, 99).await.unwrap();
    let record = records.iter().find(|record| record.kind == "entries-erased").unwrap();
    assert!(!format!("{record:?}").contains("Quickbeam"), "{record:?}");
    assert_eq!(record.details.len(), 6);
    assert_eq!(read.last_runs(&operator, house.lane).await.unwrap()[0].valid_until, Some(day(9)), "worked out again");
    drop(read);
    assert_eq!(erase(&house, 301, &person(), &[(EntryId(id(100)), 1)]).await, Erased { moved: 1, ..Erased::default() });
}

async fn an_entry_that_changed_since_it_was_looked_at_stays(url: String) {
    let house = House::open(&url).await;
    put(&house, &person(), named(100, "hand", day(1), "Wilhelmina Quickbeam")).await;
    let mut tx = house.store.write_tx().await.unwrap();
    let person = person();
    let place = ByHand { school: house.lane, register: &person, now: day(2), why: None };
    let facts = facts("hand", day(2), &[("model", Value::text("back again"))]);
    let change = EntryChange { id: EntryId(id(100)), expected_version: 1, facts };
    assert!(tx.change_entry(&house.operator(), place, change).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(erase(&house, 300, &person, &[(EntryId(id(100)), 1)]).await, Erased { moved: 1, ..Erased::default() });
    let read = house.store.read().await.unwrap();
    assert!(read.entry(&house.operator(), EntryId(id(100))).await.unwrap().is_some());
    assert!(read.proofs(&house.operator(), house.trust, None, 9).await.unwrap().is_empty(), "nothing was erased");
}

async fn a_hold_beats_every_rule_until_it_is_lifted(url: String) {
    let house = House::open(&url).await;
    for number in [100, 101] {
        put(&house, &person(), named(number, "hand", day(1), "Somebody (made up)")).await;
    }
    let all = [(EntryId(id(100)), 1), (EntryId(id(101)), 1)];
    assert!(hold(&house, 200, HoldOn::Entry(EntryId(id(100)))).await);
    let erased = erase(&house, 300, &person(), &all).await;
    assert_eq!((erased.erased, erased.held), (vec![EntryId(id(101))], vec![EntryId(id(100))]));
    assert!(hold(&house, 201, HoldOn::Register(house.lane, Name::from("person"))).await);
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.lift_hold(&house.operator(), id(200), "Settled", day(8)).await.unwrap());
    assert!(!tx.lift_hold(&house.operator(), id(200), "Settled", day(8)).await.unwrap(), "a second time");
    tx.commit().await.unwrap();
    assert_eq!(erase(&house, 301, &person(), &all[..1]).await.held.len(), 1, "the register is held");
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.lift_hold(&house.operator(), id(201), "Settled", day(8)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(erase(&house, 302, &person(), &all[..1]).await.erased.len(), 1);
    assert!(!hold(&house, 202, HoldOn::Entry(EntryId(id(100)))).await, "nothing is left to hold");
}

async fn a_hold_on_a_person_covers_what_refers_to_them_at_every_school(url: String) {
    let house = House::open(&url).await;
    put(&house, &person(), named(100, "hand", day(1), "Wilhelmina Quickbeam")).await;
    let mut loan = named(101, "hand", day(1), "Loan");
    loan.facts.extend(facts("hand", day(1), &[("person", Value::List(Arc::from([Value::Ref(EntryId(id(100)))])))]));
    let asset = asset();
    let mut tx = house.store.write_tx().await.unwrap();
    let place = ByHand { school: house.quarry, register: &asset, now: day(1), why: None };
    assert!(tx.create_entry(&house.operator(), place, loan).await.unwrap());
    tx.commit().await.unwrap();
    assert!(hold(&house, 200, HoldOn::Person(EntryId(id(100)))).await);
    assert_eq!(erase(&house, 300, &person(), &[(EntryId(id(100)), 1)]).await.held.len(), 1);
    let mut tx = house.store.write_tx().await.unwrap();
    let entries = [(EntryId(id(101)), 1)];
    let (id, school, now) = (id(301), house.quarry, day(9));
    let batch = Batch { id, school, register: &asset, rule: "7 years", reason: None, entries: &entries, now };
    // The technician of that school alone does not even see the hold.
    let erased = tx.erase(&house.technician(house.quarry), &batch).await.unwrap().unwrap();
    assert_eq!(erased.held, [EntryId(crate::house::id(101))]);
    tx.commit().await.unwrap();
}

async fn a_hold_placed_while_erasing_waits_and_wins_or_finds_nothing(url: String) {
    let house = Arc::new(House::open(&url).await);
    for number in 0..20 {
        put(&house, &person(), named(100 + number, "hand", day(1), "Somebody (made up)")).await;
        let entry = EntryId(id(100 + number));
        let (one, other) = (house.clone(), house.clone());
        let erasing = tokio::spawn(async move { erase(&one, 300 + number, &person(), &[(entry, 1)]).await });
        let holding = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_micros(200 * number as u64)).await;
            hold(&other, 400 + number, HoldOn::Person(entry)).await
        });
        let (erased, held) = (erasing.await.unwrap(), holding.await.unwrap());
        let there = house.store.read().await.unwrap().entry(&house.operator(), entry).await.unwrap().is_some();
        assert_eq!(there, held, "a hold was placed on something erased, or something held was erased");
        assert_eq!(erased.erased.len(), usize::from(!held), "{erased:?}");
    }
}

async fn what_a_running_grace_is_about_waits_for_its_end(url: String) {
    let house = House::open(&url).await;
    put(&house, &person(), named(100, "hand", day(1), "Somebody (made up)")).await;
    find(&house, 100, Some(30), "Somebody (made up) has not signed").await;
    let erased = erase(&house, 300, &person(), &[(EntryId(id(100)), 1)]).await;
    assert_eq!(erased.waiting, [EntryId(id(100))]);
    find(&house, 100, Some(9), "Somebody (made up) has not signed").await;
    assert_eq!(erase(&house, 301, &person(), &[(EntryId(id(100)), 1)]).await.erased.len(), 1, "the grace has ended");
}

async fn an_import_whose_entries_were_erased_cannot_bring_them_back(url: String) {
    let house = House::open(&url).await;
    let register = register("person", RegisterKind::Observed);
    let mut first = plan(house.lane, 1001, "list", 1);
    first.creates =
        vec![named(100, "list", day(1), "Wilhelmina Quickbeam").pack(), named(101, "list", day(1), "Other").pack()];
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.commit_import(&house.operator(), &register, &first).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(erase(&house, 300, &register, &[(EntryId(id(100)), 1)]).await.erased.len(), 1);
    let mut tx = house.store.write_tx().await.unwrap();
    let undone = tx.undo_import(&house.operator(), &register, first.import, day(10)).await.unwrap();
    assert!(matches!(undone, Some(Undone::Touched(_))), "{undone:?}");
    let read = house.store.read().await.unwrap();
    assert_eq!(read.erased_count(&house.operator(), house.lane, "person").await.unwrap(), 1);
}

async fn old_rows_of_logs_go_a_bounded_number_at_a_time(url: String) {
    let house = House::open(&url).await;
    put(&house, &person(), named(100, "hand", day(1), "Somebody (made up)")).await;
    let system = Scope::system("keep");
    let mut tx = house.store.write_tx().await.unwrap();
    let (history, other) =
        ((Some(house.trust), "history", "7 years"), (Some(house.elsewhere_trust), "history", "1 day"));
    assert_eq!(tx.erase_log(&system, other, day(9), (id(299), day(9))).await.unwrap(), 0, "another organisation's");
    assert_eq!(tx.erase_log(&system, (None, "history", "1 day"), day(9), (id(298), day(9))).await.unwrap(), 0);
    assert_eq!(tx.erase_log(&system, history, day(1), (id(300), day(9))).await.unwrap(), 0, "not old enough");
    assert_eq!(tx.erase_log(&system, history, day(2), (id(301), day(9))).await.unwrap(), 1);
    assert_eq!(tx.erase_log(&system, (None, "no such log", "1 day"), day(2), (id(302), day(9))).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    assert!(read.entry(&house.operator(), EntryId(id(100))).await.unwrap().is_some(), "only its history went");
    let proofs = read.proofs(&house.operator(), house.trust, None, 9).await.unwrap();
    assert_eq!((proofs.len(), &*proofs[0].what, proofs[0].school), (1, "log:history", None::<SchoolId>));
}

/// The people of [`who_ended_between_erasing_and_cleaning_leaves_the_cleaning_to_the_next`].
const MANY: usize = 2000;

/// How many of these people the bytes of the database's file and its log still name; `None` where it is no file. Free
/// space within a page holds pieces of those who stay, so only a number with the mark behind it is one.
fn left(url: &str, gone: &dyn Fn(usize) -> bool) -> Option<usize> {
    let Place::Sqlite(file) = Place::parse(url) else { return None };
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.extend(std::fs::read(format!("{}-wal", file.display())).unwrap_or_default());
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    let numbers = text.split("leaver number").skip(1).filter_map(|rest| rest.get(..7)?.strip_suffix('!')?.parse().ok());
    let named: std::collections::BTreeSet<usize> = numbers.filter(|number| *number < MANY && gone(*number)).collect();
    Some(named.len())
}

/// Names of many lengths come in no order, so that pages fill up and are split; then every second one goes.
async fn who_ended_between_erasing_and_cleaning_leaves_the_cleaning_to_the_next(url: String) {
    let (house, gone) = (House::open(&url).await, |number: usize| number % 2 == 1);
    let number_of = |at: usize| at * 1237 % MANY;
    for some in (0..MANY).collect::<Vec<_>>().chunks(250) {
        let mut tx = house.store.write_tx().await.unwrap();
        for number in some.iter().map(|at| number_of(*at)) {
            let name = format!("{} leaver number{number:06}!", "abcdefgh".repeat(number % 23));
            let place = ByHand { school: house.lane, register: &person(), now: day(1), why: None };
            let entry = named(100_000 + number as u128 * 7919 % 99_991, "hand", day(1), &name);
            assert!(tx.create_entry(&house.operator(), place, entry).await.unwrap());
        }
        tx.commit().await.unwrap();
    }
    assert!(house.store.clean().await.unwrap(), "what an older version erased");
    assert!(!house.store.clean().await.unwrap(), "once is enough");
    assert!(left(&url, &gone).is_none_or(|left| left == MANY / 2));
    let ids: Vec<_> =
        (0..MANY).filter(|at| gone(*at)).map(|at| EntryId(id(100_000 + at as u128 * 7919 % 99_991))).collect();
    for (at, some) in ids.chunks(250).enumerate() {
        let entries: Vec<(EntryId, i64)> = some.iter().map(|entry| (*entry, 1)).collect();
        assert_eq!(erase(&house, 900_000 + at as u128, &person(), &entries).await.erased.len(), some.len());
    }
    assert!(left(&url, &gone).is_none_or(|left| left > 0), "this test looks at nothing");
    let next = crate::house::open(&url).await;
    assert!(next.clean().await.unwrap(), "the one that erased has not cleaned");
    assert!(left(&url, &gone).is_none_or(|left| left == 0), "{:?} are still named", left(&url, &gone));
    assert!(left(&url, &|number| !gone(number)).is_none_or(|left| left == MANY / 2), "the others stay");
    assert!(!house.store.clean().await.unwrap(), "it is clean for everybody");
}
