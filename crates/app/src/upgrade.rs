//! Bringing the records of an older version up to date: alone, after a copy, in one transaction.
//!
//! Invariant: either every step is done or none, and the copy from before is kept until somebody deletes it.

use crate::Error;
use crate::folder::Folder;
use crate::house;
use jiff::Timestamp;
use schoolkeeper_store::Store;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upgraded {
    /// The steps gone, in order; empty when there was nothing to do.
    pub steps: Vec<&'static str>,
    /// The copy from before; `None` for a new database, or one that is no file.
    pub copy: Option<PathBuf>,
}

/// Brings a data folder up to date. Refused while anybody else holds it or is connected to its database.
pub async fn upgrade(path: &Path, now: Option<Timestamp>) -> Result<Upgraded, Error> {
    let folder = Folder::alone(path, "migrate")?;
    let store = Store::open(&folder.database(), house::new_id()).await?;
    let done = steps(&store, path, now.unwrap_or_else(house::clock)).await;
    store.close().await?;
    done
}

async fn steps(store: &Store, path: &Path, at: Timestamp) -> Result<Upgraded, Error> {
    let schema = store.schema().await?;
    let (Some(last), false) = (schema.applied.last(), schema.missing.is_empty()) else {
        return Ok(Upgraded { steps: store.migrate(at).await?, copy: None });
    };
    let others = store.others().await?;
    if others > 0 {
        return Err(Error::refused(format!(
            "the records must be brought up to date, but {others} other programs of Schoolkeeper are connected to the database\nhint: stop them on every machine, then run `schoolkeeper migrate`"
        )));
    }
    let copy = copy(store, path, last).await?;
    let steps = store.migrate(at).await.map_err(|error| {
        let kept = copy.as_ref().map_or_else(String::new, |copy| format!(" (a copy is kept in `{}`)", copy.display()));
        Error::refused(format!(
            "the records could not be brought up to date, and nothing was changed{kept}: {}\nhint: the version that was used before still works with them; tell the makers of Schoolkeeper this message",
            chain(&error)
        ))
    })?;
    Ok(Upgraded { steps, copy })
}

/// `copies/LAST_STEP.sqlite` in the data folder. A second try replaces the copy of the first.
async fn copy(store: &Store, path: &Path, last: &str) -> Result<Option<PathBuf>, Error> {
    let folder = path.join("copies");
    let (part, copy) = (folder.join("part"), folder.join(format!("{last}.sqlite")));
    let wrong = |why: String| {
        Error::refused(format!(
            "no copy could be made before the upgrade, and nothing was changed: {why}\nhint: `{}` needs room for the whole database once more",
            folder.display()
        ))
    };
    empty(&folder, &part).map_err(|error| wrong(error.to_string()))?;
    let made = store.copy(&part).await;
    match made {
        Ok(true) => {
            let kept = File::open(&part).and_then(|file| file.sync_all()).and_then(|()| fs::rename(&part, &copy));
            let kept = kept.and_then(|()| File::open(&folder)?.sync_all());
            kept.map_err(|error| wrong(error.to_string()))?;
            Ok(Some(copy))
        }
        Ok(false) => {
            let _ = fs::remove_file(&part);
            let _ = fs::remove_dir(&folder);
            Ok(None)
        }
        Err(error) => {
            let _ = fs::remove_file(&part);
            Err(wrong(chain(&error)))
        }
    }
}

/// An empty file only its owner may read.
fn empty(folder: &Path, part: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(part).map(drop)
}

/// An error with its causes, once.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = cause.source();
    }
    text
}
