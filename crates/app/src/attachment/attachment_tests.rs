//! Files of records in everything that keeps, moves, hands out and erases.

use super::picture::picture_tests::{SECRETS, holds, photo};
use super::{Attached, FILES_MAX, NewAttachment, SCHOOL_BYTES_MAX, collect};
use crate::backup::{BackUp, Restore};
use crate::entry::{EntryAt, Filled, Saved};
use crate::job::tests::house;
use crate::key::KeyFrom;
use crate::{Error, House, School};
use futures_util::stream;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::{EntryId, Name};
use schoolkeeper_core::value::Value;
use schoolkeeper_store::blob::Blob;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

schoolkeeper_testkit::both_engines!(
    a_photo_is_kept_without_where_it_was_taken,
    what_is_not_taken_leaves_nothing_behind,
    a_file_answers_a_question_of_the_record_while_it_is_there,
    a_record_and_a_school_hold_only_so_much,
);

const NOTE: &[u8] = b"The sprinkler was tested (made up).";

async fn school(house: &House) -> School {
    house.all_schools(&house.operator()).await.unwrap().remove(0)
}

async fn add(house: &House, register: &str, say: &[(&str, Value)]) -> EntryAt {
    let (actor, school) = (house.operator(), school(house).await);
    let say: BTreeMap<Name, Value> = say.iter().map(|(name, value)| (Name::from(*name), value.clone())).collect();
    let saved = house.create_entry(&actor, &school, (register, &Filled { say, ..Filled::default() })).await.unwrap();
    let Saved::Done(id) = saved else { panic!("{saved:?}") };
    at(house, register, id).await
}

async fn at(house: &House, register: &str, id: EntryId) -> EntryAt {
    let school = school(house).await;
    house.entry_at(&house.operator(), &school, (register, id)).await.unwrap()
}

async fn room(house: &House) -> EntryAt {
    add(house, "room", &[("name", Value::text("Hall"))]).await
}

async fn attach(house: &House, at: &EntryAt, name: &str, bytes: &[u8]) -> Result<Uuid, Error> {
    attach_as(house, at, (name, bytes), &NewAttachment::default()).await
}

async fn attach_as(
    house: &House,
    at: &EntryAt,
    (name, bytes): (&str, &[u8]),
    new: &NewAttachment,
) -> Result<Uuid, Error> {
    let pieces: Vec<_> = bytes.chunks(1000).map(|piece| Ok(piece.to_vec())).collect();
    let received = house.receive(&house.operator(), at, name, stream::iter(pieces)).await?;
    match house.attach(&house.operator(), at, (received, new)).await? {
        Attached::Done(id) => Ok(id),
        other => panic!("{other:?}"),
    }
}

async fn content(house: &House, at: &EntryAt, id: Uuid, small: bool) -> Vec<u8> {
    let file = house.attachment(at, id).await.unwrap();
    collect(house.attachment_content(&file, small).await.unwrap(), file.size).await.unwrap()
}

fn objects(house: &House) -> usize {
    fn under(folder: &Path) -> usize {
        let Ok(listed) = std::fs::read_dir(folder) else { return 0 };
        listed.flatten().map(|entry| if entry.path().is_dir() { under(&entry.path()) } else { 1 }).sum()
    }
    under(&house.folder.path().join("blob"))
}

async fn a_photo_is_kept_without_where_it_was_taken(url: String) {
    let (house, _folder) = house(&url).await;
    let at = room(&house).await;
    let photo = photo(640, 400, 6);
    let id = attach(&house, &at, "IMG_0001.HEIC.jpg", &photo).await.unwrap();
    for small in [false, true] {
        let kept = content(&house, &at, id, small).await;
        assert!(kept.starts_with(&[0xff, 0xd8, 0xff]));
        for secret in SECRETS {
            assert!(holds(&photo, secret) && !holds(&kept, secret), "{}", String::from_utf8_lossy(secret));
        }
    }
    assert_eq!(objects(&house), 2, "the photo and its small picture: what came is gone");
    let files = house.attachments(&at).await.unwrap();
    assert_eq!((files.there.len(), &*files.there[0].file.name), (1, "IMG_0001.HEIC.jpg"));
    house.sequence_once().await.unwrap();
}

