//! Back-ups of Schoolkeeper itself: every table, every sealed file and the settings in one sealed file, and back.
//!
//! Invariant: a file bears its final name only after it was put back into an empty folder and found the same. It is
//! `tar`, compressed with `gzip`, sealed with `age`: three programs of every Debian open it without Schoolkeeper.

mod archive;
mod make;
mod manifest;
mod place;
mod prove;
mod read;
mod restore;
mod view;

pub use make::BackUp;
pub use manifest::{About, Manifest};
pub use prove::{Proved, prove};
pub use restore::{Restore, Restored};
pub use schoolkeeper_store::backup::Backup;
pub use view::Backups;
pub(crate) use view::HANDLER;

use std::path::{Path, PathBuf};

/// Why a back-up could not be made or put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Some of its bytes are not those that were written.
    #[error("`{}` is damaged or was cut off: {why}\nhint: nothing was changed; take another back-up", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where it shows.
        why: String,
    },
    /// It is none of ours.
    #[error("`{}` is no back-up of Schoolkeeper\nhint: they are called schoolkeeper-….tar.gz.age", file.display())]
    NotOurs {
        /// The file.
        file: PathBuf,
    },
    /// It was made by a newer version.
    #[error("`{}` was made by a newer Schoolkeeper (it has the step `{step}`)\nhint: nothing was changed; install that version, or a newer one, and restore again", file.display())]
    Newer {
        /// The file.
        file: PathBuf,
        /// What this version does not know.
        step: String,
    },
    /// What came back is not what was backed up.
    #[error(
        "`{what}` came back different from what was backed up: {why}\nhint: this back-up must not be relied on; make another and report this"
    )]
    Differs {
        /// A table or a file.
        what: String,
        /// How.
        why: String,
    },
    /// It is a true copy of a history that is not what was recorded.
    #[error(
        "the back-up was kept and came back, but the history in it was altered: {why}\nhint: `schoolkeeper ledger verify` names every place; `schoolkeeper ledger repair` leads on"
    )]
    Altered {
        /// How many places, and the first.
        why: String,
    },
    /// A file could not be read or written.
    #[error("`{}` cannot be read or written: {why}\nhint: check that the disk is there and has room", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
}

impl BackupError {
    fn file(file: &Path, error: &impl ToString) -> Self {
        Self::File { file: file.to_owned(), why: error.to_string() }
    }
}
