//! What a school adopts: packs, numbers, names, terms, probes, mappings. The central office's word holds for all.

use crate::house::{House, asset, day, id, named};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::calendar::Term;
use schoolkeeper_core::id::{EntryId, Name, SchoolId};
use schoolkeeper_core::pack::Literal;
use schoolkeeper_store::ByHand;
use schoolkeeper_store::edition::STATES_MAX;
use schoolkeeper_store::mapping::MappingOf;
use schoolkeeper_store::named::NameAt;
use schoolkeeper_store::pack::AdoptedPack;
use schoolkeeper_store::param::ParamAt;
use schoolkeeper_store::policy_page::Found;
use schoolkeeper_store::probe::Tried;
use std::collections::BTreeMap;

schoolkeeper_testkit::both_engines!(
    a_pack_of_the_office_holds_for_its_schools_until_one_adopts_its_own,
    a_schools_number_wins_over_its_offices,
    only_entries_within_reach_are_confirmed,
    terms_come_from_the_school_or_its_office,
    probes_count_only_for_their_text_and_build,
    mappings_are_remembered_per_source,
    settings_move_the_generation,
    every_adoption_of_another_text_is_a_version_with_its_numbers,
    a_public_page_is_there_until_it_is_switched_off,
    a_state_is_kept_after_the_one_its_writer_saw_and_the_oldest_make_room,
);

fn adopted(school: SchoolId, hash: &str) -> AdoptedPack {
    let sources =
        vec![("common/lists.toml".to_owned(), "[list]".to_owned()), ("p.toml".to_owned(), "[pack]".to_owned())];
    AdoptedPack { school, pack: Name::from("skeleton"), hash: hash.to_owned(), sources, adopted_at: day(1) }
}

async fn a_pack_of_the_office_holds_for_its_schools_until_one_adopts_its_own(url: String) {
    let house = House::open(&url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.adopt_pack(&house.operator(), &adopted(house.office, "aa")).await.unwrap());
    assert!(tx.adopt_pack(&house.operator(), &adopted(house.lane, "bb")).await.unwrap());
    assert!(!tx.adopt_pack(&house.technician(house.lane), &adopted(house.office, "cc")).await.unwrap());
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let packs = async |school| read.adopted_packs(&house.operator(), school).await.unwrap();
    assert_eq!(packs(house.lane).await, [adopted(house.lane, "bb")]);
    assert_eq!(packs(house.quarry).await, [adopted(house.office, "aa")]);
    assert!(packs(house.elsewhere).await.is_empty());
}

async fn a_schools_number_wins_over_its_offices(url: String) {
    let house = House::open(&url).await;
    let operator = house.operator();
    let mut tx = house.store.write_tx().await.unwrap();
    let at = |school, name| ParamAt { school, pack: "skeleton", name, why: "asked" };
    for (school, name, value) in [(house.office, "days", 30), (house.office, "count", 3), (house.lane, "days", 14)] {
        tx.set_param(&operator, at(school, name), Some(&Literal::Int(value)), day(1)).await.unwrap();
    }
    tx.set_param(&operator, at(house.lane, "zeal"), Some(&Literal::Text("3 days".to_owned())), day(1)).await.unwrap();
    tx.set_param(&operator, at(house.lane, "zeal"), None, day(2)).await.unwrap();
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let params = async |school| {
        let params = read.params(&operator, school, "skeleton").await.unwrap();
        params.into_iter().map(|(name, value)| (name.to_string(), value)).collect::<Vec<_>>()
    };
    let both = |days| vec![("count".to_owned(), Literal::Int(3)), ("days".to_owned(), Literal::Int(days))];
    assert_eq!((params(house.lane).await, params(house.quarry).await), (both(14), both(30)));
}

