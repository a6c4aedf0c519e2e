//! The data folder and its lock: every process holds it shared, whatever must be alone holds it exclusively.
//!
//! Invariant: the lock is the operating system's, so it goes with its process however that ends. So do the names of
//! the holders: each holds a file of its own, and a file nobody holds names nobody.

use crate::place::Place;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

const LOCK: &str = "lock";
const HOLDERS: &str = "holders";
const DATABASE: &str = "schoolkeeper.sqlite";

/// One process may hold a folder more than once.
static NUMBER: AtomicU64 = AtomicU64::new(1);

/// Why a folder could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Somebody holds it in a way that leaves no room.
    #[error("the data folder `{}` is in use by {holder}\nhint: stop it first, or wait until it is done", folder.display())]
    Held {
        /// The folder.
        folder: PathBuf,
        /// Who said to hold it: `serve (process 4711)`.
        holder: String,
    },
    /// Not even the name of its holder finds room in it.
    #[error("the data folder `{}` cannot be used: the disk is full\nhint: make room on it, then try again", folder.display())]
    Full {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder or its lock cannot be read or written.
    #[error("the data folder `{}` cannot be used", folder.display())]
    Unusable {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A held data folder. Dropping it lets go.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    name: PathBuf,
    _named: File,
    _lock: File,
}

impl Folder {
    /// Takes the folder together with others. `holder` is what this process is called: `serve`, `import`.
    pub fn share(path: &Path, holder: &str) -> Result<Self, FolderError> {
        Self::lock(path, holder, File::try_lock_shared)
    }

    /// Takes the folder alone: for migrate, restore, demo and a change of keys.
    pub fn alone(path: &Path, holder: &str) -> Result<Self, FolderError> {
        Self::lock(path, holder, File::try_lock)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database inside it.
    pub fn database(&self) -> Place {
        Place::Sqlite(self.path.join(DATABASE))
    }

    fn lock(path: &Path, holder: &str, lock: impl Fn(&File) -> Result<(), TryLockError>) -> Result<Self, FolderError> {
        let unusable = |source: io::Error| match source.kind() {
            io::ErrorKind::StorageFull => FolderError::Full { folder: path.to_owned() },
            _ => FolderError::Unusable { folder: path.to_owned(), source },
        };
        DirBuilder::new().recursive(true).mode(0o700).create(path.join(HOLDERS)).map_err(unusable)?;
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(path.join(LOCK)).map_err(unusable)?;
        match lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = holders(path).join(", ");
                if holder.is_empty() {
                    "another process".clone_into(&mut holder);
                }
                return Err(FolderError::Held { folder: path.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        let (name, named) = name_holder(path, holder).map_err(unusable)?;
        Ok(Self { path: path.to_owned(), name, _named: named, _lock: file })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.name);
    }
}

/// Who holds a folder now; files that a killed process left are removed.
pub fn holders(path: &Path) -> Vec<String> {
    let files = fs::read_dir(path.join(HOLDERS)).into_iter().flatten().flatten().map(|file| file.path());
    let mut found: Vec<String> = files.filter_map(|file| held(&file)).collect();
    found.sort_unstable();
    found
}

/// What stands in a holder's file, when it is still held.
fn held(file: &Path) -> Option<String> {
    match File::open(file).ok()?.try_lock_shared() {
        Err(TryLockError::WouldBlock) => fs::read_to_string(file).ok().filter(|name| !name.is_empty()),
        Err(TryLockError::Error(_)) => None,
        Ok(()) => {
            let _ = fs::remove_file(file);
            None
        }
    }
}

/// Beside the lock: one file a holder, held as long as the folder is.
fn name_holder(path: &Path, holder: &str) -> io::Result<(PathBuf, File)> {
    let process = std::process::id();
    let name = path.join(HOLDERS).join(format!("{process}-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
    let mut file = File::create(&name)?;
    file.lock()?;
    write!(file, "{holder} (process {process})")?;
    Ok((name, file))
}
