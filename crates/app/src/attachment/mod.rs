//! Files on records: photos from a phone, certificates, letters. Other nouns hang theirs on by the same few functions.
//!
//! Invariant: whoever may see a record may see its files, whoever may change it may add to them; a picture is kept
//! without anything but its dots; a file goes with its record, or earlier by its own last day.

mod change;
mod picture;
mod receive;
mod show;

pub(crate) use receive::collect;
pub use receive::{FILE_BYTES_MAX, Received};
pub use schoolkeeper_store::attachment::{Attachment, Happened};
pub use show::{Files, PastFile, Shown};

use crate::authority::Try;
use crate::blob::{BlobOf, Content};
use crate::entry::{EntryAt, is_kept};
use crate::{Error, House};
use futures_util::stream::Stream;
use jiff::SignedDuration;
use jiff::civil::Date;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::id::Name;
use schoolkeeper_core::schema::{Field, FieldType, Register};
use schoolkeeper_core::value::{Fact, Value};
use schoolkeeper_store::attachment::AttachedTo;
use schoolkeeper_store::entry::HAND;
use schoolkeeper_store::{ByHand, EntryChange, Write};
use std::collections::BTreeMap;
use std::io;
use uuid::Uuid;

/// Most files of one record.
pub const FILES_MAX: usize = 50;
/// Most bytes of all files of a school.
pub const SCHOOL_BYTES_MAX: i64 = 10 << 30;
/// Longest caption, in characters.
pub const CAPTION_MAX: usize = 300;
/// How long a file that was taken off can be put back.
pub const KEPT_REMOVED: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What somebody says of a file they add.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewAttachment {
    /// The field of the record it fills.
    pub field: Option<Name>,
    /// What it shows.
    pub caption: String,
    /// Its last day; as long as its record when `None`.
    pub keep_until: Option<Date>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attached {
    /// It is on the record.
    Done(Uuid),
    /// Nothing was changed: this is to be mended, field by field (`caption`, `keep`, `file`, `why`).
    Mistakes(Vec<(&'static str, String)>),
    /// Nothing was changed: somebody else changed it since it was looked at.
    MovedOn,
}

/// The fields of a register that a file can fill.
pub fn file_fields(register: &Register) -> impl Iterator<Item = &Field> {
    register.fields.iter().filter(|field| matches!(field.kind, FieldType::File | FieldType::Photo))
}

/// The act by which files come to a register: to what people write into by its pages, and to appointments, whose minute
/// or letter is a document.
fn act_of(register: &Register) -> Option<String> {
    match &*register.id {
        crate::guard::APPOINTMENT => Some("role.assign".to_owned()),
        kept => is_kept(register).then(|| format!("{kept}.save")),
    }
}

/// The record of an entry.
/// Files of a request are opened on its own page: whoever sees records need not see what its form calls sensitive.
fn is_elsewhere(at: &EntryAt) -> bool {
    *at.register.id == *crate::request::REQUEST
}

pub(super) fn on(at: &EntryAt) -> AttachedTo<'_> {
    AttachedTo { school: at.school.id, register: &at.register.id, owner: at.id().0 }
}

impl House {
    /// Whether somebody may put files on an entry at all.
    pub async fn may_attach(&self, actor: &Actor, at: &EntryAt) -> bool {
        let Some(act) = act_of(&at.register).filter(|_| at.whole.left_at.is_none()) else { return false };
        self.scope_at(actor, &act, &at.school).await.is_ok()
    }

    /// Whether somebody may put files on an entry now, by the policies too.
    async fn allow_attach(&self, actor: &Actor, at: &EntryAt) -> Result<Scope, Error> {
        if !self.may_attach(actor, at).await {
            return Err(Error::Missing);
        }
        let act = act_of(&at.register).ok_or(Error::Missing)?;
        Ok(self.allow(actor, &at.school, &Try { on: Some(at.id()), ..Try::plain(&act) }).await?.scope)
    }

    /// Seals a file for an entry; it is attached, or discarded, when the rest of its form is known.
    pub async fn receive(
        &self,
        actor: &Actor,
        at: &EntryAt,
        name: &str,
        content: impl Stream<Item = io::Result<Vec<u8>>> + Send,
    ) -> Result<Received, Error> {
        self.allow_attach(actor, at).await?;
        self.may_write()?;
        self.has_room(on(at)).await?;
        let of = BlobOf { school: at.school.id, register: &at.register.id, owner: at.id().0, size_max: FILE_BYTES_MAX };
        self.receive_file(of, name, content).await
    }

    /// Room for one more file of a record, and of its school.
    pub(crate) async fn has_room(&self, to: AttachedTo<'_>) -> Result<(), Error> {
        let (read, system) = (self.read().await?, Scope::system("attachment"));
        let files = read.attachments(&system, to).await?;
        if files.iter().filter(|file| file.erased_at.is_none()).count() >= FILES_MAX {
            return Err(Error::refused(format!("This record has {FILES_MAX} files already, which is the most")));
        }
        if read.attached_bytes(&system, to.school).await? >= SCHOOL_BYTES_MAX {
            return Err(Error::refused(format!(
                "The files of this school have {} GB together, which is the most. Take off what is not needed",
                SCHOOL_BYTES_MAX >> 30
            )));
        }
        Ok(())
    }

    /// Puts a received file on an entry. When that is not done the file is discarded.
    pub async fn attach(
        &self,
        actor: &Actor,
        at: &EntryAt,
        (received, new): (Received, &NewAttachment),
    ) -> Result<Attached, Error> {
        let done = self.attach_or_not(actor, at, (&received, new)).await;
        if !matches!(done, Ok(Attached::Done(_))) {
            self.discard_file(&received).await;
        }
        done
    }

    async fn attach_or_not(
        &self,
        actor: &Actor,
        at: &EntryAt,
        (received, new): (&Received, &NewAttachment),
    ) -> Result<Attached, Error> {
        let mistakes = self.unfit(at, new);
        if !mistakes.is_empty() {
            return Ok(Attached::Mistakes(mistakes));
        }
        let scope = self.allow_attach(actor, at).await?;
        let waited = self.waited(&at.school, &at.register.id).await?;
        let mut write = self.write().await?;
        if let Some(field) = &new.field {
            let filled = self.fill(&mut write, &scope, at, (field, Value::text(received.name.clone()))).await;
            match filled {
                Err(schoolkeeper_store::Error::Conflict { .. }) => return Ok(Attached::MovedOn),
                done => drop(done?),
            }
            waited.write_down(&mut write, &scope, (at.school.id, self.now()), vec![(at.id(), field.clone())]).await?;
        }
        let id = self.add_file(&mut write, &scope, (received, on(at), new)).await?;
        write.commit().await?;
        if new.field.is_some() {
            self.evaluate_after(&at.school).await?;
        }
        Ok(Attached::Done(id))
    }

    /// Names a received file as one of a record, in a change under way.
    pub(crate) async fn add_file(
        &self,
        write: &mut Write,
        scope: &Scope,
        (received, to, new): (&Received, AttachedTo<'_>, &NewAttachment),
    ) -> Result<Uuid, Error> {
        let file = Attachment {
            id: Self::new_id(),
            school: to.school,
            register: Name::from(to.register),
            owner: to.owner,
            field: new.field.clone(),
            blob: received.blob.id,
            small: received.small.as_ref().map(|small| small.id),
            kind: received.kind,
            name: received.name.clone(),
            caption: new.caption.trim().to_owned(),
            size: received.size(),
            keep_until: new.keep_until,
            version: 1,
            added_at: self.now(),
            removed_at: None,
            erased_at: None,
        };
        for blob in std::iter::once(&received.blob).chain(&received.small) {
            write.add_blob(scope, blob).await?;
        }
        if write.add_attachment(scope, &file).await? { Ok(file.id) } else { Err(Error::Missing) }
    }

    /// Says by a person's word what a field of the record is.
    async fn fill(
        &self,
        write: &mut Write,
        scope: &Scope,
        at: &EntryAt,
        (field, value): (&Name, Value),
    ) -> Result<bool, schoolkeeper_store::Error> {
        let now = self.now();
        let fact = Fact { value, at: now, held_since: now, source: Name::from(HAND) };
        let change = EntryChange {
            id: at.id(),
            expected_version: at.whole.entry.version,
            facts: BTreeMap::from([(field.clone(), fact)]),
        };
        let place = ByHand { school: at.school.id, register: &at.register, now, why: None };
        write.change_entry(scope, place, change).await
    }

    /// What is wrong with what is said of a file.
    fn unfit(&self, at: &EntryAt, new: &NewAttachment) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        if let Some(field) = &new.field
            && !file_fields(&at.register).any(|known| known.name == *field)
        {
            out.push(("field", "Choose what the file is".to_owned()));
        }
        if new.caption.chars().count() > CAPTION_MAX {
            out.push(("caption", format!("What it shows may have {CAPTION_MAX} characters")));
        }
        if new.keep_until.is_some_and(|day| day < self.today(&at.school)) {
            out.push(("keep", "The last day must not be over yet".to_owned()));
        } else if new.keep_until.is_some() && new.field.is_some() {
            out.push(("keep", "A file that answers a question of the record is kept as long as the record".to_owned()));
        }
        out
    }

    /// One file of an entry, whose content is still there; missing when it is not theirs to see.
    pub async fn attachment(&self, at: &EntryAt, id: Uuid) -> Result<Attachment, Error> {
        if is_elsewhere(at) {
            return Err(Error::Missing);
        }
        let all = self.read().await?.attachments(&at.scope, on(at)).await?;
        all.into_iter().find(|file| file.id == id && file.erased_at.is_none()).ok_or(Error::Missing)
    }

    /// The content of a file, or of its small picture.
    pub async fn attachment_content(&self, file: &Attachment, small: bool) -> Result<Content<'static>, Error> {
        let blob = if small { file.small.ok_or(Error::Missing)? } else { file.blob };
        // Whoever was given the file may have its content, also where only their own records are theirs.
        Ok(self.open_blob(&Scope::system("attachment"), blob).await?.1)
    }
}

#[cfg(test)]
#[path = "attachment_tests.rs"]
mod attachment_tests;