async fn what_is_not_taken_leaves_nothing_behind(url: String) {
    let (house, _folder) = house(&url).await;
    let at = room(&house).await;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"] {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(b"made up").unwrap();
    }
    let macros = archive.finish().unwrap().into_inner();
    let text_then_program = [&b"a".repeat(5000)[..], b"\0\x01\x02"].concat();
    for (name, bytes, why) in [
        ("a.jpg", &b"MZ\x90\0 a program"[..], "This kind of file is not taken"),
        ("a.txt", &text_then_program, "This kind of file is not taken"),
        ("IMG_1.jpg", b"\0\0\0\x18ftypheic\0\0\0\0", "Most Compatible"),
        ("letter.docx", &macros, "holds macros"),
        ("broken.jpg", b"\xff\xd8\xff\xe0 and nothing", "cannot be read"),
        ("empty.pdf", b"", "is empty"),
        ("large.txt", &b"a".repeat((super::FILE_BYTES_MAX + 1) as usize), "more than 20 MB"),
    ] {
        let error = attach(&house, &at, name, bytes).await.unwrap_err().to_string();
        assert!(error.contains(why), "{name}: {error}");
    }
    assert_eq!(objects(&house), 0);
    assert!(house.attachments(&at).await.unwrap().there.is_empty());
    let taken = attach(&house, &at, "note.txt", NOTE).await.unwrap();
    assert_eq!(content(&house, &at, taken, false).await, NOTE);
    let late = NewAttachment { keep_until: Some("2001-01-01".parse().unwrap()), ..NewAttachment::default() };
    let received = house.receive(&house.operator(), &at, "b.txt", stream::iter([Ok(NOTE.to_vec())])).await.unwrap();
    let refused = house.attach(&house.operator(), &at, (received, &late)).await.unwrap();
    assert!(matches!(refused, Attached::Mistakes(_)));
    assert_eq!(objects(&house), 1, "only what is attached stays");
}

async fn a_file_answers_a_question_of_the_record_while_it_is_there(url: String) {
    let (house, _folder) = house(&url).await;
    let (actor, id) = (house.operator(), room(&house).await.id());
    let field = Name::from("fire_alarm_certificate");
    let new = NewAttachment { field: Some(field.clone()), ..NewAttachment::default() };
    let file =
        attach_as(&house, &at(&house, "room", id).await, ("alarm.pdf", b"%PDF-1.7 made up"), &new).await.unwrap();
    let says = async || {
        let at = at(&house, "room", id).await;
        at.whole.entry.facts.get(&field).and_then(|fact| fact.value.as_text().map(str::to_owned))
    };
    assert_eq!(says().await.as_deref(), Some("alarm.pdf"));
    let now = at(&house, "room", id).await;
    let known = house.attachment(&now, file).await.unwrap();
    let without = house.remove_attachment(&actor, &now, (&known, " ")).await.unwrap();
    assert!(matches!(without, Attached::Mistakes(_)), "a reason is asked");
    assert_eq!(house.remove_attachment(&actor, &now, (&known, "Last year's")).await.unwrap(), Attached::Done(file));
    assert_eq!(says().await, None, "what is not there answers nothing");
    let now = at(&house, "room", id).await;
    let files = house.attachments(&now).await.unwrap();
    assert_eq!((files.there.len(), files.removed.len()), (0, 1));
    assert_eq!(files.removed[0].removed.as_ref().unwrap().1, "Last year's");
    let known = house.attachment(&now, file).await.unwrap();
    assert_eq!(house.restore_attachment(&actor, &now, &known).await.unwrap(), Attached::Done(file));
    assert_eq!(says().await.as_deref(), Some("alarm.pdf"));
    let own = NewAttachment { keep_until: Some("2099-01-01".parse().unwrap()), ..new };
    let now = at(&house, "room", id).await;
    let received = house.receive(&actor, &now, "b.pdf", stream::iter([Ok(b"%PDF-1.7".to_vec())])).await.unwrap();
    let refused = house.attach(&actor, &now, (received, &own)).await.unwrap();
    assert!(matches!(refused, Attached::Mistakes(_)), "it is kept as long as the record: {refused:?}");
}

async fn a_record_and_a_school_hold_only_so_much(url: String) {
    let (house, _folder) = house(&url).await;
    let at = room(&house).await;
    for number in 0..FILES_MAX {
        attach(&house, &at, &format!("{number}.txt"), NOTE).await.unwrap();
    }
    let error = attach(&house, &at, "more.txt", NOTE).await.unwrap_err().to_string();
    assert!(error.contains("50 files"), "{error}");
    let other = add(&house, "room", &[("name", Value::text("Gym"))]).await;
    let system = Scope::system("test");
    let first = house.attachments(&at).await.unwrap().there[0].file.clone();
    let huge = super::Attachment { id: House::new_id(), size: SCHOOL_BYTES_MAX, ..first };
    let mut write = house.write().await.unwrap();
    assert!(write.add_attachment(&system, &huge).await.unwrap());
    write.commit().await.unwrap();
    let error = attach(&house, &other, "more.txt", NOTE).await.unwrap_err().to_string();
    assert!(error.contains("10 GB"), "{error}");
}

