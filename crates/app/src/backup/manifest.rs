//! What a back-up says of itself: first where it comes from, last what it holds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The one format so far.
pub(super) const FORMAT: u32 = 1;

/// The first entry, `about.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// How the rest is written.
    pub format: u32,
    /// The snapshot's instant.
    pub made_at: Timestamp,
    /// The version that made it.
    pub program: String,
    /// Which installation.
    pub installation: uuid::Uuid,
    /// Public part of its key.
    pub recipient: String,
    /// The steps its tables have gone through, in order.
    pub steps: Vec<String>,
    /// A made-up school: pretended time is allowed, and its key lies inside the folder.
    pub sandbox: bool,
}

/// The last entry, `manifest.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Every table.
    pub tables: BTreeMap<String, Held>,
    /// Sealed files.
    pub blobs: u64,
    /// Their sealed bytes.
    pub blob_bytes: u64,
    /// Files that were erased while the back-up was made.
    pub erased: Vec<uuid::Uuid>,
    /// The ledger's newest signed checkpoint; `None` before the first, and in back-ups of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}

/// What a table holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Rows.
    pub rows: u64,
    /// SHA-256 of its lines in order, each with its line feed.
    pub sha256: String,
}

impl Manifest {
    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|table| table.rows).sum()
    }
}

/// Counts and hashes lines as they go by.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    rows: u64,
    hash: Sha256,
}

impl Counted {
    pub(super) fn line(&mut self, line: &str) {
        self.rows += 1;
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
    }

    pub(super) fn held(self) -> Held {
        Held { rows: self.rows, sha256: crate::blob::seal::hex(&self.hash.finalize()) }
    }
}
