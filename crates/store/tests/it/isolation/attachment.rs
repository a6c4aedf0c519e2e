//! Made-up files of records, and everything that writes them.

use super::{Answers, note};
use crate::house::{day, id};
use jiff::civil::date;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::attachment::FileKind;
use schoolkeeper_core::id::{Name, SchoolId};
use schoolkeeper_store::attachment::{AttachedTo, Attachment, DueFiles};
use schoolkeeper_store::{Read, Write};
use std::collections::BTreeMap;
use uuid::Uuid;

fn attached_to(school: SchoolId) -> Uuid {
    if school == SchoolId(id(7777)) { id(7777) } else { id(101) }
}

fn attachment(school: SchoolId) -> Attachment {
    Attachment {
        id: Uuid::from_u128(school.0.as_u128() + 9100),
        school,
        register: Name::from("asset"),
        owner: attached_to(school),
        field: None,
        blob: id(700),
        small: None,
        kind: FileKind::Pdf,
        name: "plan.pdf".to_owned(),
        caption: String::new(),
        size: 3,
        keep_until: None,
        version: 1,
        added_at: day(1),
        removed_at: None,
        erased_at: None,
    }
}

/// Everything that reads files of records.
pub async fn attached(read: &Read, scope: &Scope, school: SchoolId, out: &mut Answers) {
    let files = AttachedTo { school, register: "asset", owner: attached_to(school) };
    note(out, "attachments", read.attachments(scope, files).await);
    note(out, "attachment_changes", read.attachment_changes(scope, files, 9).await);
    note(out, "attachment", read.attachment(scope, attachment(school).id).await);
    note(out, "attached_bytes", read.attached_bytes(scope, school).await);
}

/// Everything that writes files of records, once; whether it did something.
pub async fn attach(tx: &mut Write, scope: &Scope, school: SchoolId, out: &mut BTreeMap<&'static str, bool>) {
    let mut file = attachment(school);
    out.insert("add_attachment", tx.add_attachment(scope, &file).await.unwrap());
    out.insert("change_attachment", tx.change_attachment(scope, &file, ("A plan", None), day(1)).await.unwrap());
    file.version += 1;
    out.insert("remove_attachment", tx.remove_attachment(scope, &file, Some("old"), day(1)).await.unwrap());
    let gone = Attachment {
        id: Uuid::from_u128(file.id.as_u128() + 1),
        blob: id(701),
        version: 1,
        keep_until: Some(date(2026, 1, 1)),
        ..file
    };
    out.insert("add_attachment again", tx.add_attachment(scope, &gone).await.unwrap());
    let due = DueFiles {
        school,
        today: date(2026, 1, 2),
        removed_before: day(0),
        after: Uuid::nil(),
        proof: Uuid::from_u128(gone.id.as_u128() + 1),
        now: day(2),
    };
    out.insert("erase_attachments", tx.erase_attachments(scope, &due).await.unwrap().erased > 0);
}
