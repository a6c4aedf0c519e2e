//! The files of a person's own records, for their export.
//!
//! Invariant: only files of records that are about the person leave; what does not fit is named, never left out
//! silently.

use super::person::{Fate, Found, fate};
use crate::attachment::{Attachment, collect};
use crate::{Error, House};
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_store::attachment::AttachedTo;
use std::collections::BTreeMap;

/// Most bytes of all files of one export.
const FILES_BYTES_MAX: i64 = 200 << 20;

/// A file of one of their records.
pub(super) struct Theirs {
    /// The file.
    pub(super) file: Attachment,
    /// Its number in the export; `None` when it had no room.
    pub(super) number: Option<usize>,
}

/// The files of their records by record, and the contents of those that leave, by number.
#[derive(Default)]
pub(super) struct TheirFiles {
    pub(super) of: BTreeMap<EntryId, Vec<Theirs>>,
    pub(super) contents: Vec<Vec<u8>>,
}

impl House {
    /// The files of the records that are a person or about them.
    pub(super) async fn files_about(
        &self,
        scope: &Scope,
        found: &[Found<'_>],
        person: EntryId,
    ) -> Result<TheirFiles, Error> {
        let (mut out, mut room) = (TheirFiles::default(), FILES_BYTES_MAX);
        for one in found.iter().filter(|one| fate(one, person) != Fate::Mentions) {
            let to = AttachedTo { school: one.school.id, register: &one.register.id, owner: one.kept.id.0 };
            let files = self.read().await?.attachments(scope, to).await?;
            for file in files.into_iter().filter(|file| file.erased_at.is_none()) {
                let number = if file.size <= room {
                    let content = self.attachment_content(&file, false).await?;
                    out.contents.push(collect(content, file.size).await?);
                    room -= file.size;
                    Some(out.contents.len())
                } else {
                    None
                };
                out.of.entry(one.kept.id).or_default().push(Theirs { file, number });
            }
        }
        Ok(out)
    }
}