async fn only_entries_within_reach_are_confirmed(url: String) {
    let house = House::open(&url).await;
    let system = Scope::system("test");
    let register = asset();
    let mut tx = house.store.write_tx().await.unwrap();
    for (number, school) in [(100, house.office), (101, house.lane), (102, house.quarry)] {
        let place = ByHand { school, register: &register, now: day(1), why: None };
        tx.create_entry(&system, place, named(number, "hand", day(1), "Server")).await.unwrap();
    }
    let name = |name| NameAt { school: house.lane, pack: "skeleton", name };
    for (text, number, expected) in [("a", 100, true), ("b", 101, true), ("c", 102, false), ("d", 999, false)] {
        let confirmed = tx.confirm_entry(&house.operator(), name(text), EntryId(id(number)), day(1)).await.unwrap();
        assert_eq!(confirmed, expected, "{number}");
    }
    tx.confirm_entry(&house.operator(), name("a"), EntryId(id(101)), day(2)).await.unwrap();
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let named = read.named_entries(&house.operator(), house.lane, "skeleton").await.unwrap();
    let named: Vec<_> = named.iter().map(|(name, entry)| (&**name, entry.0.as_u128())).collect();
    assert_eq!(named, [("a", 101), ("b", 101)]);
}

async fn terms_come_from_the_school_or_its_office(url: String) {
    let house = House::open(&url).await;
    let term = |name: &str| Term {
        name: name.to_owned(),
        from: "2026-09-01".parse().unwrap(),
        to: "2026-12-18".parse().unwrap(),
        half_from: None,
        half_to: None,
        inset: Vec::new(),
        closed: vec!["2026-11-02".parse().unwrap()],
    };
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.set_terms(&house.operator(), house.office, &[term("office")], day(1)).await.unwrap());
    assert!(tx.set_terms(&house.operator(), house.lane, &[term("lane")], day(1)).await.unwrap());
    assert!(!tx.set_terms(&house.stranger(), house.lane, &[], day(1)).await.unwrap());
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    assert_eq!(read.terms(&house.operator(), house.lane).await.unwrap(), [term("lane")]);
    assert_eq!(read.terms(&house.operator(), house.quarry).await.unwrap(), [term("office")]);
}

async fn probes_count_only_for_their_text_and_build(url: String) {
    let house = House::open(&url).await;
    let tried = |hash, build| Tried { school: house.lane, pack: "skeleton", hash, build };
    let results = BTreeMap::from([(Name::from("blocks"), true), (Name::from("guards"), false)]);
    let mut tx = house.store.write_tx().await.unwrap();
    tx.set_probes(&house.operator(), tried("old", "1"), &BTreeMap::from([(Name::from("gone"), true)]), day(1))
        .await
        .unwrap();
    tx.set_probes(&house.operator(), tried("new", "1"), &results, day(2)).await.unwrap();
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    assert_eq!(read.probes(&house.operator(), tried("new", "1")).await.unwrap(), results);
    assert!(read.probes(&house.operator(), tried("old", "1")).await.unwrap().is_empty());
    assert!(read.probes(&house.operator(), tried("new", "2")).await.unwrap().is_empty());
}

