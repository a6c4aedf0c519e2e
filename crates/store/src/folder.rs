//! The data folder and its lock: every process holds it shared, whatever must be alone holds it exclusively.
//!
//! Invariant: the lock is the operating system's, so it goes with its process however that ends.

use crate::place::Place;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

const LOCK: &str = "lock";
const HOLDER: &str = "lock.holder";
const DATABASE: &str = "schoolkeeper.sqlite";

/// Why a folder could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Somebody holds it in a way that leaves no room.
    #[error("the data folder `{}` is in use by {holder}", folder.display())]
    Held {
        /// The folder.
        folder: PathBuf,
        /// Who said to hold it: `serve (process 4711)`.
        holder: String,
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
        let unusable = |source| FolderError::Unusable { folder: path.to_owned(), source };
        fs::create_dir_all(path).map_err(unusable)?;
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(path.join(LOCK)).map_err(unusable)?;
        match lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let name = fs::read_to_string(path.join(HOLDER)).unwrap_or_default();
                let holder = if name.is_empty() { "another process".to_owned() } else { name };
                return Err(FolderError::Held { folder: path.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        name_holder(path, holder).map_err(unusable)?;
        Ok(Self { path: path.to_owned(), _lock: file })
    }
}

/// Beside the lock, because Windows lets nobody read a locked file. The last to come is named.
fn name_holder(path: &Path, holder: &str) -> io::Result<()> {
    let mut file = File::create(path.join(HOLDER))?;
    write!(file, "{holder} (process {})", std::process::id())
}
