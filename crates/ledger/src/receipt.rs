//! Receipts: C2SP tlog-proof@v1, one text file that shows offline that a record stands in the log.
//!
//! Invariant: [`Receipt::check`] trusts nothing but the public key it is given.

use crate::entry::{ENTRY_BYTES, SALT_BYTES};
use crate::{Checkpoint, Entry, Error, Hash, PublicKey, RECEIPT_BYTES_MAX, Record, proof};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::fmt::Write;

const HEAD: &str = "c2sp.org/tlog-proof@v1";
/// A tree of 2^63 leaves has no longer proof.
const HASHES_MAX: usize = 64;

/// A receipt as it was read or is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Place in the log, from 0.
    pub index: u64,
    /// What the log holds of it.
    pub entry: Entry,
    /// The record itself; `None` once it is erased.
    pub record: Option<Record>,
    /// From the leaf's sibling upwards.
    pub proof: Vec<Hash>,
    /// The signed note.
    pub checkpoint: String,
}

impl Receipt {
    /// As a `.tlog-proof` file. The extra data is the entry, then salt and text of the record.
    pub fn to_text(&self) -> String {
        let mut extra = self.entry.to_bytes().to_vec();
        if let Some(record) = &self.record {
            extra.extend_from_slice(&record.salt);
            extra.extend_from_slice(&record.document);
        }
        let mut out = format!("{HEAD}\nextra {}\nindex {}\n", BASE64_STANDARD.encode(extra), self.index);
        for hash in &self.proof {
            let _ = writeln!(out, "{hash}");
        }
        out.push('\n');
        out.push_str(&self.checkpoint);
        out
    }

    /// Reads a file; says nothing yet about its truth.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        if text.len() > RECEIPT_BYTES_MAX {
            return Err(Error::Receipt("is too long"));
        }
        let text = std::str::from_utf8(text).map_err(|_| Error::Receipt("is no text"))?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(Error::Receipt("holds no checkpoint"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEAD) {
            return Err(Error::Receipt("does not begin with c2sp.org/tlog-proof@v1"));
        }
        let (entry, record) = lines.next().and_then(extra).ok_or(Error::Receipt("does not hold the record"))?;
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(|text| text.parse::<u64>().ok().filter(|index| index.to_string() == text));
        let proof: Vec<Hash> = lines
            .take(HASHES_MAX + 1)
            .map(Hash::parse_hash)
            .collect::<Result<_, _>>()
            .map_err(|_| Error::Receipt("holds a hash that is none"))?;
        if proof.len() > HASHES_MAX {
            return Err(Error::Receipt("holds too many hashes"));
        }
        let index = index.ok_or(Error::Receipt("holds no index"))?;
        Ok(Self { index, entry, record, proof, checkpoint: checkpoint.to_owned() })
    }

    /// Whether a log with this key has signed that the record stands at its index; gives the checkpoint.
    pub fn check(&self, key: &PublicKey) -> Result<Checkpoint, Error> {
        let checkpoint = Checkpoint::read(self.checkpoint.as_bytes(), key)?;
        if self.record.as_ref().is_some_and(|record| record.commitment() != self.entry.commitment) {
            return Err(Error::Receipt("holds another text than the one that was recorded"));
        }
        if !proof::check_inclusion(&checkpoint, self.index, self.entry.leaf(), &self.proof) {
            return Err(Error::Receipt("does not lead to the root of its checkpoint"));
        }
        Ok(checkpoint)
    }
}

fn extra(line: &str) -> Option<(Entry, Option<Record>)> {
    let bytes = BASE64_STANDARD.decode(line.strip_prefix("extra ")?).ok()?;
    let (entry, rest) = bytes.split_at_checked(ENTRY_BYTES)?;
    let entry = Entry::from_bytes(entry)?;
    if rest.is_empty() {
        return Some((entry, None));
    }
    let (salt, document) = rest.split_at_checked(SALT_BYTES)?;
    Some((entry, Some(Record { salt: salt.try_into().ok()?, document: document.to_vec() })))
}
