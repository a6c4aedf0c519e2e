//! Organisations, schools, migrations and the transaction itself.

use crate::house::{House, SYSTEM, day, id, open, school};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{OrganisationId, SchoolId};
use schoolkeeper_store::Error;
use schoolkeeper_store::organisation::Organisation;

schoolkeeper_testkit::both_engines!(
    schools_are_listed_by_handle_within_their_organisation,
    migrating_twice_changes_nothing,
    two_schools_of_one_organisation_cannot_share_a_handle,
    a_dropped_write_changes_nothing,
    every_change_leaves_a_numbered_record,
    only_the_system_adds_organisations,
    a_reader_sees_one_moment,
);

async fn schools_are_listed_by_handle_within_their_organisation(url: String) {
    let house = House::open(&url).await;
    let read = house.store.read().await.unwrap();
    let slugs = |schools: Vec<schoolkeeper_store::school::School>| {
        schools.into_iter().map(|school| school.slug).collect::<Vec<_>>()
    };
    let mine = slugs(read.schools(&house.operator()).await.unwrap());
    assert_eq!(mine, ["marlpit-lane-made-up", "marlpit-trust-office-made-up", "quarry-road-made-up"]);
    assert_eq!(slugs(read.schools(&house.technician(house.quarry)).await.unwrap()), ["quarry-road-made-up"]);
    assert_eq!(slugs(read.schools(&house.stranger()).await.unwrap()), ["elsewhere-made-up"]);
    assert_eq!(read.schools(&Scope::system(SYSTEM)).await.unwrap().len(), 4);
    assert_eq!(read.organisations(&house.operator()).await.unwrap().len(), 1);
    let lane = read.school(&house.operator(), house.lane).await.unwrap().unwrap();
    assert_eq!((lane.organisation, lane.trust), (house.trust, false));
}

async fn migrating_twice_changes_nothing(url: String) {
    let house = House::open(&url).await;
    assert!(house.store.migrate(day(9)).await.unwrap().is_empty());
    assert_eq!(house.store.read().await.unwrap().schools(&house.operator()).await.unwrap().len(), 3);
}

async fn two_schools_of_one_organisation_cannot_share_a_handle(url: String) {
    let house = House::open(&url).await;
    let system = Scope::system(SYSTEM);
    let again = school(99, house.trust, "Quarry Road (made up)", false);
    let mut tx = house.store.write_tx().await.unwrap();
    let refused = tx.add_school(&system, &again).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Conflict { constraint } if constraint == "school_organisation_slug"),
        "{refused:?}"
    );
    drop(tx);
    let second_office = school(98, house.trust, "Another office (made up)", true);
    let mut tx = house.store.write_tx().await.unwrap();
    let refused = tx.add_school(&system, &second_office).await.unwrap_err();
    assert!(matches!(&refused, Error::Conflict { constraint } if constraint == "school_organisation"), "{refused:?}");
}

async fn a_dropped_write_changes_nothing(url: String) {
    let house = House::open(&url).await;
    let before = house.store.read().await.unwrap().pending_records(&Scope::system(SYSTEM), None, 100).await.unwrap();
    let mut tx = house.store.write_tx().await.unwrap();
    tx.add_school(&Scope::system(SYSTEM), &school(99, house.trust, "Never (made up)", false)).await.unwrap();
    drop(tx);
    let read = house.store.read().await.unwrap();
    assert!(read.school(&house.operator(), SchoolId(id(99))).await.unwrap().is_none());
    assert_eq!(read.pending_records(&Scope::system(SYSTEM), None, 100).await.unwrap(), before);
}

async fn every_change_leaves_a_numbered_record(url: String) {
    let house = House::open(&url).await;
    let system = Scope::system(SYSTEM);
    let mut dropped = house.store.write_tx().await.unwrap();
    dropped.add_school(&system, &school(97, house.trust, "Never (made up)", false)).await.unwrap();
    drop(dropped);
    let mut tx = house.store.write_tx().await.unwrap();
    tx.add_school(&system, &school(98, house.trust, "Late (made up)", false)).await.unwrap();
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let records = read.pending_records(&system, None, 100).await.unwrap();
    let kinds: Vec<&str> = records.iter().map(|record| record.kind.as_str()).collect();
    assert_eq!(kinds[..2], ["organisation-added", "organisation-added"]);
    assert_eq!(kinds[2..], ["school-added"; 5]);
    for (at, record) in records.iter().enumerate() {
        let first_of_slot = at == 0 || records[at - 1].slot != record.slot;
        assert_eq!(record.number, if first_of_slot { 1 } else { records[at - 1].number + 1 }, "a gap");
        assert_eq!(record.actor, "system:test");
    }
    assert!(read.pending_records(&house.operator(), None, 100).await.unwrap().is_empty());
}

async fn only_the_system_adds_organisations(url: String) {
    let house = House::open(&url).await;
    let organisation =
        Organisation { id: OrganisationId(id(3)), title: "Third (made up)".to_owned(), created_at: day(1) };
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(!tx.add_organisation(&house.operator(), &organisation).await.unwrap());
    let foreign = school(99, house.elsewhere_trust, "Foreign (made up)", false);
    assert!(!tx.add_school(&house.operator(), &foreign).await.unwrap());
    let narrow = school(99, house.trust, "Narrow (made up)", false);
    assert!(!tx.add_school(&house.technician(house.lane), &narrow).await.unwrap());
    tx.commit().await.unwrap();
    let again = open(&url).await;
    assert_eq!(again.read().await.unwrap().organisations(&Scope::system(SYSTEM)).await.unwrap().len(), 2);
}

async fn a_reader_sees_one_moment(url: String) {
    let house = House::open(&url).await;
    let before = house.store.read().await.unwrap();
    assert_eq!(before.schools(&house.operator()).await.unwrap().len(), 3);
    let mut tx = house.store.write_tx().await.unwrap();
    tx.add_school(&Scope::system(SYSTEM), &school(99, house.trust, "New (made up)", false)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(before.schools(&house.operator()).await.unwrap().len(), 3, "the look moved under the reader");
    assert_eq!(house.store.read().await.unwrap().schools(&house.operator()).await.unwrap().len(), 4);
}
