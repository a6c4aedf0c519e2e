//! Files on records: they go with their record, by their own day, and not while it is held.

use crate::house::{House, asset, day, id, named};
use jiff::civil::{Date, date};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::attachment::FileKind;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_store::attachment::{AttachedTo, Attachment, DueFiles, ErasedFiles, Happened};
use schoolkeeper_store::blob::Blob;
use schoolkeeper_store::erase::Batch;
use schoolkeeper_store::hold::{HoldOn, NewHold};
use schoolkeeper_store::{ByHand, Error};
use uuid::Uuid;

schoolkeeper_testkit::both_engines!(
    a_file_goes_by_its_own_day_with_proof_and_leaves_no_name,
    a_file_of_a_held_record_stays_until_the_hold_is_lifted,
    a_file_goes_with_its_record,
    a_record_that_was_given_a_file_is_not_what_was_looked_at_before,
    of_two_who_change_a_file_one_is_told,
);

const CAPTION: &str = "Told by Wilhelmina Quickbeam";

fn file(house: &House, number: u128, keep_until: Option<Date>) -> Attachment {
    Attachment {
        id: id(number),
        school: house.lane,
        register: Name::from("asset"),
        owner: id(101),
        field: None,
        blob: id(number + 1),
        small: Some(id(number + 2)),
        kind: FileKind::Jpeg,
        name: "quickbeam.jpg".to_owned(),
        caption: CAPTION.to_owned(),
        size: 3,
        keep_until,
        version: 1,
        added_at: day(1),
        removed_at: None,
        erased_at: None,
    }
}

fn blob(file: &Attachment, number: Uuid) -> Blob {
    Blob {
        id: number,
        school: file.school,
        register: file.register.to_string(),
        owner: file.owner,
        size: 3,
        sha256: "aa".to_owned(),
        object: number.to_string(),
        recipient: "age1madeup".to_owned(),
        created_at: day(1),
        erased_at: None,
    }
}

async fn with_files(url: &str, files: &[(u128, Option<Date>)]) -> House {
    let house = House::open(url).await;
    let mut tx = house.store.write_tx().await.unwrap();
    let register = asset();
    let place = ByHand { school: house.lane, register: &register, now: day(1), why: None };
    let scope = house.operator();
    assert!(tx.create_entry(&scope, place, named(101, "hand", day(1), "Projector")).await.unwrap());
    for (number, until) in files {
        let file = file(&house, *number, *until);
        for number in [file.blob, file.small.unwrap()] {
            assert!(tx.add_blob(&scope, &blob(&file, number)).await.unwrap());
        }
        assert!(tx.add_attachment(&scope, &file).await.unwrap());
    }
    tx.commit().await.unwrap();
    house
}

async fn sweep(house: &House, proof: u128) -> ErasedFiles {
    let due = DueFiles {
        school: house.lane,
        today: date(2026, 3, 2),
        removed_before: day(5),
        after: Uuid::nil(),
        proof: id(proof),
        now: day(9),
    };
    let mut tx = house.store.write_tx().await.unwrap();
    let gone = tx.erase_attachments(&Scope::system("keep"), &due).await.unwrap();
    tx.commit().await.unwrap();
    gone
}

fn to(house: &House) -> AttachedTo<'static> {
    AttachedTo { school: house.lane, register: "asset", owner: id(101) }
}

