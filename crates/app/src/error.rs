//! What a use case may answer instead of a result.

use crate::authority::Denial;
use schoolkeeper_core::actor::NotAllowed;

/// Shown as a page by `web`, as a message by the command line.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or it is not theirs to see.
    #[error("there is no such thing here")]
    Missing,
    /// The permission table says no: to the one who asks it does not exist.
    #[error("this act is not allowed")]
    NotAllowed(#[from] NotAllowed),
    /// A policy says no to an act on something one may see; nothing was changed.
    #[error("{0}")]
    Denied(Denial),
    /// Too many passwords are being checked at this moment.
    #[error("too many people are signing in at this moment\nhint: try again in a minute")]
    Busy,
    /// What was given cannot be used; the text says place, cause and next step.
    #[error("{0}")]
    Refused(String),
    /// A list was not brought in; nothing was changed.
    #[error(transparent)]
    Import(#[from] crate::import::Error),
    /// The store failed.
    #[error("the records could not be read or written")]
    Store(#[from] schoolkeeper_store::Error),
    /// The data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] schoolkeeper_store::folder::FolderError),
    /// The installation key, or what it sealed, cannot be used.
    #[error(transparent)]
    Key(#[from] crate::key::KeyError),
    /// A back-up could not be made or put back.
    #[error(transparent)]
    Backup(#[from] crate::backup::BackupError),
    /// A sealed file could not be stored or fetched.
    #[error(transparent)]
    Object(#[from] schoolkeeper_store::object::ObjectError),
    /// Something kept in the records does not read back.
    #[error("{what} in the records cannot be read")]
    Corrupt {
        /// What it is.
        what: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// A refusal.
    pub fn refused(text: impl Into<String>) -> Self {
        Self::Refused(text.into())
    }

    /// Something that does not read back.
    pub fn corrupt(what: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Corrupt { what: what.into(), source: source.into() }
    }

    /// What happened and why, in one line, each cause once.
    pub fn chain(&self) -> String {
        let mut out = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !out.contains(&cause_text) {
                out = out + ": " + &cause_text;
            }
            source = cause.source();
        }
        out
    }
}
