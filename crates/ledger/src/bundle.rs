//! Entry bundles of C2SP tlog-tiles, and the file of records beside each.
//!
//! Invariant: one broken entry or line never hides the others.

use crate::entry::{ENTRY_BYTES, SALT_BYTES};
use crate::{DOCUMENT_BYTES_MAX, Entry, Hash, Kept, Record};

const STRIDE: usize = 2 + ENTRY_BYTES;
const ABSENT: &str = "-";

/// Each entry after its length.
pub fn write_entries(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::with_capacity(entries.len() * STRIDE);
    for entry in entries {
        out.extend_from_slice(&(ENTRY_BYTES as u16).to_be_bytes());
        out.extend_from_slice(&entry.to_bytes());
    }
    out
}

/// The entries of a bundle; `None` where one is broken.
pub fn read_entries(bytes: &[u8], width: usize) -> Vec<Option<Entry>> {
    let entry = |at: usize| {
        let bytes = bytes.get(at * STRIDE..(at + 1) * STRIDE)?;
        let length = u16::from_be_bytes([bytes[0], bytes[1]]);
        if usize::from(length) == ENTRY_BYTES { Entry::from_bytes(&bytes[2..]) } else { None }
    };
    (0..width).map(entry).collect()
}

/// One line: index, salt, text, with tabs between; hyphens where both are erased.
pub fn write_record(index: u64, record: Option<&Record>) -> Vec<u8> {
    let Some(record) = record else { return format!("{index}\t{ABSENT}\t{ABSENT}\n").into_bytes() };
    let mut out = format!("{index}\t{}\t", Hash(record.salt)).into_bytes();
    out.extend_from_slice(&record.document);
    out.push(b'\n');
    out
}

/// Reads one line without its end: the index, and what is kept of the record.
pub fn read_record(line: &[u8]) -> Option<(u64, Kept)> {
    let mut parts = line.splitn(3, |byte| *byte == b'\t');
    let text = std::str::from_utf8(parts.next()?).ok()?;
    let index: u64 = text.parse().ok().filter(|index: &u64| index.to_string() == text)?;
    let (salt, document) = (parts.next()?, parts.next()?);
    if salt == ABSENT.as_bytes() && document == ABSENT.as_bytes() {
        return Some((index, Kept::Gone));
    }
    let salt = std::str::from_utf8(salt).ok().and_then(|salt| Hash::parse_hash(salt).ok());
    let kept = match salt {
        Some(Hash(salt)) if document.len() <= DOCUMENT_BYTES_MAX => {
            Kept::Record(Record { salt, document: document.to_vec() })
        }
        _ => Kept::Broken,
    };
    Some((index, kept))
}

const _: () = assert!(SALT_BYTES == tlog_tiles::HASH_SIZE);