async fn back_up(house: &House) -> PathBuf {
    let made = house.back_up(&Scope::system("test"), &BackUp::default(), |_| ()).await.unwrap();
    PathBuf::from(made.place).join(made.made.file)
}

#[tokio::test]
async fn files_come_back_from_a_back_up_and_open_after_a_change_of_keys() {
    let (house, folder) = house("sqlite").await;
    let at = room(&house).await;
    let (photo, note) = (
        attach(&house, &at, "hall.jpg", &photo(64, 40, 1)).await.unwrap(),
        attach(&house, &at, "note.txt", NOTE).await.unwrap(),
    );
    let (kept, id) = (content(&house, &at, photo, false).await, at.id());
    let file = back_up(&house).await;
    drop((house, at));
    let data = folder.path().join("data");
    let whole = async |path: &Path| {
        let house = House::open(path, None).await.unwrap();
        let at = self::at(&house, "room", id).await;
        assert_eq!(content(&house, &at, photo, false).await, kept);
        assert!(content(&house, &at, photo, true).await.starts_with(&[0xff, 0xd8]));
        assert_eq!(content(&house, &at, note, false).await, NOTE);
        assert_eq!(house.attachments(&at).await.unwrap().there.len(), 2);
    };
    let to = folder.path().join("again");
    let key = KeyFrom::Beside.read(&data, true).unwrap();
    let restore = Restore { file: &file, key: &key, data: &to, database: None, s3: None, leave_key: true };
    restore.run(crate::house::instant(), |_| ()).await.unwrap();
    whole(&to).await;
    let changed = House::change_key(&data, None, &KeyFrom::Beside, |_| ()).await.unwrap();
    assert_eq!(changed.blobs, 3, "the photo, its small picture and the note");
    whole(&data).await;
}

#[tokio::test]
async fn everything_about_a_person_holds_the_files_of_their_records_and_erasing_them_takes_these_along() {
    let (house, _folder) = house("sqlite").await;
    let (actor, school) = (house.operator(), school(&house).await);
    let person = add(&house, "person", &[("name", Value::text("Willa Longgone"))]).await;
    let say = [
        ("course", Value::text("First aid")),
        ("person", Value::Ref(person.id())),
        ("on", Value::Date("2026-01-05".parse().unwrap())),
    ];
    let training = add(&house, "training", &say).await;
    let room = add(&house, "room", &[("name", Value::text("Hall")), ("owner", Value::Ref(person.id()))]).await;
    attach(&house, &training, "certificate.txt", NOTE).await.unwrap();
    let mention = attach(&house, &room, "plan.txt", b"Not about her.").await.unwrap();
    let zip = house.export_person(&actor, &school, &person.id().to_string()).await.unwrap();
    let mut zip = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut text = String::new();
    zip.by_name("everything.json").unwrap().read_to_string(&mut text).unwrap();
    assert!(text.contains("files/001-certificate.txt"), "{text}");
    let mut bytes = Vec::new();
    zip.by_name("files/001-certificate.txt").unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, NOTE);
    assert!(!text.contains("plan.txt"), "a file of a record that only mentions her is not hers");
    let id = person.id().to_string();
    let code = house.everything(&actor, &school, &id).await.unwrap().code;
    attach(&house, &training, "late.txt", NOTE).await.unwrap();
    let stale = house.erase_person(&actor, &school, (&id, &code), "Asked for it").await;
    assert!(stale.is_err(), "a file came since the preview");
    let code = house.everything(&actor, &school, &id).await.unwrap().code;
    assert_eq!(house.erase_person(&actor, &school, (&id, &code), "Asked for it").await.unwrap(), 2);
    let live: Vec<Blob> = house.read().await.unwrap().blob_page(&Scope::system("test"), None, 99).await.unwrap();
    assert_eq!(live.iter().map(|blob| blob.owner).collect::<Vec<_>>(), [room.id().0]);
    assert_eq!(content(&house, &room, mention, false).await, b"Not about her.");
}
