//! Sealed files: taking them in, giving them out, erasing them, and sweeping what a crash left.
//!
//! Invariant: the object is stored before the row that names it is committed, and removed after the row that says
//! so is; so there is never a row without its object, at worst an object without a row.

mod s3;
pub(crate) mod seal;

pub use seal::Content;

use crate::{Error, House};
use futures_util::stream::{Stream, StreamExt, TryStreamExt};
use jiff::SignedDuration;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_core::id::SchoolId;
use schoolkeeper_store::blob::Blob;
use schoolkeeper_store::object::{ObjectPlace, Objects};
use seal::Measured;
use std::io;
use std::sync::PoisonError;
use uuid::Uuid;

/// The folder of all sealed files, in the data folder or the bucket.
pub(crate) const UNDER: &str = "blob";
/// An object without a row may be one whose row is about to be committed.
const SWEEP_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What a file hangs on.
#[derive(Clone, Copy, Debug)]
pub struct BlobOf<'a> {
    /// Where it belongs.
    pub school: SchoolId,
    /// The kind of record.
    pub register: &'a str,
    /// The record.
    pub owner: Uuid,
    /// The most bytes it may have.
    pub size_max: u64,
}

impl House {
    /// Where sealed files lie.
    pub(crate) fn objects(&self) -> Result<Objects, Error> {
        let place = match self.folder.settings().s3.as_ref() {
            Some(s3) => ObjectPlace::S3(s3.open(self.key())?),
            None => ObjectPlace::Folder(self.folder.path().to_owned()),
        };
        Ok(Objects::open(&place)?)
    }

    /// Seals content and stores it. Nothing names it yet: add the row with `Write::add_blob` in the change it
    /// belongs to. Without that it is swept a day later.
    pub async fn seal_blob(
        &self,
        of: BlobOf<'_>,
        content: impl Stream<Item = io::Result<Vec<u8>>> + Send,
    ) -> Result<Blob, Error> {
        let id = Self::new_id();
        let recipient = self.key().recipient();
        let object = object_name(id, &recipient);
        let (sealed, measured) =
            seal::seal(self.key(), content, of.size_max).map_err(|error| Error::refused(error.to_string()))?;
        self.objects()?.put_object(&object, sealed).await?;
        let Measured { size, sha256 } = measured.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Blob {
            id,
            school: of.school,
            register: of.register.to_owned(),
            owner: of.owner,
            size: i64::try_from(size).unwrap_or(i64::MAX),
            sha256,
            object,
            recipient,
            created_at: self.now(),
            erased_at: None,
        })
    }

    /// A file and its content; the content's stream ends with an error when it is not what was stored.
    pub async fn open_blob(&self, scope: &Scope, blob: Uuid) -> Result<(Blob, Content<'static>), Error> {
        let found = self.read().await?.blob(scope, blob).await?.filter(|blob| blob.erased_at.is_none());
        let found = found.ok_or(Error::Missing)?;
        let content = self.content(&found).await?;
        Ok((found, content))
    }

    /// The content of a file, opened.
    pub(crate) async fn content(&self, blob: &Blob) -> Result<Content<'static>, Error> {
        let (_, sealed) = self.objects()?.get_object(&blob.object).await?;
        let expected = Measured { size: blob.size.unsigned_abs(), sha256: blob.sha256.clone() };
        Ok(seal::open(self.key(), sealed.map_err(io::Error::other).boxed(), expected))
    }

    /// Erases a file: the row stays as proof, the content goes. `false` when it is not there or gone already.
    pub async fn erase_blob(&self, scope: &Scope, blob: Uuid) -> Result<bool, Error> {
        let mut write = self.write().await?;
        let Some(object) = write.erase_blob(scope, blob, self.now()).await? else { return Ok(false) };
        write.commit().await?;
        // A failure here leaves an object without a row that lives in it: the sweep takes it.
        if let Err(error) = self.objects()?.remove_object(&object).await {
            tracing::warn!(%error, "an erased file is left to the sweep");
        }
        Ok(true)
    }

    /// Removes objects that no row names and that are older than a day; how many.
    pub async fn sweep_blobs(&self) -> Result<usize, Error> {
        let system = Scope::system("blob-sweep");
        let objects = self.objects()?;
        let mut found = objects.list(UNDER);
        let mut swept = 0;
        while let Some(object) = found.try_next().await? {
            let old = self.now().duration_since(object.written_at) > SWEEP_AFTER;
            if old && !self.read().await?.lives_in(&system, &object.name).await? {
                objects.remove_object(&object.name).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

/// `blob/9f/ID.qz8x1k2m`: spread over 256 folders by the chance in the id, told apart by the key it is sealed for.
pub(crate) fn object_name(id: Uuid, recipient: &str) -> String {
    let id = id.simple().to_string();
    let key = recipient.get(4..12).unwrap_or_default();
    format!("{UNDER}/{}/{id}.{key}", &id[30..])
}

#[cfg(test)]
#[path = "blob_tests.rs"]
pub(crate) mod tests;
