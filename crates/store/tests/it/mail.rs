//! The outbox: no key twice, no reader of another organisation, no link that stays.

use crate::house::{House, SYSTEM, day, id, named, register};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_core::schema::RegisterKind;
use schoolkeeper_store::mail::{Mail, Progress, Step};
use schoolkeeper_store::{ByHand, Write};

schoolkeeper_testkit::both_engines!(
    the_same_key_never_goes_twice,
    a_reader_belongs_to_the_organisation,
    a_link_is_erased_when_the_mail_has_left,
    a_mail_that_stands_elsewhere_does_not_move,
);

const READER: u128 = 110;

/// Somebody who reads mail at a school.
pub async fn add_reader(tx: &mut Write, school: SchoolId) {
    let person = register("person", RegisterKind::Entry);
    let place = ByHand { school, register: &person, now: day(0), why: None };
    let reader = named(READER, "hand", day(0), "Ada Marlpit (made up)");
    assert!(tx.create_entry(&Scope::system(SYSTEM), place, reader).await.unwrap());
}

pub fn test_mail(school: SchoolId, number: u128, key: &str) -> Mail {
    Mail {
        id: id(number),
        organisation: OrganisationId(id(1)),
        school,
        person: EntryId(id(READER)),
        kind: MailKind::Link { until: day(3) },
        link: Some("sealed".to_owned()),
        urgent: true,
        key: key.to_owned(),
        progress: Progress::Waiting,
        reason: None,
        attempt_count: 0,
        created_at: day(1),
        due_at: day(2),
        changed_at: day(1),
    }
}

pub fn step(number: u128, from: Progress, to: Progress) -> Step<'static> {
    Step { mail: id(number), from, to, reason: Some("the server said no"), now: day(2) }
}

async fn filled(url: &str) -> House {
    let house = House::open(url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    add_reader(&mut tx, house.lane).await;
    assert!(tx.add_mail(&house.operator(), &test_mail(house.lane, 500, "link:1")).await.unwrap());
    tx.commit().await.unwrap();
    house
}

async fn the_same_key_never_goes_twice(url: String) {
    let house = filled(&url).await;
    let scope = house.operator();
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(!tx.add_mail(&scope, &test_mail(house.lane, 501, "link:1")).await.unwrap());
    assert!(tx.add_mail(&scope, &test_mail(house.quarry, 502, "link:2")).await.unwrap());
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    assert_eq!(read.mail(&scope, id(500)).await.unwrap(), Some(test_mail(house.lane, 500, "link:1")));
    assert_eq!(read.mail(&scope, id(501)).await.unwrap(), None);
}

async fn a_reader_belongs_to_the_organisation(url: String) {
    let house = filled(&url).await;
    let system = Scope::system(SYSTEM);
    let mut tx = house.store.write_tx().await.unwrap();
    let stranger = Mail { organisation: house.elsewhere_trust, ..test_mail(house.elsewhere, 510, "a") };
    assert!(!tx.add_mail(&system, &stranger).await.unwrap());
    let other_school = test_mail(house.elsewhere, 511, "b");
    assert!(!tx.add_mail(&system, &other_school).await.unwrap());
    let nobody = Mail { person: EntryId(id(7777)), ..test_mail(house.lane, 512, "c") };
    assert!(!tx.add_mail(&system, &nobody).await.unwrap());
    for scope in [house.stranger(), house.technician(house.quarry), house.own(EntryId(id(READER)))] {
        assert!(!tx.add_mail(&scope, &test_mail(house.lane, 513, "d")).await.unwrap());
        assert!(!tx.move_mail(&scope, step(500, Progress::Waiting, Progress::Withdrawn)).await.unwrap());
    }
    assert!(tx.add_mail(&system, &test_mail(house.lane, 513, "d")).await.unwrap());
}

async fn a_link_is_erased_when_the_mail_has_left(url: String) {
    let house = filled(&url).await;
    let scope = house.operator();
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.move_mail(&scope, step(500, Progress::Waiting, Progress::Sending)).await.unwrap());
    assert!(tx.move_mail(&scope, step(500, Progress::Sending, Progress::Failed)).await.unwrap());
    let failed = tx.mail(&scope, id(500)).await.unwrap().unwrap();
    assert_eq!((failed.link.as_deref(), failed.attempt_count), (Some("sealed"), 1));
    assert_eq!(failed.reason.as_deref(), Some("the server said no"));
    assert!(tx.move_mail(&scope, step(500, Progress::Failed, Progress::Sending)).await.unwrap());
    assert!(tx.move_mail(&scope, step(500, Progress::Sending, Progress::Sent)).await.unwrap());
    let sent = tx.mail(&scope, id(500)).await.unwrap().unwrap();
    assert_eq!((sent.link, sent.attempt_count, sent.progress), (None, 2, Progress::Sent));
    tx.commit().await.unwrap();
    let read = house.store.read().await.unwrap();
    let records = read.pending_records(&Scope::system(SYSTEM), None, 100).await.unwrap();
    let kinds: Vec<&str> = records.iter().map(|record| &*record.kind).filter(|kind| kind.starts_with("mail")).collect();
    assert_eq!(kinds, ["mail-failed", "mail-sent"]);
}

async fn a_mail_that_stands_elsewhere_does_not_move(url: String) {
    let house = filled(&url).await;
    let scope = house.operator();
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.move_mail(&scope, step(500, Progress::Waiting, Progress::Withdrawn)).await.unwrap());
    assert!(!tx.move_mail(&scope, step(500, Progress::Waiting, Progress::Sending)).await.unwrap());
    let mail = tx.mail(&scope, id(500)).await.unwrap().unwrap();
    assert_eq!((mail.progress, mail.link, mail.attempt_count), (Progress::Withdrawn, None, 0));
}