async fn a_file_goes_by_its_own_day_with_proof_and_leaves_no_name(url: String) {
    let days = [(700, Some(date(2026, 3, 1))), (710, Some(date(2026, 3, 2))), (720, None), (730, None)];
    let house = with_files(&url, &days).await;
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.remove_attachment(&house.operator(), &file(&house, 730, None), Some("Not ours"), day(4)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(sweep(&house, 300).await, ErasedFiles { erased: 2, held: 0, last: None });
    assert_eq!(sweep(&house, 301).await, ErasedFiles::default(), "twice is once");
    let read = house.store.read().await.unwrap();
    let files = read.attachments(&house.operator(), to(&house)).await.unwrap();
    let gone: Vec<Uuid> = files.iter().filter(|file| file.erased_at.is_some()).map(|file| file.id).collect();
    assert_eq!(gone, [id(700), id(730)]);
    let left = files.iter().find(|file| file.id == id(700)).unwrap();
    assert_eq!((&*left.name, &*left.caption), ("", ""));
    let live = read.blob_page(&Scope::system("test"), None, 99).await.unwrap();
    assert_eq!(live.iter().map(|blob| blob.id).collect::<Vec<_>>(), [id(711), id(712), id(721), id(722)]);
    let changes = read.attachment_changes(&house.operator(), to(&house), 99).await.unwrap();
    let of_gone: Vec<Happened> =
        changes.iter().filter(|one| one.attachment == id(730)).map(|one| one.happened).collect();
    assert_eq!(of_gone, [Happened::Erased], "why it was taken off is erased too");
    let proofs = read.proofs(&house.operator(), house.trust, None, 9).await.unwrap();
    assert_eq!((proofs.len(), &*proofs[0].what, proofs[0].erased), (1, "attachment", 2));
    let records = format!("{:?}", read.pending_records(&Scope::system("test"), None, 99).await.unwrap());
    for name in ["quickbeam", "Quickbeam", "Not ours"] {
        assert!(!records.contains(name), "{name} in {records}");
    }
    assert_eq!(read.attached_bytes(&house.operator(), house.lane).await.unwrap(), 6);
}

async fn a_file_of_a_held_record_stays_until_the_hold_is_lifted(url: String) {
    let house = with_files(&url, &[(700, Some(date(2026, 3, 1)))]).await;
    let (reason, review_on) = ("A claim (made up)".to_owned(), "2027-01-01".parse().unwrap());
    let on = HoldOn::Entry(EntryId(id(101)));
    let hold = NewHold { id: id(200), on, reason, review_on, until_at: None, now: day(2) };
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.place_hold(&house.operator(), &hold).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(sweep(&house, 300).await, ErasedFiles { erased: 0, held: 1, last: None });
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.lift_hold(&house.operator(), id(200), "Settled", day(3)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(sweep(&house, 301).await, ErasedFiles { erased: 1, held: 0, last: None });
}

async fn a_file_goes_with_its_record(url: String) {
    let house = with_files(&url, &[(700, None), (710, None)]).await;
    let register = asset();
    let (proof, school, now) = (id(300), house.lane, day(9));
    let entries = [(EntryId(id(101)), 3)];
    let batch = Batch { id: proof, school, register: &register, rule: "7 years", reason: None, entries: &entries, now };
    let mut tx = house.store.write_tx().await.unwrap();
    let erased = tx.erase(&Scope::system("keep"), &batch).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(erased.erased.len(), 1);
    let read = house.store.read().await.unwrap();
    assert!(read.attachments(&house.operator(), to(&house)).await.unwrap().is_empty());
    assert!(read.attachment(&house.operator(), id(700)).await.unwrap().is_none());
    assert!(read.attachment_changes(&house.operator(), to(&house), 9).await.unwrap().is_empty());
    assert!(read.blob_page(&Scope::system("test"), None, 99).await.unwrap().is_empty());
    drop(read);
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(!tx.add_attachment(&house.operator(), &file(&house, 720, None)).await.unwrap(), "the record is gone");
}

async fn a_record_that_was_given_a_file_is_not_what_was_looked_at_before(url: String) {
    let house = with_files(&url, &[(700, None)]).await;
    let register = asset();
    let place = ByHand { school: house.lane, register: &register, now: day(2), why: None };
    let mut tx = house.store.write_tx().await.unwrap();
    let undone = tx.undo_entry(&house.operator(), place, (EntryId(id(101)), 2)).await;
    assert!(matches!(undone, Err(Error::Conflict { .. })), "adding it is no more the last that happened: {undone:?}");
}

async fn of_two_who_change_a_file_one_is_told(url: String) {
    let house = with_files(&url, &[(700, None)]).await;
    let known = file(&house, 700, None);
    let mut tx = house.store.write_tx().await.unwrap();
    assert!(tx.change_attachment(&house.operator(), &known, ("One", None), day(2)).await.unwrap());
    assert!(!tx.change_attachment(&house.operator(), &known, ("Two", None), day(2)).await.unwrap());
    assert!(!tx.remove_attachment(&house.operator(), &known, Some("late"), day(2)).await.unwrap());
    let now = tx.attachment(&house.operator(), id(700)).await.unwrap().unwrap();
    assert_eq!((&*now.caption, now.version), ("One", 2));
    assert!(tx.remove_attachment(&house.operator(), &now, Some("Wrong one"), day(3)).await.unwrap());
    let taken = tx.attachment(&house.operator(), id(700)).await.unwrap().unwrap();
    assert!(!tx.change_attachment(&house.operator(), &taken, ("Three", None), day(3)).await.unwrap());
    assert!(tx.remove_attachment(&house.operator(), &taken, None, day(4)).await.unwrap());
    let changes = tx.attachment_changes(&house.operator(), to(&house), 9).await.unwrap();
    let happened: Vec<Happened> = changes.iter().map(|one| one.happened).collect();
    assert_eq!(happened, [Happened::Restored, Happened::Removed, Happened::Changed, Happened::Added]);
    tx.commit().await.unwrap();
}
