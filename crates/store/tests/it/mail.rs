//! The outbox: no key twice, no reader of another organisation, no link that stays.

use crate::house::{House, SYSTEM, day, id, named, register};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, OrganisationId, SchoolId};
use schoolkeeper_core::mail::MailKind;
use schoolkeeper_core::schema::RegisterKind;
use schoolkeeper_store::mail::{Mail, MailPage, Progress, Step};
use schoolkeeper_store::mail_setup::{Looked, NewSetup, SetupOf, Side, Token};
use schoolkeeper_store::report::{Report, ReportFile, ReportPage};
use schoolkeeper_store::{ByHand, Read, Write};
use std::fmt::Debug;
use uuid::Uuid;

schoolkeeper_testkit::both_engines!(
    the_same_key_never_goes_twice,
    a_reader_belongs_to_the_organisation,
    a_link_is_erased_when_the_mail_has_left,
    a_mail_that_stands_elsewhere_does_not_move,
    what_is_everybodys_is_the_systems_only,
    a_digest_tells_each_thing_once,
    the_central_offices_settings_hold_at_its_schools,
    a_message_is_taken_once,
    a_checkpoint_whose_every_mail_came_back_has_not_left,
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

pub fn report(school: SchoolId, number: u128, place: &str, key: &str) -> Report {
    Report {
        id: id(number),
        school,
        place: place.to_owned(),
        message_key: key.to_owned(),
        sender: "bo@hill.example".to_owned(),
        subject: "Projector".to_owned(),
        text: "It is dark.".to_owned(),
        cut: false,
        received_at: day(1),
        dealt_at: None,
    }
}

fn file() -> ReportFile {
    let (name, media_type) = ("p.png".to_owned(), "image/png".to_owned());
    ReportFile { number: 1, name, media_type, size: 3, sealed: Some("sealed".to_owned()), refused: None }
}

/// Answers of what reads mail, for the story of isolation.
pub async fn every_read(
    read: &Read,
    scope: &Scope,
    (school, mail): (SchoolId, Uuid),
    mut note: impl FnMut(&'static str, String),
) {
    fn words(answer: Result<impl Debug, schoolkeeper_store::Error>) -> String {
        format!("{:?}", answer.unwrap())
    }
    let report = if mail == id(500) { id(600) } else { mail };
    let of = SetupOf { school, side: Side::Out };
    note("mail", words(read.mail(scope, mail).await));
    note("mails", words(read.mails(scope, school, &MailPage::default()).await));
    note("waiting_mails", words(read.waiting_mails(scope, school).await));
    note("mail_setup", words(read.mail_setup(scope, of).await));
    note("report", words(read.report(scope, report).await));
    note("reports", words(read.reports(scope, school, ReportPage { dealt: true, ..ReportPage::default() }).await));
    note("report_files", words(read.report_files(scope, report).await));
}

/// Everything that writes mail, once; whether it did something.
pub async fn every_write(tx: &mut Write, scope: &Scope, school: SchoolId, mut note: impl FnMut(&'static str, bool)) {
    let of = SetupOf { school, side: Side::Out };
    let inside = NewSetup { of: SetupOf { side: Side::In, ..of }, document: "{}", secret: None, now: day(1) };
    let token = Token { sealed: "sealed".to_owned(), until: day(2) };
    note("add_mail", tx.add_mail(scope, &test_mail(school, 500, "test:1")).await.unwrap());
    note("move_mail", tx.move_mail(scope, step(500, Progress::Waiting, Progress::Sent)).await.unwrap());
    let waiting = tx.add_mail(scope, &test_mail(school, 501, "test:2")).await.unwrap();
    note("add_mail again", waiting);
    note("set_mail", tx.set_mail(scope, NewSetup { of, secret: Some("sealed"), ..inside }).await.unwrap());
    note("set_mail in", tx.set_mail(scope, inside).await.unwrap());
    note("keep_token", tx.keep_token(scope, of, Some(&token), None).await.unwrap());
    note("mail_was_tried", tx.mail_was_tried(scope, of, true, day(1)).await.unwrap());
    let looked = Looked { read_to: Some((7, 9)), problem: None };
    note("looked_at_mailbox", tx.looked_at_mailbox(scope, school, looked, day(1)).await.unwrap());
    note("add_report", tx.add_report(scope, &report(school, 600, "7/1", "a"), &[file()]).await.unwrap());
    note("deal_with_report", tx.deal_with_report(scope, id(600), day(2)).await.unwrap());
    let more = tx.add_report(scope, &report(school, 601, "7/2", "b"), &[]).await.unwrap();
    note("add_report again", more);
    note("erase_report", tx.erase_report(scope, id(601), day(2)).await.unwrap());
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

async fn what_is_everybodys_is_the_systems_only(url: String) {
    let house = filled(&url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    let digest = test_mail(house.lane, 530, "digest:1");
    assert!(!tx.add_digest(&house.operator(), &digest, &[]).await.unwrap());
    for scope in [house.operator(), house.stranger()] {
        assert!(tx.mailboxes(&scope).await.unwrap().is_empty());
        assert!(tx.mails_to_gather(&scope, day(9)).await.unwrap().is_empty());
        assert!(tx.told_since(&scope, day(0)).await.unwrap().is_empty());
        let digest = MailKind::Checkpoint { line: "A".repeat(44) };
        assert_eq!(tx.last_mail_of(&scope, &digest).await.unwrap(), None);
    }
}

async fn a_digest_tells_each_thing_once(url: String) {
    let house = filled(&url).await;
    let system = Scope::system(SYSTEM);
    let mut tx = house.store.write_tx().await.unwrap();
    let task =
        Mail { kind: MailKind::Task { by: None }, link: None, urgent: false, ..test_mail(house.lane, 540, "task:1") };
    assert!(tx.add_mail(&system, &task).await.unwrap());
    assert!(tx.mails_to_gather(&system, day(9)).await.unwrap().is_empty(), "the school has started nothing");
    let digest = |number, key: &str| Mail {
        kind: MailKind::Digest(schoolkeeper_core::mail::Gathered::default()),
        link: None,
        urgent: false,
        ..test_mail(house.lane, number, key)
    };
    assert!(tx.add_digest(&system, &digest(541, "digest:today"), &[task.id]).await.unwrap());
    assert!(!tx.add_digest(&system, &digest(542, "digest:today"), &[task.id]).await.unwrap());
    assert_eq!(tx.mail(&system, task.id).await.unwrap().unwrap().progress, Progress::Gathered);
    assert_eq!(tx.told_since(&system, day(1)).await.unwrap(), [EntryId(id(READER))].into());
    assert!(tx.told_since(&system, day(2)).await.unwrap().is_empty());
}

async fn the_central_offices_settings_hold_at_its_schools(url: String) {
    let house = filled(&url).await;
    let scope = house.operator();
    let set = |school, document| NewSetup {
        of: SetupOf { school, side: Side::Out },
        document,
        secret: Some("sealed"),
        now: day(1),
    };
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.set_mail(&scope, set(house.office, "\"office\"")).await.unwrap());
    assert!(tx.set_mail(&scope, set(house.lane, "\"lane\"")).await.unwrap());
    for (school, expected) in [(house.lane, "lane"), (house.quarry, "office"), (house.office, "office")] {
        let setup = tx.mail_setup(&scope, SetupOf { school, side: Side::Out }).await.unwrap().unwrap();
        assert_eq!(setup.settings::<String>().as_deref(), Some(expected));
    }
    let without = NewSetup { secret: None, ..set(house.lane, "\"new\"") };
    assert!(tx.set_mail(&scope, without).await.unwrap());
    let of = SetupOf { school: house.lane, side: Side::Out };
    let setup = tx.mail_setup(&scope, of).await.unwrap().unwrap();
    assert_eq!((setup.settings::<String>().as_deref(), setup.secret.as_deref()), (Some("new"), Some("sealed")));
}

async fn a_message_is_taken_once(url: String) {
    let house = filled(&url).await;
    let scope = Scope::system(SYSTEM);
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.add_report(&scope, &report(house.lane, 600, "7/1", "a"), &[file()]).await.unwrap());
    assert!(!tx.add_report(&scope, &report(house.lane, 601, "7/1", "b"), &[file()]).await.unwrap());
    assert!(!tx.add_report(&scope, &report(house.lane, 602, "8/1", "a"), &[]).await.unwrap());
    assert!(tx.add_report(&scope, &report(house.quarry, 603, "7/1", "a"), &[]).await.unwrap());
    assert_eq!(tx.report_files(&scope, id(600)).await.unwrap(), [file()]);
    assert!(tx.erase_report(&scope, id(600), day(2)).await.unwrap());
    assert!(tx.report_files(&scope, id(600)).await.unwrap().is_empty());
}

async fn a_checkpoint_whose_every_mail_came_back_has_not_left(url: String) {
    let house = filled(&url).await;
    let system = Scope::system("test");
    crate::ledger::sequence(&house.store).await;
    let line = house.store.read().await.unwrap().checkpoint(&system).await.unwrap().unwrap().root;
    let left = async || house.store.read().await.unwrap().checkpoint_left_at(&system).await.unwrap();
    let moves = async |number: u128, (from, to): (Progress, Progress), now| {
        let mut tx = house.store.write_tx().await.unwrap();
        assert!(tx.move_mail(&system, Step { now, ..step(number, from, to) }).await.unwrap());
        tx.commit().await.unwrap();
    };
    let mut tx = house.store.write_tx().await.unwrap();
    for number in [601, 602] {
        let kind = MailKind::Checkpoint { line: line.clone() };
        let mail = Mail { kind, link: None, ..test_mail(house.lane, number, &format!("checkpoint-{number}")) };
        assert!(tx.add_mail(&system, &mail).await.unwrap());
    }
    tx.commit().await.unwrap();
    for (number, at) in [(601, 3), (602, 4)] {
        moves(number, (Progress::Waiting, Progress::Sending), day(at)).await;
        moves(number, (Progress::Sending, Progress::Sent), day(at)).await;
    }
    assert_eq!(left().await, Some(day(4)));
    moves(602, (Progress::Sent, Progress::Bounced), day(5)).await;
    assert_eq!(left().await, Some(day(3)), "the other one arrived, as far as anybody knows");
    moves(601, (Progress::Sent, Progress::Bounced), day(6)).await;
    assert_eq!(left().await, None, "none of them arrived");
}
