//! Where back-ups go, what they are called, and which old ones are kept.

use super::BackupError;
use crate::{Error, House};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use schoolkeeper_store::object::{ObjectPlace, Objects};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// In the bucket.
const UNDER: &str = "backup";
const END: &str = ".tar.gz.age";
const PART_BYTES: usize = 1 << 20;

/// A place for back-ups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Folder(PathBuf),
    S3(ObjectPlace),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::S3(place) => write!(f, "{place}"),
        }
    }
}

impl House {
    /// Where back-ups go: what was said, else what the settings say, else `backups` in the data folder.
    pub(super) fn backup_place(&self, to: Option<&str>) -> Result<Place, Error> {
        let settings = self.folder.settings();
        match to.or(settings.backup.to.as_deref()) {
            None => Ok(Place::Folder(self.folder.path().join("backups"))),
            Some("s3" | "S3") => {
                let s3 = settings.s3.as_ref().ok_or_else(|| {
                    Error::refused("no S3 store is set\nhint: set [s3] in schoolkeeper.toml, or name a folder")
                })?;
                Ok(Place::S3(ObjectPlace::S3(s3.open(self.key())?)))
            }
            Some(folder) => Ok(Place::Folder(PathBuf::from(folder))),
        }
    }

    /// `schoolkeeper-1f2e3d4c-20261122T020000Z-9a8b.tar.gz.age`: installation, instant, attempt.
    pub(super) fn backup_name(&self, at: Timestamp, attempt: Uuid) -> String {
        let attempt = attempt.simple().to_string();
        format!("{}{}-{}{END}", self.backup_prefix(), at.strftime("%Y%m%dT%H%M%SZ"), &attempt[28..])
    }

    fn backup_prefix(&self) -> String {
        format!("schoolkeeper-{}-", &self.installation().simple().to_string()[24..])
    }

    /// Removes all but the newest `keep` back-ups of this installation, and what broken attempts left; how many.
    pub(super) async fn keep_only(&self, place: &Place, keep: usize) -> Result<usize, Error> {
        let prefix = self.backup_prefix();
        let mut names = self.in_place(place).await?;
        names.retain(|name| name.starts_with(&prefix) && name.ends_with(END));
        names.sort_unstable();
        let many = names.len().saturating_sub(keep.max(1));
        for name in &names[..many] {
            match place {
                Place::Folder(folder) => {
                    let file = folder.join(name);
                    fs::remove_file(&file).map_err(|error| BackupError::file(&file, &error))?;
                }
                Place::S3(place) => Objects::open(place)?.remove_object(&format!("{UNDER}/{name}")).await?,
            }
        }
        Ok(many)
    }

    /// The newest back-up of this installation.
    pub(super) async fn newest(&self, place: &Place) -> Result<Option<String>, Error> {
        let prefix = self.backup_prefix();
        let names = self.in_place(place).await?.into_iter();
        Ok(names.filter(|name| name.starts_with(&prefix) && name.ends_with(END)).max())
    }

    async fn in_place(&self, place: &Place) -> Result<Vec<String>, Error> {
        match place {
            Place::Folder(folder) => {
                let listed = fs::read_dir(folder).map_err(|error| BackupError::file(folder, &error))?;
                Ok(listed.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
            }
            Place::S3(place) => {
                let objects = Objects::open(place)?;
                let found: Vec<_> = objects.list(UNDER).try_collect().await?;
                Ok(found.iter().filter_map(|found| found.name.rsplit('/').next().map(ToOwned::to_owned)).collect())
            }
        }
    }
}

/// What attempts that were killed have left in a folder, gone. Only one back-up runs at a time.
pub(super) fn clear_parts(folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(prefix) && entry.path().extension().is_some_and(|end| end == "part") {
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
        }
    }
}

/// Copies a finished file into the bucket and looks whether it is there whole.
pub(super) async fn upload(place: &ObjectPlace, file: &Path, name: &str) -> Result<(), Error> {
    let source = fs::File::open(file).map_err(|error| BackupError::file(file, &error))?;
    let parts = stream::unfold(source, |mut source| async move {
        let mut part = vec![0; PART_BYTES];
        let read = source.read(&mut part);
        match read {
            Ok(0) => None,
            Ok(read) => {
                part.truncate(read);
                Some((Ok(part), source))
            }
            Err(error) => Some((Err(error), source)),
        }
    });
    let (objects, name) = (Objects::open(place)?, format!("{UNDER}/{name}"));
    let size = objects.put_object(&name, parts).await?;
    if objects.object_size(&name).await? == Some(size) {
        return Ok(());
    }
    Err(BackupError::Differs { what: name, why: "fewer bytes lie there than were sent".to_owned() }.into())
}

/// Fetches a back-up out of the bucket into a file.
pub(super) async fn download(place: &ObjectPlace, name: &str, file: &Path) -> Result<(), Error> {
    use io::Write;
    let wrong = |error: io::Error| BackupError::file(file, &error);
    let (_, mut parts) = Objects::open(place)?.get_object(&format!("{UNDER}/{name}")).await?;
    let mut out = fs::File::create(file).map_err(wrong)?;
    while let Some(part) = parts.next().await {
        out.write_all(&part?).map_err(wrong)?;
    }
    out.sync_all().map_err(wrong)?;
    Ok(())
}