async fn mappings_are_remembered_per_source(url: String) {
    let house = House::open(&url).await;
    let of = |source| MappingOf { school: house.lane, register: "device", source };
    let mut tx = house.store.write_tx().await.unwrap();
    for mapping in [serde_json::json!({"A": "name"}), serde_json::json!({"B": "name"})] {
        tx.remember_mapping(&house.operator(), of("intune"), &mapping, day(1)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let known = read.mapping(&house.operator(), of("intune")).await.unwrap();
    assert_eq!(known, Some(serde_json::json!({"B": "name"})));
    assert_eq!(read.mapping(&house.operator(), of("other")).await.unwrap(), None);
}

async fn settings_move_the_generation(url: String) {
    let house = House::open(&url).await;
    let generation = async || house.store.read().await.unwrap().generation().await.unwrap();
    let before = generation().await;
    let mut tx = house.store.write_tx().await.unwrap();
    tx.adopt_pack(&house.operator(), &adopted(house.lane, "aa")).await.unwrap();
    assert_eq!(generation().await, before);
    tx.commit().await.unwrap();
    assert_eq!(generation().await, before + 1);
}

async fn every_adoption_of_another_text_is_a_version_with_its_numbers(url: String) {
    let house = House::open(&url).await;
    let operator = house.operator();
    let mut tx = house.store.write_tx().await.unwrap();
    for (school, hash, kept) in [(house.office, "aa", true), (house.lane, "bb", true), (house.lane, "bb", false)] {
        let pack = adopted(school, hash);
        tx.adopt_pack(&operator, &pack).await.unwrap();
        let place = ParamAt { school, pack: "skeleton", name: "days", why: "" };
        tx.set_param(&operator, place, Some(&Literal::Int(9)), day(1)).await.unwrap();
        assert_eq!(tx.keep_version(&operator, &pack, ("1.0", "agreed")).await.unwrap(), kept, "{hash}");
    }
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let all = read.versions(&operator, house.lane, "skeleton").await.unwrap();
    let seen: Vec<_> = all.iter().map(|one| (one.school, one.number, &*one.hash, &*one.why)).collect();
    assert_eq!(seen.len(), 2);
    assert!(seen.contains(&(house.lane, 1, "bb", "agreed")) && seen.contains(&(house.office, 1, "aa", "agreed")));
    let own = all.iter().find(|one| one.school == house.lane).unwrap();
    let text = read.version_text(&operator, house.lane, ("skeleton", own)).await.unwrap().unwrap();
    assert_eq!((text.sources.len(), text.params["days"].clone()), (2, Literal::Int(9)));
    assert!(read.version_text(&operator, house.quarry, ("skeleton", own)).await.unwrap().is_none(), "another school's");
    assert_eq!(read.versions(&operator, house.quarry, "skeleton").await.unwrap().len(), 1, "its office's");
}

async fn a_public_page_is_there_until_it_is_switched_off(url: String) {
    let house = House::open(&url).await;
    let (operator, of) = (house.operator(), (house.lane, "skeleton"));
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(!tx.set_policy_page(&operator, of, None, day(1)).await.unwrap(), "there is none to switch off");
    assert!(tx.set_policy_page(&operator, of, Some(Found::Index), day(1)).await.unwrap());
    assert!(tx.set_policy_page(&operator, of, Some(Found::NoIndex), day(2)).await.unwrap());
    tx.commit().await.unwrap();
    let page = async || house.store.read().await.unwrap().policy_page(&operator, of.0, of.1).await.unwrap();
    assert_eq!(page().await.map(|page| (page.found, page.since_at)), Some((Found::NoIndex, day(2))));
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.set_policy_page(&operator, of, None, day(3)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(page().await, None);
}

async fn a_state_is_kept_after_the_one_its_writer_saw_and_the_oldest_make_room(url: String) {
    let house = House::open(&url).await;
    let (operator, school) = (house.operator(), house.lane);
    let text = |number: i64| vec![("own.toml".to_owned(), format!("# {number}"))];
    let mut tx = house.store.write_tx().await.unwrap();
    for number in 0..STATES_MAX + 5 {
        assert!(
            tx.keep_edition(&operator, (school, "own", number), (&text(number + 1), "wrote"), day(1)).await.unwrap()
        );
        let late = tx.keep_edition(&operator, (school, "own", number), (&text(99), "late"), day(1)).await.unwrap();
        assert!(!late, "somebody kept one meanwhile");
    }
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let states = read.edition_states(&operator, school, "own").await.unwrap();
    assert_eq!((states.len() as i64, states[0].number), (STATES_MAX, STATES_MAX + 5));
    let (_, newest) = read.edition(&operator, school, ("own", STATES_MAX + 5)).await.unwrap().unwrap();
    assert_eq!(newest, text(STATES_MAX + 5));
    assert!(read.edition(&operator, school, ("own", 5)).await.unwrap().is_none(), "it made room");
    assert_eq!(read.editions(&operator, school).await.unwrap().len(), 1);
    drop(read);
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.drop_edition(&operator, (school, "own"), day(2)).await.unwrap());
    assert!(!tx.drop_edition(&operator, (school, "own"), day(2)).await.unwrap());
}
