//! What is hashed into the tree, and the record it stands for.
//!
//! Invariant: an entry is 64 bytes without personal data: a commitment that tells nothing once the salt is gone, and
//! the record's place in its writer's series, by which a record that never reached the log is missed.

use crate::Hash;
use sha2::{Digest, Sha256};

/// Bytes of a salt.
pub const SALT_BYTES: usize = 32;
/// Bytes of an entry.
pub const ENTRY_BYTES: usize = 64;

/// A record as it is kept beside the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Random; deleting it makes the commitment meaningless.
    pub salt: [u8; SALT_BYTES],
    /// The canonical text.
    pub document: Vec<u8>,
}

impl Record {
    /// SHA-256 over salt and text.
    pub fn commitment(&self) -> [u8; 32] {
        Sha256::new().chain_update(self.salt).chain_update(&self.document).finalize().into()
    }
}

/// Who numbered a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    /// The process.
    pub writer: [u8; 16],
    /// One of its series.
    pub slot: u64,
}

/// What the log holds of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// See [`Record::commitment`].
    pub commitment: [u8; 32],
    /// Its series.
    pub series: Series,
    /// Its number in it; from 1, without gaps.
    pub number: u64,
}

impl Entry {
    /// The leaf's bytes.
    pub fn to_bytes(self) -> [u8; ENTRY_BYTES] {
        let mut out = [0; ENTRY_BYTES];
        out[..32].copy_from_slice(&self.commitment);
        out[32..48].copy_from_slice(&self.series.writer);
        out[48..56].copy_from_slice(&self.series.slot.to_be_bytes());
        out[56..].copy_from_slice(&self.number.to_be_bytes());
        out
    }

    /// Reads the leaf's bytes; `None` when they are not as many as they must be.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; ENTRY_BYTES] = bytes.try_into().ok()?;
        let number = |at: usize| Some(u64::from_be_bytes(bytes[at..at + 8].try_into().ok()?));
        let series = Series { writer: bytes[32..48].try_into().ok()?, slot: number(48)? };
        Some(Self { commitment: bytes[..32].try_into().ok()?, series, number: number(56)? })
    }

    /// The leaf of RFC 6962.
    pub fn leaf(&self) -> Hash {
        tlog_tiles::record_hash(&self.to_bytes())
    }
}
