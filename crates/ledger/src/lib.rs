//! The tamper-evident log: a C2SP tlog-tiles tree over salted records, signed checkpoints, offline receipts, and a
//! verifier that names every place that does not fit.
//!
//! Invariant: what is hashed into the tree holds no personal data. An [`Entry`] is a commitment to a [`Record`] that
//! is kept beside the log, so deleting salt and text of a record leaves every proof valid.

pub mod bundle;
pub mod checkpoint;
pub mod entry;
pub mod folder;
pub mod proof;
pub mod receipt;
pub mod report;
pub mod tile;
pub mod tree;
pub mod verify;

mod finish;
mod frontier;

pub use checkpoint::{Checkpoint, PublicKey, Signer};
pub use entry::{Entry, Record};
pub use receipt::Receipt;
pub use report::{Fault, Place, Report, Verdict};
pub use tile::TileAt;
pub use tlog_tiles::Hash;
pub use tree::Tree;
pub use verify::{Block, Erasure, Kept, Verifier, Witness};

/// The longest text of a record.
pub const DOCUMENT_BYTES_MAX: usize = 1 << 20;
/// The longest checkpoint, with every cosignature.
pub const CHECKPOINT_BYTES_MAX: usize = 16 << 10;
/// The longest receipt.
pub const RECEIPT_BYTES_MAX: usize = 2 << 20;

/// Why something is no log, or not this one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The public key is not one.
    #[error("this is no public key of a log: it must read NAME+ID+KEY on one line")]
    Key,
    /// The checkpoint does not hold.
    #[error("the checkpoint {0}")]
    Checkpoint(&'static str),
    /// The receipt does not hold.
    #[error("the receipt {0}")]
    Receipt(&'static str),
    /// The tiles do not give the proof.
    #[error("the tiles of the log do not fit together")]
    Tiles,
    /// A hash is not written as 44 characters of base64.
    #[error("this is no root: it has 44 characters and ends with `=`")]
    Root,
    /// A file of an exported log cannot be read or written.
    #[error("`{file}` {what}")]
    File {
        /// Which.
        file: String,
        /// What is the matter.
        what: String,
    },
}
