//! Changing the installation key: everything sealed is sealed again, and an interrupted change goes on.
//!
//! Invariant: the new key lies beside the old one as `….next` from before the first byte sealed for it until the old
//! one has stepped aside, and both open everything in between; the records switch in one transaction.

use super::{Key, KeyError, KeyFrom, file};
use crate::blob::object_name;
use crate::folder::Folder;
use crate::{Error, House};
use jiff::Timestamp;
use schoolkeeper_core::actor::Scope;
use schoolkeeper_store::Store;
use schoolkeeper_store::blob::Blob;
use std::path::{Path, PathBuf};

const BLOBS_AT_ONCE: u32 = 500;

/// What a change did.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Public part of the new key.
    pub recipient: String,
    /// Secrets in the records and settings.
    pub secrets: usize,
    /// Sealed files.
    pub blobs: usize,
    /// Where the old key is now: back-ups of before still need it.
    pub old: PathBuf,
}

impl House {
    /// Changes the key of a folder that nobody else uses, or goes on with a change that was interrupted.
    pub async fn change_key(
        path: &Path,
        now: Option<Timestamp>,
        from: &KeyFrom,
        says: impl Fn(&str) + Send + Sync,
    ) -> Result<Changed, Error> {
        let folder = Folder::alone(path, "key change")?;
        let settings = folder.settings().clone();
        let at = from.for_demo(settings.demo_key).file(path, settings.demo_key).ok_or_else(|| {
            Error::refused("a key of the environment cannot be changed here\nhint: write it into a file and name that with --key-file")
        })?;
        let next_at = next_to(&at);
        if !next_at.exists() {
            from.of(path, &settings)?;
            file::write(&next_at, &Key::fresh(), settings.demo_key)?;
        }
        let next = Key::parse(&file::read(&next_at, 0o077)?, &format!("`{}`", next_at.display()))?;
        let store = Store::open(&folder.database(), Self::new_id()).await?;
        store.migrate(now.unwrap_or_else(crate::house::clock)).await?;
        let house = Self::over((folder, store), from, now).await?;
        let mut changed = Changed { recipient: next.recipient(), secrets: 0, blobs: 0, old: PathBuf::new() };
        let mut old_objects = Vec::new();
        if house.folder.settings().recipient.as_ref() != Some(&changed.recipient) {
            says("Sealing files again");
            let moved = house.seal_files_for(&next).await?;
            says("Sealing secrets again");
            changed.blobs = moved.len();
            changed.secrets = house.switch_key(&next, &moved).await?;
            old_objects.extend(moved.into_iter().map(|(blob, _)| blob.object));
        }
        changed.old = step_aside(&at, &next_at, house.now())?;
        for object in old_objects {
            // What stays behind is swept.
            let _ = house.objects()?.remove_object(&object).await;
        }
        Ok(changed)
    }

    /// Every sealed file once more, for another key; the rows still name the old objects.
    async fn seal_files_for(&self, next: &Key) -> Result<Vec<(Blob, String)>, Error> {
        let (system, objects) = (Scope::system("key-change"), self.objects()?);
        let read = self.read().await?;
        let (mut moved, mut after) = (Vec::new(), None);
        loop {
            let page = read.blob_page(&system, after, BLOBS_AT_ONCE).await?;
            let Some(last) = page.last() else { return Ok(moved) };
            after = Some(last.id);
            for blob in page {
                let object = object_name(blob.id, &next.recipient());
                if blob.object != object {
                    let content = self.content(&blob).await?;
                    let (sealed, _) = crate::blob::seal::seal(next, content, u64::MAX)
                        .map_err(|error| Error::refused(error.to_string()))?;
                    objects.put_object(&object, sealed).await?;
                    moved.push((blob, object));
                }
            }
        }
    }

    /// The records switch at once; then the settings, which decide which key is asked for.
    async fn switch_key(&self, next: &Key, moved: &[(Blob, String)]) -> Result<usize, Error> {
        let system = Scope::system("key-change");
        let sealed = self.read().await?.sealed(&system).await?;
        let again = |old: &String| self.key().open_text(old).map(|plain| (old.clone(), next.seal_text(&plain)));
        let again = sealed.iter().map(again).collect::<Result<Vec<_>, _>>()?;
        let recipient = next.recipient();
        let mut write = self.write().await?;
        for (blob, object) in moved {
            write.move_blob(&system, blob.id, (object, &recipient)).await?;
        }
        for (old, new) in &again {
            write.reseal(&system, old, new).await?;
        }
        write.key_changed(&system, &recipient, self.now()).await?;
        write.commit().await?;
        let in_settings = self.folder.seal_again(&recipient, |old| Ok(next.seal_text(&self.key().open_text(old)?)))?;
        Ok(again.len() + in_settings)
    }
}

/// `hill.key` → `hill.key.next`.
pub(super) fn next_to(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".next");
    PathBuf::from(name)
}

/// The old key keeps for old back-ups; the new one takes its place.
fn step_aside(at: &Path, next: &Path, now: Timestamp) -> Result<PathBuf, Error> {
    let unusable = |error: std::io::Error| KeyError::Unusable { file: at.to_owned(), why: error.to_string() };
    let mut name = at.as_os_str().to_owned();
    name.push(now.strftime(".before-%Y-%m-%dT%H%M%SZ").to_string());
    let old = PathBuf::from(name);
    if at.exists() {
        std::fs::rename(at, &old).map_err(unusable)?;
    }
    std::fs::rename(next, at).map_err(unusable)?;
    Ok(old)
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;
